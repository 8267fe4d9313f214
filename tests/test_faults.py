"""Faults: full and read-only disks, killed writers and many exports at once, for every file that is written (T-R1 to T-R4)."""

from __future__ import annotations

import csv
import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdf
import pytest

from cli import run
from geo.errors import ExportError
from geo.export import geojson, layer, write_geojson
from geo.join import Joined

ROOT = Path(__file__).parents[1]
OLD = b"old"
LAYERS = ("geojson", "gpkg", "fgb", "parquet", "kml", "topojson")
FORMATS = (*LAYERS, "json", "csv", "html", "xlsx", "pdf")


def _command(kind: str, target: Path) -> list[str]:
    zone = ["--zone", "7", "-o", str(target)]
    return ["export", *zone] if kind in LAYERS else ["audit", *zone]


def _whole(kind: str, content: bytes) -> bool:
    """Whether an independent reader reads all of it."""
    readers: dict[str, Callable[[], object]] = {
        "geojson": lambda: json.loads(content)["features"][0]["properties"]["order"] == 7,
        "gpkg": lambda: content.startswith(b"SQLite format 3"),
        "fgb": lambda: content.startswith(b"fgb"),
        "parquet": lambda: content.endswith(b"PAR1"),
        "kml": lambda: content.rstrip().endswith(b"</kml>"),
        "topojson": lambda: json.loads(content)["type"] == "Topology",
        "json": lambda: json.loads(content)["zones"][0]["order"] == 7,
        "csv": lambda: len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))) > 1,
        "html": lambda: content.rstrip().endswith(b"</html>"),
        "xlsx": lambda: zipfile.ZipFile(io.BytesIO(content)).testzip() is None,
        "pdf": lambda: len(pypdf.PdfReader(io.BytesIO(content)).pages) > 0,
    }
    return bool(readers[kind]())


@pytest.fixture(scope="module")
def full_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of 16 kB; only the superuser can mount one."""
    disk = tmp_path_factory.mktemp("disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here; tests/test_writing.py has the limit on file sizes")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_full_disk_leaves_the_old_file(kind: str, full_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = full_disk / f"out.{kind}"
    target.write_bytes(OLD)
    # What is left on the disk is less than any of these files.
    filler = full_disk / "filler"
    filler.write_bytes(b"x" * 8192)
    code = run(_command(kind, target))
    told = capsys.readouterr().err
    filler.unlink()
    left = sorted(path.name for path in full_disk.iterdir())
    content = target.read_bytes()
    target.unlink()
    if code == 1:
        assert f"out.{kind} was not written: the disk is full" in told
        assert (content, left) == (OLD, [f"out.{kind}"])
    else:
        # A short table may fit; then it is the new one, whole.
        assert _whole(kind, content)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_read_only_disk_leaves_the_old_file(kind: str, full_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = full_disk / f"out.{kind}"
    target.write_bytes(OLD)
    subprocess.run(["mount", "-o", "remount,ro", str(full_disk)], check=True)
    try:
        assert run(_command(kind, target)) == 1
        assert "the file system is read-only" in capsys.readouterr().err
        assert target.read_bytes() == OLD
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(full_disk)], check=True)
        target.unlink()


_WRITER = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from geo.writing import write_whole
contents = [Path(name).read_bytes() for name in {sources!r}]
print("ready", flush=True)
while True:
    for content in contents:
        write_whole(Path({target!r}), content, check=lambda path: path.read_bytes())
        print("w", flush=True)
"""


def test_a_killed_export_leaves_old_or_new(joined: Joined, tmp_path: Path, thorough: bool) -> None:
    # Two real layers written in turn; the writer is killed after a number of bytes read from it that a dice chose.
    sources = []
    for name in ("zones", "members"):
        path = tmp_path / f"{name}.source"
        path.write_bytes(geojson(layer(joined, name)))  # type: ignore[arg-type]  # two literals
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


@pytest.mark.parametrize("shared", [False, True], ids=["a path each", "one path"])
def test_many_exports_at_once(shared: bool, joined: Joined, tmp_path: Path) -> None:
    def write(number: int) -> int:
        target = tmp_path / ("out.geojson" if shared else f"{number}.geojson")
        return write_geojson(layer(joined, ("zones", "members")[number % 2]), target)  # type: ignore[arg-type]

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(write, range(24)))
    assert counts == [11, 86] * 12
    files = sorted(tmp_path.iterdir())
    assert len(files) == (1 if shared else 24)
    for path in files:
        assert len(json.loads(path.read_bytes())["features"]) in (11, 86)


def test_nothing_is_written_beside_the_file_that_was_named(joined: Joined, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="the folder does not exist"):
        write_geojson(layer(joined, "zones"), tmp_path / "no" / ".." / "no" / "out.geojson")
    assert list(tmp_path.iterdir()) == []
