"""Find the features of a layer that may overlap another feature of it, without looking at the pairs that only meet.

How many features cover a place changes only at an edge, and not at one that two features draw in opposite directions, one
on either side of it. Those edges cancel; of a layer whose neighbours share their borders, its outer border is left. The
places that the edges left over enclose are covered by one number of features each, which a point of each place tells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

__all__ = ["find_overlap_candidates"]

Geometries = NDArray[Any]
Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
_POLYGON: Final = 3  # shapely's type number
_INTERIORS_MEET: Final = "T********"
# Where more edges than this share are drawn once, looking at the pairs takes less time.
_MAX_SHARE_LEFT: Final = 0.25
_DIRECTION: Final = np.uint64(1)
_FEATURES_A_RUN: Final = 5_000
_PAIRS_A_RUN: Final = 500
_BITS_TAKEN: Final = 20
_BITS_LEFT_OUT: Final = np.uint64(64 - _BITS_TAKEN)


def _go_on() -> None:
    """End nothing."""


def find_overlap_candidates(shapes: Geometries, *, check: Callable[[], None] = _go_on) -> Indices:
    """Find the features that may share ground with another one.

    Parameters
    ----------
    shapes : ndarray of Polygon, MultiPolygon or None, shape (n,)
        Valid, in one plane.
    check : callable, optional
        Called between the steps, and between the runs of long ones; an exception that it raises ends the search.

    Returns
    -------
    ndarray of int, shape (m,)
        Rows in ascending order: each feature that shares ground with another one, and maybe others that do not.
    """
    there = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    edges, left = _find_uncancelled_edges(shapes[there], check)
    if len(left) > _MAX_SHARE_LEFT * edges:
        return there
    check()
    noded = shapely.get_parts(shapely.union_all(shapely.linestrings(left)))
    check()
    places = shapely.get_parts(shapely.polygonize(noded))
    check()
    tree = shapely.STRtree(shapes[there])
    inside, found = tree.query(shapely.point_on_surface(places), predicate="intersects")
    pairs = _pair_within_groups(inside, found)
    # A point may lie on an edge that cancels: the features on either side of it share no ground.
    share = np.zeros(len(pairs), dtype=bool)
    for start in range(0, len(pairs), _PAIRS_A_RUN):
        check()
        _, one, other = pairs[start : start + _PAIRS_A_RUN].T
        share[start : start + _PAIRS_A_RUN] = shapely.relate_pattern(
            shapes[there[one]], shapes[there[other]], _INTERIORS_MEET
        )
    _, found = tree.query(places[np.unique(pairs[share, 0])], predicate="intersects")
    rows: Indices = there[np.unique(found)]
    return rows


def _pair_within_groups(groups: Indices, members: Indices) -> Indices:
    """List the group and both members of each pair of members of one group, in columns."""
    table = pd.DataFrame({"group": groups, "member": members})
    table = table[table["group"].duplicated(keep=False)]
    pairs = table.merge(table, on="group")
    chosen: Indices = pairs[pairs["member_x"] < pairs["member_y"]].to_numpy()
    return chosen


def _find_uncancelled_edges(shapes: Geometries, check: Callable[[], None]) -> tuple[int, Floats]:
    """Find the edges that are not drawn as often in one direction as in the other.

    Returns
    -------
    edges : int
        How many there are in all.
    left : ndarray, shape (n, 2, 2)
        x and y of both ends of those that do not cancel.
    """
    # Runs whose figures fit into the processor's cache take half the time.
    runs = []
    for run in np.array_split(shapes, len(shapes) // _FEATURES_A_RUN + 1):
        check()
        runs.append(_hash_edges(run))
    uneven = _find_uneven(np.concatenate([keys for keys, _, _ in runs]))
    masks = np.split(uneven, np.cumsum([len(keys) for keys, _, _ in runs])[:-1])
    chosen = [(points, first[mask]) for (_, points, first), mask in zip(runs, masks, strict=True)]
    return len(uneven), np.concatenate([np.stack([points[at], points[at + 1]], axis=1) for points, at in chosen])


def _hash_edges(shapes: Geometries) -> tuple[NDArray[np.uint64], Floats, Indices]:
    """Make one number of both ends of each edge, whose lowest bit is the direction.

    Ten million edges have no two numbers in common but for one chance in 100,000.

    Returns
    -------
    keys : ndarray, shape (n,)
        An edge and its reverse differ in the lowest bit alone.
    points : ndarray, shape (m, 2)
        x and y of all vertices.
    first : ndarray of int, shape (n,)
        The vertex that each edge starts at; it ends at the next one.
    """
    rings, part = _list_rings(shapes)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    first = np.flatnonzero(ring[1:] == ring[:-1])
    is_hole = np.zeros(len(rings), dtype=bool)
    is_hole[1:] = part[1:] == part[:-1]
    ground_on_left = (shapely.is_ccw(rings) != is_hole)[ring[first]]
    marks = _hash_points(points)
    start, end = marks[first], marks[first + 1]
    return (start + end) & ~_DIRECTION | (ground_on_left == (start < end)), points, first


def _list_rings(shapes: Geometries) -> tuple[Geometries, Indices]:
    """List the rings of shapes, and which part of them each belongs to: shells before their holes."""
    if (shapely.get_type_id(shapes) == _POLYGON).all() and not shapely.get_num_interior_rings(shapes).any():
        return shapely.get_exterior_ring(shapes), np.arange(len(shapes))
    rings, part = shapely.get_rings(shapely.get_parts(shapes), return_index=True)
    return rings, part


def _hash_points(points: Floats) -> NDArray[np.uint64]:
    """Make one number of the coordinates of each point: equal points have equal ones."""
    # Adding zero makes one number of the two zeros.
    return np.asarray(pd.util.hash_pandas_object(pd.DataFrame(points + 0.0), index=False), dtype=np.uint64)


def _find_uneven(keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Say which edges are drawn more often in one direction than in the other."""
    if not len(keys):
        return np.empty(0, dtype=bool)
    ordered = np.sort(keys)
    # An edge stands beside its reverse: each two of them go, and few are left to count.
    cancel = ordered[1:] ^ ordered[:-1] == _DIRECTION
    stay = np.ones(len(ordered), dtype=bool)
    stay[1:] &= ~cancel
    stay[:-1] &= ~cancel
    left = ordered[stay]
    edges, counts = np.unique(left & ~_DIRECTION, return_counts=True)
    forward = np.bincount(np.searchsorted(edges, left & ~_DIRECTION), left & _DIRECTION, minlength=len(edges))
    uneven = edges[2 * forward != counts]
    # Few edges of many are left: the others mostly differ from all of them in their highest bits already.
    is_taken = np.zeros(1 << _BITS_TAKEN, dtype=bool)
    is_taken[uneven >> _BITS_LEFT_OUT] = True
    found: NDArray[np.bool_] = is_taken[keys >> _BITS_LEFT_OUT]
    found[found] = np.isin(keys[found] & ~_DIRECTION, uneven)
    return found
