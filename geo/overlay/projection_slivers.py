"""Slivers that open between two features when they are projected.

Two features that meet along a line in longitude and latitude may have different vertices on it. A projection moves the
vertices and draws straight edges between them, so that the features overlap or part there. The sliver is the same whatever
system the files are in: it is looked for in the Gauss-Krüger zone (3 degrees wide, CGCS 2000) of its place.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from pilotzones.geo.overlay.measures import inner_width_m

__all__ = ["find_projection_slivers"]

Geometries = NDArray[Any]
_ZONE_DEGREES: Final = 3.0
_VERTICES: Final = 200  # of a sliver, at least
_POLYGON: Final = 3  # shapely's type number
_SAME_VERTEX: Final = 1e-9  # [degree]


def find_projection_slivers(
    a: Geometries, b: Geometries, *, resolution_m: float
) -> tuple[Geometries, NDArray[np.intp]]:
    """Find the ground that pairs of features share only in a projected plane.

    Parameters
    ----------
    a, b : ndarray of shapely geometries, shape (n,)
        Pairs that meet, in WGS 84 [degree].
    resolution_m : float
        Narrower slivers are left out [m].

    Returns
    -------
    slivers : ndarray of Polygon, shape (m,)
        In WGS 84 [degree].
    owner : ndarray of int, shape (m,)
        The pair of each.
    """
    slivers: list[Any] = []
    owner: list[int] = []
    for index in np.flatnonzero(_vertices_differ(a, b)):
        for sliver in _overlap_in_plane(a[index], b[index], resolution_m):
            slivers.append(sliver)
            owner.append(int(index))
    shapes = np.empty(len(slivers), dtype=object)
    shapes[:] = slivers
    return shapes, np.array(owner, dtype=np.intp)


def _vertices_differ(a: Geometries, b: Geometries) -> NDArray[np.bool_]:
    """Whether a vertex of one feature lies on the border of the other without being a vertex of it."""
    differ = np.zeros(len(a), dtype=bool)
    for index, (left, right) in enumerate(zip(a, b, strict=True)):
        for one, two in ((left, right), (right, left)):
            marks = shapely.points(shapely.get_coordinates(one))
            on_border = shapely.dwithin(marks, shapely.boundary(two), _SAME_VERTEX)
            vertices = shapely.multipoints(shapely.get_coordinates(two))
            differ[index] |= bool((on_border & ~shapely.dwithin(marks, vertices, _SAME_VERTEX)).any())
    return differ


def _overlap_in_plane(left: Any, right: Any, resolution_m: float) -> list[Any]:
    west, _, east, _ = shapely.bounds(left)
    zone = _ZONE_DEGREES * round((west + east) / 2 / _ZONE_DEGREES)
    forward, backward = _transformers(zone)
    one, two = (shapely.transform(shape, _apply(forward)) for shape in (left, right))
    parts = shapely.get_parts(shapely.intersection(one, two))
    pieces = parts[shapely.get_type_id(parts) == _POLYGON]
    wide = pieces[inner_width_m(pieces) >= resolution_m] if len(pieces) else pieces
    # Edges that are straight in the plane are bent in degrees: more vertices show them as they are.
    dense = [shapely.segmentize(piece, max(shapely.length(piece) / _VERTICES, resolution_m)) for piece in wide]
    return [shapely.transform(piece, _apply(backward)) for piece in dense]


@cache
def _transformers(meridian: float) -> tuple[Transformer, Transformer]:
    plane = f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs"
    forward = Transformer.from_crs("EPSG:4490", plane, always_xy=True)
    return forward, Transformer.from_crs(plane, "EPSG:4490", always_xy=True)


def _apply(transformer: Transformer) -> Any:
    def transform(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    return transform
