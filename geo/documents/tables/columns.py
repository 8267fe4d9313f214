"""What the columns of a table hold, by their heads and by their cells, and the blocks that stand side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pilotzones.geo.documents.tables.captions import find_retraction
from pilotzones.geo.documents.tables.cells.contents import parse_batch, parse_date, read_cell, squeeze_cell
from pilotzones.geo.documents.tables.cells.models import CellContent
from pilotzones.geo.documents.tables.grid import Grid
from pilotzones.geo.documents.tables.heads import LEVELS, Role, find_head_role
from pilotzones.geo.documents.tables.states import has_ticks, holds_states
from pilotzones.geo.documents.zones.stated_areas import is_part_label
from pilotzones.geo.places.cells.codes import is_code_list
from pilotzones.geo.places.cells.latin_names import is_latin
from pilotzones.geo.places.gazetteer import Unit, load_gazetteer
from pilotzones.geo.places.text.retraction_cues import Retraction

__all__ = ["Column", "ColumnBlock", "describe_columns", "split_side_by_side"]

_SAMPLE: Final = 300
# Share of the filled cells of a column that decides what it holds.
_MIN_CONTENT_SHARE: Final = 0.6
_NEARLY_ALL: Final = 0.8
_SOME: Final = 0.2
_ADDRESS: Final = re.compile(r".*(?:地址|住址|住所|所在地|注册地|地点|位置|坐落)(?:[(].*[)])?")
_LOCATION: Final = re.compile(r"所在|位置|地点|属地|坐落|所属|省|地级|市州")
_NEWER: Final = re.compile(
    r"(?:调整|变更|替换|更换|置换|变动|调换)后|现[有为]?(?:试点|示范|县|市|区|名单)|新(?:增|的)?(?:试点|示范|县|市|区|名单)|替补|递补"
)
_OLDER: Final = re.compile(
    r"原(?:有|来|定)?(?:试点|示范|县|市|区|名单)|(?:调整|变更|替换|更换|置换|变动|调换)前|被(?:替换|更换|置换)"
)
_NO_PLACE: Final = frozenset({"area", "code", "count", "number", "listed", "left", "remark", "tasks", "ignored"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds; for places their level, and the unit that its head names where it names one."""

    number: int
    role: Role
    level: str = ""  # of the places in it
    head: str = ""
    unit: Unit | None = None
    names_places: bool = False  # whether a cell below its head is read as a place
    retraction: Retraction | None = None  # what its head says of the places in it (退出县; 拟新增)
    is_address: bool = False
    is_code: bool = False  # whether codes alone say which units its rows list
    batch: str = ""  # a batch or date for a head
    listed_on: str = ""
    is_ticked: bool = False  # whether it ticks the places that are meant
    has_areas: bool = False  # whether most of its cells name special areas


@dataclass(frozen=True, slots=True)
class ColumnBlock:
    """Columns that are read together: members, and what is said of them."""

    columns: tuple[Column, ...]
    members: tuple[Column, ...] = ()
    context: tuple[Column, ...] = ()

    def find_attributes(self, member: Column) -> dict[str, Column]:
        """Find columns that belong to a column of members, by role: the first of a role behind it, else the last before it."""
        attributes: dict[str, Column] = {}
        for column in self.columns:
            before = attributes.get(column.role)
            if before is None or before.number < member.number:
                attributes[column.role] = column
        return attributes


@dataclass(slots=True)
class _BlockDraft:
    columns: list[Column] = field(default_factory=list)

    @property
    def places(self) -> list[Column]:
        return [column for column in self.columns if column.role in {"place", "scope"}]


def describe_columns(grid: Grid, header: Sequence[int], rows: Sequence[int]) -> list[Column]:
    """Say what each column holds.

    Parameters
    ----------
    grid : Grid
    header, rows : sequence of int
        Numbers of the rows with the heads, and of those below them.

    Returns
    -------
    list of Column
        One for each column of the grid.
    """
    columns = []
    for number in range(grid.width):
        heads = dict.fromkeys(grid.cells[row][number] for row in header)
        below = dict.fromkeys(cell for row in rows[:_SAMPLE] if (cell := grid.cells[row][number]).text)
        # A cell that spans several columns of the table says nothing of one of them.
        contents = [read_cell(cell.text) for cell in below if cell.width == 1 or cell.width < grid.width / 2]
        texts = [cell.text for cell in heads if cell.text]
        retraction = next((found for text in texts if (found := find_retraction(text))), None)
        batch = next((parse_batch(text) for text in texts if read_cell(text).kind == "batch"), "")
        date = next((parse_date(text) for text in texts if read_cell(text).kind == "date"), "")
        column = replace(_describe(number, texts, contents), retraction=retraction, batch=batch, listed_on=date)
        words = [cell.text for cell in below]
        if holds_states(column.role, column.head, words):
            column = replace(column, role="remark", is_ticked=has_ticks(column.head, words))
        columns.append(column)
    columns = [_compare_beside(grid, column, columns, rows) for column in columns]
    columns = [_drop_translation(grid, column, columns, rows) for column in columns]
    columns = _settle_addresses(_settle_zones(_settle_locations(columns)))
    if not any(column.role in {"place", "scope"} for column in columns):
        columns = [_settle_codes(grid, column, rows) for column in columns]
    return _mark_replaced(_choose_areas(columns))


