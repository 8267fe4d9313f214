"""The counties of today on the ground that a unit of another time had: what follows it may have more or fewer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.history.governed_cities import find_homes
from pilotzones.geo.places.history.loader import load_unit_index
from pilotzones.geo.places.history.models import Period, UnitSpell
from pilotzones.geo.places.history.unit_index import BOUNDARY_MONTH, FIRST_MONTH
from pilotzones.geo.places.models import MUNICIPALITIES
from pilotzones.geo.places.name_variants import get_level_of_code
from pilotzones.geo.places.reason_codes import make_reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotzones.geo.places.history.models import Fate
    from pilotzones.geo.places.history.unit_row import UnitMatch
    from pilotzones.geo.places.reason_codes import ReviewReason

__all__ = [
    "Ground",
    "choose_month",
    "explain_ground",
    "find_ground",
    "find_unit_of_code",
    "find_units_on_ground",
    "list_lowest",
    "restrict_to_ground",
]

_DRAWN: Final = Period(BOUNDARY_MONTH, BOUNDARY_MONTH)
# More names than these make no sentence clearer.
_MAX_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class Ground:
    """The ground that a unit had in a month.

    Parameters
    ----------
    unit : UnitSpell
        As it stood.
    month : str
        YYYY-MM.
    counties : frozenset of str
        Codes of the counties of today on it; empty where that is not known.
    is_todays : bool
        Whether these are the counties of the unit as it stands today, or of those that follow it.
    today : tuple of UnitSpell
        Units that follow it.
    """

    unit: UnitSpell
    month: str
    counties: frozenset[str]
    is_todays: bool
    today: tuple[UnitSpell, ...]

    @property
    def others(self) -> tuple[UnitSpell, ...]:
        """Units that gave it ground or took ground from it since, so that the polygons of its counties do not show its limits."""
        return _list_others(self.unit, self.month, self.counties)


def restrict_to_ground(match: UnitMatch, period: Period | None, *, with_founded: bool = True) -> UnitMatch:
    """Restrict the counties of a unit of another time to those on the ground that it had then.

    Parameters
    ----------
    match : UnitMatch
    period : Period or None
        The year or date of the row.
    with_founded : bool, optional
        Whether a county has those too that were founded since on nothing but its ground; a note names them anyway.

    Returns
    -------
    UnitMatch
        With notes where the counties are others than those of the units that follow it, and where its limits changed;
        any other match as it is.
    """
    unit, fate = match.unit, match.fate
    if unit is None or fate is None or match.is_dissolved:
        return match
    month = choose_month(unit, period)
    if month is None:
        return match
    ground = find_ground(unit, month)
    is_own = unit.level == "county" and not with_founded
    notes = (*match.notes, *(note for note in explain_ground(ground) if not is_own or note.code != "former_ground"))
    if not ground.counties or ground.is_todays or is_own:
        return replace(match, notes=notes)
    return replace(match, fate=replace(fate, counties=tuple(sorted(ground.counties))), notes=notes)


def explain_ground(ground: Ground) -> list[ReviewReason]:
    """Explain how far the counties of today show a ground.

    Parameters
    ----------
    ground : Ground

    Returns
    -------
    list of ReviewReason
        None where they are the counties of the units that follow, with the limits of the time as far as known.
    """
    values = {"name": ground.unit.name, "month": ground.month, "units": "、".join(one.label for one in ground.today)}
    if not ground.counties:
        return [make_reason("ground_unknown", **values)]
    reasons = []
    if not ground.is_todays:
        reasons.append(make_reason("former_ground", count=str(len(ground.counties)), **values))
    if ground.others:
        named = "、".join(one.label for one in ground.others[:_MAX_NAMED])
        more = "、…" if len(ground.others) > _MAX_NAMED else ""
        reasons.append(make_reason("limits_changed", **(values | {"units": named + more})))
    return reasons


def choose_month(unit: UnitSpell, period: Period | None) -> str | None:
    """Choose the last month of a period in which a unit stood.

    Parameters
    ----------
    unit : UnitSpell
    period : Period or None
        By default the time in which it stood.

    Returns
    -------
    str or None
        None for a unit as the polygons are drawn.
    """
    last = period.last if period is not None else unit.until
    if unit.until and last >= unit.until:
        year, month = int(unit.until[:4]), int(unit.until[5:])
        last = f"{year}-{month - 1:02d}" if month > 1 else f"{year - 1}-12"
    return max(last, unit.since, FIRST_MONTH) if last and last < BOUNDARY_MONTH else None


def find_unit_of_code(code: str, month: str) -> UnitSpell | None:
    """Find a unit as it stood in a month by the code that it has in the boundary table, or had in that month.

    Parameters
    ----------
    code : str
    month : str

    Returns
    -------
    UnitSpell or None
        None where no such unit stood then.
    """
    index, when = load_unit_index(), Period(month, month)
    drawn = [one for one in index.find_by_code(code, _DRAWN) if one.change != "misprint"]
    if drawn:
        return index.trace(drawn[-1], when)
    held = [one for one in index.find_by_code(code, when) if one.change != "misprint"]
    return held[-1] if held else None


@lru_cache(maxsize=8_000)
def find_ground(unit: UnitSpell, month: str) -> Ground:
    """Find the ground of a unit in a month.

    Parameters
    ----------
    unit : UnitSpell
        In force then.
    month : str
        Before the polygons were drawn.

    Returns
    -------
    Ground
    """
    index = load_unit_index()
    fate, drawn = index.follow(unit, month), index.trace(unit, _DRAWN)
    codes = fate.counties if drawn is None else (drawn.code,)
    followed = frozenset(lowest for code in codes for lowest in list_lowest(code))
    if unit.level == "county":
        is_known = all(change.kind != "dissolved" for change in fate.changes)
        counties = _find_county_ground(unit, fate, codes, month) if is_known else frozenset[str]()
    else:
        counties = _find_wide_ground(unit, month)
        if counties:
            # A county whose ground no table places in the month (铁门关市) is where it is today.
            counties |= {code for code in followed - counties if _lies_below(code, unit, month)}
    return Ground(unit, month, counties, counties == followed, fate.today)


def _find_county_ground(unit: UnitSpell, fate: Fate, own: Iterable[str], month: str) -> frozenset[str]:
    """Find the counties of today of a county: its own, and those founded since on nothing but its ground (临平区)."""
    index = load_unit_index()
    codes, family, parts = set(own), {index.lineage[unit]}, list(fate.parts)
    while parts:
        within = [one for one in parts if {index.lineage[origin] for origin in index.foundings[one].origins} <= family]
        if not within:
            break
        parts = [one for one in parts if one not in within]
        family |= {index.lineage[one] for one in within}
        for one in within:
            later = index.follow(one, max(one.since, month))
            codes.update(later.counties)
            parts += later.parts
    # 通化市 became a prefecture, which has its ground beside that of counties that joined it.
    return frozenset(lowest for code in codes for lowest in _list_own(code, unit, month))


def _list_own(code: str, unit: UnitSpell, month: str) -> frozenset[str]:
    """List the counties of today of a unit that follows another, without those that lay elsewhere in the month."""
    inside = list_lowest(code)
    if inside == {code}:
        return inside
    return frozenset(lowest for lowest in inside if _lies_below(lowest, unit, month)) or inside


def _lies_below(code: str, unit: UnitSpell, month: str) -> bool:
    """Whether a county of today lay in a unit in a month, or nothing says where."""
    before = _find_holders(code, month)
    return not before or any(_is_inside(one, unit, month) for one in before)


def _get_prefix(unit: UnitSpell) -> str:
    """Get the digits that the codes of all units below one begin with."""
    return unit.code[: 2 if unit.level == "province" else 4]


def _is_inside(one: UnitSpell, unit: UnitSpell, month: str) -> bool:
    """Whether a unit of a month is another or lies in it."""
    if unit.level == "county":
        index = load_unit_index()
        return index.lineage[one] == index.lineage[unit]
    return find_homes(one, month) == {unit.code[:4]} if unit.level == "prefecture" else one.code[:2] == unit.code[:2]


@lru_cache(maxsize=4_000)
def _list_standing_below(unit: UnitSpell, month: str) -> tuple[UnitSpell, ...]:
    """List the counties of a unit in a month, and its cities without counties; a county is its own."""
    if unit.level == "county":
        return (unit,)
    when = Period(month, month)
    below = _list_below(_get_prefix(unit))
    if unit.level == "prefecture":
        below += tuple(one for one in _list_below(f"{unit.code[:2]}90") if _is_inside(one, unit, month))
    inside = [one for one in below if one.is_in_force(when) and one.change != "misprint"]
    with_counties = {one.code[:4] for one in inside if one.level == "county"}
    # A city without counties (东莞市) is its own.
    return tuple(one for one in inside if one.level == "county" or one.code[:4] not in with_counties)


def _find_wide_ground(unit: UnitSpell, month: str) -> frozenset[str]:
    """Find the counties of today on the ground of the counties that a unit had in a month; none where that is not known."""
    index, prefix = load_unit_index(), _get_prefix(unit)
    fates = [index.follow(one, month) for one in _list_standing_below(unit, month) if one is not unit]
    # 临平区 was founded on a part of 余杭区, which went on.
    fates += [index.follow(part, part.since) for fate in fates for part in fate.parts]
    found = set[str]()
    for fate in fates:
        is_dissolved = any(change.kind == "dissolved" for change in fate.changes)
        for code in fate.counties:
            if code.startswith(prefix) or list_lowest(code) == {code}:
                found |= list_lowest(code)
            else:
                # What is only known to lie in another unit tells nothing about its counties.
                shared = _find_shared(code, unit, month)
                found |= list_lowest(code) if not shared and not is_dissolved else shared
    for province in {f"{code[:2]}0000" for code in found if not code.startswith(prefix[:2])}:
        found |= _find_shared(province, unit, month)
    if not fates:
        # A city without counties (日照市 of 1990) goes on in districts of today, beside counties that it took in (五莲县).
        followers = {lowest for code in index.follow(unit, month).counties for lowest in list_lowest(code)}
        found |= {code for code in followers if _lies_below(code, unit, month)} or followers
    return frozenset(found)


def _find_shared(code: str, unit: UnitSpell, month: str) -> frozenset[str]:
    """Find the counties that a unit had in a month among those of another unit of today.

    Where all that are placed were its own (海南省 in 广东省), so are those that no table places (三沙市).
    """
    held = {lowest: _find_holders(lowest, month) for lowest in list_lowest(code)}
    if any(not _is_inside(one, unit, month) for units in held.values() for one in units):
        return frozenset(lowest for lowest, units in held.items() if any(_is_inside(one, unit, month) for one in units))
    return frozenset(held) if any(held.values()) else frozenset()


def find_units_on_ground(code: str, month: str) -> tuple[UnitSpell, ...]:
    """Find the units of a month on the ground of a unit of today, each of its level.

    Parameters
    ----------
    code : str
        Of the boundary table.
    month : str
        Before the polygons were drawn.

    Returns
    -------
    tuple of UnitSpell
        The same unit first, then that of the most counties; with those whose towns it took in since. Empty where no table tells.
    """
    level = get_level_of_code(code)
    counts: Counter[UnitSpell] = Counter()
    for lowest in sorted(list_lowest(code)):
        held = dict.fromkeys((*_find_holders(lowest, month), *_find_givers(lowest, month)))
        counts.update({_find_above(one, level, month) for one in held})
    same = find_unit_of_code(code, month)
    return tuple(one for one, _ in sorted(counts.most_common(), key=lambda item: item[0] is not same))


def _find_above(unit: UnitSpell, level: str, month: str) -> UnitSpell:
    """Find the prefecture or province in which a county lay in a month; itself for a level of counties, or where it lay in none."""
    if level == "county":
        return unit
    is_whole = level == "province" or unit.code[:2] in MUNICIPALITIES
    above = f"{unit.code[:2]}0000" if is_whole else f"{min(find_homes(unit, month))}00"
    held = [one for one in load_unit_index().find_by_code(above, Period(month, month)) if one.change != "misprint"]
    return held[-1] if held else unit


def _find_givers(code: str, month: str) -> list[UnitSpell]:
    """Find the units of a month from which a county of today took ground over since."""
    index = load_unit_index()
    drawn = index.find_by_code(code, _DRAWN)[-1:]
    moves = [
        move
        for one in drawn
        for life in index.list_life(one)
        for move in index.moves_of.get(life, ())
        if month < move.date <= BOUNDARY_MONTH and (life.code, life.name) in move.new
    ]
    return [one for move in moves for side in move.old for one in _find_side(*side, move.date, month)]


@lru_cache(maxsize=8_000)
def _list_others(unit: UnitSpell, month: str, counties: frozenset[str]) -> tuple[UnitSpell, ...]:
    """List the units outside of one that exchanged ground with it since a month."""
    index = load_unit_index()
    others = [
        one for code in sorted(counties) for one in _find_holders(code, month) if not _is_inside(one, unit, month)
    ]
    if unit.level == "prefecture":
        # Of a city that the province ran, it is not known which of two prefectures governed it.
        when, homeless = Period(month, month), _list_below(f"{unit.code[:2]}90")
        others += [one for one in homeless if one.is_in_force(when) and {unit.code[:4]} < find_homes(one, month)]
    covered = set(counties)
    for own in _list_standing_below(unit, month):
        fate = index.follow(own, month)
        # 钱塘区 was founded on parts of 萧山区 and 江干区.
        parts = [one for one in fate.parts if one.since <= BOUNDARY_MONTH]
        others += [one for one in parts if not covered.issuperset(index.follow(one, one.since).counties)]
        for change in fate.changes:
            if change.kind == "boundary moved" and change.date <= BOUNDARY_MONTH:
                sides = (one for side in (*change.old, *change.new) for one in _find_side(*side, change.date, month))
                others += [one for one in sides if not _is_inside(one, unit, month)]
    return tuple(dict.fromkeys(others))


def _find_side(code: str, name: str, date: str, month: str) -> tuple[UnitSpell, ...]:
    """Find the units of a month on whose ground a unit stood that ground moved from or to."""
    index = load_unit_index()
    spells = [one for one in index.by_code.get(code, ()) if one.name == name]
    near = [one for one in spells if not one.until or one.until >= date[:7]]
    return index.find_standing((near or spells)[0], Period(month, month)) if spells else ()


@lru_cache(maxsize=20_000)
def _find_holders(code: str, month: str) -> tuple[UnitSpell, ...]:
    """Find the counties of a month, and cities without counties, that had ground of a county of today."""
    index, when = load_unit_index(), Period(month, month)
    level = [one for one in index.find_by_code(code, _DRAWN) if one.change != "misprint"][-1:]
    found, seen = list[UnitSpell](), set(level)
    while level:
        found += [one for one in level if one.is_in_force(when) and one in _list_standing_below(one, month)]
        before = [old for one in level for old in index.preceding.get(one, ()) if month < old.until <= BOUNDARY_MONTH]
        for one in level:
            founding = index.foundings.get(one)
            if founding is not None and one.since > month:
                before += founding.origins
        level = [one for one in dict.fromkeys(before) if one not in seen and one.change != "misprint"]
        seen.update(level)
    return tuple(dict.fromkeys(found)) or _find_city(code, month)


def _find_city(code: str, month: str) -> tuple[UnitSpell, ...]:
    """Find the city without counties of a month of which a district of today was set up (三亚市)."""
    index = load_unit_index()
    cities = [one for one in index.find_by_code(f"{code[:4]}00", _DRAWN) if one.change != "misprint"]
    same = index.trace(cities[-1], Period(month, month)) if cities else None
    return (same,) if same is not None and same in _list_standing_below(same, month) else ()


@cache
def _list_below(prefix: str) -> tuple[UnitSpell, ...]:
    return tuple(
        one for one in load_unit_index().spells if one.code.startswith(prefix) and one.level in {"prefecture", "county"}
    )


def list_lowest(code: str) -> frozenset[str]:
    """List the counties of a unit of today, and its cities without counties.

    Parameters
    ----------
    code : str

    Returns
    -------
    frozenset of str
        Codes; that of the unit itself where it has none below it.
    """
    return _index_lowest().get(code, frozenset({code}))


@cache
def _index_lowest() -> dict[str, frozenset[str]]:
    """Index the counties of today, and cities without counties, by their own code and those above."""
    gazetteer = load_gazetteer()
    inside: dict[str, set[str]] = {}
    for unit in gazetteer.units.values():
        if all(below is unit for below in gazetteer.counties_of.get(unit.code, ())):
            for code in (unit.code, unit.prefecture_code, unit.province_code):
                inside.setdefault(code, set()).add(unit.code)
    return {code: frozenset(lowest) for code, lowest in inside.items()}
