"""Find the conflicts between the features of two layers, each with its measures, class and reason.

This is what one process does for whole layers and a worker of a cluster for one tile: what it finds of a pair of features
depends on those two features and on what is known of the layers as wholes, and on nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pilotzones.geo.geometry import crs
from pilotzones.geo.overlay.classification import ClassCodes, PieceMeasures, classify_pieces, get_class_code
from pilotzones.geo.overlay.models import CLASSES, ConflictClass, Thresholds
from pilotzones.geo.overlay.pairs import (
    Pieces,
    intersect_pairs,
    join_pieces,
    measure_pieces,
)
from pilotzones.geo.overlay.projection_slivers import find_projection_slivers
from pilotzones.geo.overlay.reasons import REASONS, ReasonCodes, explain_slivers, get_reason_code
from pilotzones.geo.processors import count_processors

__all__ = [
    "CONFLICT_COLUMNS",
    "SENSITIVITY_FACTORS",
    "Conflicts",
    "LayerFacts",
    "add_reasons",
    "find_conflicts",
    "find_reasons",
    "intersect_layers",
    "make_frame",
]

Geometries = NDArray[Any]
Floats = NDArray[np.float64]
CONFLICT_COLUMNS: Final = (
    "conflict_id",
    "a_id",
    "b_id",
    "class",
    "reason",
    "area_m2",
    "mean_width_m",
    "inner_width_m",
    "share_of_a",
    "share_of_b",
    "county",
    "zone",
)
_SLIVERS_A_RUN: Final = 2_000
SENSITIVITY_FACTORS: Final = (0.5, 1.0, 2.0)


@dataclass(frozen=True, slots=True)
class LayerFacts:
    """What is known of two layers as wholes.

    Parameters
    ----------
    shift : str
        The reason that `pilotzones.geo.overlay.layer_shift.find_layer_shift` gives; empty for none.
    source_tolerance_m : float
        Conflicts of at most this inner width may come from the scales of the sources [m].
    """

    shift: str = ""
    source_tolerance_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Pieces of ground in conflict, the largest first.

    Parameters
    ----------
    pieces : Pieces
        With no pair that only meets.
    measured : PieceMeasures
        Where only a bound of the greatest inner width is known, the bound: it lies on the same side of all thresholds.
    codes : ndarray of int, shape (n,)
        Places in `CLASSES`.
    from_projection : ndarray of bool, shape (n,)
        Which of them a projection opens.
    touches : int
        Pairs that meet and share no ground that could be resolved.
    """

    pieces: Pieces
    measured: PieceMeasures
    codes: ClassCodes
    from_projection: NDArray[np.bool_]
    touches: int


def intersect_layers(
    a: Geometries, b: Geometries | None, thresholds: Thresholds, source_tolerance_m: float = 0.0, **options: Any
) -> Pieces:
    """Intersect two layers, with the widths that the classes and the reasons of the pieces depend on.

    Parameters
    ----------
    a : ndarray of shapely geometries, shape (n,)
    b : ndarray of shapely geometries, shape (m,), or None
        None compares `a` with itself.
    thresholds : Thresholds
    source_tolerance_m : float, optional
        As in `LayerFacts` [m].
    **options
        As for `intersect_pairs`; the result depends on none of them.

    Returns
    -------
    Pieces
        In the order of the features.
    """
    widths = (thresholds.resolution_m, *(thresholds.width_m * factor for factor in SENSITIVITY_FACTORS))
    if source_tolerance_m:
        widths += (source_tolerance_m,)
    return intersect_pairs(a, b, widths_m=widths, **options)