def _choose_areas(columns: list[Column]) -> list[Column]:
    """Of several columns of areas, those of parts (核心区面积 beside 规划面积) say nothing of the whole."""
    areas = [column for column in columns if column.role == "area"]
    parts = [column for column in areas if is_part_label(squeeze_cell(column.head).partition("面积")[0])]
    if not parts or len(parts) == len(areas):
        return columns
    return [replace(column, role="ignored") if column in parts else column for column in columns]


def _settle_codes(grid: Grid, column: Column, rows: Sequence[int]) -> Column:
    """Settle whether a column of codes of divisions lists the members: it does where no column names a place."""
    cells = {cell.text for row in rows[:_SAMPLE] if (cell := grid.cells[row][column.number]).text}
    headed = find_head_role(column.head)[0] == "code"
    if not cells or not (headed or not column.head):
        return column
    # One of several columns that no head says anything of must hold nothing else.
    share = _MIN_CONTENT_SHARE if headed or grid.width == 1 else 1.0
    if sum(map(is_code_list, cells)) < share * len(cells):
        return column
    return replace(column, role="place", level="county", is_code=True)


def _settle_addresses(columns: list[Column]) -> list[Column]:
    """Make a column of addresses list the members where no other column names a place."""
    addresses = [column for column in columns if _ADDRESS.fullmatch("".join(squeeze_cell(column.head).split()))]
    places = [column for column in columns if column.role in {"place", "scope"}]
    if not addresses or any(column.names_places and column not in addresses for column in places):
        return columns
    out = []
    for column in columns:
        if column in addresses:
            out.append(replace(column, role="place", level="county", is_address=True))
        else:
            out.append(replace(column, role="ignored", level="") if column in places else column)
    return out


def _settle_locations(columns: list[Column]) -> list[Column]:
    """Make special areas beside a column that says where they lie the members, each in the county of its row."""
    areas = [column for column in columns if column.has_areas and column.role in {"place", "zone"}]
    places = [column for column in columns if column.role in {"place", "scope"} and column not in areas]
    if not areas or not places or any(not _LOCATION.search(squeeze_cell(column.head)) for column in places):
        return columns
    return [replace(column, role="place", level="town") if column in areas else column for column in columns]


def _mark_replaced(columns: list[Column]) -> list[Column]:
    """Mark a column of places that others replace (原试点县 beside 调整后试点县): it lists what has left."""
    heads = [squeeze_cell(column.head) if column.role == "place" else "" for column in columns]
    if not any(_NEWER.match(head) for head in heads):
        return columns
    out = []
    for column, head in zip(columns, heads, strict=True):
        before = squeeze_cell(column.head)
        if _OLDER.match(head):
            out.append(replace(column, retraction=Retraction("out", head)))
        elif column.role == "ignored" and column.names_places and _OLDER.fullmatch(before):
            # 调整前 without more holds the places themselves, and 调整前名称 their former names.
            out.append(replace(column, role="place", level="county", retraction=Retraction("out", before)))
        else:
            out.append(column)
    return out


def _compare_beside(grid: Grid, column: Column, columns: Sequence[Column], rows: Sequence[int]) -> Column:
    """Compare names that may be counties or larger units with others of their rows: where those lie in them, they are larger."""
    if column.role != "place" or column.level != "county" or column.unit is not None:
        return column
    inside = outside = 0
    for row in rows[:_SAMPLE]:
        own = read_cell(grid.cells[row][column.number].text)
        if own.kind == "place" and not own.is_one_unit:
            return column
        for other in columns:
            beside = read_cell(grid.cells[row][other.number].text)
            if other.number != column.number and other.role == "place" and beside.kind == "place" and own.is_one_unit:
                held = any(beside.lies_in(unit) for unit in own.units)
                inside, outside = inside + held, outside + (not held and other.level == "county")
    return replace(column, level="prefecture") if inside > outside else column


