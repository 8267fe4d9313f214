"""Faults inside one layer: features drawn twice, features that overlap, and gaps between them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from pilotzones.geo.geometry import crs
from pilotzones.geo.overlay.inner_width import measure_inner_width_m
from pilotzones.geo.overlay.measures import compute_area_m2, to_local_plane
from pilotzones.geo.overlay.pairs import Pieces, intersect_pairs
from pilotzones.geo.overlay.self_overlap import find_overlap_candidates

if TYPE_CHECKING:
    from pilotzones.geo.overlay.models import PolygonLayer
    from pilotzones.geo.overlay.pairs import Progress

__all__ = ["MAX_GAP_WIDTH_M", "find_faults", "find_gaps", "find_invalid"]

Geometries = NDArray[Any]
Indices = NDArray[np.intp]
# A hole wider than this between features is ground that the layer leaves out on purpose [m].
MAX_GAP_WIDTH_M: Final = 5.0
_RESOLUTION_M: Final = 0.001
_GROWTH_DEGREES: Final = 5e-9
# A hole is a pond of one feature when the pond covers this share of it.
_SAME_HOLE: Final = 0.99


def find_faults(
    layer: PolygonLayer,
    *,
    beside: PolygonLayer | None = None,
    gap_width_m: float | None = None,
    candidates: Indices | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    max_pairs: int | None = None,
) -> gpd.GeoDataFrame:
    """List what is wrong inside a layer.

    Parameters
    ----------
    layer : PolygonLayer
    beside : PolygonLayer, optional
        Other features of the same layer, which are compared with these and not among themselves.
    gap_width_m : float, optional
        A hole between features whose greatest inner width is at most this counts as a gap [m]; None looks for none.
    candidates : ndarray of int, optional
        What `find_overlap_candidates` gives for the layer and those beside it, where that is known already.
    workers, progress, max_pairs : optional
        As for `intersect_pairs`.

    Returns
    -------
    GeoDataFrame, shape (n, 6)
        Columns layer, fault, first_id, second_id, area_m2 [m²], inner_width_m [m] and geometry; ``fault`` is "duplicate",
        "overlap" or "gap".
    """
    count = len(layer.geometry)
    if candidates is None:
        candidates = find_overlap_candidates(np.concatenate([layer.geometry, beside.geometry if beside else []]))
    own, others = candidates[candidates < count], candidates[candidates >= count] - count
    tables = []
    for other, rows in [(layer, own)] if beside is None else [(layer, own), (beside, others)]:
        pieces = intersect_pairs(
            layer.geometry[own],
            None if other is layer else other.geometry[rows],
            widths_m=(_RESOLUTION_M,),
            workers=workers,
            progress=progress,
            list_meeting=False,
            max_pairs=max_pairs,
        )
        pieces = replace(pieces, a=own[pieces.a], b=rows[pieces.b])
        tables.append(_list_overlaps(layer, other, pieces, workers))
    if gap_width_m is not None:
        tables.append(_list_gaps(layer, gap_width_m))
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=crs.GEOGRAPHIC)


def _list_overlaps(layer: PolygonLayer, other: PolygonLayer, pieces: Pieces, workers: int | None) -> gpd.GeoDataFrame:
    pieces = pieces.select(pieces.least_width_m >= _RESOLUTION_M).measure_all_widths(workers=workers)
    same = shapely.equals(layer.geometry[pieces.a], other.geometry[pieces.b])
    columns = {
        "layer": layer.name,
        "fault": np.where(same, "duplicate", "overlap").astype(object),
        "first_id": np.asarray(layer.ids, dtype=object)[pieces.a],
        "second_id": np.asarray(other.ids, dtype=object)[pieces.b],
        "area_m2": pieces.area_m2,
        "inner_width_m": pieces.inner_width_m,
    }
    return gpd.GeoDataFrame(columns, geometry=pieces.geometry, crs=crs.GEOGRAPHIC)


def _list_gaps(layer: PolygonLayer, max_width_m: float) -> gpd.GeoDataFrame:
    gaps, areas, widths = find_gaps(layer.geometry, max_width_m=max_width_m)
    columns = {
        "layer": layer.name,
        "fault": "gap",
        "first_id": "",
        "second_id": "",
        "area_m2": areas,
        "inner_width_m": widths,
    }
    return gpd.GeoDataFrame(columns, geometry=gaps, crs=crs.GEOGRAPHIC)


def find_invalid(layer: PolygonLayer) -> gpd.GeoDataFrame:
    """List the features that were invalid in the file and had to be repaired, as the layer's problems say.

    Parameters
    ----------
    layer : PolygonLayer

    Returns
    -------
    GeoDataFrame, shape (n, 6)
        The same columns, with the repaired geometry; ``fault`` is "invalid".
    """
    rows = {problem.row for problem in layer.problems if problem.kind == "invalid_polygon" and problem.row is not None}
    places = [place for place, number in enumerate(layer.row_numbers) if number in rows] if rows else []
    shapes = layer.geometry[places]
    columns = {
        "layer": layer.name,
        "fault": "invalid",
        "first_id": [layer.ids[place] for place in places],
        "second_id": "",
        "area_m2": compute_area_m2(shapes),
        "inner_width_m": measure_inner_width_m(to_local_plane(shapes)),
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=crs.GEOGRAPHIC)


def find_gaps(
    geometry: Geometries, *, max_width_m: float = MAX_GAP_WIDTH_M
) -> tuple[Geometries, NDArray[np.float64], NDArray[np.float64]]:
    """Find narrow holes between the features of a layer.

    Parameters
    ----------
    geometry : ndarray of shapely geometries, shape (n,)
        Valid polygons, in WGS 84 [degree].
    max_width_m : float, optional
        Greatest inner width of a gap [m].

    Returns
    -------
    gaps : ndarray of Polygon, shape (m,)
    areas, widths : ndarray, shape (m,)
        [m²], [m]. Only holes that features enclose are found; a notch that is open to the outside is none.
    """
    there = geometry[~shapely.is_missing(geometry)]
    if not len(there):
        return np.empty(0, dtype=object), np.zeros(0), np.zeros(0)
    # Borders that neighbours share differ by fractions of a millimetre: widened by one, they close.
    united = shapely.buffer(shapely.disjoint_subset_union_all(there), _GROWTH_DEGREES, join_style="mitre", quad_segs=1)
    rings = _list_holes(united)
    holes = shapely.buffer(rings, _GROWTH_DEGREES, join_style="mitre", quad_segs=1)
    widths = measure_inner_width_m(to_local_plane(holes))
    narrow = (widths >= _RESOLUTION_M) & (widths <= max_width_m) & ~_lie_in_features(holes, there)
    return holes[narrow], compute_area_m2(holes[narrow]), widths[narrow]


def _list_holes(shapes: Any) -> Geometries:
    rings, owner = shapely.get_rings(shapely.get_parts(shapes), return_index=True)
    is_hole = np.zeros(len(rings), dtype=bool)
    is_hole[1:] = owner[1:] == owner[:-1]
    return np.array([shapely.Polygon(ring) for ring in rings[is_hole]], dtype=object)


def _lie_in_features(holes: Geometries, features: Geometries) -> NDArray[np.bool_]:
    """Return whether a hole is one that a single feature has by itself, such as a pond."""
    inside = np.zeros(len(holes), dtype=bool)
    ponds = _list_holes(features)
    if len(holes) and len(ponds):
        rows, found = shapely.STRtree(ponds).query(holes, predicate="intersects")
        shared = shapely.area(shapely.intersection(holes[rows], ponds[found])) / shapely.area(holes[rows])
        inside[rows[shared > _SAME_HOLE]] = True
    return inside
