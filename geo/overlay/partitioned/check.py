"""Compare two partitioned layers: what to do in which order, and the tables of the whole.

A tile is a partition of the first layer with whatever the second has there; the results do not depend on how the layers are
cut. Output partitions are written as their tiles finish. A task that is lost with its worker is run again and writes the
same file anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from pilotzones.geo.boundaries.upload.issue_log import build_issue_table
from pilotzones.geo.errors import OverlayError, Problem, make_problem
from pilotzones.geo.files.atomic_file import check_writable, write_atomically
from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark
from pilotzones.geo.messages import Language
from pilotzones.geo.overlay.conflicts import LayerFacts
from pilotzones.geo.overlay.grouping import list_hidden_columns
from pilotzones.geo.overlay.layer_shift import choose_sample, find_layer_shift
from pilotzones.geo.overlay.models import Thresholds, name_apart
from pilotzones.geo.overlay.pairs import MEETING_DEGREES, Progress
from pilotzones.geo.overlay.partitioned.executors import Executor, connect
from pilotzones.geo.overlay.partitioned.partitions import PartitionedLayer
from pilotzones.geo.overlay.partitioned.tasks import (
    Box,
    Job,
    PartitionFacts,
    TileReport,
    check_tile,
    find_partition_faults,
    sample_partition,
    sum_partition,
    survey_partition,
)
from pilotzones.geo.overlay.rates import add_rates
from pilotzones.geo.overlay.reasons import compute_source_tolerance_m
from pilotzones.geo.overlay.runner import add_varied, check_columns, describe_shift
from pilotzones.geo.overlay.upload.reader import find_column

__all__ = ["PartitionedResult", "check_partitioned"]

# Twins lie at most so far apart [degree], as in `layer_shift`.
_REACH_DEGREES: Final = 0.015


@dataclass(frozen=True)
class PartitionedResult:
    """The tables of a whole check; its layers are in the folder.

    Parameters
    ----------
    rates, sensitivity : DataFrame
        As in `pilotzones.geo.overlay.models.OverlayResult`.
    touches, conflicts, slivers : int
    problems : tuple of Problem
        The issue log.
    """

    rates: pd.DataFrame
    sensitivity: pd.DataFrame
    touches: int
    conflicts: int
    slivers: int
    problems: tuple[Problem, ...]


def check_partitioned(
    a: PartitionedLayer,
    b: PartitionedLayer,
    folder: Path,
    *,
    thresholds: Thresholds | None = None,
    groupings: Sequence[str] = (),
    scales: tuple[float | None, float | None] = (None, None),
    scheduler: str | None = None,
    lang: Language = "en",
    progress: Progress | None = None,
) -> PartitionedResult:
    """Compare two partitioned layers.

    Parameters
    ----------
    a, b : PartitionedLayer
    folder : Path
        New or empty; all workers see it under this path.
    thresholds : Thresholds, optional
    groupings : sequence of str, optional
        As for `pilotzones.geo.overlay.upload.reader.make_grouping`.
    scales : tuple of two floats or None, optional
        As for `pilotzones.geo.overlay.runner.check_overlay`.
    scheduler : str, optional
        Address of a Dask scheduler; without it the tiles are checked here, one after another.
    lang : {"zh", "en"}, optional
        Of the issue log.
    progress : callable, optional
        Called with the tasks done and all tasks; what it raises ends the work.

    Returns
    -------
    PartitionedResult

    Raises
    ------
    OverlayError
        When the folder holds something, the cluster cannot be used, no layer has a column to count by, or a layer cannot
        be read.
    ExportError
        When the folder cannot be written.
    IntakeError
        When a partition is refused.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OverlayError(make_problem(str(folder), "folder_foreign"))
    check_writable(folder, folder)
    columns = tuple(filter(None, map(find_column, groupings)))
    check_columns(columns, [a.all_columns, b.all_columns])
    a, b = (replace(layer, columns=columns) for layer in name_apart(a, b))
    job = Job(
        a,
        b,
        thresholds or Thresholds(),
        LayerFacts(),
        tuple(groupings),
        str(folder.resolve()),
        1 if scheduler else None,
    )
    with connect(scheduler) as execute:
        result = _Check(job, execute, progress).run(scales)
    built_in = [name for name in groupings if find_column(name) is None]
    hidden = list_hidden_columns([(layer.name, layer.all_columns) for layer in (a, b)], built_in)
    result = replace(result, problems=(*result.problems, *hidden))
    _write_tables(folder, result, lang)
    return result


