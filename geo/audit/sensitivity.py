"""The same members on another boundary source, and which of them border on sea or unassigned water."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from pilotzones.geo.audit.models import SourceComparison
from pilotzones.geo.boundaries.coast import is_near_sea
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.geometry.area import METHODS, compute_area_km2
from pilotzones.geo.join import JoinedProgramme, join_members
from pilotzones.geo.member_record import MemberRecord

__all__ = ["Variant", "compare_sources", "compute_variants"]

# Two areas of a county that differ by a smaller share are taken as the same, and no overlay is computed.
_MIN_DIFFERENCE = 0.01
# A county borders on unassigned water when at least this much of another source's polygon belongs to no county here [km²].
_MIN_WATER_KM2 = 5.0


def compare_sources(joined: JoinedProgramme, others: Sequence[Boundaries]) -> SourceComparison:
    """Join the members to other sources with the same area method.

    What another source gives a county and no county of this source has is unassigned water.

    Parameters
    ----------
    joined : JoinedProgramme
    others : sequence of Boundaries

    Returns
    -------
    SourceComparison
    """
    here = {record.member.id: record for record in joined.records if record.is_counted}
    near = is_near_sea(np.array([record.geometry for record in here.values()], dtype=object))
    coastal = {identity for identity, is_near in zip(here, near, strict=True) if is_near}
    areas = {}
    for other in others:
        records = join_members(joined.programme, other, method=joined.method)
        there = {record.member.id: record for record in records if record.is_counted}
        areas[other.info.id] = {identity: record.area_km2 or 0.0 for identity, record in there.items()}
        both = [(one, there[identity]) for identity, one in here.items() if identity in there.keys() - coastal]
        coastal |= _find_unassigned_water(joined, both)
    return SourceComparison(areas, frozenset(coastal))


def _find_unassigned_water(joined: JoinedProgramme, pairs: Iterable[tuple[MemberRecord, MemberRecord]]) -> set[str]:
    """Find the members whose polygon on the other source, the second of a pair, has ground of no county here."""
    counties = joined.boundaries.counties.geometry.to_numpy()
    tree = shapely.STRtree(counties)
    found = set()
    for here, there in pairs:
        if here.area_km2 and there.area_km2 and abs(there.area_km2 / here.area_km2 - 1) < _MIN_DIFFERENCE:
            continue
        neighbours = counties[tree.query(there.geometry, predicate="intersects")]
        alone: Any = shapely.difference(there.geometry, shapely.union_all(neighbours))
        if not alone.is_empty and float(compute_area_km2(np.array([_keep_polygons(alone)]))[0]) >= _MIN_WATER_KM2:
            found.add(here.member.id)
    return found


def _keep_polygons(geometry: shapely.Geometry) -> shapely.Geometry:
    parts = [part for part in shapely.get_parts(geometry) if isinstance(part, shapely.Polygon)]
    return shapely.MultiPolygon(parts)


@dataclass(frozen=True, slots=True)
class Variant:
    """A zone's computed area [km²] with one thing changed, and how far that moves it."""

    zone: int
    changed: str
    value: str
    computed_area_km2: float
    moved_km2: float


def compute_variants(joined: JoinedProgramme, comparison: SourceComparison) -> list[Variant]:
    """Change one thing at a time: the method, the source of coastal members, the source of the others.

    Parameters
    ----------
    joined : JoinedProgramme
        The figures every change is measured against.
    comparison : SourceComparison
        Of its audit.

    Returns
    -------
    list of Variant
        For each zone: one for each other method, and two (``coast`` and ``boundary_source``) for each other source.
    """
    counted = [record for record in joined.records if record.area_km2 is not None]
    base = {record.member.id: record.area_km2 or 0.0 for record in counted}
    zone_of = {record.member.id: record.member.zone for record in counted}
    shapes = np.array([record.geometry for record in counted], dtype=object)
    changes: list[tuple[str, str, dict[str, float]]] = []
    for method in METHODS:
        if method != joined.method:
            areas = compute_area_km2(shapes, method=method)
            changes.append(("method", method, dict(zip(base, areas, strict=True))))
    coastal = comparison.coastal
    for name, there in comparison.areas.items():
        changes.append(("coast", name, {m: a for m, a in there.items() if m in coastal}))
        changes.append(("boundary_source", name, {m: a for m, a in there.items() if m not in coastal}))
    results = []
    for zone in joined.programme.zones:
        own = [member for member in base if zone_of[member] == zone.order]
        total = math.fsum(base[member] for member in own)
        for changed, value, areas_by_member in changes:
            new = math.fsum(areas_by_member.get(member, base[member]) for member in own)
            results.append(Variant(zone.order, changed, value, new, new - total))
    return results
