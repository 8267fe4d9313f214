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

from pilotzones.geo.overlay.inner_width import measure_inner_width_m
from pilotzones.geo.overlay.pairs import MEETING_DEGREES

__all__ = ["find_projection_slivers", "list_vertices"]

Geometries = NDArray[Any]
Indices = NDArray[np.intp]
_ZONE_DEGREES: Final = 3.0
_PAIRS_A_RUN: Final = 1_000
_VERTICES: Final = 200  # of a sliver, at least
_POLYGON: Final = 3  # shapely's type number


def find_projection_slivers(
    a: tuple[Geometries, Indices], b: tuple[Geometries, Indices], *, resolution_m: float
) -> tuple[Geometries, Indices]:
    """Find the ground that pairs of features share only in a projected plane.

    Parameters
    ----------
    a, b : tuple of (ndarray of shapely geometries, ndarray of int of shape (n,))
        The features of both layers in WGS 84 [degree], and the rows of the pairs that meet.
    resolution_m : float
        Narrower slivers are left out [m].

    Returns
    -------
    slivers : ndarray of Polygon, shape (m,)
        In WGS 84 [degree].
    owner : ndarray of int, shape (m,)
        The pair of each.
    """
    pairs = np.flatnonzero(_vertices_differ(a, b) | _vertices_differ(b, a))
    left, right = a[0][a[1][pairs]], b[0][b[1][pairs]]
    bounds = shapely.bounds(left)
    zones = _ZONE_DEGREES * np.round((bounds[:, 0] + bounds[:, 2]) / 2 / _ZONE_DEGREES)
    slivers, owner = [np.empty(0, dtype=object)], [np.empty(0, dtype=np.intp)]
    for zone in np.unique(zones):
        chosen = np.flatnonzero(zones == zone)
        shapes, place = _intersect_in_plane(left[chosen], right[chosen], float(zone), resolution_m)
        slivers.append(shapes)
        owner.append(pairs[chosen[place]])
    order = np.argsort(np.concatenate(owner), kind="stable")
    return np.concatenate(slivers)[order], np.concatenate(owner)[order]


def _vertices_differ(a: tuple[Geometries, Indices], b: tuple[Geometries, Indices]) -> NDArray[np.bool_]:
    """Return whether a vertex of the first feature lies on the border of the second without being a vertex of it."""
    used, place = np.unique(b[1], return_inverse=True)
    borders, vertices = shapely.boundary(b[0][used]), list_vertices(b[0][used])
    shapely.prepare(borders)
    shapely.prepare(vertices)
    differ = np.zeros(len(a[1]), dtype=bool)
    # The vertices of a run of pairs at a time: a feature of many vertices may meet many others.
    for start in range(0, len(differ), _PAIRS_A_RUN):
        run = slice(start, start + _PAIRS_A_RUN)
        points, pair = shapely.get_coordinates(a[0][a[1][run]], return_index=True)
        bounds = shapely.bounds(b[0][b[1][run]])[pair]
        near = ((points >= bounds[:, :2] - MEETING_DEGREES) & (points <= bounds[:, 2:] + MEETING_DEGREES)).all(axis=1)
        marks: Geometries = np.asarray(shapely.points(points[near]), dtype=object)
        pair = pair[near]
        on_border = shapely.dwithin(borders[place[run]][pair], marks, MEETING_DEGREES)
        marks, pair = marks[on_border], pair[on_border]
        differ[start + pair[~shapely.dwithin(vertices[place[run]][pair], marks, MEETING_DEGREES)]] = True
    return differ


def list_vertices(shapes: Geometries) -> Geometries:
    """Give the vertices of each shape as one MultiPoint.

    Parameters
    ----------
    shapes : ndarray of shapely geometries, shape (n,)
        None of them empty.

    Returns
    -------
    ndarray of MultiPoint, shape (n,)
    """
    return np.asarray(shapely.extract_unique_points(shapes), dtype=object)


def _intersect_in_plane(a: Geometries, b: Geometries, zone: float, resolution_m: float) -> tuple[Geometries, Indices]:
    forward, backward = _build_transformers(zone)
    parts, owner = shapely.get_parts(
        shapely.intersection(_transform(a, forward), _transform(b, forward)), return_index=True
    )
    polygons = shapely.get_type_id(parts) == _POLYGON
    pieces, owner = parts[polygons], owner[polygons]
    wide = measure_inner_width_m(pieces) >= resolution_m
    pieces, owner = pieces[wide], owner[wide]
    # Edges that are straight in the plane are bent in degrees: more vertices show them as they are.
    dense = shapely.segmentize(pieces, np.maximum(shapely.length(pieces) / _VERTICES, resolution_m))
    return _transform(dense, backward), owner


@cache
def _build_transformers(meridian: float) -> tuple[Transformer, Transformer]:
    plane = f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs"
    forward = Transformer.from_crs("EPSG:4490", plane, always_xy=True)
    return forward, Transformer.from_crs(plane, "EPSG:4490", always_xy=True)


def _transform(shapes: Geometries, transformer: Transformer) -> Geometries:
    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    moved: Geometries = shapely.transform(shapes, move)
    return moved
