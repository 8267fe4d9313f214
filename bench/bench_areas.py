"""Geodesic areas of every county, ours beside the plain loop over pyproj.

Usage: ``python bench/bench_areas.py [-o FILE.json] [--quick]``

Both are timed in this run on this machine, best of three; the answers must agree to `AGREEMENT`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.sources import BUILT_IN
from pilotzones.geo.geometry.area import compute_area_km2

Areas = NDArray[np.float64]
Geometries = NDArray[np.object_]
AGREEMENT = 1e-9  # largest relative difference allowed


def measure_in_loop(geometries: Geometries) -> Areas:
    """Measure areas as the manual of pyproj has them: orient each polygon, ask for its area [km²]."""
    geod = Geod(ellps="WGS84")
    return np.array([geod.geometry_area_perimeter(shapely.orient_polygons(shape))[0] / 1e6 for shape in geometries])


def time_call(measure: Callable[[Geometries], Areas], geometries: Geometries) -> tuple[float, Areas]:
    """Measure the seconds that one call took, and return its answer."""
    began = time.perf_counter()
    areas = measure(geometries)
    return time.perf_counter() - began, areas


def compare(source: str, repeats: int, progress: Progress) -> dict[str, Any]:
    """Return the best times of both on one boundary source, turn and turn about."""
    geometries = load(source).counties.geometry.to_numpy()
    task = progress.add_task(f"{source}: {len(geometries):,} counties", total=2 * repeats)
    ours, theirs = [], []
    for _ in range(repeats):
        seconds, own = time_call(compute_area_km2, geometries)
        ours.append(seconds)
        progress.advance(task)
        seconds, plain = time_call(measure_in_loop, geometries)
        theirs.append(seconds)
        progress.advance(task)
    return {
        "source": source,
        "counties": len(geometries),
        "vertices": int(shapely.get_num_coordinates(geometries).sum()),
        "ours_s": min(ours),
        "plain_loop_s": min(theirs),
        "times_faster": min(theirs) / min(ours),
        "largest_relative_difference": float(np.max(np.abs(own - plain) / plain)),
    }


def as_table(results: list[dict[str, Any]]) -> Table:
    """Show the results for people."""
    table = Table(title="geodesic areas of all counties, best of the repeats")
    headings = ("source", "counties", "vertices", "ours [s]", "plain loop [s]", "times faster", "largest difference")
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "source" else "right")
    for row in results:
        table.add_row(
            row["source"],
            f"{row['counties']:,}",
            f"{row['vertices']:,}",
            f"{row['ours_s']:.3f}",
            f"{row['plain_loop_s']:.3f}",
            f"{row['times_faster']:.2f}",
            f"{row['largest_relative_difference']:.1e}",
        )
    return table


def main() -> int:
    """Run the benchmark; 1 when the answers differ or ours is slower."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, help="write the figures as JSON to this file")
    parser.add_argument("--quick", action="store_true", help="one repeat instead of three")
    arguments = parser.parse_args()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        results = [compare(source, 1 if arguments.quick else 3, progress) for source in BUILT_IN]
    Console().print(as_table(results))
    if arguments.output:
        report = {"benchmark": "areas", "cores": os.cpu_count(), "agreement": AGREEMENT, "results": results}
        arguments.output.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    good = all(row["largest_relative_difference"] <= AGREEMENT and row["times_faster"] >= 1 for row in results)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
