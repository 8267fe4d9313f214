"""Time the overlay check beside `geopandas.overlay` and `geofileops` on the same layers, in one run, and compare the areas.

Usage: ``python bench/bench_overlay.py [--sizes 10000 100000] [--vertices 5] [--rounds 1] [--geofileops-python PATH]``.

Both layers are seamless plots with crooked borders of so many vertices a side, the second moved by a third of a plot, so that
every plot of one meets some four of the other. Times are wall-clock seconds; beside them stands the processor time, which says
more on a busy machine. The ratios are of wall-clock times, the last one of processor times. The first column of times is
`shapely.intersection` of the pairs and nothing else, on one core: no check that calls GEOS can take less than its share of a core.

geofileops needs GDAL's Python bindings and SpatiaLite; without ``--geofileops-python``, an interpreter that has them, its column
is empty. On Debian 12 the packages python3-gdal (3.6.2) and libsqlite3-mod-spatialite (5.0.1) and, in an environment of
``/usr/bin/python3 -m venv --system-site-packages``, ``geofileops==0.9.2 "geopandas<1.1" "shapely<2.1" "pandas<2.2" "pygeoops<0.6"``
do; later ones want GDAL 3.8, of which there are no wheels.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from rich.console import Console
from rich.table import Table

from pilotzones.geo.overlay.measures import compute_area_m2
from pilotzones.geo.overlay.models import PolygonLayer
from pilotzones.geo.overlay.pairs import find_pairs, intersect_pairs
from pilotzones.geo.overlay.runner import check_overlay

_PLOT_DEGREES = 0.001
_CORNER_JITTER = 0.2
_EDGE_JITTER = 0.03


def _make_plots(count: int, vertices: int, seed: int, shift: float) -> Any:
    """Make a square of plots whose neighbours share their borders vertex by vertex."""
    random = np.random.default_rng(seed)
    side = round(count**0.5)
    corners = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1), indexing="ij"), axis=-1)
    corners = corners + random.uniform(-_CORNER_JITTER, _CORNER_JITTER, corners.shape)
    share = (np.arange(1, vertices + 1) / (vertices + 1))[:, None]

    def interpolate(start: Any, end: Any) -> Any:
        points = start[..., None, :] + (end - start)[..., None, :] * share
        return points + random.uniform(-_EDGE_JITTER, _EDGE_JITTER, points.shape)

    across, along = interpolate(corners[:-1, :], corners[1:, :]), interpolate(corners[:, :-1], corners[:, 1:])
    one = corners[..., None, :]
    rings = np.concatenate(
        [
            *(one[:-1, :-1], across[:, :-1], one[1:, :-1], along[1:, :]),
            *(one[1:, 1:], across[:, 1:, ::-1], one[:-1, 1:], along[:-1, :, ::-1]),
        ],
        axis=2,
    ).reshape(side * side, -1, 2)
    points = rings * _PLOT_DEGREES + [110 + shift, 30 + shift]
    return shapely.polygons(points)


def _make_layer(name: str, shapes: Any) -> PolygonLayer:
    ids = tuple(f"{name}{number}" for number in range(len(shapes)))
    return PolygonLayer(name, shapes, ids, pd.DataFrame(index=range(len(shapes))))


@dataclass(frozen=True)
class _Run:
    """Wall-clock and processor seconds of one run, and the area of the pieces that it found [m²]."""

    wall_s: float
    processor_s: float
    area_m2: float

    def __str__(self) -> str:
        return "not installed" if np.isnan(self.wall_s) else f"{self.wall_s:.2f} ({self.processor_s:.2f})"


def _time_call(find_shapes: Callable[[], Any]) -> _Run:
    wall, processor = time.perf_counter(), time.process_time()
    shapes = find_shapes()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return _Run(wall, processor, compute_area_m2(np.asarray(shapes, dtype=object)).sum())


def _run_geofileops(frames: list[gpd.GeoDataFrame], python: str | None) -> _Run:
    """Run geofileops from file to file; its files are written before the clock starts."""
    if python is None:
        return _Run(np.nan, np.nan, np.nan)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{name}.gpkg" for name in "abc"]
        for frame, path in zip(frames, paths, strict=False):
            frame.to_file(path)
        script = Path(__file__).with_name("run_geofileops.py")
        # Only the program and the files named on the command line are run.
        done = subprocess.run([python, str(script), *map(str, paths)], capture_output=True, text=True, check=True)
        shapes = gpd.read_file(paths[2]).geometry.to_numpy()
    wall, processor = map(float, done.stdout.split()[-2:])
    return _Run(wall, processor, compute_area_m2(np.asarray(shapes, dtype=object)).sum())


def _measure(count: int, vertices: int, rounds: int, python: str | None) -> list[str]:
    a, b = (_make_plots(count, vertices, seed, seed * _PLOT_DEGREES / 3) for seed in (0, 1))
    frames = [gpd.GeoDataFrame({"number": np.arange(len(shapes))}, geometry=shapes, crs=4326) for shapes in (a, b)]
    layers = [_make_layer(name, shapes) for name, shapes in (("a", a), ("b", b))]
    rows, found = find_pairs(a, b)
    works: list[Callable[[], _Run]] = [
        lambda: _time_call(lambda: shapely.intersection(a[rows], b[found])),
        lambda: _time_call(lambda: gpd.overlay(*frames, how="intersection").geometry),
        lambda: _time_call(lambda: intersect_pairs(a, b).geometry),
        lambda: _time_call(lambda: check_overlay(*layers, all_widths=False).conflicts.geometry),
    ]
    turns = [[work() for work in works] for _ in range(rounds)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    # The shortest of several turns is the one that other programs of the machine disturbed least.
    alone, overlay, pieces, check = (min(runs, key=lambda run: run.wall_s) for runs in zip(*turns, strict=True))
    geofileops = min((_run_geofileops(frames, python) for _ in range(rounds)), key=lambda run: run.wall_s)
    areas = [run.area_m2 for run in (pieces, check, geofileops) if not np.isnan(run.area_m2)]
    difference = max(abs(area - overlay.area_m2) for area in areas) / overlay.area_m2
    ratios = [overlay.wall_s / pieces.wall_s, overlay.wall_s / check.wall_s, geofileops.wall_s / check.wall_s]
    ratios.append(overlay.processor_s / check.processor_s)
    runs = [str(run) for run in (alone, overlay, geofileops, pieces, check)]
    return [f"{count:,}", *runs, *(f"{ratio:.2f}" for ratio in ratios), f"{difference:.1e}", f"{memory:.2f}"]


def main() -> None:
    """Print a row for each size."""
    flags = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    flags.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    flags.add_argument("--vertices", type=int, default=5)
    flags.add_argument("--rounds", type=int, default=1, help="turns of each; the shortest counts")
    flags.add_argument("--geofileops-python", help="an interpreter that has geofileops")
    arguments = flags.parse_args()
    table = Table(
        "features a side",
        "GEOS alone [s] (processor)",
        "geopandas.overlay [s]",
        "geofileops [s]",
        "pieces and areas [s]",
        "whole check [s]",
        "overlay / pieces",
        "overlay / check",
        "geofileops / check",
        "overlay / check (processor)",
        "areas differ by",
        "memory [GB]",
    )
    for size in arguments.sizes:
        table.add_row(*_measure(size, arguments.vertices, arguments.rounds, arguments.geofileops_python))
    Console(width=230).print(table)


if __name__ == "__main__":
    main()
