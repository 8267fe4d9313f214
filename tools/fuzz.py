"""Boundary files with flipped, lost, repeated and exchanged bytes, given to the reader that opens them.

Usage: ``python tools/fuzz.py [--seconds N] [--keep FOLDER] [-o FILE.json]``

Each format has a process of its own whose GDAL knows that format only, as in the app; every damaged file is opened in a fork
of it, with the limits of an upload. A case fails when an exception is not caught or the answer takes more than 10 s; one that
the system ends (a limit, or a fault inside a library) is counted apart: the app refuses such a file. Failures, and with
``--keep`` one example of every kind of answer, are kept; ``tests/security/test_fuzz_boundary_files.py`` opens what is kept in
``tests/data/boundary_files``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "tests" / "data" / "boundary_files"
_SUFFIX = {
    "geojson": ".geojson", "gpkg": ".gpkg", "flatgeobuf": ".fgb", "kml": ".kml", "zip": ".zip", "sqlite": ".sqlite",
    "gml": ".gml", "mapinfo": ".mif", "parquet": ".parquet", "csv": ".csv", "filegdb": ".gdb.zip", "workbook": ".xlsx",
}  # fmt: skip
KINDS = tuple(_SUFFIX)
# How a kind is recognised where it is a zip.
_OPENED_AS = {"filegdb": "zip", "workbook": "zip"}
_PATIENCE = 12.0
_SLOW = 10.0
_UNCAUGHT = 99
_KEPT_BYTES = 20_000
# Pieces of the formats themselves, and figures at the edge of what they can hold.
_PIECES = (
    b"\x00", b"\xff" * 4, b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"1e999", b"NaN", b"-0", b"[", b"]", b"{", b"null", b'"',
    b"</coordinates>", b"<coordinates>", b"120,30 ", "区".encode("gb18030"), b"\xed\xa0\x80", b"PK\x01\x02", b"<!DOCTYPE kml>",
)  # fmt: skip


def write_seeds(folder: Path) -> None:
    """Write small good files of every kind."""
    import geopandas as gpd
    import shapely

    shapes = [
        shapely.box(120, 30, 121, 31).difference(shapely.box(120.2, 30.2, 120.4, 30.4)),
        shapely.box(121, 30, 122, 31),
    ]
    columns = {"adcode": ["330402", "330411"], "name": ["南湖区", "秀洲区"]}
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)
    drivers = {
        "geojson": "GeoJSON", "gpkg": "GPKG", "flatgeobuf": "FlatGeobuf", "kml": "KML", "sqlite": "SQLite", "gml": "GML",
    }  # fmt: skip
    for kind, driver in drivers.items():
        frame.to_file(folder / f"seed{_SUFFIX[kind]}", driver=driver)
    frame.to_file(folder / "seed.mif", driver="MapInfo File", FORMAT="MIF")
    frame.to_parquet(folder / "seed.parquet")
    table = frame.assign(wkt=frame.geometry.to_wkt()).drop(columns="geometry")
    table.to_csv(folder / "seed.csv", index=False)
    table.to_excel(folder / "seed.xlsx", index=False)
    frame.to_file(folder / "seed.gdb", driver="OpenFileGDB")
    with zipfile.ZipFile(folder / "seed.gdb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted((folder / "seed.gdb").iterdir()):
            archive.write(part, f"seed.gdb/{part.name}")
    frame.to_file(folder / "seed.shp", driver="ESRI Shapefile", encoding="utf-8")
    with zipfile.ZipFile(folder / "seed.zip", "w") as archive:
        for part in sorted(folder.glob("seed.*")):
            if part.suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
                archive.write(part, part.name)


def damage(content: bytes, dice: random.Random) -> bytes:
    """Return the same file after a few accidents."""
    raw = bytearray(content)
    for _ in range(dice.choice((1, 1, 2, 4, 8))):
        place, length = dice.randrange(len(raw) or 1), dice.choice((1, 2, 4, 16, 200))
        accident = dice.randrange(6)
        if accident == 0 and raw:
            raw[place] ^= 1 << dice.randrange(8)
        elif accident == 1:
            del raw[place : place + length]
        elif accident == 2:
            raw[place:place] = raw[place : place + length] * dice.choice((1, 2, 50))
        elif accident == 3:
            piece = dice.choice(_PIECES)
            raw[place : place + len(piece)] = piece
        elif accident == 4:
            raw[place:place] = dice.choice(_PIECES)
        elif raw:
            raw[place] = dice.randrange(256)
    return bytes(raw)


def _open(path: Path, kind: str, result: Path) -> None:
    """Do what the app's own process does, in a fork that ends with it; the folder of the result is all it may write to."""
    import pyogrio

    from pilotzones.geo.boundaries.upload.worker import Request, process_order
    from pilotzones.geo.sandbox.limits import UPLOAD
    from pilotzones.geo.sandbox.worker_process import limit_process

    try:
        copy = result.parent / f"input{path.suffix}"
        copy.write_bytes(path.read_bytes())
        os.chdir(result.parent)
        limit_process(UPLOAD)
        installed = list(pyogrio.list_drivers())
        process_order(
            Request(copy, _OPENED_AS.get(kind, kind), "x", repair=True, installed=installed), result, limits=UPLOAD
        )
    except BaseException:  # noqa: BLE001  # whatever it is, it was not caught where it should have been
        traceback.print_exc()
        os._exit(_UNCAUGHT)
    os._exit(0)


