"""Areas and widths of small polygons on the ellipsoid, thousands at a time.

Areas come from the Lambert cylindrical equal-area projection of the ellipsoid (Snyder 1987, *Map Projections: A Working
Manual*, USGS Professional Paper 1395, equations 10-14 to 10-17), which keeps the area of the ellipsoid exactly; edges are
straight in its plane. Against geodesic edges that changes the area of a polygon whose edges are shorter than 1 km by less
than 1 part in 10⁶. Karney's polygon area, which the audit uses, is good to about 0.1 m² a vertex: too coarse for slivers.
Widths and lengths come from a plane tangent at the middle of each polygon.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["area_m2", "inner_width_m", "perimeter_m", "to_local_plane"]

Floats = NDArray[np.float64]
Geometries = NDArray[Any]

# WGS 84: semi-major axis [m] and squared eccentricity.
_MAJOR_AXIS_M: Final = 6378137.0
_FLATTENING: Final = 1 / 298.257223563
_E2: Final = _FLATTENING * (2 - _FLATTENING)
_E: Final = float(np.sqrt(_E2))
# The circle search stops at this share of the width; the search for thin strips would otherwise not end.
_CIRCLE_TOLERANCE: Final = 0.01


def area_m2(geometries: Geometries) -> Floats:
    """Compute the area of polygons on the ellipsoid.

    Parameters
    ----------
    geometries : ndarray of shapely geometries, shape (n,)
        In longitude and latitude of WGS 84 [degree]; None and empty ones count 0.

    Returns
    -------
    ndarray, shape (n,)
        Areas [m²].
    """
    shapes = np.asarray(geometries, dtype=object)
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    if not len(points):
        return np.zeros(len(shapes))
    first = np.searchsorted(owner, np.arange(len(shapes)))
    origin = points[np.minimum(first, len(points) - 1)][owner]
    x = _MAJOR_AXIS_M * np.radians(points[:, 0] - origin[:, 0])
    # Both terms are differences from the first vertex: metres, not thousands of kilometres, carry the rounding.
    y = _MAJOR_AXIS_M / 2 * (_authalic_q(points[:, 1]) - _authalic_q(origin[:, 1]))
    plane = shapely.set_coordinates(_copy(shapes), np.column_stack([x, y]))
    areas: Floats = np.nan_to_num(shapely.area(plane))
    return areas


def _authalic_q(latitude: Floats) -> Floats:
    """Compute q of the authalic latitude (Snyder's equation 3-12) from latitudes [degree]."""
    sine = np.sin(np.radians(latitude))
    q: Floats = (1 - _E2) * (sine / (1 - _E2 * sine**2) + np.arctanh(_E * sine) / _E)
    return q


def _copy(shapes: Geometries) -> Geometries:
    # set_coordinates writes into the array that it is given.
    copied: Geometries = np.array(shapes, dtype=object, copy=True)
    return copied


def to_local_plane(geometries: Geometries) -> Geometries:
    """Draw each geometry in metres on a plane tangent at its middle.

    Parameters
    ----------
    geometries : ndarray of shapely geometries, shape (n,)
        In WGS 84 [degree]; each at most some tens of kilometres long.

    Returns
    -------
    ndarray of shapely geometries, shape (n,)
        Coordinates [m] from the middle of the bounds, to 1 part in 10⁵ within 20 km of it.
    """
    shapes = np.asarray(geometries, dtype=object)
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    if not len(points):
        return _copy(shapes)
    bounds = shapely.bounds(shapes)
    middle = np.column_stack([(bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2])[owner]
    sine = np.sin(np.radians(middle[:, 1]))
    root = np.sqrt(1 - _E2 * sine**2)
    east = _MAJOR_AXIS_M / root * np.cos(np.radians(middle[:, 1]))
    north = _MAJOR_AXIS_M * (1 - _E2) / root**3
    x = east * np.radians(points[:, 0] - middle[:, 0])
    y = north * np.radians(points[:, 1] - middle[:, 1])
    plane: Geometries = shapely.set_coordinates(_copy(shapes), np.column_stack([x, y]))
    return plane


def perimeter_m(plane: Geometries) -> Floats:
    """Measure the length of all rings of polygons.

    Parameters
    ----------
    plane : ndarray of shapely geometries, shape (n,)
        As `to_local_plane` gives them.

    Returns
    -------
    ndarray, shape (n,)
        Lengths [m].
    """
    lengths: Floats = np.nan_to_num(shapely.length(plane))
    return lengths


def inner_width_m(plane: Geometries) -> Floats:
    """Measure the diameter of the largest circle that fits into each polygon.

    Parameters
    ----------
    plane : ndarray of shapely geometries, shape (n,)
        As `to_local_plane` gives them.

    Returns
    -------
    ndarray, shape (n,)
        Diameters [m], to 1 % or 1 mm.
    """
    widths = np.zeros(len(plane))
    there = np.flatnonzero(~shapely.is_missing(plane) & ~shapely.is_empty(plane))
    if not len(there):
        return widths
    mean = 2 * shapely.area(plane[there]) / np.maximum(shapely.length(plane[there]), np.finfo(float).tiny)
    tolerance = np.maximum(mean * _CIRCLE_TOLERANCE, 0.001)
    circles = shapely.maximum_inscribed_circle(plane[there], tolerance=tolerance)
    # The circle is given as its radius; a region without room for one has none.
    widths[there] = np.maximum(2 * np.nan_to_num(shapely.length(circles)), mean)
    return widths
