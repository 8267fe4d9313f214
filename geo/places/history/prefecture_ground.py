"""The counties of today on the ground that a prefecture or province had: what follows it may have more or fewer."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.history.loader import load_unit_index
from pilotzones.geo.places.history.models import Period
from pilotzones.geo.places.history.unit_index import BOUNDARY_MONTH, FIRST_MONTH
from pilotzones.geo.places.reason_codes import make_reason

if TYPE_CHECKING:
    from pilotzones.geo.places.history.models import UnitSpell
    from pilotzones.geo.places.history.unit_row import UnitMatch

__all__ = ["restrict_to_ground"]


def restrict_to_ground(match: UnitMatch, period: Period | None) -> UnitMatch:
    """Restrict the counties of a prefecture or province of another time to those on the ground that it had then.

    Parameters
    ----------
    match : UnitMatch
    period : Period or None
        The year or date of the row.

    Returns
    -------
    UnitMatch
        With a note where the counties are others than those of the units that follow it; any other match as it is.
    """
    unit, fate = match.unit, match.fate
    if unit is None or fate is None or unit.level == "county":
        return match
    month = _choose_month(unit, period)
    if month is None:
        return match
    follows = {lowest for code in fate.counties for lowest in _list_lowest(code)}
    ground = _find_ground(unit, month)
    if not ground:
        return match
    # A county whose ground no table places in the month (铁门关市) is where it is today.
    ground |= {code for code in follows - ground if _lies_below(code, unit, month)}
    if ground == follows:
        return match
    note = make_reason(
        "prefecture_ground",
        name=unit.name,
        month=month,
        count=str(len(ground)),
        units="、".join(one.label for one in fate.today),
    )
    return replace(match, fate=replace(fate, counties=tuple(sorted(ground))), notes=(*match.notes, note))


def _choose_month(unit: UnitSpell, period: Period | None) -> str | None:
    """Choose the last month of the period in which the unit stood; None for one that stands as the polygons are drawn."""
    last = period.last if period is not None else unit.until
    if unit.until and last >= unit.until:
        year, month = int(unit.until[:4]), int(unit.until[5:])
        last = f"{year}-{month - 1:02d}" if month > 1 else f"{year - 1}-12"
    return max(last, unit.since, FIRST_MONTH) if last and last < BOUNDARY_MONTH else None


def _lies_below(code: str, unit: UnitSpell, month: str) -> bool:
    """Whether a county of today lay in a unit in a month, or nothing says where."""
    index = load_unit_index()
    before = [
        one for spell in index.by_code.get(code, ())[-1:] for one in index.find_standing(spell, Period(month, month))
    ]
    return not before or any(one.code.startswith(_get_prefix(unit)) for one in before)


def _get_prefix(unit: UnitSpell) -> str:
    """Get the digits that the codes of all units below one begin with."""
    return unit.code[: 2 if unit.level == "province" else 4]


@lru_cache(maxsize=4_000)
def _find_ground(unit: UnitSpell, month: str) -> frozenset[str]:
    """Find the counties of today on the ground of the counties that a unit had in a month; none where that is not known."""
    when, index = Period(month, month), load_unit_index()
    prefix = _get_prefix(unit)
    inside = [one for one in _list_below(prefix) if one.is_in_force(when) and one.change != "misprint"]
    with_counties = {one.code[:4] for one in inside if one.level == "county"}
    # A city without counties (东莞市) is its own.
    lowest = [one for one in inside if one.level == "county" or one.code[:4] not in with_counties]
    fates = [index.follow(one, month) for one in lowest if one is not unit]
    # 临平区 was founded on a part of 余杭区, which went on.
    fates += [index.follow(part, part.since) for fate in fates for part in fate.parts]
    codes = {code for fate in fates for code in fate.counties}
    wide = {code for code in codes if _list_lowest(code) != {code}}
    if any(not code.startswith(prefix) for code in wide):
        # What is only known to lie in another unit tells nothing about its counties.
        return frozenset()
    return frozenset(codes - wide).union(*map(_list_lowest, wide))


@cache
def _list_below(prefix: str) -> tuple[UnitSpell, ...]:
    return tuple(
        one for one in load_unit_index().spells if one.code.startswith(prefix) and one.level in {"prefecture", "county"}
    )


@cache
def _list_lowest(code: str) -> frozenset[str]:
    """List the codes of the counties of today in a unit, and of cities without counties; the unit's own where it is such a one."""
    gazetteer = load_gazetteer()
    inside = frozenset(
        unit.code
        for unit in gazetteer.units.values()
        if all(below is unit for below in gazetteer.counties_of.get(unit.code, ()))
        and gazetteer.is_inside(unit.code, code)
    )
    return inside or frozenset({code})
