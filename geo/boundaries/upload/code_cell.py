"""Read the code of a county, or of a unit above it, in a cell of any table."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

__all__ = ["read_county_code", "read_lowest_code"]

# The first two digits of a code (GB/T 2260).
_PROVINCES: Final = frozenset(
    (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82)
)
# Six digits; before them the code of the country (156, CN, CHN), as Tianditu and others write it; after them the zeros
# that statistical codes of 9 or 12 digits have after a county.
_CODE: Final = re.compile(r"(?:156|CHN?[-_. ]?|CN[-_. ]?)?([1-9]\d{5})(?:000|000000)?", re.ASCII)
# Codes of provinces and prefectures without the zeros, and of towns and villages.
_SHORT: Final = re.compile(r"[1-8]\d(?:\d\d)?", re.ASCII)
_TOWN: Final = re.compile(r"([1-9]\d{5})\d{3}(?:\d{3})?", re.ASCII)
# A spreadsheet keeps digits as text behind an apostrophe or in a formula ("=\"130823\""), and may group them.
_AS_TEXT: Final = re.compile(r"'(\d+)|=\"(\d+)\"", re.ASCII)
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+", re.ASCII)
# How tables write a whole number that was stored as a float.
_FLOAT: Final = re.compile(r"(\d+)\.0*|\d(?:\.\d+)?E\+\d{1,2}", re.ASCII)


@lru_cache(maxsize=10_000)
def read_county_code(text: str) -> str | None:
    """Read the six-digit code in a cell.

    Parameters
    ----------
    text : str
        ``330402``, ``330402.0``, ``3.30402e+05``, ``156330402``, ``CN330402``, ``330402000``, ``330402000000``,
        ``330,402``, ``'330402`` or ``="330402"``, in digits of any width.

    Returns
    -------
    str or None
        None when the cell has no code of a county or a unit above it; codes of towns are none.
    """
    return _check_province(_CODE.fullmatch(_write_plainly(text)))


def read_lowest_code(text: str) -> str | None:
    """Read a code of any level and give the unit's, or the county's of a town.

    Parameters
    ----------
    text : str
        As for `read_county_code`; also the two and four digits of a province and a prefecture (``13``, ``1308``), and the 9 or
        12 digits of a town or village.

    Returns
    -------
    str or None
        Six digits.
    """
    plain = _write_plainly(text)
    if _SHORT.fullmatch(plain) is not None:
        plain = plain.ljust(6, "0")
    return _check_province(_CODE.fullmatch(plain) or _TOWN.fullmatch(plain))


def _check_province(match: re.Match[str] | None) -> str | None:
    return match[1] if match is not None and int(match[1][:2]) in _PROVINCES else None


def _write_plainly(text: str) -> str:
    """Give the digits of a cell without the ways of writing that spreadsheets add."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    as_text = _AS_TEXT.fullmatch(plain)
    if as_text is not None:
        plain = as_text[1] or as_text[2]
    elif _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    return f"{float(plain):.0f}" if _FLOAT.fullmatch(plain) else plain