class _Check:
    """The steps of one check."""

    def __init__(self, job: Job, execute: Executor, progress: Progress | None) -> None:
        self._job = job
        self._execute = execute
        self._progress = progress
        self._sides = {"a": job.a, "b": job.b}
        # A survey, the faults and the sums of each partition of both layers, a sample and a tile for each of `a`.
        self._total = 3 * sum(len(layer.partitions) for layer in self._sides.values()) + 2 * len(job.a.partitions)
        self._done = 0

    def run(self, scales: tuple[float | None, float | None]) -> PartitionedResult:
        surveys = {side: self._survey_partitions(layer) for side, layer in self._sides.items()}
        boxes = {side: [facts.box for facts in found] for side, found in surveys.items()}
        problems = [problem for found in surveys.values() for facts in found for problem in facts.problems]
        shift = self._find_shift(boxes)
        problems += describe_shift(shift, self._job.a.name, self._job.b.name)
        facts = LayerFacts(shift.reason if shift else "", compute_source_tolerance_m(*scales))
        self._job = replace(self._job, facts=facts)
        overlapping = {side: self._find_faults(side, boxes[side]) for side in self._sides}
        reports = self._check_tiles(boxes)
        sums, varied = self._sum(reports, overlapping)
        return PartitionedResult(
            add_rates(sums),
            add_varied(varied),
            sum(report.touches for report in reports),
            sum(report.conflicts for report in reports),
            sum(report.slivers for report in reports),
            tuple(problems),
        )

    def _map(self, task: Any, *arguments: Any) -> list[Any]:
        """Run a task for each argument; results in the order of the arguments."""
        results: dict[int, Any] = {}
        for number, result in self._execute(task, *arguments):
            results[number] = result
            self._done += 1
            if self._progress is not None:
                self._progress(self._done, self._total)
        return [results[number] for number in sorted(results)]

    def _survey_partitions(self, layer: PartitionedLayer) -> list[PartitionFacts]:
        numbers = range(len(layer.partitions))
        return self._map(survey_partition, [layer] * len(numbers), numbers)

    def _find_shift(self, boxes: dict[str, list[Box | None]]) -> Any:
        a, b = self._job.a, self._job.b
        sample = choose_sample(a.rows) + 1
        edges = np.array([part.first for part in a.partitions] + [a.rows])
        chosen = [sample[(sample > low) & (sample <= high)] for low, high in pairwise(edges)]
        near = [_list_near(box, boxes["b"], _REACH_DEGREES) for box in boxes["a"]]
        numbers = range(len(a.partitions))
        count = len(numbers)
        twins = self._map(sample_partition, [a] * count, numbers, [b] * count, near, chosen)
        here, there, feature = (np.concatenate(part) for part in zip(*twins, strict=True))
        return find_layer_shift(here, there, feature, len(sample))

    def _find_faults(self, side: str, boxes: list[Box | None]) -> Any:
        layer = self._sides[side]
        numbers = range(len(layer.partitions))
        near = [[other for other in _list_near(boxes[number], boxes) if other > number] for number in numbers]
        paths = [f"{self._job.folder}/faults/{side}-part-{number:06d}.parquet" for number in numbers]
        count = len(numbers)
        found = self._map(find_partition_faults, [layer] * count, numbers, near, paths, [self._job.workers] * count)
        return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *found]))

    def _check_tiles(self, boxes: dict[str, list[Box | None]]) -> list[TileReport]:
        near = [_list_near(box, boxes["b"], MEETING_DEGREES) for box in boxes["a"]]
        return self._map(check_tile, [self._job] * len(near), range(len(near)), near)

    def _sum(
        self, reports: Sequence[TileReport], overlapping: dict[str, Any]
    ) -> tuple[list[pd.DataFrame], dict[float, list[pd.DataFrame]]]:
        tiles = {
            "a": [[number] for number in range(len(reports))],
            "b": [
                [tile for tile, report in enumerate(reports) if number in report.met]
                for number in range(len(self._job.b.partitions))
            ],
        }
        sums: list[pd.DataFrame] = []
        varied: dict[float, list[pd.DataFrame]] = {}
        for side, other in (("a", "b"), ("b", "a")):
            count = len(tiles[side])
            arguments = ([self._job] * count, [side] * count, range(count), tiles[side], [overlapping[other]] * count)
            for own, own_varied in self._map(sum_partition, *arguments):
                sums += own
                for width, tables in own_varied.items():
                    varied.setdefault(width, []).extend(tables)
        return sums, varied


def _list_near(box: Box | None, boxes: Sequence[Box | None], margin: float = 0.0) -> list[int]:
    if box is None:
        return []
    west, south, east, north = box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin
    return [
        number
        for number, other in enumerate(boxes)
        if other is not None and other[0] <= east and other[2] >= west and other[1] <= north and other[3] >= south
    ]


def _write_tables(folder: Path, result: PartitionedResult, lang: Language) -> None:
    tables = {
        "rates": result.rates,
        "sensitivity": result.sensitivity,
        "issues": build_issue_table(result.problems, lang),
    }
    for name, table in tables.items():
        write_atomically(folder / f"{name}.csv", with_byte_order_mark(format_csv(table.astype(object))))
    summary = {"conflicts": result.conflicts, "slivers": result.slivers, "touches": result.touches}
    write_atomically(folder / "summary.json", (json.dumps(summary, indent=1) + "\n").encode())