def _answer(path: Path, kind: str, result: Path) -> tuple[str, float]:
    """Return how opening ended: "read", "refused", "uncaught", "slow" or "ended by signal n"; and how long it took [s]."""
    import pyarrow as pa

    # A folder of its own for each, which unpacking fills.
    shutil.rmtree(result.parent, ignore_errors=True)
    result.parent.mkdir()
    started = time.monotonic()
    child = os.fork()
    if not child:
        _open(path, kind, result)
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        took = time.monotonic() - started
        if done:
            break
        if took > _PATIENCE:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "slow", took
        time.sleep(0.001)
    if os.WIFSIGNALED(status):
        return f"ended by signal {os.WTERMSIG(status)}", took
    if os.WEXITSTATUS(status) or not result.is_file():
        return "uncaught", took
    if took > _SLOW:
        return "slow", took
    table = pa.ipc.open_file(pa.OSFile(str(result))).read_all()
    problems = json.loads(table.schema.metadata[b"issues"])
    errors = sorted({problem["kind"] for problem in problems if problem["severity"] == "error"})
    return f"refused: {errors[0]}" if errors else "read", took


def fuzz_reader(kind: str, folder: Path, seconds: float, keep: Path | None, seed: int) -> dict[str, Any]:
    """Open damaged files of one kind for so long; runs in a process whose GDAL knows that kind only."""
    # Loaded once, before the forks.
    import pyogrio

    from pilotzones.geo.boundaries.upload.formats import layers  # noqa: F401

    assert set(pyogrio.list_drivers()) <= _list_drivers(kind)
    dice = random.Random(f"{kind}{seed}")
    suffix = _SUFFIX[kind]
    pool = [path.read_bytes() for path in [folder / f"seed{suffix}", *sorted(CORPUS.glob(f"*{suffix}"))]]
    path, result = folder / f"case{suffix}", folder / kind / "result.arrow"
    answers: Counter[str] = Counter()
    longest, until = 0.0, time.monotonic() + seconds
    while time.monotonic() < until:
        content = damage(dice.choice(pool), dice)
        path.write_bytes(content)
        answer, took = _answer(path, kind, result)
        longest = max(longest, took)
        is_fault = answer.startswith(("uncaught", "slow", "ended"))
        is_new = keep is not None and not answers[answer] and len(content) <= _KEPT_BYTES
        answers[answer] += 1
        if is_fault or is_new:
            _keep(content, answer, suffix, keep or Path(tempfile.gettempdir()) / "pilotzones-fuzz")
    return {"answers": dict(answers), "longest_s": round(longest, 2)}


def _list_drivers(kind: str) -> frozenset[str]:
    from pilotzones.geo.boundaries.upload.formats.gdal_reader import DRIVERS

    return frozenset(DRIVERS["shapefile" if kind == "zip" else kind])  # type: ignore[index]


def _keep(content: bytes, answer: str, suffix: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    words = answer.replace(": ", "-").replace(" ", "-")
    name = f"{words}-{hashlib.sha256(content).hexdigest()[:8]}{suffix}"
    (folder / name).write_bytes(content)


def main() -> None:
    """Fuzz every kind in turn, for the same time."""
    flags = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    flags.add_argument("--seconds", type=float, default=600, help="for all kinds together")
    flags.add_argument("--keep", type=Path, help="where one example of each answer goes; failures go there as well")
    flags.add_argument("--seed", type=int, default=0)
    flags.add_argument("--reader", choices=KINDS, help=argparse.SUPPRESS)
    flags.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    flags.add_argument("-o", "--output", type=Path)
    arguments = flags.parse_args()
    if arguments.reader:
        found = fuzz_reader(arguments.reader, arguments.folder, arguments.seconds, arguments.keep, arguments.seed)
        print(json.dumps(found))
        return
    figures = _fuzz_all(arguments)
    text = json.dumps(figures, indent=2)
    print(text)
    if arguments.output:
        arguments.output.write_text(text + "\n", encoding="utf-8")
    sys.exit(bool(figures["uncaught"] or figures["too_slow"]))


def _fuzz_all(arguments: argparse.Namespace) -> dict[str, Any]:
    import pyogrio

    from pilotzones.geo.boundaries.upload.formats.gdal_reader import build_gdal_environment

    each = arguments.seconds / len(KINDS)
    found: dict[str, Any] = {}
    installed = pyogrio.list_drivers()
    with tempfile.TemporaryDirectory(prefix="pilotzones-fuzz-") as name:
        folder = Path(name)
        write_seeds(folder)
        for kind in KINDS:
            command = [sys.executable, __file__, "--reader", kind, "--folder", name, "--seconds", str(each)]
            command += ["--seed", str(arguments.seed), *(["--keep", str(arguments.keep)] if arguments.keep else [])]
            environment = os.environ | build_gdal_environment(_list_drivers(kind), installed=installed) | {
                "PYTHONPATH": str(ROOT), "ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1", "CPL_LOG": os.devnull,
                "OPENBLAS_NUM_THREADS": "1",
            }  # fmt: skip
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
            found[kind] = json.loads(done.stdout)
    answers = Counter[str]()
    for one in found.values():
        answers.update(one["answers"])
    return {
        "kinds": len(KINDS),
        "seconds_each": round(each, 1),
        "cases": sum(answers.values()),
        "uncaught": answers["uncaught"],
        "too_slow": answers["slow"],
        "ended_by_the_system": sum(count for answer, count in answers.items() if answer.startswith("ended")),
        "longest_s": max(one["longest_s"] for one in found.values()),
        "answers": dict(sorted(answers.items())),
    }


if __name__ == "__main__":
    main()
