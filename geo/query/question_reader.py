"""Read the places somebody asks about: one line, or the rows of a table with names, codes, years and parents."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

from pilotzones.geo.boundaries.upload.attribute_mapping import (
    choose_columns,
    clean_name,
    find_code_columns,
    is_code_heading,
    select_columns,
)
from pilotzones.geo.boundaries.upload.code_cell import read_county_code, read_lowest_code
from pilotzones.geo.boundaries.upload.divisions import load_divisions
from pilotzones.geo.errors import IntakeError, make_problem
from pilotzones.geo.places.history import Period, load_unit_index, read_period
from pilotzones.geo.places.reason_codes import ReviewReason, make_reason
from pilotzones.geo.query.coordinate_parser import parse_point
from pilotzones.geo.query.name_column import find_name_role, read_level

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pilotzones.geo.documents.reader import DocumentText

__all__ = ["MISSING_CELLS", "PlaceQuery", "read_place", "read_questions"]

_Item = TypeVar("_Item")

# 126.55, 43.9 in digits of any width, also with 、 or blanks between.
_POINT: Final = r"\s*([+-]?\d{1,3}(?:\.\d+)?)\s*[,，、;\s]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*"
# 平泉县@2001, 130823 @ 2001-05: a name or a code as of a year or a date.
_DATED: Final = r"\s*(?P<place>[^@＠]*[^@＠\s])\s*[@＠](?P<period>[^@＠]+)"
_LON: Final = ("lon", "lng", "long", "longitude", "经度", "x")
_LAT: Final = ("lat", "latitude", "纬度", "y")
_YEAR: Final = (
    "year", "年份", "年度", "年", "统计年份", "统计年度", "数据年份", "数据年度", "会计年度", "年份year", "年year", "年份年",
    "years", "yr", "日期", "date", "as_of", "asof", "时间", "time", "报告期", "期间", "period", "统计时间", "统计日期", "accper",
)  # fmt: skip
_ADDRESS: Final = ("地址", "详细地址", "住址", "住所", "注册地址", "办公地址", "通讯地址", "address", "addr")
# Headings that speak of a year or date, and those among them that speak of the beginning of something.
_ABOUT_YEARS: Final = r"年|期|时间|year|date|time"
_ABOUT_BEGINNINGS: Final = r"[成设建创上]|批准|实施|开始|结束|found|establ|birth|list|start|end|since|until"
_MIN_SHARE_YEARS: Final = 0.8
_MAX_SAMPLE_CELLS: Final = 500
# How tables write that a value is missing.
MISSING_CELLS: Final = frozenset(
    {"", "-", "--", "—", "——", "－", ".", "/", "\\", "na", "n/a", "nan", "none", "null", "无", "缺", "…"}
)
_MAX_ROWS: Final = 300_000
# Titles and remarks may stand above the headings.
_MAX_ROWS_ABOVE: Final = 10
_MAX_HEAD_ROWS: Final = 3


@dataclass(frozen=True, slots=True)
class PlaceQuery:
    """One place somebody asks about; what is unknown is empty or None.

    `level` is that of the column of the name ("county", "prefecture"), where its heading says one. `unread` says which
    cells of its row were not read: an answer without them is a guess.
    """

    text: str
    name: str = ""
    code: str = ""
    lon: float | None = None
    lat: float | None = None
    prefecture: str = ""
    province: str = ""
    period: Period | None = None
    level: str = ""
    unread: tuple[ReviewReason, ...] = ()


class _QuestionTable(NamedTuple):
    """Headings (perhaps of our own making) and the rows under them."""

    header: list[str]
    rows: list[list[str]]

    def get_column(self, heading: str | None) -> list[str]:
        if heading is None:
            return [""] * len(self.rows)
        place = self.header.index(heading)
        return [row[place] for row in self.rows]


class _Columns(NamedTuple, Generic[_Item]):
    """Something of each column that is read: its heading, its place, or a cell of it."""

    name: _Item
    code: _Item
    prefecture: _Item
    prefecture_code: _Item
    province: _Item
    year: _Item
    address: _Item
    lon: _Item
    lat: _Item


def read_place(text: str, period: Period | None = None) -> PlaceQuery:
    """Distinguish a coordinate, a code and a name; what follows an @ is the year or the date meant.

    Parameters
    ----------
    text : str
    period : Period, optional
        The year or date where the text has none.

    Returns
    -------
    PlaceQuery
    """
    dated = re.fullmatch(_DATED, text)
    if dated is not None and (own := read_period(dated["period"])) is not None:
        return replace(read_place(dated["place"], own), text=text)
    if (inside := parse_point(text)) is not None:
        return PlaceQuery(text, lon=inside[0], lat=inside[1])
    point = re.fullmatch(_POINT, text)
    if point is not None:
        return PlaceQuery(text, lon=float(point[1]), lat=float(point[2]))
    code = read_county_code(text)
    return PlaceQuery(text, code=code, period=period) if code else PlaceQuery(text, name=text.strip(), period=period)


def read_questions(document: DocumentText, *, period: Period | None = None) -> list[PlaceQuery]:
    """Read the places that a table or a list of lines asks about.

    Parameters
    ----------
    document : DocumentText
        With a table (a column of names, codes, addresses, or longitudes and latitudes, perhaps of years, provinces and
        prefectures; found by headings, also under a title, or by their cells), or of one place a line.
    period : Period, optional
        The year or date of rows that have none.

    Returns
    -------
    list of PlaceQuery
        One for each row that is not empty.

    Raises
    ------
    IntakeError
        When there is no row, or there are too many.
    """
    blocks = list(_split_blocks(document))
    tables = [table for block in blocks if (table := _find_table(block)) is not None]
    lines = [] if tables else [row for row in (line.split("\t") for line in document.text.splitlines()) if any(row)]
    rows = sum(len(table.rows) for table in tables) + len(lines)
    if rows == 0:
        raise IntakeError(make_problem(document.file, "no_question"))
    if rows > _MAX_ROWS:
        facts = {"rows": f"{rows:,}", "most": f"{_MAX_ROWS:,}"}
        raise IntakeError(make_problem(document.file, "many_questions", facts=facts))
    if not tables:
        return [read_place(cells[0], period) for cells in lines]
    return [question for table in tables for question in _read_table(table, period)]


def _split_blocks(document: DocumentText) -> Iterator[list[list[str]]]:
    """Split off the cells of the tables of a document; of a text without any, of all lines."""
    lines = document.text.splitlines()
    spans = [(table.line, table.line + table.rows) for table in document.tables] or [(0, len(lines))]
    for start, end in spans:
        rows = [[cell.strip() for cell in line.split("\t")] for line in lines[start:end]]
        yield [row for row in rows if any(row)]


def _find_table(rows: list[list[str]]) -> _QuestionTable | None:
    """Find the headings and the rows of a table; None when neither headings nor cells say what the columns are."""
    for place, row in enumerate(rows[: _MAX_ROWS_ABOVE + 1]):
        if _is_head(row) and (place == 0 or _is_below_titles(rows[:place], row)):
            header, body = row, place + 1
            while (
                body < min(len(rows), place + _MAX_HEAD_ROWS) and _is_head(rows[body]) and not _has_values(rows[body])
            ):
                header, body = _join_heads(header, rows[body]), body + 1
            return _make_table(header, rows[body:])
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return None
    return _find_by_cells(rows)


def _is_head(row: Sequence[str]) -> bool:
    """Whether a row has headings of columns that say where a place is."""
    keys = {cell.casefold() for cell in row}
    return (
        bool(select_columns(row))
        or not keys.isdisjoint(_ADDRESS)
        or not (keys.isdisjoint(_LON) or keys.isdisjoint(_LAT))
    )


def _has_values(row: Sequence[str]) -> bool:
    return any(cell[:1].isdecimal() or read_county_code(cell) for cell in row)


def _is_below_titles(above: Sequence[Sequence[str]], row: Sequence[str]) -> bool:
    """Whether what stands above a row are titles, and no rows of a table whose cells look like headings."""
    return not _has_values(row) and all(sum(map(bool, one)) < 2 or not _has_values(one) for one in above)


def _join_heads(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """Join two rows of headings: the one that says something counts, the lower one first."""
    width = max(len(above), len(below))
    pairs = zip([*above, *[""] * (width - len(above))], [*below, *[""] * (width - len(below))], strict=True)
    return [low if low and (_is_head([low]) or not high) else high for high, low in pairs]


def _make_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> _QuestionTable:
    width = max([len(header), *map(len, rows)], default=0)
    # The first of several columns of one heading has it; the others get a number.
    names: list[str] = []
    for place, cell in enumerate([*header, *[""] * (width - len(header))]):
        names.append(cell if cell and cell not in names else f"{cell} {place + 1}")
    return _QuestionTable(names, [[*row, *[""] * (width - len(row))] for row in rows])


def _find_by_cells(rows: list[list[str]]) -> _QuestionTable | None:
    """Find the columns by their cells alone; the first row counts as headings when its own cells are of another kind."""
    table = _make_table([], rows[1:])
    chosen = choose_columns({heading: list(table.get_column(heading)) for heading in table.header})
    roles = [(table.header.index(heading), role) for role, heading in chosen.items() if heading is not None]
    if not any(role in ("adcode", "name", "prefecture", "province") for _, role in roles):
        return None
    known = load_divisions().known
    first = [*rows[0], *[""] * (len(table.header) - len(rows[0]))]
    for place, role in roles:
        cell = first[place]
        if read_county_code(cell) is None if role.endswith("adcode") else cell not in known[role]:
            return _make_table(rows[0], rows[1:])
    return _make_table([], rows)


def _choose_columns(table: _QuestionTable) -> _Columns[str | None]:
    """Choose the column of each kind; a table of prefectures has those for names, and so on."""
    year = _find_year(table)
    every: dict[str, list[str | None]] = {one: list(table.get_column(one)) for one in table.header if one != year}
    # A code or a name nobody looks at would let a contradiction pass, so they are found without a heading, too.
    spelled = dict.fromkeys([*select_columns(every), *find_code_columns(every)])
    role = choose_columns({heading: every[heading] for heading in spelled})
    if role["name"] is None:
        taken = set(role.values())
        role["name"] = choose_columns({one: cells for one, cells in every.items() if one not in taken})["name"]
    if role["adcode"] is None:
        # Cells that were not read as codes are said to be so, row by row.
        role["adcode"] = next((heading for heading in every if is_code_heading(heading)), None)
    keys = {heading.casefold(): heading for heading in reversed(table.header)}
    lon, lat, address = (next((keys[one] for one in known if one in keys), None) for known in (_LON, _LAT, _ADDRESS))
    lowest = find_name_role(role, {heading: table.get_column(heading) for heading in table.header})
    code = role["adcode"] or (role[f"{lowest}_adcode"] if lowest in ("prefecture", "province") else None)
    is_county = lowest in ("name", None)
    return _Columns(
        role[lowest] if lowest is not None else None,
        code,
        role["prefecture"] if is_county else None,
        role["prefecture_adcode"] if is_county else None,
        role["province"] if lowest != "province" else None,
        year, address, lon, lat,
    )  # fmt: skip


def _find_year(table: _QuestionTable) -> str | None:
    """Find the column of years: by its heading, else the only one that speaks of years and has them."""
    keys = {heading: re.sub(r"[\s_\-.·:()/]", "", _fold(heading)) for heading in table.header}
    spelled = [heading for one in _YEAR for heading, key in keys.items() if one in (key, _fold(heading))]
    if spelled:
        return spelled[0]
    about = [
        heading
        for heading, key in keys.items()
        if re.search(_ABOUT_YEARS, key) and not re.search(_ABOUT_BEGINNINGS, key)
    ]
    unnamed = [heading for heading in table.header if heading.startswith(" ")]
    headings = [heading for heading in (about or unnamed) if _has_years(table.get_column(heading))]
    return headings[0] if len(headings) == 1 else None


def _fold(heading: str) -> str:
    return unicodedata.normalize("NFKC", heading).strip().casefold()


def _has_years(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells[:: len(cells) // _MAX_SAMPLE_CELLS or 1] if cell.casefold() not in MISSING_CELLS]
    return bool(filled) and sum(read_period(cell) is not None for cell in filled) >= _MIN_SHARE_YEARS * len(filled)


def _read_table(table: _QuestionTable, period: Period | None) -> Iterator[PlaceQuery]:
    chosen = _choose_columns(table)
    place = {heading: number for number, heading in enumerate(table.header)}
    numbers = _Columns[int | None](*(None if heading is None else place[heading] for heading in chosen))
    level = read_level(chosen.name)
    for row in table.rows:
        yield _read_row(row, numbers, period, level)


def _read_row(row: Sequence[str], place: _Columns[int | None], period: Period | None, level: str) -> PlaceQuery:
    cells = _Columns[str](*("" if number is None else row[number] for number in place))
    lon, lat = _read_number(cells.lon), _read_number(cells.lat)
    both = lon is not None and lat is not None
    unread: list[ReviewReason] = []
    when, code = period, ""
    if cells.year.casefold() not in MISSING_CELLS:
        when = read_period(cells.year)
        if when is None:
            unread.append(make_reason("year_unread", year=cells.year))
    if cells.code.casefold() not in MISSING_CELLS:
        code = read_lowest_code(cells.code) or ""
        if not code:
            unread.append(make_reason("code_unread", code=cells.code))
    # Somebody may write codes where others write names.
    name = clean_name(cells.name) or ""
    code, name = code or read_county_code(name) or "", "" if read_county_code(name) else name
    return PlaceQuery(
        text=" ".join(filter(None, row)),
        name=name or ("" if code else cells.address),
        code=code,
        lon=lon if both else None,
        lat=lat if both else None,
        prefecture=clean_name(cells.prefecture) or _name_prefecture(cells.prefecture_code),
        province=clean_name(cells.province) or "",
        period=when,
        level=level,
        unread=tuple(unread),
    )


def _name_prefecture(cell: str) -> str:
    """Name of the prefecture of a code, which is compared as a name is."""
    code = read_lowest_code(cell) if cell else None
    held = load_unit_index().by_code.get(f"{code[:4]}00", ()) if code is not None and code[2:4] != "00" else ()
    return held[-1].name if held else ""


def _read_number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
