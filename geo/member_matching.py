"""Match the members of a programme to the counties of a source, by code and name; no polygon is needed for it.

A prefecture or province that is listed as a whole is its counties, less those the document takes out. A special area
without a published boundary never gets its host's polygon; it is a point where a sourced coordinate exists and otherwise
only the names of its hosts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pilotzones.geo.member_record import GeometryQuality, MemberRecord

if TYPE_CHECKING:
    from pilotzones.geo.boundaries.county_table import CountyTable
    from pilotzones.geo.catalogue.models import Member, Programme, SpecialArea
    from pilotzones.geo.member_record import Status

__all__ = ["Doubt", "find_doubt", "find_member_rows", "match_members"]

Doubt = Literal["missing", "by_name", "by_history", "ended", "unsettled", "renamed"]
_DOUBTS: Final[dict[Status, Doubt]] = {
    "missing": "missing",
    "matched_by_name": "by_name",
    "matched_by_history": "by_history",
}
# Since when the tables of the built-in boundary sources stand.
_TABLE_MONTH: Final = "2024-01"
_WHOLE_KINDS: Final = ("prefecture", "province")
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
    return [_match_member(member, table, programme.codes_as_of) for member in programme.members]


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
    if record.status in _DOUBTS:
        return _DOUBTS[record.status], {}
    if record.adcode and (end := _find_end(record.adcode, date)) is not None:
        return "ended", {"date": end[0], "there": end[1]}
    if record.status == "unresolved":
        return "unsettled", {}
    if record.status == "matched" and record.county_name != record.member.name:
        return "renamed", {}
    return None


def _find_end(code: str, date: str) -> tuple[str, str] | None:
    """Find when a county of the boundary table ended, and the units after it, by a date that is newer than the table."""
    if date <= _TABLE_MONTH:
        return None
    # Imported here: few programmes are newer than the polygons, and only these need the history.
    from pilotzones.geo.places.ended_units import find_ended_unit
    from pilotzones.geo.places.history import load_unit_index

    gone = find_ended_unit(code, date)
    return None if gone is None else (gone.date, "、".join(one.label for one in load_unit_index().following[gone]))
