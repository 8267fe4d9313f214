"""Files that say two things at once, or hand a library a program or a path: refused with the reason, by their content."""

from __future__ import annotations

import os
import re
import sqlite3
import warnings
import zipfile
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest

from pilotzones.geo.boundaries.upload.reader import UPLOAD, inspect_boundary_file, read_boundary_file
from tests.helpers.boundary_files import archive_of, parts_of, three_counties, written

# What files mean is looked at here; how they are opened, in test_sandboxed.py.
pytestmark = pytest.mark.usefixtures("forked_workers")


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


@pytest.mark.slow
@pytest.mark.parametrize(
    "damaged",
    [
        "120.7",
        "120.7,",
        ",30.7",
        "120.7;30.7",
        "120.7,nan",
        "1x0.7,30.7",
        "120.7 ,30.7",
        "120.7,3O.7",
        "120<x/>.7,30.7",
    ],
)
def test_a_damaged_position_of_a_kml(damaged: str, counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / "x.kml")
    head, opening, rest = path.read_text(encoding="utf-8").rpartition("<coordinates>")
    first, _, others = rest.partition(" ")
    path.write_text(f"{head}{opening}{first} {damaged} {others}", encoding="utf-8")
    told = _messages(path)
    assert "row 3, field coordinates: a position of the polygon is damaged" in told


@pytest.mark.slow
@pytest.mark.parametrize("after", ["", ",", ",0"])
def test_whole_positions_of_a_kml_are_read(after: str, counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / "x.kml")
    expected = read_boundary_file(path).counties.geometry
    text = re.sub(r"(?<=\d)(?= \S+,|</coordinates>)", after, path.read_text(encoding="utf-8"))
    path.write_text(
        text.replace("<coordinates>", "<coordinates>\n\t ").replace("</coordinates>", "\n </coordinates>"),
        encoding="utf-8",
    )
    read, _ = inspect_boundary_file(path)
    assert read is not None
    assert read.counties.geometry.equals(expected)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["shp", "fgb", "csv", "xlsx"])
