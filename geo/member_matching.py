"""Match the members of a programme to the counties of a source, by code and name; no polygon is needed for it.

A prefecture or province that is listed as a whole is its counties, less those the document takes out. A special area
without a published boundary never gets its host's polygon; it is a point where a sourced coordinate exists and otherwise
only the names of its hosts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

from pilotzones.geo.member_record import GeometryQuality, MemberRecord

if TYPE_CHECKING:
    from pilotzones.geo.boundaries.county_table import CountyTable
    from pilotzones.geo.catalogue.models import Member, Programme, SpecialArea
    from pilotzones.geo.member_record import Status
    from pilotzones.geo.places.history import Ground

__all__ = ["MAX_NAMED", "Doubt", "describe_former_ground", "find_doubt", "find_member_rows", "match_members"]

Doubt = Literal[
    "missing", "by_name", "by_history", "ended", "unsettled", "renamed", "former_ground", "limits_changed", "ground_unknown",
]  # fmt: skip
_DOUBTS: Final[dict[Status, Doubt]] = {
    "missing": "missing",
    "matched_by_name": "by_name",
    "matched_by_history": "by_history",
}
# Since when the tables of the built-in boundary sources stand.
_TABLE_MONTH: Final = "2024-01"
_WHOLE_KINDS: Final = ("prefecture", "province")
# More names than these make no sentence clearer.
MAX_NAMED: Final = 8
# Status and geometry quality of a member that is not in the source, and of one found by name.
_MISSING: Final[tuple[Status, GeometryQuality]] = ("missing", GeometryQuality.NONE)
_BY_NAME: Final[tuple[Status, GeometryQuality]] = ("matched_by_name", GeometryQuality.EXACT)


def match_members(programme: Programme, table: CountyTable) -> list[MemberRecord]:
    """Match every member of a programme.

    Parameters
    ----------
    programme : Programme
    table : CountyTable

    Returns
    -------
    list of MemberRecord
        As many as the programme lists, in the order of the document.
    """
    return [
        _set_ground(_match_member(member, table, programme.codes_as_of), table, programme)
        for member in programme.members
    ]


def find_member_rows(programme: Programme, table: CountyTable) -> list[int]:
    """Find the counties that a join of a programme can need.

    Parameters
    ----------
    programme : Programme
    table : CountyTable

    Returns
    -------
    list of int
        Sorted rows: those of every match, every host, and every county with a member's name, since two of one name decide
        that a name is no match.
    """
    rows = {row for match in match_members(programme, table) for row in match.rows}
    for member in programme.members:
        rows.update(table.by_name.get((member.name, member.prefecture), ()))
        hosts = member.special.host_adcodes if member.special else ()
        rows.update(table.by_code[code] for code in hosts if code in table.by_code)
    return sorted(rows)


def _match_member(member: Member, table: CountyTable, codes_as_of: str) -> MemberRecord:
    if member.kind in _WHOLE_KINDS:
        return _match_whole(member, table)
    if member.special is not None and member.special.extent == "coextensive":
        return _match_coextensive(member, member.special, table)
    row, status, quality = _find_county(member, table)
    if status == "missing" and member.special is None:
        row, status, quality = _find_by_history(member, table, codes_as_of)
    if row is None:
        return MemberRecord(member, status, quality)
    return MemberRecord(member, status, quality, (row,), table.codes[row], table.names[row])


def _match_whole(member: Member, table: CountyTable) -> MemberRecord:
    above = table.province_codes if member.kind == "province" else table.prefecture_codes
    rows = tuple(
        row for row, code in enumerate(above) if code == member.adcode and table.codes[row] not in member.excluded
    )
    if not rows:
        return MemberRecord(member, *_MISSING)
    return MemberRecord(member, "whole", GeometryQuality.EXACT, rows, member.adcode, member.name)


def _match_coextensive(member: Member, special: SpecialArea, table: CountyTable) -> MemberRecord:
    """Match an area that is its hosts exactly: a county, or a region of counties, prefectures and provinces."""
    hosts = [table.find_rows(code) for code in special.host_adcodes]
    if not all(hosts):
        return MemberRecord(member, *_MISSING)
    rows = tuple(dict.fromkeys(row for found in hosts for row in found))
    if len(rows) > 1:
        return MemberRecord(member, "coextensive", GeometryQuality.COEXTENSIVE, rows, None, member.name)
    code, name = table.codes[rows[0]], table.names[rows[0]]
    return MemberRecord(member, "coextensive", GeometryQuality.COEXTENSIVE, rows, code, name)


def _find_county(member: Member, table: CountyTable) -> tuple[int | None, Status, GeometryQuality]:
    if member.kind == "review":
        return None, "unresolved", GeometryQuality.NONE
    if member.special is None:
        return _find_by_code_or_name(member, table)
    if member.special.point:
        return None, "no_polygon", GeometryQuality.POINT
    return None, "no_polygon", GeometryQuality.HOST_ONLY if member.special.host_adcodes else GeometryQuality.NONE


def _find_by_code_or_name(member: Member, table: CountyTable) -> tuple[int | None, Status, GeometryQuality]:
    if member.adcode in table.by_code:
        return table.by_code[member.adcode], "matched", GeometryQuality.EXACT
    rows = table.by_name.get((member.name, member.prefecture), [])
    # Two rows of one name in one prefecture would be a guess.
    return (rows[0], *_BY_NAME) if len(rows) == 1 else (None, *_MISSING)


def _find_by_history(
    member: Member, table: CountyTable, codes_as_of: str
) -> tuple[int | None, Status, GeometryQuality]:
    """Find the county that a member of an older list is today; one that was split or merged has no polygon of its own."""
    # Imported here: a list of today does not need the index.
    from pilotzones.geo.places.history import SAME_GROUND, UnitQuery, match_unit, read_period

    query = UnitQuery(member.name, member.adcode or "", read_period(codes_as_of), member.province, member.prefecture)
    fate = match_unit(query).fate
    if fate is None or len(fate.counties) != 1 or any(change.kind not in SAME_GROUND for change in fate.changes):
        return None, *_MISSING
    row = table.by_code.get(fate.counties[0])
    return (None, *_MISSING) if row is None else (row, "matched_by_history", GeometryQuality.EXACT)


def _set_ground(record: MemberRecord, table: CountyTable, programme: Programme) -> MemberRecord:
    """Set the counties of a division of another year to those on the ground that it had then."""
    member = record.member
    date = _choose_date(member, programme)
    ground = _find_ground(member, date) if date else None
    if ground is None:
        return record
    is_plain = ground.is_todays and not ground.others
    rows = {row for code in ground.counties for row in table.find_rows(code)}
    kept = tuple(sorted(row for row in rows if table.codes[row] not in member.excluded)) or record.rows
    is_whole = member.kind in _WHOLE_KINDS
    # 崇文区 lies in 东城区 today, whose polygon is not its own; what an import accepted has been looked at.
    is_settled = is_whole or bool(member.ground_as_of) or not ground.others
    is_drawn = bool(kept) and (bool(record.rows) or is_settled)
    if not is_drawn or (is_plain and record.rows):
        return record
    is_exact = bool(ground.counties) and not ground.others
    quality = GeometryQuality.EXACT if is_exact else GeometryQuality.LIMITS_CHANGED
    if record.rows:
        return replace(record, quality=quality, rows=kept, ground=ground)
    status: Status = "whole" if is_whole else "matched_by_history"
    shown = None if is_plain else ground
    return MemberRecord(member, status, quality, kept, member.adcode, member.name, ground=shown)


def _choose_date(member: Member, programme: Programme) -> str:
    """Choose the date whose counties a member consists of; empty where these are those of today."""
    if member.special is not None or not member.adcode:
        return ""
    checked = "" if programme.codes_as_of == programme.checked_as_of else programme.codes_as_of
    date = member.ground_as_of or checked
    return "" if date[:4] >= _TABLE_MONTH[:4] else date


def _find_ground(member: Member, date: str) -> Ground | None:
    """Find the ground of a member at a date; its code is of today where the date is its own, else of the programme's date."""
    # Imported here: a list of today does not need the index.
    from pilotzones.geo.places.history import (
        UnitQuery,
        choose_month,
        find_ground,
        find_unit_of_code,
        match_unit,
        read_period,
    )

    period = read_period(date)
    if period is None or not member.adcode:
        return None
    if member.ground_as_of:
        unit = find_unit_of_code(member.adcode, period.last)
    else:
        unit = match_unit(UnitQuery(member.name, member.adcode, period, member.province, member.prefecture)).unit
    month = None if unit is None else choose_month(unit, period)
    return None if unit is None or month is None else find_ground(unit, month)


