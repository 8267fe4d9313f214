"""Larger units on lines of their own in a list of lines: heads of the lines below them, or members."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from pilotzones.geo.documents.members.marked_places import flag_member
from pilotzones.geo.documents.zones.zone_builder import BlockReader, ZoneFound
from pilotzones.geo.places import ResolvedRow, resolve_text

__all__ = ["settle_headings"]


def settle_headings(reader: BlockReader, zone: ZoneFound) -> ZoneFound:
    """Leave out the larger units of a list of lines that only head the line below them (浙江省⏎德清县).

    Parameters
    ----------
    reader : BlockReader
    zone : ZoneFound
        Changed in place.

    Returns
    -------
    ZoneFound
        The same zone.
    """
    numbers = sorted({span.block for span in zone.used})
    larger = [one for one in zone.members if one.kind in {"province", "prefecture"} and one.status == "accepted"]
    if len(numbers) < 2 or not larger or len(larger) == len(zone.members):
        return zone
    rows: dict[int, ResolvedRow] = {}
    passages = [reader.get_passage(number) for number in numbers]
    begins = [0, *accumulate(len(passage.text) + 1 for passage in passages)]
    for row in resolve_text("\n".join(passage.text for passage in passages), as_of=reader.as_of).rows:
        place = bisect_right(begins, row.start) - 1
        rows[passages[place].locate_part(row.start - begins[place], row.end - begins[place])[0]] = row
    members = []
    for member in zone.members:
        found = rows.get(member.place.start)
        if member not in larger or found is not None:
            doubts = found.reasons if found is not None and found.status == "review" else ()
            members.append(flag_member(member, *doubts) if member in larger else member)
    zone.members = members
    return zone
