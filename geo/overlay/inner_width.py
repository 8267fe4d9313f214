"""Greatest inner widths: the diameter of the largest circle that fits into a polygon, bounded, compared, measured, estimated.

Each way is as exact as what depends on it, for to search the circle of a long shape takes a hundred times as long as to draw its
outline in.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["bound_inner_width_m", "compare_inner_width_m", "estimate_inner_width_m", "measure_inner_width_m"]

Floats = NDArray[np.float64]
Geometries = NDArray[Any]

# An outline is simplified before it is drawn in, by so much of the width: where a bend has hundreds of vertices, GEOS takes so
# many of them away, each by less than it allows itself, that a third of the width is lost.
_SIMPLIFIED_SHARE: Final = 0.001
# So much wider than the width, and so much narrower, a polygon is drawn in: what is left may lie 0.12 % too far out, for chords
# stand for arcs, and 1.33 % too far in, by which GEOS straightens it; simplifying adds 0.2 % on either side.
_WIDER_SHARE: Final = 0.005
_NARROWER_SHARE: Final = 0.02
# The share of the width by which a circle that the search missed is looked for, from so many times as long as wide on, and from
# what a survey resolves on [m].
_WIDENING_STEP: Final = 0.01
_LONG: Final = 20
_LEAST_WIDENED_M: Final = 0.001
# Where no class depends on a width it is measured to this share; more halvings than this no shape needs.
_COARSE_TOLERANCE: Final = 0.05
_MAX_HALVINGS: Final = 20
_QUADRANGLE_VERTICES: Final = 5
# By so much an answer is on one side of the width, where it stands for the diameter.
_SIDE_SHARE: Final = 0.001
_ARC_SEGMENTS: Final = 16
_MIN_VERTICES: Final = 12


def bound_inner_width_m(plane: Geometries) -> tuple[Floats, Floats]:
    """Bound the diameter of the largest circle that fits into each polygon, in a tenth of the time of measuring it.

    Parameters
    ----------
    plane : ndarray of Polygon, shape (n,)
        As `pilotzones.geo.overlay.measures.to_local_plane` gives them.

    Returns
    -------
    least, most : ndarray, shape (n,)
        The circle about the centroid, where that lies inside, and the shorter side of the narrowest rectangle around
        the polygon [m].
    """
    centre = shapely.centroid(plane)
    inside = shapely.contains(plane, centre)
    least = np.where(inside, 2 * shapely.distance(shapely.boundary(plane), centre), 0.0)
    rectangle = shapely.minimum_rotated_rectangle(plane)
    area, perimeter = shapely.area(rectangle), shapely.length(rectangle)
    # The smaller root of side · (perimeter / 2 − side) = area, without the loss of digits where it is small.
    root = np.sqrt(np.maximum(perimeter**2 - 16 * area, 0.0))
    return least, 4 * area / np.maximum(perimeter + root, np.finfo(float).tiny)


def compare_inner_width_m(plane: Geometries, width_m: float) -> tuple[Floats, Floats]:
    """Say on which side of a width the diameter of the largest circle that fits into each polygon lies.

    A circle fits where something is left of the polygon when its outline is drawn in by the radius, which takes a quarter of
    the time of measuring the diameter.

    Parameters
    ----------
    plane : ndarray of Polygon, shape (n,)
        As `pilotzones.geo.overlay.measures.to_local_plane` gives them.
    width_m : float
        [m].

    Returns
    -------
    least, most : ndarray, shape (n,)
        Bounds of the diameter [m]: one of them lies on the other side of the width, unless the diameter is within 2.5 % of
        it.
    """
    least, most = np.zeros(len(plane)), np.full(len(plane), np.inf)

    simple = shapely.simplify(plane, width_m * _SIMPLIFIED_SHARE)
    wider = _is_left(simple, width_m * (1 + _WIDER_SHARE))
    least[wider] = width_m * (1 + _SIDE_SHARE)
    rows = np.flatnonzero(~wider)
    narrower = ~_is_left(simple[rows], width_m * (1 - _NARROWER_SHARE))
    most[rows[narrower]] = width_m * (1 - _SIDE_SHARE)
    return least, most


def _is_left(plane: Geometries, widths_m: Floats | float) -> NDArray[np.bool_]:
    """Say of which polygons something is left when their outlines are drawn in by half a width."""
    # Of a ring of fewer vertices GEOS guesses that nothing is left, at up to a tenth below the width at which that is so.
    outer = shapely.get_exterior_ring(plane)
    few = shapely.get_num_coordinates(outer) < _MIN_VERTICES
    plane = plane.copy()
    plane[few] = shapely.segmentize(plane[few], shapely.length(outer[few]) / _MIN_VERTICES)
    left: NDArray[np.bool_] = ~shapely.is_empty(shapely.buffer(plane, -widths_m / 2, quad_segs=_ARC_SEGMENTS))
    return left


def measure_inner_width_m(plane: Geometries, *, tolerance: float = 0.01) -> Floats:
    """Measure the diameter of the largest circle that fits into each polygon.

    Parameters
    ----------
    plane : ndarray of shapely geometries, shape (n,)
        As `pilotzones.geo.overlay.measures.to_local_plane` gives them.
    tolerance : float, optional
        How far from the largest diameter that of the circle may be, as a share of the mean width.

    Returns
    -------
    ndarray, shape (n,)
        Diameters [m], never too large, to `tolerance` or 1 mm; of shapes much longer than wide, to 3 %. No polygon is
        narrower than its mean width, twice its area over its perimeter (Bonnesen; Osserman 1979, *Bonnesen-style
        isoperimetric inequalities*).
    """
    widths = np.zeros(len(plane))
    there = np.flatnonzero(~shapely.is_missing(plane) & ~shapely.is_empty(plane))
    if not len(there):
        return widths
    mean = 2 * shapely.area(plane[there]) / np.maximum(shapely.length(plane[there]), np.finfo(float).tiny)
    circles = shapely.maximum_inscribed_circle(plane[there], tolerance=np.maximum(mean * tolerance, 0.001) / 2)
    # The circle is given as its radius; a region without room for one has none.
    widths[there] = np.maximum(2 * np.nan_to_num(shapely.length(circles)), mean)
    is_long = _is_long(plane[there])
    # GEOS ends the search after some ten thousand steps, which are too few for a long strip or a comb.
    _widen(plane, widths, there[is_long])
    return widths


def estimate_inner_width_m(plane: Geometries) -> Floats:
    """Measure the diameter of the largest circle that fits into each polygon, to 5 %, in a part of the time.

    Parameters
    ----------
    plane : ndarray of Polygon, shape (n,)
        As `pilotzones.geo.overlay.measures.to_local_plane` gives them.

    Returns
    -------
    ndarray, shape (n,)
        Diameters [m], never too large.
    """
    widths = np.zeros(len(plane))
    is_long = _is_long(plane)
    widths[~is_long] = measure_inner_width_m(plane[~is_long], tolerance=_COARSE_TOLERANCE)
    # A search for the circle goes along the whole of a long shape, a hundred times as slow as drawing its outline in.
    shapes = plane[is_long]
    area = shapely.area(shapes)
    least, most = 2 * area / shapely.length(shapes), 2 * np.sqrt(area / np.pi)
    for _ in range(_MAX_HALVINGS):
        rows = np.flatnonzero(most > least * (1 + _WIDENING_STEP))
        if not len(rows):
            break
        middle = np.sqrt(least[rows] * most[rows])
        fits = _is_left(shapely.simplify(shapes[rows], middle * _SIMPLIFIED_SHARE), middle * (1 + _WIDER_SHARE))
        least[rows[fits]], most[rows[~fits]] = middle[fits], middle[~fits]
    widths[is_long] = least
    return widths


def _is_long(plane: Geometries) -> NDArray[np.bool_]:
    """Say which polygons are many times as long as wide, no quadrangle, and wide enough for a survey to resolve."""
    area, length = shapely.area(plane), shapely.length(plane)
    # Length over width is area over the square of the mean width, which is twice the area over the perimeter.
    long: NDArray[np.bool_] = (length**2 > 4 * _LONG * area) & (2 * area > _LEAST_WIDENED_M * length)
    # GEOS knows the circle of a quadrangle without a search.
    long &= shapely.get_num_coordinates(plane) > _QUADRANGLE_VERTICES
    return long


def _widen(plane: Geometries, widths: Floats, rows: NDArray[np.intp]) -> None:
    """Raise the widths of polygons that a wider circle fits into, step by step."""
    while len(rows):
        wider = widths[rows] * (1 + _WIDENING_STEP)
        fits = _is_left(shapely.simplify(plane[rows], wider * _SIMPLIFIED_SHARE), wider * (1 + _WIDER_SHARE))
        rows = rows[fits]
        widths[rows] = wider[fits]
