"""Export of the 2,891 counties beside GeoDataFrame.to_file and to_parquet: the same rows into the same format.

Ours also puts provenance, field dictionary and styles inside, reads the file back and writes it whole or not at all; the
time of that is in the figures. Medians of several runs each, in turn. Usage:
``python bench/bench_export.py [--format gpkg --format shapefile …] [--runs 9]``
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.export import FORMATS, ExportLayer, build_layer, write
from pilotzones.geo.join import join

RUNS = 9
LIMIT = 1.2
DRIVERS = {
    "geojson": "GeoJSON",
    "geojsonseq": "GeoJSONSeq",
    "gpkg": "GPKG",
    "flatgeobuf": "FlatGeobuf",
    "kml": "LIBKML",
    "shapefile": "ESRI Shapefile",
    "csv": "CSV",
}


def write_by_geopandas(made: ExportLayer, path: Path, kind: str) -> None:
    """Write what a user of geopandas would write."""
    if kind == "geoparquet":
        made.frame.to_parquet(path, compression="zstd", write_covering_bbox=True, schema_version="1.1.0")
    elif kind == "csv":
        made.frame.to_file(path, driver="CSV", GEOMETRY="AS_WKT")
    else:
        made.frame.to_file(path, driver=DRIVERS[kind])
    if kind == "shapefile":
        # One file to pass on, as ours is.
        with zipfile.ZipFile(path.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
            for part in path.parent.glob("peer.[!z]*"):
                archive.write(part, part.name)


def time_run(work: Callable[[], object]) -> float:
    """Measure the time of one run [s]."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(made: ExportLayer, folder: Path, kind: str, runs: int) -> tuple[float, float]:
    """Return the medians of ours and of the peer [s], after a run of each that loads what they need."""
    ours = folder / f"ours{FORMATS[kind].suffix}"
    theirs = folder / f"peer.{'shp' if kind == 'shapefile' else FORMATS[kind].suffix.lstrip('.')}"
    times: list[tuple[float, float]] = []
    for _ in range(runs + 1):
        theirs.unlink(missing_ok=True)
        own = time_run(lambda: write(made, ours, format=kind))
        times.append((own, time_run(lambda: write_by_geopandas(made, theirs, kind))))
    own, other = (statistics.median(column) for column in zip(*times[1:], strict=True))
    return own, other


def main(arguments: list[str] | None = None) -> int:
    """Time every format that both can write, and compare with the limit."""
    parser = argparse.ArgumentParser(description="Exports beside GeoDataFrame.to_file and to_parquet.")
    known = (*DRIVERS, "geoparquet")
    parser.add_argument("--format", action="append", choices=known, help="only this one; may be given again")
    parser.add_argument("--runs", type=int, default=RUNS, help="of each (default: %(default)s)")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    made = build_layer(join(load_programme(), load("tianditu")), "context")
    print(f"{len(made.frame)} counties, seconds, median of {options.runs}\n format      ours   peer  ratio")
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for kind in options.format or known:
            own, other = compare(made, Path(folder), kind, options.runs)
            worst = max(worst, own / other)
            print(f" {kind:10s} {own:6.2f} {other:6.2f} {own / other:6.2f}", flush=True)
    print(f"limit {LIMIT}: {'met' if worst <= LIMIT else 'missed'}")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
