"""Read the text of an XLSX workbook."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pilotzones.geo.documents.formats.markup import clean_source
from pilotzones.geo.documents.formats.refusal import DocumentRefusedError
from pilotzones.geo.documents.formats.xlsx_cells import SheetScan, read_cell
from pilotzones.geo.documents.tables.layout import MAX_COLUMNS, MAX_ROWS, ExtractedTable, Merge
from pilotzones.geo.notes import Note, make_note

__all__ = ["read_xlsx"]

_MAX_QUOTED: Final = 10
_MAX_DIGITS: Final = 9
_MAX_SHEET_ROWS: Final = 1_048_576
# Where the bytes of a sheet show a value, a text or a formula, the end of its row, and the end of all rows.
_VALUE_ENDS: Final = (b"</v>", b":v>", b"</is>", b":is>", b"</f>", b":f>")
_ROW_END: Final = re.compile(rb"</(?:\w{1,20}:)?row\s*>")
_DATA_END: Final = re.compile(rb"</(?:\w{1,20}:)?sheetData\s*>")
_ROW_NUMBER: Final = re.compile(rb'[<:]row\b[^<>]*?\sr="(\d{1,7})"')


def read_xlsx(path: Path, notes: list[Note]) -> Iterator[str | ExtractedTable]:
    """Read the text of an XLSX workbook.

    Parameters
    ----------
    path : Path
    notes : list of Note
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

    with path.open("rb") as stream:
        try:
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False, rich_text=True)
        except (InvalidFileException, KeyError, ValueError, TypeError, OSError) as error:
            raise DocumentRefusedError("xlsx_damaged") from error
        yield from _read_sheets(path, book, notes)
        book.close()


def _read_sheets(path: Path, book: Any, notes: list[Note]) -> Iterator[str | ExtractedTable]:
    rows_read = 0
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            notes.append(make_note("hidden_sheet", sheet=sheet.title))
        content, last_row = _read_sheet(path, sheet)
        merges, scan = _scan_sheet(content)
        rows = list(_read_rows(sheet, scan, notes, last_row=last_row))
        notes += _list_notes(sheet.title, scan)
        while rows and not any(rows[-1]):
            rows.pop()
        rows_read += sum(any(row) for row in rows)
        if rows_read > MAX_ROWS:
            raise DocumentRefusedError("xlsx_rows", "large", most=f"{MAX_ROWS:,}")
        if rows:
            yield clean_source(sheet.title)
            yield ExtractedTable(rows, _place_merges(merges, rows=len(rows))).drop_blank_rows()
            yield ""


def _list_notes(title: str, scan: SheetScan) -> Iterator[Note]:
    """List what the sheet keeps beside its values."""
    columns = sum(last - first + 1 for first, last in scan.hidden_columns)
    if scan.hidden_rows or columns:
        yield make_note("hidden_rows", sheet=title, rows=len(scan.hidden_rows), columns=columns)
    if scan.formulas:
        cells = ", ".join(f"{_name_column(column)}{row}" for row, column in list(scan.formulas)[:_MAX_QUOTED])
        yield make_note("formulas", sheet=title, count=len(scan.formulas), cells=cells)


