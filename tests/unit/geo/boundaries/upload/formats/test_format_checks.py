"""Files that say two things at once, or hand a library a program or a path: refused with the reason, by their content."""

from __future__ import annotations

import os
import sqlite3
import warnings
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest

from pilotzones.geo.boundaries.upload.reader import UPLOAD, inspect_boundary_file
from tests.helpers.boundary_files import parts_of, three_counties, written


@pytest.fixture
def counties() -> gpd.GeoDataFrame:
    return three_counties()


def _messages(path: Path) -> str:
    """What is said of a file that is refused; never where it lay on the server."""
    read, problems = inspect_boundary_file(path, limits=UPLOAD)
    assert read is None
    told = "\n".join(str(problem) for problem in problems if problem.severity == "error")
    assert told
    assert "pilotzones-" not in told
    return told


@pytest.mark.parametrize("twin", ["x.dbf", "X.DBF", "./x.dbf", "other/x.dbf", "x.PRJ"])
def test_a_part_that_stands_twice_in_an_archive(twin: str, counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    parts = parts_of(written(counties, tmp_path / "x.shp"))
    archive = tmp_path / "z.zip"
    with zipfile.ZipFile(archive, "w") as sink, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Duplicate name")
        for name, content in [*parts.items(), (twin, parts["x.dbf"])]:
            sink.writestr(name, content)
    assert "the same part twice" in _messages(archive)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"adcode":', '"adcode":"650000","adcode":'),
        ('"geometry":', '"geometry":null,"geometry":'),
        ('"type": "FeatureCollection"', '"type": "FeatureCollection","features":[]'),
    ],
)
def test_a_key_that_stands_twice_in_geojson(old: str, new: str, counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / "x.geojson")
    text = path.read_text(encoding="utf-8").replace(old + " ", old)
    assert text.count(old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert "stands twice in one object" in _messages(path)


@pytest.mark.parametrize(
    "damaged", ["120.7", "120.7,", ",30.7", "120.7;30.7", "120.7,nan", "1x0.7,30.7", "120.7 ,30.7", "120.7,3O.7"]
)
def test_a_damaged_position_of_a_kml(damaged: str, counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / "x.kml")
    head, opening, rest = path.read_text(encoding="utf-8").rpartition("<coordinates>")
    first, _, others = rest.partition(" ")
    path.write_text(f"{head}{opening}{first} {damaged} {others}", encoding="utf-8")
    told = _messages(path)
    assert "row 3, field coordinates: a position of the polygon is damaged" in told


def test_whole_positions_of_a_kml_are_read(counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / "x.kml")
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("<coordinates>", "<coordinates>\n\t ").replace("</coordinates>", "\n </coordinates>"),
        encoding="utf-8",
    )
    read, _ = inspect_boundary_file(path)
    assert read is not None
    assert len(read.counties) == 3


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A file that holds whoever opens it for reading."""
    path = tmp_path / "grid"
    os.mkfifo(path)
    return path


def test_a_projection_that_names_a_grid_file(pipe: Path, counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    shp = written(counties, tmp_path / "x.shp")
    prj = shp.with_suffix(".prj")
    stated = prj.read_text(encoding="ascii")
    for text in (
        stated[:-1] + f',EXTENSION["PROJ4","+proj=longlat +nadgrids={pipe}"]]',
        stated.replace("],PRIMEM", f',EXTENSION["PROJ4_GRIDS","{pipe}"]],PRIMEM'),
        f"+init={pipe}:1",
    ):
        prj.write_text(text, encoding="ascii")
        assert "no definition of a coordinate reference system that is read here" in _messages(shp)
    with closing(sqlite3.connect(written(counties, tmp_path / "x.gpkg"))) as database:
        database.execute("UPDATE gpkg_spatial_ref_sys SET organization='NONE', definition=?", (f"+init={pipe}:1",))
        database.commit()
    assert "the definition of the coordinate reference system is not read here" in _messages(tmp_path / "x.gpkg")


@pytest.mark.parametrize("table", ["gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"])
def test_a_list_of_layers_that_is_a_view(table: str, counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / "x.gpkg")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA legacy_alter_table=1")
        database.execute(f"ALTER TABLE {table} RENAME TO hidden")
        database.execute(f"CREATE VIEW {table} AS SELECT * FROM hidden")
        database.commit()
    assert "the list of layers is an SQL view" in _messages(path)


def test_a_message_of_a_library_names_no_path_of_the_server(counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / "x.fgb")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert "x.fgb" in _messages(path)
