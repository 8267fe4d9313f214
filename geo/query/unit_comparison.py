"""What became of each member of a programme between two years."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pilotzones.geo.catalogue.models import Member, Programme
from pilotzones.geo.errors import PilotzonesError, make_problem
from pilotzones.geo.places.history import (
    SAME_GROUND,
    Period,
    UnitChange,
    UnitQuery,
    UnitSpell,
    find_units_on_ground,
    load_unit_index,
    match_unit,
    read_period,
)
from pilotzones.geo.places.history.name_comparison import is_unit_name
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = [
    "MemberHistory",
    "MemberInYear",
    "UnitsInYear",
    "compare_members",
    "find_divisions_in_year",
    "find_members_in_year",
    "find_names_in_year",
    "list_changes_since_listed",
]


@dataclass(frozen=True, slots=True)
class MemberHistory:
    """One member of a programme in two years.

    Parameters
    ----------
    member_id, listed_name : str
    zone : int
    before, after : tuple of UnitSpell
        Units on its ground in the first and in the second year; empty for a special area, or where no table tells.
    changes : tuple of UnitChange
        Between the two, in order of time.
    """

    member_id: str
    listed_name: str
    zone: int
    before: tuple[UnitSpell, ...] = ()
    after: tuple[UnitSpell, ...] = ()
    changes: tuple[UnitChange, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether code and name are the same in both years."""
        return [one.label for one in self.before] == [one.label for one in self.after]

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain data.

        Returns
        -------
        dict
            Ready for JSON.
        """
        return {
            "member_id": self.member_id,
            "zone": self.zone,
            "listed_name": self.listed_name,
            "from": [{"code": one.code, "name": one.name} for one in self.before],
            "to": [{"code": one.code, "name": one.name} for one in self.after],
            "changes": [change.to_dict() for change in self.changes],
        }


@dataclass(frozen=True, slots=True)
class MemberInYear:
    """One member of a programme, or division, as it stood at the end of a year, beside the polygon that is drawn of it.

    Parameters
    ----------
    member_id : str
        Of a division its code in the boundaries.
    year : int
    drawn : str
        Month of the polygons, such as "2024-01".
    units, today : tuple of UnitSpell
        On its ground at the end of the year, and when the polygons were drawn; `units` is empty where no table tells.
    changes : tuple of UnitChange
        Between the two, in order of time.
    """

    member_id: str
    year: int
    drawn: str
    units: tuple[UnitSpell, ...]
    today: tuple[UnitSpell, ...]
    changes: tuple[UnitChange, ...]

    @property
    def is_before(self) -> bool:
        """Whether the year is over before the polygons were drawn."""
        return str(self.year) < self.drawn[:4]

    @property
    def is_same(self) -> bool:
        """Whether name and code are those of the polygon, and nothing happened in between."""
        return not self.changes and [one.label for one in self.units] == [one.label for one in self.today]

    @property
    def has_other_limits(self) -> bool:
        """Whether the polygon shows other limits than those of the year."""
        return any(change.kind not in SAME_GROUND for change in self.changes)


@dataclass(frozen=True, slots=True)
class UnitsInYear:
    """What a map of a year is named by.

    Parameters
    ----------
    members : dict of str to MemberInYear
        As `find_members_in_year` has them.
    names : dict of str to tuple of str
        As `find_names_in_year` has them, of provinces and prefectures.
    """

    members: dict[str, MemberInYear]
    names: dict[str, tuple[str, ...]]


def find_members_in_year(programme: Programme, year: int) -> dict[str, MemberInYear]:
    """Find what stood on the ground of each member at the end of a year.

    Parameters
    ----------
    programme : Programme
    year : int

    Returns
    -------
    dict of str to MemberInYear
        By identifier of the member; without special areas, towns and members of which no unit is known.
    """
    end = Period(f"{year}-12", f"{year}-12")
    month = load_unit_index().boundary_month
    drawn = Period(month, month)
    is_before = end.first <= month
    rows = compare_members(programme, *((end, drawn) if is_before else (drawn, end)))
    members = {}
    for row in rows:
        units, today = (row.before, row.after) if is_before else (row.after, row.before)
        if units or today:
            members[row.member_id] = MemberInYear(row.member_id, year, month, units, today, row.changes)
    return members


def find_names_in_year(codes: Iterable[str], year: int) -> dict[str, tuple[str, ...]]:
    """Find the names of the units that stood on the ground of divisions of the boundaries at the end of a year.

    Parameters
    ----------
    codes : iterable of str
        Of the boundaries.
    year : int

    Returns
    -------
    dict of str to tuple of str
        By code, of units that had another name; empty where no table tells what stood there.
    """
    return {
        code: names
        for code, one in find_divisions_in_year(codes, year).items()
        if (names := tuple(dict.fromkeys(unit.name for unit in one.units))) != tuple(unit.name for unit in one.today)
    }


def find_divisions_in_year(codes: Iterable[str], year: int) -> dict[str, MemberInYear]:
    """Find what stood on the ground of divisions of the boundaries at the end of a year.

    Parameters
    ----------
    codes : iterable of str
        Of the boundaries.
    year : int

    Returns
    -------
    dict of str to MemberInYear
        By code; without codes that no table has.
    """
    index = load_unit_index()
    drawn, end = Period(index.boundary_month, index.boundary_month), Period(f"{year}-12", f"{year}-12")
    divisions = {}
    for code in codes:
        held = index.find_by_code(code, drawn)
        if not held:
            continue
        unit = held[-1]
        is_past = unit.level == "county" and end.last < index.boundary_month
        units = find_units_on_ground(code, end.last) if is_past else index.find_standing(unit, end)
        starts, first, second = (units, end, drawn) if end.first <= drawn.first else ((unit,), drawn, end)
        fates = [index.follow(one, first.last, second.last) for one in starts]
        changes = {change: None for fate in fates for change in fate.changes}
        order = tuple(sorted(changes, key=lambda one: one.date))
        divisions[code] = MemberInYear(code, year, drawn.first, units, (unit,), order)
    return divisions


def compare_members(programme: Programme, first: Period, second: Period) -> list[MemberHistory]:
    """Say what became of each member between two years.

    Parameters
    ----------
    programme : Programme
    first, second : Period
        The earlier and the later one.

    Returns
    -------
    list of MemberHistory
        One for each member, in document order.

    Raises
    ------
    PilotzonesError
        When the first is not the earlier one.
    """
    if first.first > second.last:
        raise PilotzonesError(make_problem("", "periods_order", facts={"first": first.text, "second": second.text}))
    codes = read_period(programme.codes_as_of)
    return [_compare_member(member, codes, first, second) for member in programme.members]


def _compare_member(member: Member, codes: Period | None, first: Period, second: Period) -> MemberHistory:
    row = MemberHistory(member.id, member.listed_name, member.zone)
    if not member.adcode or member.special is not None:
        return row
    unit = match_unit(UnitQuery(member.name, member.adcode, codes)).unit
    if unit is None:
        return row
    index = load_unit_index()
    before = index.find_standing(unit, first)
    fates = [index.follow(one, first.last, second.last) for one in before]
    changes = {change: None for fate in fates for change in fate.changes}
    after = index.find_standing(unit, second)
    order = sorted(changes, key=lambda one: one.date)
    return MemberHistory(member.id, member.listed_name, member.zone, before, after, tuple(order))


def list_changes_since_listed(member: Member, codes_as_of: str) -> tuple[UnitChange, ...]:
    """List what happened to a member since it was listed, by its name and code.

    Parameters
    ----------
    member : Member
        Its name may be older than its code: lists of former years are imported with the codes of today.
    codes_as_of : str
        Year of its code.

    Returns
    -------
    tuple of UnitChange
        In order of time; empty for a special area, and where nothing is known to have happened.
    """
    codes = read_period(codes_as_of)
    if not member.adcode or member.special is not None:
        return ()
    unit = match_unit(UnitQuery(member.name, member.adcode, codes)).unit
    if unit is None:
        return ()
    index, listed = load_unit_index(), fold_variants(member.listed_name)
    older = [one for one in index.list_life(unit) if is_unit_name(listed, one)]
    start = older[-1] if older and not is_unit_name(listed, unit) else unit
    since = start.until or (codes.last if codes is not None else start.since)
    return index.follow(start, since).changes
