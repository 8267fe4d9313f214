"""Polygons to km², by named methods.

Geodesic area is signed by the direction of a ring, so a ring wound the wrong way silently subtracts. Every method here
takes the absolute area of each ring, adds shells and takes away holes; how the rings are wound does not matter. That is
only right for valid polygons, so validity is checked first.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer

from geo import crs
from geo.errors import BoundaryError

__all__ = ["DEFAULT_METHOD", "METHODS", "area_km2"]

Geometries = NDArray[Any]
Rings = Callable[[NDArray[np.float64], NDArray[np.intp]], NDArray[np.float64]]

# The ellipsoid of WGS 84; that of CGCS 2000 differs from it by 0.1 mm in the polar radius.
_GEOD: Final = Geod(ellps="WGS84")
# pyproj and GEOS let go of the interpreter lock while they work; beyond this, the Python between rings is the brake.
_WORKERS: Final = min(4, os.cpu_count() or 1)
_WORTH_SHARING: Final = 50_000  # vertices


def area_km2(geometries: Geometries, *, method: str = "geodesic") -> NDArray[np.float64]:
    """Area of polygons in longitude and latitude.

    Parameters
    ----------
    geometries : array_like of shapely geometries, shape (n,)
        Valid Polygons or MultiPolygons in WGS 84; None and empty ones count 0.
    method : str
        One of `METHODS`. ``geodesic`` joins the vertices by geodesics (Karney 2013, *Algorithms for geodesics*,
        J. Geodesy 87, 43–55, as GeographicLib and PROJ have it).

    Returns
    -------
    ndarray, shape (n,)
        Areas [km²], never negative.

    Raises
    ------
    BoundaryError
        When a polygon is invalid (a bow-tie has no area), or there is no such method.
    """
    shapes = np.atleast_1d(np.asarray(geometries, dtype=object))
    if method not in METHODS:
        raise BoundaryError(f"no area method {method!r}: there are {', '.join(METHODS)}")
    valid = _valid(shapes)
    if not valid.all():
        first = int(np.flatnonzero(~valid)[0])
        raise BoundaryError(
            f"geometry number {first + 1} is invalid ({shapely.is_valid_reason(shapes[first])}): repair it before an area is taken"
        )
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    starts = np.searchsorted(ring, np.arange(len(rings) + 1))
    sizes = np.abs(METHODS[method](points, starts))
    # get_rings gives the shell of a part first, then its holes.
    is_shell = np.ones(len(rings), dtype=bool)
    is_shell[1:] = part[1:] != part[:-1]
    totals = np.zeros(len(shapes))
    np.add.at(totals, owner[part], np.where(is_shell, sizes, -sizes))
    return totals


def _shares(weights: NDArray[np.integer[Any]]) -> list[slice]:
    """Cut a sequence into runs of about equal weight, one for each worker; into one run when there is little to do."""
    ends = np.cumsum(weights)
    total = int(ends[-1]) if len(ends) else 0
    if total < _WORTH_SHARING:
        return [slice(0, len(weights))]
    cuts = np.searchsorted(ends, np.linspace(0, total, _WORKERS + 1)[1:-1])
    edges = [0, *cuts.tolist(), len(weights)]
    return [slice(start, end) for start, end in pairwise(edges)]


def _valid(shapes: Geometries) -> NDArray[np.bool_]:
    # A few long runs rather than many short ones: handing over a task costs more than a small ring does.
    shares = _shares(shapely.get_num_coordinates(shapes))
    with ThreadPoolExecutor(len(shares)) as pool:
        valid = np.concatenate([*pool.map(lambda share: shapely.is_valid(shapes[share]), shares)])
    return valid | shapely.is_missing(shapes)


def _geodesic_rings(points: NDArray[np.float64], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    lon, lat = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    sizes, bounds = np.empty(len(starts) - 1), starts.tolist()

    def measure(share: slice) -> None:
        for index in range(share.start, share.stop):
            ring = slice(bounds[index], bounds[index + 1])
            sizes[index] = _GEOD.polygon_area_perimeter(lon[ring], lat[ring])[0]

    shares = _shares(np.diff(starts))
    with ThreadPoolExecutor(len(shares)) as pool:
        list(pool.map(measure, shares))
    return sizes / 1e6


def _equal_area_rings(points: NDArray[np.float64], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Shoelace in the Albers projection; edges are densified first, so that they follow straight lines in lon/lat."""
    to_plane = Transformer.from_crs(crs.GEOGRAPHIC, crs.EQUAL_AREA_CHINA, always_xy=True)
    sizes = np.empty(len(starts) - 1)
    for index in range(len(sizes)):
        line = shapely.linestrings(points[starts[index] : starts[index + 1]])
        dense = shapely.get_coordinates(shapely.segmentize(line, 0.01))
        x, y = to_plane.transform(dense[:, 0], dense[:, 1])
        x, y = x - x[0], y - y[0]
        sizes[index] = 0.5e-6 * float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))
    return sizes


METHODS: Final[dict[str, Rings]] = {"geodesic": _geodesic_rings, "equal_area": _equal_area_rings}
DEFAULT_METHOD: Final = "geodesic"
