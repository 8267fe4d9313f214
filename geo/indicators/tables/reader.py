"""Read tables of indicators by place and year, tidy or as yearbooks and databases publish them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.errors import IndicatorError, Problem, make_problem, raise_problems
from pilotzones.geo.indicators.tables.layouts import (
    IndicatorLayout,
    continue_layout,
    find_layout,
    is_repeated_head,
    is_total,
    split_sections,
)
from pilotzones.geo.indicators.tables.observations import (
    MAX_PROBLEMS,
    OBSERVATION_COLUMNS,
    ObservationBuilder,
    TableBlock,
)
from pilotzones.geo.places.history import Period
from pilotzones.geo.query.question_reader import PlaceQuery

__all__ = [
    "OBSERVATION_COLUMNS",
    "IndicatorTable",
    "drop_repeated",
    "finish_table",
    "read_indicators",
    "write_observation_template",
]

MAX_COLUMNS: Final = 2_000
_FIGURES_AT_ONCE: Final = 2_000_000


@dataclass(slots=True)
class IndicatorTable:
    """Observations and what was wrong with the table.

    `observations` has a row for each figure or gap with `OBSERVATION_COLUMNS`; ``ref_area`` is the number of its place in
    `places`, which are as the table names them, each with its year.
    """

    observations: pd.DataFrame
    places: list[PlaceQuery]
    problems: list[Problem] = field(default_factory=list)
    title: str = ""
    file: str = "table"

    @property
    def indicators(self) -> list[str]:
        """Indicators in the order of the table."""
        return list(self.observations["indicator"].cat.categories)


def write_observation_template() -> bytes:
    """Write an empty tidy table: the headings, UTF-8 with a byte order mark."""
    return (",".join(OBSERVATION_COLUMNS[:-1]) + "\r\n").encode("utf-8-sig")


def read_indicators(document: DocumentText, *, period: Period | None = None) -> IndicatorTable:
    """Read the indicators of a document's tables.

    Parameters
    ----------
    document : DocumentText
        Of a CSV, XLSX, HTML, PDF or DOCX file, or a pasted table.
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
    builder = ObservationBuilder(document.file, period)
    for first, rows, title in _split_tables(document):
        if (width := max(map(len, rows), default=0)) > MAX_COLUMNS:
            facts = {"columns": f"{width:,}", "most": f"{MAX_COLUMNS:,}"}
            raise IndicatorError(make_problem(document.file, "table_columns", facts=facts))
        _add_table(builder, first, rows, title)
    return finish_table(builder)


def _add_table(builder: ObservationBuilder, first: int, rows: list[list[str]], title: str) -> None:
    """Add a table with all its parts."""
    layout = find_layout(rows, title=title)
    if layout is None:
        return
    starts = split_sections(rows, layout)
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        part = rows[start:end]
        own = layout if not start else find_layout(part)
        if own is None:
            continue
        if start:
            continue_layout(own, layout)
        builder.add(_make_block(first + start, part, own))
        layout = own


def finish_table(builder: ObservationBuilder) -> IndicatorTable:
    """Make a table of the observations that were found.

    Parameters
    ----------
    builder : ObservationBuilder

    Returns
    -------
    IndicatorTable
        Without repeated figures: each is a problem.

    Raises
    ------
    IndicatorError
        When there are none.
    """
    if not builder.has_observations:
        raise_problems(IndicatorError, builder.file, builder.problems)
        raise IndicatorError(make_problem(builder.file, "no_table"))
    names = [place.code or place.name for place in builder.places]
    frame = builder.build()
    repeated: list[Problem] = []
    if builder.may_repeat:
        frame, repeated = drop_repeated(frame, names, builder.file)
    return IndicatorTable(frame, builder.places, [*builder.finish_problems(), *repeated], builder.title, builder.file)


def _split_tables(document: DocumentText) -> Iterator[tuple[int, list[list[str]], str]]:
    """Yield the number of the first line (from 1), the cells, and the line above of each table."""
    if not document.tables:
        numbered = document.split_rows()
        rows: list[list[str]] = [[] for _ in range(numbered[-1][0] if numbered else 0)]
        for number, cells in numbered:
            rows[number - 1] = cells
        yield 1, rows, ""
        return
    lines, end = document.text.splitlines(), 0
    for table in document.tables:
        above = " ".join(line.strip() for line in lines[end : table.line] if line.strip())
        end = table.line + table.rows
        yield table.line + 1, [line.split("\t") for line in lines[table.line : end]], above


def _make_block(first: int, rows: Sequence[Sequence[str]], layout: IndicatorLayout) -> TableBlock:
    """Yield the rows of a table that are neither headings, repeated ones, nor totals."""
    import numpy as np

    body_rows = [
        (first + at, row)
        for at, row in enumerate(rows)
        if at >= layout.first_row
        and any(cell.strip() for cell in row)
        and not is_repeated_head(row, layout)
        and not is_total(row, layout)
    ]
    width = len(layout.header)
    cells = np.empty((len(body_rows), width), dtype=object)
    for number, (_, row) in enumerate(body_rows):
        padded = [*row, *[""] * (width - len(row))]
        cells[number] = padded[:width]
    lines = np.array([number for number, _ in body_rows], np.int64)
    return TableBlock([cells[:, at] for at in range(width)], lines, layout)


def drop_repeated(
    frame: pd.DataFrame, names: Sequence[str], file: str, *, places: NDArray[np.int32] | None = None
) -> tuple[pd.DataFrame, list[Problem]]:
    """Leave out every figure that has another one for its place, year and indicator before it; none is chosen silently.

    Parameters
    ----------
    frame : DataFrame
        With `OBSERVATION_COLUMNS`.
    names : sequence of str
        Of the places, for messages.
    file : str
    places : ndarray of int, optional
        Number of the place of each row; by default ``ref_area``.

    Returns
    -------
    frame : DataFrame
    problems : list of Problem
    """
    import numpy as np
    import pandas as pd

    numbers = frame["ref_area"].to_numpy() if places is None else places
    indicators = frame["indicator"].cat
    codes, width = indicators.codes.to_numpy(), len(indicators.categories)
    is_repeated = np.zeros(len(frame), dtype=bool)
    # Some places at a time, as looking at tens of millions of figures at once would take gigabytes.
    groups = len(frame) // _FIGURES_AT_ONCE + 1
    group = (numbers % groups).astype(np.int16)
    for one in range(groups):
        rows = np.flatnonzero(group == one) if groups > 1 else np.arange(len(frame))
        key = numbers[rows].astype(np.int64) * width + codes[rows]
        is_repeated[rows] = pd.Series(key).duplicated().to_numpy()
    problems = []
    for row in frame[is_repeated].head(MAX_PROBLEMS).to_dict("records"):
        value = None if pd.isna(row["obs_value"]) else f"{row['obs_value']:g}"
        facts = {"place": names[row["ref_area"]], "year": row["time_period"]}
        problem = make_problem(
            file,
            "repeated",
            row=int(row["row"]),
            field=str(row["indicator"]),
            value=value,
            severity="warning",
            facts=facts,
        )
        problems.append(problem)
    if not is_repeated.any():
        return frame, []
    return frame[~is_repeated].reset_index(drop=True), problems
