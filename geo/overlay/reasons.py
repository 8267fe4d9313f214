"""Say where a sliver comes from, as far as its geometry shows it.

A sliver along an edge that both layers share has the two ends of that edge as vertices of both features; what lies between
them differs. When one side has vertices that the other lacks, and they lie no farther from the other side than two ways of
drawing a straight edge lie apart (straight in degrees, in a projection, or a geodesic), the sliver comes from projecting:
a projection moves vertices and not the edges between them.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["REASONS", "explain_slivers", "find_constant_shift"]

Geometries = NDArray[Any]
Floats = NDArray[np.float64]

REASONS: Final = ("projection_chord", "missing_vertices", "constant_shift", "gcj02", "bd09", "")
_EARTH_RADIUS_M: Final = 6_371_000.0
# Vertices closer than this are one and the same [degree]: a tenth of a millimetre.
_SAME_VERTEX: Final = 1e-9
# Twice the distance between an edge straight in degrees and the geodesic: projections in use bend edges less than that.
_CHORD_ALLOWANCE: Final = 2.0
_SAME_FEATURE: Final = 0.9
_MIN_FEATURES: Final = 5
_MAX_COMPARED: Final = 2_000
_METRES_A_DEGREE: Final = 111_320.0
# A shift is one for the whole layer when its parts differ from the median by at most this share of it.
_SAME_SHIFT: Final = 0.2


def explain_slivers(pieces: Geometries, a: Geometries, b: Geometries, *, mean_width: Floats) -> NDArray[Any]:
    """Give the reason of each sliver.

    Parameters
    ----------
    pieces : ndarray of Polygon, shape (n,)
        Slivers, in WGS 84 [degree].
    a, b : ndarray of shapely geometries, shape (n,)
        The two features of each.
    mean_width : ndarray, shape (n,)
        Of the slivers [m].

    Returns
    -------
    ndarray of str, shape (n,)
        One of `REASONS`; empty where the geometry does not show it.
    """
    reasons = np.full(len(pieces), "", dtype=object)
    for index, (piece, left, right) in enumerate(zip(pieces, a, b, strict=True)):
        points = shapely.get_coordinates(piece)[:-1]
        marks = np.asarray(shapely.points(points), dtype=object)
        in_left, in_right = _are_vertices(marks, left), _are_vertices(marks, right)
        # Every corner belongs to one layer or both, and one side of the strip is drawn by one layer alone.
        if not (in_left | in_right).all() or (in_left & in_right).sum() < 2:
            continue
        only_left, only_right = in_left & ~in_right, in_right & ~in_left
        if only_left.any() == only_right.any():
            continue
        ends = points[in_left & in_right]
        chord = _chord_m(ends)
        bent = mean_width[index] <= _CHORD_ALLOWANCE * chord
        reasons[index] = "projection_chord" if bent else "missing_vertices"
    return reasons


def _are_vertices(marks: Geometries, feature: Any) -> NDArray[np.bool_]:
    vertices = shapely.multipoints(shapely.get_coordinates(feature))
    near: NDArray[np.bool_] = shapely.dwithin(marks, vertices, _SAME_VERTEX)
    return near


def _chord_m(ends: Floats) -> float:
    """Compute how far an edge that is straight in degrees lies from the geodesic between its ends [m].

    The sagitta of a parallel against the great circle over a length L at latitude φ is L² · tan φ / (8 · R).
    """
    spread = ends.max(axis=0) - ends.min(axis=0)
    latitude = np.radians(ends[:, 1].mean())
    length = _METRES_A_DEGREE * float(np.hypot(spread[0] * np.cos(latitude), spread[1]))
    return length**2 * float(np.tan(abs(latitude))) / (8 * _EARTH_RADIUS_M)


def find_constant_shift(a: Geometries, b: Geometries, rows: NDArray[np.intp], found: NDArray[np.intp]) -> Floats | None:
    """Find the vector by which one layer lies beside the other.

    Parameters
    ----------
    a, b : ndarray of shapely geometries, shape (n,) and (m,)
        In WGS 84 [degree].
    rows, found : ndarray of int, shape (pairs,)
        Pairs of features that meet.

    Returns
    -------
    ndarray, shape (2,), or None
        Eastward and northward shift from `a` to `b` [m]; None when the features are not the same ones, too few, or not
        shifted alike.
    """
    area_a, area_b = shapely.area(a[rows]), shapely.area(b[found])
    with np.errstate(divide="ignore", invalid="ignore"):
        alike = np.minimum(area_a, area_b) / np.maximum(area_a, area_b) > 0.999
    rows, found = rows[alike][:_MAX_COMPARED], found[alike][:_MAX_COMPARED]
    shared = shapely.area(shapely.intersection(a[rows], b[found])) / shapely.area(a[rows])
    same = (shared > 1 - _SAME_FEATURE) & (shared < 1)
    rows, found = rows[same], found[same]
    if len(rows) < _MIN_FEATURES:
        return None
    centre_a, centre_b = (shapely.get_coordinates(shapely.centroid(shapes)) for shapes in (a[rows], b[found]))
    moved = (centre_b - centre_a) * _METRES_A_DEGREE
    moved[:, 0] *= np.cos(np.radians(centre_a[:, 1]))
    vector: Floats = np.median(moved, axis=0)
    length = float(np.hypot(*vector))
    misses = np.hypot(*(moved - vector).T)
    return vector if length > 0.01 and np.median(misses) <= _SAME_SHIFT * length else None
