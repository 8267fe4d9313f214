"""Read a table: its parts, the sections in them, and the rows that only head, count or explain others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pilotzones.geo.documents.tables.captions import (
    MAX_BANNER,
    enter_unit,
    find_remark_retraction,
    is_title,
    read_caption,
    read_group,
)
from pilotzones.geo.documents.tables.cells.contents import read_cell, squeeze_cell
from pilotzones.geo.documents.tables.cells.models import CellContent
from pilotzones.geo.documents.tables.columns import Column, ColumnBlock, describe_columns, split_side_by_side
from pilotzones.geo.documents.tables.grid import Cell, Grid
from pilotzones.geo.documents.tables.heads import is_header
from pilotzones.geo.documents.tables.models import Claim, Context, Entry, TableReading
from pilotzones.geo.documents.tables.orientation import turn_grid
from pilotzones.geo.documents.tables.rows import RowReader
from pilotzones.geo.places.gazetteer import Unit, load_gazetteer

__all__ = ["read_table"]

_MAX_LOOKAHEAD: Final = 3  # rows
# Columns whose sums are no numbers of places.
_OTHER_SUMS: Final = frozenset({"area", "code", "listed", "left", "ignored", "tasks"})


def read_table(grid: Grid, context: Context) -> tuple[TableReading, Context]:
    """Read one table.

    Parameters
    ----------
    grid : Grid
    context : Context
        From the lines above it.

    Returns
    -------
    reading : TableReading
    context : Context
        At its end, for a table that goes on without a line between.
    """
    reader = _TableReader(grid, context)
    if (turned := turn_grid(grid)) is not None:
        grid, heads = turned
        reader.grid = grid
        reader.reading.aside += heads
    repeated: list[int] = []
    for header, rows in _split_parts(grid, repeated):
        reader.read_part(header, rows)
    reader.reading.aside += [cell for number in repeated for cell in grid.find_filled(number)]
    return reader.reading, reader.context


def _split_parts(grid: Grid, repeated: list[int]) -> Iterator[tuple[list[int], list[int]]]:
    """Split off rows with heads and the rows below them; heads that only repeat begin no part of their own, and are put aside."""
    header: list[int] = []
    rows: list[int] = []
    seen: tuple[str, ...] = ()
    placed = False
    for number in range(len(grid.cells)):
        cells = grid.find_filled(number)
        after = bool(header) and number == header[-1] + 1
        below = after and _is_label_row(grid, header[-1], number)
        if cells and (
            below or (is_header(cells, first=not placed) and (not after or _is_second_head(grid, header, number)))
        ):
            heads = tuple(squeeze_cell(cell.text) for cell in cells)
            if after and len(cells) > 1 and len(grid.find_filled(header[-1])) == 1:
                rows.append(header.pop())
                header = [number]
            elif after:
                header.append(number)
            elif heads != seen:
                # Rows before the first head are titles and groups, and belong to what follows.
                if header and rows:
                    yield header, rows
                    rows = []
                header = [number]
            else:
                repeated.append(number)
            seen = heads if not after else seen
        else:
            rows.append(number)
            placed = placed or any(read_cell(cell.text).kind == "place" for cell in cells)
    yield header, rows


def _is_label_row(grid: Grid, above: int, number: int) -> bool:
    """Whether a row below the heads only says of which batch or year its columns are, and leaves the first ones open."""
    cells = grid.find_filled(number)
    labels = [read_cell(cell.text).kind in {"batch", "date"} and not cell.text.isdecimal() for cell in cells]
    row = grid.cells[number]
    opened = [column for column in range(grid.width) if not row[column].text or row[column].row == above]
    return len(cells) > 1 and all(labels) and bool(opened) and opened[0] == 0


def _is_second_head(grid: Grid, header: Sequence[int], number: int) -> bool:
    """Whether a second row of heads stands below the first: it fills what a merged head leaves open."""
    above = grid.cells[header[-1]]
    return any(cell.width > 1 or cell.height > 1 or not cell.text for cell in above) or not any(
        cell.text and squeeze_cell(cell.text) == squeeze_cell(other.text)
        for cell, other in zip(above, grid.cells[number], strict=True)
    )


class _TableReader:
    """Walks the rows of a table once, from section to section and from block to block."""

    def __init__(self, grid: Grid, context: Context) -> None:
        self.grid = grid
        self.context = context
        self.reading = TableReading(grid)
        self.header_end = -1
        self.columns: list[Column] = []
        self.blocks: list[ColumnBlock] = []
        self.rows = RowReader(grid, self.reading, (), (), -1)
        self.open_claims: dict[str, Claim] = {}
        # Entries before these are counted: by the last subtotal, and by the last total or heading.
        self.counted = self.begun = 0

    def read_part(self, header: Sequence[int], rows: Sequence[int]) -> None:
        """Read the rows below one row of heads."""
        self.reading.aside += [cell for number in header for cell in self.grid.find_filled(number)]
        heads = self._place_heads(rows)
        self.header_end = max(header, default=-1)
        values = [number for number in rows if number not in heads and self._is_value_row(number)]
        self.columns = describe_columns(self.grid, [*header, *heads], values)
        self.blocks = split_side_by_side(self.grid, self.columns, values)
        self.rows = RowReader(self.grid, self.reading, self.columns, self.blocks, self.header_end)
        section: list[int] = []
        for number in rows:
            if number in heads:
                self.reading.aside += self.grid.find_filled(number)
            elif self._begins_section(number):
                self._read_section(section)
                section = []
                self._enter_section(number)
                self.counted = self.begun = len(self.reading.entries)
            elif total := self._find_total(number):
                # A total counts the rows above it, so they are read first; a subtotal stands inside of them.
                self._read_section(section, goes_on="小计" in squeeze_cell(total.text))
                section = []
                self._set_aside(number)
            else:
                before = self.context
                if not self._set_aside(number):
                    section.append(number)
                elif self.context != before:
                    # A title begins another list: the rows above it stand under what was said before.
                    self._read_section(section, context=before)
                    section = []
        self._read_section(section)

    def _read_section(self, rows: Sequence[int], *, goes_on: bool = False, context: Context | None = None) -> None:
        self.rows.context, self.rows.open_claims = context or self.context, self.open_claims
        self.rows.read_section(rows, goes_on=goes_on)

    def _is_value_row(self, number: int) -> bool:
        cells = self.grid.find_filled(number)
        return len(cells) > 1 or any(cell.width == 1 for cell in cells)

    def _place_heads(self, rows: Sequence[int]) -> list[int]:
        """Place a column of its places below each head that is a province or prefecture, and list the rows of such heads."""
        for number in rows[:_MAX_LOOKAHEAD]:
            cells = [cell for cell in self.grid.find_filled(number) if cell.row == number]
            named = [cell for cell in cells if read_cell(cell.text).is_one_unit]
            if len(named) < 2 or len(named) < len(cells) - 1:
                continue
            fits = [self._is_column_head(cell, rows) for cell in named]
            if all(fits):
                return [number]
        return []

    def _is_column_head(self, head: Cell, rows: Sequence[int]) -> bool:
        below = [
            read_cell(self.grid.cells[row][column].text)
            for row in rows
            if row > head.row
            for column in range(head.column, head.column + head.width)
        ]
        places = [content for content in below if content.kind == "place"]
        unit = read_cell(head.text).find_unit()
        return unit is not None and bool(places) and sum(one.lies_in(unit) for one in places) > len(places) / 2

    # Sections: rows between headings that stand across the table.

    def _find_only_cell(self, number: int) -> Cell | None:
        """Find the one cell of a row that says something beside numbers, when no cell from above spans into the row."""
        cells = self.grid.find_filled(number)
        if any(cell.row != number for cell in cells):
            return None
        telling = [cell for cell in cells if read_cell(cell.text).kind not in {"number", "dash"}]
        return telling[0] if len(telling) == 1 else None

    def _begins_section(self, number: int) -> bool:
        cell = self._find_only_cell(number)
        if cell is None:
            return False
        content = read_cell(cell.text)
        if content.is_one_unit:
            return self._is_section_head(number, cell, content)
        if content.kind in {"place", "total", "note"} or len(cell.text) > MAX_BANNER:
            return False
        return read_group(cell.text, self.context) is not None and (cell.width > 1 or self._is_wide_row(number + 1))

    def _is_wide_row(self, number: int) -> bool:
        """Whether a row has more than one filled cell, or the table one column."""
        return self.grid.width == 1 or (number < len(self.grid.cells) and len(self.grid.find_filled(number)) > 1)

    def _is_section_head(self, number: int, cell: Cell, content: CellContent) -> bool:
        """Whether a unit that stands alone in its row heads the rows below it."""
        units = content.units
        if self._has_next_number(number) or self._is_listed_level(cell, units):
            return False
        for row in range(number + 1, min(number + 1 + _MAX_LOOKAHEAD, len(self.grid.cells))):
            cells = [one for one in self.grid.find_filled(row) if one.row == row]
            contents = [one for one in (read_cell(cell.text) for cell in cells) if one.kind == "place"]
            # Where a special area lies says nothing of the row above it.
            contents = [one for one in contents if not one.is_special]
            if not contents:
                continue
            if any(one.written_in & {units[0].code, units[0].province_code} for one in contents):
                # A row that writes its province itself (四川省都江堰市 below 四川省成都市) stands below no heading.
                return False
            if any(one.lies_in(unit) for one in contents for unit in units):
                return True
            # A heading whose rows contradict it stays one: the contradiction is a question.
            return self._is_across(cell) and not any(one.is_one_unit for one in contents)
        return False

    def _is_listed_level(self, cell: Cell, units: Sequence[Unit]) -> bool:
        """Whether the column of a cell lists units of its level, by its head and by what it holds."""
        column = self.columns[cell.column]
        return cell.width == 1 and bool(column.head) and column.level in {unit.level for unit in units}

    def _has_next_number(self, number: int) -> bool:
        """Whether the order number of a row goes on in the next one, so that the row is an item like that."""
        if number + 1 >= len(self.grid.cells):
            return False
        rows = (self.grid.cells[number], self.grid.cells[number + 1])
        here, below = ([_read_order(cell.text) for cell in row] for row in rows)
        return any(one is not None and two == one + 1 for one, two in zip(here, below, strict=True))

    def _is_across(self, cell: Cell) -> bool:
        """Whether a cell stands across a table of several columns, or in none that lists members."""
        if self.grid.width == 1:
            return False
        members = {column.number for block in self.blocks for column in block.members}
        return cell.width > 1 or cell.column not in members

    def _enter_section(self, number: int) -> None:
        cell = self._find_only_cell(number)
        assert cell is not None
        self.reading.aside += self.grid.find_filled(number)
        content = read_cell(cell.text)
        if content.is_one_unit:
            self.context = enter_unit(self.context, content)
            unit = content.find_unit("province")
            assert unit is not None
            self.open_claims.pop("prefecture", None)
            self._open_claim(unit.level, cell.text, self._count_beside(number, content))
        else:
            self.context = read_group(cell.text, self.context) or self.context
            self.open_claims.clear()
            self._open_claim("group", cell.text, content.count)

    def _count_beside(self, number: int, content: CellContent) -> int | None:
        """Read a stated number in the heading, or in the column of counts beside it."""
        counts = [column.number for column in self.columns if column.role == "count"]
        beside = [read_cell(self.grid.cells[number][column].text).count for column in counts]
        return content.count if content.count is not None else next((one for one in beside if one is not None), None)

    def _open_claim(self, level: str, label: str, stated: int | None) -> None:
        self.open_claims.pop(level, None)
        if stated is not None:
            self.open_claims[level] = Claim(squeeze_cell(label), stated)
            self.reading.claims.append(self.open_claims[level])

    def _find_total(self, number: int) -> Cell | None:
        """Find the cell that says that a row states the number of rows above it."""
        own = [cell for cell in self.grid.find_filled(number) if cell.row == number][:2]
        return next((cell for cell in own if read_cell(cell.text).kind == "total"), None)

    def _set_aside(self, number: int) -> bool:
        """Leave out rows that list no place: titles, totals, notes."""
        cells = self.grid.find_filled(number)
        own = [cell for cell in cells if cell.row == number]
        if not own:
            return False
        content = read_cell(own[0].text)
        if content.kind == "number" and len(own) > 1:
            content = read_cell(own[1].text)
        if self._find_total(number) is not None:
            self._record_total(own)
        elif content.kind != "note" and not self._is_title(own):
            return False
        self.reading.aside += own
        return True

    def _is_title(self, own: Sequence[Cell]) -> bool:
        cell = own[0]
        if len(own) == 1 and cell.width > 1 and cell.width == self.grid.width and find_remark_retraction(cell.text):
            # 彭州市由崇州市替换: a sentence about members is none of them.
            return True
        if len(own) != 1 or read_cell(cell.text).kind == "place":
            return False
        if is_title(cell.text) and (len(cell.text) > 4 or cell.row < self.header_end):
            context = read_caption(cell.text, self.context)
            self.context = context or self.context
            return True
        return cell.width > 1 and cell.width == self.grid.width

    def _record_total(self, own: Sequence[Cell]) -> None:
        """Compare a total with everything so far, a subtotal with what came since the last one."""
        words = squeeze_cell(next(cell.text for cell in own if read_cell(cell.text).kind == "total"))
        entries = self._find_counted(words)
        if "小计" in words:
            self.counted = len(self.reading.entries)
        else:
            self.counted = self.begun = len(self.reading.entries)
        inside = re.search(r"\d{1,5}(?=个|[县市区旗家]|$)", words)
        stated = [one for cell in own if (one := self._read_stated(cell)) is not None]
        numbers = stated or ([int(inside.group())] if inside else [])
        if len({*numbers}) == 1:
            self.reading.claims.append(Claim(words, numbers[0], entries))

    def _find_counted(self, words: str) -> list[Entry]:
        """Find the entries that a total counts: those of the unit that it names, else all, or those since the last subtotal."""
        named = re.match(r"[\u4e00-\u9fff]*?(?=合计|小计|总计|共计|累计|总数|总量)", words)
        content = read_cell(named.group()) if named and named.group() else None
        entries = self.reading.entries
        if content is not None and content.is_one_unit:
            return [one for one in entries if any(_is_inside(one, unit) for unit in content.units)]
        if "小计" in words:
            return list(entries[self.counted :] or entries[self.begun :])
        return list(entries)

    def _read_stated(self, cell: Cell) -> int | None:
        """Read a number of places in a row of totals; sums of areas and of unnamed figures are none."""
        content, column = read_cell(cell.text), self.columns[cell.column]
        if content.kind != "number" or column.role in _OTHER_SUMS or (column.role == "number" and not column.head):
            return None
        return content.count


def _read_order(text: str) -> int | None:
    match = re.fullmatch(r"(\d{1,4})[.、]?(?:0)?", squeeze_cell(text))
    return int(match[1]) if match else None


def _is_inside(entry: Entry, unit: Unit) -> bool:
    above = {one.code for one in (entry.province, entry.prefecture) if one is not None}
    inside = load_gazetteer().is_inside
    return unit.code in above or any(inside(code, unit.code) for code in read_cell(entry.cell.text).codes & above)
