"""The same members on another boundary source, and which of them border on sea or unassigned water."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from pilotzones.geo.boundaries.coast import near_sea
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.geometry.area import METHODS, area_km2
from pilotzones.geo.join import COUNTED, JoinedProgramme, join_members

__all__ = ["Variant", "list_coastal_members", "other_areas", "variants"]

# Below this share two sources draw a county alike, and no overlay is worth its time.
_ALIKE = 0.01
# A county borders on unassigned water when at least this much of another source's polygon belongs to no county here [km²].
_WATER_KM2 = 5.0


def other_areas(joined: JoinedProgramme, other: Boundaries) -> dict[str, float]:
    """Area [km²] of each counted member on another source, by member id, with the method of `joined`."""
    members = join_members(joined.programme, other, method=joined.method)
    counted = members[members["geometry_quality"].isin(COUNTED)]
    return dict(zip(counted["member_id"], counted["computed_area_km2"].astype(float), strict=True))


def list_coastal_members(joined: JoinedProgramme, others: Sequence[Boundaries]) -> frozenset[str]:
    """Members whose area depends on where the water's edge is drawn, by id.

    Parameters
    ----------
    joined : Joined
    others : sequence of Boundaries
        Other sources: what one of them gives a county and no county of this source has is unassigned water.

    Returns
    -------
    frozenset of str
        Members near the sea, and members on a lake or estuary that one source shares out and the other does not.
    """
    counted = joined.members[joined.members["geometry_quality"].isin(COUNTED)]
    found = set(counted.loc[near_sea(counted.geometry.to_numpy()), "member_id"])
    for other in others:
        found |= _unassigned_water(joined, other, skip=found)
    return frozenset(found)


def _unassigned_water(joined: JoinedProgramme, other: Boundaries, *, skip: set[str]) -> set[str]:
    members = join_members(joined.programme, other, method=joined.method).set_index("member_id")
    counties = joined.boundaries.counties.geometry.to_numpy()
    tree = shapely.STRtree(counties)
    found = set()
    for row in joined.members.itertuples():
        there = members.loc[row.member_id]
        if row.member_id in skip or there["geometry_quality"] not in COUNTED or row.geometry_quality not in COUNTED:
            continue
        if abs(there["computed_area_km2"] / row.computed_area_km2 - 1) < _ALIKE:
            continue
        neighbours = counties[tree.query(there["geometry"], predicate="intersects")]
        alone = shapely.difference(there["geometry"], shapely.union_all(neighbours))
        if not alone.is_empty and float(area_km2(np.array([_polygons(alone)]))[0]) >= _WATER_KM2:
            found.add(row.member_id)
    return found


def _polygons(geometry: shapely.Geometry) -> shapely.Geometry:
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


def variants(joined: JoinedProgramme, others: Sequence[Boundaries] = ()) -> list[Variant]:
    """Change one thing at a time: the method, the source of coastal members, the source of the others.

    Parameters
    ----------
    joined : Joined
        The figures every change is measured against.
    others : sequence of Boundaries, optional

    Returns
    -------
    list of Variant
        For each zone: one for each other method, and two (``coast`` and ``boundary_source``) for each other source.
    """
    members = joined.members[joined.members["geometry_quality"].isin(COUNTED)]
    base: dict[str, float] = dict(zip(members["member_id"], members["computed_area_km2"], strict=True))
    zone_of = dict(zip(members["member_id"], members["zone"], strict=True))
    changes: list[tuple[str, str, dict[str, float]]] = []
    for method in METHODS:
        if method != joined.method:
            areas = area_km2(members.geometry.to_numpy(), method=method)
            changes.append(("method", method, dict(zip(members["member_id"], areas, strict=True))))
    coastal = list_coastal_members(joined, others)
    for other in others:
        there = other_areas(joined, other)
        name = other.info.id
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
