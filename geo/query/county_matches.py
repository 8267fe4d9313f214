"""Match the members of programmes to the counties that they cover, lie in or share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from pilotzones.geo.join import COUNTED, JoinedProgramme
from pilotzones.geo.query.applicability import CountyMatch, HitKind
from pilotzones.geo.query.county_index import CountyIndex, match_points

__all__ = ["match_counties"]


@dataclass(frozen=True)
class _Shapes:
    """Polygons and points of the members of all programmes, with what they are, in one order."""

    geometry: NDArray[Any]
    owners: tuple[tuple[int, str, HitKind], ...]


def match_counties(joined: Sequence[JoinedProgramme], index: CountyIndex) -> tuple[CountyMatch, ...]:
    """Match members to counties: areas by a point inside each county, towns by their own point.

    Parameters
    ----------
    joined : sequence of JoinedProgramme
        Programmes on the boundaries of `index`.
    index : CountyIndex

    Returns
    -------
    tuple of CountyMatch
        Sorted.
    """
    areas, points = _collect_areas(joined), _collect_points(joined)
    inside = shapely.point_on_surface(index.geometry)
    tree = shapely.STRtree(areas.geometry)
    rows, owners = match_points(areas.geometry, tree, shapely.get_x(inside), shapely.get_y(inside))
    found = {(row, *areas.owners[owner]) for row, owner in zip(rows.tolist(), owners.tolist(), strict=True)}
    for point, owner in zip(points.geometry, points.owners, strict=True):
        # On a border it is in both counties.
        found |= {(row, *owner) for row in index.rows_touching(point)}
    return tuple(sorted(found))


def _collect_areas(joined: Sequence[JoinedProgramme]) -> _Shapes:
    """Collect the polygons of members, and of the counties that hold special areas and towns without a point."""
    shapes: list[Any] = []
    owners: list[tuple[int, str, HitKind]] = []
    for number, one in enumerate(joined):
        columns = (one.members[name].tolist() for name in ("member_id", "status", "geometry_quality"))
        for identity, status, quality, shape in zip(*columns, one.members.geometry.to_numpy(), strict=True):
            if quality in COUNTED:
                shapes.append(shape)
                owners.append((number, identity, "municipality" if status == "whole" else "member"))
        members = {member.id: member for member in one.programme.members}
        for identity, shape in zip(one.hosts["member_id"].tolist(), one.hosts.geometry.to_numpy(), strict=True):
            member = members[identity]
            has_point = member.special is not None and member.special.point is not None
            if shape is None or (member.kind == "town" and has_point):
                continue
            shapes.append(shape)
            owners.append((number, identity, "town" if member.kind == "town" else "host"))
    return _Shapes(np.array(shapes, dtype=object), tuple(owners))


def _collect_points(joined: Sequence[JoinedProgramme]) -> _Shapes:
    """Collect the towns that have a point."""
    shapes: list[Any] = []
    owners: list[tuple[int, str, HitKind]] = []
    for number, one in enumerate(joined):
        for member in one.programme.members:
            if member.kind == "town" and member.special is not None and member.special.point is not None:
                shapes.append(shapely.Point(member.special.point))
                owners.append((number, member.id, "town"))
    return _Shapes(np.array(shapes, dtype=object), tuple(owners))
