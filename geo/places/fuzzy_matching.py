"""Names that look like a damaged one: candidates for review, never an answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from pilotzones.geo.places.gazetteer import Gazetteer, Kind, Unit, load_gazetteer
from pilotzones.geo.places.models import Candidate
from pilotzones.geo.places.name_variants import get_stem
from pilotzones.geo.places.resolution.disambiguation import make_candidate
from pilotzones.geo.places.text.ocr_correction import ILLEGIBLE_CHARS, find_same_shape

__all__ = [
    "find_area_look_alikes",
    "find_look_alikes",
    "find_near_name",
    "find_neighbour_look_alikes",
    "find_similar_prefecture",
    "is_name_inside",
    "is_one_character_off",
]

_LIMIT = 3
_MIN_SIMILARITY_PERCENT = 60.0
_RARE = 400
_MAX_NAME_CHARS = 24
_MIN_NAME_CHARS = 3
_HALF = 0.5
# What a bad copy makes of the last character of a name.
_SUFFIXES = {"具": "县", "巨": "区", "匹": "区", "巾": "市", "币": "市", "洲": "州"}


def find_look_alikes(
    gazetteer: Gazetteer, text: str, strict: Sequence[str], carried: str, *, listed: Collection[str] = ()
) -> tuple[Candidate, ...]:
    """Find today's names that differ little from a text.

    Parameters
    ----------
    gazetteer : Gazetteer
        Today's table.
    text : str
        Folded name that no form explains.
    strict : sequence of str
        Codes the name should lie in; candidates are sought there first.
    carried : str
        Code of the prefecture of the names before it.
    listed : collection of str, optional
        Codes that the list names already: of equally like ones the others come first.

    Returns
    -------
    tuple of Candidate
        At most three, best first; the score is the likeness between 0 and 1.
    """
    if not text or len(text) > _MAX_NAME_CHARS:
        return ()
    text = text[:-1] + _SUFFIXES.get(text[-1], text[-1])
    homes = tuple(filter(None, (carried, *reversed(strict))))
    kin = _find_same_name(gazetteer, text, homes)
    if kin or not find_same_shape(text):
        kin = kin or _find_same_stem(gazetteer, text, homes)
    if any(gazetteer.is_inside(one.adcode, home) for one in kin for home in homes):
        return kin
    kin = (*_find_one_off(gazetteer, text, homes, listed), *kin)
    if kin:
        return kin[:_LIMIT]
    shaped = tuple(one for name in find_same_shape(text) for one in _find_same_name(gazetteer, name, homes))[:_LIMIT]
    for home in (*homes, ""):
        choices = _list_names_in(home) if home else _find_sharing(text)
        similar = process.extract(
            text, choices, scorer=fuzz.ratio, limit=2 * _LIMIT, score_cutoff=_MIN_SIMILARITY_PERCENT
        )
        if similar:
            similar.sort(
                key=lambda one: (-one[1], -_count_same_positions(text, one[0]), one[2] in listed, one[2] == home)
            )
            near = (make_candidate(gazetteer, code, score / 100, f"looks like {name}") for name, score, code in similar)
            known = {one.adcode for one in shaped}
            return (*shaped, *(one for one in near if one.adcode not in known))[:_LIMIT]
    return shaped


def _count_same_positions(one: str, other: str) -> int:
    """Count the characters that stand in the same place: one is read for another more often than lost."""
    return sum(a == b for a, b in zip(one, other, strict=False))


def _find_one_off(
    gazetteer: Gazetteer, text: str, homes: Sequence[str], listed: Collection[str]
) -> tuple[Candidate, ...]:
    """Find divisions of the nearest given unit whose names have one other character, or any where the text has a blot."""
    blots = sum(char in ILLEGIBLE_CHARS for char in text)
    for home in homes:
        if len(text) < _MIN_NAME_CHARS and home.endswith("0000"):
            continue
        same = len(text) - max(blots, 1)
        names = _list_names_in(home).items()
        codes = [code for code, name in names if len(name) == len(text) and _count_same_positions(text, name) >= same]
        if codes:
            codes.sort(key=lambda code: (code in listed, code == home))
            score = round(max(same, 1) / len(text), 3)
            units = gazetteer.units
            return tuple(
                make_candidate(gazetteer, code, score, f"looks like {units[code].name}") for code in codes[:_LIMIT]
            )
    return ()


@lru_cache(maxsize=512)
def _list_names_in(home: str) -> dict[str, str]:
    """List names of the prefectures and counties in a unit, or of all, by code."""
    gazetteer = load_gazetteer()
    units = gazetteer.units.items()
    return {c: u.name for c, u in units if u.level != "province" and (not home or gazetteer.is_inside(c, home))}


@lru_cache(maxsize=1)
def _index_by_character() -> dict[str, tuple[int, ...]]:
    """Index the table of all prefectures and counties by each character of their names."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(_list_names_in("").values()):
        for char in {*name}:
            found[char].append(place)
    return {char: tuple(places) for char, places in found.items()}


