"""Findings: every comparison and irregularity as one record, with a verdict and whose job it is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from pilotzones.geo.audit.models import Finding, FindingKind, MemberAudit, Owner, ReasonCode, Severity, ZoneAudit
from pilotzones.geo.audit.tolerances import get_member_tolerance
from pilotzones.geo.catalogue.models import Zone
from pilotzones.geo.geometry.area import compute_area_km2
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.member_matching import Doubt, find_doubt

__all__ = ["collect_findings"]

# Members further apart than this lie in different pieces; rivers and drawing errors are narrower [degree, about 1 km].
_APART_DEGREES: Final = 0.01
# Gaps between neighbours smaller than this are drawing errors of the source, not holes [km²].
_SLIVER_KM2: Final = 1.0
_GEOD: Final = Geod(ellps="WGS84")
_SEVERITY: Final[dict[str, Severity]] = {
    "agrees": "info",
    "explained": "info",
    "explained_weakly": "warning",
    "cannot_tell": "warning",
    "differs": "warning",
}
# A difference that stays is the document's to clear up; what cannot be determined needs more facts in the catalogue.
_OWNER: Final[dict[str, Owner]] = {
    "agrees": "boundary_data",
    "explained": "boundary_data",
    "explained_weakly": "catalogue",
    "cannot_tell": "catalogue",
    "differs": "document",
}
# Kind of finding, and what differs from the usual, for each code of `find_doubt`.
_DOUBTS: Final[dict[Doubt, tuple[FindingKind, dict[str, str]]]] = {
    "missing": ("missing_member", {}),
    "by_name": ("recoded_member", {"reason": "vintage_change"}),
    "by_history": ("recoded_member", {"reason": "vintage_change"}),
    "ended": ("ended_member", {"reason": "vintage_change"}),
    "unsettled": ("unsettled_member", {"verdict": "cannot_tell", "owner": "catalogue"}),
    "former_ground": ("former_ground", {"reason": "vintage_change", "severity": "info"}),
    "limits_changed": ("limits_changed", {"reason": "vintage_change"}),
    "ground_unknown": ("ground_unknown", {"reason": "vintage_change", "verdict": "cannot_tell"}),
    "renamed": ("renamed_member", {"reason": "wrong_homonym", "severity": "error", "owner": "catalogue"}),
}


def collect_findings(joined: JoinedProgramme, zones: Sequence[ZoneAudit]) -> Iterator[Finding]:
    """Collect every finding of the zones given.

    Parameters
    ----------
    joined : JoinedProgramme
    zones : sequence of ZoneAudit

    Yields
    ------
    Finding
    """
    for result in zones:
        zone = joined.programme.get_zone(result.zone)
        yield _compare_zone_area(result, zone)
        for member in result.members:
            yield from _compare_member_areas(member, zone.order)
        yield from _check_membership(joined, zone)
        yield from _check_special_areas(zone)
        yield from _check_topology(joined, zone)
    yield from _report_repairs(joined, {result.zone for result in zones})


def _compare_zone_area(result: ZoneAudit, zone: Zone) -> Finding:
    largest = max(
        (reason for reason in result.reasons if reason.code != "rounding"),
        key=lambda reason: math.inf if reason.km2 is None else abs(reason.km2),
        default=None,
    )
    return _make_finding(
        "zone_area",
        zone.order,
        expected_km2=result.stated_area_km2,
        found_km2=result.computed_area_km2,
        tolerance_km2=result.tolerance_km2,
        verdict=result.verdict,
        severity=_SEVERITY[result.verdict],
        owner=_OWNER[result.verdict],
        reason=None if largest is None else largest.code,
        quoted=zone.stated_area_text,
        source=zone.where_in_document,
    )


def _compare_member_areas(member: MemberAudit, zone: int) -> Iterator[Finding]:
    for figure in member.published:
        tolerance = get_member_tolerance(figure.km2, coastal=member.coastal).km2
        known = member.computed_km2 is not None
        good = known and abs((member.computed_km2 or 0.0) - figure.km2) <= tolerance
        yield _make_finding(
            "member_area",
            zone,
            member.record.member.listed_name,
            expected_km2=figure.km2,
            found_km2=member.computed_km2,
            tolerance_km2=tolerance,
            verdict="agrees" if good else "differs" if known else "cannot_tell",
            severity="info",
            owner="catalogue",
            reason=None if good else _find_reason_code(member),
            values={"meaning": figure.meaning, "as_of": figure.as_of},
            source=figure.source,
            address=figure.address,
        )
    for source, area in member.other_sources_km2.items():
        if member.computed_km2 is None:
            continue
        tolerance = get_member_tolerance(area, coastal=member.coastal).km2
        good = abs(member.computed_km2 - area) <= tolerance
        yield _make_finding(
            "source_difference",
            zone,
            member.record.member.listed_name,
            against=source,
            expected_km2=area,
            found_km2=member.computed_km2,
            tolerance_km2=tolerance,
            verdict="agrees" if good else "differs",
            severity="info",
            reason=None if good else "coast_or_water" if member.coastal else "boundary_source",
        )


def _find_reason_code(member: MemberAudit) -> ReasonCode | None:
    if member.computed_km2 is None:
        return "special_area_without_polygon"
    return "coast_or_water" if member.coastal else None


def _make_finding(kind: FindingKind, zone: int, *members: str, **more: object) -> Finding:
    fields: dict[str, object] = {
        "expected_km2": None,
        "found_km2": None,
        "tolerance_km2": None,
        "verdict": "differs",
        "severity": "warning",
        "owner": "boundary_data",
        "reason": None,
    }
    return Finding(kind=kind, zone=zone, members=members, **(fields | more))  # type: ignore[arg-type]


def _check_membership(joined: JoinedProgramme, zone: Zone) -> Iterator[Finding]:
    """Find members that the source has under another code or name, or not at all."""
    source = joined.boundaries.info.id
    for record in joined.list_records([zone.order]):
        doubt = find_doubt(record, joined.programme.codes_as_of)
        if doubt is None:
            continue
        code, values = doubt
        if code in ("missing", "by_name", "by_history", "renamed"):
            values["code"] = str(record.adcode if code == "renamed" else record.member.adcode)
        if code in ("by_name", "by_history"):
            values["there"] = str(record.adcode)
        elif code == "renamed":
            values["there"] = str(record.county_name)
        kind, more = _DOUBTS[code]
        yield _make_finding(kind, zone.order, record.member.listed_name, against=source, values=values, **more)


def _check_special_areas(zone: Zone) -> Iterator[Finding]:
    for member in zone.members:
        if member.special is None or member.special.extent == "coextensive":
            continue
        yield _make_finding(
            "no_polygon",
            zone.order,
            member.listed_name,
            quoted=member.special.nature,
            verdict="cannot_tell",
            owner="catalogue",
            reason="special_area_without_polygon",
        )
        for overlap in member.special.overlaps:
            yield _make_finding(
                "special_overlap",
                zone.order,
                member.listed_name,
                against=overlap.member,
                quoted=overlap.evidence,
                found_km2=overlap.overlap_km2,
                verdict="explained" if overlap.whole or overlap.overlap_km2 is not None else "cannot_tell",
                severity="info",
                owner="catalogue",
                reason="part_of_member" if overlap.whole else "overlap",
                source=overlap.source,
            )


def _check_topology(joined: JoinedProgramme, zone: Zone) -> Iterator[Finding]:
    """Find pieces of a zone that lie apart, members that overlap, and gaps between neighbours."""
    own = joined.counted[joined.counted["zone"] == zone.order]
    pieces = _group_adjoining_members(own)
    shapes = own.geometry.to_numpy()
    for piece in pieces[1:]:
        inside = np.isin(np.arange(len(own)), list(piece))
        gap = _measure_gap_km(shapes[inside], shapes[~inside])
        yield _make_finding(
            "detached_part",
            zone.order,
            *own["listed_name"][inside],
            values={"km": f"{gap:.1f}", "pieces": str(len(pieces))},
            verdict="explained",
            severity="info",
            owner="document",
        )
    result = joined.zones[joined.zones["zone"] == zone.order].iloc[0]
    overlap = float(result["computed_area_km2"] - result["union_area_km2"])
    if overlap > 1e-6:
        yield _make_finding("overlap", zone.order, found_km2=overlap, reason="overlap")
    for area in _measure_gaps(result["geometry"]):
        yield _make_finding("sliver", zone.order, found_km2=area, severity="info")


def _group_adjoining_members(members: gpd.GeoDataFrame) -> list[set[int]]:
    """Group members that lie together, the largest first."""
    shapes = members.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_APART_DEGREES)
    beside: list[list[int]] = [[] for _ in shapes]
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        beside[one].append(other)
    pieces, unseen = [], set(range(len(shapes)))
    while unseen:
        piece: set[int] = set()
        reached = [min(unseen)]
        while reached:
            piece.update(reached)
            reached = list({other for one in reached for other in beside[one]} - piece)
        unseen -= piece
        pieces.append(piece)
    return sorted(pieces, key=lambda piece: (-len(piece), min(piece)))


def _measure_gap_km(one: NDArray[np.object_], other: NDArray[np.object_]) -> float:
    """Measure the shortest way between two groups of polygons [km]; nearest in degrees, measured on the ellipsoid.

    By an index over the larger group: uniting thousands of polygons to measure one line takes seconds.
    """
    (left, right), distances = shapely.STRtree(other).query_nearest(one, return_distance=True)
    nearest = int(np.argmin(distances))
    line = shapely.shortest_line(one[left[nearest]], other[right[nearest]])
    return float(_GEOD.geometry_length(line)) / 1000


def _measure_gaps(union: shapely.Geometry | None) -> list[float]:
    if union is None or not shapely.area(union):
        return []
    holes = [shapely.polygons(ring) for part in shapely.get_parts(union) for ring in part.interiors]
    areas = compute_area_km2(np.array(holes, dtype=object)) if holes else np.zeros(0)
    return sorted(float(area) for area in areas if area < _SLIVER_KM2)


def _report_repairs(joined: JoinedProgramme, zones: Iterable[int]) -> Iterator[Finding]:
    by_code = {
        code: record.member
        for record in joined.list_records(zones)
        for code in (record.adcode, record.county_name)
        if code
    }
    for repair in joined.boundaries.repairs:
        if repair.value in by_code:
            member = by_code[repair.value]
            yield _make_finding(
                "repaired_geometry", member.zone, member.listed_name, quoted=repair.message, reason="repaired_geometry"
            )
