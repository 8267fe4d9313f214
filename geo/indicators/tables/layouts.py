"""Find out what the columns of a statistical table are: places, years, and figures of which indicator and year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pilotzones.geo.boundaries.upload.attribute_mapping import select_columns
from pilotzones.geo.files.figures import MeasureUnit, fold_heading, read_figure, read_unit
from pilotzones.geo.places.history import read_period

__all__ = [
    "REF_AREA",
    "FigureColumn",
    "IndicatorLayout",
    "continue_layout",
    "find_layout",
    "is_column_word",
    "is_repeated_head",
    "is_total",
    "split_sections",
]

_MAX_HEAD_DEPTH: Final = 12
_MAX_TITLE_CELLS: Final = 2
_YEAR_HEADS: Final = frozenset(
    {
        "year",
        "years",
        "年份",
        "年度",
        "年",
        "time_period",
        "time",
        "period",
        "统计年度",
        "统计年份",
        "会计年度",
        "sgnyea",
        "accper",
        "时间",
    }
)
# Words of SDMX and what Chinese tables call the same.
_TIDY: Final = {
    "indicator": ("indicator", "指标", "指标名称", "变量", "series", "指标代码"),
    "obs_value": ("obs_value", "value", "数值", "指标值", "数据", "值", "指标数值"),
    "unit_measure": ("unit_measure", "unit", "单位", "计量单位"),
    "unit_mult": ("unit_mult", "multiplier", "量级"),
    "obs_status": ("obs_status", "status", "状态"),
    "source": ("source", "来源", "数据来源", "资料来源"),
    "vintage": ("vintage", "版本", "数据版本", "版次", "发布日期", "发布时间"),
    "comment": ("comment", "comment_obs", "注", "备注", "说明"),
}
REF_AREA: Final = ("ref_area", "地区", "区域", "area", "region")
_YEAR_IN_HEAD: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:年)?(?!\d)")
_NO_UNIT: Final = ("没有单位", "无单位", "-", "—")
_CONTINUED: Final = re.compile(r"续表|\(续\)|（续）|continued", re.IGNORECASE)
_UNIT_LINE: Final = re.compile(r"单\s*位\s*[:：]")
_NOTE: Final = re.compile(r"^(?:附?注|说明|备注|资料来源|数据来源|来源|notes?|source)\d*\s*[:：]", re.IGNORECASE)
# The number of a table in a yearbook: 表3-2, 2-1, 3—12 续表.
_TABLE_NUMBER: Final = re.compile(r"^\s*(?:续?表)?\s*\d{1,3}(?:\s*[-－—–]\s*\d{1,3})+(?=[\s、.]|$)")
_TAIL: Final = re.compile(r"(?:[/／]\s*(?=[^%‰])|(?=[%‰]))(?P<unit>[^/／()（）\s]{1,8})\s*$")
_PER_HEAD: Final = ("人", "户", "家", "个", "亩", "公顷", "平方公里", "平方米")
# Years of headings and titles may be written in full-width digits.
_PLAIN_DIGITS: Final = str.maketrans("０１２３４５６７８９", "0123456789")
_YEAR_OF_TITLE: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年")
_TOTAL: Final = re.compile(r"^(?:全国|合计|总计|全省|全市|小计|平均|total)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A column of figures: its place in the row, the indicator, and the year when the heading has one."""

    column: int
    indicator: str
    year: str = ""
    unit: MeasureUnit | None = None


@dataclass(slots=True)
class IndicatorLayout:
    """The columns of a table and where its rows begin.

    `places` are the columns that say where, `year` the one that says when, `tidy` those of a table of observations by their
    SDMX word; `figures` those of a wide table.
    """

    first_row: int
    header: list[str]
    places: list[int]
    year: int | None = None
    tidy: dict[str, int] = field(default_factory=dict)
    figures: list[FigureColumn] = field(default_factory=list)
    title: str = ""
    unit: MeasureUnit | None = None
    title_year: str = ""


def is_column_word(head: str) -> bool:
    """Return whether a heading is a word for the year or for a column of a tidy table."""
    words = {word for spellings in _TIDY.values() for word in spellings}
    return fold_heading(head) in _YEAR_HEADS | words | set(REF_AREA)


def find_layout(rows: Sequence[Sequence[str]], *, title: str = "") -> IndicatorLayout | None:
    """Find the headings of a table and what its columns are.

    Parameters
    ----------
    rows : sequence of sequence of str
        Cells of the table; cells that a merged one covers are blank.
    title : str, optional
        Text above the table.

    Returns
    -------
    IndicatorLayout or None
        None when no row names places, or nothing is a figure.
    """
    for at, row in enumerate(rows[:_MAX_HEAD_DEPTH]):
        places = _find_places(row)
        if not places or _has_figures(row, places):
            continue
        depth, header, unit_row = _join_header(rows, at, places)
        titles = [
            text.translate(_PLAIN_DIGITS) for text in (title, *(" ".join(filter(None, above)) for above in rows[:at]))
        ]
        layout = IndicatorLayout(depth, header, places)
        layout.unit = next((unit for text in reversed(titles) if "单" in text and (unit := read_unit(text))), None)
        layout.title = next((text for text in titles if text and not re.match(r"\s*单\s*位", text)), "")
        layout.title_year = _find_title_year(titles)
        _assign_columns(layout, unit_row, rows[depth:])
        if layout.figures or "obs_value" in layout.tidy:
            return layout
    return None


