"""Zones against tasks: who takes on what, which tasks go together, which zones are alike, how regions differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pilotzones.geo.catalogue.models import Programme, Zone

__all__ = ["Matrix", "build_matrix", "find_closest_pairs"]


@dataclass(frozen=True)
class Matrix:
    """Zones (rows) against tasks (columns).

    Parameters
    ----------
    zones : tuple of int
        Numbers of the zones, in document order.
    tasks : tuple of int
        Numbers of the tasks.
    regions : tuple of str
        Regions that have one of the zones, in the programme's order.
    region_of : tuple of str
        Region of each zone.
    has : ndarray of bool, shape (zones, tasks)
        Whether a zone takes on a task.
    """

    zones: tuple[int, ...]
    tasks: tuple[int, ...]
    regions: tuple[str, ...]
    region_of: tuple[str, ...]
    has: NDArray[np.bool_]

    @property
    def per_zone(self) -> NDArray[np.int_]:
        """Tasks of each zone, shape (zones,)."""
        counts: NDArray[np.int_] = self.has.sum(axis=1)
        return counts

    @property
    def per_task(self) -> NDArray[np.int_]:
        """Zones that take on each task, shape (tasks,)."""
        counts: NDArray[np.int_] = self.has.sum(axis=0)
        return counts

    @property
    def per_region(self) -> NDArray[np.int_]:
        """Zones of each region that take on each task, shape (regions, tasks)."""
        rows = [self.has[[own == region for own in self.region_of]].sum(axis=0) for region in self.regions]
        return np.array(rows, dtype=int).reshape(len(self.regions), len(self.tasks))

    @property
    def region_sizes(self) -> NDArray[np.int_]:
        """Zones in each region, shape (regions,)."""
        return np.array([self.region_of.count(region) for region in self.regions], dtype=int)

    def count_common_zones(self) -> NDArray[np.int_]:
        """Count the zones that take on both of two tasks, shape (tasks, tasks); the diagonal is `per_task`."""
        has = self.has.astype(int)
        both: NDArray[np.int_] = has.T @ has
        return both

    def count_common_tasks(self) -> NDArray[np.int_]:
        """Count the tasks that two zones share, shape (zones, zones); the diagonal is `per_zone`."""
        has = self.has.astype(int)
        shared: NDArray[np.int_] = has @ has.T
        return shared


def build_matrix(programme: Programme, zones: Sequence[Zone] | None = None) -> Matrix:
    """Build the matrix of a programme.

    Parameters
    ----------
    programme : Programme
        One without tasks gives a matrix without columns.
    zones : sequence of Zone, optional
        Only these; all by default.

    Returns
    -------
    Matrix
    """
    rows = programme.zones if zones is None else tuple(zones)
    tasks = tuple(task.number for task in programme.tasks)
    region_of = tuple(zone.region for zone in rows)
    has = np.array([[task in zone.tasks for task in tasks] for zone in rows], dtype=bool)
    return Matrix(
        zones=tuple(zone.order for zone in rows),
        tasks=tasks,
        regions=tuple(region.name_zh for region in programme.regions if region.name_zh in region_of),
        region_of=region_of,
        has=has.reshape(len(rows), len(tasks)),
    )


def find_closest_pairs(counts: NDArray[np.int_]) -> tuple[list[tuple[int, int]], int]:
    """Find the pairs that have most in common.

    Parameters
    ----------
    counts : ndarray of int, shape (n, n)
        Of `Matrix.count_common_zones` or `Matrix.count_common_tasks`.

    Returns
    -------
    pairs : list of tuple of int
        Rows of the two, the smaller first; empty when no two have anything in common.
    most : int
        What they have in common.
    """
    below = np.tril(counts, -1)
    most = int(below.max(initial=0))
    return [(int(j), int(i)) for i, j in np.argwhere((below == most) & (below > 0))], most
