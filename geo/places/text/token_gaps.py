"""What stands between the names of an enumeration."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from pilotzones.geo.places.text.mention_context import SENTENCE, get_text_after
from pilotzones.geo.places.text.mentions import Mention
from pilotzones.geo.places.text.normalized_text import Token
from pilotzones.geo.places.text.patterns import (
    AMONG_LEAD,
    AREA_PART,
    CONNECT,
    EXCLUDE_LEAD,
    HELD_BY,
    LIES_IN,
    PARTIAL,
    UNIT_ENDINGS,
)

__all__ = [
    "CLAUSE_MARKS",
    "begins_clause",
    "cut_tokens",
    "find_closings",
    "is_connected",
    "is_county_today",
    "is_label",
    "is_line_over_line",
    "is_other_unit",
    "is_remark_column",
    "is_separator_lost",
    "is_written_again",
    "mark_items",
    "strip_location",
    "touches",
]


# 德清县、安吉县两县全部行政区域和长兴县水口乡
_SUMMED_UP = re.compile(
    r"(?:[两三四五六七八九十]|[0-9]{1,2})个?[省市县区旗州]{1,3}(?:的?(?:全部行政区域|全部|全域|全境))?(?:以及|[和与及])"
)
CLAUSE_MARKS = frozenset(",，;；。")
_REMARK_TOKENS = 2
_MAX_REMARK_CHARS = 12


def find_closings(tokens: Sequence[Token]) -> dict[int, int]:
    """Map the position of every opening parenthesis to that of the one that closes it."""
    out: dict[int, int] = {}
    stack: list[int] = []
    for place, token in enumerate(tokens):
        if token.kind == "open" and token.text in "([〔{":
            stack.append(place)
        elif token.kind == "close" and token.text in ")]〕}" and stack:
            out[stack.pop()] = place
    return out


def cut_tokens(after: list[Token], last: Mention) -> list[Token]:
    """Cut the tokens behind the last member; an unknown one may be the beginning of a piece of text (假县等3个县)."""
    if last.token is not None:
        return after
    left = [token for token in after if token.end > last.end]
    if left and left[0].start < last.end:
        first = left[0]
        left[0] = Token(first.kind, last.end, first.end, first.text[last.end - first.start :])
    return left


def is_line_over_line(left: Mention, right: Mention, gap: Sequence[Token]) -> bool:
    """Whether nothing but a line break makes a heading of a name over a town or an area that no table knows."""
    plain = all(token.kind == "sep" and token.text == "\n" for token in gap)
    return plain and left.line_start and right.token is not None and not right.token.path


def mark_items(headings: Sequence[Mention], mentions: Sequence[Mention]) -> None:
    """Mark headings that may be items as well: other lines are names of their level and head nothing."""
    plain = [
        one for one in mentions if one.line_start and not one.heading and one.token is not None and not one.token.rest
    ]
    levels = {
        meaning.level
        for one in plain
        if one.token is not None and one.token.path
        for meaning in one.token.path[-1].meanings
    }
    for heading in headings:
        assert heading.token is not None
        heading.may_be_item = any(meaning.level in levels for meaning in heading.token.path[-1].meanings)


def is_separator_lost(left: Mention, right: Mention) -> bool:
    """Whether two names written together are two places: a county that carries its level holds nothing of the kind."""
    one, other = left.token, right.token
    if one is None or other is None or not one.path or not other.path:
        return False
    whole = one.rest_kind in {"", "town", "special"} and (one.text[-1] in UNIT_ENDINGS or bool(one.rest))
    levelled = other.path[0].form[-1] in UNIT_ENDINGS
    return whole and levelled and all(meaning.level == "county" for meaning in one.path[-1].meanings)


def is_written_again(left: Mention, right: Mention) -> bool:
    """Whether a county is written before a town or an area of it once more (安吉县, 安吉县天荒坪镇)."""
    token = right.token
    if token is None or not token.path or not token.rest or left.token is None or not is_county_today(left.token):
        return False
    return left.token.path[-1].form == token.path[-1].form


def is_connected(gap: Sequence[Token], unknown: Sequence[Mention]) -> bool:
    """Whether a gap holds nothing but separators, connecting words and unknown elements."""
    starts = {mention.start for mention in unknown}
    for place, token in enumerate(gap):
        if token.kind == "sep" and token.text in SENTENCE:
            return False
        # 1.德清县 2.长兴县: a point behind a number of its own numbers the next name.
        numbering = token.text == "." and place > 0 and gap[place - 1].text.isdecimal()
        if token.kind == "sep" and token.text in ":：." and not numbering:
            return False
        part = AREA_PART.fullmatch(token.text) or PARTIAL.fullmatch(token.text) or _SUMMED_UP.fullmatch(token.text)
        unread = token.kind == "text" and not part and not CONNECT.fullmatch(token.text)
        if unread and not any(token.start <= start < token.end for start in starts):
            return False
        if token.kind == "open" and token.text in "《〈":
            return False
    return True


def touches(gap: Sequence[Token], mention: Mention, *, left: bool) -> bool:
    """Whether an unknown element follows the left name through separators only."""
    for token in gap:
        if token.kind == "text":
            return token.start <= mention.start < token.end
        if token.kind == "sep" and token.text in SENTENCE:
            return False
    return left


def is_county_today(token: Token) -> bool:
    """Whether a token is the name of a county of today, whatever it was before."""
    meanings = token.path[-1].meanings if token.path and not token.rest else ()
    return any(meaning.unit is not None and meaning.level == "county" for meaning in meanings)


def is_remark_column(after: Sequence[Token]) -> bool:
    """Whether nothing but a blank and a short remark stands between a name and the end of its line (成安县 试点)."""
    if len(after) < _REMARK_TOKENS or after[0].text != " ":
        return False
    words = list(takewhile(lambda token: token.text not in {"\n", "\t"}, after[1:]))
    plain = all(token.kind == "text" or token.text == "." for token in words)
    return bool(words) and plain and sum(len(token.text) for token in words) <= _MAX_REMARK_CHARS


def strip_location(inside: Sequence[Token]) -> Sequence[Token]:
    """Strip from a parenthesis the words that only say that a place lies in a larger unit (均属南昌市, 由金华市代管)."""
    names = [token for token in inside if token.kind == "name"]
    before = "".join(token.text for token in inside[: inside.index(names[0])]) if len(names) == 1 else ""
    behind = "".join(token.text for token in inside[inside.index(names[0]) + 1 :]) if len(names) == 1 else ""
    located = bool(before + behind) and re.fullmatch(LIES_IN, before) is not None
    return names if located and re.fullmatch(HELD_BY, behind) else inside


def is_label(inside: Sequence[Token], behind: Sequence[Token], before: str = "") -> bool:
    """Whether a parenthesis holds one province or prefecture, and a name follows it, with a blank between at the most."""
    if len(inside) != 1 or inside[0].kind != "name" or not inside[0].path or inside[0].rest:
        return False
    larger = all(meaning.level in {"province", "prefecture"} for meaning in inside[0].path[-1].meanings)
    following = [token for token in behind if token.kind != "sep" or token.text.strip() or "\n" in token.text]
    if not (larger and following and following[0].kind == "name"):
        return False
    # 中国（浙江）自由贸易试验区: the parenthesis is a part of the name of an area.
    return not (following[0].rest_kind == "special" and not following[0].path and re.search("[\u4e00-\u9fff]$", before))


def is_other_unit(mention: Mention, inside: Sequence[Token]) -> bool:
    """Whether a parenthesis behind a county holds nothing but one province or prefecture."""
    token = mention.token
    if token is None or not token.path or len(inside) != 1 or not inside[0].path or inside[0].rest:
        return False
    larger = all(meaning.level in {"province", "prefecture"} for meaning in inside[0].path[-1].meanings)
    return larger and all(meaning.level == "county" for meaning in token.path[-1].meanings)


def begins_clause(lead: str, among: str, gap: Sequence[Token], after: Sequence[Token]) -> bool:
    """Whether a name behind a comma begins another clause: 达州市，其中大竹县; 不含浏阳市，株洲市不含攸县."""
    if not {token.text for token in gap} & CLAUSE_MARKS:
        return False
    excepted = EXCLUDE_LEAD.search(lead) is not None and EXCLUDE_LEAD.fullmatch(get_text_after(after)) is not None
    return excepted or AMONG_LEAD.fullmatch(among) is not None