def _drop_translation(grid: Grid, column: Column, columns: Sequence[Column], rows: Sequence[int]) -> Column:
    """Ignore a column in Latin letters that names the places of a column in Chinese once more."""
    cells = [(grid.cells[row], grid.cells[row][column.number].text) for row in rows[:_SAMPLE]]
    latin = [(row, text) for row, text in cells if is_latin(text)]
    filled = sum(bool(text) for _, text in cells)
    if column.role not in {"place", "scope", "zone"} or len(latin) < _NEARLY_ALL * max(1, filled):
        return column
    for other in columns:
        beside = [(read_cell(row[other.number].text), read_cell(text)) for row, text in latin]
        same = sum(bool(one.codes & translation.codes) for one, translation in beside)
        if other.number != column.number and not is_latin(latin[0][0][other.number].text) and 2 * same > len(latin):
            return replace(column, role="ignored", level="")
    return column


def _describe(number: int, heads: Sequence[str], contents: Sequence[CellContent]) -> Column:
    known = [(*find_head_role(text), text) for text in reversed(heads) if find_head_role(text)[0]]
    role, level, head = known[0] if known else (None, "", heads[-1] if heads else "")
    unit = next((read_cell(text).find_unit() for text in reversed(heads) if read_cell(text).is_one_unit), None)
    filled = [one for one in contents if one.kind not in {"blank", "dash", "whole", "ditto", "direct", "total", "note"}]
    places = [one for one in filled if one.kind == "place"]
    share = len(places) / len(filled) if filled else 0.0
    areas = sum(all(level == {"special"} for level in one.levels) for one in places)
    if role == "zone" and head != heads[-1] and share >= _MIN_CONTENT_SHARE:
        # 试点 over 国家级 and 省级: what stands over several columns of places is the name of none of them.
        role, level, head = None, "", heads[-1]
    column = Column(
        number,
        "blank",
        "",
        head,
        names_places=bool(places),
        has_areas=bool(filled) and areas >= _MIN_CONTENT_SHARE * len(filled),
    )
    if unit is not None:
        return replace(column, role="place", level=_find_level(places, "") if places else "county", unit=unit)
    if role in {"ignored", "zone", "code", "number", "count", "area"} and filled:
        # Whoever applied or is responsible may be all that names the county; and 县名及代码 over names holds no codes.
        return replace(column, role=role, level=_find_level(places, "") if share >= _MIN_CONTENT_SHARE else "")
    if (role in _NO_PLACE and not (role in {"listed", "left"} and share >= _MIN_CONTENT_SHARE)) or role in {
        "scope",
        "batch",
    }:
        return replace(column, role=role, level="county" if role == "scope" else "")
    if share >= _MIN_CONTENT_SHARE:
        return replace(column, role="place", level=_find_level(places, level))
    if role == "place":
        return replace(column, role="place" if filled or heads else "blank", level=level or _find_level(places, ""))
    return replace(column, role=role if role is not None else _guess_role(filled))


def _find_level(places: Sequence[CellContent], level: str) -> str:
    """Find the level of the places in a column: that of its head, unless its cells hold smaller ones."""
    if not places:
        return level or "county"
    province = sum(one.may_be("province") for one in places) / len(places)
    larger = sum(one.may_be("province", "prefecture") for one in places) / len(places)
    if level == "town" or (level in {"province", "prefecture"} and larger >= _SOME):
        # Counties directly under a province stand in the column of prefectures too.
        return level
    certain = sum(all("county" not in name for name in one.levels) for one in places)
    if larger >= _NEARLY_ALL and 2 * certain >= len(places):
        return "province" if province >= _NEARLY_ALL else "prefecture"
    towns = sum(all(name == {"town"} for name in one.levels) for one in places)
    return "town" if towns > len(places) / 2 else "county"


def _guess_role(filled: Sequence[CellContent]) -> Role:
    """Guess the role of a column without a head that holds no places."""
    if not filled:
        return "blank"
    kinds: tuple[tuple[str, Role], ...] = (
        ("number", "number"),
        ("code", "code"),
        ("date", "listed"),
        ("batch", "batch"),
    )
    for kind, role in kinds:
        if sum(one.kind == kind for one in filled) >= _MIN_CONTENT_SHARE * len(filled):
            return role
    return "remark"


