"""The tasks of a partitioned check; each reads what it needs from files and writes its own, so that it can be run again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from pilotzones.geo.errors import Problem
from pilotzones.geo.files.atomic_file import write_atomically
from pilotzones.geo.geometry import crs
from pilotzones.geo.overlay.classification import PieceMeasures
from pilotzones.geo.overlay.conflicts import (
    LayerFacts,
    add_reasons,
    find_conflicts,
    find_reasons,
    intersect_layers,
    make_frame,
)
from pilotzones.geo.overlay.grouping import group_by_polygon
from pilotzones.geo.overlay.layer_faults import find_faults, find_invalid
from pilotzones.geo.overlay.layer_shift import sample_twins
from pilotzones.geo.overlay.measures import compute_area_m2
from pilotzones.geo.overlay.models import CLASSES, ConflictClass, PolygonLayer, Thresholds
from pilotzones.geo.overlay.pairs import MEETING_DEGREES
from pilotzones.geo.overlay.partitioned.partitions import PartitionedLayer, join_layers, read_partition
from pilotzones.geo.overlay.rates import Side
from pilotzones.geo.overlay.runner import sum_sides, sum_varied
from pilotzones.geo.overlay.upload.reader import make_grouping

__all__ = [
    "Job",
    "PartitionFacts",
    "TileReport",
    "check_tile",
    "find_partition_faults",
    "sample_partition",
    "sum_partition",
    "survey_partition",
]

Box = tuple[float, float, float, float]
Twins = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]
# How far from a feature its twin is looked for [degree], as in `layer_shift`.
_REACH_DEGREES: Final = 0.015
_CLASS_CODES: Final = {name.value: code for code, name in enumerate(CLASSES)}


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for all tiles.

    Parameters
    ----------
    a, b : PartitionedLayer
    thresholds : Thresholds
    facts : LayerFacts
    groupings : tuple of str
        As for `make_grouping`.
    folder : str
        Where the results go.
    workers : int or None
        Threads of each task.
    """

    a: PartitionedLayer
    b: PartitionedLayer
    thresholds: Thresholds
    facts: LayerFacts
    groupings: tuple[str, ...]
    folder: str
    workers: int | None


@dataclass(frozen=True, slots=True)
class PartitionFacts:
    """What is known of a partition once it was read: the box of its features [degree], and its issues."""

    box: Box | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class TileReport:
    """What a tile found: pairs that only touch, conflicts and slivers, and the partitions of `b` that it meets."""

    touches: int
    conflicts: int
    slivers: int
    met: tuple[int, ...]


def survey_partition(layer: PartitionedLayer, number: int) -> PartitionFacts:
    """Read a partition for its box and its issues.

    Parameters
    ----------
    layer : PartitionedLayer
    number : int

    Returns
    -------
    PartitionFacts
    """
    part = read_partition(layer, number)
    box = tuple(map(float, shapely.total_bounds(part.geometry))) if len(part.ids) else None
    return PartitionFacts(box, part.problems)  # type: ignore[arg-type]  # four edges


def sample_partition(
    a: PartitionedLayer, number: int, b: PartitionedLayer, near: Sequence[int], sample: Sequence[int]
) -> Twins:
    """Look for the twins of some features of a partition.

    Parameters
    ----------
    a : PartitionedLayer
    number : int
    b : PartitionedLayer
    near : sequence of int
        Partitions of `b` whose boxes meet that of the partition.
    sample : sequence of int
        Numbers of the features in the layer, from 1.

    Returns
    -------
    tuple of three ndarrays
        As `sample_twins` gives them, with the numbers of the features in the layer.
    """
    part = read_partition(a, number)
    numbers = np.asarray(part.row_numbers)
    chosen = np.flatnonzero(np.isin(numbers, sample))
    if not len(chosen):
        return np.empty((0, 2)), np.empty((0, 2)), np.empty(0, dtype=np.intp)
    other = _read_near(b, near, shapely.total_bounds(part.geometry[chosen]), _REACH_DEGREES)
    here, there, feature = sample_twins(part.geometry, other.geometry, chosen)
    return here, there, numbers[feature]


def find_partition_faults(
    layer: PartitionedLayer, number: int, near: Sequence[int], path: str, workers: int | None
) -> NDArray[np.int64]:
    """Find what is wrong inside a partition, and between it and later partitions; write it down.

    Parameters
    ----------
    layer : PartitionedLayer
    number : int
    near : sequence of int
        Later partitions of the layer whose boxes meet that of this one.
    path : str
        Of the file to write.
    workers : int or None

    Returns
    -------
    ndarray of int, shape (k,)
        Numbers of the features that overlap another one.
    """
    part = read_partition(layer, number)
    others = _read_near(layer, near, shapely.total_bounds(part.geometry), 0.0)
    faults = find_faults(part, beside=others, workers=workers)
    invalid = find_invalid(part)
    _write_parquet(Path(path), gpd.GeoDataFrame(pd.concat([faults, invalid], ignore_index=True), crs=crs.GEOGRAPHIC))
    known = {*faults["first_id"], *faults["second_id"]}
    pairs = zip((*part.ids, *others.ids), (*part.row_numbers, *others.row_numbers), strict=True)
    return np.array(sorted({row for name, row in pairs if name in known}), dtype=np.int64)


