"""From text to a row of tokens: place names with the path written before them, separators, parentheses, other text.

The scanner decides only what the characters say (which forms of the gazetteer stand where, and whether they end at a
boundary); what a list does with them is for `geo.places.reading`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geo.places.naming import CLOSE, OPEN, SEPARATORS, NameFinder, best_name, counted_town, hint_at, rest_at
from geo.places.vocabulary import COMMON_NAMES, COUNTED_TOWNS, DESCRIPTION
from geo.places.weaving import Token, Weave

if TYPE_CHECKING:
    from geo.places.gazetteer import Gazetteer

__all__ = ["scan"]


def scan(woven: Weave, gazetteer: Gazetteer) -> list[Token]:
    """Cut a woven text into tokens.

    Parameters
    ----------
    woven : Weave
        The text.
    gazetteer : Gazetteer
        The forms.

    Returns
    -------
    list of Token
        Covering the text without gaps, in order; blanks appear as separators of length 0.
    """
    scanner = NameFinder(woven, gazetteer)
    tokens: list[Token] = []
    at = text_from = 0
    while at < scanner.size:
        if at in woven.breaks and not (
            tokens and tokens[-1].kind == "sep" and tokens[-1].start == at and not tokens[-1].text.strip()
        ):
            _flush(tokens, scanner, text_from, at)
            tokens.append(Token("sep", at, at, {"space": " ", "cell": "\t", "line": "\n"}[woven.breaks[at]]))
            text_from = at
        token = _token_at(scanner, at, text_from, tokens)
        if token is None:
            at += 1
            continue
        _flush(tokens, scanner, text_from, token.start)
        tokens.append(token)
        at = text_from = token.end
    _flush(tokens, scanner, text_from, scanner.size)
    return tokens


def _flush(tokens: list[Token], scanner: NameFinder, start: int, end: int) -> None:
    if start < end:
        tokens.append(Token("text", start, end, scanner.chars[start:end]))


def _token_at(scanner: NameFinder, at: int, text_from: int, tokens: list[Token]) -> Token | None:
    """The token beginning here, or None when this character is plain text."""
    char = scanner.chars[at]
    if char in OPEN:
        return Token("open", at, at + 1, char)
    if char in CLOSE:
        return Token("close", at, at + 1, char)
    if char in SEPARATORS:
        return Token("sep", at, at + 1, char)
    if at in scanner.towns:
        town = counted_town(scanner, at, scanner.towns[at])
        if town is not None:
            return town
    fresh = text_from == at
    before = scanner.chars[max(text_from, at - _CUE_REACH) : at]
    free = fresh or DESCRIPTION.search(before) is not None or _CUE_BEFORE.search(before) is not None
    name = best_name(scanner, at, free_left=free) if char in scanner.gazetteer.heads else None
    if (
        name is not None
        and name.kind == "name"
        and _is_plain_word(name, fresh=fresh or _JOINED.search(before) is not None)
    ):
        name = None
    if name is not None and name.kind == "name":
        return name
    if fresh and char in scanner.gazetteer.heads and _begins_line(tokens):
        name = hint_at(scanner, at) or name
    if name is not None:
        return name
    if free and "\u3400" <= char <= "\u9fff" and (fresh or before[-1:] in "和与及含"):
        length, kind = rest_at(scanner, at, lone=True)
        if length and not COUNTED_TOWNS.match(scanner.chars, at):
            text = scanner.chars[at : at + length]
            return Token("name", at, at + length, text, (), text, kind)
    return None


_CUE_REACH = 12
_NUMBERING = re.compile(r"(?:第)?[0-9一二三四五六七八九十百]+(?:章|节|条|批)?|[A-Za-z]|[①-⑳⑴-⒇●○■□◆◇★☆※•·]+")


def _begins_line(tokens: list[Token]) -> bool:
    """Whether nothing but numbering stands between the last line break and here."""
    for token in reversed(tokens):
        if token.kind == "sep" and token.text in "\n\t":
            return True
        if token.kind == "sep" and token.text in "、.． ,":
            continue
        if token.kind in {"open", "close"} or (token.kind == "text" and _NUMBERING.fullmatch(token.text)):
            continue
        return False
    return True


_CUE_BEFORE = re.compile(
    r"(?:[和与及暨含有即为是由将在以原]|以及|来自|包括|包含|涵盖|涉及|触及|覆盖|范围|拓展到|扩展到|扩大到|扩展至|分别|除|不含|[0-9.]+|的|\*|其中|位于|坐落|"
    r"地处|位于|支持|年|月|日|区|省|市)$"
)
_JOINED = re.compile(r"(?:除|包括|不含|含|以及|[和与及])$")


def _is_plain_word(name: Token, *, fresh: bool) -> bool:
    """Whether a lone form is also a plain word (城区, 郊区) and does not stand by itself."""
    return len(name.path) == 1 and name.path[0].form in COMMON_NAMES and not fresh
