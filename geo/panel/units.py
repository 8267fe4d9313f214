"""The counties and prefectures of a year, as they stood at its end, with the counties of today that cover them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Literal

from pilotzones.geo.places.history import Period, UnitIndex, UnitSpell, find_ground, find_homes, load_unit_index
from pilotzones.geo.places.models import MUNICIPALITIES

__all__ = ["PanelUnit", "UnitLevel", "aggregate_units", "find_change", "list_units"]

UnitLevel = Literal["county", "prefecture"]
# Counties directly under a province.
_DIRECT: Final = "90"


@dataclass(frozen=True, slots=True)
class PanelUnit:
    """A county or prefecture in a year.

    Parameters
    ----------
    code, name, province, prefecture : str
        As they stood at the end of the year.
    year : int
    today : tuple of str
        Codes of the counties of today that cover it; empty when that is not known.
    today_names : tuple of str
        Names of the units of today that took its ground.
    change : str
        What happened to it in this year: renamed, recoded, merged, split, boundary moved; empty when nothing did.
    home : str
        First four digits of the code of the prefecture that it stood under, or that governed it for the province.
    """

    code: str
    name: str
    province: str
    prefecture: str
    year: int
    today: tuple[str, ...]
    today_names: tuple[str, ...]
    change: str = ""
    home: str = ""


def list_units(year: int, level: UnitLevel = "county") -> tuple[PanelUnit, ...]:
    """List the units that stood at the end of a year.

    Parameters
    ----------
    year : int
        1980 to today.
    level : {"county", "prefecture"}, optional
        Municipalities, and counties directly under a province, stand among the prefectures.

    Returns
    -------
    tuple of PanelUnit
        In the order of their codes.
    """
    counties = _list_counties(year)
    return counties if level == "county" else _group_by_prefecture(counties, year)


@cache
def _list_counties(year: int) -> tuple[PanelUnit, ...]:
    index, when = load_unit_index(), Period(f"{year}-12", f"{year}-12")
    standing = {spell.code: spell for since, until, spell in _list_spells() if since <= when.first < until}
    counties = {code: spell for code, spell in standing.items() if spell.level == "county"}
    prefectures = {code[:4] for code in counties}
    units = [_make_unit(spell, index, year, when) for spell in counties.values()]
    covered = {county for unit in units for county in unit.today}
    # A city without counties (东莞市, 三亚市 until 2014) is one itself, unless others stand on its ground.
    for code, spell in standing.items():
        if spell.level == "prefecture" and code[:4] not in prefectures:
            city = _make_unit(spell, index, year, when)
            units += [city] if city.today and covered.isdisjoint(city.today) else []
    return tuple(sorted(units, key=lambda unit: unit.code))


@cache
def _list_spells() -> list[tuple[str, str, UnitSpell]]:
    """List every spell with the months of its beginning and end, those of a code in order of time."""
    spells = [spell for own in load_unit_index().by_code.values() for spell in own if spell.change != "misprint"]
    return [(spell.since, spell.until or "9999-12", spell) for spell in spells]


def _make_unit(spell: UnitSpell, index: UnitIndex, year: int, when: Period) -> PanelUnit:
    later = sum(founding.date > max(when.last, spell.since) for founding in index.parts_taken.get(spell, ()))
    today, names = _follow_to_today(spell, max(when.last, spell.since), later)
    homes = find_homes(spell, when.last)
    home = min(homes) if len(homes) == 1 else spell.code[:4]
    province, prefecture = _name_parents(home, spell.code[:2] in MUNICIPALITIES, year)
    change = find_change(spell, year)
    return PanelUnit(spell.code, spell.name, province, prefecture, year, today, names, change, home)


@cache
def _name_parents(code: str, is_municipal: bool, year: int) -> tuple[str, str]:  # noqa: FBT001 - a key of the cache
    index, when = load_unit_index(), Period(f"{year}-12", f"{year}-12")
    names = [
        next((one.name for one in reversed(index.find_by_code(above, when)) if one.change != "misprint"), "")
        for above in (f"{code[:2]}0000", f"{code}00")
    ]
    return names[0], names[0] if is_municipal else names[1]


_FATES: Final[dict[tuple[UnitSpell, int], tuple[tuple[str, ...], tuple[str, ...]]]] = {}


def _follow_to_today(spell: UnitSpell, month: str, later: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Follow a unit; its fate is the same in every month after which as many parts were taken from it."""
    known = _FATES.get((spell, later))
    if known is None:
        index = load_unit_index()
        fate, drawn = index.follow(spell, month), Period(index.boundary_month, index.boundary_month)
        # With those founded since on its ground (临平区 of 余杭区); none where the ground of a county is not known.
        counties = find_ground(spell, month).counties if month < index.boundary_month else frozenset(fate.counties)
        today = (*(code for code in fate.counties if code in counties), *sorted(counties - {*fate.counties}))
        names = (one.name for code in today for one in index.find_by_code(code, drawn)[-1:])
        known = today, tuple(dict.fromkeys((*(one.name for one in fate.today), *names)))
        _FATES[spell, later] = known
    return known


