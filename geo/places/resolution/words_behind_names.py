"""What the words behind a name say of it: something that no list says, or how many places lie in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotzones.geo.places.text.patterns import CENTRE, COMPOSED, COUNTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotzones.geo.places.resolution.mention_roles import Role
    from pilotzones.geo.places.text.mentions import Enumeration, Mention

__all__ = ["find_prose", "note_words"]

# What a sentence says of a place that no list says: a figure that something reached, where it lies, what it did.
_PROSE = re.compile(
    r"^(?:[^\d\n]{0,8}?(?:投[资入]|增[长加]|下降|减少|达到?|超过|突破|实现|完成|收入|产值|总值|同比|GDP)[^\d\n]{0,4}\d"
    r"|(?:位于|地处|属于?|隶属|毗邻|是(?!否)|发布|印发|出台|召开|举[办行]|发生|表示|宣布|报道|通报))"
)
# What a sentence about members of a list has somewhere.
_LIST_SENTENCE = re.compile(
    "试点|试验|示范|先行|改革|批次?|名单|范围|入[选围]|[列纳]入|评[选为]|授予|命名|认定|确定|承[担接]|新增|保留"
)


def find_prose(mention: Mention, chars: str) -> str:
    """Find the words behind a name that say something of it that no list says (德清县投资5亿元); empty for none."""
    if _PROSE.match(mention.trail.removeprefix("以及").lstrip("及其和与")) is None:
        return ""
    start = max(chars.rfind(mark, 0, mention.start) for mark in "。；;")
    end = min((place for mark in "。；;" if (place := chars.find(mark, mention.end)) >= 0), default=len(chars))
    return mention.trail if _LIST_SENTENCE.search(chars, start + 1, end) is None else ""


def note_words(enumerations: Sequence[Enumeration], roles: Mapping[Mention, Role], chars: str) -> None:
    """Note prose behind names of which only their number makes a list, and the number of places that is said of a name.

    Parameters
    ----------
    enumerations : sequence of Enumeration
    roles : mapping of Mention to Role
        Their ``prose`` and ``counted`` are set.
    chars : str
        The text.
    """
    for enumeration in enumerations:
        last, size = enumeration.members[-1], len(enumeration.members)
        plain = CENTRE.match(enumeration.trail) is None and COMPOSED.search(enumeration.trail) is None
        prose = find_prose(last, chars) if plain and not enumeration.lead else ""
        for mention in enumeration.members:
            role = roles[mention]
            if role.weak:
                role.prose = prose
            count = COUNTED.match(chars, mention.end)
            # 杭州市、宁波市2个城市 says how many names there are.
            is_total = count is not None and mention is last and size > 1 and _read_small(count[1]) == size
            if count and not is_total and role.op == "include":
                role.counted = count[0]


def _read_small(numeral: str) -> int:
    """Read a number of up to ten in characters, or any in digits; 0 for another one."""
    return int(numeral) if numeral.isdecimal() else "零一二三四五六七八九十".find(numeral.replace("两", "二"))
