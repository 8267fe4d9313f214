"""Read tables of indicators by place and year, tidy or as yearbooks and databases publish them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.errors import IndicatorError, IntakeError, Problem, raise_problems
from pilotzones.geo.indicators.figures import OBSERVATION_STATUSES, Unit, read_figure, read_unit
from pilotzones.geo.indicators.layouts import FigureColumn, Layout, find_layout, is_repeated_head, is_total
from pilotzones.geo.places.history import Period, read_period
from pilotzones.geo.query.question_reader import PlaceQuery, read_questions

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OBSERVATION_COLUMNS", "IndicatorTable", "read_indicators"]

# The words of SDMX (concept scheme CROSS_DOMAIN_CONCEPTS), then where an observation stands in the file.
OBSERVATION_COLUMNS: Final = (
    "ref_area", "time_period", "indicator", "obs_value", "unit_measure", "unit_mult", "obs_status", "source", "comment",
    "row",
)  # fmt: skip
_MAX_PROBLEMS: Final = 1_000


@dataclass(slots=True)
class IndicatorTable:
    """Observations and what was wrong with the table.

    `observations` has a row for each figure or gap with `OBSERVATION_COLUMNS`; ``ref_area`` is the number of its place in
    `places`, which are as the table names them, each with its year. `vintage` is what the file says of itself.
    """

    observations: pd.DataFrame
    places: list[PlaceQuery]
    problems: list[Problem] = field(default_factory=list)
    title: str = ""

    @property
    def indicators(self) -> list[str]:
        """Indicators in the order of the table."""
        return list(dict.fromkeys(self.observations["indicator"]))


def read_indicators(document: DocumentText, *, period: Period | None = None) -> IndicatorTable:
    """Read the indicators of a document's tables.

    Parameters
    ----------
    document : DocumentText
        Of a CSV, XLSX, DTA, HTML, PDF or DOCX file, or a pasted table.
    period : Period, optional
        Year of tables that name none.

    Returns
    -------
    IndicatorTable

    Raises
    ------
    IndicatorError
        When no table has places and figures; the message says what is expected.
    """
    import pandas as pd

    reading = _Reading(document.file, period)
    for first, rows, title in _split_tables(document):
        layout = find_layout(rows, title=title)
        if layout is not None:
            reading.read(first, rows, layout)
    if not reading.records:
        raise_problems(IndicatorError, document.file, reading.problems)
        raise IndicatorError(
            f"{document.file}: no table with places and figures. Headings such as 县 or 行政区划代码, 年份, and one column an "
            "indicator or a year are expected; or ref_area, time_period, indicator, obs_value"
        )
    frame = pd.DataFrame(reading.records, columns=list(OBSERVATION_COLUMNS))
    problems = [*reading.problems, *_find_repeated(frame, document.file, reading.places)]
    return IndicatorTable(frame, reading.places, problems[:_MAX_PROBLEMS], reading.title)


def _split_tables(document: DocumentText) -> Iterator[tuple[int, list[list[str]], str]]:
    """Number of the first line (from 1), the cells, and the line above of each table."""
    lines = document.text.splitlines()
    if not document.tables:
        rows = [line.split("\t") for line in lines] if "\t" in document.text else list(csv.reader(lines))
        yield 1, rows, ""
        return
    end = 0
    for table in document.tables:
        above = " ".join(line.strip() for line in lines[end : table.line] if line.strip())
        end = table.line + table.rows
        yield table.line + 1, [line.split("\t") for line in lines[table.line : end]], above


class _Reading:
    """Observations of all tables of a document."""

    def __init__(self, file: str, period: Period | None) -> None:
        self.file = file
        self.period = period
        self.records: list[tuple[Any, ...]] = []
        self.places: list[PlaceQuery] = []
        self.problems: list[Problem] = []
        self.title = ""

    def read(self, first: int, rows: Sequence[Sequence[str]], layout: Layout) -> None:
        self.title = self.title or layout.title
        kept = [
            (first + at, row)
            for at, row in enumerate(rows)
            if at >= layout.first_row and any(cell.strip() for cell in row) and not is_repeated_head(row, layout)
        ]
        counted = [(number, row) for number, row in kept if not is_total(row, layout)]
        questions = self._ask(layout, [row for _, row in counted])
        for (number, row), question in zip(counted, questions, strict=True):
            if layout.tidy.get("obs_value") is not None:
                self._add_tidy(number, row, layout, question)
            else:
                self._add_wide(number, row, layout, question)

    def _ask(self, layout: Layout, rows: Sequence[Sequence[str]]) -> list[PlaceQuery]:
        """What place each row is about, read as every table of places is."""
        heads = [
            "县" if layout.header[at].casefold() in ("ref_area", "area", "region") else layout.header[at]
            for at in layout.places
        ]
        cells = [[row[at].strip() if at < len(row) else "" for at in layout.places] for row in rows]
        # A row without a place still is a row.
        lines = ["\t".join([*heads, "#"]), *("\t".join([*one, "#"]) for one in cells)]
        try:
            found = read_questions(DocumentText("\n".join(lines), file=self.file))
        except IntakeError:
            found = []
        if len(found) != len(rows):
            return [PlaceQuery(" ".join(filter(None, one)), name=" ".join(filter(None, one))) for one in cells]
        return found

    def _add_tidy(self, number: int, row: Sequence[str], layout: Layout, question: PlaceQuery) -> None:
        cell = {word: row[at].strip() if at < len(row) else "" for word, at in layout.tidy.items()}
        period = self._read_year(number, row, layout)
        unit = read_unit(cell.get("unit_measure", "")) or (
            Unit(cell["unit_measure"], 0) if cell.get("unit_measure") else layout.unit
        )
        multiplier = self._read_multiplier(number, cell.get("unit_mult", ""), unit)
        figure = self._read_cell(number, cell["obs_value"], "obs_value")
        status = cell.get("obs_status", "")
        if status and status not in OBSERVATION_STATUSES:
            self._add_problem(number, "obs_status", status, f"choose one of {', '.join(OBSERVATION_STATUSES)}")
            status = ""
        self._add(
            number, question, period, cell.get("indicator", "") or layout.title or "value", figure.value, unit, multiplier,
            status or figure.status, cell,
        )  # fmt: skip

    def _add_wide(self, number: int, row: Sequence[str], layout: Layout, question: PlaceQuery) -> None:
        cell = {word: row[at].strip() if at < len(row) else "" for word, at in layout.tidy.items()}
        own = None if all(one.year for one in layout.figures) else self._read_year(number, row, layout)
        for one in layout.figures:
            text = row[one.column].strip() if one.column < len(row) else ""
            figure = self._read_cell(number, text, _name_column(one, layout))
            period = read_period(one.year) if one.year else own
            self._add(
                number, question, period, one.indicator, figure.value, one.unit, one.unit.multiplier if one.unit else 0,
                figure.status, cell,
            )  # fmt: skip

    def _read_year(self, number: int, row: Sequence[str], layout: Layout) -> Period | None:
        if layout.year is None:
            if self.period is None and not any(problem.field == "time_period" for problem in self.problems):
                self._add_problem(number, "time_period", "", "the table names no year: give one with --year")
            return self.period
        text = row[layout.year].strip() if layout.year < len(row) else ""
        period = read_period(text)
        if period is None:
            self._add_problem(number, layout.header[layout.year], text, "a year is expected")
        return period

    def _read_cell(self, number: int, text: str, heading: str) -> Any:
        figure = read_figure(text)
        if not figure.is_read:
            self._add_problem(number, heading, text, "neither a figure nor a sign for a missing one")
        return figure

    def _read_multiplier(self, number: int, text: str, unit: Unit | None) -> int:
        if not text:
            return unit.multiplier if unit is not None else 0
        if text.lstrip("-").isdigit() and abs(int(text)) <= 15:
            return int(text)
        self._add_problem(number, "unit_mult", text, "the power of ten is expected, such as 4 for ten thousand")
        return 0

    def _add(  # noqa: PLR0917  # they are the fields of one observation
        self, number: int, question: PlaceQuery, period: Period | None, indicator: str, value: float | None,
        unit: Unit | None, multiplier: int, status: str, cell: dict[str, str],
    ) -> None:  # fmt: skip
        if period is None:
            return
        place = PlaceQuery(
            question.text, question.name, question.code, prefecture=question.prefecture, province=question.province,
            period=period, unread=question.unread,
        )  # fmt: skip
        if not self.places or self.places[-1] != place:
            self.places.append(place)
        self.records.append(
            (
                len(self.places) - 1, period.text, indicator, value, unit.measure if unit is not None else "", multiplier,
                status, cell.get("source", ""), cell.get("comment", ""), number,
            )
        )  # fmt: skip

    def _add_problem(self, number: int, heading: str, value: str, message: str) -> None:
        self.problems.append(Problem(self.file, message, number, heading, value))


def _name_column(one: FigureColumn, layout: Layout) -> str:
    return layout.header[one.column] or f"column {one.column + 1}"


def _find_repeated(frame: pd.DataFrame, file: str, places: Sequence[PlaceQuery]) -> Iterator[Problem]:
    """Two figures for one place, year and indicator: neither is chosen silently."""
    seen: set[tuple[str, ...]] = set()
    columns = ("ref_area", "time_period", "indicator", "obs_value", "row")
    for at, year, indicator, value, row in zip(*(frame[name].tolist() for name in columns), strict=True):
        place = places[at]
        key = (place.code, place.name, place.prefecture, place.province, year, indicator)
        if key in seen:
            message = f"{place.code or place.name} has this indicator for {year} twice; the first counts"
            yield Problem(file, message, row, indicator, None if value is None else str(value), "warning")
        seen.add(key)
