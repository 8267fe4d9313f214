"""Observations out of the columns of a table: places with their years, figures with unit and status, and every problem."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyarrow import default_memory_pool

from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.errors import IntakeError, Problem, make_problem
from pilotzones.geo.files.figures import OBSERVATION_STATUSES, MeasureUnit, fold_heading, read_unit
from pilotzones.geo.indicators.tables.cells import TextCells, read_figures, read_texts
from pilotzones.geo.indicators.tables.compact_columns import choose_kind, compact_numbers, join_parts
from pilotzones.geo.indicators.tables.layouts import REF_AREA, FigureColumn, IndicatorLayout
from pilotzones.geo.places.history import Period, read_period
from pilotzones.geo.query.question_reader import PlaceQuery, read_questions

__all__ = ["MAX_PROBLEMS", "OBSERVATION_COLUMNS", "ObservationBuilder", "TableBlock", "read_power"]

# The words of SDMX (concept scheme CROSS_DOMAIN_CONCEPTS), the vintage, then where an observation stands in the file.
OBSERVATION_COLUMNS: Final = (
    "ref_area", "time_period", "indicator", "obs_value", "unit_measure", "unit_mult", "obs_status", "source", "vintage",
    "comment", "row",
)  # fmt: skip
MAX_PROBLEMS: Final = 1_000
_MAX_POWER: Final = 15
_POWER: Final = re.compile(r"-?\d{1,2}")
_NO_PLACE: Final = -1
_TEXT_COLUMNS: Final = frozenset({"time_period", "indicator", "unit_measure", "source", "vintage", "comment"})
_KINDS: Final = {
    "ref_area": np.int32,
    "obs_value": np.float64,
    "unit_mult": np.int8,
    "obs_status": np.int8,
    "row": np.int32,
}
_MAX_SORTED_ROWS: Final = 2_000_000


@dataclass(frozen=True)
class TableBlock:
    """The rows of one table as columns.

    `columns` has an array for each column of the table, of texts or of numbers; `rows` are the lines of the file.
    """

    columns: Sequence[NDArray[Any]]
    rows: NDArray[np.signedinteger[Any]]
    layout: IndicatorLayout

    def read_texts(self, column: int | None) -> TextCells:
        """Return the texts of a column; empty ones where there is none."""
        if column is None:
            return TextCells([""], np.zeros(len(self.rows), np.int32))
        return read_texts(self.columns[column])


@dataclass
class ObservationBuilder:
    """Observations of all tables of a file.

    Parameters
    ----------
    file : str
        Name to report.
    period : Period or None
        Year of tables that name none.

    Attributes
    ----------
    may_repeat : bool
        Whether two observations may be of one place, year and indicator.
    """

    file: str
    period: Period | None
    places: list[PlaceQuery] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    title: str = ""
    may_repeat: bool = False
    _parts: list[dict[str, Any]] = field(default_factory=list)
    _texts: dict[str, dict[str, int]] = field(
        default_factory=lambda: {name: {} for name in OBSERVATION_COLUMNS if name in _TEXT_COLUMNS}
    )
    _coded: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    _numbers: dict[PlaceQuery, int] = field(default_factory=dict)
    _known: dict[tuple[int, Period], int] = field(default_factory=dict)
    _questions: dict[tuple[str, ...], PlaceQuery] = field(default_factory=dict)
    _hidden: int = 0

    def add(self, block: TableBlock) -> None:
        """Add the observations of a table.

        Parameters
        ----------
        block : TableBlock
        """
        layout = block.layout
        self.title = self.title or layout.title
        if not len(block.rows):
            return
        places, questions = self._ask(block)
        if "obs_value" in layout.tidy:
            self._add_tidy(block, self._number_places(places, questions, self._read_years(block)))
            return
        own = None
        if not all(one.year for one in layout.figures):
            own = self._number_places(places, questions, self._read_years(block))
        by_year: dict[str, NDArray[np.int32]] = {}
        for one in layout.figures:
            if one.year and one.year not in by_year:
                given = ([read_period(one.year)], np.zeros(len(block.rows), np.int32))
                by_year[one.year] = self._number_places(places, questions, given)
            self._add_wide(block, one, by_year[one.year] if one.year or own is None else own)

    def build(self) -> pd.DataFrame:
        """Build the frame with `OBSERVATION_COLUMNS`; texts are categories.

        Observations are in the order of the rows; those of a very large table, whose sorting would take longer than
        its reading, in the order of the columns.

        Returns
        -------
        DataFrame
        """
        sizes = [len(part["obs_value"]) for part in self._parts]
        columns: dict[str, Any] = {
            "obs_value": join_parts([part.pop("obs_value") for part in self._parts], sizes, float)
        }
        # The figures of a file are let go with their parts, and Arrow keeps their memory until it is asked for it.
        default_memory_pool().release_unused()
        for name in OBSERVATION_COLUMNS:
            if name == "obs_value":
                continue
            texts = self._texts.get(name)
            kind = choose_kind(len(texts)) if texts is not None else _KINDS[name]
            filled = join_parts([part.pop(name) for part in self._parts], sizes, kind)
            if texts is not None:
                columns[name] = pd.Categorical.from_codes(filled, pd.Index(list(texts), dtype=object))
            elif name == "obs_status":
                columns[name] = pd.Categorical.from_codes(filled, pd.Index(OBSERVATION_STATUSES, dtype=object))
            else:
                columns[name] = filled
        self._parts.clear()
        frame = pd.DataFrame(columns, columns=list(OBSERVATION_COLUMNS), copy=False)
        if len(frame) > _MAX_SORTED_ROWS:
            return frame
        return frame.sort_values("row", kind="stable", ignore_index=True)

    @property
    def has_observations(self) -> bool:
        """Whether there is any."""
        return bool(self._parts)

    def report(self, row: int, heading: str, value: str, kind: str, **facts: str) -> None:
        """Add a problem; beyond `MAX_PROBLEMS` they are counted."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(make_problem(self.file, kind, row=row, field=heading, value=value, facts=facts))
        else:
            self._hidden += 1

    def finish_problems(self) -> list[Problem]:
        """List the problems, and how many more there are."""
        if not self._hidden:
            return self.problems
        more = make_problem(self.file, "more_hidden", severity="warning", facts={"count": f"{self._hidden:,}"})
        return [*self.problems, more]

    def _ask(self, block: TableBlock) -> tuple[NDArray[np.int32], list[PlaceQuery]]:
        """Find which place each row is about; each different one is read once, as every table of places is."""
        texts = [block.read_texts(at) for at in block.layout.places]
        key = np.zeros(len(block.rows), np.int64)
        for one in texts:
            key = key * len(one.texts) + one.codes
        codes, different = pd.factorize(key)
        first = np.zeros(len(different), np.int64)
        first[codes[::-1]] = np.arange(len(codes))[::-1]
        cells = [[one.take(row) for one in texts] for row in first]
        heads = tuple(block.layout.header[at] for at in block.layout.places)
        keys = [(*heads, *one) for one in cells]
        new = [number for number, key in enumerate(keys) if key not in self._questions]
        read = self._read_places(list(heads), [cells[number] for number in new])
        self._questions.update(zip([keys[number] for number in new], read, strict=True))
        return codes.astype(np.int32), [self._questions[key] for key in keys]

    def _read_places(self, heads: list[str], cells: list[list[str]]) -> list[PlaceQuery]:
        """Read the places of rows, as every table of places is read."""
        texts = [" ".join(filter(None, one)) for one in cells]
        if len(heads) == 1 and fold_heading(heads[0]) in REF_AREA:
            # A column of areas has codes or names, of units of any level.
            heads = ["行政区划代码", "县"]
            cells = [[one, ""] if one[:1].isdecimal() else ["", one] for (one,) in cells]
        # A row without a place still is a row.
        lines = ["\t".join([*heads, "#"]), *("\t".join([*one, "#"]) for one in cells)]
        try:
            found = read_questions(DocumentText("\n".join(lines), file=self.file))
        except IntakeError:
            found = []
        if len(found) != len(cells):
            found = [PlaceQuery("", name=text) for text in texts]
        # What a row of the table says is the text of its place, without the sign that kept the row.
        return [replace(one, text=text) for one, text in zip(found, texts, strict=True)]

    def _read_years(self, block: TableBlock) -> tuple[list[Period | None], NDArray[np.int32]]:
        layout = block.layout
        if layout.year is None:
            period = self.period or read_period(layout.title_year)
            if not any(problem.field == "time_period" for problem in self.problems):
                if period is None:
                    self.report(int(block.rows[0]), "time_period", "", "no_year")
                elif self.period is None:
                    facts = {"year": layout.title_year}
                    self.problems.append(
                        make_problem(self.file, "year_of_title", field="time_period", severity="warning", facts=facts)
                    )
            return [period], np.zeros(len(block.rows), np.int32)
        column = block.read_texts(layout.year)
        periods = [read_period(text) for text in column.texts]
        if None in periods:
            is_unread = np.array([one is None for one in periods])[column.codes]
            for row in np.flatnonzero(is_unread):
                heading = layout.header[layout.year]
                self.report(int(block.rows[row]), heading, column.take(row), "year_expected")
        return periods, column.codes

    def _number_places(
        self,
        question_numbers: NDArray[np.int32],
        questions: Sequence[PlaceQuery],
        years: tuple[list[Period | None], NDArray[np.int32]],
    ) -> NDArray[np.int32]:
        """Assign a number to the place and year of each row; -1 for a row without a year."""
        periods, year_codes = years
        codes, different = pd.factorize(question_numbers.astype(np.int64) * len(periods) + year_codes)
        numbers = np.full(len(different), _NO_PLACE, np.int32)
        for at, key in enumerate(different.tolist()):
            question, period = questions[key // len(periods)], periods[key % len(periods)]
            if period is None:
                continue
            # The questions are held, so that no other one can get the number of one of them.
            known = (id(question), period)
            if known not in self._known:
                place = replace(question, lon=None, lat=None, period=period)
                self._known[known] = self._numbers.setdefault(place, len(self._numbers))
                if self._known[known] == len(self.places):
                    self.places.append(place)
            numbers[at] = self._known[known]
        result: NDArray[np.int32] = numbers[codes]
        return result

    def _add_wide(self, block: TableBlock, one: FigureColumn, places: NDArray[np.int32]) -> None:
        layout, tidy = block.layout, block.layout.tidy
        heading = layout.header[one.column] or f"column {one.column + 1}"
        names = block.read_texts(tidy["indicator"]) if "indicator" in tidy else None
        units = [one.unit]
        codes = np.zeros(len(block.rows), np.int32)
        if "unit_measure" in tidy:
            column = block.read_texts(tidy["unit_measure"])
            units, codes = [_read_cell_unit(text, one.unit) for text in column.texts], column.codes
        self._append(
            block, places, heading, block.columns[one.column],
            names if names is not None else TextCells([one.indicator], np.zeros(len(block.rows), np.int32)),
            units, codes, None, None,
        )  # fmt: skip

    def _add_tidy(self, block: TableBlock, places: NDArray[np.int32]) -> None:
        layout, tidy = block.layout, block.layout.tidy
        names = block.read_texts(tidy.get("indicator"))
        names = TextCells([text or layout.title or "value" for text in names.texts], names.codes)
        column = block.read_texts(tidy.get("unit_measure"))
        units = [_read_cell_unit(text, layout.unit) for text in column.texts]
        self._append(
            block, places, "obs_value", block.columns[tidy["obs_value"]], names, units, column.codes,
            block.read_texts(tidy["unit_mult"]) if "unit_mult" in tidy else None,
            block.read_texts(tidy["obs_status"]) if "obs_status" in tidy else None,
        )  # fmt: skip

    def _append(  # noqa: PLR0917  # they are the columns of observations
        self, block: TableBlock, places: NDArray[np.int32], heading: str, cells: NDArray[Any], names: TextCells,
        units: Sequence[MeasureUnit | None], unit_codes: NDArray[np.int32], powers: TextCells | None, statuses: TextCells | None,
    ) -> None:  # fmt: skip
        figures = read_figures(cells)
        for row in figures.unread:
            self.report(int(block.rows[row]), heading, str(cells[row]).strip(), "no_figure")
        multipliers = np.array([0 if unit is None else unit.multiplier for unit in units], np.int8)[unit_codes]
        if powers is not None:
            multipliers = self._read_powers(block, powers, multipliers)
        status = figures.statuses if statuses is None else self._read_statuses(block, statuses, figures.statuses)
        is_kept = places != _NO_PLACE
        keep = slice(None) if is_kept.all() else is_kept
        tidy = block.layout.tidy
        texts = {word: block.read_texts(tidy.get(word)) for word in ("source", "vintage", "comment")}
        measures = TextCells(["" if unit is None else unit.measure for unit in units], unit_codes)
        part: dict[str, Any] = {
            "ref_area": places[keep],
            "time_period": self._code_periods(places, keep),
            "indicator": self._code_texts("indicator", names, keep),
            "obs_value": figures.numbers[keep],
            "unit_measure": self._code_texts("unit_measure", measures, keep),
            "unit_mult": compact_numbers(multipliers[keep]),
            "obs_status": compact_numbers(status[keep]),
            **{word: self._code_texts(word, column, keep) for word, column in texts.items()},
            "row": block.rows[keep],
        }
        if len(part["obs_value"]):
            self._parts.append(part)

    def _code_texts(self, name: str, column: TextCells, keep: Any) -> NDArray[np.int32] | int:
        """Code the texts of a column in the categories of all tables; one number where all cells are the same."""
        known = self._texts[name]
        # An indicator that comes a second time may have a figure that came before.
        if name == "indicator":
            self.may_repeat |= len(column.texts) > 1 or any(text in known for text in column.texts)
        numbers = np.array([known.setdefault(text, len(known)) for text in column.texts], np.int32)
        return int(numbers[0]) if len(numbers) == 1 else numbers[column.codes[keep]]

    def _code_periods(self, places: NDArray[np.int32], keep: Any) -> NDArray[np.int32]:
        """Code the periods of places; the columns of a table share their places, so they are coded once."""
        # The array is kept beside its number, so that no other one can get it.
        if id(places) not in self._coded:
            known = self._texts["time_period"]
            periods = [place.period.text if place.period is not None else "" for place in self.places]
            numbers = np.array([known.setdefault(text, len(known)) for text in periods], np.int32)
            taken = places[keep]
            self.may_repeat |= len(np.unique(taken)) < len(taken)
            self._coded[id(places)] = (places, numbers[taken])
        codes: NDArray[np.int32] = self._coded[id(places)][1]
        return codes

    def _read_powers(self, block: TableBlock, powers: TextCells, implied: NDArray[np.int8]) -> NDArray[np.int8]:
        """Read the powers of ten that a column gives; the unit's where a cell is empty."""
        read = [read_power(text) for text in powers.texts]
        for number, text in enumerate(powers.texts):
            if text and read[number] is None:
                for row in np.flatnonzero(powers.codes == number):
                    self.report(int(block.rows[row]), "unit_mult", text, "power_expected")
        is_given = np.array([bool(text) for text in powers.texts])[powers.codes]
        given = np.array([0 if one is None else one for one in read], np.int8)[powers.codes]
        return np.where(is_given, given, implied)

    def _read_statuses(self, block: TableBlock, statuses: TextCells, implied: NDArray[np.int8]) -> NDArray[np.int8]:
        known: dict[str, int] = {text: number for number, text in enumerate(OBSERVATION_STATUSES)}
        for number, text in enumerate(statuses.texts):
            if text and text not in known:
                for row in np.flatnonzero(statuses.codes == number):
                    self.report(
                        int(block.rows[row]), "obs_status", text, "choose_one", choices=", ".join(OBSERVATION_STATUSES)
                    )
        given = np.array([known.get(text, -1) for text in statuses.texts], np.int8)[statuses.codes]
        return np.where(given >= 0, given, implied)


def _read_cell_unit(text: str, implied: MeasureUnit | None) -> MeasureUnit | None:
    return (read_unit(text) or MeasureUnit(text, 0)) if text else implied


def read_power(text: str) -> int | None:
    """Read a power of ten.

    Parameters
    ----------
    text : str

    Returns
    -------
    int or None
        None for what is none, or larger than any unit has.
    """
    return int(text) if _POWER.fullmatch(text) and abs(int(text)) <= _MAX_POWER else None
