"""Compare two layers of polygons, or one with itself, and report every conflict with its class and reason."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pilotzones.geo.geometry import crs
from pilotzones.geo.overlay.classification import PieceMeasures, classify_pieces
from pilotzones.geo.overlay.grouping import find_groups
from pilotzones.geo.overlay.layer_faults import MAX_GAP_WIDTH_M, find_faults
from pilotzones.geo.overlay.measures import area_m2
from pilotzones.geo.overlay.models import ConflictClass, OverlayResult, PolygonLayer, Thresholds
from pilotzones.geo.overlay.pairs import PAIRS_A_RUN, Pieces, intersect_pairs, join_pieces, measure_pieces
from pilotzones.geo.overlay.projection_slivers import find_projection_slivers
from pilotzones.geo.overlay.rates import compute_rates, is_counted, sum_by_feature
from pilotzones.geo.overlay.reasons import explain_slivers, find_constant_shift

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotzones.geo.overlay.pairs import Progress

__all__ = ["CONFLICT_COLUMNS", "SENSITIVITY_FACTORS", "check_overlay"]

Geometries = NDArray[Any]
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
)
SENSITIVITY_FACTORS: Final = (0.5, 1.0, 2.0)


def check_overlay(
    a: PolygonLayer,
    b: PolygonLayer | None = None,
    *,
    thresholds: Thresholds | None = None,
    groupings: Mapping[str, Sequence[str] | Geometries] | None = None,
    pairs_a_run: int = PAIRS_A_RUN,
    workers: int | None = None,
    progress: Progress | None = None,
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
    pairs_a_run, workers, progress : optional
        As for `intersect_pairs`; the result depends on none of them.

    Returns
    -------
    OverlayResult

    Raises
    ------
    Exception
        Whatever `progress` raises to cancel.
    """
    rules = thresholds or Thresholds()
    other = a if b is None else b
    pieces = intersect_pairs(
        a.geometry, None if b is None else b.geometry, pairs_a_run=pairs_a_run, workers=workers, progress=progress
    )
    pieces, from_projection, touches = _resolve_touches(pieces, a.geometry, other.geometry, rules)
    measured = _measure(pieces, a.geometry, other.geometry)
    classes = classify_pieces(measured, rules)
    features = (a.geometry, other.geometry)
    reasons = _find_reasons(pieces, classes, measured, features=features, from_projection=from_projection)
    faults = _find_all_faults(a, b)
    sides = _make_sides(a, b, pieces, measured.area_m2, faults)
    return OverlayResult(
        a=a,
        b=other,
        thresholds=rules,
        conflicts=_make_frame(pieces, classes, reasons, measured, ids=(a.ids, other.ids)),
        touches=touches,
        rates=_rate_all(sides, classes, groupings or {}),
        sensitivity=_vary_width(sides, measured, rules),
        faults=faults if b is not None else faults[faults["fault"] != "overlap"].reset_index(drop=True),
    )


