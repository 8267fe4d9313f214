"""Compare two layers of polygons, or one with itself, and report every conflict with its class and reason."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pilotzones.geo.errors import OverlayError, Problem, make_problem
from pilotzones.geo.geometry import crs
from pilotzones.geo.overlay.classification import ClassCodes, PieceMeasures, classify_pieces
from pilotzones.geo.overlay.conflicts import (
    SENSITIVITY_FACTORS,
    Conflicts,
    LayerFacts,
    add_reasons,
    find_conflicts,
    find_reasons,
    intersect_layers,
    make_frame,
)
from pilotzones.geo.overlay.grouping import (
    Grouping,
    GroupMembership,
    group_by_column,
    group_by_polygon,
    list_hidden_columns,
)
from pilotzones.geo.overlay.layer_faults import MAX_GAP_WIDTH_M, find_faults, find_invalid
from pilotzones.geo.overlay.layer_shift import LayerShift, choose_sample, find_layer_shift, sample_twins
from pilotzones.geo.overlay.measures import compute_area_m2
from pilotzones.geo.overlay.models import OverlayResult, PolygonLayer, Thresholds, name_apart
from pilotzones.geo.overlay.pairs import PAIRS_A_RUN, Progress
from pilotzones.geo.overlay.rates import Side, add_rates, sum_groups
from pilotzones.geo.overlay.reasons import compute_source_tolerance_m
from pilotzones.geo.overlay.self_overlap import find_overlap_candidates
from pilotzones.geo.processors import count_processors

__all__ = ["add_varied", "check_columns", "check_overlay", "describe_shift", "sum_sides", "sum_varied"]

Geometries = NDArray[Any]
Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@contextmanager
def _pause_collector() -> Iterator[None]:
    """Pause the collector, which looks at all geometries whenever some hundreds more were made: they hold no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def _open_pool(workers: int | None) -> Iterator[tuple[ThreadPoolExecutor, Callable[[], None]]]:
    """Open a pool of threads, and what long work in it calls between its steps.

    When an exception ends the work, what waits in the pool is not begun, and that call raises.
    """
    ended = Event()

    def check() -> None:
        if ended.is_set():
            raise CancelledError

    with ThreadPoolExecutor(workers or count_processors()) as pool:
        try:
            yield pool, check
        except BaseException:
            ended.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@_pause_collector()
def check_overlay(
    a: PolygonLayer,
    b: PolygonLayer | None = None,
    *,
    thresholds: Thresholds | None = None,
    groupings: Mapping[str, Grouping] | None = None,
    scales: tuple[float | None, float | None] = (None, None),
    all_widths: bool = True,
    pairs_a_run: int = PAIRS_A_RUN,
    workers: int | None = None,
    progress: Progress | None = None,
    max_pairs: int | None = None,
) -> OverlayResult:
    """Find the conflicts between two layers.

    Parameters
    ----------
    a : PolygonLayer
    b : PolygonLayer, optional
        None compares `a` with itself.
    thresholds : Thresholds, optional
    groupings : mapping, optional
        What to count by: a name, and either the names of the groups with their polygons as (names, polygons), or the
        name of a column of the layers.
    scales : tuple of two floats or None, optional
        Denominators of the scales of the layers' sources (10000 for 1:10,000), where they are known.
    all_widths : bool, optional
        Whether to measure greatest inner widths that no class depends on; without it they are NaN, and the check of
        layers with many large conflicts takes a fraction of the time.
    pairs_a_run, workers, progress, max_pairs : optional
        As for `intersect_pairs`; the result depends on none of them.

    Returns
    -------
    OverlayResult

    Raises
    ------
    OverlayError
        When there are more than `max_pairs` pairs, or no layer has a column to count by.
    Exception
        Whatever `progress` raises to cancel.
    """
    rules = thresholds or Thresholds()
    if b is not None:
        a, b = name_apart(a, b)
    other = a if b is None else b
    layers = (a,) if b is None else (a, b)
    _check_columns(groupings or {}, (a, other))
    built_in = [name for name, grouping in (groupings or {}).items() if not isinstance(grouping, str)]
    options: Any = {"workers": workers, "progress": progress, "max_pairs": max_pairs}
    tolerance = compute_source_tolerance_m(*scales)
    # No core is idle: the layers are measured beside the intersections, and what is counted is counted beside the table.
    with _open_pool(workers) as (pool, check):
        measured = [pool.submit(compute_area_m2, layer.geometry) for layer in layers]
        found_shift = pool.submit(_find_shift, a, b)
        candidates = [pool.submit(find_overlap_candidates, layer.geometry, check=check) for layer in layers]
        shapes = None if b is None else b.geometry
        pieces = intersect_layers(a.geometry, shapes, rules, tolerance, pairs_a_run=pairs_a_run, **options)
        areas, shift = (measured[0].result(), measured[-1].result()), found_shift.result()
        conflicts = find_conflicts(
            pieces,
            (a.geometry, other.geometry),
            areas,
            thresholds=rules,
            all_widths=all_widths,
            workers=workers,
        )
        facts = LayerFacts(shift.reason if shift else "", tolerance)
        reasons = pool.submit(find_reasons, conflicts, (a.geometry, other.geometry), facts, workers=workers)
        memberships = _group_pieces(conflicts, groupings or {})
        places = {name: np.array(group.names, dtype=object)[group.main] for name, group in memberships.items()}
        table = pool.submit(make_frame, conflicts, (a.ids, other.ids), places)
        faults = _find_all_faults(a, b, [rows.result() for rows in candidates], **options)
        sides = _make_sides(a, b, conflicts, areas, faults)
        sums = sum_sides(sides, layers, conflicts.codes, groupings or {}, memberships)
        varied = sum_varied(sides, conflicts.measured, rules)
    return OverlayResult(
        a=a,
        b=other,
        thresholds=rules,
        conflicts=add_reasons(table.result(), reasons.result()),
        touches=conflicts.touches,
        rates=add_rates(sums),
        sensitivity=add_varied(varied),
        faults=faults if b is not None else faults[faults["fault"] != "overlap"].reset_index(drop=True),
        problems=(
            *(problem for layer in layers for problem in layer.problems),
            *describe_shift(shift, a.name, other.name),
            *list_hidden_columns([(layer.name, layer.columns) for layer in layers], built_in),
        ),
    )


