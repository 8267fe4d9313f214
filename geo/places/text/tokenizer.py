"""From text to a row of tokens: place names with the path written before them, separators, parentheses, other text.

The scanner decides only what the characters say (which forms of the gazetteer stand where, and whether they end at a
boundary); what a list does with them is for `pilotzones.geo.places.text.enumeration_parser`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pilotzones.geo.places.name_matcher import (
    CLOSE,
    OPEN,
    SEPARATORS,
    NameFinder,
    best_name,
    hint_at,
    match_counted_town,
    rest_at,
)
from pilotzones.geo.places.text.normalized_text import NormalizedText, Part, Token, TokenKind
from pilotzones.geo.places.text.patterns import COMMON_NAMES, COUNTED_TOWNS, DESCRIPTION

if TYPE_CHECKING:
    from pilotzones.geo.places.gazetteer import Gazetteer

__all__ = ["scan"]


def scan(woven: NormalizedText, gazetteer: Gazetteer) -> list[Token]:
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
    whole = gazetteer.forms.get(woven.chars)
    if whole is not None and not woven.breaks:
        # One name and nothing else: no longer one begins here, and it ends at the end of the text.
        size = len(woven.chars)
        return [Token("name", 0, size, woven.chars, (Part(woven.chars, 0, size, whole),))]
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
    """Return the token beginning here, or None when this character is plain text."""
    char = scanner.chars[at]
    for kind, marks in _MARKS:
        if char in marks:
            return Token(kind, at, at + 1, char)
    town = match_counted_town(scanner, at, scanner.towns[at]) if at in scanner.towns else None
    return town or _name_at(scanner, at, text_from, tokens)


_MARKS: tuple[tuple[TokenKind, str], ...] = (("open", OPEN), ("close", CLOSE), ("sep", SEPARATORS))


def _name_at(scanner: NameFinder, at: int, text_from: int, tokens: list[Token]) -> Token | None:
    """Return the name beginning here: a path, the hint of a heading, or a town or area by itself."""
    fresh = text_from == at
    before = scanner.chars[max(text_from, at - _CUE_REACH) : at]
    free = fresh or DESCRIPTION.search(before) is not None or _CUE_BEFORE.search(before) is not None
    known = scanner.chars[at : at + 2] in scanner.gazetteer.heads
    name = best_name(scanner, at, free_left=free) if known else None
    if name is not None and name.kind == "name":
        if not _is_plain_word(name, fresh=fresh or _JOINED.search(before) is not None):
            return name
        name = None
    if fresh and known and _begins_line(tokens):
        name = hint_at(scanner, at) or name
    if name is None and free and (fresh or before[-1:] in "和与及含"):
        return _lone_area(scanner, at)
    return name


def _lone_area(scanner: NameFinder, at: int) -> Token | None:
    """Return a town or special area written without the unit it lies in."""
    if not "\u3400" <= scanner.chars[at] <= "\u9fff" or COUNTED_TOWNS.match(scanner.chars, at):
        return None
    length, kind = rest_at(scanner, at, lone=True)
    text = scanner.chars[at : at + length]
    return Token("name", at, at + length, text, (), text, kind) if length else None


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
