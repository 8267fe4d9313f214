"""Larger units among the cells of a table that hold places of other cells: parts behind 其中, containers, codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from pilotzones.geo.documents.members.extraction import FoundPlace
from pilotzones.geo.documents.members.marked_places import flag_row
from pilotzones.geo.documents.paragraphs import Passage
from pilotzones.geo.documents.tables.cells.contents import squeeze_cell
from pilotzones.geo.documents.tables.models import Entry
from pilotzones.geo.places import ResolvedRow
from pilotzones.geo.places.cells.codes import CODE_METHOD
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.reason_codes import make_reason

__all__ = ["Listed", "settle_larger_units"]

# Names and columns of a cell that may be a heading, one more than those of an item.
_MIN_HEADING: Final = 2


@dataclass(frozen=True, slots=True)
class Listed:
    """What one cell lists: the cell as a passage, and the places found in it."""

    entry: Entry
    passage: Passage
    found: tuple[FoundPlace, ...]

    @property
    def rows(self) -> Iterator[ResolvedRow]:
        """Its places that the resolver read."""
        return (one.row for one in self.found if one.row is not None)


def settle_larger_units(listed: Sequence[Listed]) -> list[Listed]:
    """Settle what larger units are to the places of other cells that lie in them.

    Parameters
    ----------
    listed : sequence of Listed
        Of all cells, in the order of reading.

    Returns
    -------
    list of Listed
        As many, with parts marked and containers put up for review.
    """
    out = _flag_holding_cells(_mark_parts(listed))
    return _flag_holding_codes(out) if any(one.entry.is_code for one in out) else out


def _mark_parts(listed: Sequence[Listed]) -> list[Listed]:
    """Mark the places of a row that begins with 其中 as parts of the larger units of the rows above it."""
    inside = load_gazetteer().is_inside
    above: set[str] = set()

    def mark(one: FoundPlace) -> FoundPlace:
        row = one.row
        if row is None or row.op != "include" or not any(inside(code, home) for code in row.adcode for home in above):
            return one
        return replace(one, row=replace(row, op="part"))

    out = []
    for each in listed:
        is_part = squeeze_cell(each.entry.cell.text).startswith("其中")
        out.append(replace(each, found=tuple(map(mark, each.found))) if is_part else each)
        if not is_part:
            above.update(code for row in each.rows if row.level != "county" for code in row.adcode)
    return out


def _flag_holding_cells(listed: Sequence[Listed]) -> list[Listed]:
    """Put up for review the prefectures of a cell that hold the counties of the cells below it (湖州市、嘉兴市 over 德清县)."""
    inside = load_gazetteer().is_inside
    out = list(listed)
    for number, above in enumerate(listed):
        homes = [code for row in above.rows if row.level == "prefecture" for code in row.adcode]
        # A single one may be an item like the others, unless its cell spans columns as a heading does.
        if len(homes) != len(above.found) or len(homes) + above.entry.cell.width <= _MIN_HEADING:
            continue
        following = map(listed.__getitem__, range(number + 1, len(listed)))
        below = takewhile(lambda each: all(row.level == "county" for row in each.rows), following)
        codes = [code for each in below for row in each.rows if row.op != "part" for code in row.adcode]
        if codes and all(any(inside(code, home) for home in homes) for code in codes):
            out[number] = _ask(above, homes)
    return out


def _flag_holding_codes(listed: Sequence[Listed]) -> list[Listed]:
    """Put up for review the larger units of a column of codes that also has codes of units inside them."""
    units = load_gazetteer().units
    codes = [code for each in listed if each.entry.is_code for row in each.rows for code in row.adcode]
    held = {home for code in codes for home in (units[code].prefecture_code, units[code].province_code) if home != code}
    return [_ask(each, held, method=CODE_METHOD) for each in listed]


def _ask(listed: Listed, codes: Iterable[str], *, method: str = "") -> Listed:
    """Put up for review the accepted places of a cell with these codes, and with a method where one is given."""
    wanted = {*codes}

    def ask(one: FoundPlace) -> FoundPlace:
        row = one.row
        if (
            row is None
            or row.status != "accepted"
            or not wanted.issuperset(row.adcode)
            or method not in {"", row.method}
        ):
            return one
        return replace(one, row=flag_row(row, make_reason("holds_items")))

    return replace(listed, found=tuple(map(ask, listed.found)))