@lru_cache(maxsize=1)
def _list_all_names() -> tuple[tuple[str, str], ...]:
    return tuple(_list_names_in("").items())


def _find_sharing(text: str) -> dict[str, str]:
    """Find all names that have enough characters of a text to be like it.

    The likeness of `fuzz.ratio` is 2 m / (a + b), for texts of a and b characters with m of them in common, and m is at
    most b: at 60 % or more, m is at least 3 a / 7. The commonest characters (县, 区) are in too many names to look
    through, and are taken as shared by all.
    """
    by_char, names = _index_by_character(), _list_all_names()
    rare = [char for char in text if len(by_char.get(char, ())) <= _RARE]
    least = -(-3 * len(text) // 7) - (len(text) - len(rare))
    if least <= 0:
        return _list_names_in("")
    shared = Counter(place for char in rare for place in by_char.get(char, ()))
    # In the order of the table, which settles equal likeness.
    return dict(names[place] for place in sorted(shared) if shared[place] >= least)


@lru_cache(maxsize=1)
def _list_new_areas() -> tuple[Unit, ...]:
    return tuple(unit for unit in load_gazetteer().units.values() if unit.name.endswith("新区"))


def _find_same_name(gazetteer: Gazetteer, text: str, homes: Sequence[str]) -> tuple[Candidate, ...]:
    """Find divisions of exactly this name, now that its last character is mended; those inside the given units first."""
    units = _find_units(gazetteer, text, "official", homes)
    return tuple(make_candidate(gazetteer, unit.code, 0.95, f"looks like {unit.name}") for unit in units)


def _find_same_stem(gazetteer: Gazetteer, text: str, homes: Sequence[str]) -> tuple[Candidate, ...]:
    """Find divisions of the same stem at another level (平潭市, which is 平潭县), those inside the given units first."""
    stem = get_stem(text)
    units = _find_units(gazetteer, stem, "stem", homes) if stem != text else []
    return tuple(make_candidate(gazetteer, unit.code, 0.95, f"same stem as {unit.name}") for unit in units)


def _find_units(gazetteer: Gazetteer, form: str, kind: Kind, homes: Sequence[str]) -> list[Unit]:
    """Find the units of a form, only those inside the given ones where there are any; none when there are too many."""
    units = [m.unit for m in gazetteer.forms.get(form, ()) if m.kind == kind and m.unit is not None]
    near = [unit for unit in units if any(home and gazetteer.is_inside(unit.code, home) for home in homes)]
    return (near or units) if len(near or units) <= _LIMIT else []


def find_neighbour_look_alikes(
    gazetteer: Gazetteer, name: str, prefecture: str, *, shortest: int = _MIN_NAME_CHARS
) -> tuple[Unit, ...]:
    """Find counties of a prefecture whose name differs in one character from that of a county elsewhere.

    Parameters
    ----------
    gazetteer : Gazetteer
        Today's table.
    name : str
        Official name of a county that the prefecture does not hold.
    prefecture : str
        Code of the prefecture that the names before it lie in.
    shortest : int, optional
        Length from which on names are looked at; those of two characters differ in one from many.

    Returns
    -------
    tuple of Unit
        Empty where there is none, and for shorter names.
    """
    if len(name) < shortest:
        return ()
    return tuple(unit for unit in gazetteer.counties_of.get(prefecture, ()) if is_one_character_off(unit.name, name))


def find_near_name(text: str) -> tuple[str, ...]:
    """Find the divisions whose names differ from a text in one character, but not in the last.

    Parameters
    ----------
    text : str
        Three characters or more; for shorter ones nothing is found.

    Returns
    -------
    tuple of str
        Codes.
    """
    if len(text) <= _MIN_NAME_CHARS:
        return ()
    return tuple(
        code for code, name in _find_sharing(text).items() if name[-1] == text[-1] and is_one_character_off(name, text)
    )


def is_name_inside(gazetteer: Gazetteer, text: str, homes: Collection[str]) -> bool:
    """Whether a text is, but for its last character (文具), the name of a county of one of the given units.

    Parameters
    ----------
    gazetteer : Gazetteer
        Today's table.
    text : str
    homes : collection of str
        Codes of prefectures or provinces.

    Returns
    -------
    bool
    """
    if text[-1:] not in _SUFFIXES:
        return False
    name = text[:-1] + _SUFFIXES[text[-1]]
    return any(unit.name == name for home in homes for unit in gazetteer.counties_of.get(home, ()))


def is_one_character_off(name: str, written: str) -> bool:
    """Whether two names of one length differ in one character.

    Parameters
    ----------
    name, written : str

    Returns
    -------
    bool
    """
    return len(name) == len(written) and _count_same_positions(name, written) == len(name) - 1


def find_similar_prefecture(words: str, own: Collection[str]) -> str:
    """Find the prefecture that unread words look like.

    Parameters
    ----------
    words : str
        Words that end like a unit (淮*市).
    own : collection of str
        Codes that the name behind them may stand for; their prefectures win where several fit.

    Returns
    -------
    str
        Code; empty when less than half of its characters fit.
    """
    gazetteer = load_gazetteer()
    homes = {gazetteer.units[code].prefecture_code for code in own}
    best, found = 0.0, ""
    for unit in gazetteer.units.values():
        tail = words[-len(unit.name) :]
        if unit.level != "prefecture" or len(tail) != len(unit.name) or tail[-1] != unit.name[-1]:
            continue
        alike = sum(a == b for a, b in zip(tail[:-1], unit.name[:-1], strict=True)) / (len(tail) - 1)
        if alike >= _HALF and (alike, unit.code in homes) > (best, found in homes):
            best, found = alike, unit.code
    return found


def find_area_look_alikes(gazetteer: Gazetteer, text: str, containers: Sequence[str]) -> tuple[Candidate, ...]:
    """Find counties called 新区 that differ in one character from an area's name (沿海新区, 滨海新区).

    Parameters
    ----------
    gazetteer : Gazetteer
        Today's table.
    text : str
        Name of the area without what is written before it.
    containers : sequence of str
        Codes the area lies in.

    Returns
    -------
    tuple of Candidate
        Empty for all but look-alikes inside the containers.
    """
    candidates = []
    for unit in _list_new_areas():
        same = len(unit.name) == len(text) and unit.name != text
        if same and any(gazetteer.is_inside(unit.code, one) for one in containers):
            differing = sum(one != other for one, other in zip(text, unit.name, strict=True))
            if differing == 1:
                candidates.append(make_candidate(gazetteer, unit.code, 1 - 1 / len(text), f"looks like {unit.name}"))
    return tuple(candidates)
