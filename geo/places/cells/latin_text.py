"""Lists and sentences in Latin letters: which names of a text are items, and of which unit over them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pilotzones.geo.places.cells.latin_names import (
    GENERIC,
    HAN,
    LETTERS,
    WORDS,
    LatinName,
    find_codes,
    find_latin_names,
    is_larger,
    resolve_latin,
)
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.models import ResolvedRow
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.resolution.disambiguation import make_candidate

__all__ = ["find_latin_in_cell", "find_latin_in_text"]

# Among Chinese words a name in Latin letters is an item where marks of a list stand on both sides.
_ITEM: Final = r"(?<=[、，,；;：:和与及\n])[ \t]*([A-Z][A-Za-z'’ -]{2,60}?)[ \t]*(?=[、，,；;。和与及等\n]|$)"
# What stands between semicolons and the ends of sentences.
_SEGMENT: Final = r"(?:[^;；.]|\.(?!\s+[A-Z]))+"
# Words before a name (Withdrawn: Haining) or behind it (Anji County, withdrawn in 2020) that take it back or leave it open.
_TAKEN_BACK: Final = (
    r"(?i:\b(?:withdrawn?|withdraws?|removed|excluded?|excluding|except|excepting|without|cancell?ed|terminated|suspended|revoked|"
    r"not (?:included|approved|selected)|candidates?|reserve|proposed|pending|replaced|rejected)\b)"
)
# Lines one after the other that hold Latin letters and no Chinese word.
_LATIN_LINES: Final = r"(?m)^(?=[^\n]*[A-Za-z]{2})[^\u3400-\u9fff\n]+$(?:\n(?=[^\n]*[A-Za-z]{2})[^\u3400-\u9fff\n]+$)*"
_MAX_WORDS: Final = 8
_MAX_CLAUSE: Final = 60  # characters
_MAX_LEAD: Final = 240  # characters
# Words of titles and heads, which no unit is called by.
_TITLE: Final = (
    r"(?i:\b(?:lists?|counties|cities|districts|provinces|prefectures|pilots?|demonstration|batch|zones|areas|following|notice|"
    r"annex|appendix|table|attachment|names?|total)\b)"
)
# The unit that a title speaks of, and what leads in the first name of a sentence.
_TITLE_UNIT: Final = r"\b(?:in|of|from|within) (?:the )?([A-Z][A-Za-z'’ -]{1,40})$"
_LEADS: Final = (
    r"^.*\b(?:namely|excluding|except|including|includes?|compris(?:es?|ing)|covers?|are|is)(?: the)? +(?=[A-Z])"
)


def find_latin_in_text(text: str, strict: Sequence[str] = ()) -> list[ResolvedRow]:
    """Find the names in Latin letters that a text lists.

    Parameters
    ----------
    text : str
        Any text.
    strict : sequence of str, optional
        Codes of larger units that every name should lie in.

    Returns
    -------
    list of ResolvedRow
        Empty for a text in which no unit is known; of a text with Chinese words only items of its enumerations.
    """
    if LETTERS.search(text) is None:
        return []
    if re.search(HAN, text):
        return list(_find_among_chinese(text, strict))
    names = list(_read_lines(text))
    if 2 * sum(_is_name(text, name) for name in names) >= len(names):
        return [_flag_taken_back(text, resolve_latin(text, name, strict)) for name in names]
    # A sentence: that a place is a member, nobody says.
    between = list(_find_between_words(text)) or [name for name in names if name.codes]
    return [_flag_latin(resolve_latin(text, name, strict)) for name in between]


def find_latin_in_cell(text: str) -> list[LatinName]:
    """Find the names of a cell in Latin letters, behind its label where it has one (Pilot: Deqing, Zhejiang).

    Parameters
    ----------
    text : str
        Without Chinese words.

    Returns
    -------
    list of LatinName
        In text order; a unit before a colon holds the names behind it (Zhejiang: Deqing, Anji).
    """
    return list(_read_lines(text)) if ":" in text else find_latin_names(text)


def _find_among_chinese(text: str, strict: Sequence[str]) -> Iterator[ResolvedRow]:
    """Find names in lines without a Chinese word, which are read like a text of their own, and items of other lines."""
    runs = []
    for match in re.finditer(_LATIN_LINES, text):
        names = list(_read_lines(match[0]))
        if any(one.codes for one in names) and 2 * sum(_is_name(match[0], one) for one in names) >= len(names):
            runs.append(match.span())
            for name in names:
                row = _flag_taken_back(match[0], resolve_latin(match[0], name, strict))
                # A province alone may be a letterhead.
                row = _flag_latin(row) if row.level == "province" else row
                yield replace(row, start=row.start + match.start(), end=row.end + match.start())
    taken = iter([*runs, (len(text), len(text))])
    start, end = next(taken)
    for item in re.finditer(_ITEM, text):
        while item.start(1) >= end and end < len(text):
            start, end = next(taken)
        name = LatinName(*item.span(1), find_codes(item[1]))
        if name.codes and item.start(1) < start:
            yield resolve_latin(text, name, strict)


def _flag_taken_back(text: str, row: ResolvedRow) -> ResolvedRow:
    """Put a row up for review where its clause takes it back or leaves it open."""
    before = re.split(r"[;；\n]|\.\s", text[max(0, row.start - _MAX_LEAD) : row.start])[-1]
    behind = re.split(r"[,;；\n]|\.\s", text[row.end : row.end + _MAX_CLAUSE])
    cue = re.search(_TAKEN_BACK, before) or re.search(_TAKEN_BACK, behind[0])
    if cue is None or row.status != "accepted":
        return row
    why = make_reason("taken_back", words=cue[0])
    candidates = tuple(make_candidate(load_gazetteer(), code, 0.6, str(why)) for code in row.adcode)
    return replace(row, status="review", reasons=(*row.reasons, why), candidates=candidates)


def _is_name(text: str, name: LatinName) -> bool:
    """Whether something is called as a unit is: known, beside a known one, or capitalised with a generic word (Foo County)."""
    words = text[name.start : name.end]
    has_generic = re.search(GENERIC, words) is not None and re.fullmatch(WORDS, words) is not None
    return bool(name.codes or name.larger) or has_generic


def _flag_latin(row: ResolvedRow) -> ResolvedRow:
    """Put a row up for review where only words of a sentence stand around the name."""
    if row.status != "accepted":
        return row
    why = make_reason("latin_in_sentence")
    candidates = tuple(make_candidate(load_gazetteer(), code, 0.6, str(why)) for code in row.adcode)
    return replace(row, status="review", reasons=(*row.reasons, why), candidates=candidates)


def _read_lines(text: str) -> Iterator[LatinName]:
    """Read the items of all lines; a unit alone on its line heads the lines below it when it holds the first of them."""
    lines = [line.span() for line in re.finditer(r"[^\r\n]*[^\W\d_][^\r\n]*", text)]
    homes: tuple[str, ...] = ()
    for place, (start, end) in enumerate(lines):
        alone = find_latin_names(text[start:end]) if ":" not in text[start:end] else []
        below = find_latin_names(text[slice(*lines[place + 1])]) if len(alone) == 1 and place + 1 < len(lines) else []
        if heading := _find_heads(alone[0].codes, below) if below else ():
            homes = heading
            continue
        yield from _read_line(text, start, end, homes)


def _find_heads(codes: Sequence[str], names: Sequence[LatinName]) -> tuple[str, ...]:
    """Find the one unit among `codes` that holds one of some names; empty where there is none, or several."""
    homes = tuple(one for one in codes if any(is_larger(one, code) for name in names for code in name.codes))
    return homes if len(homes) == 1 else ()


def _read_line(text: str, start: int, end: int, above: tuple[str, ...]) -> list[LatinName]:
    """Read the items of a line between semicolons: a unit before a colon holds all up to the next colon; titles are no items."""
    names: list[LatinName] = []
    homes = above
    for part in re.finditer(_SEGMENT, text[start:end]):
        begins = text[max(start, start + part.start() - 1) : start + part.start()] == "."
        found, homes = _read_part(text, start + part.start(), start + part.end(), above if begins else homes)
        names += found
    return [one for one in names if _is_name(text, one) or not _is_title(text[one.start : one.end])]


def _is_title(words: str) -> bool:
    """Whether words head a list, and are no sentence that names a place."""
    return re.search(_TITLE, words) is not None and next(_find_between_words(words), None) is None


def _read_part(text: str, start: int, end: int, above: tuple[str, ...]) -> tuple[list[LatinName], tuple[str, ...]]:
    """Read items under the unit before their colon, else under the one above; a head that may be a name is an item."""
    head, mark, _ = text[start:end].partition(":")
    begin = start + len(head) + 1 if mark else start
    heads = find_latin_names(text[start : start + len(head)]) if mark else []
    found = find_latin_names(text[begin:end])
    codes = (
        (heads[0].codes or _find_title_unit(text[heads[0].start + start : heads[0].end + start]))
        if len(heads) == 1
        else ()
    )
    own = _find_heads(codes, found) or (codes if len(codes) == 1 else ())
    homes = own if heads else above
    unknown = [] if own else [replace(one, start=start + one.start, end=start + one.end) for one in heads]
    if found and not mark and (unit := _find_title_unit(text[begin + found[0].start : begin + found[0].end])):
        # 3 pilot counties in Zhejiang Province, namely Deqing County
        homes, found = unit, found[1:]
    found = [_strip_lead(text[begin:end], one) for one in found]
    items = [LatinName(begin + one.start, begin + one.end, one.codes, (*homes, *one.larger)) for one in found]
    if own and items and not any(one.codes for one in items):
        # Kunshan: whole city. What is said of the unit is not understood: the question shows all of it.
        items[0] = replace(items[0], start=start + heads[0].start)
    return [*(one for one in unknown if _is_name(text, one)), *items], homes


def _strip_lead(text: str, name: LatinName) -> LatinName:
    """Strip from an unknown item the words of a sentence that lead in a name (namely Deqing County)."""
    lead = re.match(_LEADS, text[name.start : name.end]) if not name.codes else None
    codes = find_codes(text[name.start + lead.end() : name.end]) if lead else ()
    return replace(name, start=name.start + lead.end(), codes=codes) if lead and codes else name


def _find_title_unit(words: str) -> tuple[str, ...]:
    """Find the larger unit that a title speaks of (Pilot counties in Zhejiang)."""
    unit = re.search(_TITLE_UNIT, words) if re.search(_TITLE, words) else None
    units = load_gazetteer().units
    if unit is not None and next(_find_between_words(words[: unit.start(1)]), None) is not None:
        # The pilot covers Anji County in Zhejiang Province: a sentence that names a place.
        return ()
    return tuple(code for code in find_codes(unit[1]) if units[code].level != "county") if unit else ()


def _find_between_words(text: str) -> Iterator[LatinName]:
    """Find names with their generic word in a sentence; the larger unit in parentheses behind one belongs to it."""
    taken = 0
    for match in re.finditer(WORDS, text):
        if match.start() < taken:
            continue
        words = [one.start() for one in re.finditer(r"\S+", match[0])][:_MAX_WORDS]
        for first in words:
            piece = match[0][first:].rstrip()
            if re.search(GENERIC, piece) and (codes := find_codes(piece)):
                end = match.start() + first + len(piece)
                note = re.match(r"\s*\(([^()]{2,60})\)", text[end:])
                homes = tuple(one for name in find_latin_names(note[1]) for one in name.codes) if note else ()
                homes = tuple(one for one in homes if any(is_larger(one, code) for code in codes))
                taken = end + note.end() if note and homes else taken
                yield LatinName(match.start() + first, end, codes, homes)
                break