def test_a_column_that_stands_twice(suffix: str, counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / f"x.{suffix}"
    frame = counties.assign(adcod2=["330424", "330481", "330482"])
    if suffix in ("csv", "xlsx"):
        table = frame.drop(columns="geometry").assign(wkt=frame.geometry.simplify(0.01).to_wkt())
        table = table.rename(columns={"adcod2": "adcode"})
        getattr(table, {"csv": "to_csv", "xlsx": "to_excel"}[suffix])(path, index=False)
    else:
        part = written(frame, path).with_suffix(".dbf" if suffix == "shp" else ".fgb")
        part.write_bytes(part.read_bytes().replace(b"adcod2", b"adcode"))
    assert "field adcode: the column stands twice, with other cells" in _messages(path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<SimpleData name="adcode">330402</SimpleData>', '<SimpleData name="adcode">330424</SimpleData>'),
        ("<ExtendedData>", '<ExtendedData><Data name="adcode"><value>330424</value></Data>'),
        ("<name>南湖区</name>", "<name>海盐县</name>"),
    ],
)
def test_a_row_of_a_kml_that_says_two_things(old: str, new: str, counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / "x.kml")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new if old in new or "Extended" in new else old + new, 1), encoding="utf-8")
    assert "row 1: the row has two different values of one property" in _messages(path)


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A file that holds whoever opens it for reading."""
    path = tmp_path / "grid"
    os.mkfifo(path)
    return path


@pytest.mark.slow
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


def _name_grid(path: Path | str) -> str:
    """A definition that GDAL cannot read without the file that it names."""
    stated = f'GEOGCS["g",DATUM["D",SPHEROID["k",6378245,298.3],EXTENSION["PROJ4_GRIDS","{path}"]]'
    return f'{stated},PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'


def _put_into_database(path: Path, statement: str, value: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        if path.suffix == ".gpkg":
            # GDAL prefers this column to "definition".
            database.execute("ALTER TABLE gpkg_spatial_ref_sys ADD COLUMN definition_12_063 TEXT")
        database.execute(statement, (value,))
        database.commit()


_DATABASES = {
    "gpkg": ("GPKG", "UPDATE gpkg_spatial_ref_sys SET definition_12_063=?"),
    "sqlite": ("SQLite", "UPDATE spatial_ref_sys SET auth_name=NULL, srtext=?"),
}


@pytest.mark.slow
@pytest.mark.parametrize("suffix", _DATABASES)
def test_every_column_of_a_database_that_states_a_reference_system(
    suffix: str, pipe: Path, counties: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    driver, statement = _DATABASES[suffix]
    path = tmp_path / f"x.{suffix}"
    counties.to_file(path, driver=driver)
    _put_into_database(path, statement, _name_grid(pipe))
    assert "the definition of the coordinate reference system is not read here" in _messages(path)


@pytest.mark.slow
@pytest.mark.parametrize(("suffix", "driver"), [("fgb", "FlatGeobuf"), ("gdb", "OpenFileGDB")])
def test_the_head_of_a_file_that_states_a_reference_system(
    suffix: str, driver: str, counties: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    # The name of the system is as long as the words that take its place.
    words = f'g",DATUM["D",SPHEROID["k",1,0],EXTENSION["PROJ4_GRIDS","{tmp_path}/grid'
    name = "g" * len(words)
    path = tmp_path / f"x.{suffix}"
    counties.set_crs(_name_grid("x").replace('"g"', f'"{name}"').replace("_GRIDS", ""), allow_override=True).to_file(
        path, driver=driver
    )
    parts = list(path.iterdir()) if path.is_dir() else [path]
    for part in parts:
        content = part.read_bytes()
        for encoding in ("utf-8", "utf-16-le"):
            content = content.replace(name.encode(encoding), words.encode(encoding))
        part.write_bytes(content)
    if path.is_dir():
        path = archive_of(tmp_path / "x.zip", {f"x.gdb/{part.name}": part.read_bytes() for part in parts})
    assert "the definition of the coordinate reference system is not read here" in _messages(path)


@pytest.mark.parametrize("attribute", ["srsName", "SRSNAME", "gml:srsname"])
def test_the_name_of_a_reference_system_in_gml(
    attribute: str, pipe: Path, counties: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "x.gml"
    counties.to_file(path, driver="GML")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("srsName=", f'{attribute}="+init={pipe}:1" old='), encoding="utf-8")
    assert "the name of the reference system is no code" in _messages(path)


def test_a_module_behind_a_comment_is_no_table(counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / "x.gpkg")
    with closing(sqlite3.connect(path)) as database:
        for number, statement in enumerate(
            (
                "CREATE VIRTUAL/**/TABLE {} USING fts5(x)",
                "CREATE -- x\nVIRTUAL TABLE {} USING fts5(x)",
                'CREATE VIRTUAL TABLE {} USING"fts5"(x)',
                'CREATE VIRTUAL TABLE "{} using rtree" USING fts5(x)',
            )
        ):
            name = f"layer{number}" if number < 3 else "layer3 using rtree"
            database.execute("PRAGMA writable_schema=1")
            database.execute(
                "INSERT INTO sqlite_master VALUES('table',?,?,0,?)", (name, name, statement.format(f"layer{number}"))
            )
            database.execute(
                "INSERT INTO gpkg_contents(table_name,data_type,identifier,srs_id) SELECT ?,data_type,?,srs_id "
                "FROM gpkg_contents LIMIT 1",
                (name, name),
            )
        database.commit()
    told = _messages(path)
    assert told.count("a layer that is an SQL view is not opened") == 4


@pytest.mark.slow
@pytest.mark.parametrize("table", ["gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"])
def test_a_list_of_layers_that_is_a_view(table: str, counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / "x.gpkg")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA legacy_alter_table=1")
        database.execute(f"ALTER TABLE {table} RENAME TO hidden")
        database.execute(f"CREATE VIEW {table} AS SELECT * FROM hidden")
        database.commit()
    assert "the list of layers is an SQL view" in _messages(path)


@pytest.mark.slow
def test_a_message_of_a_library_names_no_path_of_the_server(counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / "x.fgb")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert "x.fgb" in _messages(path)
