"""What holds for a row of a table: the units, zone, batch and stated numbers of its cells and of those above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pilotzones.geo.documents.paragraphs import squeeze
from pilotzones.geo.documents.tables.cells.contents import read_cell, squeeze_cell
from pilotzones.geo.documents.tables.cells.models import CellContent
from pilotzones.geo.documents.tables.columns import Column, ColumnBlock
from pilotzones.geo.documents.tables.grid import Cell, Grid
from pilotzones.geo.documents.tables.models import Claim, Context, TableReading
from pilotzones.geo.places.gazetteer import Unit, load_gazetteer

__all__ = ["Carried", "Given", "RowContext", "replace_given"]


@dataclass(slots=True)
class Carried:
    """Cells that hold for the rows below them until the next one is filled, by column or by role."""

    units: dict[int, Cell] = field(default_factory=dict)
    words: dict[str, Cell] = field(default_factory=dict)
    claims: dict[Cell, Claim] = field(default_factory=dict)


@dataclass(slots=True)
class Given:
    """What a row says of its group; `explicit` are the cells of larger units that begin in it."""

    province: Unit | None = None
    prefecture: Unit | None = None
    county: str = ""
    is_certain: bool = True
    finest: Cell | None = None
    explicit: list[Cell] = field(default_factory=list)
    zone_cells: list[Cell] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    region: str = ""
    zone: str = ""
    batch: str = ""

    def enter(self, unit: Unit | None, level: str, content: CellContent) -> None:
        """Take the unit of a column; a prefecture that stands where provinces do brings its province."""
        units = load_gazetteer().units
        if unit is None:
            county = content.above if content.above in units else ""
            if level == "province":
                self.province = self.prefecture = None
            elif level == "prefecture":
                self.prefecture = None
            elif county and units[county].level == "prefecture":
                self.prefecture = units[county]
        elif unit.level == "province":
            self.prefecture = None if level != "prefecture" or self.province != unit else self.prefecture
            self.province = unit
        else:
            self.province, self.prefecture = units.get(unit.province_code, self.province), unit


class RowContext:
    """Reads the cells of larger units, zones, batches and counts, row by row."""

    def __init__(self, grid: Grid, reading: TableReading, columns: Sequence[Column]) -> None:
        self.grid = grid
        self.reading = reading
        self.columns = columns

    def read(self, block: ColumnBlock, number: int, carried: Carried, context: Context) -> Given:
        """Say what holds for a row, filled from above where its cells are blank.

        Parameters
        ----------
        block : ColumnBlock
        number : int
            Of the row.
        carried : Carried
            Changed in place.
        context : Context
            Of the section.

        Returns
        -------
        Given
        """
        given = Given(context.province, context.prefecture)
        for column in block.context:
            self._apply_unit(column, self.grid.cells[number][column.number], number, given, carried)
        for role in ("region", "zone", "batch"):
            self._apply_words(role, block, number, given, carried)
        for counts in (one for one in block.columns if one.role == "count"):
            cell = self.grid.cells[number][counts.number]
            stated = read_cell(cell.text).count
            if stated is not None and cell.row == number:
                label = given.finest.text if given.finest is not None else str(number + 1)
                claim = carried.claims[cell] = Claim(squeeze_cell(label), stated)
                self.reading.claims.append(claim)
            if cell in carried.claims:
                given.claims.append(carried.claims[cell])
        return given

    def _apply_words(self, role: str, block: ColumnBlock, number: int, given: Given, carried: Carried) -> None:
        """Take the zone, batch or part of the country of a row, or that of the rows above where the cell is blank."""
        column = next((one for one in block.columns if one.role == role), None)
        if column is None:
            return
        cell = self.grid.cells[number][column.number]
        if cell.text and read_cell(cell.text).kind not in {"ditto", "dash"}:
            carried.words[role] = cell
        held = carried.words.get(role)
        setattr(given, role, squeeze(held.text) if held is not None else "")
        if role == "zone":
            given.explicit += [cell] if cell.text and cell.row == number else []
            given.finest = given.finest or held

    def _apply_unit(self, column: Column, cell: Cell, number: int, given: Given, carried: Carried) -> None:
        """Take the province or prefecture of a row from its column, or from the rows above where that is blank."""
        content = read_cell(cell.text)
        if content.kind in {"blank", "ditto"}:
            state = carried.units.get(column.number)
            given.is_certain = given.is_certain and (content.kind == "ditto" or column.level != "prefecture")
        else:
            state = carried.units[column.number] = cell
            for finer in [
                one for one in carried.units if one != column.number and _is_finer(self.columns[one], column)
            ]:
                del carried.units[finer]
            if cell.row == number:
                given.explicit.append(cell)
            stated = content.count
            if stated is not None and content.kind == "place" and cell not in carried.claims:
                carried.claims[cell] = Claim(squeeze_cell(cell.text), stated)
                self.reading.claims.append(carried.claims[cell])
        if state is None:
            return
        if state in carried.claims:
            given.claims.append(carried.claims[state])
        content = read_cell(state.text)
        given.zone_cells.append(state)
        unit = content.find_unit(column.level)
        if content.kind == "direct":
            given.prefecture = None
        elif column.level == "county":
            given.finest, given.county = state, _find_county(content, given)
        elif content.kind in {"place", "text"}:
            given.finest = state
            given.enter(unit, column.level, content)


def replace_given(given: Given, content: CellContent) -> Given:
    """Replace what is given for a unit itself by what stands above it."""
    codes = {unit.code for unit in content.units}
    province = given.province if given.province is None or given.province.code not in codes else None
    prefecture = given.prefecture if given.prefecture is None or given.prefecture.code not in codes else None
    return replace(given, province=province, prefecture=prefecture)


def _find_county(content: CellContent, given: Given) -> str:
    """Find the code of the one county that a cell names under the units of its row, for the towns beside it; else empty."""
    gazetteer = load_gazetteer()
    above = given.prefecture or given.province
    inside = [code for code in content.codes if above is None or gazetteer.is_inside(code, above.code)]
    return inside[0] if len(inside) == 1 and gazetteer.units[inside[0]].level == "county" else ""


def _is_finer(one: Column, other: Column) -> bool:
    order = ("province", "prefecture", "county", "town")
    return one.level in order and other.level in order and order.index(one.level) > order.index(other.level)
