"""Names of units in Latin letters, in English or Pinyin: Deqing County; Huzhou, Zhejiang; Deqing Xian."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.models import ResolvedRow, Status
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.resolution.disambiguation import make_candidate
from pilotzones.geo.places.romanization import list_english_names, list_english_peoples

__all__ = ["LatinName", "find_larger_latin", "find_latin_in_text", "find_latin_names", "is_latin", "resolve_latin"]

_HAN: Final = r"[\u3400-\u9fff]"
_LETTERS: Final = re.compile(r"[A-Za-z\u00c0-\u024f]{2}")
# What a generic word says of the Chinese name; a City may be of two levels.
_GENERICS: Final = {
    "special administrative region": "区", "autonomous region": "区", "province": "省", "sheng": "省",
    "autonomous prefecture": "州", "prefecture": "州区", "diqu": "区", "zhou": "州", "league": "盟", "meng": "盟",
    "autonomous county": "县", "autonomous banner": "旗", "county": "县", "xian": "县", "banner": "旗", "qi": "旗",
    "municipality": "市", "city": "市", "shi": "市", "mining district": "区", "special district": "区",
    "forestry district": "区", "new area": "区", "xinqu": "区", "district": "区", "qu": "区",
}  # fmt: skip
# In units of which levels one of a kind lies; one of the others, as a rule, in a prefecture or a province.
_HOMES: Final = dict.fromkeys(
    ("special administrative region", "autonomous region", "province", "sheng"), frozenset[str]()
) | dict.fromkeys(
    ("autonomous prefecture", "prefecture", "diqu", "zhou", "league", "meng", "municipality", "city", "shi"),
    frozenset({"province"}),
)
_GENERIC: Final = rf"(?i:(?:^|[ -])({'|'.join(sorted(_GENERICS, key=len, reverse=True))}))$"
_PART: Final = r"[^,;/、，；\n]+"
_AND: Final = r" and (?=[A-Z])"
# Among Chinese words a name in Latin letters is an item where marks of a list stand on both sides.
_ITEM: Final = r"(?<=[、，,；;：:和与及\n])[ \t]*([A-Z][A-Za-z'’ -]{2,60}?)[ \t]*(?=[、，,；;。和与及等\n]|$)"
_WORDS: Final = r"(?:[A-Z][A-Za-z\u00c0-\u024f'’-]*[ ]?)+"
_MAX_WORDS: Final = 8
# Words of titles and heads, which no unit is called by.
_TITLE: Final = (
    r"(?i:\b(?:lists?|counties|cities|districts|provinces|prefectures|pilots?|demonstration|batch|zones|areas|following|notice|"
    r"annex|appendix|table|attachment|names?|total)\b)"
)


@dataclass(frozen=True, slots=True)
class LatinName:
    """A name with the larger ones written around it: its extent, and the codes that it and they may stand for."""

    start: int
    end: int
    codes: tuple[str, ...]
    larger: tuple[str, ...] = ()


def is_latin(text: str) -> bool:
    """Whether a text has words in Latin letters and no Chinese character.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return _LETTERS.search(text) is not None and re.search(_HAN, text) is None


def find_latin_names(text: str) -> list[LatinName]:
    """Cut a cell or a line in Latin letters into its names; what no unit is called is one of them too.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of LatinName
        In text order; a larger unit beside a name that lies in it (Huzhou, Zhejiang) belongs to that name.
    """
    inside = load_gazetteer().is_inside
    names: list[LatinName] = []
    downward = False
    for start, end in _split_parts(text):
        codes = _find_codes(text[start:end])
        last = names[-1] if names else None
        near = last is not None and re.fullmatch(r"[ \t]*[,，/]?[ \t]*", text[last.end : start]) is not None
        up = (
            [code for code in last.codes if any(_is_larger(one, code) for one in codes)]
            if last is not None and near
            else []
        )
        down = [
            code for code in codes if last is not None and near and any(_is_larger(one, code) for one in last.codes)
        ]
        if last is not None and up and not downward:
            homes = tuple(one for one in codes if any(inside(code, one) for code in up))
            names[-1] = LatinName(last.start, end, tuple(up), (*last.larger, *homes))
        elif last is not None and down:
            # Zhejiang, Huzhou, Deqing County: the larger unit comes first.
            names[-1] = LatinName(last.start, end, tuple(down), (*last.larger, *last.codes))
            downward = True
        elif last is not None and near and (homes := _find_homes(text, last, codes)):
            # Foo County, Hunan: what nobody knows lies in the province, which is no item of its own.
            names[-1] = LatinName(last.start, end, (), (*last.larger, *homes))
        else:
            names.append(LatinName(start, end, codes))
            downward = False
    return names


