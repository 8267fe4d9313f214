"""Match the members of programmes to the counties that they cover, lie in or share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from pilotzones.geo.member_matching import match_members

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pilotzones.geo.catalogue.models import Member, Programme
    from pilotzones.geo.member_record import MemberRecord
    from pilotzones.geo.query.applicability import CountyMatch, HitKind
    from pilotzones.geo.query.county_index import CountyIndex

__all__ = ["match_counties"]


def match_counties(programmes: Sequence[Programme], index: CountyIndex) -> tuple[CountyMatch, ...]:
    """Match members to counties: divisions by their counties, special areas by their hosts, towns by their own point.

    Parameters
    ----------
    programmes : sequence of Programme
    index : CountyIndex
        Its table is what the members are matched to; its polygons are needed for the points of towns.

    Returns
    -------
    tuple of CountyMatch
        Sorted.
    """
    rows: set[CountyMatch] = set()
    for number, programme in enumerate(programmes):
        for match in match_members(programme, index.table):
            for row, kind in _find_rows(match, index):
                rows.add((row, number, match.member.id, kind))
    return tuple(sorted(rows))


def _find_rows(match: MemberRecord, index: CountyIndex) -> Iterator[tuple[int, HitKind]]:
    if match.is_counted:
        # A region of several counties has no code.
        kind: HitKind = "municipality" if match.status == "whole" or match.adcode is None else "member"
        yield from ((row, kind) for row in match.rows)
        return
    yield from _find_host_rows(match.member, index)


def _find_host_rows(member: Member, index: CountyIndex) -> Iterator[tuple[int, HitKind]]:
    if member.special is None:
        return
    kind: HitKind = "town" if member.kind == "town" else "host"
    if kind == "town" and member.special.point is not None:
        # On a border it is in both counties.
        yield from ((row, kind) for row in index.find_rows_touching(shapely.Point(member.special.point)))
        return
    hosts = () if member.special.extent == "coextensive" else member.special.host_adcodes
    yield from ((index.table.by_code[code], kind) for code in hosts if code in index.table.by_code)