def _check_columns(groupings: Mapping[str, Grouping], layers: Sequence[PolygonLayer]) -> None:
    wanted = [name for name in groupings.values() if isinstance(name, str)]
    check_columns(wanted, [[*layer.columns] for layer in layers])


def check_columns(wanted: Iterable[str], columns: Sequence[Iterable[object]]) -> None:
    """Refuse to count by a column that no layer has.

    Parameters
    ----------
    wanted : iterable of str
    columns : sequence of iterable
        Those of each layer.

    Raises
    ------
    OverlayError
    """
    there = dict.fromkeys(str(name) for names in columns for name in names)
    for name in wanted:
        if name not in there:
            facts = {"column": name, "columns": ", ".join(there) or "–"}
            raise OverlayError(make_problem("", "column_to_count", facts=facts))


def _find_shift(a: PolygonLayer, b: PolygonLayer | None) -> LayerShift | None:
    if b is None:
        return None
    return find_layer_shift(*sample_twins(a.geometry, b.geometry), len(choose_sample(len(a.geometry))))


def describe_shift(shift: LayerShift | None, a: str, b: str) -> list[Problem]:
    """Say in the issue log that one layer lies beside the other.

    Parameters
    ----------
    shift : LayerShift or None
    a, b : str
        Names of the layers.

    Returns
    -------
    list of Problem
    """
    if shift is None:
        return []
    if not shift.shifted:
        vector = {"east": f"{shift.east_m:.1f}", "north": f"{shift.north_m:.1f}", "layer": a}
        return [make_problem(b, "offset-layers", field="geometry", severity="warning", facts=vector)]
    moved = b if shift.shifted == "b" else a
    facts = {
        "system": shift.reason,
        "metres": f"{np.hypot(shift.east_m, shift.north_m):.0f}",
        "side": shift.shifted,
    }
    return [make_problem(moved, "offset-system", field="crs", value=shift.reason, severity="warning", facts=facts)]


def _group_pieces(conflicts: Conflicts, groupings: Mapping[str, Grouping]) -> dict[str, GroupMembership]:
    pieces = conflicts.pieces
    return {
        name: group_by_polygon(pieces.geometry, pieces.area_m2, grouping)
        for name, grouping in groupings.items()
        if not isinstance(grouping, str)
    }


