"""Read the rows of a part of a table: the members, and what stands beside and above each of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pilotzones.geo.documents.paragraphs import squeeze
from pilotzones.geo.documents.tables.captions import enter_unit, find_title_unit
from pilotzones.geo.documents.tables.cells.contents import find_codes, parse_batch, parse_date, read_cell, squeeze_cell
from pilotzones.geo.documents.tables.cells.models import CellContent
from pilotzones.geo.documents.tables.columns import Column, ColumnBlock
from pilotzones.geo.documents.tables.grid import Cell, Grid
from pilotzones.geo.documents.tables.models import Claim, Context, Entry, TableReading
from pilotzones.geo.documents.tables.row_context import Carried, Given, RowContext, replace_given
from pilotzones.geo.documents.tables.states import read_exit, read_state
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.models import MUNICIPALITIES

__all__ = ["RowReader"]


class RowReader:
    """Reads the rows of a part, from section to section and from block to block.

    Parameters
    ----------
    grid : Grid
    reading : TableReading
        Takes the entries and claims.
    columns : sequence of Column
    blocks : sequence of ColumnBlock
    header_end : int
        Last row of the heads; -1 for none.
    """

    def __init__(
        self,
        grid: Grid,
        reading: TableReading,
        columns: Sequence[Column],
        blocks: Sequence[ColumnBlock],
        header_end: int,
    ) -> None:
        self.grid = grid
        self.reading = reading
        self.blocks = blocks
        self.header_end = header_end
        self.context = Context()
        self.open_claims: dict[str, Claim] = {}
        self.carried = Carried()
        self.row_context = RowContext(grid, reading, columns)
        self.attributes = {one.number: block.find_attributes(one) for block in blocks for one in block.members}
        # The last cell that names a place, by column: 同上 stands for it.
        self.named: dict[int, Cell] = {}
        self.row_cells: tuple[int, ColumnBlock | None, tuple[Cell, ...]] = (-1, None, ())

    def read_section(self, rows: Sequence[int], *, goes_on: bool = False) -> None:
        """Read rows of a section block by block, as the eye does.

        Parameters
        ----------
        rows : sequence of int
            Empty for none.
        goes_on : bool, optional
            Whether more rows of the section follow, so that a blank cell takes what stands above it here.
        """
        for block in self.blocks if rows else ():
            for number in rows:
                self._read_row(block, number, self.carried)
        if not goes_on:
            self.carried = Carried()

    def _read_row(self, block: ColumnBlock, number: int, carried: Carried) -> None:
        given = self.row_context.read(block, number, carried, self.context)
        before = len(self.reading.entries)
        members = [(member, self.grid.cells[number][member.number]) for member in block.members]
        contents = [read_cell(cell.text) for _, cell in members]
        for (member, cell), content in zip(members, contents, strict=True):
            if (cell.row == number or number == self.header_end + 1) and not _heads_row(content, contents):
                self._read_member(block, member, cell, number, given)
        if len(self.reading.entries) > before and all(one.is_county for one in contents if one.kind == "place"):
            self._read_counties_beside(block, number, given)
        new = self.reading.entries[before:]
        for claim in (*self.open_claims.values(), *given.claims):
            claim.entries += new
        if not new and given.explicit and not any(self._holds_members(block, cell) for cell in given.explicit):
            self._read_empty(block, number, given)

    def _read_counties_beside(self, block: ColumnBlock, number: int, given: Given) -> None:
        """Read the counties that stand where a prefecture would, beside others that do not lie in them (五指山市 / 崖州区)."""
        for column in block.context:
            cell = self.grid.cells[number][column.number]
            content = read_cell(cell.text)
            if cell in given.explicit and column.level != "county" and content.is_county:
                # Below a head of prefectures it may be where the others are said to lie, which is a question.
                parent = replace_given(given, content)
                self._add(block, block.members[0], cell, number, parent, has_nothing_below=bool(column.head))

    def _holds_members(self, block: ColumnBlock, cell: Cell) -> bool:
        """Whether a cell of a larger unit has members in any of the rows that it spans."""
        rows = range(cell.row, cell.row + cell.height)
        return any(
            read_cell(self.grid.cells[row][member.number].text).kind in {"place", "text", "ditto"}
            for row in rows
            for member in block.members
        )

    def _read_member(self, block: ColumnBlock, member: Column, cell: Cell, number: int, given: Given) -> None:
        content = read_cell(cell.text)
        if content.kind == "ditto" and member.number in self.named:
            cell = self.named[member.number]
            content = read_cell(cell.text)
        elif content.kind in {"place", "text"}:
            self.named[member.number] = cell
        if content.kind == "whole":
            target = given.explicit[-1] if given.explicit else given.finest
            if target is not None:
                self._add(block, member, target, number, given, is_whole=True)
            if content.codes:
                # 全域（除温江区外）, 全域（含东坡区）: what is taken out of the whole, or named besides.
                self._add(block, member, cell, number, given)
                self.reading.entries[-1].is_exception = target is not None
        elif member.is_code and content.kind in {"code", "number", "text"}:
            self._add(block, member, cell, number, given)
        elif content.kind in {"place", "text"}:
            if content.is_one_unit and self._is_repeated(member, cell):
                # A province in row after row labels them; what it labels was not read.
                self._add(block, member, cell, number, given, has_nothing_below=True)
                return
            held = {unit.code for unit in (given.province, given.prefecture) if unit is not None}
            again = content.is_one_unit and {unit.code for unit in content.units} & held and given.finest is not cell
            across = content.is_one_unit and cell.width > 1 and cell.width == self.grid.width
            is_open = (bool(again) and not _is_municipality(content) and _has_counties(content)) or across
            self._add(block, member, cell, number, given, has_nothing_below=is_open)

    def _is_repeated(self, member: Column, cell: Cell) -> bool:
        """Whether the row above or below has the same larger unit in a cell of its own."""
        beside = (cell.row - 1, cell.row + cell.height)
        cells = [self.grid.cells[row][member.number] for row in beside if 0 <= row < len(self.grid.cells)]
        return member.level in {"province", "prefecture"} and any(one.text == cell.text for one in cells)

    def _read_empty(self, block: ColumnBlock, number: int, given: Given) -> None:
        """Add a larger unit whose row names no place: it must not vanish, and is no member without a word."""
        cell = given.explicit[-1]
        content = read_cell(cell.text)
        if content.kind in {"place", "text"}:
            parent = replace_given(given, content)
            is_open = content.is_one_unit and _has_counties(content)
            self._add(block, block.members[0], cell, number, parent, has_nothing_below=is_open)

    def _add(
        self, block: ColumnBlock, member: Column, cell: Cell, number: int, given: Given, *, is_whole: bool = False,
        has_nothing_below: bool = False,
    ) -> None:  # fmt: skip
        context = self.context
        province, prefecture = given.province, given.prefecture
        if member.unit is not None:
            head = enter_unit(Context(), CellContent("place", (frozenset(),), (member.unit,)))
            province, prefecture = head.province, head.prefecture
        if cell is given.finest or is_whole or has_nothing_below:
            prefecture = (
                None if prefecture is not None and prefecture.code in read_cell(cell.text).codes else prefecture
            )
        hint = (find_title_unit(given.zone) if given.zone else None) or context.hint
        entry = Entry(
            cell, number + 1, province, prefecture, given.is_certain, hint, given.county, is_whole, has_nothing_below,
            zone=given.zone, group=self._find_group(given), region=given.region or context.region,
            batch=given.batch or member.batch or context.batch, listed_on=member.listed_on or context.listed_on,
            retraction=member.retraction or context.retraction, has_scope=member.role == "scope",
            is_address=member.is_address, is_code=member.is_code, in_counties=member.level == "county",
        )  # fmt: skip
        self._add_attributes(block, member, number, entry)
        stated = read_cell(cell.text).count
        if stated is not None and not has_nothing_below and not is_whole:
            self.reading.claims.append(Claim(squeeze_cell(cell.text), stated, [entry]))
        self.reading.entries.append(entry)

    def _find_group(self, given: Given) -> str:
        if given.zone_cells:
            return squeeze(given.zone_cells[0].text)
        unit = self.context.province or self.context.prefecture
        return unit.name if unit is not None else ""

    def _add_attributes(self, block: ColumnBlock, member: Column, number: int, entry: Entry) -> None:
        """Add code, area, tasks, dates and remark that stand beside a member."""
        columns = self.attributes[member.number]

        def find_cell(role: str) -> Cell | None:
            column = columns.get(role)
            cell = self.grid.cells[number][column.number] if column is not None else None
            return cell if cell is not None and cell.text else None

        entry.code, entry.area, entry.tasks = find_cell("code"), find_cell("area"), find_cell("tasks")
        entry.area_head = columns["area"].head if "area" in columns else ""
        listed, left = find_cell("listed"), find_cell("left")
        entry.listed_on = (parse_date(listed.text, in_words=True) if listed else "") or entry.listed_on
        entry.left_on = parse_date(left.text, in_words=True) if left else ""
        if left is not None:
            entry.retraction = read_exit(columns["left"].head, left.text) or entry.retraction
        self._add_remarks(block, number, entry)
        if entry.retraction is not None and not entry.left_on and entry.retraction == self.context.retraction:
            entry.left_on = parse_date(self.context.listed_on)
        if self.row_cells[0] != number or self.row_cells[1] is not block:
            row = dict.fromkeys(self.grid.cells[number][column.number] for column in block.columns)
            self.row_cells = (number, block, tuple(cell for cell in row if cell.text))
        # What a row says beside its members belongs to the first of them.
        if self.row_cells[2] and (not self.reading.entries or self.reading.entries[-1].row != entry.row):
            aside = {entry.cell, entry.tasks, entry.area}
            entry.beside = tuple(cell for cell in self.row_cells[2] if cell not in aside)

    def _add_remarks(self, block: ColumnBlock, number: int, entry: Entry) -> None:
        """Read the remarks and states of a row: who left, who was added, and when; one that names places is read later."""
        for column in (one for one in block.columns if one.role == "remark"):
            remark = self.grid.cells[number][column.number]
            if not remark.text and not column.is_ticked:
                continue
            entry.remarks += (remark,) if remark.text else ()
            if find_codes(remark.text) & read_cell(entry.cell.text).codes:
                entry.remark = remark
            elif retraction := read_state(column.head, remark.text, is_ticked=column.is_ticked):
                entry.retraction = retraction
                entry.left_on = entry.left_on or parse_date(remark.text, in_words=True)
            elif re.search(r"新增|增补|增列|调入|列入|入选|认定|批准", remark.text):
                entry.listed_on = entry.listed_on or parse_date(remark.text, in_words=True)
                entry.batch = entry.batch or parse_batch(remark.text)


def _heads_row(content: CellContent, contents: Sequence[CellContent]) -> bool:
    """Whether a cell among the members is a prefecture that the other members of its row lie in."""
    others = [one for one in contents if one is not content and one.kind == "place"]
    return (
        content.is_one_unit and bool(others) and all(any(one.lies_in(unit) for unit in content.units) for one in others)
    )


def _is_municipality(content: CellContent) -> bool:
    return any(unit.code[:2] in MUNICIPALITIES for unit in content.units)


def _has_counties(content: CellContent) -> bool:
    return any(load_gazetteer().counties_of.get(unit.code) for unit in content.units)
