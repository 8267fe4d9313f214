"""Intersect the features of two layers, in runs of bounded memory, on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from pilotzones.geo.overlay.measures import area_m2, inner_width_m, perimeter_m, to_local_plane

__all__ = ["Pieces", "Progress", "find_pairs", "intersect_pairs", "join_pieces", "measure_pieces"]

Geometries = NDArray[Any]
Indices = NDArray[np.intp]
Floats = NDArray[np.float64]
# Called with the number of pairs done and the number of all; it raises to cancel.
Progress = Callable[[int, int], None]

PAIRS_A_RUN: Final = 20_000
_POLYGON: Final = 3  # shapely's type number


@dataclass(frozen=True, slots=True)
class Pieces:
    """Connected pieces of ground that two features share.

    Parameters
    ----------
    a, b : ndarray of int, shape (n,)
        Rows of the features.
    geometry : ndarray of Polygon, shape (n,)
    area_m2, perimeter_m, inner_width_m : ndarray, shape (n,)
        Of the pieces [m²], [m], [m].
    met_a, met_b : ndarray of int, shape (m,)
        Rows of the pairs that share a point or a line but no ground.
    """

    a: Indices
    b: Indices
    geometry: Geometries
    area_m2: Floats
    perimeter_m: Floats
    inner_width_m: Floats
    met_a: Indices
    met_b: Indices


def find_pairs(a: Geometries, b: Geometries | None) -> tuple[Indices, Indices]:
    """Find the pairs of features whose boxes meet.

    Parameters
    ----------
    a : ndarray of shapely geometries, shape (n,)
    b : ndarray of shapely geometries, shape (m,), or None
        None compares `a` with itself, each pair once.

    Returns
    -------
    a, b : ndarray of int, shape (pairs,)
        Rows, in ascending order: the same whatever the index is made of.
    """
    other = a if b is None else b
    rows, found = shapely.STRtree(other).query(a)
    if b is None:
        once = rows < found
        rows, found = rows[once], found[once]
    order = np.lexsort((found, rows))
    return rows[order], found[order]


def intersect_pairs(
    a: Geometries,
    b: Geometries | None,
    *,
    pairs_a_run: int = PAIRS_A_RUN,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Pieces:
    """Intersect two layers feature by feature.

    Parameters
    ----------
    a : ndarray of shapely geometries, shape (n,)
        Valid polygons.
    b : ndarray of shapely geometries, shape (m,), or None
        None compares `a` with itself.
    pairs_a_run : int, optional
        How many pairs are intersected at a time; the result does not depend on it.
    workers : int, optional
        Threads; as many as there are processors by default. GEOS works outside the interpreter's lock.
    progress : callable, optional
        Called after each run with the pairs done and all pairs; an exception that it raises ends the work.

    Returns
    -------
    Pieces
        In the order of the pairs.
    """
    rows, found = find_pairs(a, b)
    other = a if b is None else b
    done = 0
    parts: list[Pieces] = []
    count = workers or os.cpu_count() or 1
    runs = [slice(start, start + pairs_a_run) for start in range(0, len(rows), pairs_a_run)]
    with ThreadPoolExecutor(count) as pool:
        futures = [pool.submit(_intersect_run, a[rows[run]], other[found[run]], rows[run], found[run]) for run in runs]
        for run, pieces in zip(runs, _take_in_order(futures), strict=True):
            parts.append(pieces)
            done += len(rows[run])
            if progress is not None:
                progress(done, len(rows))
    return join_pieces(parts)


def join_pieces(parts: Sequence[Pieces]) -> Pieces:
    """Put the pieces of several runs into one record.

    Parameters
    ----------
    parts : sequence of Pieces

    Returns
    -------
    Pieces
    """
    types = {"geometry": object} | dict.fromkeys(("area_m2", "perimeter_m", "inner_width_m"), np.float64)
    columns = {
        item.name: np.concatenate(
            [np.empty(0, dtype=types.get(item.name, np.intp)), *(getattr(part, item.name) for part in parts)]
        )
        for item in fields(Pieces)
    }
    return Pieces(**columns)


def measure_pieces(a: Indices, b: Indices, geometry: Geometries, *, met: tuple[Indices, Indices]) -> Pieces:
    """Measure pieces of ground.

    Parameters
    ----------
    a, b : ndarray of int, shape (n,)
    geometry : ndarray of Polygon, shape (n,)
        In WGS 84 [degree].
    met : tuple of two ndarrays of int, shape (m,)
        Rows of the pairs that share no ground.

    Returns
    -------
    Pieces
    """
    plane = to_local_plane(geometry)
    return Pieces(a, b, geometry, area_m2(geometry), perimeter_m(plane), inner_width_m(plane), *met)


def _take_in_order(futures: list[Future[Pieces]]) -> Iterator[Pieces]:
    """Give the results of the runs in order; a cancelled check leaves no run waiting."""
    try:
        while futures:
            yield futures.pop(0).result()
    finally:
        for future in futures:
            future.cancel()


def _intersect_run(left: Geometries, right: Geometries, rows: Indices, found: Indices) -> Pieces:
    shared = shapely.intersection(left, right)
    pieces, owner = shapely.get_parts(shared, return_index=True)
    polygons = (shapely.get_type_id(pieces) == _POLYGON) & ~shapely.is_empty(pieces)
    kept = owner[polygons]
    with_ground = np.zeros(len(rows), dtype=bool)
    with_ground[kept] = True
    met = ~shapely.is_empty(shared) & ~with_ground
    return measure_pieces(rows[kept], found[kept], pieces[polygons], met=(rows[met], found[met]))
