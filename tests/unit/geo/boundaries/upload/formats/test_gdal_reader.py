"""What GDAL opens for us: whole files only, one layer, no programs, nothing from elsewhere."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import warnings
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyogrio
import pytest
import shapely

from pilotzones.geo.boundaries.upload.formats.archive import Dataset
from pilotzones.geo.boundaries.upload.formats.gdal_reader import DRIVERS, build_gdal_environment, check_drivers
from pilotzones.geo.boundaries.upload.formats.layers import list_layers, read_chosen_layer
from pilotzones.geo.boundaries.upload.reader import inspect_boundary_file
from pilotzones.geo.errors import IntakeError
from pilotzones.geo.sandbox.limits import UPLOAD, Limits
from tests.helpers.boundary_files import BOX, NAMES, frame_of, three_counties, written

if TYPE_CHECKING:
    from pathlib import Path

    from pilotzones.geo.boundaries.upload.formats.file_type import Kind
    from pilotzones.geo.boundaries.upload.raw_features import RawFeatures

KINDS: dict[str, Kind] = {"gpkg": "gpkg", "fgb": "flatgeobuf", "kml": "kml", "shp": "shapefile", "sqlite": "sqlite"}


def _read(path: Path, limits: Limits = UPLOAD, layer: str | None = None) -> RawFeatures:
    dataset = Dataset(path.stem, path, KINDS[path.suffix[1:]])
    return read_chosen_layer(list_layers([dataset], file=path.name, limits=limits), layer, file=path.name)


def _error(path: Path, limits: Limits = UPLOAD) -> str:
    """Why a file is not read, by whichever way it is told."""
    try:
        problems = _read(path, limits).problems
    except IntakeError as refused:
        problems = list(refused.problems)
    return "\n".join(str(problem) for problem in problems if problem.severity == "error")


@pytest.mark.parametrize("kind", ["gpkg", "fgb", "kml", "shp"])
def test_formats(kind: str, tmp_path: Path) -> None:
    read = _read(written(three_counties(), tmp_path / f"x.{kind}"))
    columns = {name.lower(): cells for name, cells in read.columns.items()}
    assert dict(zip(columns["adcode"], columns["name"], strict=True)) == NAMES
    assert read.crs == "EPSG:4326"


@pytest.mark.parametrize("part", ["gpkg", "fgb", "kml", "shp", "dbf", "shx"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9, 0.99])
def test_files_that_were_cut_off(part: str, share: float, tmp_path: Path) -> None:
    path = written(three_counties(), tmp_path / f"x.{'shp' if part in ('dbf', 'shx') else part}")
    cut = path.with_suffix(f".{part}")
    raw = cut.read_bytes()
    cut.write_bytes(raw[: int(share * len(raw))])
    message = _error(path)
    assert "cut off" in message or "damaged" in message


def test_table_of_another_shapefile(tmp_path: Path) -> None:
    path = written(three_counties(), tmp_path / "x.shp")
    other = written(three_counties().head(2), tmp_path / "y.shp")
    path.with_suffix(".dbf").write_bytes(other.with_suffix(".dbf").read_bytes())
    assert "do not belong together" in _error(path)


@pytest.mark.parametrize("kind", ["gpkg", "fgb", "kml"])
@pytest.mark.parametrize(("limit", "holds"), [("features", 3), ("columns", 20)])
def test_limits(kind: str, limit: str, holds: int, tmp_path: Path) -> None:
    path = written(three_counties(), tmp_path / f"x.{kind}")
    assert _error(path, replace(UPLOAD, **{limit: holds})) == ""
    said = _error(path, replace(UPLOAD, **{limit: 1}))
    assert "at most" in said or "more than 1" in said


def test_columns_at_their_limit(tmp_path: Path) -> None:
    path = written(three_counties(), tmp_path / "x.gpkg")
    assert _error(path, replace(UPLOAD, columns=2)) == ""
    assert "2 columns; at most 1" in _error(path, replace(UPLOAD, columns=1))


def test_one_layer_with_polygons_is_found_among_others(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    written(frame_of({"name": ["点"]}, shapely.Point(120, 30)), path, layer="points")
    written(frame_of({"adcode": ["330402"]}, BOX), path, layer="counties", mode="a")
    read = _read(path)
    assert read.columns == {"adcode": ["330402"]}
    written(frame_of({"region": ["x"]}, BOX), path, layer="regions", mode="a")
    read = _read(path)
    assert read.columns == {"adcode": ["330402"]}
    assert "layer counties (1 row) is read; left out: regions (1 row)" in read.problems[0].message
    written(frame_of({"adcode": ["330411"]}, BOX), path, layer="more", mode="a")
    with pytest.raises(IntakeError) as refused:
        _read(path)
    assert [(one.kind, one.value) for one in refused.value.problems] == [
        ("layer_choice", "counties"),
        ("layer_choice", "more"),
    ]
    assert _read(path, layer="more").columns == {"adcode": ["330411"]}
    assert "there is no layer x" in "\n".join(_choices(path, "x"))


def _choices(path: Path, layer: str) -> list[str]:
    with pytest.raises(IntakeError) as refused:
        _read(path, layer=layer)
    return [str(problem) for problem in refused.value.problems]


def test_text_that_is_no_utf8(tmp_path: Path) -> None:
    path = written(frame_of({"adcode": ["330402"], "name": ["XXXX"]}, BOX), tmp_path / "x.fgb")
    path.write_bytes(path.read_bytes().replace(b"XXXX", "南湖".encode("gbk")))
    assert "utf-8" in _error(path)


@pytest.mark.parametrize("encoding", ["no-such-thing", "gb2312", "utf-16"])
def test_kml_in_an_encoding_nobody_reads(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "x.kml"
    path.write_text(f'<?xml version="1.0" encoding="{encoding}"?><kml></kml>', encoding="utf-8")
    assert "no valid XML" in _error(path)


def test_empty_folders_of_a_kml_are_passed_over(tmp_path: Path) -> None:
    path = written(three_counties(), tmp_path / "x.kml")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("<Folder>", "<Folder><name>empty</name></Folder><Folder>", 1), encoding="utf-8")
    assert len(_read(path).geometry) == 3


def test_geopackage_with_a_program_inside(tmp_path: Path) -> None:
    path = written(three_counties(), tmp_path / "x.gpkg")
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    with closing(sqlite3.connect(path)) as database, database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{trigger}"')
        database.execute("ALTER TABLE x RENAME TO hidden")
        database.execute(f"CREATE VIEW x AS SELECT hidden.* FROM hidden, ({endless})")
    assert "SQL view" in _error(path)


def test_database_that_is_no_geopackage(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE a (b)")
    assert "no layer with polygons" in _error(path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["gpkg", "filegdb", "workbook", "mapinfo", "gml", "kml", "flatgeobuf", "geojson"])
def test_environment_leaves_gdal_one_format(kind: Any) -> None:
    environment = build_gdal_environment(DRIVERS[kind], installed=pyogrio.list_drivers())
    command = "import json, pyogrio; print(json.dumps(list(pyogrio.list_drivers())))"
    done = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, check=True)
    assert set(json.loads(done.stdout)) == DRIVERS[kind]


def test_process_with_every_driver_opens_nothing() -> None:
    with pytest.raises(IntakeError, match="OGR_VRT"):
        check_drivers(DRIVERS["gpkg"], "x.gpkg")


def test_what_gdal_says_of_its_own_speed_is_no_issue_of_the_file(tmp_path: Path) -> None:
    counties = three_counties()
    box = counties.geometry.iloc[0].envelope
    step = (box.bounds[2] - box.bounds[0]) / 300
    squares = [
        shapely.box(box.bounds[0] + 2 * at * step, 30.7, box.bounds[0] + (2 * at + 1) * step, 30.8) for at in range(130)
    ]
    counties.loc[0, "geometry"] = shapely.MultiPolygon(squares)
    path = tmp_path / "x.gdb"
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "organizePolygons")
        counties.to_file(path, driver="OpenFileGDB", promote_to_multi=True, geometry_type="MultiPolygon")
    _, problems = inspect_boundary_file(path)
    assert "reader_note" not in {problem.kind for problem in problems}
