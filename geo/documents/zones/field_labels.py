"""The fields of a zone: scope, tasks, area and others, wherever in a passage their labels stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from pilotzones.geo.documents.tables.heads import find_head_role
from pilotzones.geo.places.text.normalization import fold_variants
from pilotzones.geo.places.text.patterns import APPLICANT_LEAD

__all__ = ["LabelledField", "is_about_office", "split_fields"]

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
_ABOUT: Final = re.compile(
    r"所[在属]|(?:协作|配合|支持|指导|推荐|报送|审核|组织|主办|承办|协办|联合)(?:单位|部门|主体)"
)
_AREA_LABEL: Final = re.compile(r"[\u4e00-\u9fff]{0,6}面积")


@dataclass(frozen=True, slots=True)
class LabelledField:
    """One field: the extent of its label and of its value in the passage."""

    kind: FieldKind
    label: str
    start: int
    value_start: int
    end: int


def _classify_label(label: str) -> FieldKind:
    """Classify what a label announces that is folded, without the colon."""
    if _SCOPE.fullmatch(label):
        return "scope"
    if _TASKS.fullmatch(label):
        return "tasks"
    return "area" if _AREA_LABEL.fullmatch(label) else "other"


def split_fields(folded: str, *, start: int = 0) -> list[LabelledField]:
    """Find the labelled fields of a passage.

    Parameters
    ----------
    folded : str
        The passage, folded.
    start : int, optional
        Where to begin.

    Returns
    -------
    list of LabelledField
        In order; each ends where the next begins.
    """
    labels = [match for match in _LABEL.finditer(folded, start) if match.end() > match.start()]
    ends = [*(match.start() for match in labels[1:]), len(folded)][: len(labels)]
    out = []
    for match, end in zip(labels, ends, strict=True):
        label = match[1] or match[2]
        out.append(LabelledField(_classify_label(label), label, match.start(), match.end(), end))
    return out


def is_about_office(label: str) -> bool:
    """Return whether a label says who acts, or where the places lie (牵头单位：云南省林业局; 所在省：云南省)."""
    folded = fold_variants(label)
    acts = find_head_role(label)[0] == "ignored" and not APPLICANT_LEAD.search(f"{folded}:")
    return acts or _ABOUT.match(folded) is not None
