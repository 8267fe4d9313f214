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

from pilotzones.geo.errors import OverlayError, make_problem
from pilotzones.geo.overlay.pairs import MEETING_DEGREES
from pilotzones.geo.overlay.projection_slivers import list_vertices

__all__ = ["REASONS", "ReasonCodes", "compute_source_tolerance_m", "explain_slivers", "get_reason_code"]

Geometries = NDArray[Any]
Floats = NDArray[np.float64]

# Where a conflict comes from; empty where that is not known.
REASONS: Final = ("", "projection_chord", "missing_vertices", "constant_shift", "GCJ-02", "BD-09", "source_scale")
# Places in `REASONS`.
ReasonCodes = NDArray[np.int8]
_EARTH_RADIUS_M: Final = 6_371_000.0
# Twice the distance between an edge straight in degrees and the geodesic: projections in use bend edges less than that.
_CHORD_ALLOWANCE: Final = 2.0
_METRES_A_DEGREE: Final = 111_320.0
# Standard error of a mapped point, in metres on the map: 0.5 mm (GB/T 13990 for flat and hilly ground at 1:10,000).
_MAPPED_POINT_ERROR: Final = 0.0005
# The largest error that a map may have, in standard errors.
_LARGEST_ERROR: Final = 2.0


def get_reason_code(name: str) -> int:
    """Give the place of a reason in `REASONS`.

    Parameters
    ----------
    name : str

    Returns
    -------
    int
    """
    return REASONS.index(name)


def explain_slivers(
    pieces: Geometries,
    a: tuple[Geometries, NDArray[np.intp]],
    b: tuple[Geometries, NDArray[np.intp]],
    *,
    mean_width: Floats,
) -> ReasonCodes:
    """Give the reason of each sliver.

    Parameters
    ----------
    pieces : ndarray of Polygon, shape (n,)
        Slivers, in WGS 84 [degree].
    a, b : tuple of (ndarray of shapely geometries, ndarray of int of shape (n,))
        The features of both layers, and the row of the one that each sliver belongs to.
    mean_width : ndarray, shape (n,)
        Of the slivers [m].

    Returns
    -------
    ndarray of int, shape (n,)
        Places in `REASONS`: "projection_chord", "missing_vertices", or none where the geometry does not show it.
    """
    reasons = np.zeros(len(pieces), dtype=np.int8)
    if not len(pieces):
        return reasons
    points, piece = shapely.get_coordinates(pieces, return_index=True)
    # The last vertex of a ring is its first.
    points, piece = points[:-1][piece[:-1] == piece[1:]], piece[:-1][piece[:-1] == piece[1:]]
    marks = shapely.points(points)
    in_a, in_b = _are_vertices(marks, piece, a), _are_vertices(marks, piece, b)

    def count(chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
        return np.bincount(piece[chosen], minlength=len(pieces))

    # Every corner belongs to one layer or both, and one side of the strip is drawn by one layer alone.
    drawn = (count(~in_a & ~in_b) == 0) & (count(in_a & in_b) >= 2)
    one_sided = (count(in_a & ~in_b) > 0) != (count(in_b & ~in_a) > 0)
    explained = drawn & one_sided
    both = in_a & in_b
    chord = _compute_chords_m(points[both], piece[both], len(pieces))
    reasons[explained] = get_reason_code("missing_vertices")
    reasons[explained & (mean_width <= _CHORD_ALLOWANCE * chord)] = get_reason_code("projection_chord")
    return reasons


def _are_vertices(
    marks: Geometries, piece: NDArray[np.intp], features: tuple[Geometries, NDArray[np.intp]]
) -> NDArray[np.bool_]:
    # A feature may have many slivers and many vertices: its vertices are listed once.
    used, place = np.unique(features[1], return_inverse=True)
    vertices = list_vertices(features[0][used])
    shapely.prepare(vertices)
    near: NDArray[np.bool_] = shapely.dwithin(vertices[place[piece]], marks, MEETING_DEGREES)
    return near


def _compute_chords_m(ends: Floats, piece: NDArray[np.intp], count: int) -> Floats:
    """Compute how far an edge that is straight in degrees lies from the geodesic between the ends of each piece [m].

    The sagitta of a parallel against the great circle over a length L at latitude φ is L² · tan φ / (8 · R).
    """
    low, high = np.full((count, 2), np.inf), np.full((count, 2), -np.inf)
    np.minimum.at(low, piece, ends)
    np.maximum.at(high, piece, ends)
    with np.errstate(invalid="ignore"):
        spread, latitude = np.maximum(high - low, 0.0), np.radians((low[:, 1] + high[:, 1]) / 2)
    latitude = np.nan_to_num(latitude, posinf=0.0, neginf=0.0)
    length = _METRES_A_DEGREE * np.hypot(spread[:, 0] * np.cos(latitude), spread[:, 1])
    chords: Floats = length**2 * np.tan(np.abs(latitude)) / (8 * _EARTH_RADIUS_M)
    return chords


def compute_source_tolerance_m(scale_a: float | None, scale_b: float | None) -> float:
    """Compute how far apart two maps may draw the same line.

    Parameters
    ----------
    scale_a, scale_b : float or None
        Denominators of the scales of the sources (10000 for 1:10,000); None where the scale is unknown.

    Returns
    -------
    float
        Twice the standard error of the difference of two points, each 0.5 mm on its map [m]; 0 without a scale.

    Raises
    ------
    OverlayError
        When a scale is no number above 0.
    """
    for scale in (scale_a, scale_b):
        if scale is not None and not 0 < scale < float("inf"):
            raise OverlayError(make_problem("", "map_scale", facts={"scale": scale}))
    return _LARGEST_ERROR * _MAPPED_POINT_ERROR * float(np.hypot(scale_a or 0.0, scale_b or 0.0))
