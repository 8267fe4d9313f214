"""The names of a cell that lists several: where a blank separates two of them, and where a single name ends."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from pilotzones.geo.documents.paragraphs import Passage
from pilotzones.geo.documents.tables.cells.contents import (
    blank_codes,
    blank_marks,
    find_name_start,
    has_town_count,
    parse_count,
    read_cell,
)
from pilotzones.geo.documents.tables.grid import Cell
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["find_name_end", "make_passage"]

_ENDINGS: Final = "省市县区旗州盟镇乡"
_SEPARATORS: Final = "、,，;；。"


def make_passage(cell: Cell, *, is_address: bool = False) -> Passage:
    """Turn a cell into a passage: blanks between the names of a list are read as separators, those of an address are not."""
    if is_address:
        return Passage(cell.text, fold_variants(cell.text), (0,), (cell.start,))
    start = find_name_start(cell.text)
    text = " " * start + _separate_names(blank_codes(blank_marks(cell.text[start:])))
    return Passage(text, fold_variants(text), (0,), (cell.start,))


def _separate_names(text: str) -> str:
    """Put a separator where a blank stands between two names, and none where a name is broken; as long as the text."""
    if not re.search(r"\S\s+\S", text):
        return text
    forms = load_gazetteer().forms
    out, before, gap, at = "", "", "", 0
    for blank in [*re.finditer(r"\s+", text), None]:
        piece = text[at : blank.start() if blank else len(text)]
        cut = max(piece.rfind(mark) for mark in _SEPARATORS)
        joined = fold_variants(before + re.split(f"[{_SEPARATORS}]", piece, maxsplit=1)[0])
        left = fold_variants(before)
        ends = len(left) > 1 and (left[-1] in _ENDINGS or left in forms or left.endswith((")", "〕")))
        nested = _is_larger_unit(left, piece) or _is_larger_unit(piece, left)
        # A note on a line of its own (德清县 / （新增）) belongs to the name above it.
        note = piece.startswith(("(", "（", "〔", "["))
        if out and before and ends and joined not in forms and not nested and not note:
            out = out[: -len(gap)] + "、" + gap[1:]
            before = ""
        before = piece[cut + 1 :] if cut >= 0 else before + piece
        gap = blank.group() if blank else ""
        out += piece + gap
        at = blank.end() if blank else len(text)
    return out


def _is_larger_unit(larger: str, piece: str) -> bool:
    """Whether a name is the larger unit that the next one lies in."""
    content = read_cell(larger)
    return content.is_one_unit and any(read_cell(piece).lies_in(unit) for unit in content.units)


def find_name_end(folded: str) -> int:
    """Find the end of the name in a cell that holds one, without a note in parentheses that names no place; 0 for a list."""
    if has_town_count(folded):
        return 0
    _, counted = parse_count(folded)
    note = re.search(r"\s*[(]([^()]*)[)]\s*$", counted)
    name = counted[: note.start()] if note else counted
    pieces = name.split()
    if len(pieces) > 1 and all(_is_larger_unit(larger, smaller) for smaller, larger in pairwise(pieces)):
        # 德清县 湖州市 浙江省: one place, its larger units behind it.
        return 0
    if not name.strip() or (
        re.search(r"[、,;/。:()·•+]|[和及与]|以外|之外|除", name) and name.strip() not in load_gazetteer().forms
    ):
        return 0
    if note and (read_cell(note[1]).kind == "place" or re.search(r"除|不含|部分|含|包括|镇|乡|街道", note[1])):
        return 0
    return len(name)
