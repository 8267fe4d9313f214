"""Tables of zones and members: which column says what, and what its rows give."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pilotzones.geo.documents.headings import bare_title
from pilotzones.geo.documents.member_builder import division_type
from pilotzones.geo.documents.models import DraftMember
from pilotzones.geo.documents.paragraphs import squeeze
from pilotzones.geo.documents.town_parsing import area_prefix
from pilotzones.geo.documents.zones.stated_areas import read_area_cell
from pilotzones.geo.documents.zones.zone_builder import Reader, Span, ZoneFound, set_table_area
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.text.normalization import fold

__all__ = ["table_zones", "unit_rows"]

# In order: the first pattern that a heading matches says what its column holds.
_ROLES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("number", re.compile(r"序号|编号|no\.?|#", re.IGNORECASE)),
    ("code", re.compile(r".*(?:代码|编码)|adcode.*|code", re.IGNORECASE)),
    ("area", re.compile(r".*面积.*")),
    ("tasks", re.compile(r".*(?:任务|重点|内容|事项|方向)(?:[(].*[)])?")),
    ("scope", re.compile(r".*(?:范围|区划)(?:[(].*[)])?|包括.*|涵盖.*|成员.*|包含.*")),
    (
        "province",
        re.compile(r"(?:所在|所属)?省(?:份|级)?(?:[(、/区直辖市)]*)?|省[(].*[)]|省[、/].*|province", re.IGNORECASE),
    ),
    ("region", re.compile(r"板块|(?:所属|所在)?(?:地区|大区|区域)|四大板块")),
    (
        "prefecture",
        re.compile(
            r"(?:所在|所属)?(?:地级?市|市[(]?[、/]?州.*|市州|设区市|地市|州市|市|市级|地[(].*[)])|prefecture|city",
            re.IGNORECASE,
        ),
    ),
    (
        "member",
        re.compile(
            r".*(?:县|区县|市县|市区|旗|乡镇|镇|街道)(?:[(].*[)])?(?:名称|名单|名)?|单位|地名|.*县.*名.*|name|county",
            re.IGNORECASE,
        ),
    ),
    (
        "zone",
        re.compile(
            r".*(?:试验区|示范区|片区|试点|组团|都市圈|城市群|园区|新区|合作区).*|名称|区域名称|类别|类型|批次|项目"
        ),
    ),
)
_HEADER_ROWS: Final = 4
_FEW_CELLS: Final = 2
# Share of the cells of a column that must name places, and larger units, to be guessed as such.
_NAMES: Final = 0.6
_ALL_LARGER: Final = 0.9
_LONGEST_HEAD: Final = 20


@dataclass(slots=True)
class _Table:
    """A run of rows with its columns; `header` is the number of the row that names them, or None."""

    rows: list[int]
    roles: dict[str, int] = field(default_factory=dict)
    header: int | None = None
    heads: dict[str, str] = field(default_factory=dict)
    last_member: int | None = None


@dataclass(slots=True)
class _Carried:
    """Cells that hold for the rows below them until the next one is filled."""

    cells: dict[str, str] = field(default_factory=dict)


def table_zones(reader: Reader) -> list[ZoneFound]:
    """Zones that stand in tables.

    Parameters
    ----------
    reader : Reader

    Returns
    -------
    list of ZoneFound
        One for each value of the zone's column, else of the province's or prefecture's, else one for the table.
    """
    zones: list[ZoneFound] = []
    for table in _tables(reader):
        if table.roles:
            found = list(_zones(reader, table))
            zones += found
    return [zone for zone in zones if zone.members]


def unit_rows(reader: Reader) -> Iterator[tuple[str, str, str, int]]:
    """Rows of the tables whose members stand in a column of their own.

    Parameters
    ----------
    reader : Reader

    Yields
    ------
    tuple of (str, str, str, int)
        Name, province and prefecture as the row and those above it say, and the offset of the name in the document.
    """
    for table in _tables(reader):
        column = table.roles.get("member", table.roles.get("prefecture"))
        if column is None:
            continue
        carried = _Carried()
        for number in table.rows:
            if table.header is not None and number <= table.header:
                continue
            given = _given(reader, table, number, carried)
            name = _cell(reader, number, column)
            if name:
                start = reader.passage(number).origin(reader.passage(number).cells[column][0])
                own = "member" in table.roles
                yield name, given.get("province", ""), given.get("prefecture", "") if own else "", start


def _tables(reader: Reader) -> Iterator[_Table]:
    rows: list[int] = []
    for number, block in enumerate(reader.blocks):
        if block.passage.cells:
            rows.append(number)
        elif not block.passage.is_furniture and rows:
            yield _described(reader, rows)
            rows = []
    if rows:
        yield _described(reader, rows)


def _described(reader: Reader, rows: list[int]) -> _Table:
    for number in rows[:_HEADER_ROWS]:
        cells = [_cell(reader, number, column) for column in range(len(reader.passage(number).cells))]
        # The first column of a role has it.
        roles = {_role(fold(text)): column for column, text in reversed(list(enumerate(cells)))}
        roles.pop("", None)
        alone = set(roles) == {"member"} and sum(map(bool, cells)) <= _FEW_CELLS
        if (len(roles) > 1 or alone) and {"member", "scope", "prefecture", "province"} & set(roles):
            return _Table(rows, roles, number, {role: cells[column] for role, column in roles.items()})
    guessed, last = _guessed(reader, rows)
    return _Table(rows, guessed, last_member=last)


def _role(text: str) -> str:
    folded = "".join(text.split())
    if not folded or len(folded) > _LONGEST_HEAD or (len(folded) > 1 and folded in load_gazetteer().forms):
        return ""
    return next((role for role, pattern in _ROLES if pattern.fullmatch(folded)), "")


def _guessed(reader: Reader, rows: Sequence[int]) -> tuple[dict[str, int], int | None]:
    """Columns of a table without a header: those that hold names of places, and larger units before them."""
    sample = rows[:200]
    width = max(len(reader.passage(number).cells) for number in sample)
    forms = load_gazetteer().forms
    shares: list[tuple[float, float]] = []
    for column in range(width):
        texts = [fold(_cell(reader, number, column)) for number in sample]
        filled = [text for text in texts if text] or [""]
        names = [text for text in filled if forms.get(re.split(r"[、,;(]", text)[0])]
        larger = [
            text
            for text in names
            if any(m.level in {"province", "prefecture"} for m in forms[re.split(r"[、,;(]", text)[0]])
        ]
        shares.append((len(names) / len(filled), len(larger) / len(filled)))
    members = [column for column, (names, larger) in enumerate(shares) if names >= _NAMES and larger <= _ALL_LARGER]
    if not members:
        members = [column for column, (names, _) in enumerate(shares) if names >= _NAMES][-1:]
    if not members:
        return {}, None
    roles = {"member": members[0]}
    above = [column for column, (_, larger) in enumerate(shares) if larger >= _NAMES and column < members[0]]
    groups = ("province", "prefecture") if len(above) > 1 else ("province",)
    return {**roles, **dict(zip(groups, above, strict=False))}, members[-1]


def _cell(reader: Reader, number: int, column: int) -> str:
    passage = reader.passage(number)
    if column >= len(passage.cells):
        return ""
    start, end = passage.cells[column]
    return squeeze(passage.text[start:end])


def _zones(reader: Reader, table: _Table) -> Iterator[ZoneFound]:
    zones: dict[str, ZoneFound] = {}
    carried = _Carried()
    for number in table.rows:
        if table.header is not None and number <= table.header:
            continue
        given = _given(reader, table, number, carried)
        source = "scope" if "scope" in table.roles else "member" if "member" in table.roles else "prefecture"
        column = table.roles.get(source, table.roles.get("province", 0))
        passage = reader.passage(number)
        if column >= len(passage.cells) or passage.cells[column][0] == passage.cells[column][1]:
            continue
        name = _zone_name(reader, table, number, given)
        if name not in zones:
            zones[name] = _open(reader, number, name, given)
        start, end = passage.cells[column]
        if table.last_member is not None:
            end = max(end, passage.cells[min(table.last_member, len(passage.cells) - 1)][1])
        _read_row(reader, table, zones[name], Span(number, start, end), given)
    if table.header is not None:
        for zone in list(zones.values())[:1]:
            zone.used.append(Span(table.header, 0, len(reader.passage(table.header).text)))
    yield from zones.values()


def _given(reader: Reader, table: _Table, number: int, carried: _Carried) -> dict[str, str]:
    """What the row says of its group, filled from above where its cells are blank."""
    order = ("region", "zone", "province", "prefecture")
    for place, role in enumerate(order):
        text = _cell(reader, number, table.roles[role]) if role in table.roles else ""
        if text and text != carried.cells.get(role):
            carried.cells[role] = text
            for below in order[place + 1 :]:
                carried.cells.pop(below, None)
    return dict(carried.cells)


def _zone_name(reader: Reader, table: _Table, number: int, given: dict[str, str]) -> str:
    """A zone is what its own column says, else the largest unit that groups the members."""
    if "zone" in table.roles:
        return given.get("zone", "")
    if "member" in table.roles or "scope" in table.roles:
        for role in ("province", "prefecture"):
            if given.get(role):
                return bare_title(given[role])
    block = reader.blocks[number]
    above = [heading.title for heading in block.path if heading.title]
    return (bare_title(above[-1]) if above else "") or reader.title or "全部"


def _open(reader: Reader, number: int, name: str, given: dict[str, str]) -> ZoneFound:
    block = reader.blocks[number]
    hints = [area_prefix(given.get(role, "")) for role in ("prefecture", "province")]
    hint = next((code for code in hints if code), "") or area_prefix(name)
    zone = ZoneFound(name, bare_title(given.get("region", "")), (*block.words, name), Span(number, 0, 0), hint=hint)
    zone.used += [Span(above.block, 0, reader.blocks[above.block].body) for above in block.path]
    return zone


def _read_row(reader: Reader, table: _Table, zone: ZoneFound, span: Span, given: dict[str, str]) -> None:
    number, passage = span.block, reader.passage(span.block)
    hints = [area_prefix(given.get(role, "")) for role in ("prefecture", "province")]
    hint = next((code for code in hints if code), zone.hint)
    listing = reader.listing(span, (*zone.path, f"第{number - table.rows[0] + 1}行"), hint)
    members = list(listing.members)
    if not members:
        return
    if "code" in table.roles and len(members) == 1:
        members = [_with_code(members[0], _cell(reader, number, table.roles["code"]))]
    zone.members += members
    zone.used.append(span)
    text = squeeze(passage.text[span.start : span.end])
    zone.scope_text = f"{zone.scope_text}、{text}" if zone.scope_text else text
    for role in table.roles:
        column = table.roles[role]
        if column < len(passage.cells) and role not in {"tasks", "area"}:
            zone.used.append(Span(number, *passage.cells[column]))
    _read_area(reader, table, number, zone)
    if "tasks" in table.roles and table.roles["tasks"] < len(passage.cells):
        zone.tasks.append(Span(number, *passage.cells[table.roles["tasks"]]))


def _with_code(member: DraftMember, cell: str) -> DraftMember:
    """Take a code of the table for a member that its name leaves open; a code that contradicts the name is for review."""
    unit = load_gazetteer().units.get(re.sub(r"\D", "", cell)[:6])
    if unit is None or unit.level != "county":
        return member
    if member.adcode == unit.code:
        return member
    if member.kind == "review" and (
        fold(member.listed_text).endswith(unit.name) or unit.code in {one.adcode for one in member.candidates}
    ):
        return replace(
            member, kind="county", status="accepted", listed_name=member.listed_text, name=unit.name, province=unit.province,
            prefecture=unit.prefecture, adcode=unit.code, division_type=division_type(unit.name, unit.code),
            method="code in the table", reasons=(),
        )  # fmt: skip
    if member.kind == "county":
        full = f"{unit.province}{unit.prefecture}{unit.name}"
        why = make_reason("table_code", written=unit.code, unit=full, named=member.adcode)
        return replace(
            member, kind="review", status="review", adcode="", division_type="", reasons=(*member.reasons, why)
        )
    return member


def _read_area(reader: Reader, table: _Table, number: int, zone: ZoneFound) -> None:
    """Stated area of a zone: only where a row is a zone, not where each member has its own figure."""
    column = table.roles.get("area")
    passage = reader.passage(number)
    if column is None or column >= len(passage.cells) or "scope" not in table.roles or zone.area is not None:
        return
    start, end = passage.cells[column]
    head = fold(table.heads.get("area", ""))
    area = read_area_cell(passage.folded[start:end], head)
    if area is not None:
        set_table_area(zone, Span(number, start, end), squeeze(passage.text[start:end]), area, head)
