"""Build a panel of units and years with the treatment by each programme."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pilotzones.geo.panel.rule_counts import count_hits, count_rules
from pilotzones.geo.panel.rules import HITS, TREATMENT_COLUMNS, PanelRules
from pilotzones.geo.panel.treatment import CountyHit, Treatment, UnitTreatment, find_treatments
from pilotzones.geo.panel.units import PanelUnit, aggregate_units, list_units
from pilotzones.geo.query.applicability import ApplicabilityIndex

__all__ = ["ExtraColumn", "Panel", "build_panel", "code_treatments"]


@dataclass(frozen=True, slots=True)
class ExtraColumn:
    """A column of the user's that a panel carries: its name, what it is, and who says so."""

    name: str
    label: str
    source: str = ""


@dataclass(frozen=True)
class Panel:
    """A panel and how it was made.

    Parameters
    ----------
    frame : DataFrame
        One row a unit and year: code, name, province, prefecture, year, today_code, today_name and break, then for the
        treatment with suffix p1 the columns ``first_year_p1``, ``ever_p1`` … of `TREATMENT_COLUMNS`.
    treatments : tuple of Treatment
        In the order of their suffixes.
    rules : PanelRules
    moved : DataFrame
        For each treatment and hit, how many units have it in the last year, and whether it counts.
    rule_counts : DataFrame
        For each rule and treatment, how many units of the last year it moves.
    extra : tuple of ExtraColumn
        Columns of the user's behind those of the treatments.
    """

    frame: pd.DataFrame
    treatments: tuple[Treatment, ...]
    rules: PanelRules
    moved: pd.DataFrame
    rule_counts: pd.DataFrame
    extra: tuple[ExtraColumn, ...] = ()


def build_panel(
    applicability: ApplicabilityIndex,
    rules: PanelRules | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Panel:
    """Build a panel of the programmes of an index.

    Parameters
    ----------
    applicability : ApplicabilityIndex
    rules : PanelRules, optional
    progress : callable, optional
        Called after each year with the years done and all years; an exception that it raises ends the work.

    Returns
    -------
    Panel
        Treated is never guessed: where the counties of today that cover a unit are not known, the columns are empty.
    """
    how = rules or PanelRules()
    treatments = tuple(find_treatments(applicability, how))
    by_year = _list_panel_units(how, progress=progress)
    units = [(unit, year) for year, standing in by_year.items() for unit in standing]
    frame = pd.DataFrame(_describe_units(units))
    coded = code_treatments(treatments, [unit.today for unit, _ in units], frame["year"].to_numpy(), how)
    last = [unit.today for unit in by_year[how.years[1]]]
    return Panel(
        pd.concat([frame, coded], axis=1),
        treatments,
        how,
        count_hits(treatments, last, how),
        count_rules(treatments, last, how),
    )


def _list_panel_units(
    rules: PanelRules, *, progress: Callable[[int, int], None] | None = None
) -> dict[int, Sequence[PanelUnit]]:
    """List the units of every year under the rules."""
    first, last = rules.years
    by_year: dict[int, Sequence[PanelUnit]] = {}
    for done, year in enumerate(range(first, last + 1), start=1):
        by_year[year] = list_units(rules.base_year or year, rules.level)
        if progress is not None:
            progress(done, last - first + 1)
    return dict(aggregate_units(by_year)) if rules.mergers == "aggregate" else by_year


def _describe_units(units: Sequence[tuple[PanelUnit, int]]) -> dict[str, Any]:
    def fill(values: Iterable[str]) -> Any:
        return pd.Categorical(np.array(list(values), dtype=object))

    return {
        "code": np.array([unit.code for unit, _ in units], dtype=object),
        "name": np.array([unit.name for unit, _ in units], dtype=object),
        "province": fill(unit.province for unit, _ in units),
        "prefecture": fill(unit.prefecture for unit, _ in units),
        "year": np.array([year for _, year in units], dtype=np.int16),
        "today_code": np.array([";".join(unit.today) for unit, _ in units], dtype=object),
        "today_name": np.array([";".join(unit.today_names) for unit, _ in units], dtype=object),
        "break": fill(unit.change if unit.year == year else "" for unit, year in units),
    }


def code_treatments(
    treatments: Sequence[Treatment], grounds: Sequence[tuple[str, ...]], years: NDArray[Any], rules: PanelRules
) -> pd.DataFrame:
    """Code the treatments of rows.

    Parameters
    ----------
    treatments : sequence of Treatment
    grounds : sequence of tuple of str, length n
        Codes of the counties of today that cover the unit of each row.
    years : ndarray of int, shape (n,)
        Years of the rows; 0 for a row without a year, whose ``post`` and ``event_time`` are empty.
    rules : PanelRules

    Returns
    -------
    DataFrame
        n rows with `TREATMENT_COLUMNS` of each treatment, in their order.
    """
    numbers: dict[tuple[str, ...], int] = {}
    rows = np.fromiter((numbers.setdefault(ground, len(numbers)) for ground in grounds), np.intp, len(grounds))
    columns: dict[str, Any] = {}
    for treatment in treatments:
        treated = [treatment.treat_unit(ground, rules) for ground in numbers]
        coded = _code_rows(treated, rows, years)
        columns |= {f"{name}_{treatment.suffix}": coded[name] for name in TREATMENT_COLUMNS}
    return pd.DataFrame(columns)


def _code_rows(treated: Sequence[UnitTreatment], rows: NDArray[np.intp], years: NDArray[Any]) -> dict[str, Any]:
    ever = _take([None if one.ever is None else int(one.ever) for one in treated], rows)
    first = _take([_find_first(one) for one in treated], rows)
    left = _take([one.hit.left_year if one.ever and one.hit else None for one in treated], rows)
    is_started = (first > 0) & (years > 0)
    is_gone = (left > 0) & (years >= left)
    in_force = (is_started & (years >= first) & ~is_gone).astype(np.int16)
    # Of a member whose beginning is not known only the time after its exit is.
    is_known = (years > 0) & ((first >= 0) | is_gone)
    return {
        "first_year": _make_integers(first, first >= 0),
        "ever": _make_integers(ever, ever >= 0),
        "post": _make_integers(in_force, is_known),
        "event_time": _make_integers(years - first, is_started),
        "left_year": _make_integers(left, left >= 0),
        "hit": pd.Categorical.from_codes(
            np.array([HITS.index(one.hit.hit) if one.hit else len(HITS) for one in treated], np.int8)[rows],
            pd.Index([*HITS, ""]),
        ),
        **{name: _fill_texts([one.hit for one in treated], name, rows) for name in ("batch", "clause", "source")},
    }


def _find_first(one: UnitTreatment) -> int | None:
    if one.ever is None:
        return None
    return one.hit.first_year if one.ever and one.hit else 0


def _take(values: Sequence[int | None], rows: NDArray[np.intp]) -> NDArray[np.int16]:
    return np.array([-1 if value is None else value for value in values], dtype=np.int16)[rows]


def _make_integers(values: NDArray[Any], is_known: NDArray[np.bool_]) -> Any:
    return pd.arrays.IntegerArray(np.where(is_known, values, 0).astype(np.int16), ~is_known)


def _fill_texts(hits: Sequence[CountyHit | None], name: str, rows: NDArray[np.intp]) -> Any:
    texts = ["" if hit is None else str(getattr(hit, name)) for hit in hits]
    return pd.Categorical(np.array(texts, dtype=object)).take(rows)
