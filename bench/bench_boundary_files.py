"""Time to check a boundary file of all counties beside the time in which pyogrio alone reads it, each in a process of its own.

Usage: ``python bench/bench_boundary_files.py [--runs N] [FORMAT …]``. The two take turns and the median of N runs counts;
processor time is what both processes and their children used, and depends less on what else the machine does.
"""

from __future__ import annotations

import argparse
import compileall
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import geopandas as gpd

from pilotzones.geo.boundaries.loader import load_counties

ROOT: Final = Path(__file__).parents[1]
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


def _measure(command: list[str], codes: tuple[int, ...] = (0,)) -> tuple[float, float]:
    """Measure wall time and processor time of a command [s]."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in codes:
        raise SystemExit(done.stderr.decode() or done.stdout.decode())
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print a line for each format."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("formats", nargs="*", help=f"of {', '.join(_FORMATS)} (default: all)")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    # As they are in an installed package: a worker may not write where its modules lie.
    for name in ("cli", "geo"):
        compileall.compile_dir(ROOT / name, quiet=1)
    frame = load_counties("tianditu").counties
    print(f"{len(frame)} counties, s: pyogrio, check, times as long (wall | processor)")
    with tempfile.TemporaryDirectory() as folder:
        for kind in options.formats or _FORMATS:
            path = _write(kind, frame, Path(folder))
            read = "geopandas.read_parquet" if kind == "parquet" else "pyogrio.read_dataframe"
            alone = [sys.executable, "-c", f"import geopandas, pyogrio; {read}({str(path)!r})"]
            checked = [sys.executable, "-m", "pilotzones.cli", "check", "--boundaries", str(path)]
            # 2: with a warning, for a CSV states no reference system.
            runs = [(*_measure(alone), *_measure(checked, codes=(0, 2))) for _ in range(options.runs)]
            wall, processor, wall_of_check, processor_of_check = map(statistics.median, zip(*runs, strict=True))
            pairs = ((wall, wall_of_check), (processor, processor_of_check))
            cells = [f"{one:6.2f} {two:6.2f} {two / one:5.1f}" for one, two in pairs]
            print(f"{kind:9}{cells[0]}  |{cells[1]}", flush=True)


if __name__ == "__main__":
    main()
