"""The fields of a zone: scope, tasks, area and others, wherever in a passage their labels stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from pilotzones.geo.catalogue.area_units import parse_area_km2

__all__ = ["Area", "Field", "areas_in", "field_kind", "split_fields"]

FieldKind = Literal["scope", "tasks", "area", "other"]

_LABEL: Final = re.compile(
    r"(?:(?<=^)|(?<=[。;\s】\]*]))[【\[]?([\u4e00-\u9fff]{2,12})[】\]]?\s*:\s*|[【\[]([\u4e00-\u9fff]{2,12})[】\]]\s*"
)
_SCOPE: Final = re.compile(
    r"(?:[\u4e00-\u9fff]{0,8}(?:范围|区划)|包括|涵盖|覆盖|所辖区域|实施区域|试点区域|试验区域|试点地区|试验地区|成员|涉及区域|地域)"
)
_TASKS: Final = re.compile(
    r"(?:试验|试点|改革|主要|重点|建设|探索|示范|目标|先行|创新|具体|承担)*(?:重点|任务|内容|方向|事项|重点任务)"
)
_AREA_LABEL: Final = re.compile(r"[\u4e00-\u9fff]{0,6}面积")
_UNIT: Final = r"(?:平方公里|平方千米|km2|公顷|亩|平方米)"
_AREA: Final = re.compile(
    r"(?<!海域)(?<!水域)(?<!建筑)(?<!耕地)(?<!建设用地)(?:(?:规划|总|国土|土地|占地|陆域|陆地|区域|实施|辖区|幅员|行政区域|核定|管辖|试验区?|控制|操控|全区|合计)*面积)"
    r"\s*(?:(?:大约|约为|约|为|共|合计|共计|达到|达|是|:)\s*)*[\d.,]+\s*(?:余|多)?\s*[万亿]?\s*" + _UNIT
)
_BARE_AREA: Final = re.compile(r"(?:(?:总计|合计|共计|共|约|大约)\s*)*[\d.,]+\s*[万亿]?\s*" + _UNIT)


@dataclass(frozen=True, slots=True)
class Field:
    """One field: the extent of its label and of its value in the passage."""

    kind: FieldKind
    label: str
    start: int
    value_start: int
    end: int


@dataclass(frozen=True, slots=True)
class Area:
    """One stated area: its extent and its size [km²]."""

    start: int
    end: int
    km2: float


def field_kind(label: str) -> FieldKind:
    """What a label announces.

    Parameters
    ----------
    label : str
        Folded, without the colon.

    Returns
    -------
    {"scope", "tasks", "area", "other"}
    """
    if _SCOPE.fullmatch(label):
        return "scope"
    if _TASKS.fullmatch(label):
        return "tasks"
    return "area" if _AREA_LABEL.fullmatch(label) else "other"


def split_fields(folded: str, *, start: int = 0) -> list[Field]:
    """Find the labelled fields of a passage.

    Parameters
    ----------
    folded : str
        The passage, folded.
    start : int, optional
        Where to begin.

    Returns
    -------
    list of Field
        In order; each ends where the next begins.
    """
    found = [match for match in _LABEL.finditer(folded, start) if match.end() > match.start()]
    ends = [*(match.start() for match in found[1:]), len(folded)][: len(found)]
    out = []
    for match, end in zip(found, ends, strict=True):
        label = match[1] or match[2]
        out.append(Field(field_kind(label), label, match.start(), match.end(), end))
    return out


def areas_in(folded: str, start: int = 0, end: int | None = None, *, bare: bool = False) -> list[Area]:
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
    """
    pattern = _BARE_AREA if bare else _AREA
    out = []
    for match in pattern.finditer(folded, start, len(folded) if end is None else end):
        if bare and "面积" in folded[max(0, match.start() - 6) : match.start()]:
            # An area of another kind, such as 海域面积: with 面积 before it, it would have been found as a stated one.
            continue
        km2 = parse_area_km2("".join(match.group().split()))
        if km2 is not None and 0 < km2 < 1e7:
            out.append(Area(match.start(), match.end(), km2))
    return out
