"""Intersect the features of two layers, in runs of bounded memory, on all cores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from pilotzones.geo.errors import OverlayError, make_problem
from pilotzones.geo.overlay.inner_width import (
    bound_inner_width_m,
    compare_inner_width_m,
    estimate_inner_width_m,
    measure_inner_width_m,
)
from pilotzones.geo.overlay.measures import (
    compute_max_width_m,
    compute_min_width_m,
    measure_area_and_perimeter,
    to_local_plane,
)
from pilotzones.geo.processors import count_processors

__all__ = [
    "MEETING_DEGREES",
    "PAIRS_A_RUN",
    "Pieces",
    "Progress",
    "find_pairs",
    "intersect_pairs",
    "join_pieces",
    "measure_pieces",
]

Geometries = NDArray[Any]
Indices = NDArray[np.intp]
Floats = NDArray[np.float64]
# Called with the number of pairs done and the number of all; it raises to cancel.
Progress = Callable[[int, int], None]

PAIRS_A_RUN: Final = 5_000
# Features this close meet: a conversion from another reference system moves vertices that are the same by less [degree].
MEETING_DEGREES: Final = 1e-9
# Pairs are counted for so many features at a time, so that counting them takes no memory.
_FEATURES_COUNTED: Final = 200
_MEASURES: Final = ("area_m2", "perimeter_m", "inner_width_m", "least_width_m")
_POLYGON: Final = 3  # shapely's type number
_MULTIPOLYGON: Final = 6
_INTERIORS_MEET: Final = "T********"
_NO_ROWS: Final = np.empty(0, dtype=np.intp)
# The circle search is to 1 % of the mean width where the class depends on it. A class is wrong for no width that differs from
# a threshold by more than 2 %.
_FINE_TOLERANCE: Final = 0.01
_LEAST_TOLERANCE_M: Final = 0.001
# The overlap of two boxes as a share of the smaller one's side, up to which most features do not meet: to find that out takes
# a quarter of the time of an intersection.
_SMALL_OVERLAP: Final = 0.1
# Two features with more vertices than this are prepared before they are compared.
_MANY_VERTICES: Final = 100


@dataclass(frozen=True, slots=True)
class Pieces:
    """Connected pieces of ground that two features share.

    Parameters
    ----------
    a, b : ndarray of int, shape (n,)
        Rows of the features.
    geometry : ndarray of Polygon, shape (n,)
    area_m2, perimeter_m, inner_width_m : ndarray, shape (n,)
        Of the pieces [m²], [m], [m]; a width is NaN where only a bound of it was needed.
    least_width_m : ndarray, shape (n,)
        What the greatest inner width is at least [m]; it lies on the same side of all thresholds.
    met_a, met_b : ndarray of int, shape (m,)
        Rows of the pairs that share a point or a line but no ground.
    """

    a: Indices
    b: Indices
    geometry: Geometries
    area_m2: Floats
    perimeter_m: Floats
    inner_width_m: Floats
    least_width_m: Floats
    met_a: Indices
    met_b: Indices

    @property
    def mean_width_m(self) -> Floats:
        """Twice the area over the perimeter [m]."""
        widths: Floats = 2 * self.area_m2 / np.maximum(self.perimeter_m, np.finfo(float).tiny)
        return widths

    def select(self, chosen: NDArray[np.bool_] | Indices) -> Pieces:
        """Give the pieces that a mask or their places choose, and no pair that only meets."""
        columns = {item.name: getattr(self, item.name)[chosen] for item in fields(Pieces)[:-2]}
        return Pieces(**columns, met_a=_NO_ROWS, met_b=_NO_ROWS)

    def measure_all_widths(self, *, workers: int | None = None) -> Pieces:
        """Measure the widths that are not known yet."""
        unknown = np.flatnonzero(np.isnan(self.inner_width_m))
        runs = [unknown[start : start + PAIRS_A_RUN] for start in range(0, len(unknown), PAIRS_A_RUN)]
        widths = self.inner_width_m.copy()
        with ThreadPoolExecutor(workers or count_processors()) as pool:
            for run, found in zip(runs, pool.map(self._measure_widths, runs), strict=True):
                widths[run] = found
        return replace(self, inner_width_m=widths)

    def _measure_widths(self, run: Indices) -> Floats:
        found = estimate_inner_width_m(to_local_plane(self.geometry[run]))
        return np.maximum(found, self.least_width_m[run])


def find_pairs(a: Geometries, b: Geometries | None, *, max_pairs: int | None = None) -> tuple[Indices, Indices]:
    """Find the pairs of features whose boxes meet, or lie no farther apart than `MEETING_DEGREES`.

    Parameters
    ----------
    a : ndarray of shapely geometries, shape (n,)
    b : ndarray of shapely geometries, shape (m,), or None
        None compares `a` with itself, each pair once.
    max_pairs : int, optional
        More are refused.

    Returns
    -------
    a, b : ndarray of int, shape (pairs,)
        Rows, in ascending order: the same whatever the index is made of.

    Raises
    ------
    OverlayError
        When there are more than `max_pairs`.
    """
    other = a if b is None else b
    tree = shapely.STRtree(other)
    margin = np.array([-MEETING_DEGREES, -MEETING_DEGREES, MEETING_DEGREES, MEETING_DEGREES])
    # A diagonal has the bounds of its box and takes half the time to make; a feature without a place has an empty one.
    boxes = shapely.linestrings((shapely.bounds(a) + margin).reshape(-1, 2, 2), handle_nan="skip")
    if max_pairs is not None:
        count = 0
        for start in range(0, len(a), _FEATURES_COUNTED):
            count += tree.query(boxes[start : start + _FEATURES_COUNTED]).shape[1]
            if count > max_pairs:
                raise OverlayError(make_problem("", "many_pairs", facts={"most": f"{max_pairs:,}"}))
    rows, found = tree.query(boxes)
    if b is None:
        once = rows < found
        rows, found = rows[once], found[once]
    count = max(len(other), 1)
    rows, found = np.divmod(np.sort(rows * count + found), count)
    return rows, found


def intersect_pairs(
    a: Geometries,
    b: Geometries | None,
    *,
    widths_m: Sequence[float] = (),
    pairs_a_run: int = PAIRS_A_RUN,
    workers: int | None = None,
    progress: Progress | None = None,
    list_meeting: bool = True,
    max_pairs: int | None = None,
) -> Pieces:
    """Intersect two layers feature by feature.

    Parameters
    ----------
    a : ndarray of shapely geometries, shape (n,)
        Valid polygons.
    b : ndarray of shapely geometries, shape (m,), or None
        None compares `a` with itself.
    widths_m : sequence of float, optional
        Thresholds [m]: the greatest inner width is measured where it may lie on either side of one of them.
    pairs_a_run : int, optional
        About how many pairs are intersected at a time; the result does not depend on it.
    workers : int, optional
        Threads; by default as many as there are processors for this process. GEOS works outside the interpreter's lock.
    progress : callable, optional
        Called after each run with the pairs done and all pairs; an exception that it raises ends the work.
    list_meeting : bool, optional
        Whether to list the pairs that meet without sharing ground; without it, layers whose features mostly only meet
        take a third of the time.
    max_pairs : int, optional
        As for `find_pairs`.

    Returns
    -------
    Pieces
        In the order of the pairs.

    Raises
    ------
    OverlayError
        When there are more than `max_pairs` pairs.
    """
    rows, found = find_pairs(a, b, max_pairs=max_pairs)
    other = a if b is None else b
    intersect = _intersect_run if list_meeting else _intersect_neighbours
    runs = _cut_into_runs(rows, pairs_a_run)
    parts: list[Pieces] = []
    with ThreadPoolExecutor(workers or count_processors()) as pool:
        # An exception closes the iterator, which cancels the runs that wait.
        results = pool.map(lambda run: intersect(a, other, rows[run], found[run], widths_m), runs)
        for run, pieces in zip(runs, results, strict=True):
            parts.append(pieces)
            if progress is not None:
                progress(run.stop, len(rows))
    return join_pieces(parts)


def _cut_into_runs(rows: Indices, pairs_a_run: int) -> list[slice]:
    """Cut pairs into runs between two features of `a`, so that each feature is prepared once."""
    if not len(rows):
        return []
    wanted = np.arange(pairs_a_run, len(rows), pairs_a_run)
    cuts = np.unique(np.searchsorted(rows, rows[wanted]))
    edges = [0, *(int(cut) for cut in cuts if cut), len(rows)]
    return [slice(start, end) for start, end in pairwise(edges)]


def join_pieces(parts: Sequence[Pieces]) -> Pieces:
    """Put the pieces of several runs into one record.

    Parameters
    ----------
    parts : sequence of Pieces

    Returns
    -------
    Pieces
    """
    types = {"geometry": object} | dict.fromkeys(_MEASURES, np.float64)
    columns = {
        item.name: np.concatenate(
            [np.empty(0, dtype=types.get(item.name, np.intp)), *(getattr(part, item.name) for part in parts)]
        )
        for item in fields(Pieces)
    }
    return Pieces(**columns)


def measure_pieces(
    a: Indices,
    b: Indices,
    geometry: Geometries,
    *,
    met: tuple[Indices, Indices],
    widths_m: Sequence[float] | None = None,
) -> Pieces:
    """Measure pieces of ground.

    Parameters
    ----------
    a, b : ndarray of int, shape (n,)
    geometry : ndarray of Polygon, shape (n,)
        In WGS 84 [degree].
    met : tuple of two ndarrays of int, shape (m,)
        Rows of the pairs that share no ground.
    widths_m : sequence of float, optional
        As for `intersect_pairs`; all widths are measured by default.

    Returns
    -------
    Pieces
    """
    areas, perimeters = measure_area_and_perimeter(geometry)
    unknown = np.full(len(geometry), np.nan)
    pieces = Pieces(a, b, geometry, areas, perimeters, unknown, unknown, *met)
    if widths_m is None:
        widths = least = measure_inner_width_m(to_local_plane(geometry), tolerance=_FINE_TOLERANCE)
    else:
        widths, least = _measure_where_needed(pieces, widths_m)
    return replace(pieces, inner_width_m=widths, least_width_m=least)


def _measure_where_needed(pieces: Pieces, widths_m: Sequence[float]) -> tuple[Floats, Floats]:
    """Measure the widths that may lie on either side of a threshold: each step looks at what the one before left open."""
    widths = np.full(len(pieces.a), np.nan)
    least = compute_min_width_m(pieces.geometry, pieces.area_m2, pieces.perimeter_m)
    most = compute_max_width_m(pieces.geometry, pieces.area_m2)

    def narrow(rows: Indices, found: Floats, limit: Floats) -> None:
        least[rows], most[rows] = np.maximum(least[rows], found), np.minimum(most[rows], limit)

    def is_open(rows: Indices, width: float) -> NDArray[np.bool_]:
        opened: NDArray[np.bool_] = (least[rows] <= width) & (most[rows] >= width)
        return opened

    def is_open_at_any(rows: Indices) -> NDArray[np.bool_]:
        opened = np.zeros(len(rows), dtype=bool)
        for width in widths_m:
            opened |= is_open(rows, width)
        return opened

    rows = np.flatnonzero(is_open_at_any(np.arange(len(least))))
    plane = to_local_plane(pieces.geometry[rows])
    found, limit = bound_inner_width_m(plane)
    # A strip that is as wide as a threshold lies on the same side of it however its vertices are rounded.
    narrow(rows, found - _LEAST_TOLERANCE_M, limit)
    for width in widths_m:
        near = is_open(rows, width)
        narrow(rows[near], *compare_inner_width_m(plane[near], width))
    left = is_open_at_any(rows)
    rows, plane = rows[left], plane[left]
    widths[rows] = least[rows] = np.maximum(least[rows], measure_inner_width_m(plane, tolerance=_FINE_TOLERANCE))
    return widths, least


def _intersect_run(a: Geometries, b: Geometries, rows: Indices, found: Indices, widths_m: Sequence[float]) -> Pieces:
    shared = np.full(len(rows), None, dtype=object)
    meets = np.zeros(len(rows), dtype=bool)
    large = shapely.get_num_coordinates(a[rows]) + shapely.get_num_coordinates(b[found]) > _MANY_VERTICES
    for places, intersect in ((np.flatnonzero(large), _intersect_large), (np.flatnonzero(~large), _intersect_small)):
        if len(places):
            shared[places], meets[places] = intersect(a, b, rows[places], found[places])
    pieces, owner = _list_polygons(shared)
    met = meets.copy()
    met[owner] = False
    return measure_pieces(rows[owner], found[owner], pieces, met=(rows[met], found[met]), widths_m=widths_m)


def _intersect_large(
    a: Geometries, b: Geometries, rows: Indices, found: Indices
) -> tuple[Geometries, NDArray[np.bool_]]:
    """Intersect features of many vertices: whether they meet at all takes far less time to find out, once prepared."""
    left, right = _prepare(a, rows), b[found]
    meets: NDArray[np.bool_] = shapely.dwithin(left, right, MEETING_DEGREES)
    inside = shapely.contains_properly(left, right)
    # A feature that lies in the other one is what they share.
    shared = np.full(len(rows), None, dtype=object)
    shared[inside] = right[inside]
    crossing = meets & ~inside
    shared[crossing] = shapely.intersection(left[crossing], right[crossing])
    return shared, meets


def _intersect_small(
    a: Geometries, b: Geometries, rows: Indices, found: Indices
) -> tuple[Geometries, NDArray[np.bool_]]:
    """Intersect features of few vertices; whether they meet is found out first where their boxes hardly overlap."""
    left, right = a[rows], b[found]
    shared = np.full(len(rows), None, dtype=object)
    meets = np.ones(len(rows), dtype=bool)
    doubtful = _overlap_hardly(left, right)
    meets[doubtful] = shapely.dwithin(left[doubtful], right[doubtful], MEETING_DEGREES)
    shared[meets] = shapely.intersection(left[meets], right[meets])
    nothing = np.flatnonzero(shapely.is_empty(shared) & ~doubtful)
    meets[nothing] = shapely.dwithin(left[nothing], right[nothing], MEETING_DEGREES)
    return shared, meets


def _overlap_hardly(left: Geometries, right: Geometries) -> NDArray[np.bool_]:
    """Say of which features the boxes overlap so little that the features mostly do not meet."""
    one, two = shapely.bounds(left), shapely.bounds(right)
    overlap = np.minimum(one[:, 2:], two[:, 2:]) - np.maximum(one[:, :2], two[:, :2])
    size = np.minimum(one[:, 2:] - one[:, :2], two[:, 2:] - two[:, :2])
    hardly: NDArray[np.bool_] = np.less(overlap, _SMALL_OVERLAP * size).any(axis=1)
    return hardly


def _intersect_neighbours(
    a: Geometries, b: Geometries, rows: Indices, found: Indices, widths_m: Sequence[float]
) -> Pieces:
    """Intersect features of one layer, most of which only meet: those are not worth an intersection."""
    left, right = _prepare(a, rows), b[found]
    share = shapely.relate_pattern(left, right, _INTERIORS_MEET)
    rows, found = rows[share], found[share]
    pieces, owner = _list_polygons(shapely.intersection(left[share], right[share]))
    return measure_pieces(rows[owner], found[owner], pieces, met=(_NO_ROWS, _NO_ROWS), widths_m=widths_m)


def _prepare(a: Geometries, rows: Indices) -> Geometries:
    """Prepare the features of a run in copies of its own: two threads must not use one prepared geometry."""
    used, place = np.unique(rows, return_inverse=True)
    copies = shapely.force_2d(a[used])
    shapely.prepare(copies)
    prepared: Geometries = copies[place]
    return prepared


def _list_polygons(shapes: Geometries) -> tuple[Geometries, Indices]:
    """List the polygons in shapes of any type, each with the row it comes from."""
    types = shapely.get_type_id(shapes)
    single = np.flatnonzero((types == _POLYGON) & ~shapely.is_empty(shapes))
    several = np.flatnonzero(types >= _MULTIPOLYGON)
    parts, owner = shapely.get_parts(shapes[several], return_index=True)
    polygons = shapely.get_type_id(parts) == _POLYGON
    pieces = np.concatenate([shapes[single], parts[polygons]])
    rows = np.concatenate([single, several[owner[polygons]]])
    order = np.argsort(rows, kind="stable")
    return pieces[order], rows[order]
