"""Items in the parentheses of a name that are no names of a list: notes on it, former names, and where it lies."""

from __future__ import annotations

import re
from typing import Final

from pilotzones.geo.documents.members.towns import ListItem
from pilotzones.geo.documents.paragraphs import Passage
from pilotzones.geo.documents.tables.cells.contents import read_cell
from pilotzones.geo.places.text.governance import is_governance_note
from pilotzones.geo.places.text.patterns import HELD_BY, LIES_IN, NEIGHBOUR_TRAIL
from pilotzones.geo.places.text.retraction_cues import is_part_note, read_note

__all__ = ["KIND", "is_note"]

_ALIAS: Final = re.compile(r"(?:含|包括|由)?原|现|今|即|简称|以下简称|又称|曾用名|旧称")
# Words that only say of which kind a place is, and name none.
KIND: Final = re.compile(
    r"(?:.{0,4}级(?:[市县区]|城市|试点|示范.{0,2})?|直辖市|省会|首府|州府|省直管|.{0,3}(?:类|型|批次?)|新增?|保留|续建?|在建|牵头|[老原已]|.{0,2}试点|.{0,2}示范县?)"
)
# 与岳西县毗邻 says where the name before it lies.
_NEIGHBOUR: Final = re.compile(rf"[与和同跟].{{2,16}}?{NEIGHBOUR_TRAIL.pattern}")
# 栾川县（山区三县） describes the names before it.
_COUNTED: Final = re.compile(r"[\u4e00-\u9fff]{0,4}[一二三四五六七八九十两\d]{1,3}个?[县市区旗]{1,2}")


def is_note(passage: Passage, item: ListItem) -> bool:
    """Whether an item in the parentheses of a name is no name of a list: it takes the name back, or says where it lies.

    Parameters
    ----------
    passage : Passage
    item : ListItem
        Of the passage.

    Returns
    -------
    bool
    """
    if item.owner is None:
        return False
    text = passage.folded[item.start : item.end]
    owner = read_cell(passage.folded[slice(*item.owner)].strip())
    content = read_cell(text)
    if content.is_one_unit and item.owner[0] == item.owner[1]:
        # （浙江）德清县: the unit in front of a name.
        return True
    if _NEIGHBOUR.match(text) or _ALIAS.match(text) or KIND.fullmatch(text) or is_governance_note(text):
        return True
    if owner.may_be("county") and (content.is_one_unit or content.codes & owner.codes):
        # 德清县（江苏） is a question of its own, and 浦东新区（南汇区） says what was there.
        return True
    located = re.fullmatch(rf"{LIES_IN}(.+?){HELD_BY}", text)
    if _COUNTED.fullmatch(text) or (located and located[1] != text and read_cell(located[1]).is_one_unit):
        # 进贤县（均属南昌市） says where the names before it lie.
        return True
    return read_note(text) is not None or is_part_note(text) or any(owner.lies_in(unit) for unit in content.units)