def find_conflicts(
    pieces: Pieces,
    layers: tuple[Geometries, Geometries],
    areas: tuple[Floats, Floats],
    *,
    thresholds: Thresholds,
    all_widths: bool = True,
    workers: int | None = None,
) -> Conflicts:
    """Find the conflicts among the pieces of ground that two layers share, and their classes.

    Parameters
    ----------
    pieces : Pieces
        As `intersect_layers` gives them.
    layers : tuple of two ndarrays of shapely geometries, shapes (n,) and (m,)
        The same one twice where a layer was compared with itself.
    areas : tuple of two ndarrays, shapes (n,) and (m,)
        Of the features [m²].
    thresholds : Thresholds
    all_widths : bool, optional
        Whether to measure greatest inner widths that no class depends on; without it they are NaN.
    workers : int, optional
        As for `intersect_pairs`.

    Returns
    -------
    Conflicts
    """
    pieces, from_projection, touches = _resolve_touches(pieces, *layers, thresholds.resolution_m)
    order = _order_pieces(pieces)
    pieces, from_projection = pieces.select(order), from_projection[order]
    measured = _measure_pieces(pieces, areas)
    if all_widths:
        pieces = pieces.measure_all_widths(workers=workers)
    return Conflicts(pieces, measured, classify_pieces(measured, thresholds), from_projection, touches)


def _order_pieces(pieces: Pieces) -> NDArray[np.intp]:
    """Put the largest first; equal ones in the order of their features, so that the order is always the same."""
    order = np.argsort(-pieces.area_m2)
    if not np.diff(pieces.area_m2[order]).all():
        order = np.lexsort((pieces.b, pieces.a, -pieces.area_m2))
    return order


def _resolve_touches(
    pieces: Pieces, a: Geometries, b: Geometries, resolution_m: float
) -> tuple[Pieces, NDArray[np.bool_], int]:
    """Set apart what is too narrow to be resolved, and look at the pairs that only meet in a projected plane.

    Returns
    -------
    pieces : Pieces
        Ground that can be resolved, with the slivers that a projection opens.
    from_projection : ndarray of bool
        Which of them a projection opens.
    touches : int
        Pairs that meet and share no such ground.
    """
    resolved = pieces.least_width_m >= resolution_m
    rows, found = _list_meeting_pairs(pieces, resolved, len(b))
    slivers, owner = find_projection_slivers((a, rows), (b, found), resolution_m=resolution_m)
    nothing = np.empty(0, dtype=np.intp)
    with_ground = pieces.select(resolved)
    opened = measure_pieces(rows[owner], found[owner], slivers, met=(nothing, nothing))
    # A width near the resolution, measured in the plane of the zone, may be below it here.
    wide = opened.least_width_m >= resolution_m
    opened, owner = opened.select(wide), owner[wide]
    from_projection = np.repeat([False, True], [len(with_ground.a), len(opened.a)])
    return join_pieces([with_ground, opened]), from_projection, len(rows) - len(np.unique(owner))


