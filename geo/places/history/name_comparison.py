"""Compare the names of a row with a unit's: its own name in any usual writing, and those of its province and prefecture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.history.latin_names import find_latin, is_latin_name
from pilotzones.geo.places.name_variants import get_stem, list_bare_forms, list_short_forms
from pilotzones.geo.places.text.normalization import fold_variants

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pilotzones.geo.places.history.models import Period, UnitSpell
    from pilotzones.geo.places.history.unit_index import UnitIndex

__all__ = [
    "has_chinese",
    "is_name_or_alias",
    "is_one_of",
    "is_unit_name",
    "lies_in_prefecture",
    "lies_in_province",
    "read_name",
    "read_parents",
]

_CHINESE: Final = r"[㐀-鿿]"
_BLANKS: Final = r"[\s*·.]+"
# Rows of code tables between a city and its districts or counties.
_BETWEEN: Final = frozenset({"", "市辖区", "县", "省直辖县级行政区划", "省直辖行政单位", "自治区直辖县级行政区划"})
_IN_PARENTHESES: Final = r"\([^()]*\)"


def has_chinese(text: str) -> bool:
    """Return whether a text has Chinese characters."""
    return re.search(_CHINESE, text) is not None


def read_name(written: str) -> str:
    """Fold a name and leave out blanks between Chinese characters, marks of notes, and what stands in parentheses beside it."""
    name = re.sub(_BLANKS, "" if has_chinese(written) else " ", fold_variants(written)).strip()
    return re.sub(_IN_PARENTHESES, "", name).strip() or name


def is_unit_name(name: str, spell: UnitSpell, parents: Sequence[str] = ()) -> bool:
    """Return whether a name is one of a unit's.

    Parameters
    ----------
    name : str
        Folded.
    spell : UnitSpell
    parents : sequence of str
        Names that may stand before it: of its province and prefecture.

    Returns
    -------
    bool
        True for the official name, its short writings, and its bare stem (平泉); never for the same stem with another
        level (平泉市 for 平泉县).
    """
    own = fold_variants(spell.name)
    if name == own or name in list_short_forms(own):
        return True
    # 万县 is a county's own name, and no short one of 万县市 or 万县地区.
    if len(name) > 1 and name in list_bare_forms(own) and not name.endswith("县"):
        return True
    for parent in parents:
        for head in (parent, get_stem(parent)):
            if len(head) > 1 and name.startswith(head) and len(name) > len(head):
                rest = name[len(head) :]
                if is_unit_name(rest, spell, [one for one in parents if one != parent]):
                    return True
    return False


def is_name_or_alias(index: UnitIndex, name: str, spell: UnitSpell) -> bool:
    """Return whether a folded name is one of a unit's, perhaps after those of its parents, a usual alias, or in Latin letters."""
    if not has_chinese(name):
        return is_latin_name(name, spell.name)
    if is_unit_name(name, spell):
        return True
    parents = [fold_variants(one) for one in index.find_parents(spell) if one]
    return is_unit_name(name, spell, parents) or _is_alias(index, name, spell)


def _is_alias(index: UnitIndex, name: str, spell: UnitSpell) -> bool:
    """Whether a name is a usual short one of the unit (前郭县), under whatever code it stood."""
    codes = {one.codes for one in load_gazetteer().forms.get(name, ()) if one.kind == "alias"}
    return bool(codes) and any((one.code,) in codes for one in index.members[index.lineage[spell]])


def lies_in_province(index: UnitIndex, spell: UnitSpell, given: str, when: Period) -> bool:
    """Return whether a unit lies in the province of a row: as it stood, or as its ground lies today.

    Parameters
    ----------
    index : UnitIndex
    spell : UnitSpell
    given : str
        Folded name; what is no name of a province excludes nothing.
    when : Period

    Returns
    -------
    bool
    """
    if not given:
        return True
    units = load_gazetteer().units
    homes = {index.find_parents(spell, when)[0], index.find_parents(spell)[0]}
    homes |= {units[code].province for code in spell.counties if code in units}
    return is_one_of(given, homes) or not any(homes) or not _is_known(index, given, "province")


def lies_in_prefecture(index: UnitIndex, spell: UnitSpell, given: str, when: Period) -> bool:
    """Return whether a county lies in the prefecture of a row: as it stood at any time, or as its ground lies today.

    Parameters
    ----------
    index : UnitIndex
    spell : UnitSpell
    given : str
        Folded name, of any time; what is no name of a prefecture (市辖区, 省直辖) excludes nothing.
    when : Period

    Returns
    -------
    bool
    """
    if not given or spell.level != "county":
        return True
    homes = {home for one in index.members[index.lineage[spell]] for home in _list_prefectures(index, one, when)}
    units = load_gazetteer().units
    homes |= {units[code].prefecture for code in spell.counties if code in units}
    if not index.find_parents(spell)[1]:
        # Many tables give a county that its province runs itself as its own prefecture.
        homes.add(spell.name)
    return is_one_of(given, homes) or not _is_known(index, given, "prefecture")


def _list_prefectures(index: UnitIndex, spell: UnitSpell, when: Period) -> Iterator[str]:
    """List names of the prefectures of a unit's code, each under all the names it had."""
    yield from (index.find_parents(spell, when)[1], index.find_parents(spell)[1])
    for home in index.by_code.get(f"{spell.code[:4]}00", ()):
        if not spell.until or home.since < spell.until:
            yield from (one.name for one in index.members[index.lineage[home]])


def is_one_of(given: str, homes: set[str]) -> bool:
    """Return whether a folded name is, or begins with, that of a province or prefecture, or has its stem."""
    if not has_chinese(given):
        return any(is_latin_name(given, home) for home in homes if home)
    stem = get_stem(given)
    return any(given.startswith(fold_variants(home)) or get_stem(fold_variants(home)) == stem for home in homes if home)


def _is_known(index: UnitIndex, given: str, level: str) -> bool:
    """Whether a name is that of a province or prefecture of any time."""
    named = (*index.by_name.get(given, ()), *index.by_stem.get(get_stem(given), ()))
    spells = named if has_chinese(given) else find_latin(index, given)
    return any(one.level in (level, "province") for one in spells)


def read_parents(index: UnitIndex, text: str) -> tuple[str, str] | None:
    """Read the names of a province and a prefecture, of any time, that stand before the name of a county.

    Parameters
    ----------
    index : UnitIndex
    text : str
        Folded: 陕西省西安市, 陕西西安, 西安市 or 北京市市辖区.

    Returns
    -------
    (str, str) or None
        Province and prefecture, either empty; None when the text is anything else.
    """
    for end in range(len(text), -1, -1):
        province, rest = text[:end], text[end:]
        if province and not _is_of_level(index, province, "province"):
            continue
        for stop in range(len(rest), -1, -1):
            prefecture = rest[:stop]
            if rest[stop:] in _BETWEEN and (not prefecture or _is_of_level(index, prefecture, "prefecture")):
                # 北京市北京市: a municipality is its own prefecture.
                return (province, prefecture) if province or prefecture else None
            if prefecture == province and province and rest[stop:] in _BETWEEN:
                return province, ""
    return None


def _is_of_level(index: UnitIndex, name: str, level: str) -> bool:
    spells = (*index.by_name.get(name, ()), *index.by_stem.get(name, ()))
    return any(one.level == level for one in spells)
