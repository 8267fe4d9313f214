"""The process that opens users' files: it reads every format by itself, keeps its limits, and opens nothing but the file."""

from __future__ import annotations

import json
import random
import socket
import threading
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import shapely

from pilotzones.cli.main import run
from pilotzones.geo.boundaries.schema import BOUNDARY_COLUMNS
from pilotzones.geo.boundaries.upload.reader import UPLOAD, inspect_boundary_file, read_boundary_file
from pilotzones.geo.errors import PilotzonesError
from tests.helpers.bomb_files import crossing_ring
from tests.helpers.boundary_files import (
    BOX,
    DRIVERS_BY_NAME,
    NAMES,
    frame_of,
    list_repairs,
    read_refusal,
    three_counties,
    write_counties,
    written,
    zipped,
)
from tests.helpers.hostile_files import hostile_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import geopandas as gpd

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def counties() -> gpd.GeoDataFrame:
    return three_counties()


# Formats


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "fgb", "kml", "shp", "zip"])
def test_every_format_gives_the_same_counties(kind: str, counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / f"x.{'shp' if kind == 'zip' else kind}")
    read = read_boundary_file(zipped(path) if kind == "zip" else path)
    frame = read.counties.set_index("adcode")
    assert list(read.counties.columns) == list(BOUNDARY_COLUMNS)
    assert frame["name"].to_dict() == NAMES
    assert set(frame["prefecture"]) == {"嘉兴市"}
    assert set(frame["prefecture_adcode"]) == {"330400"}
    assert set(frame["province"]) == {"浙江省"}
    for code, polygon in zip(counties["adcode"], counties.geometry, strict=True):
        assert shapely.symmetric_difference(frame.geometry[code], polygon).area < 1e-9
    assert "filled from the Tianditu table" in list_repairs(read, "info")
    assert list_repairs(read) == ""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["gpkg", "fgb", "shp"])
