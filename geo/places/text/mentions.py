"""Names where they stand in a text, enumerations of them, and what the words behind one say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pilotzones.geo.places.text.normalized_text import NormalizedText, Token
from pilotzones.geo.places.text.ocr_correction import ILLEGIBLE_CHARS
from pilotzones.geo.places.text.patterns import (
    AREA_PART,
    COMMON_NAMES,
    COUNTED_TOWNS,
    PLACE_PART,
    PLAIN_STEMS,
    TOWNS_OF,
    UNIT_ENDINGS,
    WHOLE,
)

__all__ = [
    "NOT_PLACES",
    "Enumeration",
    "Mention",
    "get_tail",
    "has_level",
    "is_limited_to_towns",
    "is_named",
    "is_region",
    "is_town_count",
    "is_whole",
    "is_word",
    "list_codes",
]

_PLAIN_WORDS = PLAIN_STEMS | COMMON_NAMES
NOT_PLACES = re.compile(
    r"[0-9%.]|占全|重点|贫困县|帮扶|退出|候选|备选|入选|新增|保留|取消|淘汰|储备|落选|整改|观察|牵头|参与|面积|人口|公里|亩|公顷|亿|万|年|月|日|规划|发展|建设|工程|经济|产业|文化|生态|农业|城乡|社会|政策|制度|机制|改革|创新|区域|"
    r"城市|地区|全部|部分|有关|相关|各|本|该|其|我|^自治[区州县旗]$|直辖|单位|部门|名单|项目|任务|试点|示范|省份|市县|县市|区县|县区|市区|所在|序号|类别|备注|合计|园区|社区|街区|景区|灾区|小区|专区|牧区|林区|山区|州县|涉|以及|其余"
)


@dataclass(slots=True, eq=False)
class Mention:
    """One name where it stands, with everything the text says around it.

    `token` is None for an element of an enumeration that no form explains; `start` and `end` are positions in the
    normalized text. `outside` is the larger unit in its parenthesis that does not hold it, `beside` the county in whose
    parenthesis another one stands, and `may_be_item` marks a heading that other lines of its level make an item as well;
    `is_compound` marks an element of which a name is only a part (余杭区粮食集团), which is no plain word, and `is_aside`
    one that may be no item of a list (大学); `reach` is where the larger units end that stand behind it (德清县 湖州市),
    `is_headed` says that nothing but marks stands between a heading and the name, and `is_noted` that its larger unit
    stands in its parenthesis alone. Two mentions are equal only when they are the same object, so that a mention is a
    dictionary key.
    """

    token: Token | None
    start: int
    end: int
    text: str
    lead: str = ""
    trail: str = ""
    gap: str = ""
    sentence: int = 0
    line_start: bool = False
    owner: Mention | None = None
    note: str = ""
    outside: str = ""
    beside: str = ""
    heading: bool = False
    may_be_item: bool = False
    is_headed: bool = False
    is_noted: bool = False
    reach: int = 0
    enumeration: Enumeration | None = None
    adjacent: bool = False
    broken: str = ""
    prefix: bool = False
    is_compound: bool = False
    is_aside: bool = False


@dataclass(slots=True, eq=False)
class Enumeration:
    """Mentions enumerated together, the words before the first and after the last."""

    members: list[Mention]
    lead: str = ""
    trail: str = ""
    owner: Mention | None = None
    whole_line: bool = False
    sentence: int = 0


def is_named(mention: Mention) -> bool:
    """Whether a mention is a place of the gazetteer and no plain word (合作, 城区).

    Parameters
    ----------
    mention : Mention
        A mention.

    Returns
    -------
    bool
        False for towns and areas without the unit they lie in, and for unread elements.
    """
    token = mention.token
    if token is None or not token.path or token.rest_kind == "hint":
        return False
    return len(token.path) > 1 or bool(token.rest) or token.text not in _PLAIN_WORDS


def list_codes(mention: Mention) -> set[str]:
    """List the codes of today of all that a name may stand for.

    Parameters
    ----------
    mention : Mention
        A mention.

    Returns
    -------
    set of str
        Empty for towns and areas without the unit they lie in, and for unread elements.
    """
    path = mention.token.path if mention.token is not None else ()
    return {code for meaning in path[-1].meanings for code in meaning.codes} if path else set()


def get_tail(mention: Mention, normalized: NormalizedText) -> int:
    """Get the characters behind a mention that belong to its listed text (全域, 的浦东部分).

    Parameters
    ----------
    mention : Mention
        A mention.
    normalized : NormalizedText
        The text.

    Returns
    -------
    int
        How many characters; 0 for none, and where the line or the cell ends with the name.
    """
    chars = normalized.chars
    if normalized.breaks.get(mention.end, "space") != "space":
        return 0
    for pattern in (WHOLE, PLACE_PART):
        match = pattern.match(chars, mention.end)
        if match and not (pattern is PLACE_PART and mention.trail.startswith("的部分")):
            return len(match[0])
    part = AREA_PART.match(chars, mention.end) if has_level(mention) else None
    return len(part[0]) if part else 0


def has_level(mention: Mention) -> bool:
    """Whether a name is a unit's with its level, so that 东部 or 山区 behind it is a part of it and no region's name.

    Parameters
    ----------
    mention : Mention
        A mention.

    Returns
    -------
    bool
        False for bare names, towns, areas, and names with a damaged one behind them.
    """
    token = mention.token
    return token is not None and not token.rest and not mention.broken and token.text[-1] in UNIT_ENDINGS


def is_region(mention: Mention) -> bool:
    """Whether a mention is a region or cluster of divisions (长三角).

    Parameters
    ----------
    mention : Mention
        A mention.

    Returns
    -------
    bool
    """
    return mention.token is not None and mention.token.rest_kind == "region"


def is_whole(mention: Mention) -> bool:
    """Whether the text says that a unit is meant as a whole (浙江省全域).

    Parameters
    ----------
    mention : Mention
        A mention.

    Returns
    -------
    bool
    """
    return WHOLE.match(mention.trail) is not None


def is_word(text: str) -> bool:
    """Whether an unread element is a word of policy prose; with a blot in it, nobody can tell.

    Parameters
    ----------
    text : str
        Element of an enumeration.

    Returns
    -------
    bool
        True for 产业园区.
    """
    return NOT_PLACES.search(text) is not None and ILLEGIBLE_CHARS.isdisjoint(text)


def is_town_count(trail: str) -> bool:
    """Whether an enumeration ends with a count of towns (6个城镇), so that its bare elements are towns.

    Parameters
    ----------
    trail : str
        Words after the enumeration.

    Returns
    -------
    bool
        True for 等6个乡镇; False for 两市所辖…23个城镇, where the names are of cities.
    """
    return COUNTED_TOWNS.match(trail) is not None


def is_limited_to_towns(trail: str) -> bool:
    """Whether the words after an enumeration take only towns inside it (两市所辖7县23个城镇).

    Parameters
    ----------
    trail : str
        Words after the enumeration.

    Returns
    -------
    bool
        True when the named units are covered in part.
    """
    match = TOWNS_OF.match(trail)
    return match is not None and COUNTED_TOWNS.match(trail) is None