def find_larger_latin(name: str, home: str = "") -> str:
    """Find the code of the only province or prefecture of a name in Latin letters.

    Parameters
    ----------
    name : str
    home : str, optional
        Code of the unit it lies in.

    Returns
    -------
    str
        Empty where no unit above the counties, or more than one, is called so.
    """
    units, inside = load_gazetteer().units, load_gazetteer().is_inside
    larger = [code for code in _find_codes(name.strip()) if units[code].level != "county"]
    held = [code for code in larger if not home or inside(code, home)]
    return held[0] if len(held) == 1 else ""


def _find_homes(text: str, name: LatinName, codes: Sequence[str]) -> tuple[str, ...]:
    """Find the units among `codes` that a name of no unit may lie in: by its generic word, and around what stands behind it."""
    generic = re.search(_GENERIC, re.split("[,，/]", text[name.start : name.end])[0].rstrip())
    if name.codes or generic is None:
        return ()
    levels = _HOMES.get(generic[1].lower(), frozenset({"province", "prefecture"}))
    larger = [code for code in codes if load_gazetteer().units[code].level in levels]
    return tuple(code for code in larger if not name.larger or any(_is_larger(code, one) for one in name.larger))


def _is_larger(larger: str, smaller: str) -> bool:
    return larger != smaller and load_gazetteer().is_inside(smaller, larger)


