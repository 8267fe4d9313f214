"""County-level cities that the code tables of 1984 to 1995 have directly below the province, and a prefecture governed for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from pilotzones.geo.places.history.loader import load_unit_index
from pilotzones.geo.places.history.models import Period, UnitSpell

__all__ = ["find_homes", "name_parents"]

_DIRECT: Final = "90"
# The tables since 1995-12 have such a city below its prefecture again; what is directly below a province then is so indeed.
_BELOW_AGAIN: Final = "1995-12"
_LAST_MONTH: Final = "1995-11"
# A city that is directly below the province after that as well (仙桃市, 随州市) is so since the provinces took them over in 1994.
_TAKEN_OVER: Final = "1994-07"


@lru_cache(maxsize=20_000)
def find_homes(unit: UnitSpell, month: str) -> frozenset[str]:
    """Find the prefecture of a county in a month.

    Parameters
    ----------
    unit : UnitSpell
        In force then.
    month : str

    Returns
    -------
    frozenset of str
        First four digits of its code. Of a city that stands directly below its province (339005 萧山市) those of the
        prefecture before and after that; two where both stood in the month, so that it is not known which.
    """
    stays_direct = not unit.until or unit.until > _BELOW_AGAIN
    if unit.code[2:4] != _DIRECT or month > _LAST_MONTH or (stays_direct and month >= _TAKEN_OVER):
        return frozenset({unit.code[:4]})
    index = load_unit_index()

    def find_before(one: UnitSpell) -> tuple[UnitSpell, ...]:
        founding = index.foundings.get(one)
        return (*index.preceding.get(one, ()), *(founding.origins if founding is not None else ()))

    found = [
        *(_find_prefecture(one, one.until, month) for one in _list_nearest(unit, find_before)),
        *(
            _find_prefecture(one, one.since, month)
            for one in _list_nearest(unit, lambda one: index.following.get(one, ()))
        ),
    ]
    return frozenset(code for code in found if code) or frozenset({unit.code[:4]})


def name_parents(unit: UnitSpell, period: Period | None = None) -> tuple[str, str]:
    """Name the province and the prefecture a unit stood under, or the prefecture that governed it for the province.

    Parameters
    ----------
    unit : UnitSpell
    period : Period, optional
        When; by default while it stood last.

    Returns
    -------
    province, prefecture : str
        As `UnitIndex.find_parents` has them.
    """
    index = load_unit_index()
    province, prefecture = index.find_parents(unit, period)
    month = period.last if period is not None else unit.until or "9999-12"
    month = _LAST_MONTH if period is None and month == _BELOW_AGAIN else month
    homes = find_homes(unit, month) - {unit.code[:4]}
    if prefecture or unit.level != "county" or len(homes) != 1:
        return province, prefecture
    held = [one for one in index.find_by_code(f"{min(homes)}00", Period(month, month)) if one.change != "misprint"]
    return province, held[-1].name if held else ""


def _list_nearest(unit: UnitSpell, go: Callable[[UnitSpell], Iterable[UnitSpell]]) -> list[UnitSpell]:
    """List the nearest spells in one direction of time that stand below a prefecture."""
    level, seen, found = [unit], {unit}, list[UnitSpell]()
    while level:
        near = [one for spell in level for one in go(spell) if one not in seen]
        seen.update(near)
        found += [one for one in near if one.code[2:4] != _DIRECT]
        level = [one for one in near if one.code[2:4] == _DIRECT]
    return found


def _find_prefecture(county: UnitSpell, at: str, month: str) -> str:
    """Find the first digits that the prefecture of a county had in another month; empty where it did not stand."""
    index = load_unit_index()
    held = [one for one in index.by_code.get(f"{county.code[:4]}00", ()) if one.since <= at <= (one.until or "9999")]
    same = index.trace(held[0], Period(month, month)) if held else None
    return same.code[:4] if same is not None and same.level == "prefecture" else ""
