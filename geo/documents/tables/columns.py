"""What the columns of a table hold, by their heads and by their cells, and the blocks that stand side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, Literal

from pilotzones.geo.documents.tables.cell_contents import CellContent, read_cell, squeeze_cell
from pilotzones.geo.documents.tables.grid import Cell, Grid
from pilotzones.geo.places.gazetteer import Unit, load_gazetteer

__all__ = ["Column", "ColumnBlock", "describe_columns", "find_head_role", "is_header", "split_side_by_side"]

Role = Literal[
    "blank", "number", "code", "area", "count", "listed", "left", "batch", "remark", "tasks", "region", "zone", "scope",
    "place", "ignored",
]  # fmt: skip
_LEVELS: Final = ("province", "prefecture", "county", "town")
# In order: the first pattern that a head matches says what its column holds, and the level of the places in it.
_HEADS: Final[tuple[tuple[Role, str, str], ...]] = (
    ("number", "", r"序号?|编号|行号|项次|no\.?|#"),
    ("code", "", r".*(?:代码|编码|区划码)|adcode.*|code"),
    (
        "ignored",
        "",
        (
            r".*(?:驻地|地址|联系|电话|邮编|负责|牵头|主管|部门|文号|依据|网址|人口|户数|产值|gdp|资金|金额|比例|得分|排名|"
            r"名次|经度|纬度|(?:申报|推荐|实施|承担|建设|责任|填报)(?:单位|主体)|企业|公司).*"
        ),
    ),
    ("left", "", r".*(?:退出|摘帽|脱贫|撤销|移出|取消|终止|失效)(?:的?(?:时间|年份|年度|日期|年))?"),
    ("batch", "", r".*(?:批次|轮次).*|批别|batch"),
    ("listed", "", r".*(?:年份|年度|时间|日期|年月)|年|.*(?:认定|批准|公布|命名|设立|列入|入选|新增)年|year|date"),
    ("area", "", r".*面积.*"),
    ("count", "", r".*(?:数量|个数|县数|数目|总数|数)(?:[(]个[)])?|小计|合计"),
    ("remark", "", r"备注.*|说明|状态|附注|(?:变动|调整|变更)(?:情况|说明)?|remarks?|notes?"),
    ("tasks", "", r".*(?:任务|重点|内容|事项|方向)(?:[(].*[)])?"),
    ("scope", "", r".*(?:范围|区划)(?:[(].*[)])?|包括.*|涵盖.*|成员.*|包含.*"),
    (
        "place",
        "province",
        r"(?:所在|所属)?省(?:份|级|名)?(?:[(、/,区直辖市兵团新疆生产建设)]*)?|省[(].*[)]|省[、/].*|省级.*|province",
    ),
    ("region", "", r"板块|(?:所属|所在)?(?:地区|大区|区域)|四大板块"),
    (
        "place",
        "prefecture",
        r"(?:所在|所属)?(?:地级?市|市[(]?[、/]?州.*|市州|设区市|地市|州市|市|市级|地级|市名|地[(].*[)])|prefecture|city",
    ),
    ("place", "town", r".*(?:乡镇|镇|街道|乡)(?:[(].*[)])?(?:名称|名单|名)?"),
    (
        "place",
        "",
        (
            r".*(?:县|区县|县市|市区|旗)(?:[(].*[)])?(?:名称|名单|名)?|单位(?:名称)?|地名|.*县.*名.*|.*名单.*|name|county|"
            r"地方|.*(?:城市|地区)(?:名称|名单)?|[市县区旗州盟、/()级名称单]{2,}"
        ),
    ),
    (
        "zone",
        "",
        r".*(?:试验区|示范区|片区|试点|组团|都市圈|城市群|园区|新区|合作区).*|名称|区域名称|类别|类型|项目",
    ),
)
_MAX_HEAD: Final = 20
_SAMPLE: Final = 300
# Share of the filled cells of a column that decides what it holds.
_MIN_CONTENT_SHARE: Final = 0.6
_NEARLY_ALL: Final = 0.8
_SOME: Final = 0.2
_NO_PLACE: Final = frozenset({"area", "code", "count", "number", "listed", "left", "remark", "tasks", "ignored"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds; for places their level, and the unit that its head names where it names one."""

    number: int
    role: Role
    level: str = ""  # of the places in it
    head: str = ""
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class ColumnBlock:
    """Columns that are read together: members, and what is said of them."""

    columns: tuple[Column, ...]
    members: tuple[Column, ...] = ()
    context: tuple[Column, ...] = ()

    def find_attributes(self, member: Column) -> dict[str, Column]:
        """Columns that belong to a column of members, by role: the first of a role behind it, else the last before it."""
        found: dict[str, Column] = {}
        for column in self.columns:
            before = found.get(column.role)
            if before is None or before.number < member.number:
                found[column.role] = column
        return found


