"""Names of units in Latin letters, in English or Pinyin: Deqing County; Huzhou, Zhejiang; Deqing Xian."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.models import ResolvedRow, Status
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.resolution.disambiguation import make_candidate
from pilotzones.geo.places.romanization import list_english_names, list_english_peoples

__all__ = [
    "GENERIC",
    "HAN",
    "LETTERS",
    "WORDS",
    "LatinName",
    "find_codes",
    "find_larger_latin",
    "find_latin_names",
    "is_larger",
    "is_latin",
    "resolve_latin",
]

HAN: Final = r"[\u3400-\u9fff]"
LETTERS: Final = re.compile(r"[A-Za-z\u00c0-\u024f]{2}")
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
GENERIC: Final = rf"(?i:(?:^|[ -])({'|'.join(sorted(_GENERICS, key=len, reverse=True))}))$"
_PART: Final = r"[^,;/、，；\n]+"
_AND: Final = r" and (?=[A-Z])"
WORDS: Final = r"(?:[A-Z][A-Za-z\u00c0-\u024f'’-]*[ ]?)+"
# What leads in the units of a note (all in Huzhou, Zhejiang).
_LIES_IN: Final = r"^\s*(?i:(?:all|both|each)?\s*(?:in|of|within|under)\s+(?:the\s+)?)"
_MAX_PARTS: Final = 6
# Only the names of autonomous units enumerate peoples.
_PEOPLES: Final = r"Autonomous (?:County|Banner|Prefecture)$"


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
    return LETTERS.search(text) is not None and re.search(HAN, text) is None


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
    text, notes = _blank_notes(text)
    names: list[LatinName] = []
    downward = False
    for start, end in _join_parts(text, list(_split_parts(text))):
        codes = find_codes(text[start:end])
        last = names[-1] if names else None
        near = last is not None and re.fullmatch(r"[ \t]*[,，/]?[ \t]*", text[last.end : start]) is not None
        up = (
            [code for code in last.codes if any(is_larger(one, code) for one in codes)]
            if last is not None and near
            else []
        )
        down = [code for code in codes if last is not None and near and any(is_larger(one, code) for one in last.codes)]
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
    return [_add_note(name, notes) for name in names]


def _blank_notes(text: str) -> tuple[str, dict[int, tuple[str, ...]]]:
    """Blank parentheses that hold nothing but larger units, (Huzhou, Zhejiang); their codes by the end of the name before."""
    notes: dict[int, tuple[str, ...]] = {}

    def blank(note: re.Match[str]) -> str:
        inside = re.sub(_LIES_IN, "", note[2])
        parts = [find_codes(part.strip()) for part in re.split("[,，/]", inside)]
        levels = {load_gazetteer().units[code].level for codes in parts for code in codes}
        if not (all(parts) and levels & {"province", "prefecture"}):
            return note[0]
        notes[note.start()] = tuple(code for codes in parts for code in codes)
        return " " * len(note[0])

    return re.sub(r"([ \t]{0,4})\(([^()\n]{2,60})\)", blank, text), notes


def _add_note(name: LatinName, notes: Mapping[int, tuple[str, ...]]) -> LatinName:
    larger = notes.get(name.end, ())
    homes = tuple(one for one in larger if any(is_larger(one, code) for code in name.codes))
    return replace(name, larger=(*name.larger, *(homes or larger))) if larger else name


def _join_parts(text: str, parts: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join parts that marks of a list cut although they are one name (Shuangjiang Lahu, Va, Blang and Dai Autonomous County)."""
    at = 0
    while at < len(parts):
        start = parts[at][0]
        last = next(
            (
                number
                for number in range(min(len(parts), at + _MAX_PARTS) - 1, at, -1)
                if "\n" not in text[start : parts[number][1]]
                and re.search(_PEOPLES, text[start : parts[number][1]])
                and find_codes(text[start : parts[number][1]])
            ),
            at,
        )
        yield start, parts[last][1]
        at = last + 1


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
    larger = [code for code in find_codes(name.strip()) if units[code].level != "county"]
    held = [code for code in larger if not home or inside(code, home)]
    return held[0] if len(held) == 1 else ""


def _find_homes(text: str, name: LatinName, codes: Sequence[str]) -> tuple[str, ...]:
    """Find the units among `codes` that a name of no unit may lie in: by its generic word, and around what stands behind it."""
    generic = re.search(GENERIC, re.split("[,，/]", text[name.start : name.end])[0].rstrip())
    if name.codes or generic is None:
        return ()
    levels = _HOMES.get(generic[1].lower(), frozenset({"province", "prefecture"}))
    larger = [code for code in codes if load_gazetteer().units[code].level in levels]
    return tuple(code for code in larger if not name.larger or any(is_larger(code, one) for one in name.larger))


def is_larger(larger: str, smaller: str) -> bool:
    """Whether a unit is another one than the second, and holds it.

    Parameters
    ----------
    larger, smaller : str
        Codes.

    Returns
    -------
    bool
    """
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
            if left < right and LETTERS.search(text, left, right):
                yield left, right


def _cut_and(text: str, part: re.Match[str], match: re.Match[str]) -> tuple[int, ...]:
    """Cut a part at "and", but not inside of one name (Enshi Tujia and Miao Autonomous Prefecture)."""
    return (
        ()
        if find_codes(text[part.start() : part.end()].strip())
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


def find_codes(name: str) -> tuple[str, ...]:
    """Find the codes of the units that a name in Latin letters may stand for.

    Parameters
    ----------
    name : str
        Without the larger units around it.

    Returns
    -------
    tuple of str
        Sorted; empty for a name of no unit.
    """
    generic = re.search(GENERIC, name)
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
        stem = re.sub(GENERIC, "", english)
        # 澧县, Lixian County, is called Li County too; Li alone is no name.
        short = english.replace("xian County", " County") if len(name) == len("澧县") else english
        for form in {english, stem, of_peoples.sub("", stem), short}:
            index.setdefault(_fold_letters(form), set()).update(by_name.get(name, ()))
    return {key: frozenset(codes) for key, codes in index.items() if key and codes}


def _fold_letters(name: str) -> str:
    """Fold a name to its letters, without case, accents, blanks and apostrophes; ü is written u or v."""
    plain = "".join(char for char in unicodedata.normalize("NFD", name) if char.isalpha() and char.isascii()).lower()
    return re.sub(r"(?<=[ln])v", "u", plain)
