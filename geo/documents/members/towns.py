"""Items of an enumeration, and the towns among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pilotzones.geo.places.gazetteer import Unit, load_gazetteer
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = [
    "ListItem",
    "ListedTown",
    "find_area_prefix",
    "find_county_in_note",
    "find_unit_by_name",
    "parse_town",
    "split_items",
]

_SEPARATORS: Final = "、,;\n\t。"
_TOWN: Final = re.compile(r"[\u4e00-\u9fff·]{1,12}(?:镇|乡|街道|街道办事处|苏木|社区|居委会|农场|林场|牧场|村)")
_ENDINGS: Final = "市县区旗州盟"
# What stands before an item of a list, and is no part of its name.
_BULLET: Final = re.compile(r"[ \u3000]*(?:[-–—*·•●○■□◆◇▪★☆※][ \u3000]*)*")


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item between separators: its extent, that of its name without a note in parentheses after it, and its owner's.

    The owner is the name in whose parentheses the item stands; None when it stands in none.
    """

    start: int
    end: int
    name_end: int
    owner: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class ListedTown:
    """A town: its own name, and the unit it is written with or listed under."""

    name: str
    unit: Unit | None


def split_items(folded: str, start: int, end: int) -> Iterator[ListItem]:
    """Cut an enumeration at its separators; what stands in parentheses is cut too, one level deeper.

    Parameters
    ----------
    folded : str
        Folded text.
    start, end : int
        The enumeration.

    Yields
    ------
    ListItem
        In order of their ends; blank ones left out.
    """
    opened: list[tuple[int, int]] = []
    begin, name_end = start, 0
    for place in range(start, end + 1):
        char = folded[place] if place < end else "\n"
        owner = opened[-1] if opened else None
        if char in "([":
            opened.append((begin, place))
            begin = place + 1
        elif char in ")]" and opened:
            yield from _trim_item(folded, begin, place, name_end or place, owner)
            begin, name_end = opened.pop()
        elif char in _SEPARATORS or place == end:
            yield from _trim_item(folded, begin, place, name_end if name_end > begin else place, owner)
            begin, name_end = place + 1, 0


def _trim_item(folded: str, start: int, end: int, name_end: int, owner: tuple[int, int] | None) -> Iterator[ListItem]:
    bullet = _BULLET.match(folded, start, end)
    start = bullet.end() if bullet is not None else start
    while end > start and folded[end - 1] in " \u3000":
        end -= 1
    if end > start:
        yield ListItem(start, end, min(max(name_end, start), end), owner)


def find_unit_by_name(name: str, *, inside: str = "") -> Unit | None:
    """Find the one unit of today that has this name in full.

    Parameters
    ----------
    name : str
        Folded.
    inside : str, optional
        Code of the unit it must lie in, when several have the name.

    Returns
    -------
    Unit or None
    """
    gazetteer = load_gazetteer()
    units = [
        meaning.unit for meaning in gazetteer.forms.get(name, ()) if meaning.unit is not None and meaning.kind != "stem"
    ]
    if inside and len(units) > 1:
        units = [unit for unit in units if gazetteer.is_inside(unit.code, inside)] or units
    return units[0] if len({unit.code for unit in units}) == 1 else None


def parse_town(folded: str, *, inside: str = "") -> ListedTown | None:
    """Read an item as a town.

    Parameters
    ----------
    folded : str
        Name of the item, without notes.
    inside : str, optional
        Code of the unit the list stands under.

    Returns
    -------
    ListedTown or None
        None when it is none; a county whose short name ends like a town (新乡, 萍乡) is none.
    """
    name = folded.strip().replace(" ", "")
    if not _TOWN.fullmatch(name) or name in load_gazetteer().forms:
        return None
    unit, rest, scope = load_gazetteer().units.get(inside), name, inside
    for _ in range(3):
        prefix = _find_unit_prefix(rest, scope)
        if prefix is None:
            break
        unit, rest = prefix
        scope = unit.code
    return ListedTown(rest, unit)


def _find_unit_prefix(name: str, inside: str) -> tuple[Unit, str] | None:
    """Find a unit written in full before a town's name, the longest first."""
    for length in range(min(len(name) - 2, 12), 1, -1):
        if name[length - 1] in _ENDINGS:
            unit = find_unit_by_name(name[:length], inside=inside)
            if unit is not None:
                return unit, name[length:]
    return None


def find_county_in_note(note: str, *, inside: Unit | None) -> Unit | None:
    """Find the county that a town's note begins with: 英安镇（珲春市生态新城）.

    Parameters
    ----------
    note : str
        Folded, without its parentheses.
    inside : Unit or None
        Prefecture or province the town stands under.

    Returns
    -------
    Unit or None
        None when the note begins with none that lies there.
    """
    prefix = _find_unit_prefix(note, inside.code if inside is not None else "")
    return prefix[0] if prefix is not None and prefix[0].level == "county" else None


def find_area_prefix(title: str) -> str:
    """Find the code of the province or prefecture that a title begins with; empty when it begins with none.

    A province may be written short (浙江嘉湖片区); a prefecture must be written in full (长春市) or be the whole title.
    """
    folded = fold_variants(title)
    forms = load_gazetteer().forms
    for length in range(min(len(folded), 12), 1, -1):
        units = [m.unit for m in forms.get(folded[:length], ()) if m.unit is not None and m.unit.level != "county"]
        provinces = [unit for unit in units if unit.level == "province"]
        if provinces:
            return provinces[0].code
        if len(units) == 1 and (length == len(folded) or folded[length - 1] in _ENDINGS):
            return units[0].code
    return ""