def find_change(spell: UnitSpell, year: int) -> str:
    """Find what made a unit what it is in a year: renamed, recoded, merged, split, boundary moved; empty when nothing did.

    Parameters
    ----------
    spell : UnitSpell
    year : int

    Returns
    -------
    str
    """
    index, in_year = load_unit_index(), str(year)
    before = [one.change for one in index.preceding.get(spell, ()) if one.until.startswith(in_year)]
    change = next((kind for kind in before if kind and kind != "misprint"), "")
    if not change and any(move.date.startswith(in_year) for move in index.moves_of.get(spell, ())):
        return "boundary moved"
    return change


def aggregate_units(by_year: Mapping[int, Sequence[PanelUnit]]) -> dict[int, tuple[PanelUnit, ...]]:
    """Join units that share ground in any of the years, so that every one covers the same counties of today throughout.

    Parameters
    ----------
    by_year : mapping of int to sequence of PanelUnit

    Returns
    -------
    dict of int to tuple of PanelUnit
        A joined unit has the code of the first of its counties of today, and the names of its parts in the year.
    """
    above: dict[str, str] = {}

    def find(code: str) -> str:
        while above.setdefault(code, code) != code:
            above[code] = above[above[code]]
            code = above[code]
        return code

    for units in by_year.values():
        for unit in units:
            roots = sorted({find(code) for code in unit.today})
            for root in roots[1:]:
                above[root] = roots[0]
    members: dict[str, list[str]] = {}
    for code in sorted(above):
        members.setdefault(find(code), []).append(code)
    return {year: tuple(_join_units(units, find, members)) for year, units in by_year.items()}


def _join_units(
    units: Sequence[PanelUnit], find: Callable[[str], str], members: Mapping[str, list[str]]
) -> Iterator[PanelUnit]:
    groups: dict[str, list[PanelUnit]] = {}
    for unit in units:
        groups.setdefault(find(unit.today[0]) if unit.today else unit.code, []).append(unit)
    for root, parts in sorted(groups.items()):
        first = parts[0]
        if not first.today or (len(parts) == 1 and len(members[root]) == 1):
            yield from parts
            continue
        names = "、".join(dict.fromkeys(part.name for part in parts))
        today_names = tuple(dict.fromkeys(name for part in parts for name in part.today_names))
        change = next((part.change for part in parts if part.change), "")
        yield replace(first, code=root, name=names, today=tuple(members[root]), today_names=today_names, change=change)


def _group_by_prefecture(counties: tuple[PanelUnit, ...], year: int) -> tuple[PanelUnit, ...]:
    groups: dict[str, list[PanelUnit]] = {}
    for unit in counties:
        direct = unit.home[2:] == _DIRECT
        municipal = unit.code[:2] in MUNICIPALITIES
        key = unit.code if direct else f"{unit.code[:2]}0000" if municipal else f"{unit.home}00"
        groups.setdefault(key, []).append(unit)
    grouped = []
    for code, members in sorted(groups.items()):
        first = members[0]
        name = first.name if code == first.code else first.prefecture or first.province
        today = _list_ground(code, members, year)
        grouped.append(PanelUnit(code, name, first.province, name, year, today, (name,)))
    return tuple(grouped)


def _list_ground(code: str, members: Sequence[PanelUnit], year: int) -> tuple[str, ...]:
    """List the counties of today of a prefecture of a year; none where those of one of its counties are not known."""
    if any(not one.today for one in members):
        return ()
    index, end = load_unit_index(), f"{year}-12"
    held = [one for one in index.find_by_code(code, Period(end, end)) if one.change != "misprint"]
    counties = dict.fromkeys(county for one in members for county in one.today)
    if held and held[-1].level == "prefecture" and end < index.boundary_month:
        # 观山湖区 was founded on parts of two counties of one prefecture.
        counties |= dict.fromkeys(sorted(find_ground(held[-1], end).counties))
    return tuple(counties)
