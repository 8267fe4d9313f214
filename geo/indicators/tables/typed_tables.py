"""Read Stata and Parquet files of indicators, whose columns are numbers already and may have labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pilotzones.geo.boundaries.upload.attribute_mapping import select_columns
from pilotzones.geo.documents.formats.stata import is_stata
from pilotzones.geo.documents.reader import TABLE, read_document
from pilotzones.geo.errors import IndicatorError, PanelError, make_problem
from pilotzones.geo.indicators.tables.cells import read_texts
from pilotzones.geo.indicators.tables.layouts import IndicatorLayout, find_layout, is_column_word, is_total
from pilotzones.geo.indicators.tables.observations import ObservationBuilder, TableBlock
from pilotzones.geo.indicators.tables.reader import MAX_COLUMNS, IndicatorTable, finish_table, read_indicators
from pilotzones.geo.panel.table_reader import UserTable, read_parquet_parts, read_table_file
from pilotzones.geo.places.history import Period
from pilotzones.geo.sandbox.limits import TERMINAL

__all__ = ["find_typed_suffix", "read_indicator_file", "read_user_table"]

MAX_FIGURES: Final = 60_000_000
_PARQUET: Final = b"PAR1"
# Cells of each column by which a table's layout is found.
_MAX_SAMPLE_CELLS: Final = 60


def read_indicator_file(path: Path, *, period: Period | None = None) -> IndicatorTable:
    """Read a file of indicators of any kind.

    Parameters
    ----------
    path : Path
        CSV, XLSX, HTML, PDF, DOCX, DTA or Parquet; found by its content.
    period : Period, optional
        Year of tables that name none.

    Returns
    -------
    IndicatorTable

    Raises
    ------
    IntakeError
        When the file is missing or refused.
    IndicatorError
        When it has no table with places and figures.
    """
    head = b""
    if path.is_file():
        with path.open("rb") as stream:
            head = stream.read(64)
    suffix = find_typed_suffix(head)
    if not suffix:
        return read_indicators(read_document(path, limits=TABLE), period=period)
    limits = replace(TERMINAL, columns=MAX_COLUMNS)
    try:
        if suffix == ".parquet":
            return _read_parts(read_parquet_parts(path, limits=limits), path.name, period)
        table = read_table_file(path, limits=limits, suffix=suffix, name=path.name)
    except PanelError as error:
        raise IndicatorError(str(error), error.problems) from None
    return read_user_table(table, period=period)


def find_typed_suffix(head: bytes) -> str:
    """Find out whether a file has columns of numbers.

    Parameters
    ----------
    head : bytes
        Its first 64 bytes.

    Returns
    -------
    str
        ``.parquet``, ``.dta`` or nothing.
    """
    return ".parquet" if head.startswith(_PARQUET) else ".dta" if is_stata(head.ljust(64, b"\0")) else ""


def read_user_table(table: UserTable, *, period: Period | None = None) -> IndicatorTable:
    """Read a table whose columns have types.

    Parameters
    ----------
    table : UserTable
        Its frame is left empty, so that a large table is not held twice.
    period : Period, optional
        Year of tables that name none.

    Returns
    -------
    IndicatorTable

    Raises
    ------
    IndicatorError
        When it has no places or no figures.
    """
    return _read_parts(iter([table]), table.file, period)


def _read_parts(parts: Iterator[UserTable], file: str, period: Period | None) -> IndicatorTable:
    builder, layout, row, figures = ObservationBuilder(file, period), None, 1, 0
    for part in parts:
        length, columns, layout = _open_part(part, layout)
        figures += length * (1 if "obs_value" in layout.tidy else len(layout.figures))
        if figures > MAX_FIGURES:
            raise IndicatorError(make_problem(file, "many_figures", facts={"most": f"{MAX_FIGURES:,}"}))
        lines = np.arange(row, row + length, dtype=np.int32)
        row += length
        is_kept = _find_counted(columns, layout.places, layout)
        if not is_kept.all():
            columns, lines = [column[is_kept] for column in columns], lines[is_kept]
        builder.add(TableBlock(columns, lines, layout))
        # The figures are let go one by one as they are put together.
        columns.clear()
    return finish_table(builder)


def _open_part(table: UserTable, layout: IndicatorLayout | None) -> tuple[int, list[Any], IndicatorLayout]:
    """Give the number of rows, the columns and the layout of a part; its frame is left empty."""
    header = _choose_header(table)
    length = len(table.frame)
    columns = [_apply_labels(column, table.value_labels.get(str(name), {})) for name, column in table.frame.items()]
    table.frame = table.frame.iloc[:0, :0]
    if layout is not None:
        return length, columns, layout
    sample = [_sample(column) for column in columns]
    depth = max(map(len, sample), default=0)
    rows = [[*header], *([cells[at] if at < len(cells) else "" for cells in sample] for at in range(depth))]
    layout = find_layout(rows)
    if layout is None:
        raise IndicatorError(make_problem(table.file, "no_table"))
    return length, columns, layout


def _choose_header(table: UserTable) -> list[str]:
    """Choose the labels of the variables, which say figure and unit; names where they say place or year, or differ."""
    names = [str(name) for name in table.frame.columns]
    labels = [" ".join(table.labels.get(name, "").split()) for name in names]
    header = [
        name if not label or select_columns([name]) or is_column_word(name) else label
        for name, label in zip(names, labels, strict=True)
    ]
    return [f"{head} {name}" if header.count(head) > 1 else head for head, name in zip(header, names, strict=True)]


def _apply_labels(column: pd.Series, labels: dict[str, str]) -> NDArray[Any]:
    """Return the cells of a column, those with a label as it is written."""
    if not labels and isinstance(column.dtype, pd.CategoricalDtype):
        categories: NDArray[Any] = column.array
        return categories
    cells: NDArray[Any] = column.to_numpy()
    if not labels:
        return cells if cells.dtype.kind in "fiu" else column.to_numpy(dtype=object)
    known = {float(value): label for value, label in labels.items()}
    return np.array([known.get(cell, cell) for cell in cells.tolist()], dtype=object)


def _sample(column: NDArray[Any]) -> list[str]:
    """Sample some of the filled cells of a column as text, from all over it."""
    if column.dtype.kind in "fiu":
        filled = column[np.isfinite(column)] if column.dtype.kind == "f" else column
    else:
        filled = np.array([cell for cell in column.tolist() if cell is not None and cell != ""], dtype=object)
    step = len(filled) // _MAX_SAMPLE_CELLS or 1
    taken = filled[::step][:_MAX_SAMPLE_CELLS]
    found = read_texts(taken)
    return [found.take(row) for row in range(len(taken))]


def _find_counted(columns: Sequence[NDArray[Any]], places: Sequence[int], layout: Any) -> NDArray[np.bool_]:
    """Find the rows that are no totals."""
    is_kept = np.ones(len(columns[0]), dtype=bool)
    for at in places:
        found = read_texts(columns[at])
        blank = [""] * len(layout.header)
        totals = [is_total([*blank[:at], text, *blank[at + 1 :]], layout) for text in found.texts]
        is_kept &= ~np.array(totals, dtype=bool)[found.codes]
    return is_kept
