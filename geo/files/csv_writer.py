"""Tables as CSV text that a spreadsheet opens as what it is: figures as figures, and text never as a formula.

It is the one place where the module `csv` writes.
"""

from __future__ import annotations

import codecs
import csv
from itertools import chain
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

__all__ = ["escape_formula", "format_csv", "format_rows", "strip_guard", "with_byte_order_mark"]

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


def strip_guard(cell: str) -> str:
    """Strip from a cell the apostrophe that `escape_formula` put before what looks like a formula.

    Parameters
    ----------
    cell : str

    Returns
    -------
    str
    """
    return cell[1:] if cell.startswith("'") and escape_formula(cell[1:]) == cell else cell


class _Lines(list[str]):
    """The lines that a writer of CSV writes, one at a time."""

    def write(self, line: str, /) -> None:
        """Add a line."""
        self.append(line)


def format_rows(rows: Iterable[Iterable[object]], *, line_end: str = "\r\n") -> str:
    """Format rows of cells as CSV (RFC 4180).

    Parameters
    ----------
    rows : iterable of iterable
        With the headings as the first where there are any.
    line_end : str, optional

    Returns
    -------
    str
        Text is guarded, figures are not.
    """
    lines = _Lines()
    # The module puts quotes around a line break only where it is in the end of its lines.
    writer = csv.writer(lines, lineterminator="\r\n")
    for row in rows:
        writer.writerow([escape_formula(cell) if isinstance(cell, str) else cell for cell in row])
    return "".join(lines if line_end == "\r\n" else (line.removesuffix("\r\n") + line_end for line in lines))


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
    header = [map(str, frame.columns)] if with_header else []
    rows = frame.astype(object).where(frame.notna(), "").itertuples(index=False, name=None)
    return format_rows(chain(header, rows))


def with_byte_order_mark(text: str) -> bytes:
    """Encode CSV text as a file: UTF-8 with the mark by which Excel knows it."""
    return codecs.BOM_UTF8 + text.encode()