def check_tile(job: Job, number: int, near: Sequence[int]) -> TileReport:
    """Find the conflicts of the features of one partition of `a`, and write them.

    Parameters
    ----------
    job : Job
    number : int
    near : sequence of int
        Partitions of `b` whose boxes meet that of the partition.

    Returns
    -------
    TileReport
    """
    a = read_partition(job.a, number)
    b = _read_near(job.b, near, shapely.total_bounds(a.geometry), MEETING_DEGREES)
    layers = (a.geometry, b.geometry)
    conflicts = find_conflicts(
        intersect_layers(*layers, job.thresholds, job.facts.source_tolerance_m, workers=job.workers),
        layers,
        (compute_area_m2(a.geometry), compute_area_m2(b.geometry)),
        thresholds=job.thresholds,
        workers=job.workers,
    )
    reasons = find_reasons(conflicts, layers, job.facts, workers=job.workers)
    pieces = conflicts.pieces
    places = {}
    for name in job.groupings:
        grouping = make_grouping(name)
        if not isinstance(grouping, str):
            group = group_by_polygon(pieces.geometry, pieces.area_m2, grouping)
            places[name] = np.array(group.names, dtype=object)[group.main]
    rows = (a.row_numbers, b.row_numbers)
    frame = add_reasons(make_frame(conflicts, (a.ids, b.ids), places, rows=rows, prefix=f"c{number}-"), reasons)
    sliver = frame["class"] == ConflictClass.DRAFTING_SLIVER.value
    for folder, part in (("conflicts", frame[~sliver]), ("slivers", frame[sliver])):
        _write_parquet(_build_part_path(job, folder, number), part)
    firsts = [part.first for part in job.b.partitions]
    met = np.unique(np.searchsorted(firsts, frame["b_row"].to_numpy() - 1, side="right") - 1)
    return TileReport(conflicts.touches, int((~sliver).sum()), int(sliver.sum()), tuple(map(int, met)))


def sum_partition(
    job: Job, side: str, number: int, tiles: Sequence[int], overlapping: NDArray[np.int64]
) -> tuple[list[pd.DataFrame], dict[float, list[pd.DataFrame]]]:
    """Add up the features of a partition, and the ground that they share with the other layer.

    Parameters
    ----------
    job : Job
    side : {"a", "b"}
    number : int
        Of the partition.
    tiles : sequence of int
        Those that found conflicts of its features.
    overlapping : ndarray of int
        Numbers of the features of the other layer that overlap another one of it.

    Returns
    -------
    sums : list of DataFrame
        As `sum_sides` gives them.
    varied : dict
        As `sum_varied` gives them.
    """
    layer = read_partition(job.a if side == "a" else job.b, number)
    numbers = np.asarray(layer.row_numbers, dtype=np.int64)
    frame = _read_pieces(job, side, numbers, tiles)
    shapes, areas = frame.geometry.to_numpy(), frame["area_m2"].to_numpy(dtype=float)
    other = frame["b_row" if side == "a" else "a_row"]
    own = Side(
        layer.name,
        compute_area_m2(layer.geometry),
        np.searchsorted(numbers, frame[f"{side}_row"].to_numpy()),
        shapes,
        areas,
        np.isin(other.to_numpy(), overlapping),
    )
    measured = PieceMeasures(
        **{
            name: frame[name].to_numpy(dtype=float)
            for name in ("area_m2", "mean_width_m", "inner_width_m", "share_of_a", "share_of_b")
        }
    )
    codes = frame["class"].map(_CLASS_CODES).to_numpy(dtype=np.int8)
    groupings = {name: make_grouping(name) for name in job.groupings}
    memberships = {
        name: group_by_polygon(shapes, areas, grouping)
        for name, grouping in groupings.items()
        if not isinstance(grouping, str)
    }
    sums = sum_sides([own], [layer], codes, groupings, memberships)
    return sums, sum_varied([own], measured, job.thresholds)


def _read_near(layer: PartitionedLayer, near: Sequence[int], box: Any, margin: float) -> PolygonLayer:
    """Read the features of partitions whose boxes meet a box; the others would only take memory."""
    west, south, east, north = box
    parts = []
    for number in near:
        part = read_partition(layer, number)
        edges = shapely.bounds(part.geometry)
        meets = (edges[:, 0] <= east + margin) & (edges[:, 2] >= west - margin)
        meets &= (edges[:, 1] <= north + margin) & (edges[:, 3] >= south - margin)
        places = np.flatnonzero(meets)
        parts.append(
            PolygonLayer(
                part.name,
                part.geometry[places],
                tuple(part.ids[place] for place in places),
                part.columns.iloc[places],
                (),
                tuple(part.row_numbers[place] for place in places),
            )
        )
    return join_layers(layer.name, parts, layer.columns)


def _read_pieces(job: Job, side: str, numbers: NDArray[np.int64], tiles: Sequence[int]) -> gpd.GeoDataFrame:
    parts = []
    for tile in tiles:
        for folder in ("conflicts", "slivers"):
            frame = gpd.read_parquet(_build_part_path(job, folder, tile))
            parts.append(frame[np.isin(frame[f"{side}_row"], numbers)])
    if not parts:
        empty: dict[str, list[Any]] = {
            name: [] for name in ("a_row", "b_row", "class", *PieceMeasures.__dataclass_fields__)
        }
        return gpd.GeoDataFrame(empty, geometry=[], crs=crs.GEOGRAPHIC)
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=crs.GEOGRAPHIC)


def _build_part_path(job: Job, folder: str, number: int) -> Path:
    return Path(job.folder) / folder / f"part-{number:06d}.parquet"


def _write_parquet(path: Path, frame: gpd.GeoDataFrame) -> None:
    stream = io.BytesIO()
    frame.reset_index(drop=True).to_parquet(stream, index=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, stream.getvalue())
