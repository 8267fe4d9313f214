"""From text to a row of tokens: place names with the path written before them, separators, parentheses, other text.

The finder decides only what the characters say (which forms of the gazetteer stand where, and whether they end at a
boundary); what a list does with them is for `pilotzones.geo.places.text.enumeration_parser`.
"""

from __future__ import annotations

import re

from pilotzones.geo.places.gazetteer import Gazetteer
from pilotzones.geo.places.name_finder import NameFinder
from pilotzones.geo.places.name_matcher import (
    CLOSE,
    OPEN,
    SEPARATORS,
    find_best_name,
    match_counted_town,
    match_heading_prefix,
    match_suffix,
)
from pilotzones.geo.places.region_matcher import match_region
from pilotzones.geo.places.text.normalized_text import NamePart, NormalizedText, Token, TokenKind, normalize_text
from pilotzones.geo.places.text.ocr_correction import mend
from pilotzones.geo.places.text.patterns import BEFORE_REST, COMMON_NAMES, COUNTED_TOWNS, DESCRIPTION

__all__ = ["scan", "tokenize_text"]


def tokenize_text(text: str, gazetteer: Gazetteer) -> tuple[NormalizedText, list[Token]]:
    """Normalize a text and cut it into tokens, damaged names read as what they look like.

    Parameters
    ----------
    text : str
        Any text.
    gazetteer : Gazetteer
        The forms.

    Returns
    -------
    tuple of (NormalizedText, list of Token)
    """
    normalized = normalize_text(text)
    tokens = scan(normalized, gazetteer)
    mended = mend(normalized, tokens)
    return (normalized, tokens) if mended is normalized else (mended, scan(mended, gazetteer))


def scan(normalized: NormalizedText, gazetteer: Gazetteer) -> list[Token]:
    """Cut a normalized text into tokens.

    Parameters
    ----------
    normalized : NormalizedText
        The text.
    gazetteer : Gazetteer
        The forms.

    Returns
    -------
    list of Token
        Covering the text without gaps, in order; blanks appear as separators of length 0.
    """
    whole = gazetteer.forms.get(normalized.chars)
    if whole is not None and not normalized.breaks:
        # One name and nothing else: no longer one begins here, and it ends at the end of the text.
        size = len(normalized.chars)
        return [Token("name", 0, size, normalized.chars, (NamePart(normalized.chars, 0, size, whole),))]
    finder = NameFinder(normalized, gazetteer)
    tokens: list[Token] = []
    at = text_from = 0
    while at < finder.size:
        if at in normalized.breaks and not (
            tokens and tokens[-1].kind == "sep" and tokens[-1].start == at and not tokens[-1].text.strip()
        ):
            _add_text(tokens, finder, text_from, at)
            tokens.append(Token("sep", at, at, {"space": " ", "cell": "\t", "line": "\n"}[normalized.breaks[at]]))
            text_from = at
        token = _find_token(finder, at, text_from, tokens)
        if token is None:
            at += 1
            continue
        _add_text(tokens, finder, text_from, token.start)
        tokens.append(token)
        at = text_from = token.end
    _add_text(tokens, finder, text_from, finder.size)
    return tokens


def _add_text(tokens: list[Token], finder: NameFinder, start: int, end: int) -> None:
    if start < end:
        tokens.append(Token("text", start, end, finder.chars[start:end]))


def _find_token(finder: NameFinder, at: int, text_from: int, tokens: list[Token]) -> Token | None:
    """Return the token beginning here, or None when this character is plain text."""
    char = finder.chars[at]
    for kind, marks in _MARKS:
        if char in marks:
            return Token(kind, at, at + 1, char)
    town = match_counted_town(finder, at, finder.towns[at]) if at in finder.towns else None
    return town or _find_name(finder, at, text_from, tokens)


_MARKS: tuple[tuple[TokenKind, str], ...] = (("open", OPEN), ("close", CLOSE), ("sep", SEPARATORS))


def _find_name(finder: NameFinder, at: int, text_from: int, tokens: list[Token]) -> Token | None:
    """Return the name beginning here: a path, the hint of a heading, or a town or area by itself."""
    fresh = text_from == at
    before = finder.chars[max(text_from, at - _CUE_REACH) : at]
    free = fresh or DESCRIPTION.search(before) is not None or _CUE_BEFORE.search(before) is not None
    joined = bool(tokens) and tokens[-1].kind == "name" and tokens[-1].end == at and at not in finder.normalized.breaks
    may_begin = not joined and (fresh or before[-1:] in _AND)
    region = match_region(finder, at, begins_line=lambda: fresh and _begins_line(tokens)) if may_begin else None
    if region is not None:
        return region
    known = finder.chars[at : at + 2] in finder.gazetteer.heads
    name = find_best_name(finder, at, free_left=free) if known else None
    if name is not None and name.kind == "name":
        if not _is_plain_word(name, fresh=fresh or _JOINED.search(before) is not None):
            return name
        name = None
    if fresh and known and _begins_line(tokens):
        name = match_heading_prefix(finder, at) or name
    if name is None and ((free and (fresh or before[-1:] in {*_AND, "含"})) or BEFORE_REST.search(before)):
        return _find_lone_area(finder, at)
    return name


def _find_lone_area(finder: NameFinder, at: int) -> Token | None:
    """Return a town or special area written without the unit it lies in."""
    if not "\u3400" <= finder.chars[at] <= "\u9fff" or COUNTED_TOWNS.match(finder.chars, at):
        return None
    if any(BEFORE_REST.fullmatch(finder.chars, at, at + length) for length in _CUE_LENGTHS):
        return None
    length, kind = match_suffix(finder, at, lone=True)
    text = finder.chars[at : at + length]
    return Token("name", at, at + length, text, (), text, kind) if length else None


_CUE_REACH = 12
_CUE_LENGTHS = (1, 2, 3)
_AND = frozenset("和与及")
_NUMBERING = re.compile(r"(?:第)?[0-9一二三四五六七八九十百]+(?:章|节|条|批)?|[A-Za-z]|[①-⑳⑴-⒇●○■□◆◇★☆※•·]+")


def _begins_line(tokens: list[Token]) -> bool:
    """Whether nothing but numbering stands between the last line break and here."""
    for token in reversed(tokens):
        if token.kind == "sep" and token.text in "\n\t":
            return True
        if token.kind == "sep" and token.text in "、.． ,-–—·•":
            continue
        if token.kind in {"open", "close"} or (token.kind == "text" and _NUMBERING.fullmatch(token.text)):
            continue
        return False
    return True


_CUE_BEFORE = re.compile(
    r"(?:[和与及暨含有即为是由将在以原]|以及|来自|包括|包含|涵盖|涉及|触及|覆盖|范围|拓展到|扩展到|扩大到|扩展至|分别|除|不含|[0-9.①-⑳⑴-⒛㈠-㈩●■◆◇▲△★☆※•]+|的|\*|其中|位于|坐落|"
    r"地处|位于|支持|年|月|日|区|省|市|"
    # Verbs of lists, so that a name of two characters behind them is found (确定易县、蔚县为试点).
    r"[确认选]定|选[择取]|批准|同意|增[补加列]|新增|推荐|命名|授予|取消|撤销|移出|剔除|替[换代]|调整|[列纳]入|公布|明确)$"
)
_JOINED = re.compile(r"(?:除|包括|不含|含|以及|[和与及])$")


def _is_plain_word(name: Token, *, fresh: bool) -> bool:
    """Whether a lone form is also a plain word (城区, 郊区) and does not stand by itself."""
    return len(name.path) == 1 and name.path[0].form in COMMON_NAMES and not fresh