def _name_column(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def _read_sheet(path: Path, sheet: Any) -> tuple[bytes, int]:
    """Read the source of a sheet without the rows after its last value, and the number of the row with that value.

    A column that was given a style or a border has it in up to a million rows that hold nothing: to parse them takes half a
    minute, to look for the last value in the bytes none.
    """
    with zipfile.ZipFile(path) as archive:
        content = archive.read(sheet._worksheet_path)  # noqa: SLF001 - no public name
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16").encode()
    value = max(content.rfind(tag) for tag in _VALUE_ENDS)
    row_end = _ROW_END.search(content, value) if value >= 0 else None
    rest = None if row_end is None else _DATA_END.search(content, row_end.end())
    if row_end is None or rest is None:
        return content, _MAX_SHEET_ROWS
    begin = max(content.rfind(b"<row", 0, value), content.rfind(b":row ", 0, value), 0)
    numbered = _ROW_NUMBER.match(content, begin)
    # The number may be left out; then rows are counted.
    last = int(numbered[1]) if numbered else content.count(b"<row", 0, value) + content.count(b":row ", 0, value)
    return content[: row_end.end()] + content[rest.start() :], last


# Points of a row, characters of a column.
_LEAST_SIZE: Final = 0.5


def _scan_sheet(content: bytes) -> tuple[list[str], SheetScan]:
    """Find merged ranges, hidden rows and columns, formulas without a value, which the library leaves out row by row."""
    from lxml import etree

    merges: list[str] = []
    scan = SheetScan()
    number = 0
    wanted = ("{*}row", "{*}mergeCell", "{*}col")
    for _, element in etree.iterparse(io.BytesIO(content), tag=wanted, resolve_entities=False, no_network=True):
        if element.tag.endswith("mergeCell"):
            merges.append(element.get("ref", "A1"))
        elif element.tag.endswith("col"):
            first, last = _read_number(element.get("min")), _read_number(element.get("max"))
            is_closed = _is_on(element.get("hidden")) or _is_nothing(element.get("width"))
            if is_closed and 0 < first <= last:
                scan.hidden_columns.append((first, min(last, MAX_COLUMNS)))
        else:
            number = _read_number(element.get("r")) or number + 1
            if (_is_on(element.get("hidden")) or _is_nothing(element.get("ht"))) and len(element):
                scan.hidden_rows.add(number)
            _scan_row(element, number, scan)
        element.clear()
    scan.hidden_columns = [(first, last) for first, last in scan.hidden_columns if first <= last]
    return merges, scan


def _scan_row(row: Any, number: int, scan: SheetScan) -> bool:
    """Find formulas without a stored value and texts of several looks in a row; tell whether it holds anything."""
    from openpyxl.cell.rich_text import CellRichText

    is_filled = False
    for position, cell in enumerate(row, start=1):
        if not len(cell):
            continue
        is_filled = True
        parts = {one.tag.rpartition("}")[2]: one for one in cell}
        if "is" in parts and parts["is"].find("{*}r") is not None:
            place = number, _find_column(cell.get("r", ""), position)
            scan.rich_texts[place] = CellRichText.from_tree(parts["is"])
        elif "f" in parts and "is" not in parts and ("v" not in parts or not parts["v"].text):
            place = number, _find_column(cell.get("r", ""), position)
            scan.formulas[place] = "=" + " ".join(clean_source(parts["f"].text or "").split())
    return is_filled


def _find_column(reference: str, position: int) -> int:
    from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

    try:
        return int(column_index_from_string(coordinate_from_string(reference)[0]))
    except ValueError:
        return position


def _read_number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < _MAX_DIGITS else 0


def _is_nothing(size: str | None) -> bool:
    """Whether the width of a column or the height of a row leaves nothing to be seen."""
    return size is not None and re.fullmatch(r"\d+(?:\.\d+)?", size) is not None and float(size) < _LEAST_SIZE


def _is_on(text: str | None) -> bool:
    return text in {"1", "true"}


def _place_merges(ranges: list[str], *, rows: int) -> list[Merge]:
    """Place merged ranges within the part of a sheet that was read."""
    from openpyxl.utils.cell import range_boundaries

    merges = []
    for reference in ranges:
        left, top, right, bottom = range_boundaries(reference)
        # Without a number, a side of the range is that of the sheet.
        first, last = (top or 1) - 1, min(bottom or rows, rows)
        begin, end = (left or 1) - 1, min(right or MAX_COLUMNS, MAX_COLUMNS)
        if (last - first) * (end - begin) > 1 and last > first and end > begin:
            merges.append(Merge(first, begin, last - first, end - begin))
    return merges


def _read_rows(sheet: Any, scan: SheetScan, notes: list[Note], *, last_row: int) -> Iterator[list[str]]:
    # The size a workbook states may be a million empty rows: what counts is what it holds.
    sheet.reset_dimensions()
    is_hidden = sheet.sheet_state != "visible"
    beyond = False
    for number, row in enumerate(sheet.iter_rows(max_row=last_row), start=1):
        if number > 4 * MAX_ROWS:
            raise DocumentRefusedError("xlsx_rows", "large", most=f"{MAX_ROWS:,}")
        beyond = beyond or any(cell.value is not None for cell in row[MAX_COLUMNS:])
        cells = [
            read_cell(cell, number, column, scan, is_sheet_hidden=is_hidden)
            for column, cell in enumerate(row[:MAX_COLUMNS], start=1)
        ]
        while cells and not cells[-1]:
            cells.pop()
        yield cells
    if beyond:
        notes.append(make_note("beyond", sheet=sheet.title, column=MAX_COLUMNS))