def _split_parts(text: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(_PART, text):
        cuts = [
            match.start(),
            *(at for one in re.finditer(_AND, match[0]) for at in _cut_and(text, match, one)),
            match.end(),
        ]
        for start, end in zip(cuts[::2], cuts[1::2], strict=True):
            piece = text[start:end]
            left = start + len(piece) - len(piece.lstrip(" \t.*·0123456789()"))
            right = start + len(piece.rstrip(" \t.*。"))
            if left < right and _LETTERS.search(text, left, right):
                yield left, right


def _cut_and(text: str, part: re.Match[str], match: re.Match[str]) -> tuple[int, ...]:
    """Cut a part at "and", but not inside of one name (Enshi Tujia and Miao Autonomous Prefecture)."""
    return (
        ()
        if _find_codes(text[part.start() : part.end()].strip())
        else (part.start() + match.start(), part.start() + match.end())
    )


def resolve_latin(text: str, name: LatinName, strict: Sequence[str] = ()) -> ResolvedRow:
    """Resolve a name in Latin letters.

    Parameters
    ----------
    text : str
    name : LatinName
        In the text.
    strict : sequence of str, optional
        Codes of larger units that the name should lie in.

    Returns
    -------
    ResolvedRow
        Accepted where a larger unit is known and only one unit inside of it is called so; else for review or unresolved.
    """
    units, inside = load_gazetteer().units, load_gazetteer().is_inside
    words = text[name.start : name.end]
    held = [code for code in name.codes if all(inside(code, home) for home in strict)]
    held = [code for code in held if any(inside(code, home) for home in name.larger or (code,))]
    known = bool(strict or name.larger) or all(units[code].level == "province" for code in held)
    if len(held) == 1 and known:
        unit = units[held[0]]
        return ResolvedRow(
            1, words, "include", unit.level, "accepted", unit.name, unit.province, unit.prefecture, (unit.code,),
            method="name in Latin letters", start=name.start, end=name.end,
        )  # fmt: skip
    code = (
        "no_such_name"
        if not name.codes
        else "outside_given"
        if not held
        else "several"
        if len(held) > 1
        else "latin_alone"
    )
    why = make_reason(code)
    candidates = tuple(make_candidate(load_gazetteer(), one, 0.6, str(why)) for one in held or name.codes)
    status: Status = "review" if candidates else "unresolved"
    return ResolvedRow(
        1, words, "include", "county", status, method="name in Latin letters", reasons=(why,), candidates=candidates,
        start=name.start, end=name.end,
    )  # fmt: skip


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
    if _LETTERS.search(text) is None:
        return []
    if re.search(_HAN, text):
        extents = (match.span(1) for match in re.finditer(_ITEM, text))
        names = [LatinName(start, end, _find_codes(text[start:end])) for start, end in extents]
        return [resolve_latin(text, name, strict) for name in names if name.codes]
    names = list(_read_lines(text))
    if 2 * sum(_is_name(text, name) for name in names) >= len(names):
        return [resolve_latin(text, name, strict) for name in names]
    # A sentence: that a place is a member, nobody says.
    rows = [resolve_latin(text, name, strict) for name in _find_between_words(text)]
    return [_flag_latin(row) for row in rows]


def _is_name(text: str, name: LatinName) -> bool:
    """Whether something is called as a unit is: known, beside a known one, or capitalised with a generic word (Foo County)."""
    words = text[name.start : name.end]
    has_generic = re.search(_GENERIC, words) is not None and re.fullmatch(_WORDS, words) is not None
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
    homes = tuple(one for one in codes if any(_is_larger(one, code) for name in names for code in name.codes))
    return homes if len(homes) == 1 else ()


def _read_line(text: str, start: int, end: int, above: tuple[str, ...]) -> list[LatinName]:
    """Read the items of a line between semicolons: a unit before a colon holds all up to the next colon; titles are no items."""
    names: list[LatinName] = []
    homes = above
    for part in re.finditer(r"[^;；]+", text[start:end]):
        found, homes = _read_part(text, start + part.start(), start + part.end(), homes)
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
    codes = heads[0].codes if len(heads) == 1 else ()
    own = _find_heads(codes, found) or (codes if len(codes) == 1 else ())
    homes = own if heads else above
    unknown = [] if own else [replace(one, start=start + one.start, end=start + one.end) for one in heads]
    items = [LatinName(begin + one.start, begin + one.end, one.codes, (*homes, *one.larger)) for one in found]
    if own and items and not any(one.codes for one in items):
        # Kunshan: whole city. What is said of the unit is not understood: the question shows all of it.
        items[0] = replace(items[0], start=start + heads[0].start)
    return [*(one for one in unknown if _is_name(text, one)), *items], homes


def _find_between_words(text: str) -> Iterator[LatinName]:
    """Find names with their generic word in a sentence; the larger unit in parentheses behind one belongs to it."""
    taken = 0
    for match in re.finditer(_WORDS, text):
        if match.start() < taken:
            continue
        words = [one.start() for one in re.finditer(r"\S+", match[0])][:_MAX_WORDS]
        for first in words:
            piece = match[0][first:].rstrip()
            if re.search(_GENERIC, piece) and (codes := _find_codes(piece)):
                end = match.start() + first + len(piece)
                note = re.match(r"\s*\(([^()]{2,60})\)", text[end:])
                homes = tuple(one for name in find_latin_names(note[1]) for one in name.codes) if note else ()
                homes = tuple(one for one in homes if any(_is_larger(one, code) for code in codes))
                taken = end + note.end() if note and homes else taken
                yield LatinName(match.start() + first, end, codes, homes)
                break


def _find_codes(name: str) -> tuple[str, ...]:
    """Find the codes of the units that a name in Latin letters may stand for."""
    generic = re.search(_GENERIC, name)
    keys = [_fold_letters(name)]
    codes = set(_load_index().get(keys[0], ()))
    if generic and len(name) > len(generic[0]):
        endings = _GENERICS[generic[1].lower()]
        stems = _load_index().get(_fold_letters(name[: generic.start()]), ())
        codes |= {code for code in stems if load_gazetteer().units[code].name[-1] in endings}
    return tuple(sorted(codes))


@cache
def _load_index() -> dict[str, frozenset[str]]:
    """Load the codes of today by English name, by its specific part, and by that without the names of peoples; letters only."""
    by_name: dict[str, list[str]] = {}
    for unit in load_gazetteer().units.values():
        by_name.setdefault(unit.name, []).append(unit.code)
    peoples = "|".join(sorted(list_english_peoples(), key=len, reverse=True))
    of_peoples = re.compile(rf"(?:(?:,| and)? (?:{peoples}))+$")
    index: dict[str, set[str]] = {}
    for name, english in list_english_names():
        stem = re.sub(_GENERIC, "", english)
        # 澧县, Lixian County, is called Li County too; Li alone is no name.
        short = english.replace("xian County", " County") if len(name) == len("澧县") else english
        for form in {english, stem, of_peoples.sub("", stem), short}:
            index.setdefault(_fold_letters(form), set()).update(by_name.get(name, ()))
    return {key: frozenset(codes) for key, codes in index.items() if key and codes}


def _fold_letters(name: str) -> str:
    """Fold a name to its letters, without case, accents, blanks and apostrophes; ü is written u or v."""
    plain = "".join(char for char in unicodedata.normalize("NFD", name) if char.isalpha() and char.isascii()).lower()
    return re.sub(r"(?<=[ln])v", "u", plain)