@dataclass(slots=True)
class _BlockDraft:
    columns: list[Column] = field(default_factory=list)

    @property
    def places(self) -> list[Column]:
        return [column for column in self.columns if column.role in {"place", "scope"}]


@lru_cache(maxsize=1 << 12)
def find_head_role(text: str) -> tuple[Role | None, str]:
    """Say what a column with this head holds.

    Parameters
    ----------
    text : str
        Of a cell.

    Returns
    -------
    role : str or None
        None when the text is no head.
    level : str
        Of the places in it, where the head says so.
    """
    folded = "".join(squeeze_cell(text).split())
    if not folded or len(folded) > _MAX_HEAD or _names_unit(text):
        return None, ""
    return next(
        ((role, level) for role, level, pattern in _HEADS if re.fullmatch(pattern, folded, re.IGNORECASE)), (None, "")
    )


def _names_unit(text: str) -> bool:
    content = read_cell(text)
    return content.kind == "place" and any(level & {*_LEVELS} for level in content.levels)


def is_header(cells: Sequence[Cell], *, first: bool) -> bool:
    """Whether the filled cells of a row are heads of columns.

    Parameters
    ----------
    cells : sequence of Cell
        Each once.
    first : bool
        Whether no row of places came before it; a single head needs that.

    Returns
    -------
    bool
    """
    roles: list[Role | None] = []
    for cell in cells:
        roles.append(None if cell.text.isdecimal() else find_head_role(cell.text)[0])
        if roles[-1] is None and _is_value(cell):
            return False
    known = sum(role is not None for role in roles)
    if len(cells) == 1:
        # A title reads like a head too, but stands across the table or names a year.
        plain = cells[0].width == 1 and not re.search(r"\d", cells[0].text)
        return first and plain and known == 1 and roles[0] not in {"remark", "zone", "listed", "ignored"}
    return known > 1 and 2 * known >= len(cells)


def _is_value(cell: Cell) -> bool:
    return cell.text.isdecimal() or read_cell(cell.text).kind in {
        "place",
        "number",
        "code",
        "date",
        "batch",
        "total",
        "note",
    }


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
        columns.append(_describe(number, [cell.text for cell in heads if cell.text], contents))
    return _settle_zones([_compare_beside(grid, column, columns, rows) for column in columns])


def _compare_beside(grid: Grid, column: Column, columns: Sequence[Column], rows: Sequence[int]) -> Column:
    """A column whose names may be counties or larger units holds larger ones where others of its rows lie in them."""
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


def _describe(number: int, heads: Sequence[str], contents: Sequence[CellContent]) -> Column:
    known = [(*find_head_role(text), text) for text in reversed(heads) if find_head_role(text)[0]]
    role, level, head = known[0] if known else (None, "", heads[-1] if heads else "")
    unit = next((read_cell(text).find_unit() for text in reversed(heads) if read_cell(text).is_one_unit), None)
    filled = [one for one in contents if one.kind not in {"blank", "dash", "whole", "ditto", "direct", "total", "note"}]
    places = [one for one in filled if one.kind == "place"]
    share = len(places) / len(filled) if filled else 0.0
    if unit is not None:
        return Column(number, "place", _find_level(places, "") if places else "county", head, unit)
    if role in {"ignored", "zone"} and filled:
        # Whoever applied or is responsible may be all that names the county.
        return Column(number, role, _find_level(places, "") if share >= _MIN_CONTENT_SHARE else "", head)
    if role in _NO_PLACE or role in {"scope", "batch"}:
        return Column(number, role, "county" if role == "scope" else "", head)
    if share >= _MIN_CONTENT_SHARE:
        return Column(number, "place", _find_level(places, level), head)
    if role == "place":
        return Column(number, "place" if filled or heads else "blank", level or _find_level(places, ""), head)
    return Column(number, role if role is not None else _guess_role(filled), "", head)


