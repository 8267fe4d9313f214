"""Export of the 2,891 counties beside GeoDataFrame.to_file and to_parquet: the same rows into the same format.

Ours also puts provenance, field dictionary and styles inside, reads the file back and writes it whole or not at all; the
time of that is in the figures. Best of several runs each, in turn. Usage: ``python bench/bench_export.py``
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geo.boundaries import load
from geo.catalogue import load_programme
from geo.export import FORMATS, Layer, layer, write
from geo.join import join

RUNS = 5
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


def peer(made: Layer, path: Path, kind: str) -> None:
    """What a user of geopandas would write."""
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


def best(work: Callable[[], object]) -> float:
    """Shortest of several runs [s]."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> int:
    """Time every format that both can write, and compare with the limit."""
    warnings.simplefilter("ignore")
    made = layer(join(load_programme(), load("tianditu")), "context")
    print(f"{len(made.frame)} counties, seconds, best of {RUNS}\n format      ours   peer  ratio")
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for kind in (*DRIVERS, "geoparquet"):
            ours = Path(folder) / f"ours{FORMATS[kind].suffix}"
            theirs = Path(folder) / f"peer.{'shp' if kind == 'shapefile' else FORMATS[kind].suffix.lstrip('.')}"
            times: tuple[list[float], list[float]] = ([], [])
            for _ in range(RUNS):
                theirs.unlink(missing_ok=True)
                times[0].append(best(lambda: write(made, ours, format=kind)))  # noqa: B023
                times[1].append(best(lambda: peer(made, theirs, kind)))  # noqa: B023
            own, other = map(min, times)
            worst = max(worst, own / other)
            print(f" {kind:10s} {own:6.2f} {other:6.2f} {own / other:6.2f}")
    print(f"limit {LIMIT}: {'met' if worst <= LIMIT else 'missed'}")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
