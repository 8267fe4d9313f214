"""Time to check a boundary file of all counties beside the time in which pyogrio alone reads it, each in a process of its own.

Usage: ``python bench/bench_boundary_files.py [--runs N] [FORMAT …]``. The least of N runs counts; processor time is what both
processes and their children used, and depends less on what else the machine does.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import geopandas as gpd

from pilotzones.geo.boundaries.loader import load

_FORMATS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "gpkg": ("GPKG", {}),
    "geojson": ("GeoJSON", {}),
    "geojsonl": ("GeoJSONSeq", {}),
    "fgb": ("FlatGeobuf", {}),
    "shp": ("ESRI Shapefile", {"encoding": "UTF-8"}),
    "kml": ("LIBKML", {}),
    "gml": ("GML", {}),
    "sqlite": ("SQLite", {}),
    "gdb": ("OpenFileGDB", {"promote_to_multi": True, "geometry_type": "MultiPolygon"}),
    "tab": ("MapInfo File", {}),
    "csv": ("CSV", {"GEOMETRY": "AS_WKT"}),
    "parquet": ("", {}),
}


def _write(kind: str, frame: gpd.GeoDataFrame, folder: Path) -> Path:
    driver, options = _FORMATS[kind]
    (folder / kind).mkdir()
    path = folder / kind / f"counties.{kind}"
    if driver:
        frame.to_file(path, driver=driver, **options)
    else:
        frame.to_parquet(path)
    return path


def _measure(command: list[str], runs: int) -> tuple[float, float]:
    """Measure least wall time and least processor time of a command [s]."""
    walls, processors = [], []
    for _ in range(runs):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        walls.append(time.perf_counter() - start)
        processors.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(walls), min(processors)


def main() -> None:
    """Print a line for each format."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("formats", nargs="*", help=f"of {', '.join(_FORMATS)} (default: all)")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    frame = load("tianditu").counties
    print(f"{len(frame)} counties, s: pyogrio, check, times as long (wall | processor)")
    with tempfile.TemporaryDirectory() as folder:
        for kind in options.formats or _FORMATS:
            path = _write(kind, frame, Path(folder))
            read = "geopandas.read_parquet" if kind == "parquet" else "pyogrio.read_dataframe"
            alone = _measure([sys.executable, "-c", f"import geopandas, pyogrio; {read}({str(path)!r})"], options.runs)
            checked = _measure(
                [sys.executable, "-m", "pilotzones.cli", "check", "--boundaries", str(path)], options.runs
            )
            cells = [f"{one:6.2f} {two:6.2f} {two / one:5.1f}" for one, two in zip(alone, checked, strict=True)]
            print(f"{kind:9}{cells[0]}  |{cells[1]}", flush=True)


if __name__ == "__main__":
    main()
