"""Faults: full and read-only disks, killed writers and many exports at once, for every file that is written (T-R1 to T-R4)."""

from __future__ import annotations

import csv
import io
import json
import random
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pmtiles.reader as pmtiles
import pyogrio
import pypdf
import pytest
from lxml import etree
from pyarrow import parquet

from pilotzones.cli.main import run
from pilotzones.geo.errors import ExportError
from pilotzones.geo.export import FORMATS, build_layer, encode_geojson, write
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.query.filters import Selection

ROOT = Path(__file__).parents[2]
OLD = b"old"
REPORTS = ("json", "csv", "html", "xlsx", "pdf")
# Every file the terminal writes: layers in each format, the audit's reports, the printed figure, the map in one page.
KINDS = (
    *(f"export-{name}" for name in FORMATS),
    *(f"audit-{name}" for name in REPORTS),
    *(f"figure-{name}" for name in ("pdf", "svg", "png")),
    "map-html",
)


def _target(kind: str, folder: Path) -> Path:
    what, _, name = kind.partition("-")
    return folder / f"out{FORMATS[name].suffix if what == 'export' else f'.{name}'}"


def _command(kind: str, target: Path) -> list[str]:
    what, _, name = kind.partition("-")
    return [what, "--zone", "7", *(["--format", name] if what == "export" else []), "-o", str(target)]


def _polygons(content: bytes) -> int:
    return len(pyogrio.read_dataframe(content))


def _database(content: bytes) -> bool:
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        return database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _lines(content: bytes) -> int:
    usual = csv.field_size_limit(2**31 - 1)  # for everybody, so it goes back
    count = len(list(csv.reader(io.StringIO(content.decode("utf-8-sig")))))
    csv.field_size_limit(usual)
    return count


def _whole(kind: str, content: bytes) -> bool:
    """Whether an independent reader reads all of it: the one zone, or a sound file."""
    unpacked: Callable[[bytes], bool] = lambda packed: zipfile.ZipFile(io.BytesIO(packed)).testzip() is None  # noqa: E731
    readers: dict[str, Callable[[bytes], object]] = {
        "export-geojson": lambda raw: json.loads(raw)["features"][0]["properties"]["order"] == 7,
        "export-geojsonseq": lambda raw: [json.loads(line.strip(b"\x1e")) for line in raw.splitlines()],
        "export-gpkg": _database,
        "export-flatgeobuf": lambda raw: _polygons(raw) == 1,
        "export-geoparquet": lambda raw: parquet.read_table(io.BytesIO(raw)).num_rows == 1,
        "export-kml": etree.fromstring,
        "export-shapefile": unpacked,
        "export-topojson": lambda raw: json.loads(raw)["type"] == "Topology",
        "export-csv": lambda raw: _lines(raw) == 2,
        "export-xlsx": unpacked,
        "export-pmtiles": lambda raw: pmtiles.Reader(pmtiles.MemorySource(raw)).header(),
        "audit-json": lambda raw: json.loads(raw)["zones"][0]["order"] == 7,
        "audit-csv": lambda raw: _lines(raw) == 2,
        "audit-html": lambda raw: raw.rstrip().endswith(b"</html>"),
        "audit-xlsx": unpacked,
        "audit-pdf": lambda raw: len(pypdf.PdfReader(io.BytesIO(raw)).pages) > 0,
        "figure-pdf": lambda raw: len(pypdf.PdfReader(io.BytesIO(raw)).pages) == 1,
        "figure-svg": etree.fromstring,
        "figure-png": lambda raw: raw.endswith(b"IEND\xaeB`\x82"),
        "map-html": lambda raw: raw.rstrip().endswith(b"</html>"),
    }
    return readers[kind](content) not in (False, None)


@pytest.fixture(scope="module")
def full_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of 16 kB; only the superuser can mount one."""
    disk = tmp_path_factory.mktemp("disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here; tests/unit/geo/files/test_atomic_file.py has the limit on file sizes")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every kind with --thorough; every day the formats whose writers differ, as figures and reports take seconds each."""
    if "disk_kind" in metafunc.fixturenames:
        everyday = [kind for kind in KINDS if kind.startswith("export")] + ["audit-json", "audit-xlsx"]
        metafunc.parametrize("disk_kind", KINDS if metafunc.config.getoption("--thorough") else everyday)


def test_a_full_disk_leaves_the_old_file(disk_kind: str, full_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = _target(disk_kind, full_disk)
    target.write_bytes(OLD)
    # What is left on the disk is less than any of these files.
    filler = full_disk / "filler"
    filler.write_bytes(b"x" * 8192)
    code = run(_command(disk_kind, target))
    told = capsys.readouterr().err
    filler.unlink()
    left = sorted(path.name for path in full_disk.iterdir())
    content = target.read_bytes()
    for path in full_disk.iterdir():
        path.unlink()
    if code == 1:
        assert f"{target.name} was not written: the disk is full" in told
        assert (content, left) == (OLD, [target.name])
    else:
        # A short table may fit; then it is the new one, whole.
        assert _whole(disk_kind, content)


def test_a_read_only_disk_leaves_the_old_file(
    disk_kind: str, full_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = _target(disk_kind, full_disk)
    target.write_bytes(OLD)
    subprocess.run(["mount", "-o", "remount,ro", str(full_disk)], check=True)
    try:
        assert run(_command(disk_kind, target)) == 1
        assert "the file system is read-only" in capsys.readouterr().err
        assert target.read_bytes() == OLD
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(full_disk)], check=True)
        target.unlink()


