"""Tables whose polygons are text: CSV files, and the geometry of any table that has a column of WKT or hexadecimal WKB."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from pilotzones.geo.boundaries.upload.raw_features import (
    RawFeatures,
    check_size,
    decode_text,
    make_refusal,
    pair_columns,
    parse_shapes,
    summarize_row_problems,
)
from pilotzones.geo.errors import Problem, make_problem
from pilotzones.geo.files.csv_reader import split_rows
from pilotzones.geo.sandbox.limits import Limits

__all__ = ["find_geometry_column", "read_csv", "take_geometry"]

# A geometry as PostGIS and others write it, perhaps with the code of its system before it (EWKT).
_WKT: Final = re.compile(
    r"\s*(?:SRID=(\d+);)?\s*((?:POINT|LINESTRING|(?:CURVE)?POLYGON|MULTI\w+|GEOMETRYCOLLECTION)\b.*)",
    re.IGNORECASE | re.DOTALL,
)
_HEX_WKB: Final = re.compile(r"\s*0[01][0-9A-Fa-f]{8,}\s*")
# The most characters a cell of a workbook holds.
_MAX_CELL_CHARACTERS: Final = 32_767
_SEPARATORS: Final = ",;\t|"
# Rows above the names of the columns.
_MAX_TITLE_ROWS: Final = 5


def read_csv(path: Path, *, file: str, limits: Limits) -> RawFeatures:
    """Read the rows of a CSV file with a header; the separator is the one that its header has most of.

    Parameters
    ----------
    path : Path
    file : str
        Name to report.
    limits : Limits

    Returns
    -------
    RawFeatures

    Raises
    ------
    IntakeError
        When it is no text, has no rows, or asks for too much.
    """
    problems: list[Problem] = []
    text = decode_text(path.read_bytes(), problems, file=file)
    if text is None:
        raise make_refusal(file, "encoding-neither")
    # A title that stands above the table has no separator.
    header = next((line for line in text.split("\n", _MAX_TITLE_ROWS + 1) if any(map(line.count, _SEPARATORS))), "")
    separator = max(_SEPARATORS, key=header.count)
    split = split_rows(text, delimiter=separator, max_cell_characters=limits.file_bytes)
    rows = [cells for _, cells in split if cells]
    titles = _count_titles(rows)
    if titles:
        problems.append(_report_title(file, titles))
        rows = rows[titles:]
    if len(rows) < 2:
        raise make_refusal(file, "empty_geometry-table")
    if len(rows) - 1 > limits.features:
        raise make_refusal(file, "too_large-rows", rows=f"{len(rows) - 1:,}", most=f"{limits.features:,}")
    check_size(file, limits, columns=len(rows[0]))
    names = [name.strip() for name in rows[0]]
    cells = [
        [row[place] if place < len(row) and row[place] else None for row in rows[1:]] for place in range(len(names))
    ]
    columns = pair_columns(names, cells, problems, file=file)
    return RawFeatures(np.full(len(rows) - 1, None, dtype=object), columns, tuple(names), problems=problems)


def find_geometry_column(table: RawFeatures) -> str | None:
    """Find the column of a table that has WKT or WKB.

    Parameters
    ----------
    table : RawFeatures

    Returns
    -------
    str or None
    """
    return next((name for name, cells in table.columns.items() if _holds_geometry(cells)), None)


def skip_title(table: RawFeatures, *, file: str) -> None:
    """Take the row right above the first geometry for the names of the columns, where a title stands above it.

    Parameters
    ----------
    table : RawFeatures
        Changed in place: of a sheet whose first row, with the title, was read as names.
    file : str
        Name to report.
    """
    name = find_geometry_column(table)
    cells = [] if name is None else table.columns[name]
    first = next((row for row, cell in enumerate(cells) if cell and _is_geometry(cell)), 0)
    if not 0 < first <= _MAX_TITLE_ROWS or not cells[first - 1]:
        return
    heads = {old: column[first - 1] for old, column in table.columns.items()}
    if len(set(filter(None, heads.values()))) < min(2, len(heads)):
        return
    names = [(heads[old] or old).strip() for old in table.columns]
    columns = [column[first:] for column in table.columns.values()]
    table.columns = pair_columns(names, columns, table.problems, file=file)
    table.geometry, table.found = table.geometry[first:], tuple(names)
    table.problems.append(_report_title(file, first))


def _report_title(file: str, rows: int) -> Problem:
    return make_problem(file, "title_skipped", severity="info", facts={"count": rows})


def _count_titles(rows: Sequence[Sequence[str]]) -> int:
    """Count the rows with a title above the names of a table: those with one cell, above others with more."""
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[: _MAX_TITLE_ROWS + 1]]
    titles = next((place for place, count in enumerate(filled) if count > 1), 0)
    return 0 if any(_is_geometry(cell) for row in rows[:titles] for cell in row) else titles


def take_geometry(table: RawFeatures, *, file: str) -> None:
    """Read the geometry of a table out of its column of WKT or WKB, and take that column away.

    Parameters
    ----------
    table : RawFeatures
        Changed in place; `crs` is set where all rows state the same EWKT code.
    file : str
        Name to report.
    """
    skip_title(table, file=file)
    name = find_geometry_column(table)
    if name is None:
        table.problems.append(make_problem(file, "no_polygon-column"))
        return
    cells = table.columns.pop(name)
    cut = [row for row, cell in enumerate(cells, 1) if cell is not None and len(cell) == _MAX_CELL_CHARACTERS]
    facts = {"most": f"{_MAX_CELL_CHARACTERS:,}"}
    table.problems += summarize_row_problems(file, "cell_cut", cut, field=name, facts=facts)
    table.geometry = _parse_cells(cells)
    lost = [
        row
        for row, cell in enumerate(cells, 1)
        if cell and cell.strip() and table.geometry[row - 1] is None and row not in cut
    ]
    table.problems += summarize_row_problems(file, "damaged-wkt", lost, field=name)
    codes = {match[1] for cell in cells if cell and (match := _WKT.fullmatch(cell)) is not None}
    if len(codes) == 1 and (code := codes.pop()):
        table.crs = f"EPSG:{code}"


def _is_geometry(cell: str) -> bool:
    return bool(_WKT.match(cell) or _HEX_WKB.match(cell))


def _holds_geometry(cells: list[str | None]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and 2 * sum(map(_is_geometry, filled)) >= len(filled)


def _parse_cells(cells: list[str | None]) -> NDArray[Any]:
    texts = [_WKT.fullmatch(cell) if cell else None for cell in cells]
    plain = np.array([None if match is None else match[2].strip() for match in texts], dtype=object)
    geometry = parse_shapes(shapely.from_wkt, plain)
    for row, cell in enumerate(cells):
        if cell and texts[row] is None and _HEX_WKB.fullmatch(cell):
            geometry[row] = parse_shapes(shapely.from_wkb, [cell.strip()])[0]
    return geometry
