"""The text of a cell of a workbook as its reader sees it, with what the workbook hides, strikes out or shows otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from pilotzones.geo.documents.formats.markup import clean_source, mark_text, raise_text
from pilotzones.geo.documents.marks import MarkKind

__all__ = ["SheetScan", "read_cell"]

_SAME_COLOUR: Final = 0x10
_WHITE: Final = "FFFFFF"
_TINY_POINTS: Final = 1.0
# Number of the theme's colour that is white in every theme that Excel brings.
_THEME_WHITE: Final = 0
_MAX_DECIMALS: Final = 15
_SECTION_END: Final = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_LITERAL: Final = re.compile(r'"([^"]*)"|\\(.)|!(.)|_.|\*.|\[[^\]]*\]')


@dataclass
class SheetScan:
    """What a sheet keeps beside its values.

    Parameters
    ----------
    hidden_rows : set of int
        Numbers of hidden and filtered rows, from 1.
    hidden_columns : list of (int, int)
        First and last number of hidden columns, from 1.
    formulas : dict of (int, int) to str
        Formulas without a stored value, by row and column.
    rich_texts : dict of (int, int) to list
        Texts of several looks that stand in their cell and not among the shared ones.
    """

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    rich_texts: dict[tuple[int, int], list[Any]] = field(default_factory=dict)

    def is_hidden(self, row: int, column: int) -> bool:
        """Whether a cell stands in a hidden row or column."""
        return row in self.hidden_rows or any(first <= column <= last for first, last in self.hidden_columns)


def read_cell(cell: Any, row: int, column: int, scan: SheetScan, *, is_sheet_hidden: bool) -> str:
    """Give the text of a cell with its marks.

    Parameters
    ----------
    cell : openpyxl cell
    row, column : int
        Numbers from 1.
    scan : SheetScan
    is_sheet_hidden : bool

    Returns
    -------
    str
        In one line; empty for an empty cell.
    """
    formula = scan.formulas.get((row, column))
    if formula is not None:
        return mark_text(formula, "formula")
    if cell.value is None:
        return ""
    kind: MarkKind | None = "hidden" if is_sheet_hidden or scan.is_hidden(row, column) else None
    if cell.has_style:
        kind = kind or _find_mark(cell)
    parts = scan.rich_texts.get((row, column), cell.value)
    if isinstance(parts, list):
        return " ".join("".join(_read_rich_part(part, kind) for part in parts).split())
    text, is_scaled = _write_value(cell.value, cell.number_format if cell.has_style else "General")
    return mark_text(" ".join(clean_source(text).split()), kind or ("number_format" if is_scaled else None))


def _read_rich_part(part: Any, kind: MarkKind | None) -> str:
    """Read the text of a part of a cell that has a look of its own."""
    if isinstance(part, str):
        return mark_text(clean_source(part), kind)
    font = part.font
    text = clean_source(part.text)
    text = raise_text(text) if font.vertAlign in {"superscript", "subscript"} else text
    own: MarkKind | None = (
        "struck" if font.strike else "invisible" if _is_white(font.color) or _is_tiny(font.sz) else None
    )
    return mark_text(text, kind or own)


def _find_mark(cell: Any) -> MarkKind | None:
    if re.fullmatch(r";;;?[^;]*", cell.number_format or "") is not None:
        return "hidden"
    font = cell.font
    if font is None:
        return None
    if (_is_white(font.color) and not _is_filled(cell.fill)) or _is_tiny(font.sz):
        return "invisible"
    return "struck" if font.strike else None


def _is_tiny(size: Any) -> bool:
    return size is not None and 0 < float(size) <= _TINY_POINTS


def _is_white(colour: Any) -> bool:
    if colour is None:
        return False
    if colour.type == "theme":
        return colour.theme == _THEME_WHITE and not colour.tint
    if colour.type == "indexed":
        return colour.indexed in {1, 9}
    try:
        channels = bytes.fromhex(str(colour.rgb)[-6:])
    except ValueError:
        return False
    return all(0xFF - channel <= _SAME_COLOUR for channel in channels)


def _is_filled(fill: Any) -> bool:
    return fill is not None and fill.fill_type not in {None, "none"} and not _is_white(fill.fgColor)


def _write_value(value: Any, number_format: str) -> tuple[str, bool]:
    """Write a value as the workbook shows it; and whether it is shown in another unit than it is stored in."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
            return value.date().isoformat(), False
        return (_show_text(value, number_format), False) if isinstance(value, str) else (str(value), False)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and set(number_format) == {"0"}:
        # 000000 is how a workbook keeps a code that begins with a zero.
        return str(value).zfill(len(number_format)), False
    return (str(value), False) if number_format == "General" else _show_number(value, number_format)


def _show_text(value: str, number_format: str) -> str:
    """Show a text with the words of its format (@"（除外）")."""
    sections = _SECTION_END.split(number_format)
    section = sections[3] if len(sections) > 3 else sections[-1]
    if "@" not in _LITERAL.sub("", section) or section == "@":
        return value
    before, _, after = section.partition("@")
    words = ("".join("".join(groups) for groups in _LITERAL.findall(side)) for side in (before, after))
    return value.join(words)


def _show_number(value: float, number_format: str) -> tuple[str, bool]:
    """Show a number with the words of its format (0"亩"), and divided by a thousand for each comma at its end."""
    section = _SECTION_END.split(number_format)[0]
    words = "".join("".join(groups) for groups in _LITERAL.findall(section))
    plain = _LITERAL.sub("\x00", section)
    placeholders = [place for place, char in enumerate(plain) if char in "0#?"]
    if not placeholders or "%" in plain or "E" in plain.upper().replace("GENERAL", ""):
        return (f"{value * 100:.12g}%" if "%" in plain else str(value)), False
    commas = len(re.match(r",*", plain[placeholders[-1] + 1 :])[0])  # type: ignore[index]
    # A literal point inside the digits (0!.0) moves the point: 12345 is shown as 1234.5.
    inner = plain[placeholders[0] : placeholders[-1]]
    is_scaled = commas > 0 or ("\x00" in inner and bool(words.strip()))
    if not words.strip() and not commas:
        return str(value), False
    if is_scaled:
        return f"{value} ({number_format})", True
    before, after = _split_words(section)
    return f"{before}{value}{after}", False


def _split_words(section: str) -> tuple[str, str]:
    """Split off the words of a number format before and after its digits."""
    sides: Mapping[bool, list[str]] = {False: [], True: []}
    seen = False
    last = 0
    for literal in _LITERAL.finditer(section):
        seen = seen or any(char in "0#?" for char in section[last : literal.start()])
        sides[seen].append("".join(filter(None, literal.groups())))
        last = literal.end()
    return "".join(sides[False]), "".join(sides[True])