def _make_sides(
    a: PolygonLayer,
    b: PolygonLayer | None,
    conflicts: Conflicts,
    areas: tuple[Floats, Floats],
    faults: gpd.GeoDataFrame,
) -> list[Side]:
    pieces = conflicts.pieces
    if b is None:
        rows = np.concatenate([pieces.a, pieces.b])
        twice = np.tile(pieces.geometry, 2), np.tile(pieces.area_m2, 2)
        return [Side(a.name, areas[0], rows, *twice, np.ones(len(rows), dtype=bool))]
    shapes, sizes = pieces.geometry, pieces.area_m2
    return [
        Side(a.name, areas[0], pieces.a, shapes, sizes, _overlaps_itself(b, faults)[pieces.b]),
        Side(b.name, areas[1], pieces.b, shapes, sizes, _overlaps_itself(a, faults)[pieces.a]),
    ]


def _overlaps_itself(layer: PolygonLayer, faults: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    own = faults[(faults["layer"] == layer.name) & faults["fault"].isin(["overlap", "duplicate"])]
    known = {*own["first_id"], *own["second_id"]}
    return (
        np.array([name in known for name in layer.ids], dtype=bool) if known else np.zeros(len(layer.ids), dtype=bool)
    )


def sum_sides(
    sides: Sequence[Side],
    layers: Sequence[PolygonLayer],
    codes: ClassCodes,
    groupings: Mapping[str, Grouping],
    memberships: Mapping[str, GroupMembership],
) -> list[pd.DataFrame]:
    """Add up the features and the ground of each layer, for the whole and for each grouping.

    Parameters
    ----------
    sides : sequence of Side
    layers : sequence of PolygonLayer
        One for each side.
    codes : ndarray of int, shape (n,)
        Class of each piece.
    groupings : mapping
        As for `check_overlay`.
    memberships : mapping of str to GroupMembership
        The groups of the pieces, for each grouping by polygons.

    Returns
    -------
    list of DataFrame
        As `sum_groups` gives them.
    """
    tables = []
    for side, layer in zip(sides, layers, strict=True):
        times = len(side.rows) // len(codes) if len(codes) else 1
        kinds = np.tile(codes, times)
        tables.append(sum_groups(side, kinds))
        for by, grouping in groupings.items():
            if isinstance(grouping, str):
                features = group_by_column(layer, grouping, side.areas)
                if features is None:
                    continue
                pieces = features.follow(side.rows, side.piece_areas, side.pieces)
            else:
                features = group_by_polygon(layer.geometry, side.areas, grouping)
                pieces = memberships[by] if times == 1 else memberships[by].tile(times)
            tables.append(sum_groups(side, kinds, by=by, features=features, pieces=pieces))
    return tables


def sum_varied(sides: Sequence[Side], measured: PieceMeasures, rules: Thresholds) -> dict[float, list[pd.DataFrame]]:
    """Add up the whole layers at half, once and twice the width threshold.

    Parameters
    ----------
    sides : sequence of Side
    measured : PieceMeasures
    rules : Thresholds

    Returns
    -------
    dict of float to list of DataFrame
        By width threshold [m].
    """
    tables = {}
    for factor in SENSITIVITY_FACTORS:
        varied = replace(rules, width_m=rules.width_m * factor)
        codes = classify_pieces(measured, varied)
        kinds = [np.tile(codes, len(side.rows) // max(len(codes), 1)) for side in sides]
        tables[varied.width_m] = [sum_groups(side, own) for side, own in zip(sides, kinds, strict=True)]
    return tables


def add_varied(sums: Mapping[float, Sequence[pd.DataFrame]]) -> pd.DataFrame:
    """Compute the rates at each width threshold.

    Parameters
    ----------
    sums : mapping of float to sequence of DataFrame
        Of `sum_varied`, of one or several parts of the layers.

    Returns
    -------
    DataFrame
        ``width_m`` [m] and the columns of `add_rates`.
    """
    rates = {width: add_rates(tables) for width, tables in sums.items()}
    return pd.concat([table.assign(width_m=width) for width, table in rates.items()], ignore_index=True)


def _find_all_faults(
    a: PolygonLayer, b: PolygonLayer | None, candidates: Sequence[Indices], **options: Any
) -> gpd.GeoDataFrame:
    # Gaps are faults of a layer that should cover its ground, which is asked only of a layer by itself.
    gap_width = MAX_GAP_WIDTH_M if b is None else None
    layers = [layer for layer in (a, b) if layer is not None]
    tables = [
        find_faults(layer, gap_width_m=gap_width, candidates=found, **options)
        for layer, found in zip(layers, candidates, strict=True)
    ]
    tables += [find_invalid(layer) for layer in layers]
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=crs.GEOGRAPHIC)
