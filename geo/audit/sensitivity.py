"""The same members on another boundary source, and which of them border on sea or unassigned water."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from pilotzones.geo.boundaries.coast import is_near_sea
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.geometry.area import METHODS, compute_area_km2
from pilotzones.geo.join import COUNTED, JoinedProgramme, join_members

__all__ = ["Variant", "compute_variants", "get_areas", "join_others", "list_coastal_members"]

# Two areas of a county that differ by a smaller share are taken as the same, and no overlay is computed.
_MIN_DIFFERENCE = 0.01
# A county borders on unassigned water when at least this much of another source's polygon belongs to no county here [km²].
_MIN_WATER_KM2 = 5.0


def join_others(joined: JoinedProgramme, others: Sequence[Boundaries]) -> dict[str, gpd.GeoDataFrame]:
    """Join the members to other sources with the same area method.

    Parameters
    ----------
    joined : JoinedProgramme
    others : sequence of Boundaries

    Returns
    -------
    dict of str to GeoDataFrame
        The counted members by id of the source, indexed by member id.
    """
    found = {}
    for other in others:
        members = join_members(joined.programme, other, method=joined.method)
        found[other.info.id] = members[members["geometry_quality"].isin(COUNTED)].set_index("member_id")
    return found


def get_areas(members: gpd.GeoDataFrame) -> dict[str, float]:
    """Return the area [km²] of each member of a frame of `join_others`, by member id."""
    return dict(zip(members.index, members["computed_area_km2"].astype(float), strict=True))


def list_coastal_members(joined: JoinedProgramme, others: Iterable[gpd.GeoDataFrame]) -> frozenset[str]:
    """List the members whose area depends on where the water's edge is drawn, by id.

    Parameters
    ----------
    joined : JoinedProgramme
    others : iterable of GeoDataFrame
        Members on other sources, from `join_others`: what one of them gives a county and no county of this source has is
        unassigned water.

    Returns
    -------
    frozenset of str
        Members near the sea, and members on a lake or estuary that one source shares out and the other does not.
    """
    counted = joined.members[joined.members["geometry_quality"].isin(COUNTED)]
    found = set(counted.loc[is_near_sea(counted.geometry.to_numpy()), "member_id"])
    for other in others:
        found |= _find_unassigned_water(joined, counted[~counted["member_id"].isin(found)], other)
    return frozenset(found)


def _find_unassigned_water(joined: JoinedProgramme, counted: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> set[str]:
    here = counted.set_index("member_id")
    here = here[here.index.isin(other.index)]
    there = other.loc[here.index]
    ratio = there["computed_area_km2"].to_numpy(dtype=float) / here["computed_area_km2"].to_numpy(dtype=float)
    there = there[abs(ratio - 1) >= _MIN_DIFFERENCE]
    counties = joined.boundaries.counties.geometry.to_numpy()
    tree = shapely.STRtree(counties)
    found = set()
    for member_id, shape in zip(there.index, there.geometry.to_numpy(), strict=True):
        neighbours = counties[tree.query(shape, predicate="intersects")]
        alone = shapely.difference(shape, shapely.union_all(neighbours))
        if not alone.is_empty and float(compute_area_km2(np.array([_keep_polygons(alone)]))[0]) >= _MIN_WATER_KM2:
            found.add(member_id)
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


def compute_variants(joined: JoinedProgramme, others: Sequence[Boundaries] = ()) -> list[Variant]:
    """Change one thing at a time: the method, the source of coastal members, the source of the others.

    Parameters
    ----------
    joined : JoinedProgramme
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
            areas = compute_area_km2(members.geometry.to_numpy(), method=method)
            changes.append(("method", method, dict(zip(members["member_id"], areas, strict=True))))
    elsewhere = join_others(joined, others)
    coastal = list_coastal_members(joined, elsewhere.values())
    for name, frame in elsewhere.items():
        there = get_areas(frame)
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
