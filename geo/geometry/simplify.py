"""Polygons with fewer vertices whose shared borders stay shared."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["simplify_shared_borders"]


def simplify_shared_borders(shapes: NDArray[Any], tolerance: float) -> NDArray[Any]:
    """Simplify polygons as one coverage.

    Parameters
    ----------
    shapes : ndarray of shapely polygons, shape (n,)
        Polygons that do not overlap; None and empty ones stay as they are.
    tolerance : float
        Square root of the smallest triangle kept, in the units of the polygons [degree].

    Returns
    -------
    ndarray, shape (n,)
        What would vanish is left as it was.
    """
    present = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    simple = shapes.copy()
    simple[present] = shapely.coverage_simplify(shapes[present], tolerance)
    lost = present[shapely.is_empty(simple[present]) | (shapely.area(simple[present]) == 0)]
    simple[lost] = shapes[lost]
    return simple
