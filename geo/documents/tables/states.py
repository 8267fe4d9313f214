"""Columns that say of each place whether it is one of the list: states (保留, 退出), answers (是, 否) and ticks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pilotzones.geo.documents.tables.captions import MAX_BANNER, find_remark_retraction
from pilotzones.geo.documents.tables.cells.contents import parse_date, squeeze_cell
from pilotzones.geo.places.text.retraction_cues import Retraction

__all__ = ["has_ticks", "holds_states", "read_exit", "read_state"]

_STAYS: Final = re.compile(
    r"保留|继续|在列|有效|正常|通过|合格|新增|增补|增列|调入|更名|不变|续建|在建|已?批准|已?纳入|已?列入"
)
_MAX_STATE: Final = 8  # characters
_STATE_ROLES: Final = frozenset({"zone", "batch", "tasks"})
_OUT_OF_POVERTY: Final = re.compile(r"摘帽|脱贫")
_WHETHER: Final = re.compile(r"是否(?:已|被|予以|同意)*([\u4e00-\u9fff]{2,12})")
# Of the list itself, and no other trait of a place.
_OF_LIST: Final = re.compile(
    r"(?:是否)?(?:已|被|为|是|开展|属于|作为|列为|确定为)*(?:国家级?|省级?|市级)?(?:试点|示范|试验|pilots?)(?:[县市区旗]|地区|单位)*",
    re.IGNORECASE,
)
_YES: Final = re.compile(r"是|√|✓|✔|y|yes|1", re.IGNORECASE)
_NO: Final = re.compile(r"[否不未×✗xn]|no|0", re.IGNORECASE)


def holds_states(role: str, head: str, texts: Iterable[str]) -> bool:
    """Say whether a column of kinds or the like says of each place whether it stays (新增, 退出, 保留), or answers yes or no.

    Parameters
    ----------
    role : str
        What the column holds by its head.
    head : str
    texts : iterable of str
        Cells that are not empty.

    Returns
    -------
    bool
    """
    texts = {squeeze_cell(text) for text in texts}
    if _holds_answers(head, texts):
        return True
    short = {text for text in texts if len(text) <= _MAX_STATE} if role in _STATE_ROLES else set()
    states = [text for text in short if _STAYS.fullmatch(text) or find_remark_retraction(text)]
    return 0 < len(short) == len(states) and any(find_remark_retraction(text) for text in states)


def has_ticks(head: str, texts: Iterable[str]) -> bool:
    """Say whether a column ticks the places that are of the list, and leaves the others empty.

    Parameters
    ----------
    head : str
    texts : iterable of str
        Cells that are not empty.

    Returns
    -------
    bool
    """
    texts = {squeeze_cell(text) for text in texts}
    return _holds_answers(head, texts) and all(_YES.fullmatch(text) for text in texts)


def _holds_answers(head: str, texts: set[str]) -> bool:
    """Whether a column holds nothing but yes and no, and its head asks whether a place is one of the list."""
    plain = bool(texts) and all(_YES.fullmatch(one) or _NO.fullmatch(one) for one in texts)
    return plain and _OF_LIST.fullmatch(squeeze_cell(head)) is not None


def read_state(head: str, text: str, *, is_ticked: bool = False) -> Retraction | None:
    """Read what a column of remarks or states says of the place of its row (退出; 未通过; 否 below 是否纳入).

    Parameters
    ----------
    head : str
        Of the column.
    text : str
        Of the cell.
    is_ticked : bool, optional
        Whether the column ticks those that are meant, so that an empty cell is no.

    Returns
    -------
    Retraction or None
    """
    folded, answer = squeeze_cell(head), squeeze_cell(text) or ("否" if is_ticked else "")
    question = _WHETHER.search(folded)
    if _OF_LIST.fullmatch(folded) and _NO.fullmatch(answer):
        # 否 below 是否试点, × below 试点
        return Retraction("open", f"{folded}:{answer}")
    if question is None or not (_YES.fullmatch(answer) or _NO.fullmatch(answer)):
        return find_remark_retraction(text)
    leaves = find_remark_retraction(question[1])
    if leaves is not None:
        return leaves if _YES.fullmatch(answer) else None
    return find_remark_retraction(f"未{question[1]}") if _NO.fullmatch(answer) else None


def read_exit(head: str, text: str) -> Retraction | None:
    """Read a cell below a head of exits (退出; 移出时间): a date or a tick says that the place of its row has left.

    Parameters
    ----------
    head : str
        Of the column.
    text : str
        Of the cell.

    Returns
    -------
    Retraction or None
        None for an empty answer, and below a head of counties that left poverty (摘帽), which stay in their list.
    """
    folded, answer = squeeze_cell(head), squeeze_cell(text)
    leaves = _YES.fullmatch(answer) is not None or parse_date(text, in_words=True) != ""
    if not leaves or _OUT_OF_POVERTY.search(folded):
        return None
    return Retraction("out", f"{folded}:{answer}"[:MAX_BANNER])
