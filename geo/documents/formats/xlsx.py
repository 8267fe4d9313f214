"""Read the text of an XLSX workbook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pilotzones.geo.documents.formats.refusal import DocumentRefusedError

__all__ = ["read_xlsx"]

_MAX_ROWS = 50_000
_MAX_COLUMNS = 200


def read_xlsx(path: Path, notes: list[str]) -> Iterator[str]:
    """Read the text of an XLSX workbook.

    Parameters
    ----------
    path : Path
    notes : list of str
        Takes what was not read.

    Yields
    ------
    str
        The title of a sheet, or a row with tabs between its cells.

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
        rows = [row for row in _sheet_rows(sheet) if any(row)]
        rows_read += len(rows)
        if rows_read > _MAX_ROWS:
            raise DocumentRefusedError(f"more than {_MAX_ROWS:,} rows: split the workbook")
        if rows:
            yield sheet.title
            yield from ("\t".join(row) for row in rows)
            yield ""


def _sheet_rows(sheet: Any) -> Iterator[list[str]]:
    # The size a workbook states may be a million empty rows: what counts is what it holds.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows()):
        if number > 4 * _MAX_ROWS:
            raise DocumentRefusedError(f"more than {_MAX_ROWS:,} rows: split the workbook")
        cells = [_cell(cell) for cell in row[:_MAX_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _cell(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and set(cell.number_format) == {"0"}:
        # 000000 is how a workbook keeps a code that begins with a zero.
        return str(value).zfill(len(cell.number_format))
    return " ".join(str(value).split())
