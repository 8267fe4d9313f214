"""The area that a document states for a zone: whole, part or another kind of area, as one figure or as a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from pilotzones.geo.catalogue.area_parser import AreaStatement, find_area_statements
from pilotzones.geo.catalogue.area_units import UNIT_PATTERN, get_unit_km2
from pilotzones.geo.places.reason_codes import ReviewReason, make_reason

__all__ = ["Area", "choose_area", "find_areas", "is_part_label", "read_area_cell"]

AreaKind = Literal["total", "plain", "part"]
_MAX_KM2: Final = 1e7
_SAME: Final = 0.002  # of a value, between two units
_LABEL_REACH: Final = 24
# Words that may stand between a label and its figure.
_FILLER: Final = r"(?:大约|约为|约|近|将近|为|共|合计|共计|总计|总|达到|达|是|有|:|不足|不到|超过|逾|至少|以?[(]|\s)*"
_LABEL: Final = re.compile(rf"([\u4e00-\u9fff]{{0,10}})面积{_FILLER}$")
_BARE_LABEL: Final = re.compile(rf"([\u4e00-\u9fff]{{0,10}}?){_FILLER}$")
# Areas that are no area of a zone, and parts of one.
_OTHER: Final = re.compile(r"海域|建筑|耕地|建设用地|林地|湿地|播种|种植|造林|水面")
_PART: Final = re.compile(
    r"其中|(?:水域|陆[域地]|核心区?|(?:起步|启动|先行|先导|拓展|辐射|剩余|建成|主?城|中心城)区?|[一二三]期|[东西南北]区|片区[一二三]?)"
    r"(?:规划|总|占地|土地|用地|的)*$"
)
_TOTAL: Final = re.compile(r"总|合计|共计|全[区域市县]|国土|幅员|行政区域|辖区|区域$|规划$|土地$")
_INCLUDED: Final = re.compile(r"其中|含|包括|[(]$")


@dataclass(frozen=True, slots=True)
class Area:
    """One stated area.

    Parameters
    ----------
    start, end : int
        Extent in the text.
    km2 : float or None
        Its size [km²]; None when it is to be asked about.
    kind : {"total", "plain", "part"}
        Whether its label says that it is the whole, nothing of that, or a part.
    doubt : ReviewReason or None
        Why there is no size.
    is_land : bool
        Whether its label speaks of the land, as beside an area of sea.
    """

    start: int
    end: int
    km2: float | None
    kind: AreaKind = "plain"
    doubt: ReviewReason | None = None
    is_land: bool = False


def find_areas(folded: str, start: int = 0, end: int | None = None, *, bare: bool = False) -> list[Area]:
    """Find the areas stated in a text.

    Parameters
    ----------
    folded : str
        Folded text.
    start, end : int, optional
        Where to look.
    bare : bool, optional
        Whether a figure with a unit is enough, without the word 面积.

    Returns
    -------
    list of Area
        In text order.
    """
    out = []
    for one in find_area_statements(folded, start, end):
        before = folded[max(start, one.start - _LABEL_REACH) : one.start]
        label = _LABEL.search(before)
        if label is None and not bare:
            continue
        match = label or _BARE_LABEL.search(before)
        words = match[1].rpartition("面积")[2] if match else ""
        if _OTHER.search(words):
            continue
        begin = one.start - len(before) + _begin_of_label(label) if label else one.start - _measure_part(match)
        out.append(_make_area(one, begin, words, before))
    return out or _read_label_with_unit(folded, start, len(folded) if end is None else end)


def _read_label_with_unit(folded: str, start: int, end: int) -> list[Area]:
    """Read 面积(平方公里):1479, where the unit stands before the figure."""
    match = _OWN_HEAD_IN_TEXT.search(folded, start, end)
    if match is None:
        return []
    area = _read_bare_figures(match[2], match[1])
    return [replace(area, start=match.start(), end=match.end())]


def _begin_of_label(label: re.Match[str]) -> int:
    """Find where the label itself begins: words before it that belong to the sentence are left out."""
    known = re.search(
        r"(?:规划|总|国土|土地|占地|陆域|陆地|水域|区域|实施|辖区|幅员|行政区域|核定|管辖|试验区?|控制|操控|全区|合计|核心区?)*$",
        label[1],
    )
    return label.start() + (known.start() if known else len(label[1]))


def _measure_part(match: re.Match[str] | None) -> int:
    """Measure the characters from the name of a part to its figure; 0 when no part is named."""
    part = _PART.search(match[1]) if match else None
    return len(match[0]) - part.start() if match and part else 0


def _make_area(one: AreaStatement, begin: int, words: str, before: str) -> Area:
    kind: AreaKind = "part" if _PART.search(words) else "total" if _TOTAL.search(words) else "plain"
    if kind == "plain" and re.search(r"[总共]\s?$|合计\s?$", before):
        kind = "total"
    if kind == "plain" and _INCLUDED.search(before[-6:]):
        kind = "part"
    fits = one.km2 is not None and 0 < one.km2 < _MAX_KM2
    doubt = None if fits else make_reason(f"area_{one.doubt or 'digits'}")
    return Area(
        begin, one.end, one.km2 if fits else None, kind, doubt, is_land=re.search(r"陆[域地]", words) is not None
    )


def choose_area(areas: Sequence[Area], *, in_cell: bool = False) -> Area | None:
    """Choose the area of the whole among those that are stated for one zone.

    Parameters
    ----------
    areas : sequence of Area
        In text order.
    in_cell : bool, optional
        Whether they stand in one cell, where several figures of equal standing are a question; in running text the
        first one counts.

    Returns
    -------
    Area or None
        None when none is stated. Parts without a whole give a question that holds all of them.
    """
    totals = [area for area in areas if area.kind == "total"]
    plain = [area for area in areas if area.kind == "plain"]
    if totals or (plain and not in_cell):
        return (totals or plain)[0]
    if plain and all(_is_same(area, plain[0]) for area in plain):
        return plain[0]
    if len(areas) < 2:
        return _flag_part(areas[0]) if areas else None
    return replace(areas[0], km2=None, end=areas[-1].end, doubt=make_reason("area_parts"))


def _flag_part(area: Area) -> Area:
    """Make the area of a part a question when the whole is not stated; a zone on land and sea has its land area."""
    if area.kind != "part" or area.is_land or area.doubt is not None:
        return area
    return replace(area, km2=None, doubt=make_reason("area_part"))


def _is_same(one: Area, other: Area) -> bool:
    """Whether two figures are the same area, perhaps in two units."""
    if one is other:
        return True
    return one.km2 is not None and other.km2 is not None and abs(one.km2 - other.km2) <= _SAME * other.km2


def is_part_label(words: str) -> bool:
    """Whether words before 面积 name a part of a place, on land or on water.

    Parameters
    ----------
    words : str
        Folded (建成区; 核心区规划).

    Returns
    -------
    bool
        False for the land of a place, which has an area of sea besides.
    """
    return _PART.search(words) is not None and not _TOTAL.search(words) and re.search(r"陆[域地]", words) is None


def read_area_cell(folded: str, head: str) -> Area | None:
    """Read a cell of a column of areas.

    Parameters
    ----------
    folded : str
        The cell, folded.
    head : str
        The head of its column, folded; its unit counts where the cell has none.

    Returns
    -------
    Area or None
        None for a cell without any figure.
    """
    label = re.match(r"[^面(]*", head)
    if label is not None and is_part_label(label[0]):
        return Area(0, len(folded), None, "part", make_reason("area_part")) if _FIGURE.search(folded) else None
    own = _OWN_HEAD.fullmatch(folded)
    if own is not None:
        inside = read_area_cell(own[2], own[1])
        return None if inside is None else replace(inside, start=0, end=len(folded))
    areas = find_areas(folded, bare=True)
    if not areas:
        return _read_bare_figures(folded, head) if _FIGURE.search(folded) else None
    chosen = choose_area(areas, in_cell=True)
    assert chosen is not None
    if chosen.doubt is None and chosen.kind != "total" and _BARE_PART.search(folded):
        chosen = replace(chosen, km2=None, doubt=make_reason("area_parts"))
    return chosen if chosen.doubt is None else replace(chosen, start=0, end=len(folded))


def _read_bare_figures(folded: str, head: str) -> Area:
    """Read figures whose unit stands in the head of the column."""
    units = {match[0]: match for match in _HEAD_UNIT.finditer(head)}
    sizes = {(match[1] or "", get_unit_km2(match[2])) for match in units.values()}
    if len(sizes) != 1:
        return Area(0, len(folded), None, doubt=make_reason("area_units" if sizes else "area_unit_missing"))
    pieces = [re.sub(r"\s*(?:左右|上下)?\s*$", "", piece) for piece in _PIECES.split(folded) if _FIGURE.search(piece)]
    chosen = choose_area(find_areas("，".join(piece + next(iter(units)) for piece in pieces), bare=True), in_cell=True)
    if chosen is None:
        return Area(0, len(folded), None, doubt=make_reason("area_digits"))
    return replace(chosen, start=0, end=len(folded))


_OWN_HEAD_IN_TEXT: Final = re.compile(r"(面积\s?[(][^()\d]{1,20}[)])\s?:?\s?(\d[\d.,/ -]{0,40}\d|\d)")
# A label with its unit in parentheses, and its figure behind it.
_OWN_HEAD: Final = re.compile(
    r"\s*([^()\d]{0,12}面积\s*[(][^()\d]{1,20}[)])\s*:?\s*([\d一二三四五六七八九十][^()]{0,40})"
)
_FIGURE: Final = re.compile(r"\d|[一二三四五六七八九十百千]")
_HEAD_UNIT: Final = re.compile(rf"([百千]?[万亿])?\s?({UNIT_PATTERN})")
_PIECES: Final = re.compile(r"[;/()\n]|,(?=\s?[^\d\s])|(?<=[^\d\s]),")
_BARE_PART: Final = re.compile(r"(?:水域|陆域|核心区?|起步区|启动区|一期|二期)[^\d;,]{0,3}\d[\d.,]*(?=\s*(?:$|[;,、]))")
