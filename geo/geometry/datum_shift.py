"""Files whose coordinates are those of GCJ-02 or BD-09, the shifted systems of Chinese web maps: recognised and undone.

The shift is 100 to 700 m and changes neither shape nor area enough to be seen, so it is recognised by comparison with polygons
whose place is known. The formulas are those of `pilotzones.geo.geometry.gcj02`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from pilotzones.geo.geometry.gcj02 import to_bd09, to_gcj02

__all__ = ["SYSTEMS", "find_offset", "remove_shift"]

Floats = NDArray[np.float64]
Geometries = NDArray[Any]

_METRES_A_DEGREE: Final = 111_320.0
# A county is compared when both polygons have the same area to this share, and the file's shift is believed when it
# repeats the expected one to that share of its length.
_MAX_AREA_DIFFERENCE: Final = 0.02
_MAX_RELATIVE_MISS: Final = 0.35
_MAX_ITERATIONS: Final = 5
# One county alone may lie off by chance: 9 of 2,843 do between the two built-in sources.
_MIN_COUNTIES: Final = 2


SYSTEMS: Final[dict[str, Callable[[Floats], Floats]]] = {"GCJ-02": to_gcj02, "BD-09": to_bd09}


def find_offset(polygons: Geometries, reference: Geometries) -> tuple[str, float] | None:
    """Detect the shifted system that polygons are in.

    Parameters
    ----------
    polygons : ndarray of shapely geometries, shape (n,)
    reference : ndarray of shapely geometries, shape (n,)
        The same counties in WGS 84.

    Returns
    -------
    system : str
        "GCJ-02" or "BD-09".
    metres : float
        Median distance from the reference [m]; None in place of both when the polygons are where they should be, or
        too few of them agree in area to tell.
    """
    share = shapely.area(polygons) / shapely.area(reference)
    same = np.abs(share - 1.0) < _MAX_AREA_DIFFERENCE
    if same.sum() < _MIN_COUNTIES:
        return None
    here, there = _compute_centres(polygons[same]), _compute_centres(reference[same])
    moved = _convert_to_metres(here - there, there)
    lengths = np.hypot(*moved.T)
    misses = {"": float(np.median(lengths))}
    for system, shift in SYSTEMS.items():
        expected = _convert_to_metres(shift(there) - there, there)
        miss = np.hypot(*(moved - expected).T) / np.hypot(*expected.T)
        misses[system] = (
            float(np.median(miss * np.hypot(*expected.T))) if np.median(miss) < _MAX_RELATIVE_MISS else np.inf
        )
    best = min(misses, key=misses.__getitem__)
    return (best, misses[""]) if best else None


def remove_shift(polygons: Geometries, system: str) -> Geometries:
    """Convert polygons of a shifted system to WGS 84.

    Parameters
    ----------
    polygons : ndarray of shapely geometries, shape (n,)
    system : str
        Of `SYSTEMS`.

    Returns
    -------
    ndarray of shapely geometries, shape (n,)
        To less than a millimetre of what the formulas give forward.
    """
    shift = SYSTEMS[system]

    def restore_points(points: Floats) -> Floats:
        # The shift varies slowly: what is taken off at the last guess is soon exact.
        guess = points.copy()
        for _ in range(_MAX_ITERATIONS):
            guess += points - shift(guess)
        return guess

    changed: Geometries = shapely.transform(polygons, restore_points)
    return changed


def _compute_centres(polygons: Geometries) -> Floats:
    centres: Floats = shapely.get_coordinates(shapely.centroid(polygons))
    return centres


def _convert_to_metres(degrees: Floats, at: Floats) -> Floats:
    scale = np.column_stack([np.cos(np.radians(at[:, 1])), np.ones(len(at))])
    metres: Floats = degrees * _METRES_A_DEGREE * scale
    return metres
