"""Polygons to km², by named methods.

Geodesic area is signed by the direction of a ring, so a ring wound the wrong way silently subtracts. Every method here
takes the absolute area of each ring, adds shells and takes away holes; how the rings are wound does not matter. That is
only right for valid polygons, so validity is checked first.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod, Transformer

from pilotzones.geo.errors import BoundaryError, make_problem
from pilotzones.geo.geometry import crs
from pilotzones.geo.geometry.area_methods import DEFAULT_METHOD, METHODS
from pilotzones.geo.geometry.repair import explain_invalidity
from pilotzones.geo.processors import count_processors

__all__ = ["DEFAULT_METHOD", "METHODS", "compute_area_km2"]

Geometries = NDArray[Any]
Rings = Callable[[NDArray[np.float64], NDArray[np.intp]], NDArray[np.float64]]

# The ellipsoid of WGS 84; that of CGCS 2000 differs from it by 0.1 mm in the polar radius.
_GEOD: Final = Geod(ellps="WGS84")
# pyproj and GEOS let go of the interpreter lock while they work; with more threads the Python code between rings is the limit.
_MAX_WORKERS: Final = min(4, count_processors())
_MIN_SHARED_VERTICES: Final = 50_000
_POLYGONAL: Final = (3, 6)  # shapely's type numbers of Polygon and MultiPolygon
_POLE: Final = 90.0  # [degree]
_TURN: Final = 360.0  # [degree]
# CGCS 2000: semi-major axis [m] and flattening (GB 22021), and what the series needs of them.
_MAJOR_AXIS_M: Final = 6378137.0
_FLATTENING: Final = 1 / 298.257222101
_MINOR_AXIS_M: Final = _MAJOR_AXIS_M * (1 - _FLATTENING)
_E2: Final = _FLATTENING * (2 - _FLATTENING)
_SERIES: Final = (
    1 + 3 / 6 * _E2 + 30 / 80 * _E2**2 + 35 / 112 * _E2**3 + 630 / 2304 * _E2**4,
    1 / 6 * _E2 + 15 / 80 * _E2**2 + 21 / 112 * _E2**3 + 420 / 2304 * _E2**4,
    3 / 80 * _E2**2 + 7 / 112 * _E2**3 + 180 / 2304 * _E2**4,
    1 / 112 * _E2**3 + 45 / 2304 * _E2**4,
    5 / 2304 * _E2**4,
)


def compute_area_km2(geometries: Geometries, *, method: str = DEFAULT_METHOD) -> NDArray[np.float64]:
    """Compute the area of polygons in longitude and latitude.

    Parameters
    ----------
    geometries : array_like of shapely geometries, shape (n,)
        Valid Polygons or MultiPolygons in WGS 84; None and empty ones count 0.
    method : str
        One of `METHODS`. ``geodesic`` joins the vertices by geodesics (Karney 2013, *Algorithms for geodesics*,
        J. Geodesy 87, 43–55, as GeographicLib and PROJ have it); ``equal_area`` takes the plane area in Albers'
        projection of densified edges; ``ellipsoid`` is the series of China's land survey (国土调查办发〔2008〕32号).

    Returns
    -------
    ndarray, shape (n,)
        Areas [km²], never negative.

    Raises
    ------
    BoundaryError
        When a geometry is no polygon, invalid (a bow-tie has no area) or not in degrees, or there is no such method.
    """
    shapes = np.atleast_1d(np.asarray(geometries, dtype=object))
    if method not in METHODS:
        raise BoundaryError(make_problem("", "area_method", facts={"name": method, "known": ", ".join(METHODS)}))
    _check(shapes)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    starts = np.searchsorted(ring, np.arange(len(rings) + 1))
    sizes = np.abs(_RINGS[method](points, starts))
    # get_rings gives the shell of a part first, then its holes.
    is_shell = np.ones(len(rings), dtype=bool)
    is_shell[1:] = part[1:] != part[:-1]
    totals = np.zeros(len(shapes))
    np.add.at(totals, owner[part], np.where(is_shell, sizes, -sizes))
    return totals


def _check(shapes: Geometries) -> None:
    there = ~shapely.is_missing(shapes)
    west, south, east, north = shapely.bounds(shapes).T
    # Empty polygons have no bounds. A ring across the antimeridian may be written with longitudes beyond 180.
    outside = (np.abs(south) > _POLE) | (np.abs(north) > _POLE) | (np.abs(west) > _TURN) | (np.abs(east) > _TURN)
    faults: tuple[tuple[NDArray[np.bool_], str, Callable[[Any], dict[str, str]]], ...] = (
        (
            there & ~np.isin(shapely.get_type_id(shapes), _POLYGONAL),
            "area_no_polygon",
            lambda shape: {"type": shape.geom_type},
        ),
        (there & ~_test_validity(shapes), "area_invalid", explain_invalidity),
        (there & outside, "area_no_degrees", lambda _: {}),
    )
    for wrong, code, explain in faults:
        if wrong.any():
            first = int(np.flatnonzero(wrong)[0])
            facts = {"number": str(first + 1), **explain(shapes[first])}
            raise BoundaryError(make_problem("", code, facts=facts))


def _split_shares(weights: NDArray[np.integer[Any]]) -> list[slice]:
    """Cut a sequence into runs of about equal weight, one for each worker; into one run when there is little to do."""
    ends = np.cumsum(weights)
    total = int(ends[-1]) if len(ends) else 0
    if total < _MIN_SHARED_VERTICES:
        return [slice(0, len(weights))]
    cuts = np.searchsorted(ends, np.linspace(0, total, _MAX_WORKERS + 1)[1:-1])
    edges = [0, *cuts.tolist(), len(weights)]
    return [slice(start, end) for start, end in pairwise(edges)]


def _test_validity(shapes: Geometries) -> NDArray[np.bool_]:
    # A few long runs rather than many short ones: handing over a task costs more than a small ring does.
    shares = _split_shares(shapely.get_num_coordinates(shapes))
    with ThreadPoolExecutor(len(shares)) as pool:
        valid: NDArray[np.bool_] = np.concatenate([*pool.map(lambda share: shapely.is_valid(shapes[share]), shares)])
        return valid


def _measure_geodesic_rings(points: NDArray[np.float64], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    lon, lat = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    sizes, bounds = np.empty(len(starts) - 1), starts.tolist()

    def measure(share: slice) -> None:
        for index in range(share.start, share.stop):
            ring = slice(bounds[index], bounds[index + 1])
            sizes[index] = _GEOD.polygon_area_perimeter(lon[ring], lat[ring])[0]

    shares = _split_shares(np.diff(starts))
    with ThreadPoolExecutor(len(shares)) as pool:
        list(pool.map(measure, shares))
    return sizes / 1e6


def _measure_equal_area_rings(points: NDArray[np.float64], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Compute the shoelace in the Albers projection; edges are densified first, to follow straight lines in lon/lat."""
    to_plane = Transformer.from_crs(crs.GEOGRAPHIC, crs.EQUAL_AREA_CHINA, always_xy=True)
    sizes = np.empty(len(starts) - 1)
    for index in range(len(sizes)):
        line = shapely.linestrings(points[starts[index] : starts[index + 1]])
        dense = shapely.get_coordinates(shapely.segmentize(line, 0.01))
        x, y = to_plane.transform(dense[:, 0], dense[:, 1])
        x, y = x - x[0], y - y[0]
        sizes[index] = 0.5e-6 * float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))
    return sizes


