"""Read a table: which of its cells list places, and what stands beside, above and around each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pilotzones.geo.documents.headings import is_region
from pilotzones.geo.documents.tables.cell_contents import (
    CellContent,
    parse_batch,
    parse_date,
    read_cell,
    squeeze_cell,
)
from pilotzones.geo.documents.tables.columns import (
    Column,
    ColumnBlock,
    describe_columns,
    is_header,
    split_side_by_side,
)
from pilotzones.geo.documents.tables.grid import Cell, Grid
from pilotzones.geo.places.gazetteer import Unit, load_gazetteer

__all__ = ["Claim", "Context", "Entry", "TableReading", "find_exit", "read_caption", "read_table"]

_EXIT: Final = re.compile(r"退出|摘帽|撤销|取消|移出|剔除|终止|不再(?:作为|列入|纳入)|除名")
_TITLE: Final = re.compile(r"名单|一览表|目录|清单|明细|情况表|汇总|统计表|附件|附表|^表\d|单位[:：]|的通知")
_MAX_BANNER: Final = 40  # characters
_MAX_NAME: Final = 24  # characters
_MAX_LOOKAHEAD: Final = 3  # rows


@dataclass(slots=True)
class Context:
    """What holds for the rows below: units, group, batch, date, and words that take the places out."""

    province: Unit | None = None
    prefecture: Unit | None = None
    region: str = ""
    batch: str = ""
    listed_on: str = ""
    exit: str = ""
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
    batch, listed_on, left_on, exit : str
        `exit` holds the words that take the place out of the list.
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
    exit: str = ""
    has_scope: bool = False
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


def find_exit(text: str) -> str:
    """Words that say that a place has left the list; empty for none."""
    found = _EXIT.search(squeeze_cell(text))
    return found.group() if found else ""


def read_caption(text: str, context: Context) -> Context | None:
    """Context for a table from a line above it.

    Parameters
    ----------
    text : str
        The line.
    context : Context
        What holds so far.

    Returns
    -------
    Context or None
        None when the line is no caption.
    """
    content = read_cell(text)
    if len(text) > _MAX_BANNER or re.search(r"[。；;]", text):
        return None
    if content.is_one_unit:
        return _enter(context, content)
    found = _read_group(text, context)
    if found is not None:
        return found
    title = read_cell(re.sub(r"[\d年度表附件：:\s]+", "", text)[:6])
    unit = title.find_unit() if title.is_one_unit else _title_unit(text)
    return replace(context, hint=unit) if unit is not None else None


def _title_unit(text: str) -> Unit | None:
    from pilotzones.geo.documents.members.towns import area_prefix

    words = re.sub(r"^(?:附[件表]?\s*\d*|表\s*\d+|\d{4}\s*年度?|[\s:：、.])+", "", text)
    return load_gazetteer().units.get(area_prefix(words))


def _enter(context: Context, content: CellContent) -> Context:
    """Context below a heading that is a province or prefecture."""
    unit = content.find_unit("province")
    assert unit is not None
    if unit.level == "province":
        return replace(context, province=unit, prefecture=None)
    return replace(context, province=load_gazetteer().units[unit.province_code], prefecture=unit)


def _read_group(text: str, context: Context) -> Context | None:
    """Context below a heading that is a batch, a year, a part of the country, or says that what follows has left."""
    batch, date, leaves = parse_batch(text), parse_date(text, in_words=True), find_exit(text)
    if is_region(text):
        return replace(context, region=re.sub(r"[(（].*", "", squeeze_cell(text)), province=None, prefecture=None)
    added = re.search(r"新增|增补|增列|调入", text)
    if not (batch or leaves or added or read_cell(text).kind == "date"):
        return None
    return replace(
        context, batch=batch or ("" if date and not leaves else context.batch), listed_on="" if leaves else date,
        exit=leaves, province=None, prefecture=None,
    )  # fmt: skip


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
    for header, rows in _split_parts(grid):
        reader.read_part(header, rows)
    return reader.reading, reader.context


def _split_parts(grid: Grid) -> Iterator[tuple[list[int], list[int]]]:
    """Rows with heads and the rows below them; heads that only repeat begin no part of their own."""
    header: list[int] = []
    rows: list[int] = []
    seen: tuple[str, ...] = ()
    placed = False
    for number in range(len(grid.cells)):
        cells = grid.find_filled(number)
        after = bool(header) and number == header[-1] + 1
        if cells and is_header(cells, first=not placed) and (not after or _goes_on(grid, header, number)):
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
            seen = heads if not after else seen
        else:
            rows.append(number)
            placed = placed or any(read_cell(cell.text).kind == "place" for cell in cells)
    yield header, rows


def _goes_on(grid: Grid, header: Sequence[int], number: int) -> bool:
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
        self.open_claims: dict[str, Claim] = {}
        self.attributes: dict[int, dict[str, Column]] = {}
        self.row_cells: tuple[int, ColumnBlock | None, tuple[Cell, ...]] = (-1, None, ())

    def read_part(self, header: Sequence[int], rows: Sequence[int]) -> None:
        """Read the rows below one row of heads."""
        self.reading.aside += [cell for number in header for cell in self.grid.find_filled(number)]
        heads = self._place_heads(rows)
        self.header_end = max(header, default=-1)
        values = [number for number in rows if number not in heads and self._is_value_row(number)]
        self.columns = describe_columns(self.grid, [*header, *heads], values)
        self.blocks = split_side_by_side(self.grid, self.columns, values)
        self.attributes = {one.number: block.find_attributes(one) for block in self.blocks for one in block.members}
        section: list[int] = []
        for number in rows:
            if number in heads:
                self.reading.aside += self.grid.find_filled(number)
            elif self._begins_section(number):
                self._read_section(section)
                section = []
                self._enter_section(number)
            elif self._is_total(number):
                # A total counts the rows above it, so they are read first.
                self._read_section(section)
                section = []
                self._set_aside(number)
            elif not self._set_aside(number):
                section.append(number)
        self._read_section(section)

    def _is_value_row(self, number: int) -> bool:
        cells = self.grid.find_filled(number)
        return len(cells) > 1 or any(cell.width == 1 for cell in cells)

    def _place_heads(self, rows: Sequence[int]) -> list[int]:
        """Rows of heads that are provinces or prefectures, with a column of their places below each."""
        for number in rows[:_MAX_LOOKAHEAD]:
            cells = [cell for cell in self.grid.find_filled(number) if cell.row == number]
            named = [cell for cell in cells if read_cell(cell.text).is_one_unit]
            if len(named) < 2 or len(named) < len(cells) - 1:
                continue
            fits = [self._heads_column(cell, rows) for cell in named]
            if all(fits):
                return [number]
        return []

    def _heads_column(self, head: Cell, rows: Sequence[int]) -> bool:
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

    def _only_cell(self, number: int) -> Cell | None:
        """The one cell of a row that says something beside numbers, when no cell from above spans into the row."""
        cells = self.grid.find_filled(number)
        if any(cell.row != number for cell in cells):
            return None
        telling = [cell for cell in cells if read_cell(cell.text).kind not in {"number", "dash"}]
        return telling[0] if len(telling) == 1 else None

    def _begins_section(self, number: int) -> bool:
        cell = self._only_cell(number)
        if cell is None:
            return False
        content = read_cell(cell.text)
        if content.is_one_unit:
            return self._heads_rows(number, cell, content)
        if content.kind in {"place", "total", "note"} or len(cell.text) > _MAX_BANNER:
            return False
        return _read_group(cell.text, self.context) is not None and (cell.width > 1 or self._is_wide_row(number + 1))

    def _is_wide_row(self, number: int) -> bool:
        """Whether a row has more than one filled cell, or the table one column."""
        return self.grid.width == 1 or (number < len(self.grid.cells) and len(self.grid.find_filled(number)) > 1)

    def _heads_rows(self, number: int, cell: Cell, content: CellContent) -> bool:
        """Whether a unit that stands alone in its row heads the rows below it."""
        units = content.units
        for row in range(number + 1, min(number + 1 + _MAX_LOOKAHEAD, len(self.grid.cells))):
            cells = [one for one in self.grid.find_filled(row) if one.row == row]
            contents = [one for one in (read_cell(cell.text) for cell in cells) if one.kind == "place"]
            if not contents:
                continue
            if any(one.lies_in(unit) for one in contents for unit in units):
                return True
            # A heading whose rows contradict it stays one: the contradiction is a question.
            return self._is_across(cell) and not any(one.is_one_unit for one in contents)
        return False

    def _is_across(self, cell: Cell) -> bool:
        """Whether a cell stands across a table of several columns, or in none that lists members."""
        if self.grid.width == 1:
            return False
        members = {column.number for block in self.blocks for column in block.members}
        return cell.width > 1 or cell.column not in members

    def _enter_section(self, number: int) -> None:
        cell = self._only_cell(number)
        assert cell is not None
        self.reading.aside += self.grid.find_filled(number)
        content = read_cell(cell.text)
        if content.is_one_unit:
            self.context = _enter(self.context, content)
            unit = content.find_unit("province")
            assert unit is not None
            self.open_claims.pop("prefecture", None)
            self._open_claim(unit.level, cell.text, self._count_beside(number, content))
        else:
            self.context = _read_group(cell.text, self.context) or self.context
            self.open_claims.clear()
            self._open_claim("group", cell.text, content.count)

    def _count_beside(self, number: int, content: CellContent) -> int | None:
        """A stated number in the heading, or in the column of counts beside it."""
        counts = [column.number for column in self.columns if column.role == "count"]
        beside = [read_cell(self.grid.cells[number][column].text).count for column in counts]
        return content.count if content.count is not None else next((one for one in beside if one is not None), None)

    def _open_claim(self, level: str, label: str, stated: int | None) -> None:
        self.open_claims.pop(level, None)
        if stated is not None:
            self.open_claims[level] = Claim(squeeze_cell(label), stated)
            self.reading.claims.append(self.open_claims[level])

    def _is_total(self, number: int) -> bool:
        """Whether a row states the number of all rows above it; a subtotal stands inside of them."""
        own = [cell for cell in self.grid.find_filled(number) if cell.row == number][:2]
        return any(read_cell(cell.text).kind == "total" and "小计" not in squeeze_cell(cell.text) for cell in own)

    def _set_aside(self, number: int) -> bool:
        """Leave out rows that list no place: titles, totals, notes."""
        cells = self.grid.find_filled(number)
        own = [cell for cell in cells if cell.row == number]
        if not own:
            return False
        content = read_cell(own[0].text)
        if content.kind == "number" and len(own) > 1:
            content = read_cell(own[1].text)
        if content.kind == "total":
            self._claim_total(own)
        elif content.kind != "note" and not self._is_title(own):
            return False
        self.reading.aside += own
        return True

    def _is_title(self, own: Sequence[Cell]) -> bool:
        cell = own[0]
        if len(own) != 1 or read_cell(cell.text).kind == "place":
            return False
        if _TITLE.search(cell.text) and len(cell.text) > 4:
            found = read_caption(cell.text, self.context)
            self.context = found or self.context
            return True
        return cell.width > 1 and cell.width == self.grid.width

    def _claim_total(self, own: Sequence[Cell]) -> None:
        """Compare a total with everything so far, a subtotal with what came since the last one."""
        words = squeeze_cell(next(cell.text for cell in own if read_cell(cell.text).kind == "total"))
        stated = [read_cell(cell.text).count for cell in own if read_cell(cell.text).kind == "number"]
        inside = re.search(r"\d{1,5}", words)
        numbers = [one for one in stated if one is not None] or ([int(inside.group())] if inside else [])
        if "小计" in words or len(numbers) != 1:
            return
        self.reading.claims.append(Claim(words, numbers[0], list(self.reading.entries)))

    def _read_section(self, rows: Sequence[int]) -> None:
        """Read the rows of a section block by block, as the eye does."""
        carried = _Carried()
        for block in self.blocks if rows else ():
            for number in rows:
                self._read_row(block, number, carried)

    def _read_row(self, block: ColumnBlock, number: int, carried: _Carried) -> None:
        given = self._given(block, number, carried)
        before = len(self.reading.entries)
        for member in block.members:
            cell = self.grid.cells[number][member.number]
            if cell.row == number or number == self.header_end + 1:
                self._read_member(block, member, cell, number, given)
        new = self.reading.entries[before:]
        for claim in (*self.open_claims.values(), *given.claims):
            claim.entries += new
        if not new and given.explicit and not any(self._holds_members(block, cell) for cell in given.explicit):
            self._read_empty(block, number, given)

    def _holds_members(self, block: ColumnBlock, cell: Cell) -> bool:
        """Whether a cell of a larger unit has members in any of the rows that it spans."""
        rows = range(cell.row, cell.row + cell.height)
        return any(
            read_cell(self.grid.cells[row][member.number].text).kind in {"place", "text", "ditto"}
            for row in rows
            for member in block.members
        )

    def _read_member(self, block: ColumnBlock, member: Column, cell: Cell, number: int, given: _Given) -> None:
        content = read_cell(cell.text)
        if content.kind == "whole":
            target = given.explicit[-1] if given.explicit else given.finest
            if target is not None:
                self._add(block, member, target, number, given, is_whole=True)
        elif content.kind in {"place", "text"}:
            if content.is_one_unit and self._labels_again(member, cell):
                # A province in row after row labels them; what it labels was not read.
                self._add(block, member, cell, number, given, has_nothing_below=True)
                return
            held = {unit.code for unit in (given.province, given.prefecture) if unit is not None}
            again = content.is_one_unit and {unit.code for unit in content.units} & held and given.finest is not cell
            across = content.is_one_unit and cell.width > 1 and cell.width == self.grid.width
            is_open = (bool(again) and not _is_municipality(content)) or across
            self._add(block, member, cell, number, given, has_nothing_below=is_open)

    def _labels_again(self, member: Column, cell: Cell) -> bool:
        """Whether the row above or below has the same larger unit in a cell of its own."""
        beside = (cell.row - 1, cell.row + cell.height)
        cells = [self.grid.cells[row][member.number] for row in beside if 0 <= row < len(self.grid.cells)]
        return member.level in {"province", "prefecture"} and any(one.text == cell.text for one in cells)

    def _read_empty(self, block: ColumnBlock, number: int, given: _Given) -> None:
        """A larger unit whose row names no place: it must not vanish, and is no member without a word."""
        cell = given.explicit[-1]
        content = read_cell(cell.text)
        if content.kind in {"place", "text"}:
            parent = replace_given(given, content)
            self._add(block, block.members[0], cell, number, parent, has_nothing_below=content.is_one_unit)

    def _add(
        self, block: ColumnBlock, member: Column, cell: Cell, number: int, given: _Given, *, is_whole: bool = False,
        has_nothing_below: bool = False,
    ) -> None:  # fmt: skip
        context = self.context
        province, prefecture = given.province, given.prefecture
        if member.unit is not None:
            head = _enter(Context(), CellContent("place", (frozenset(),), (member.unit,)))
            province, prefecture = head.province, head.prefecture
        if cell is given.finest or is_whole or has_nothing_below:
            prefecture = (
                None if prefecture is not None and prefecture.code in read_cell(cell.text).codes else prefecture
            )
        entry = Entry(
            cell, number + 1, province, prefecture, given.is_certain, context.hint, given.county, is_whole, has_nothing_below,
            zone=given.zone, group=self._find_group(given), region=given.region or context.region,
            batch=given.batch or context.batch, listed_on=context.listed_on, exit=context.exit, has_scope=member.role == "scope",
        )  # fmt: skip
        self._add_attributes(block, member, number, entry)
        stated = read_cell(cell.text).count
        if stated is not None and not has_nothing_below and not is_whole:
            self.reading.claims.append(Claim(squeeze_cell(cell.text), stated, [entry]))
        self.reading.entries.append(entry)

    def _find_group(self, given: _Given) -> str:
        if given.zone_cells:
            return squeeze_words(given.zone_cells[0].text)
        unit = self.context.province or self.context.prefecture
        return unit.name if unit is not None else ""

    def _add_attributes(self, block: ColumnBlock, member: Column, number: int, entry: Entry) -> None:
        """Code, area, tasks, dates and remark that stand beside a member."""
        columns = self.attributes[member.number]

        def cell_of(role: str) -> Cell | None:
            column = columns.get(role)
            cell = self.grid.cells[number][column.number] if column is not None else None
            return cell if cell is not None and cell.text else None

        entry.code, entry.area, entry.tasks = cell_of("code"), cell_of("area"), cell_of("tasks")
        entry.area_head = columns["area"].head if "area" in columns else ""
        listed, left, remark = cell_of("listed"), cell_of("left"), cell_of("remark")
        entry.listed_on = (parse_date(listed.text, in_words=True) if listed else "") or entry.listed_on
        entry.left_on = parse_date(left.text, in_words=True) if left else ""
        if remark is not None and (leaves := find_exit(remark.text)):
            entry.exit = leaves
            entry.left_on = entry.left_on or parse_date(remark.text, in_words=True)
        elif remark is not None and re.search(r"新增|增补|增列|调入|列入|入选|认定|批准", remark.text):
            entry.listed_on = entry.listed_on or parse_date(remark.text, in_words=True)
            entry.batch = entry.batch or parse_batch(remark.text)
        if entry.exit and not entry.left_on and entry.exit == self.context.exit:
            entry.left_on = parse_date(self.context.listed_on)
        if self.row_cells[0] != number or self.row_cells[1] is not block:
            row = dict.fromkeys(self.grid.cells[number][column.number] for column in block.columns)
            self.row_cells = (number, block, tuple(cell for cell in row if cell.text))
        # What a row says beside its members belongs to the first of them.
        if self.row_cells[2] and (not self.reading.entries or self.reading.entries[-1].row != entry.row):
            aside = {entry.cell, entry.tasks, entry.area}
            entry.beside = tuple(cell for cell in self.row_cells[2] if cell not in aside)

    def _given(self, block: ColumnBlock, number: int, carried: _Carried) -> _Given:
        """What the row says of its group, filled from above where its cells are blank."""
        given = _Given(self.context.province, self.context.prefecture)
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

    def _apply_words(self, role: str, block: ColumnBlock, number: int, given: _Given, carried: _Carried) -> None:
        """Take the zone, batch or part of the country of a row, or that of the rows above where the cell is blank."""
        found = next((one for one in block.columns if one.role == role), None)
        if found is None:
            return
        cell = self.grid.cells[number][found.number]
        if cell.text and read_cell(cell.text).kind not in {"ditto", "dash"}:
            carried.words[role] = cell
        held = carried.words.get(role)
        setattr(given, role, squeeze_words(held.text) if held is not None else "")
        if role == "zone":
            given.explicit += [cell] if cell.text and cell.row == number else []
            given.finest = given.finest or held

    def _apply_unit(self, column: Column, cell: Cell, number: int, given: _Given, carried: _Carried) -> None:
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


def squeeze_words(text: str) -> str:
    """Text without the blanks that printing put between Chinese characters."""
    return re.sub(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])", "", text)


def _find_county(content: CellContent, given: _Given) -> str:
    """Code of the one county that a cell names under the units of its row, for the towns beside it; else empty."""
    gazetteer = load_gazetteer()
    above = given.prefecture or given.province
    inside = [code for code in content.codes if above is None or gazetteer.inside(code, above.code)]
    return inside[0] if len(inside) == 1 and gazetteer.units[inside[0]].level == "county" else ""


def _is_finer(one: Column, other: Column) -> bool:
    order = ("province", "prefecture", "county", "town")
    return one.level in order and other.level in order and order.index(one.level) > order.index(other.level)


def _is_municipality(content: CellContent) -> bool:
    return any(unit.code[:2] in {"11", "12", "31", "50"} for unit in content.units)


@dataclass(slots=True)
class _Carried:
    """Cells that hold for the rows below them until the next one is filled, by column or by role."""

    units: dict[int, Cell] = field(default_factory=dict)
    words: dict[str, Cell] = field(default_factory=dict)
    claims: dict[Cell, Claim] = field(default_factory=dict)


@dataclass(slots=True)
class _Given:
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


def replace_given(given: _Given, content: CellContent) -> _Given:
    """What is given for a unit itself: what stands above it."""
    codes = {unit.code for unit in content.units}
    province = given.province if given.province is None or given.province.code not in codes else None
    prefecture = given.prefecture if given.prefecture is None or given.prefecture.code not in codes else None
    return replace(given, province=province, prefecture=prefecture)