def _resolve_touches(
    pieces: Pieces, a: Geometries, b: Geometries, rules: Thresholds
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
    resolved = pieces.inner_width_m >= rules.resolution_m
    meeting = _list_meeting_pairs(pieces, resolved)
    rows, found = meeting[:, 0], meeting[:, 1]
    slivers, owner = find_projection_slivers(a[rows], b[found], resolution_m=rules.resolution_m)
    nothing = np.empty(0, dtype=np.intp)
    measured = {item.name: getattr(pieces, item.name)[resolved] for item in fields(Pieces)[:-2]}
    with_ground = Pieces(**measured, met_a=nothing, met_b=nothing)
    opened = measure_pieces(rows[owner], found[owner], slivers, met=(nothing, nothing))
    from_projection = np.repeat([False, True], [len(with_ground.a), len(opened.a)])
    return join_pieces([with_ground, opened]), from_projection, len(meeting) - len(np.unique(owner))


def _list_meeting_pairs(pieces: Pieces, resolved: NDArray[np.bool_]) -> NDArray[np.intp]:
    """List the pairs that meet and share no ground that could be resolved."""
    with_ground = np.column_stack([pieces.a[resolved], pieces.b[resolved]])
    meeting = np.column_stack(
        [np.concatenate([pieces.met_a, pieces.a[~resolved]]), np.concatenate([pieces.met_b, pieces.b[~resolved]])]
    )
    if not len(meeting):
        return meeting
    meeting = np.unique(meeting, axis=0)
    known = set(map(tuple, with_ground.tolist())) if (~resolved).any() else set()
    return meeting[[pair not in known for pair in map(tuple, meeting.tolist())]]


def _measure(pieces: Pieces, a: Geometries, b: Geometries) -> PieceMeasures:
    tiny = np.finfo(float).tiny
    return PieceMeasures(
        area_m2=pieces.area_m2,
        mean_width_m=2 * pieces.area_m2 / np.maximum(pieces.perimeter_m, tiny),
        inner_width_m=pieces.inner_width_m,
        share_of_a=pieces.area_m2 / np.maximum(area_m2(a)[pieces.a], tiny),
        share_of_b=pieces.area_m2 / np.maximum(area_m2(b)[pieces.b], tiny),
    )


def _make_frame(
    pieces: Pieces,
    classes: NDArray[Any],
    reasons: NDArray[Any],
    measured: PieceMeasures,
    *,
    ids: tuple[tuple[str, ...], tuple[str, ...]],
) -> gpd.GeoDataFrame:
    columns: dict[str, Any] = {
        "a_id": [ids[0][row] for row in pieces.a],
        "b_id": [ids[1][row] for row in pieces.b],
        "class": classes,
        "reason": reasons,
        **{item.name: getattr(measured, item.name) for item in fields(measured)},
    }
    frame = gpd.GeoDataFrame(columns, geometry=pieces.geometry, crs=crs.GEOGRAPHIC)
    # The largest first; equal ones by the ids of their features, so that the order is always the same.
    frame = frame.sort_values(["area_m2", "a_id", "b_id"], ascending=[False, True, True], kind="stable")
    frame = frame.reset_index(drop=True)
    frame.insert(0, "conflict_id", [f"c{number}" for number in range(1, len(frame) + 1)])
    return frame[[*CONFLICT_COLUMNS, "geometry"]]


def _find_reasons(
    pieces: Pieces,
    classes: NDArray[Any],
    measured: PieceMeasures,
    *,
    features: tuple[Geometries, Geometries],
    from_projection: NDArray[np.bool_],
) -> NDArray[Any]:
    a, b = features
    reasons = np.full(len(classes), "", dtype=object)
    sliver = (classes == ConflictClass.DRAFTING_SLIVER.value) & ~from_projection
    reasons[sliver] = explain_slivers(
        pieces.geometry[sliver],
        a[pieces.a[sliver]],
        b[pieces.b[sliver]],
        mean_width=measured.mean_width_m[sliver],
    )
    reasons[from_projection] = "projection_chord"
    if find_constant_shift(a, b, pieces.a, pieces.b) is not None:
        reasons[(reasons == "") & (classes != ConflictClass.REAL_OVERLAP.value)] = "constant_shift"
    return reasons


@dataclass(frozen=True)
class _Side:
    """One layer with the pieces of ground that it shares; of a layer compared with itself, each piece twice."""

    layer: PolygonLayer
    rows: NDArray[np.intp]
    pieces: Geometries
    areas: NDArray[np.float64]
    feature_areas: NDArray[np.float64]
    may_overlap: NDArray[np.bool_]

    def rate(self, classes: NDArray[Any], *, by: str = "all", groups: Sequence[str] | None = None) -> pd.DataFrame:
        kinds = np.tile(classes, len(self.rows) // max(len(classes), 1))
        counted = is_counted(kinds)
        conflict = sum_by_feature(
            self.rows[counted],
            self.pieces[counted],
            self.areas[counted],
            count=len(self.layer.ids),
            may_overlap=self.may_overlap[counted],
        )
        return compute_rates(self.layer, self.rows, (self.feature_areas, conflict), kinds, by=by, groups=groups)


def _make_sides(
    a: PolygonLayer, b: PolygonLayer | None, pieces: Pieces, areas: NDArray[np.float64], faults: gpd.GeoDataFrame
) -> list[_Side]:
    if b is None:
        rows = np.concatenate([pieces.a, pieces.b])
        twice = np.tile(pieces.geometry, 2), np.tile(areas, 2)
        return [_Side(a, rows, *twice, area_m2(a.geometry), np.ones(len(rows), dtype=bool))]
    return [
        _Side(layer, rows, pieces.geometry, areas, area_m2(layer.geometry), _overlaps_itself(other, theirs, faults))
        for layer, rows, other, theirs in ((a, pieces.a, b, pieces.b), (b, pieces.b, a, pieces.a))
    ]


def _overlaps_itself(layer: PolygonLayer, rows: NDArray[np.intp], faults: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    own = faults[(faults["layer"] == layer.name) & (faults["fault"] != "gap")]
    known = {*own["first_id"], *own["second_id"]}
    flags = np.array([name in known for name in layer.ids], dtype=bool)
    found: NDArray[np.bool_] = flags[rows]
    return found


def _rate_all(sides: Sequence[_Side], classes: NDArray[Any], groupings: Mapping[str, Any]) -> pd.DataFrame:
    tables = []
    for side in sides:
        tables.append(side.rate(classes))
        for by, grouping in groupings.items():
            groups = find_groups(side.layer, grouping)
            if groups is not None:
                tables.append(side.rate(classes, by=by, groups=groups))
    return pd.concat(tables, ignore_index=True)


def _vary_width(sides: Sequence[_Side], measured: PieceMeasures, rules: Thresholds) -> pd.DataFrame:
    """Compute the rates of the whole at half, once and twice the width threshold."""
    tables = []
    for factor in SENSITIVITY_FACTORS:
        varied = replace(rules, width_m=rules.width_m * factor)
        table = _rate_all(sides, classify_pieces(measured, varied), {})
        table.insert(0, "width_m", varied.width_m)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _find_all_faults(a: PolygonLayer, b: PolygonLayer | None) -> gpd.GeoDataFrame:
    # Gaps are faults of a layer that should cover its ground, which is asked only of a layer by itself.
    gap_width = MAX_GAP_WIDTH_M if b is None else None
    tables = [find_faults(layer, gap_width_m=gap_width) for layer in (a, b) if layer is not None]
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=crs.GEOGRAPHIC)
