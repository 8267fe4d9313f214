"""Lines above a table and rows across it: the unit, group, batch or date of the rows below, and words that take them back."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from pilotzones.geo.documents.headings import is_region
from pilotzones.geo.documents.tables.cells.contents import parse_batch, parse_date, read_cell, squeeze_cell
from pilotzones.geo.documents.tables.cells.models import CellContent
from pilotzones.geo.documents.tables.models import Context
from pilotzones.geo.places.gazetteer import Unit, load_gazetteer
from pilotzones.geo.places.text.retraction_cues import Retraction, is_about_other_things, read_heading, read_remark

__all__ = [
    "MAX_BANNER",
    "enter_unit",
    "find_remark_retraction",
    "find_retraction",
    "find_title_unit",
    "is_title",
    "read_caption",
    "read_group",
]

_EXIT: Final = re.compile(r"退出(?!机制|通道|制度)|摘帽|移出|剔除|除名|不再(?:作为|列入|纳入)")
_ADDED: Final = re.compile(r"新增|增补|增列|调入")
_STAYS: Final = re.compile(r"保留|继续|新增|增补|现有|在列|认定|公布")
_TITLE: Final = re.compile(r"名单|一览表|目录|清单|明细|情况表|汇总|统计表|附件|附表|^表\d|单位[:：]|的通知")
_LEADS_IN: Final = re.compile(r"[:：]$|如下|下列|以下")
# A county that becomes a district or a city stays in the list.
_CHANGES_TYPE: Final = re.compile(r"撤销.{0,14}(?:设立|改设|设[区市]|建制|并入)|撤[县市区镇乡]")
_SWAPPED: Final = re.compile(r"替换|替代|置换|更换|顶替|递补|接替")
# Heads of places that are compared with those of the list.
_OTHERS: Final = re.compile(r"非(?:试点|示范|重点|贫困|项目|入选|成员)(?:[县市区旗]|地区|单位|名单)*")
MAX_BANNER: Final = 40  # characters
_MAX_LEAD: Final = 160  # characters


def find_retraction(title: str) -> Retraction | None:
    """Find words of a title or of the head of a column that take the places below out of a list, or leave them open.

    Parameters
    ----------
    title : str

    Returns
    -------
    Retraction or None
    """
    folded = squeeze_cell(title)
    if _CHANGES_TYPE.search(folded):
        return None
    if _OTHERS.fullmatch(folded):
        return Retraction("out", folded)
    retraction = read_heading(folded)
    kind = retraction.kind if retraction is not None else ""
    if not kind and _EXIT.search(folded) and not is_about_other_things(folded):
        kind = "open"
    return Retraction("open" if kind == "open" else "out", folded[:MAX_BANNER]) if kind else None


def find_remark_retraction(text: str) -> Retraction | None:
    """Find words of a remark, a state or a sentence that take places out of a list, or leave them open.

    Parameters
    ----------
    text : str

    Returns
    -------
    Retraction or None
    """
    folded = squeeze_cell(text)
    if _CHANGES_TYPE.search(folded):
        return None
    retraction = read_remark(folded)
    kind = retraction.kind if retraction is not None else ""
    # Which of the two places goes, words such as 替换 do not say for sure.
    kind = kind or ("open" if _SWAPPED.search(folded) else "")
    return Retraction("open" if kind == "open" else "out", folded[:MAX_BANNER]) if kind else None


def is_title(text: str) -> bool:
    """Whether a line is a title, such as 附件1 or 试点县名单."""
    return _TITLE.search(text) is not None


def read_caption(text: str, context: Context) -> Context | None:
    """Read the context for a table from a line above it.

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
    if len(text) > MAX_BANNER or re.search(r"[。；;]", text):
        return _read_lead(text, context)
    if content.is_one_unit:
        return enter_unit(context, content)
    if content.kind == "place" and re.search(r"[、，,:：]", text):
        # 江苏省：沭阳县、泗阳县 is a list of its own.
        return None
    found = read_group(text, context)
    if found is None and context.retraction is not None and (is_title(text) or _STAYS.search(text)):
        # Another list begins: what the title before it took back is over.
        context = replace(context, retraction=None)
        found = context
    title = read_cell(re.sub(r"[\d年度表附件：:\s]+", "", text)[:6])
    unit = title.find_unit() if title.is_one_unit else find_title_unit(text)
    return replace(found or context, hint=unit) if unit is not None else found


def _read_lead(text: str, context: Context) -> Context | None:
    """Read the sentence that leads in a table (决定取消下列县（市）的试点资格，名单如下：): it may take all of it back."""
    last = next((part for part in reversed(re.split(r"[。；;]", text)) if part.strip()), "")
    if len(last) > _MAX_LEAD or not _LEADS_IN.search(last.strip()):
        return None
    found = next(
        (found for part in re.split(r"[,，:：]", last) if part and (found := read_heading(squeeze_cell(part)))), None
    )
    return replace(context, retraction=found) if found is not None else None


def find_title_unit(text: str) -> Unit | None:
    """Find the province or prefecture that a title or the name of a zone begins with (广东农村改革试验区).

    Parameters
    ----------
    text : str

    Returns
    -------
    Unit or None
    """
    from pilotzones.geo.documents.members.towns import find_area_prefix

    words = re.sub(r"^(?:附[件表]?\s*\d*|表\s*\d+|\d{4}\s*年度?|[\s:：、.])+", "", text)
    return load_gazetteer().units.get(find_area_prefix(words))


def enter_unit(context: Context, content: CellContent) -> Context:
    """Make the context below a heading that is a province or prefecture.

    Parameters
    ----------
    context : Context
        What holds so far.
    content : CellContent
        Of the heading.

    Returns
    -------
    Context
    """
    unit = content.find_unit("province")
    assert unit is not None
    if unit.level == "province":
        return replace(context, province=unit, prefecture=None)
    return replace(context, province=load_gazetteer().units[unit.province_code], prefecture=unit)


def read_group(text: str, context: Context) -> Context | None:
    """Read the context below a heading that is a batch, a year, a part of the country, or says that what follows has left.

    Parameters
    ----------
    text : str
        The heading.
    context : Context
        What holds so far.

    Returns
    -------
    Context or None
        None when the text is no such heading.
    """
    batch, date, leaves = parse_batch(text), parse_date(text, in_words=True), find_retraction(text)
    if is_region(text):
        return replace(context, region=re.sub(r"[(（].*", "", squeeze_cell(text)), province=None, prefecture=None)
    if not (batch or leaves or _ADDED.search(text) or read_cell(text).kind == "date"):
        return None
    return replace(
        context, batch=batch or ("" if date and not leaves else context.batch), listed_on="" if leaves else date,
        retraction=leaves, province=None, prefecture=None,
    )  # fmt: skip