def _find_title_year(titles: Sequence[str]) -> str:
    """Find the one year that titles name; none where they name several, or a yearbook, whose year is that of its edition."""
    years = {year for text in titles if "年鉴" not in text for year in _YEAR_OF_TITLE.findall(text)}
    return years.pop() if len(years) == 1 else ""


def split_sections(rows: Sequence[Sequence[str]], layout: IndicatorLayout) -> list[int]:
    """Find where a sheet begins anew with headings: yearbooks go on with more columns or in another unit (续表).

    Parameters
    ----------
    rows : sequence of sequence of str
    layout : IndicatorLayout
        Of the first part.

    Returns
    -------
    list of int
        The first row of each part, the lines above its headings with it.
    """
    words = {at: layout.header[at] for at in layout.places}
    starts = [0]
    for at in range(layout.first_row, len(rows)):
        row = rows[at]
        if any(place < len(row) and row[place].strip() == word for place, word in words.items()) and not _has_figures(
            row, layout.places
        ):
            above = at
            while above > layout.first_row and _is_line_above(rows[above - 1]):
                above -= 1
            starts.append(above)
    return starts


def _is_line_above(row: Sequence[str]) -> bool:
    """Whether a row is none of the rows of a table: blank, or it says that the table goes on, or in which unit."""
    cells = [cell for cell in row if cell.strip()]
    return not cells or (
        len(cells) <= _MAX_TITLE_CELLS and any(_CONTINUED.search(cell) or _UNIT_LINE.search(cell) for cell in cells)
    )


def continue_layout(layout: IndicatorLayout, before: IndicatorLayout) -> None:
    """Give a part of a table the title, the year and the unit of the part before it, where it has none.

    Parameters
    ----------
    layout : IndicatorLayout
        Changed in place.
    before : IndicatorLayout
    """
    layout.title_year = layout.title_year or before.title_year
    if not _clean_name(layout.title):
        layout.title = before.title
        layout.figures = [
            replace(one, indicator=_clean_name(before.title) or one.indicator) if one.indicator == "value" else one
            for one in layout.figures
        ]
    if layout.unit is None and before.unit is not None:
        layout.unit = before.unit
        layout.figures = [one if one.unit is not None else replace(one, unit=before.unit) for one in layout.figures]


def _find_places(row: Sequence[str]) -> list[int]:
    words = {word for spellings in _TIDY.values() for word in spellings}
    named = (
        {fold_heading(cell) for cell in select_columns([fold_heading(cell) for cell in row])} | set(REF_AREA)
    ) - words
    return [at for at, cell in enumerate(row) if fold_heading(cell) in named]


def _has_figures(row: Sequence[str], places: Sequence[int]) -> bool:
    """Return whether a row has figures where a row of headings has names; years are headings."""
    others = [cell for at, cell in enumerate(row) if at not in places and cell.strip()]
    return any(read_figure(cell).value is not None and read_period(cell) is None for cell in others)


def _join_header(rows: Sequence[Sequence[str]], at: int, places: Sequence[int]) -> tuple[int, list[str], Sequence[str]]:
    """Join the rows of a heading; return the first row below it, the joined heading, and a row of units if there is one."""
    width = max(len(row) for row in rows[at : at + 4])
    parts = [_pad(rows[at], width)]
    below = at + 1
    units: Sequence[str] = ()
    # CSMAR repeats the heading in Chinese.
    if below < len(rows) and _find_places(rows[below]) and not _has_figures(rows[below], places):
        parts, below = [_pad(rows[below], width)], below + 1
    while below < min(len(rows), at + 4):
        row = _pad(rows[below], width)
        if _is_unit_row(row):
            units = row
        elif any(row[place] for place in places) or not any(row):
            break
        else:
            parts.append(row)
        below += 1
    upper = _fill_right(parts[0], parts[1:])
    header = [" ".join(dict.fromkeys(filter(None, cells))) for cells in zip(upper, *parts[1:], strict=True)]
    return below, header, units


def _pad(row: Sequence[str], width: int) -> list[str]:
    return [cell.strip().translate(_PLAIN_DIGITS) for cell in row] + [""] * (width - len(row))


