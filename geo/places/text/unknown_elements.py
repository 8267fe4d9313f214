"""Elements of an enumeration that no form of the gazetteer explains: unknown names, and damaged words behind a known one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pilotzones.geo.places.fuzzy_matching import find_neighbour_look_alikes, is_name_inside
from pilotzones.geo.places.gazetteer import Gazetteer
from pilotzones.geo.places.resolution.review_flags import is_plain_lead
from pilotzones.geo.places.text.mention_context import split_pieces
from pilotzones.geo.places.text.mentions import NOT_PLACES, Mention, is_named, is_region, is_word
from pilotzones.geo.places.text.normalized_text import Token
from pilotzones.geo.places.text.ocr_correction import ILLEGIBLE_CHARS
from pilotzones.geo.places.text.patterns import AREA_PART, UNIT_ENDINGS
from pilotzones.geo.places.text.unmatched_names import is_like_a_unit

__all__ = ["BAD_COPY", "drop_lonely_unknown", "find_unknown", "find_unread_words", "is_mostly_bare"]


_UNKNOWN = r"(?=[*○□■]*[\u4e00-\u9fff])[\u4e00-\u9fff*○□■][\u4e00-\u9fff*○□■?]{1,10}"
# What a bad copy makes of 县, 区 and 市, tools (工具), towels (毛巾) and coins (货币) left out.
_BAD_END = r"[^工器用家玩文道模]具|[^艰深]巨|[^马布]匹|[^毛纸头]巾|[^货硬纸钱]币"
# Divisions of the corps (新疆生产建设兵团第八师) are items of lists like counties.
_CORPS = r"兵团$|第[一二三四五六七八九十]{1,3}师$"
_UNKNOWN_LEVEL = rf"(?:自治)?[县区市旗州盟]$|{_CORPS}|{_BAD_END}$"
_WORDS = r"[等和与及的各全所本两其]|以及|周边|部分|中心城|主城|新城|市区|城区|组成|建成"
_LINE_BOUNDS = frozenset([None, "\n", ";", "；"])
_OLD_TOWN = r"[主老新旧中各两三四五六]|全部|周边"
_COUNT_OF_UNITS = r"[0-9一二三四五六七八九十两]+[省市县区旗州地]$"
_BROKEN = r"[\u4e00-\u9fff*○□■?]{1,7}[县区市旗镇乡]|[\u4e00-\u9fff*○□■?]{1,15}自治[县旗]"
# What a bad copy makes of 县, 区 and 市, which no other word behind a place ends with.
BAD_COPY = re.compile(rf"[\u4e00-\u9fff*○□■?]{{0,15}}(?:{_BAD_END})")
# How many places must stand beside a word that may be a plain one.
_COMPANY = 2


def find_unknown(
    gap: list[Token],
    left: Mention | None,
    right: Mention | None,
    gazetteer: Gazetteer,
    *,
    sentence: int,
    bare: bool,
) -> list[Mention]:
    """Find elements of an enumeration that no form explains: text between separators that reads like a place."""
    elements = []
    for piece, before, after in split_pieces(gap):
        touching = (left is not None and before is not None and before in "、,，/ \t\n—-") or (
            right is not None and after is not None and (after in "、/" or before in {"、", "/"})
        )
        # A name that nobody knows on a line of its own is an element too (假县).
        alone = before in _LINE_BOUNDS and after in _LINE_BOUNDS and is_like_a_unit(piece.text)
        alone = alone and not is_plain_lead(piece.text)
        if (
            not (touching or alone)
            or after in {":", "："}
            or (before is None and left is not None)
            or (after is None and right is not None)
        ):
            continue
        text = piece.text
        cut = re.match(r"(?:以及|及|和|与)?(.*?)(?=(?:等|共|以及)|[0-9]|$)", text)
        core = cut[1] if cut else text
        # 文具 and 道具 between counties are 文县 and 道县.
        bad = (
            BAD_COPY.fullmatch(core)
            or re.search(_CORPS, core)
            or (core[-1:] == "具" and core[:-1] + "县" in gazetteer.forms)
        )
        if not bad and (not re.fullmatch(_UNKNOWN, core) or is_word(core)):
            continue
        strong = before in {"、", "/"} or after in {"、", "/"}
        # Between two names of an enumeration stands a third, whatever it is called.
        between = left is not None and right is not None and before == after == "、" and not re.search(_WORDS, core)
        if bad or re.search(_UNKNOWN_LEVEL, core) or (strong and len(core) <= 4 and (bare or between)):
            start = piece.start + (cut.start(1) if cut else 0)
            # The reader has come to the end of the text; the element stands in the sentence of the name beside it.
            beside = left or right
            number = beside.sentence if beside is not None else sentence
            elements.append(Mention(None, start, start + len(core), core, sentence=number, owner=None, gap="、"))
    return elements


def find_unread_words(mention: Mention, gazetteer: Gazetteer) -> str:
    """Find words written on to a province or prefecture that read like a county of it; empty for none.

    Parameters
    ----------
    mention : Mention
        With the words behind it.
    gazetteer : Gazetteer
        The forms.

    Returns
    -------
    str
    """
    return _find_broken(mention) or _find_damaged(mention, gazetteer)


def _find_broken(mention: Mention) -> str:
    """Find words written on to a province or prefecture that read like a damaged county (南京市江宇区); empty for none."""
    token = mention.token
    trail = mention.trail
    if token is None or not token.path or token.rest or token.path[-1].meanings[0].level in {"county", "special"}:
        return ""
    if AREA_PART.fullmatch(trail):
        return ""
    if BAD_COPY.fullmatch(trail) or (re.fullmatch(_BROKEN, trail) and not ILLEGIBLE_CHARS.isdisjoint(trail)):
        return trail
    odd = re.fullmatch(_BROKEN, trail) is not None and not NOT_PLACES.search(trail) and not re.search(_WORDS, trail)
    odd = odd and re.match(_COUNT_OF_UNITS, trail) is None
    return trail if odd else ""


def _find_damaged(mention: Mention, gazetteer: Gazetteer) -> str:
    """Find words behind a province or prefecture that read like plain ones and like a county of it (铜川市王城区)."""
    token, trail = mention.token, mention.trail
    if token is None or not token.path or token.rest or not trail or re.match(_OLD_TOWN, trail):
        return ""
    codes = {m.unit.code for m in token.path[-1].meanings if m.unit is not None and m.level != "county"}
    if is_name_inside(gazetteer, trail, codes):
        return trail
    if trail[-1] not in UNIT_ENDINGS:
        return ""
    return trail if any(find_neighbour_look_alikes(gazetteer, trail, code) for code in codes) else ""


def drop_lonely_unknown(members: list[Mention]) -> list[Mention]:
    """Leave unknown elements out where too few places stand beside them: prose enumerates other things too."""
    places = sum(is_named(m) or is_region(m) for m in members)
    unknown = [m for m in members if m.token is None and not m.is_compound]
    levelled = places > 0
    bare = places >= _COMPANY and places >= len(unknown)
    return [
        m
        for m in members
        if m.token is not None or bare or m.is_compound or (levelled and re.search(_UNKNOWN_LEVEL, m.text))
    ]


def is_mostly_bare(mentions: Sequence[Mention]) -> bool:
    """Whether the list leaves the suffixes out, so that a short unknown word may be one of its names."""
    bare = sum(m.token is not None and m.text[-1] not in UNIT_ENDINGS for m in mentions)
    return bare * 2 >= len(mentions)
