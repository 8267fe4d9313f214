"""Tables as CSV text that a spreadsheet opens as what it is: figures as figures, and text never as a formula."""

from __future__ import annotations

import codecs
import csv
import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["escape_formula", "format_csv", "with_byte_order_mark"]

# What spreadsheets read as the start of a formula, half width and full width, and the blanks they skip before it.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def escape_formula(text: str) -> str:
    """Turn a text into a cell that no spreadsheet takes for a formula.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        The text, after an apostrophe if a spreadsheet would calculate it (OWASP, *CSV injection*; CWE-1236).
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS) else text


def format_csv(frame: pd.DataFrame, *, with_header: bool = True) -> str:
    """Format a table as CSV (RFC 4180).

    Parameters
    ----------
    frame : DataFrame
        Its index is left out.
    with_header : bool, optional
        Whether the headings stand before the rows.

    Returns
    -------
    str
        Lines end in CR LF; what is unknown is an empty cell; text is guarded, figures are not.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    if with_header:
        writer.writerow([escape_formula(str(column)) for column in frame.columns])
    for row in frame.astype(object).where(frame.notna(), "").itertuples(index=False, name=None):
        writer.writerow([escape_formula(value) if isinstance(value, str) else value for value in row])
    return stream.getvalue()


def with_byte_order_mark(text: str) -> bytes:
    """Encode CSV text as a file: UTF-8 with the mark by which Excel knows it."""
    return codecs.BOM_UTF8 + text.encode()
