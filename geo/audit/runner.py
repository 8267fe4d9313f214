"""The audit of a joined programme: every zone's figures, reasons and findings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from pilotzones.geo.audit.findings import collect_findings
from pilotzones.geo.audit.hypotheses import find_max_addition_km2, make_figure_term
from pilotzones.geo.audit.models import Audit, MemberAudit, SourceComparison, ZoneAudit
from pilotzones.geo.audit.reconciliation import Evidence, explain
from pilotzones.geo.audit.sensitivity import compare_sources
from pilotzones.geo.audit.tolerances import get_zone_tolerance
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.models import Zone
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.member_record import MemberRecord

__all__ = ["audit"]


def audit(joined: JoinedProgramme, *, others: Sequence[Boundaries] = (), zones: Iterable[int] | None = None) -> Audit:
    """Audit the zones of a joined programme.

    Parameters
    ----------
    joined : JoinedProgramme
        On the boundary source whose areas are audited.
    others : sequence of Boundaries, optional
        Sources to compare with; they are evidence, never mixed into the sums.
    zones : iterable of int, optional
        Numbers of the zones wanted; all by default.

    Returns
    -------
    Audit
        Zones in document order, and the findings of all of them.
    """
    wanted = set(joined.zones["zone"]) if zones is None else set(zones)
    comparison = compare_sources(joined, others)
    results = tuple(_audit_zone(joined, zone, comparison) for zone in joined.programme.zones if zone.order in wanted)
    return Audit(
        boundary_source=joined.boundaries.info.id,
        area_method=joined.method,
        zones=results,
        findings=tuple(collect_findings(joined, results)),
        comparison=comparison,
    )


def _audit_zone(joined: JoinedProgramme, zone: Zone, comparison: SourceComparison) -> ZoneAudit:
    own = joined.list_records([zone.order])
    computed = {record.member.id: record.area_km2 for record in own if record.area_km2 is not None}
    total = math.fsum(computed.values()) if computed else None
    union = joined.zones.loc[joined.zones["zone"] == zone.order, "union_area_km2"].iloc[0]
    tolerance = None if zone.stated_area_km2 is None else get_zone_tolerance(zone.stated_area_km2).km2
    evidence = Evidence(
        zone=zone,
        computed=computed,
        overlap_km2=0.0 if total is None else total - float(union),
        coastal=comparison.coastal,
        whole_prefectures=_sum_whole_prefectures(joined, zone, computed),
        tolerance_km2=tolerance or 0.0,
    )
    verdict, reasons, readings = explain(evidence)
    additions = [find_max_addition_km2(member) for member in evidence.open_members if member.special]
    closed = all(addition is not None for addition in additions) and all(m.special for m in evidence.open_members)
    return ZoneAudit(
        zone=zone.order,
        stated_area_km2=zone.stated_area_km2,
        computed_area_km2=total,
        computed_low_km2=total,
        computed_high_km2=total + math.fsum(a or 0.0 for a in additions) if closed and total is not None else None,
        needed_from_special_km2=_compute_needed(zone, computed),
        tolerance_km2=tolerance,
        verdict=verdict,
        members_counted=len(computed),
        members_total=len(own),
        uncounted=tuple(record.member.listed_name for record in own if not record.is_counted),
        reasons=reasons,
        readings=readings,
        members=tuple(_audit_member(record, comparison) for record in own),
    )


def _compute_needed(zone: Zone, computed: dict[str, float]) -> float | None:
    """Return what the stated area needs of the special areas, over the ordinary counties."""
    if zone.stated_area_km2 is None or not any(member.special for member in zone.members):
        return None
    return zone.stated_area_km2 - math.fsum(computed.get(m.id, 0.0) for m in zone.members if not m.special)


def _sum_whole_prefectures(joined: JoinedProgramme, zone: Zone, computed: dict[str, float]) -> dict[str, float]:
    """Sum the computed areas of the prefectures every county of which is a member."""
    counties = joined.boundaries.counties
    whole = {}
    for prefecture in dict.fromkeys(member.prefecture for member in zone.members):
        own = [member for member in zone.members if member.prefecture == prefecture]
        there = set(counties.loc[counties["prefecture"] == prefecture, "adcode"])
        if there and there == {member.adcode for member in own} and all(member.id in computed for member in own):
            whole[prefecture] = math.fsum(computed[member.id] for member in own)
    return whole


def _audit_member(record: MemberRecord, comparison: SourceComparison) -> MemberAudit:
    member = record.member
    return MemberAudit(
        record,
        coastal=member.id in comparison.coastal,
        computed_km2=record.area_km2,
        other_sources_km2={
            source: areas[member.id] for source, areas in comparison.areas.items() if member.id in areas
        },
        published=tuple(make_figure_term(member.listed_name, figure) for figure in member.published),
    )
