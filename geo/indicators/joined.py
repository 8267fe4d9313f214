"""Indicators joined to units of the name history and to the counties of today, each indicator in one unit of measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
import pandas as pd

from pilotzones.geo.errors import IndicatorError, Problem, make_problem
from pilotzones.geo.files.figures import MeasureUnit, write_unit
from pilotzones.geo.indicators.tables.measure_units import count_codes, unify_units
from pilotzones.geo.indicators.tables.reader import IndicatorTable, drop_repeated
from pilotzones.geo.panel.units import find_change
from pilotzones.geo.places.history import SAME_GROUND, load_unit_index
from pilotzones.geo.places.name_variants import get_level_of_code
from pilotzones.geo.query.applicability import ApplicabilityIndex
from pilotzones.geo.query.place_query import PlaceAnswer, ask_all

__all__ = ["PLACE_COLUMNS", "JoinedIndicators", "PlaceLife", "join_places"]

PLACE_COLUMNS: Final = (
    "unit_code", "unit_name", "level", "today", "adcode", "county", "prefecture", "province", "place_status", "break",
)  # fmt: skip
# Facts of one kind that stay at hand, and maps of all years of an indicator, which are large.
_MAX_FACTS: Final = 2_000
_MAX_MAPS: Final = 4
_Fact = TypeVar("_Fact")
_LEVELS: Final = ("county", "prefecture", "province")


class PlaceLife(NamedTuple):
    """What happened to a place: the end of its own period, and the date and kind of each change at any time."""

    since: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class JoinedIndicators:
    """Observations with their places.

    `observations` are those of the table, each indicator in one unit; `places` has a row a place and year with
    `PLACE_COLUMNS`: the unit as it stood and its level, codes of the counties of today that cover it (``today``, blanks
    between), the one county when there is one, and what happened to the unit in the year (``break``). Figures of places that
    nobody has settled are kept and drawn nowhere. `lives` has what happened to each place at any time.
    """

    observations: pd.DataFrame
    places: pd.DataFrame
    lives: list[PlaceLife]
    problems: list[Problem]

    @property
    def settled(self) -> int:
        """How many of the places were found."""
        return int((self.places["place_status"] == "found").sum())

    @cached_property
    def indicators(self) -> list[str]:
        """Indicators in the order of the table."""
        return self._list_present("indicator")

    @cached_property
    def years(self) -> list[str]:
        """Periods in order."""
        return sorted(self._list_present("time_period"))

    def _list_present(self, name: str) -> list[str]:
        column = self.observations[name].cat
        present = count_codes(column.codes.to_numpy(), len(column.categories)) > 0
        return [str(text) for text, is_there in zip(column.categories, present, strict=True) if is_there]

    @property
    def frame(self) -> pd.DataFrame:
        """All observations with the columns of their places."""
        return self.observations.join(self.places, on="ref_area")

    @cached_property
    def _facts(self) -> dict[tuple[str, str], Any]:
        """What was found out about indicators."""
        return {}

    def remember(self, key: tuple[str, str], make: Callable[[], _Fact]) -> _Fact:
        """Return a fact about an indicator, which is computed once.

        Parameters
        ----------
        key : tuple of (str, str)
            What, and the indicator.
        make : callable
            Finds it out.

        Returns
        -------
        object
            Of `make`; do not change it in place.
        """
        if key not in self._facts:
            same = [one for one in self._facts if one[0] == key[0]]
            if len(same) >= (_MAX_MAPS if key[0] == "maps" else _MAX_FACTS):
                self._facts.pop(same[0])
            self._facts[key] = make()
        found: _Fact = self._facts[key]
        return found

    @cached_property
    def _selected(self) -> dict[str, pd.DataFrame]:
        return {}

    def select(self, indicator: str) -> pd.DataFrame:
        """Return the observations of one indicator with the columns of their places; do not change it in place.

        Raises
        ------
        IndicatorError
            When there is no such indicator.
        """
        if indicator not in self._selected:
            if indicator not in self.indicators:
                facts = {"names": indicator, "known": ", ".join(self.indicators)}
                raise IndicatorError(make_problem("", "indicator_unknown", facts=facts))
            column = self.observations["indicator"].cat
            wanted = column.codes.dtype.type(column.categories.get_loc(indicator))
            rows = np.flatnonzero(column.codes.to_numpy() == wanted)
            found = self.observations.iloc[rows].join(self.places, on="ref_area")
            texts = [name for name in found.columns if isinstance(found[name].dtype, pd.CategoricalDtype)]
            if len(self._selected) >= 8:  # several indicators stay at hand
                self._selected.pop(next(iter(self._selected)))
            self._selected[indicator] = found.astype(dict.fromkeys(texts, object)).reset_index(drop=True)
        return self._selected[indicator]

    def select_located(self, indicator: str) -> pd.DataFrame:
        """Select the observations of an indicator that have a place, of the level that most of its figures are of."""
        own = self.select(indicator)
        return own[(own["today"] != "") & (own["level"] == self.find_level(indicator))]

    def follow_county(self, indicator: str, code: str) -> pd.DataFrame:
        """Select the observations of an indicator for units whose ground has a county of today in it, by year.

        Parameters
        ----------
        indicator : str
        code : str
            Of the county of today.

        Returns
        -------
        DataFrame
        """
        own = self.select(indicator)
        is_there = np.array([code in today.split(" ") for today in own["today"]], dtype=bool)
        return own[is_there].sort_values("time_period", kind="stable")

    def list_years(self, indicator: str) -> list[str]:
        """List the periods for which an indicator has a figure, in order."""

        def find() -> list[str]:
            own = self.select(indicator)
            return sorted(set(own["time_period"][own["obs_value"].notna()]))

        return list(self.remember(("years", indicator), find))

    def find_fullest_year(self, indicators: Sequence[str]) -> str:
        """Find the latest of the periods that most of the indicators have figures for."""
        counts = Counter(year for name in indicators for year in self.list_years(name))
        return max(counts, key=lambda year: (counts[year], year)) if counts else self.years[-1]

    def find_level(self, indicator: str) -> str:
        """Find the level of units (county, prefecture, province) that most figures of an indicator are of."""

        def find() -> str:
            own = self.select(indicator)
            counts = own["level"][own["obs_value"].notna()].value_counts()
            return max(_LEVELS, key=lambda level: int(counts.get(level, 0)))

        return self.remember(("level", indicator), find)

    def describe_unit(self, indicator: str, lang: str = "") -> str:
        """Describe the unit of an indicator with its power of ten, 10^8 元 or in Chinese 亿元; empty where none is known."""
        own = self.select(indicator)
        known = own[own["obs_value"].notna()]
        if known.empty:
            return ""
        return write_unit(MeasureUnit(str(known["unit_measure"].iloc[0]), int(known["unit_mult"].iloc[0])), lang)

    def has_moved(self, place: int, until: str = "9999", *, allowed: frozenset[str] = SAME_GROUND) -> bool:
        """Return whether the ground of a place changed after its own year and until the end of another, by loss or by gain.

        Parameters
        ----------
        place : int
            As in ``ref_area``.
        until : str, optional
            A year.
        allowed : frozenset of str, optional
            Kinds of changes that leave the ground as it was.

        Returns
        -------
        bool
        """
        life = self.lives[place]
        # A change of which only the year is known counts as one at its end.
        return any(
            life.since < date[:7].ljust(7, "~") and date[:4] <= until[:4] and kind not in allowed
            for date, kind in life.changes
        )

    def add(self, observations: pd.DataFrame, problems: Sequence[Problem] = ()) -> JoinedIndicators:
        """Return the same with more observations of the same places.

        Parameters
        ----------
        observations : DataFrame
            With the columns of `observations`.
        problems : sequence of Problem, optional

        Returns
        -------
        JoinedIndicators
        """
        columns: dict[str, Any] = {}
        for name in self.observations.columns:
            old, new = self.observations[name], observations[name]
            if isinstance(old.dtype, pd.CategoricalDtype):
                texts = new.astype(object)
                made = pd.Categorical(texts, categories=pd.Index(texts.unique(), dtype=object))
                # What a dictionary or another process has filled in may have categories of another type of text.
                plain = old.cat.set_categories(old.cat.categories.astype(object))
                columns[name] = pd.api.types.union_categoricals([plain.array, made], ignore_order=True)
            else:
                columns[name] = np.concatenate([old.to_numpy(), new.to_numpy().astype(old.to_numpy().dtype)])
        return replace(self, observations=pd.DataFrame(columns, copy=False), problems=[*self.problems, *problems])


def join_places(table: IndicatorTable, applies: ApplicabilityIndex) -> JoinedIndicators:
    """Find the place of every observation as of its year, and bring every indicator to one unit of measure.

    Parameters
    ----------
    table : IndicatorTable
    applies : ApplicabilityIndex
        Of the boundary source that maps are drawn with.

    Returns
    -------
    JoinedIndicators
        With a problem for every place that was not found or is in doubt, every unit that is named twice for a year, and
        every indicator whose figures came in several units.
    """
    answers = ask_all(applies, table.places)
    places = pd.DataFrame([_describe(answer) for answer in answers], columns=list(PLACE_COLUMNS), dtype=object)
    problems = [*table.problems, *_find_open_places(table, answers)]
    # One unit may be named by its code in one row and by its name in another.
    years = [answer.period.text if answer.period is not None else "" for answer in answers]
    keys = [
        f"{code}\t{year}" if code else f"\t{number}"
        for number, (code, year) in enumerate(zip(places["unit_code"], years, strict=True))
    ]
    numbers, different = pd.factorize(np.array(keys, dtype=object))
    frame = table.observations
    if len(different) < len(keys):
        names = [name or answer.text for name, answer in zip(places["unit_name"], answers, strict=True)]
        same = numbers.astype(np.int32)[frame["ref_area"].to_numpy()]
        frame, repeated = drop_repeated(frame, names, table.file, places=same)
        problems += repeated
    frame, mixed = unify_units(frame, table.file)
    return JoinedIndicators(frame, places, _list_lives(answers), [*problems, *mixed])


def _list_lives(answers: Sequence[PlaceAnswer]) -> list[PlaceLife]:
    index = load_unit_index()
    known: dict[object, tuple[tuple[str, str], ...]] = {}
    lives = []
    for answer in answers:
        match, since = answer.match, answer.period.last if answer.period is not None else ""
        own = match.fate.changes if match is not None and match.fate is not None else ()
        changes: tuple[tuple[str, str], ...] = tuple((change.date, change.kind) for change in own)
        if match is not None and match.unit is not None:
            # A unit that took in another goes on as it is, and only its life tells.
            if match.unit not in known:
                known[match.unit] = tuple((change.date, change.kind) for change in index.list_changes(match.unit))
            changes += known[match.unit]
        lives.append(PlaceLife(since, changes))
    return lives


def _find_open_places(table: IndicatorTable, answers: Sequence[PlaceAnswer]) -> list[Problem]:
    open_numbers = [number for number, answer in enumerate(answers) if answer.status != "found" or not answer.parts]
    if not open_numbers:
        return []
    is_open = np.zeros(len(answers), dtype=bool)
    is_open[open_numbers] = True
    own = table.observations[["ref_area", "row"]][is_open[table.observations["ref_area"].to_numpy()]]
    first = own.drop_duplicates("ref_area").set_index("ref_area")["row"]
    problems = []
    for number in open_numbers:
        answer = answers[number]
        if number not in first.index:
            continue
        where: dict[str, Any] = {"row": int(first[number]), "field": "ref_area", "value": answer.text}
        if answer.status == "found":
            problems.append(make_problem(table.file, "no_ground", severity="warning", **where))
        elif answer.candidates:
            listing = "; ".join(answer.candidates)
            problems.append(
                make_problem(table.file, "place_open", severity="warning", facts={"candidates": listing}, **where)
            )
        else:
            problems.append(make_problem(table.file, "place_unknown", severity="warning", **where))
    return problems


def _describe(answer: PlaceAnswer) -> tuple[str, ...]:
    if answer.status != "found" or not answer.parts:
        return ("", "", "", "", "", "", "", "", answer.status if answer.status != "found" else "review", "")
    match, counties = answer.match, [county for county, _ in answer.parts]
    unit = match.unit if match is not None else None
    one = counties[0] if len(counties) == 1 else None
    code = unit.code if unit is not None else one.adcode if one is not None else _find_common_code(counties)
    year = answer.period.text[:4] if answer.period is not None else ""
    changes = match.fate.changes if match is not None and match.fate is not None else ()
    happened: list[str] = [change.kind for change in changes if change.date[:4] == year]
    if unit is not None and year and (before := find_change(unit, int(year))):
        happened.insert(0, before)
    provinces = {county.province for county in counties}
    return (
        code,
        unit.name if unit is not None else (one.name if one else answer.text),
        get_level_of_code(code),
        " ".join(county.adcode for county in counties),
        one.adcode if one else "",
        one.name if one else "",
        one.prefecture if one else "",
        provinces.pop() if len(provinces) == 1 else "",
        answer.status,
        " ".join(dict.fromkeys(happened)),
    )


def _find_common_code(counties: Sequence[Any]) -> str:
    """Find the code of the prefecture or province that all of the counties lie in; of the first where they lie apart."""
    for digits in (4, 2):
        heads = {county.adcode[:digits] for county in counties}
        if len(heads) == 1:
            return str(heads.pop()).ljust(6, "0")
    return str(counties[0].adcode)