def _list_meeting_pairs(
    pieces: Pieces, resolved: NDArray[np.bool_], count: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """List the pairs that meet and share no ground that could be resolved."""
    with_ground = pieces.a[resolved] * count + pieces.b[resolved]
    unresolved = pieces.a[~resolved] * count + pieces.b[~resolved]
    meeting = np.union1d(pieces.met_a * count + pieces.met_b, unresolved)
    if len(unresolved) and len(with_ground):
        # Pieces come in the order of their pairs.
        place = np.searchsorted(with_ground, meeting)
        meeting = meeting[with_ground.take(place, mode="clip") != meeting]
    return meeting // max(count, 1), meeting % max(count, 1)


def _measure_pieces(pieces: Pieces, areas: tuple[Floats, Floats]) -> PieceMeasures:
    tiny = np.finfo(float).tiny
    return PieceMeasures(
        area_m2=pieces.area_m2,
        mean_width_m=pieces.mean_width_m,
        inner_width_m=pieces.least_width_m,
        # The rounding of an intersection may leave the last digit above the whole.
        share_of_a=np.minimum(pieces.area_m2 / np.maximum(areas[0][pieces.a], tiny), 1.0),
        share_of_b=np.minimum(pieces.area_m2 / np.maximum(areas[1][pieces.b], tiny), 1.0),
    )


def find_reasons(
    conflicts: Conflicts, layers: tuple[Geometries, Geometries], facts: LayerFacts, *, workers: int | None = None
) -> ReasonCodes:
    """Find the reasons of conflicts, where they are known.

    Parameters
    ----------
    conflicts : Conflicts
        As `find_conflicts` gives them.
    layers : tuple of two ndarrays of shapely geometries, shapes (n,) and (m,)
        As there.
    facts : LayerFacts
    workers : int, optional
        As for `intersect_pairs`.

    Returns
    -------
    ndarray of int, shape (n,)
        Places in `REASONS`.
    """
    (a, b), pieces = layers, conflicts.pieces
    reasons = np.zeros(len(conflicts.codes), dtype=np.int8)
    reasons[conflicts.from_projection] = get_reason_code("projection_chord")
    is_sliver = conflicts.codes == get_class_code(ConflictClass.DRAFTING_SLIVER)
    places = np.flatnonzero(is_sliver & ~conflicts.from_projection)
    runs = [places[start : start + _SLIVERS_A_RUN] for start in range(0, len(places), _SLIVERS_A_RUN)]
    width = pieces.mean_width_m

    def explain(run: NDArray[np.intp]) -> ReasonCodes:
        return explain_slivers(pieces.geometry[run], (a, pieces.a[run]), (b, pieces.b[run]), mean_width=width[run])

    with ThreadPoolExecutor(workers or count_processors()) as pool:
        for run, found in zip(runs, pool.map(explain, runs), strict=True):
            reasons[run] = found
    if facts.shift:
        # A layer that lies elsewhere as a whole explains whatever it conflicts with.
        reasons[reasons == 0] = get_reason_code(facts.shift)
    reasons[(reasons == 0) & (pieces.least_width_m <= facts.source_tolerance_m)] = get_reason_code("source_scale")
    return reasons


def _take_texts(texts: Sequence[str], rows: NDArray[Any]) -> Any:
    """Repeat texts by their places: many rows of few texts are not turned into a column one by one."""
    return pd.array(np.asarray(texts, dtype=object), dtype="str").take(rows)


def make_frame(
    conflicts: Conflicts,
    ids: tuple[Any, Any],
    places: dict[str, NDArray[Any]] | None = None,
    *,
    rows: tuple[Any, Any] | None = None,
    prefix: str = "c",
) -> gpd.GeoDataFrame:
    """Make the table of conflicts, without their reasons.

    Parameters
    ----------
    conflicts : Conflicts
    ids : tuple of two sequences of str
        Of the features of both layers.
    places : dict of str to ndarray, optional
        Names of the county and of the zone that hold most of each conflict.
    rows : tuple of two sequences of int, optional
        Numbers of the features, for two more columns, ``a_row`` and ``b_row``.
    prefix : str, optional
        Before the number of each conflict.

    Returns
    -------
    GeoDataFrame, shape (n, 13)
        `CONFLICT_COLUMNS` and the geometry; a conflict has the number of its place, and no reason before `add_reasons`.
    """
    pieces = conflicts.pieces
    nowhere = _take_texts([""], np.zeros(len(pieces.a), dtype=np.intp))
    columns: dict[str, Any] = {
        "conflict_id": prefix + pd.Series(np.arange(1, len(nowhere) + 1)).astype("str"),
        "a_id": _take_texts(ids[0], pieces.a),
        "b_id": _take_texts(ids[1], pieces.b),
        "class": _take_texts([name.value for name in CLASSES], conflicts.codes),
        "reason": nowhere,
        **{item.name: getattr(conflicts.measured, item.name) for item in fields(PieceMeasures)},
        "inner_width_m": pieces.inner_width_m,
        **{name: places[name] if places and name in places else nowhere for name in ("county", "zone")},
    }
    numbers: dict[str, Any] = {}
    if rows is not None:
        numbers = {
            "a_row": np.asarray(rows[0], dtype=np.int64)[pieces.a],
            "b_row": np.asarray(rows[1], dtype=np.int64)[pieces.b],
        }
    return gpd.GeoDataFrame(columns | numbers, geometry=pieces.geometry, crs=crs.GEOGRAPHIC)


def add_reasons(table: gpd.GeoDataFrame, reasons: ReasonCodes) -> gpd.GeoDataFrame:
    """Write the reasons of conflicts into their table.

    Parameters
    ----------
    table : GeoDataFrame, shape (n, 13)
        As `make_frame` gives it.
    reasons : ndarray of int, shape (n,)
        As `find_reasons` gives them.

    Returns
    -------
    GeoDataFrame, shape (n, 13)
    """
    return table.assign(reason=_take_texts(REASONS, reasons))