def _settle_zones(columns: list[Column]) -> list[Column]:
    """Make a column called 试点 or 名称 hold the members where no other column does."""
    places = [column for column in columns if column.role in {"place", "scope"}]
    finest = max((LEVELS.index(column.level) for column in places), default=-1)
    headed = max((LEVELS.index(column.level) for column in columns if column.unit is not None), default=-1)
    out = []
    for column in columns:
        if column.unit is not None:
            # Columns that are headed by a unit each are alike.
            out.append(replace(column, level=LEVELS[headed]))
            continue
        level = LEVELS.index(column.level) if column.level else -1
        may_list = column.role == "zone" or (column.role in _NO_PLACE and level >= 0)
        if may_list and (not places or level > finest):
            out.append(replace(column, role="place", level=column.level or "county"))
        else:
            out.append(column)
    return out


def split_side_by_side(grid: Grid, columns: Sequence[Column], rows: Sequence[int]) -> list[ColumnBlock]:
    """Cut the columns into blocks that stand side by side.

    Parameters
    ----------
    grid : Grid
    columns : sequence of Column
    rows : sequence of int
        Rows of values.

    Returns
    -------
    list of ColumnBlock
        Those with members; columns of larger units before the first block hold for all of them.
    """
    drafts = [_BlockDraft()]
    for column in columns:
        if _begins_block(drafts[-1], column):
            drafts.append(_BlockDraft())
        drafts[-1].columns.append(column)
    finest = max((LEVELS.index(column.level) for column in columns if column.role in {"place", "scope"}), default=-1)
    blocks: list[ColumnBlock] = []
    shared: tuple[Column, ...] = ()
    for draft in drafts:
        if not draft.places:
            if blocks:
                blocks[-1] = replace(blocks[-1], columns=(*blocks[-1].columns, *draft.columns))
            continue
        level = max(LEVELS.index(column.level) for column in draft.places)
        if level < finest and len(drafts) > 1 and all(LEVELS.index(one.level) != finest for one in draft.places):
            shared = tuple(draft.places)
            continue
        block = _make_block(grid, draft, rows)
        if not block.context:
            block = replace(block, context=shared or (blocks[-1].context if blocks else ()))
        blocks.append(block)
    return blocks


def _begins_block(draft: _BlockDraft, column: Column) -> bool:
    """Whether a column begins another block: a new order number, or a level of places that the block has already."""
    if not draft.places:
        return False
    if column.role == "number":
        return True
    if column.role not in {"place", "scope"}:
        return False
    last = draft.places[-1]
    if last.level == column.level:
        # Columns of members next to one another are one block; what stands between them belongs to the first.
        between = [one for one in draft.columns if one.number > last.number and one.role != "blank"]
        return bool(between)
    return column.level in {one.level for one in draft.places}


def _make_block(grid: Grid, draft: _BlockDraft, rows: Sequence[int]) -> ColumnBlock:
    """Distinguish the members of a block from the larger units around them."""
    scopes = [column for column in draft.columns if column.role == "scope"]
    places = [column for column in draft.columns if column.role == "place"]
    finest = max((LEVELS.index(column.level) for column in draft.places), default=0)
    members = scopes or [column for column in places if LEVELS.index(column.level) == finest]
    if not scopes:
        members += [one for one in places if one not in members and _is_member_column(grid, one, members, rows)]
        members.sort(key=lambda column: column.number)
    context = [column for column in places if column not in members]
    context.sort(key=lambda column: LEVELS.index(column.level))
    return ColumnBlock(tuple(draft.columns), tuple(members), tuple(context))


def _is_member_column(grid: Grid, larger: Column, members: Sequence[Column], rows: Sequence[int]) -> bool:
    """Whether a column of larger units lists members of its own: those beside it do not lie in them."""
    inside = outside = 0
    for row in rows[:_SAMPLE]:
        above = read_cell(grid.cells[row][larger.number].text)
        for column in members:
            below = read_cell(grid.cells[row][column.number].text)
            # Towns that no table of units has say nothing of where they lie.
            if (
                not above.is_one_unit
                or not below.codes
                or below.kind != "place"
                or grid.cells[row][larger.number].row != row
            ):
                continue
            fits = any(below.lies_in(unit) or below.codes & {unit.code} for unit in _find_larger_units(above.codes))
            inside, outside = inside + fits, outside + (not fits)
    return outside > 2 * inside and outside > 1 and larger.level == "prefecture"


def _find_larger_units(codes: Iterable[str]) -> list[Unit]:
    units = load_gazetteer().units
    return [units[code] for code in codes if code in units and units[code].level != "county"]
