"""What became of each member of a programme between two years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.places.history import (
    Period,
    UnitChange,
    UnitQuery,
    UnitSpell,
    load_unit_index,
    match_unit,
    read_period,
)
from pilotzones.geo.places.history.name_comparison import name_means
from pilotzones.geo.places.text.normalization import fold_variants

if TYPE_CHECKING:
    from pilotzones.geo.catalogue.models import Member, Programme

__all__ = ["MemberHistory", "compare_members", "list_changes_since_listed"]


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
            "changes": [
                {
                    "date": change.date,
                    "kind": change.kind,
                    "from": [{"code": code, "name": name} for code, name in change.old],
                    "to": [{"code": code, "name": name} for code, name in change.new],
                    "source": change.source,
                    "what": change.what or None,
                }
                for change in self.changes
            ],
        }


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
        raise PilotzonesError(f"{first.text} is later than {second.text}")
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
    older = [one for one in index.list_life(unit) if name_means(listed, one)]
    start = older[-1] if older and not name_means(listed, unit) else unit
    since = start.until or (codes.last if codes is not None else start.since)
    return index.follow(start, since).changes