def test_flipped_bytes_are_read_or_told(kind: str, counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    dice = random.Random(kind)
    path = written(counties, tmp_path / f"x.{kind}")
    raw = path.read_bytes()
    for _ in range(2):
        flipped = bytearray(raw)
        for _ in range(4):
            flipped[dice.randrange(40, min(len(raw), 4000))] = dice.randrange(256)
        path.write_bytes(flipped)
        try:
            read_boundary_file(path, limits=UPLOAD)
        except PilotzonesError as refused:
            assert refused.problems  # noqa: PT017 - reading it is as good an answer


@pytest.mark.parametrize("name", [*DRIVERS_BY_NAME, "x.parquet", "x.topojson", "x.gdb", "x.gdb.zip", "x.xlsx", "x.ods"])
def test_every_other_format_gives_the_same_counties(name: str, tmp_path: Path) -> None:
    read, problems = inspect_boundary_file(write_counties(name, tmp_path), limits=UPLOAD)
    assert read is not None, problems
    frame = read.counties.set_index("adcode")
    assert frame["name"].to_dict() == NAMES
    assert set(frame["prefecture_adcode"]) == {"330400"}
    for row in three_counties().itertuples():
        assert shapely.symmetric_difference(frame.geometry[row.adcode], row.geometry).area < 1e-8
    assert {problem.kind for problem in problems if problem.severity == "warning"} <= {"crs_missing"}


# Limits


def test_size_of_a_file_at_its_limit(counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / "x.geojson")
    size = path.stat().st_size
    assert len(read_boundary_file(path, limits=replace(UPLOAD, file_bytes=size)).counties) == 3
    assert "at most" in read_refusal(path, limits=replace(UPLOAD, file_bytes=size - 1))


def test_polygon_bombs_end(counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    assert "too large to be repaired" in read_refusal(crossing_ring(2_001, tmp_path / "a.geojson"), limits=UPLOAD)
    assert "2 s" in read_refusal(crossing_ring(2_000, tmp_path / "b.geojson"), limits=replace(UPLOAD, seconds=2))
    read_boundary_file(written(counties, tmp_path / "good.gpkg"), limits=UPLOAD)


def test_memory_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [' + "[[]]," * 3_000_000 + "1]}")
    message = read_refusal(path, limits=replace(UPLOAD, memory_bytes=500_000_000))
    assert "memory" in message or "500 MB" in message


@pytest.mark.parametrize(
    ("size", "said"), [(20_000_000, "of no kind that is read here"), (20_000_001, "at most 20,000,000")]
)
def test_an_upload_of_twenty_megabytes_and_one_byte_more(size: int, said: str, tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    with path.open("wb") as stream:
        stream.truncate(size)
    assert said in read_refusal(path, limits=UPLOAD)


# Files that mean harm


@pytest.fixture
def listener() -> Iterator[tuple[str, list[Any]]]:
    """An address on this machine, and whoever called there."""
    calls: list[Any] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(0.05)
        over = threading.Event()

        def accept() -> None:
            while not over.is_set():
                try:
                    connection, caller = server.accept()
                except TimeoutError:
                    continue
                calls.append(caller)
                connection.close()

        thread = threading.Thread(target=accept)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x", calls
        over.set()
        thread.join()


@pytest.mark.slow
def test_disguised_pointers_open_nothing(listener: tuple[str, list[Any]], tmp_path: Path) -> None:
    address, calls = listener
    for path in hostile_files(tmp_path, address):
        told = read_refusal(path)
        assert path.name in told
        assert "secret" not in told
    assert calls == []


def test_crs_link_is_not_followed(listener: tuple[str, list[Any]], tmp_path: Path) -> None:
    address, calls = listener
    for kind in ("link", "name"):
        crs = {"type": kind, "properties": {"href": address, "type": "proj4", "name": address}}
        path = tmp_path / "x.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": []}))
        assert "save the file as WGS 84" in read_refusal(path)
    assert calls == []


@pytest.mark.slow
def test_kml_with_entities_or_links(
    listener: tuple[str, list[Any]], counties: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    address, calls = listener
    path = written(counties, tmp_path / "x.kml")
    text = path.read_text(encoding="utf-8")
    for declaration in (
        f'<!DOCTYPE kml SYSTEM "{address}">',
        '<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ):
        body = text.partition("?>")[2]
        for encoding in ("utf-8", "utf-16"):
            head = f'<?xml version="1.0" encoding="{encoding}"?>'
            path.write_bytes((head + declaration + body).encode(encoding))
            assert "document type declaration" in read_refusal(path)
    links = f"<NetworkLink><Link><href>{address}</href></Link></NetworkLink>"
    links += f"<Style><IconStyle><Icon><href>{address}</href></Icon></IconStyle></Style>"
    path.write_text(text.replace("<Folder>", links + "<Folder>", 1), encoding="utf-8")
    assert len(read_boundary_file(path).counties) == 3
    path.write_text("<a><!-- <kml> --></a>", encoding="utf-8")
    assert "no KML" in read_refusal(path)
    assert calls == []


def test_sidecar_of_a_file_is_not_used(counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    # A shapefile beside a GeoPackage, a journal beside it: only the file itself is copied to where it is opened.
    path = written(counties, tmp_path / "x.gpkg")
    path.with_name("x.gpkg-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(100))
    before = path.read_bytes()
    assert len(read_boundary_file(path).counties) == 3
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["x.gpkg", "x.gpkg-journal"]


def test_worker_refuses_a_gdal_with_more_drivers(
    counties: gpd.GeoDataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(counties, tmp_path / "x.gpkg")
    monkeypatch.setattr("pilotzones.geo.boundaries.upload.reader._list_installed_drivers", lambda: ("KML",))
    assert "drivers it should not have" in read_refusal(path)


def test_nothing_is_left_behind(counties: gpd.GeoDataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    read_boundary_file(written(counties, tmp_path / "x.gpkg"))
    read_refusal(crossing_ring(2_001, tmp_path / "b.geojson"), limits=UPLOAD)
    assert list(scratch.iterdir()) == []


def test_audit_tells_what_was_left_out_and_why_a_file_was_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], listener: tuple[str, list[Any]]
) -> None:
    path = written(frame_of({"adcode": ["330402", "330411"]}, BOX, None), tmp_path / "x.geojson")
    assert run(["audit", "--source", str(path)]) == 2
    assert "row 2, field geometry: the row has no polygon and is left out" in capsys.readouterr().err
    assert run(["audit", "--source", listener[0]]) == 1
    assert run(["audit", "--source", f"/vsicurl/{listener[0]}"]) == 1
    assert listener[1] == []