def _measure_trapezoid_rings(points: NDArray[np.float64], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Sum of the trapezoids between each edge and the zero meridian, by the series of China's land survey.

    国土调查办发〔2008〕32号, attachment 《图幅理论面积与图斑椭球面积计算公式及要求》, formula (2), on the ellipsoid of
    CGCS 2000. An edge given in degrees counts as a trapezoid with its mean longitude; nothing is put in between.
    """
    lon, lat = np.radians(points).T
    width = (lon[:-1] + lon[1:]) / 2
    half, middle = np.diff(lat) / 2, (lat[:-1] + lat[1:]) / 2
    total = np.zeros(len(width))
    for index, (sign, coefficient) in enumerate(zip((1, -1, 1, -1, 1), _SERIES, strict=True)):
        order = 2 * index + 1
        total += sign * coefficient * np.sin(order * half) * np.cos(order * middle)
    edges = 2e-6 * _MINOR_AXIS_M**2 * width * total
    # From the last point of a ring to the first of the next there is no edge.
    edges[starts[1:-1] - 1] = 0.0
    sizes: NDArray[np.float64] = np.add.reduceat(edges, starts[:-1]) if len(edges) else np.zeros(0)
    return sizes


_RINGS: Final[dict[str, Rings]] = {
    "geodesic": _measure_geodesic_rings,
    "equal_area": _measure_equal_area_rings,
    "ellipsoid": _measure_trapezoid_rings,
}