def _find_level(places: Sequence[CellContent], level: str) -> str:
    """Level of the places in a column: that of its head, unless its cells hold smaller ones."""
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
    """Role of a column without a head that holds no places."""
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
    """A column called 试点 or 名称 holds the members where no other column does."""
    places = [column for column in columns if column.role in {"place", "scope"}]
    finest = max((_LEVELS.index(column.level) for column in places), default=-1)
    headed = max((_LEVELS.index(column.level) for column in columns if column.unit is not None), default=-1)
    out = []
    for column in columns:
        if column.unit is not None:
            # Columns that are headed by a unit each are alike.
            out.append(replace(column, level=_LEVELS[headed]))
            continue
        level = _LEVELS.index(column.level) if column.level else -1
        may_list = column.role == "zone" or (column.role == "ignored" and level >= 0)
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
    list of Block
        Those with members; columns of larger units before the first block hold for all of them.
    """
    drafts = [_BlockDraft()]
    for column in columns:
        if _begins_block(drafts[-1], column):
            drafts.append(_BlockDraft())
        drafts[-1].columns.append(column)
    finest = max((_LEVELS.index(column.level) for column in columns if column.role in {"place", "scope"}), default=-1)
    blocks: list[ColumnBlock] = []
    shared: tuple[Column, ...] = ()
    for draft in drafts:
        if not draft.places:
            if blocks:
                blocks[-1] = replace(blocks[-1], columns=(*blocks[-1].columns, *draft.columns))
            continue
        level = max(_LEVELS.index(column.level) for column in draft.places)
        if level < finest and len(drafts) > 1 and not _any_inside_rows(draft, finest):
            shared = tuple(draft.places)
            continue
        block = _make_block(grid, draft, rows)
        if not block.context:
            block = replace(block, context=shared or (blocks[-1].context if blocks else ()))
        blocks.append(block)
    return blocks


def _any_inside_rows(draft: _BlockDraft, finest: int) -> bool:
    return any(_LEVELS.index(column.level) == finest for column in draft.places)


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
    """Tell the members of a block from the larger units around them."""
    scopes = [column for column in draft.columns if column.role == "scope"]
    places = [column for column in draft.columns if column.role == "place"]
    finest = max((_LEVELS.index(column.level) for column in draft.places), default=0)
    members = scopes or [column for column in places if _LEVELS.index(column.level) == finest]
    if not scopes:
        members += [one for one in places if one not in members and _stands_beside(grid, one, members, rows)]
        members.sort(key=lambda column: column.number)
    context = [column for column in places if column not in members]
    context.sort(key=lambda column: _LEVELS.index(column.level))
    return ColumnBlock(tuple(draft.columns), tuple(members), tuple(context))


def _stands_beside(grid: Grid, larger: Column, members: Sequence[Column], rows: Sequence[int]) -> bool:
    """Whether a column of larger units lists members of its own: those beside it do not lie in them."""
    inside = outside = 0
    for row in rows[:_SAMPLE]:
        above = read_cell(grid.cells[row][larger.number].text)
        for column in members:
            below = read_cell(grid.cells[row][column.number].text)
            if not above.is_one_unit or below.kind != "place" or grid.cells[row][larger.number].row != row:
                continue
            fits = any(below.lies_in(unit) or below.codes & {unit.code} for unit in _units(above.codes))
            inside, outside = inside + fits, outside + (not fits)
    return outside > 2 * inside and outside > 1 and larger.level == "prefecture"


def _units(codes: Iterable[str]) -> list[Unit]:
    units = load_gazetteer().units
    return [units[code] for code in codes if code in units and units[code].level != "county"]
