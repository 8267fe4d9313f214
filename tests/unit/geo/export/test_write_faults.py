"""Exports that go wrong: full disks, read-only folders, killed writers, one target twice: the old file or none."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from pilotzones.geo.errors import ExportError
from pilotzones.geo.export import FORMATS, ExportField, ExportLayer, write, write_all

# GDAL says of bytes that they have no file's ending; threads share the list of what is kept quiet.
pytestmark = pytest.mark.filterwarnings("ignore:.*non conformant file extension:RuntimeWarning")
ROOT = Path(__file__).parents[4]
OLD = b"the old file"
KINDS = ("geojson", "gpkg", "shapefile", "csv")
# Those whose file of the layer below is larger than the room a test leaves.
FULL = ("geojson", "geojsonseq", "gpkg", "flatgeobuf", "geoparquet", "kml", "shapefile", "topojson", "csv")
# A layer whose files are some hundred kilobytes, and a write of it; the process is confined or killed by the test.
_WRITE = """
import sys; sys.path.insert(0, {root!r})
sys.path.insert(0, {root!r} + "/tests/unit/geo/export")
from pathlib import Path
from test_write_faults import large
from pilotzones.geo.export import write
from pilotzones.geo.errors import ExportError
print("ready", flush=True)
failed = 0
for _ in range({times}):
    for kind in {kinds!r}:
        try:
            write(large(), Path({target!r}), format=kind)
            print("written", flush=True)
        except ExportError as error:
            print(error, file=sys.stderr)
            failed = 1
sys.exit(failed)
"""


def large(rows: int = 300) -> ExportLayer:
    fields = (ExportField("id", {"zh": "标识", "en": "Identifier"}, "", "string", {"zh": "", "en": ""}),)
    shapes = [shapely.Point(100 + number / 20, 30).buffer(0.02, quad_segs=16) for number in range(rows)]
    frame = gpd.GeoDataFrame({"id": [str(number) for number in range(rows)]}, geometry=shapes, crs=4326)
    return ExportLayer("large", frame, fields, {"generated": "2020-01-01T00:00:00Z"})


def started(target: Path, *kinds: str, times: int = 1, limit: int | None = None) -> subprocess.Popen[str]:
    def confine() -> None:
        if limit is not None:
            # As a full disk does, writing stops in the middle of a file.
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    code = _WRITE.format(root=str(ROOT), target=str(target), kinds=kinds, times=times)
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=confine,  # noqa: PLW1509 # no other thread is at work then
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "layers.out"
    path.write_bytes(OLD)
    return path


def assert_untouched(target: Path) -> None:
    assert target.read_bytes() == OLD
    assert [path.name for path in target.parent.iterdir()] == [target.name]


@pytest.mark.slow
def test_a_full_disk_leaves_the_old_file_and_says_so(target: Path) -> None:
    with started(target, *FULL, limit=20_000) as process:
        _, told = process.communicate(timeout=60)
    assert process.returncode == 1, told
    assert told.count("was not written") == len(FULL)
    assert "Traceback" not in told
    assert_untouched(target)


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, kind: str) -> None:
    missing = tmp_path / "nowhere" / "layers.out"
    with pytest.raises(ExportError, match=r"was not written: the folder does not exist"):
        write(large(5), missing, format=kind)
    # Not even the superuser may write here.
    with pytest.raises(ExportError, match="was not written"):
        write(large(5), Path("/proc/self/layers.out"), format=kind)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_killed_writer_leaves_a_whole_file(target: Path) -> None:
    with started(target, "gpkg", times=200) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        # Somewhere in the middle of its 200 files.
        assert process.stdout.readline() == "written\n"
        process.kill()
    content = target.read_bytes()
    assert content == OLD or FORMATS["gpkg"].count(content) == 300


@pytest.mark.parametrize("kind", KINDS)
def test_two_writers_of_one_target_leave_one_whole_file(target: Path, kind: str) -> None:
    layers = [large(20), large(40)]
    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(write, layers[number % 2], target, format=kind) for number in range(6)]
    assert {job.result() for job in jobs} == {20, 40}
    assert FORMATS[kind].count(target.read_bytes()) in (20, 40)
    beside = {"layers.datapackage.json"} if kind == "csv" else set()
    assert {path.name for path in target.parent.iterdir()} == {target.name} | beside


def test_what_does_not_read_back_is_not_put_in_place(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilotzones.geo.export.writer.make_zip", lambda *_, **__: b"no archive")
    with pytest.raises(ExportError, match=r"layers\.out was not written: it does not read back"):
        write_all([large(3)], target, format="csv")
    assert_untouched(target)


def test_nothing_chosen_is_an_error(target: Path) -> None:
    for kind in ("gpkg", "csv"):
        with pytest.raises(ExportError, match="choose a layer"):
            write_all([], target, format=kind)
    assert_untouched(target)


def test_a_table_without_room_for_what_describes_it_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "layer.csv"
    target.write_bytes(OLD)
    (tmp_path / "layer.datapackage.json").mkdir()
    with pytest.raises(ExportError, match=r"layer\.datapackage\.json"):
        write(large(3), target, format="csv")
    assert target.read_bytes() == OLD