def _fill_right(upper: list[str], lower: Sequence[Sequence[str]]) -> list[str]:
    """Repeat a heading that stands over several columns for each of them that has a heading of its own below."""
    filled, last = [], ""
    for at, cell in enumerate(upper):
        last = cell or (last if any(row[at] for row in lower) else "")
        filled.append(last)
    return filled


def _is_unit_row(row: Sequence[str]) -> bool:
    """Return whether every cell of a row is a unit, or says that there is none."""
    cells = [cell for cell in row if cell]
    return bool(cells) and all(read_unit(cell) is not None or cell in _NO_UNIT for cell in cells)


def _assign_columns(layout: IndicatorLayout, units: Sequence[str], body: Sequence[Sequence[str]]) -> None:
    heads = [fold_heading(cell) for cell in layout.header]
    layout.year = next((at for at, head in enumerate(heads) if head in _YEAR_HEADS and at not in layout.places), None)
    layout.tidy = _find_tidy_columns(heads, layout.places)
    if "obs_value" in layout.tidy and (layout.year is not None or "indicator" in layout.tidy):
        return
    described = {word: at for word, at in layout.tidy.items() if word != "obs_value"}
    layout.tidy = {word: at for word, at in described.items() if word in ("source", "vintage", "comment")}
    taken = {*layout.places, layout.year, *described.values()}
    for at, name in enumerate(layout.header):
        if at in taken or not name:
            continue
        cells = [row[at] for row in body if at < len(row) and row[at].strip()]
        read = [read_figure(cell) for cell in cells]
        # A column of words is no indicator.
        if not cells or sum(one.is_read for one in read) * 2 < len(read):
            continue
        unit = (read_unit(units[at]) if units and units[at] else None) or read_unit(name) or _read_tail(name)
        unit = unit or layout.unit
        layout.figures.append(FigureColumn(at, *_split_year(name, layout), unit))
    if layout.figures and all(one.year for one in layout.figures):
        # Under headings that are years a row may say which indicator it has, and in which unit.
        layout.tidy |= {word: at for word, at in described.items() if word in ("indicator", "unit_measure")}


def _find_tidy_columns(heads: Sequence[str], places: Sequence[int]) -> dict[str, int]:
    """Find the columns of a tidy table by their word."""
    found = {}
    for word, spellings in _TIDY.items():
        place = next((at for at, head in enumerate(heads) if head in spellings and at not in places), None)
        if place is not None:
            found[word] = place
    return found


def _split_year(name: str, layout: IndicatorLayout) -> tuple[str, str]:
    """Read indicator and year of a heading ("2019年 GDP（亿元）"); a heading that is a year has the table's title."""
    found = _YEAR_IN_HEAD.findall(name) if layout.year is None else []
    indicator = name
    if len(found) == 1:
        indicator = _YEAR_IN_HEAD.sub(" ", name)
    indicator = _clean_name(indicator)
    year = found[0] if len(found) == 1 else ""
    return indicator or _clean_name(layout.title) or "value", year


def _read_tail(name: str) -> MeasureUnit | None:
    """Read the unit at the end of a heading without brackets: 收入/元, 人口/万人, 增长%."""
    found = _TAIL.search(name)
    # GDP/人 is a figure per head, and not one in persons.
    return read_unit(found["unit"]) if found is not None and found["unit"] not in _PER_HEAD else None


def _clean_name(text: str) -> str:
    text = re.sub(r"(?:计量)?单\s*位\s*[:：].*$", "", text)
    if read_unit(text) is not None:
        text = re.sub(r"[(（\[][^()（）\[\]]{1,12}[)）\]](?=\s|$)", "", text.strip())
    if _read_tail(text) is not None:
        text = _TAIL.sub("", text)
    text = _TABLE_NUMBER.sub("", _CONTINUED.sub("", text))
    return re.sub(r"^[\s_\-—:：]+|[\s_\-—:：]+$", "", re.sub(r"\s+", " ", text))


def is_repeated_head(row: Sequence[str], layout: IndicatorLayout) -> bool:
    """Return whether a row repeats the headings, says that the table goes on (续表), or is a note below it.

    Parameters
    ----------
    row : sequence of str
    layout : IndicatorLayout

    Returns
    -------
    bool
    """
    cells = [cell.strip() for cell in row if cell.strip()]
    if len(cells) <= _MAX_TITLE_CELLS and (_is_line_above(cells) or _NOTE.match(cells[0])):
        return True
    heads = {fold_heading(cell) for cell in layout.header if cell}
    return len(cells) > 1 and all(fold_heading(cell) in heads for cell in cells)


def is_total(row: Sequence[str], layout: IndicatorLayout) -> bool:
    """Return whether a row is a total of others (合计, 全国) and no place.

    Parameters
    ----------
    row : sequence of str
    layout : IndicatorLayout

    Returns
    -------
    bool
    """
    return any(at < len(row) and _TOTAL.match(row[at].strip()) for at in layout.places)