def find_doubt(record: MemberRecord, date: str) -> tuple[Doubt, dict[str, str]] | None:
    """Find what is uncertain about the unit that a member was matched to.

    Parameters
    ----------
    record : MemberRecord
    date : str
        Of the programme's codes and names.

    Returns
    -------
    (str, dict of str to str) or None
        A code, and of a unit that had ended by then when (``date``) and the units after it (``there``).
    """
    if record.ground is not None:
        return describe_former_ground(record.ground, len(record.rows))
    if record.status in _DOUBTS:
        return _DOUBTS[record.status], {}
    if record.adcode and (end := _find_end(record.adcode, date)) is not None:
        return "ended", {"date": end[0], "there": end[1]}
    if record.status == "unresolved":
        return "unsettled", {}
    if record.status == "matched" and record.county_name != record.member.name:
        return "renamed", {}
    return None


def describe_former_ground(ground: Ground, count: int) -> tuple[Doubt, dict[str, str]]:
    """Describe the ground of another time that a member is drawn on.

    Parameters
    ----------
    ground : Ground
    count : int
        Of the counties that it is drawn with.

    Returns
    -------
    (str, dict of str to str)
        As for `find_doubt`.
    """
    facts = {"month": ground.month, "count": str(count)}
    if not ground.counties:
        return "ground_unknown", facts
    if not ground.others:
        return "former_ground", {**facts, "there": "、".join(one.label for one in ground.today)}
    more = "、…" if len(ground.others) > MAX_NAMED else ""
    return "limits_changed", {**facts, "there": "、".join(one.label for one in ground.others[:MAX_NAMED]) + more}


def _find_end(code: str, date: str) -> tuple[str, str] | None:
    """Find when a county of the boundary table ended, and the units after it, by a date that is newer than the table."""
    if date <= _TABLE_MONTH:
        return None
    # Imported here: few programmes are newer than the polygons, and only these need the history.
    from pilotzones.geo.places.ended_units import find_ended_unit
    from pilotzones.geo.places.history import load_unit_index

    gone = find_ended_unit(code, date)
    return None if gone is None else (gone.date, "、".join(one.label for one in load_unit_index().following[gone]))