# Runs commands in forks of a process that has loaded everything, each killed after a share of the time it takes.
_KILLER = """
import contextlib, io, os, signal, sys, time
sys.path[:0] = [{root!r}, {root!r} + "/tests/integration"]
from pilotzones.cli.main import run
from test_killed_and_full_disk import _command, _target
from pathlib import Path

def command(kind, folder):
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        return run(_command(kind, _target(kind, Path(folder))))

took = {{}}
print("ready", flush=True)
for line in sys.stdin:
    kind, folder, share = line.split("\t")
    if kind not in took:
        # Twice: the first run imports what the others have.
        for _ in range(2):
            began = time.monotonic()
            assert command(kind, {scratch!r}) == 0, kind
            took[kind] = time.monotonic() - began
    child = os.fork()
    if not child:
        code = 9
        # The system ends it then, wherever it is: no handler is set.
        signal.setitimer(signal.ITIMER_REAL, max(float(share) * took[kind], 0.000001))
        try:
            code = command(kind, folder)
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""
# One whose drawing engine has threads of its own would not outlive a fork.
_FORKED = tuple(kind for kind in KINDS if kind.startswith(("export", "map")) or kind in ("audit-json", "audit-csv"))


def test_a_killed_command_leaves_the_old_file_or_the_new_one(tmp_path: Path, thorough: bool) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    dice, ended = random.Random(5), []
    code = _KILLER.format(root=str(ROOT), scratch=str(scratch))
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        kinds = _FORKED if thorough else ("export-geojson", "export-gpkg", "export-csv")
        for number in range(200 if thorough else 12):
            kind, folder = kinds[number % len(kinds)], tmp_path / str(number)
            folder.mkdir()
            target = _target(kind, folder)
            target.write_bytes(OLD)
            # Writing is the end of the work, and takes a small part of it.
            process.stdin.write(f"{kind}\t{folder}\t{dice.choice((dice.uniform(0, 0.8), dice.uniform(0.8, 1.2)))}\n")
            process.stdin.flush()
            ended.append(int(process.stdout.readline()))
            content = target.read_bytes()
            assert content == OLD or _whole(kind, content), (kind, number)
            assert {path.name for path in folder.iterdir() if not path.name.endswith(".part")} <= {
                target.name,
                "out.datapackage.json",
            }
        process.stdin.close()
    assert set(ended) <= {0, -signal.SIGALRM}
    assert ended.count(-signal.SIGALRM) > len(ended) // 3


_WRITER = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from pilotzones.geo.files.atomic_file import write_atomically
contents = [Path(name).read_bytes() for name in {sources!r}]
print("ready", flush=True)
while True:
    for content in contents:
        write_atomically(Path({target!r}), content, check=lambda path: path.read_bytes())
        print("w", flush=True)
"""


def test_a_killed_export_leaves_old_or_new(joined: JoinedProgramme, tmp_path: Path, thorough: bool) -> None:
    # Two real layers written in turn; the writer is killed after a number of bytes read from it that a dice chose.
    sources = []
    for name in ("zones", "members"):
        path = tmp_path / f"{name}.source"
        path.write_bytes(encode_geojson(build_layer(joined, name)))  # type: ignore[arg-type]  # two literals
        sources.append(path)
    target = tmp_path / "out.geojson"
    target.write_bytes(sources[0].read_bytes())
    contents = [path.read_bytes() for path in sources]
    code = _WRITER.format(root=str(ROOT), sources=[str(path) for path in sources], target=str(target))
    dice = random.Random(3)
    caught = 0
    for _ in range(200 if thorough else 20):
        with subprocess.Popen([sys.executable, "-S", "-c", code], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            for _ in range(dice.randrange(3)):
                process.stdout.readline()
            # The writer goes on while the dice is thrown; where in a file it is then, nobody chose.
            sum(range(dice.randrange(400_000)))
            process.kill()
        assert target.read_bytes() in contents
        parts = list(tmp_path.glob(".out.geojson.*.part"))
        caught += bool(parts)
        for part in parts:
            part.unlink()
    assert caught > 0, "no kill fell into the middle of a file"


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "shapefile", "kml", "csv"])
@pytest.mark.parametrize("shared", [False, True], ids=["a path each", "one path"])
@pytest.mark.filterwarnings("ignore:.*non conformant file extension:RuntimeWarning")
def test_many_exports_at_once(shared: bool, kind: str, joined: JoinedProgramme, tmp_path: Path) -> None:
    # Small layers of two sizes, so that a mixture of both would show.
    layers = [build_layer(joined, name, selection=Selection(zones=(7,))) for name in ("zones", "members")]
    rows = [len(one.frame) for one in layers]
    assert rows[0] != rows[1]
    suffix = FORMATS[kind].suffix

    def write_one(number: int) -> int:
        return write(layers[number % 2], tmp_path / f"{'out' if shared else number}{suffix}", format=kind)

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(write_one, range(24)))
    assert counts == rows * 12
    files = sorted(path for path in tmp_path.iterdir() if path.name.endswith(suffix))
    assert len(files) == (1 if shared else 24)
    assert {FORMATS[kind].count(path.read_bytes()) for path in files} <= set(rows)
    beside = {path.name for path in tmp_path.iterdir()} - {path.name for path in files}
    assert all(kind == "csv" and name.endswith(".datapackage.json") for name in beside)


def test_nothing_is_written_beside_the_file_that_was_named(joined: JoinedProgramme, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="the folder does not exist"):
        write(build_layer(joined, "zones"), tmp_path / "no" / ".." / "no" / "out.geojson", format="geojson")
    assert list(tmp_path.iterdir()) == []
