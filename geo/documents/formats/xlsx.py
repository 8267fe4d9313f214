"""Read the text of an XLSX workbook."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from pilotzones.geo.documents.formats.refusal import DocumentRefusedError
from pilotzones.geo.documents.tables.layout import MAX_COLUMNS, MAX_ROWS, ExtractedTable, Merge

__all__ = ["read_xlsx"]


def read_xlsx(path: Path, notes: list[str]) -> Iterator[str | ExtractedTable]:
    """Read the text of an XLSX workbook.

    Parameters
    ----------
    path : Path
    notes : list of str
        Takes what was not read.

    Yields
    ------
    str or ExtractedTable
        The title of a sheet, then its rows.

    Raises
    ------
    DocumentRefusedError
        When the file cannot be read.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path.open("rb"), read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, TypeError, OSError) as error:
        raise DocumentRefusedError("the XLSX is damaged") from error
    rows_read = 0
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            notes.append(f"sheet {sheet.title!r} is hidden in the workbook; it was read all the same")
        rows = list(_sheet_rows(sheet))
        while rows and not any(rows[-1]):
            rows.pop()
        rows_read += sum(any(row) for row in rows)
        if rows_read > MAX_ROWS:
            raise DocumentRefusedError(f"more than {MAX_ROWS:,} rows: split the workbook")
        if rows:
            yield sheet.title
            yield ExtractedTable(rows, _read_merges(path, sheet, rows=len(rows))).drop_blank_rows()
            yield ""


def _read_merges(path: Path, sheet: Any, *, rows: int) -> list[Merge]:
    """Merged ranges of a sheet: the library leaves them out where it reads row by row."""
    from lxml import etree
    from openpyxl.utils.cell import range_boundaries

    merges = []
    with zipfile.ZipFile(path) as archive, archive.open(sheet._worksheet_path) as part:  # noqa: SLF001 - no public name
        for _, element in etree.iterparse(
            part, tag=("{*}row", "{*}mergeCell"), resolve_entities=False, no_network=True
        ):
            if element.tag.endswith("mergeCell"):
                left, top, right, bottom = range_boundaries(element.get("ref", "A1"))
                # Without a number, a side of the range is that of the sheet.
                first, last = (top or 1) - 1, min(bottom or rows, rows)
                begin, end = (left or 1) - 1, min(right or MAX_COLUMNS, MAX_COLUMNS)
                if (last - first) * (end - begin) > 1 and last > first and end > begin:
                    merges.append(Merge(first, begin, last - first, end - begin))
            element.clear()
    return merges


def _sheet_rows(sheet: Any) -> Iterator[list[str]]:
    # The size a workbook states may be a million empty rows: what counts is what it holds.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows()):
        if number > 4 * MAX_ROWS:
            raise DocumentRefusedError(f"more than {MAX_ROWS:,} rows: split the workbook")
        cells = [_cell(cell) for cell in row[:MAX_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _cell(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and set(cell.number_format) == {"0"}:
        # 000000 is how a workbook keeps a code that begins with a zero.
        return str(value).zfill(len(cell.number_format))
    return " ".join(str(value).split())
