"""The outline of polygons that lie side by side: edges with ground on one side only, which alone can cross in a union."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["can_union_gain_vertices", "find_outline_edges"]

# Pairs of edges that are held at a time, 16 bytes each.
_MAX_PAIRS: Final = 10_000_000


def can_union_gain_vertices(polygons: Sequence[Any] | NDArray[Any], most: int) -> bool:
    """Return whether the union of polygons may have more than so many vertices that the polygons do not have.

    Such a vertex lies where two edges of the outline cross, so there are no more of them than pairs of edges whose boxes
    meet. To count these takes a small part of the time of a union.

    Parameters
    ----------
    polygons : sequence of shapely geometries, shape (n,)
        Valid Polygons and MultiPolygons.
    most : int

    Returns
    -------
    bool
        False when it certainly has not.
    """
    edges = np.asarray(shapely.linestrings(find_outline_edges(polygons)))
    tree = shapely.STRtree(edges)
    # Every edge meets itself, and each pair is found from both sides.
    left = 2 * most + len(edges)
    step = max(1, _MAX_PAIRS // max(1, len(edges)))
    for start in range(0, len(edges), step):
        left -= tree.query(edges[start : start + step]).shape[1]
        if left < 0:
            return True
    return False


def find_outline_edges(polygons: Sequence[Any] | NDArray[Any]) -> NDArray[np.float64]:
    """Find the edges that no polygon has in the other direction: the ground beyond these may be nobody's.

    Parameters
    ----------
    polygons : sequence of shapely geometries, shape (n,)
        Polygons and MultiPolygons.

    Returns
    -------
    ndarray of float, shape (m, 2, 2)
        Both ends of each edge, in the order and units of the coordinates.
    """
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(polygons)))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    # Numbers for points: pairs of them are compared faster than four coordinates.
    places, number = np.unique(points.view(np.complex128).ravel(), return_inverse=True)
    inside = ring[1:] == ring[:-1]
    first, second = number[:-1][inside], number[1:][inside]
    forward, backward = np.sort(first * len(places) + second), np.sort(second * len(places) + first)
    alone = forward[backward.take(np.searchsorted(backward, forward), mode="clip") != forward]
    ends = np.column_stack(np.divmod(alone, len(places)))
    return np.ascontiguousarray(places[ends]).view(np.float64).reshape(-1, 2, 2)
