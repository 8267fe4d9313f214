"""Cells of a workbook: text as text, as long as a cell holds it, and the names its sheets may have."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from pilotzones.geo.errors import ExportError, make_problem

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "OPTIONS",
    "clean_cell_text",
    "compute_column_width",
    "encode_workbook",
    "iterate_cells",
    "make_plain_styles",
    "make_sheet_name",
    "strip_controls",
    "write_sheet",
]

# Text stays text: nothing in a cell is calculated, linked or turned into a number.
OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
# The most a cell may hold; the library would cut without a word.
_MAX_TEXT_CHARACTERS: Final = 32_767
_MAX_NAME_CHARACTERS: Final = 31
_FORBIDDEN_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\]")
_MAX_WIDTH_CHARACTERS: Final = 60
# No characters at all to XML 1.0, although they are none of control.
_NO_CHARACTERS: Final = "\ufffe\uffff"


def clean_cell_text(text: str) -> str:
    """Turn a text into what a cell can hold.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Without control characters.

    Raises
    ------
    ExportError
        When it is longer than a cell can hold.
    """
    if len(text) > _MAX_TEXT_CHARACTERS:
        raise ExportError(make_problem("", "cell_too_long", facts={"characters": f"{len(text):,}"}))
    return strip_controls(text)


def strip_controls(text: str) -> str:
    """Strip the control characters that XML cannot carry."""
    if text.isprintable():
        return text
    return "".join(
        letter
        for letter in text
        if letter in "\t\n" or (unicodedata.category(letter) not in ("Cc", "Cs") and letter not in _NO_CHARACTERS)
    )


def compute_column_width(values: Iterable[Any]) -> float:
    """Compute the width of a column [characters] for these cells; a Chinese character takes the place of two."""
    longest = max((_make_cells(value) for value in values), default=8)
    return float(min(max(longest + 2, 8), _MAX_WIDTH_CHARACTERS))


def _make_cells(value: Any) -> int:
    if isinstance(value, str):
        return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in value)
    return 0 if value is None else len(f"{value:,.1f}") + 1


def make_sheet_name(title: str, fallback: str, *, taken: set[str]) -> str:
    """Make a sheet name that Excel takes: short, without its own signs, once only.

    Parameters
    ----------
    title, fallback : str
    taken : set of str
        Names in use, in lower case; the new one is added.

    Returns
    -------
    str
    """
    name = _FORBIDDEN_IN_NAMES.sub(" ", title).strip("' ")[:_MAX_NAME_CHARACTERS] or fallback
    if name.lower() in taken:
        name = fallback[:_MAX_NAME_CHARACTERS]
    taken.add(name.lower())
    return name


def iterate_cells(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Iterate over the rows of a table, with None for what is unknown."""
    return frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)


def encode_workbook(sheets: Mapping[str, tuple[Iterable[str], Iterable[Iterable[Any]]]]) -> bytes:
    """Encode a workbook: for the name of each sheet its headings and rows, see `write_sheet`."""
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, dict(OPTIONS)) as book:
        styles = make_plain_styles(book)
        for title, (headings, rows) in sheets.items():
            write_sheet(book, title, headings, rows, styles)
    return stream.getvalue()


def make_plain_styles(book: Any) -> dict[str, Any]:
    """Make the formats of `write_sheet` for a workbook of xlsxwriter: ``heading`` and ``text``."""
    return {
        "heading": book.add_format({"bold": True, "bg_color": "#1f3a5f", "font_color": "#ffffff", "text_wrap": True}),
        "text": book.add_format({"num_format": "@"}),
    }


def write_sheet(
    book: Any, title: str, headings: Iterable[str], rows: Iterable[Iterable[Any]], styles: Mapping[str, Any]
) -> None:
    """Add a sheet with one table: heading frozen, filter on, columns as wide as their content.

    Parameters
    ----------
    book : xlsxwriter.Workbook
        Opened with `OPTIONS`.
    title : str
        From `make_sheet_name`.
    headings : iterable of str
    rows : iterable of iterable
        Texts, figures, and None for what is unknown.
    styles : mapping
        From `make_plain_styles`.

    Raises
    ------
    ExportError
        When a text is longer than a cell can hold.
    """
    sheet, names, lines = book.add_worksheet(title), list(headings), [list(row) for row in rows]
    for column, name in enumerate(names):
        sheet.write_string(0, column, clean_cell_text(name), styles["heading"])
        cells = [line[column] for line in lines]
        sheet.set_column(column, column, compute_column_width([name, *cells]))
        for row, value in enumerate(cells, start=1):
            if isinstance(value, str):
                sheet.write_string(row, column, clean_cell_text(value), styles["text"])
            elif isinstance(value, bool):
                sheet.write_boolean(row, column, value)
            elif value is not None:
                sheet.write_number(row, column, value)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(lines), 1), max(len(names) - 1, 0))
