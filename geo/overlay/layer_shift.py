"""Find out whether one layer lies beside the other as a whole: by a constant vector, or by the shift of a web map.

Features that both layers have are recognised by their number of vertices, area and perimeter, so that they are found
however far apart they lie. Their vectors are compared with nothing, with one constant, and with what GCJ-02 and BD-09 do at
that place: that last explanation has no free parameter and comes first where it fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from pilotzones.geo.geometry.datum_shift import SYSTEMS
from pilotzones.geo.overlay.measures import compute_area_m2, compute_scales, measure_perimeter_m

__all__ = ["LayerShift", "choose_sample", "find_layer_shift", "sample_twins"]

Geometries = NDArray[Any]
Floats = NDArray[np.float64]

# Two layers share their features when so many of them have a twin in the other, and at least so many.
_MIN_SHARE: Final = 0.5
_MIN_TWINS: Final = 5
_MAX_COMPARED: Final = 500
_MAX_CANDIDATES: Final = 50
# GCJ-02 and BD-09 move a place by at most 1.3 km within China [degree].
_MAX_DISTANCE_DEGREES: Final = 0.015
# The short waves of GCJ-02 stretch a plot by up to 0.4 %, those of BD-09 by another 0.2 %.
_SAME_SIZE: Final = 0.01
# Between places 0.065 degrees apart in latitude, the area of a square degree changes by 0.2 % at most in China (54° N).
_ROUGHLY_SAME_SIZE: Final = 0.015
_TALL_DEGREES: Final = 0.05
# A shift shorter than this is the rounding of coordinates [m]; a vector fits a shift when it is off by at most a metre, or a
# fifth of a short shift.
_MIN_SHIFT_M: Final = 0.01
_MAX_MISS_M: Final = 1.0
_MAX_RELATIVE_MISS: Final = 0.2


@dataclass(frozen=True)
class LayerShift:
    """How one layer lies beside the other.

    Parameters
    ----------
    reason : str
        "constant_shift", "GCJ-02" or "BD-09".
    east_m, north_m : float
        Median vector from the first layer to the second [m].
    shifted : str
        "a" or "b": the layer that is in the system of the web map; empty for a constant shift.
    """

    reason: str
    east_m: float
    north_m: float
    shifted: str = ""


def sample_twins(
    a: Geometries, b: Geometries, sample: NDArray[np.intp] | None = None
) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """List where features of `a` have features of the same size and number of vertices near them in `b`.

    Parameters
    ----------
    a, b : ndarray of shapely geometries, shape (n,) and (m,)
        In WGS 84 [degree].
    sample : ndarray of int, optional
        Rows of `a` to compare; those of `choose_sample` by default.

    Returns
    -------
    centres_a, centres_b : ndarray, shape (k, 2)
        Longitude and latitude [degree] of the centres of each pair.
    feature : ndarray of int, shape (k,)
        Row of the feature of `a`.
    """
    sample = choose_sample(len(a)) if sample is None else sample
    sample = sample[shapely.area(a[sample]) > 0]
    chosen = a[sample]
    bounds = shapely.bounds(chosen)
    wide = np.array([-1, -1, 1, 1]) * _MAX_DISTANCE_DEGREES
    rows, found = shapely.STRtree(b).query(shapely.box(*(bounds + wide).T))
    alike = shapely.get_num_coordinates(chosen)[rows] == shapely.get_num_coordinates(b)[found]
    rows, found = rows[alike], found[alike]
    # In degrees areas are compared at once; those of tall features depend on where they lie.
    one, two = shapely.area(chosen)[rows], shapely.area(b)[found]
    alike = np.abs(one - two) <= _ROUGHLY_SAME_SIZE * np.maximum(one, two)
    alike |= (bounds[:, 3] - bounds[:, 1])[rows] > _TALL_DEGREES
    rows, found = rows[alike], found[alike]
    for measure in (compute_area_m2, measure_perimeter_m):
        used, place = np.unique(found, return_inverse=True)
        one, two = measure(chosen)[rows], measure(b[used])[place] if len(used) else np.zeros(0)
        alike = np.abs(one - two) <= _SAME_SIZE * np.maximum(one, two)
        rows, found = rows[alike], found[alike]
    few = np.bincount(rows, minlength=len(chosen))[rows] <= _MAX_CANDIDATES
    rows, found = rows[few], found[few]
    centre_a, centre_b = (shapely.get_coordinates(shapely.centroid(shapes)) for shapes in (chosen[rows], b[found]))
    return centre_a, centre_b, sample[rows]


def choose_sample(count: int) -> NDArray[np.intp]:
    """Choose the features that are compared: all, or 500 that are spread over the layer.

    Parameters
    ----------
    count : int
        Features of the layer.

    Returns
    -------
    ndarray of int, shape (k,)
        Rows.
    """
    return np.unique(np.linspace(0, count - 1, min(count, _MAX_COMPARED)).astype(np.intp))


def find_layer_shift(
    centres_a: Floats, centres_b: Floats, feature: NDArray[np.intp], compared: int
) -> LayerShift | None:
    """Find the shift that most twins share.

    Parameters
    ----------
    centres_a, centres_b, feature : ndarray
        As `sample_twins` gives them.
    compared : int
        How many features of `a` were compared.

    Returns
    -------
    LayerShift or None
        None when the layers have few features in common, or these lie in the same places.
    """
    enough = max(_MIN_TWINS, _MIN_SHARE * compared)
    if len(np.unique(feature)) < enough:
        return None
    vectors = _to_metres(centres_b - centres_a, centres_a)

    def count(misses: Floats, allowed: float) -> int:
        return len(np.unique(feature[np.hypot(*misses.T) <= allowed]))

    if count(vectors, _MIN_SHIFT_M) >= enough:
        return None
    for system, shift in SYSTEMS.items():
        for shifted, plain, sign in (("b", centres_a, 1), ("a", centres_b, -1)):
            expected = sign * _to_metres(shift(plain) - plain, plain)
            if count(vectors - expected, _MAX_MISS_M) >= enough:
                east, north = np.median(expected, axis=0)
                return LayerShift(system, float(east), float(north), shifted)
    vector = _find_common_vector(vectors)
    length = float(np.hypot(*vector))
    if length > _MIN_SHIFT_M and count(vectors - vector, min(_MAX_MISS_M, _MAX_RELATIVE_MISS * length)) >= enough:
        return LayerShift("constant_shift", float(vector[0]), float(vector[1]))
    return None


def _find_common_vector(vectors: Floats) -> Floats:
    """Find the vector that occurs most often; the shortest one among those that occur about as often."""
    cells, place, counts = np.unique(np.round(vectors / _MAX_MISS_M), axis=0, return_inverse=True, return_counts=True)
    often = np.flatnonzero(counts >= 0.9 * counts.max())
    best = often[np.argmin(np.hypot(*cells[often].T))]
    rough = np.median(vectors[place.ravel() == best], axis=0)
    # A shift near the border of two cells has its vectors in both.
    near = np.hypot(*(vectors - rough).T) <= _MAX_MISS_M
    common: Floats = np.median(vectors[near], axis=0)
    return common


def _to_metres(degrees: Floats, at: Floats) -> Floats:
    return degrees * np.column_stack(compute_scales(at[:, 1]))
