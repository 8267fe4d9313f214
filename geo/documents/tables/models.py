"""What is read out of a table: its entries, the numbers that it states, and what holds for the rows below a line."""

from __future__ import annotations

from dataclasses import dataclass, field

from pilotzones.geo.documents.tables.grid import Cell, Grid
from pilotzones.geo.places.gazetteer import Unit
from pilotzones.geo.places.text.retraction_cues import Retraction

__all__ = ["Claim", "Context", "Entry", "TableReading"]


@dataclass(slots=True)
class Context:
    """What holds for the rows below: units, group, batch, date, and words that take the places out."""

    province: Unit | None = None
    prefecture: Unit | None = None
    region: str = ""
    batch: str = ""
    listed_on: str = ""
    retraction: Retraction | None = None
    hint: Unit | None = None  # named in a title: it decides between places of one name, and contradicts none


@dataclass(slots=True)
class Entry:
    """A cell that lists one place or several, with what its row and the table say of them.

    Parameters
    ----------
    cell : Cell
    row : int
        Number of the row in its table, from 1.
    province, prefecture : Unit or None
    prefecture_is_certain : bool
        Whether it stands in the row or spans it; one that a blank cell takes from above need not hold.
    hint : Unit or None
        Decides between places of one name only.
    county : str
        Code of the county whose towns the cell lists; empty when it lists no towns of one.
    is_whole : bool
        Whether the document says that all of the unit is meant.
    has_nothing_below : bool
        Whether the cell is a larger unit whose row names no place in it.
    zone, group, region : str
        The zone that the row names, the largest unit that groups it, and the part of the country, as listed.
    code, area, tasks : Cell or None
    remark : Cell or None
        The remark that names a place of the cell, of `remarks`, all those of the row.
    batch, listed_on, left_on : str
    retraction : Retraction or None
        Words of a heading, a head or a column that take the places out of the list or leave them open.
    is_address : bool
        Whether the cell is an address, which may name a county anywhere in it.
    is_code : bool
        Whether the cell holds codes instead of names.
    in_counties : bool
        Whether the column of the cell lists counties.
    is_exception : bool
        Whether the places of the cell are what is taken out of a unit that is a member as a whole.
    """

    cell: Cell
    row: int
    province: Unit | None = None
    prefecture: Unit | None = None
    prefecture_is_certain: bool = True
    hint: Unit | None = None
    county: str = ""
    is_whole: bool = False
    has_nothing_below: bool = False
    zone: str = ""
    group: str = ""
    region: str = ""
    code: Cell | None = None
    area: Cell | None = None
    area_head: str = ""
    tasks: Cell | None = None
    batch: str = ""
    listed_on: str = ""
    left_on: str = ""
    remark: Cell | None = None
    remarks: tuple[Cell, ...] = ()
    retraction: Retraction | None = None
    has_scope: bool = False
    is_address: bool = False
    is_code: bool = False
    is_exception: bool = False
    in_counties: bool = False
    beside: tuple[Cell, ...] = ()


@dataclass(slots=True)
class Claim:
    """A number of places that the table states, and the entries that it counts."""

    label: str
    stated: int
    entries: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class TableReading:
    """What a table says; `aside` are the cells of titles, heads, totals and notes."""

    grid: Grid
    entries: list[Entry] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    aside: list[Cell] = field(default_factory=list)
