"""Places of a text of another year on the ground that they had then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.history import (
    Ground,
    Period,
    UnitSpell,
    choose_month,
    explain_ground,
    find_ground,
    find_unit_of_code,
    list_lowest,
    load_unit_index,
    read_period,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotzones.geo.places.models import Level, ResolvedRow

__all__ = ["apply_ground", "find_former_code"]

# What a unit that ended is put to review for, and what its ground answers where that is known.
_ENDED: Final = frozenset({"merged", "split", "changed", "unit_merged", "unit_split", "unit_ended"})
_OPS: Final = frozenset({"include", "part"})
_LEVELS: Final = frozenset({"county", "prefecture", "province"})


def apply_ground(rows: Iterable[ResolvedRow], as_of: str | None) -> tuple[ResolvedRow, ...]:
    """Give rows the ground that their units had at the date of the text.

    Parameters
    ----------
    rows : iterable of ResolvedRow
    as_of : str or None
        Date of the text (YYYY, YYYY-MM or later); None leaves the rows as they are.

    Returns
    -------
    tuple of ResolvedRow
        As many. A unit that ended is accepted, unless it was a county whose ground is not that of whole counties of today.
    """
    period = read_period(as_of)
    return tuple(rows) if period is None else tuple(_apply_to_row(row, period) for row in rows)


def find_former_code(row: ResolvedRow) -> str:
    """Find the code that a programme lists the unit of a row under whose ground is that of another time.

    Parameters
    ----------
    row : ResolvedRow

    Returns
    -------
    str
        The unit's code of today, or else the one it had, from which `find_unit_of_code` finds it again; empty for a row whose
        ground is that of today.
    """
    unit = _find_unit(row, Period(row.ground_as_of, row.ground_as_of)) if row.ground_as_of else None
    return "" if unit is None else _find_catalogue_code(unit)


def _find_catalogue_code(unit: UnitSpell) -> str:
    index = load_unit_index()
    drawn = index.trace(unit, Period(index.boundary_month, index.boundary_month))
    return unit.code if drawn is None else drawn.code


def _apply_to_row(row: ResolvedRow, period: Period) -> ResolvedRow:
    unit = _find_unit(row, period) if row.op in _OPS and row.level in _LEVELS else None
    if unit is None:
        return row
    row = replace(row, former_unit="" if _is_of_today(unit, row) else unit.label)
    month = choose_month(unit, period)
    if month is None or find_unit_of_code(_find_catalogue_code(unit), month) is not unit:
        return row
    ground = find_ground(unit, month)
    if row.status == "accepted":
        return row if ground.is_todays and ground.counties and not ground.others else _set_ground(row, ground)
    return _settle_ended(row, ground)


def _is_of_today(unit: UnitSpell, row: ResolvedRow) -> bool:
    """Whether a row's unit had the code and name of today."""
    today = load_gazetteer().units.get(unit.code)
    return row.adcode == (unit.code,) and today is not None and today.name == unit.name


def _settle_ended(row: ResolvedRow, ground: Ground) -> ResolvedRow:
    """Accept a unit that ended, unless it was a county whose ground is not that of whole counties of today."""
    if row.status != "review" or not ground.counties or not {reason.code for reason in row.reasons} <= _ENDED:
        return row
    if ground.unit.level == "county" and ground.others:
        return row
    return replace(_set_ground(row, ground), status="accepted", candidates=())


def _find_unit(row: ResolvedRow, period: Period) -> UnitSpell | None:
    """Find the unit of a row as it stood in a period."""
    index = load_unit_index()
    if row.former_unit:
        code, name = row.former_unit.split(" ", 1)
        spells = [one for one in index.by_code.get(code, ()) if one.name == name]
    elif len(row.adcode) == 1:
        spells = list(index.find_by_code(row.adcode[0], Period(index.boundary_month, index.boundary_month)))
    else:
        return None
    return index.trace(spells[-1], period) if spells else None


def _set_ground(row: ResolvedRow, ground: Ground) -> ResolvedRow:
    """Set the codes of today on a ground, with what is to be known of it."""
    codes = row.adcode if row.adcode and (ground.is_todays or not ground.counties) else _cover(ground.counties)
    units = load_gazetteer().units
    standing = units.get(_find_catalogue_code(ground.unit))
    provinces = {units[code].province for code in codes}
    prefectures = {units[code].prefecture for code in codes}
    is_split = standing is None and ground.unit.level != "county"
    return replace(
        row,
        level=cast("Level", ground.unit.level),
        name=ground.unit.name if standing is None else standing.name,
        province=provinces.pop() if len(provinces) == 1 else row.province,
        prefecture=ground.unit.name if is_split else prefectures.pop() if len(prefectures) == 1 else row.prefecture,
        adcode=codes,
        reasons=(*row.reasons, *explain_ground(ground)),
        former_unit=ground.unit.label,
        ground_as_of=ground.month,
    )


def _cover(counties: frozenset[str]) -> tuple[str, ...]:
    """Cover counties by as few codes of today as do it: provinces and prefectures that are inside as a whole, then counties."""
    gazetteer, left, codes = load_gazetteer(), set(counties), list[str]()
    for level in ("province", "prefecture"):
        for unit in gazetteer.units.values():
            inside = list_lowest(unit.code) if unit.level == level else frozenset()
            if len(inside) > 1 and inside <= left:
                codes.append(unit.code)
                left -= inside
    return (*codes, *sorted(left))
