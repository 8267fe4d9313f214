"""The counties and prefectures of a year, as they stood at its end, with the counties of today that cover them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from pilotzones.geo.places.history import Period, load_unit_index

if TYPE_CHECKING:
    from pilotzones.geo.places.history import UnitIndex, UnitSpell

__all__ = ["PanelUnit", "UnitLevel", "list_units"]

UnitLevel = Literal["county", "prefecture"]
_MUNICIPALITIES: Final = ("11", "12", "31", "50")
# Codes that stand for a group of divisions: a prefecture's districts, counties directly under a province.
_GROUP_ENDINGS: Final = ("00", "01")
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
        What happened to its code or name in this year: renamed, recoded, merged, split; empty when nothing did.
    """

    code: str
    name: str
    province: str
    prefecture: str
    year: int
    today: tuple[str, ...]
    today_names: tuple[str, ...]
    change: str = ""


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
    tuple of Unit
        In the order of their codes.
    """
    counties = _list_counties(year)
    return counties if level == "county" else _group_by_prefecture(counties, year)


@cache
def _list_counties(year: int) -> tuple[PanelUnit, ...]:
    index, when = load_unit_index(), Period(f"{year}-12", f"{year}-12")
    units = []
    for code in sorted(index.by_code):
        if _is_county_code(code):
            standing = [one for one in index.find_by_code(code, when) if one.change != "misprint"]
            units += [_make_unit(one, index, year, when) for one in standing[-1:] if not _is_group(one.name)]
    return tuple(units)


def _is_county_code(code: str) -> bool:
    return (
        code[2:] != "0000" and code[4:] not in _GROUP_ENDINGS if code[:2] not in _MUNICIPALITIES else code[4:] != "00"
    )


def _is_group(name: str) -> bool:
    return name in {"市辖区", "县", "郊区"} or name.endswith("直辖县级行政区划")


def _make_unit(spell: UnitSpell, index: UnitIndex, year: int, when: Period) -> PanelUnit:
    province, prefecture = index.find_parents(spell, when)
    fate = index.follow(spell, max(when.last, spell.since))
    before = [one.change for one in index.preceding.get(spell, ()) if one.until.startswith(str(year))]
    dissolved = any(change.kind == "dissolved" for change in fate.changes)
    return PanelUnit(
        spell.code,
        spell.name,
        province,
        prefecture,
        year,
        () if dissolved else fate.counties,
        tuple(one.name for one in fate.today),
        next((change for change in before if change and change != "misprint"), ""),
    )


def _group_by_prefecture(counties: tuple[PanelUnit, ...], year: int) -> tuple[PanelUnit, ...]:
    groups: dict[str, list[PanelUnit]] = {}
    for unit in counties:
        direct = unit.code[2:4] == _DIRECT
        municipal = unit.code[:2] in _MUNICIPALITIES
        key = unit.code if direct else f"{unit.code[:2]}0000" if municipal else f"{unit.code[:4]}00"
        groups.setdefault(key, []).append(unit)
    grouped = []
    for code, members in sorted(groups.items()):
        first = members[0]
        name = first.name if code == first.code else first.prefecture or first.province
        today = (
            ()
            if any(not one.today for one in members)
            else tuple(dict.fromkeys(county for one in members for county in one.today))
        )
        grouped.append(PanelUnit(code, name, first.province, name, year, today, (name,)))
    return tuple(grouped)
