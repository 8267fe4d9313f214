"""Every format read by another reader than its writer: rows, attributes, nulls, coordinates, areas, what is inside."""

from __future__ import annotations

import io
import json
import sqlite3
import struct
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import pytest
import shapely
from lxml import etree
from pmtiles.reader import MemorySource
from pmtiles.reader import Reader as TileReader

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.errors import ExportError
from pilotzones.geo.export import (
    CRS,
    FORMATS,
    LAYERS,
    ExportLayer,
    build_layer,
    encode,
    encode_all,
    list_layers,
    prepare_layer,
    write_all,
)
from pilotzones.geo.export.drivers.shapefile import build_field_key
from pilotzones.geo.geometry.area import compute_area_km2
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.style.export_styles import style_layer
from tests.helpers.export_readers import READERS, assert_same_rows, geopackage_geometry, kept

# GDAL says of bytes that they have no file's ending.
pytestmark = pytest.mark.filterwarnings("ignore:.*non conformant file extension:RuntimeWarning")


@pytest.fixture(scope="module")
def layers(joined: JoinedProgramme, amap: Boundaries) -> dict[str, ExportLayer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1577836800")
        # Of the difference between sources, whose geometry is the largest by far, one zone does.
        part = {"source_difference": Selection(zones=(7,))}
        made = {
            name: build_layer(joined, name, others=[amap], selection=part.get(name))
            for name in list_layers(joined.programme)
        }
    return {name: style_layer(own, joined.programme) for name, own in made.items()}


@pytest.fixture(scope="module")
def coarse(layers: dict[str, ExportLayer]) -> ExportLayer:
    """All counties, simplified once."""
    return prepare_layer(layers["context"], kind=FORMATS["gpkg"], detail="coarse")


def total_km2(shapes: list[Any]) -> float:
    polygons = [shape for shape in shapes if shape is not None and "Polygon" in shape.geom_type]
    return float(compute_area_km2(np.array(polygons, dtype=object)).sum())


SMALL = [name for name in LAYERS if name not in ("context", "towns", "measures", "projects")]


@pytest.mark.slow
@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("name", SMALL)
def test_another_reader_finds_the_same(layers: dict[str, ExportLayer], name: str, kind: str) -> None:
    made = layers[name]
    if not made.has_geometry and FORMATS[kind].needs_geometry:
        with pytest.raises(ExportError, match="has none"):
            encode(made, format=kind)
        return
    rows, shapes, told = READERS[kind](encode(made, format=kind))
    assert_same_rows(rows, made, kind)
    # A shapefile says it in its README.
    if kind not in ("csv", "shapefile"):
        for key in ("layer", "document", "document_number", "boundary_review_number", "boundary_licence", "generated"):
            assert told[key] == {"layer": name, **made.provenance}[key]
    if made.has_geometry and kind != "xlsx":
        assert [shape is None for shape in shapes].count(True) == int(shapely.is_missing(made.shapes).sum())
        assert all(shape.is_valid for shape in shapes if shape is not None)
        assert total_km2(shapes) == pytest.approx(total_km2(list(made.shapes)), rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["gpkg", "geoparquet"])
def test_all_counties_come_back(layers: dict[str, ExportLayer], coarse: ExportLayer, kind: str) -> None:
    rows, shapes, _ = READERS[kind](encode(coarse, format=kind, detail="coarse"))
    assert_same_rows(rows, layers["context"], kind)
    assert total_km2(shapes) == pytest.approx(total_km2(list(layers["context"].shapes)), rel=1e-3)


@pytest.mark.slow
def test_simplified_neighbours_stay_joined(layers: dict[str, ExportLayer], coarse: ExportLayer) -> None:
    made = coarse
    exact = shapely.get_num_coordinates(layers["context"].shapes).sum()
    assert shapely.get_num_coordinates(made.shapes).sum() < 0.6 * exact
    whole = shapely.union_all(made.shapes)
    # Were neighbours torn apart, slivers would be missing from the sum or counted twice.
    assert shapely.area(whole) == pytest.approx(shapely.area(made.shapes).sum(), rel=1e-6)
    assert list(made.frame["name"]) == list(layers["context"].frame["name"])


def test_tiles_hold_the_counties_and_say_where_they_come_from(layers: dict[str, ExportLayer]) -> None:
    reader = TileReader(MemorySource(encode(layers["zones"], format="pmtiles", detail="coarse")))
    header, metadata = reader.header(), reader.metadata()
    assert (header["min_zoom"], header["max_zoom"]) == (0, 5)
    assert reader.get(0, 0, 0)
    told = json.loads(metadata["description"])["provenance"]
    assert told["boundary_review_number"] == "GS(2024)0650号"
    assert [entry["id"] for entry in metadata["vector_layers"]] == ["zones"]
    with pytest.raises(ExportError, match="lose the 3 rows of members"):
        encode(layers["members"], format="pmtiles")


# --- same input, same bytes ---


@pytest.mark.parametrize("kind", FORMATS)
def test_same_input_same_bytes(layers: dict[str, ExportLayer], kind: str) -> None:
    first, second = (encode(layers["zones"], format=kind, detail="coarse") for _ in range(2))
    if kind == "qgis":
        first, second = (_unpack(content) for content in (first, second))
    if kind in ("gpkg", "qgis"):
        first, second = (_dump(content) for content in (first, second))
    assert first == second


def _unpack(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith(".gpkg")))


def _dump(content: bytes) -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        return "\n".join(database.iterdump()).encode()


# --- coordinates ---


@pytest.mark.parametrize("crs", CRS)
@pytest.mark.parametrize("kind", ["geojson", "gpkg", "geoparquet", "flatgeobuf", "shapefile"])
def test_coordinates_are_those_asked_for_and_named(layers: dict[str, ExportLayer], kind: str, crs: Any) -> None:
    if crs not in FORMATS[kind].systems:
        with pytest.raises(ExportError, match="degrees of WGS 84"):
            encode(layers["zones"], format=kind, crs=crs)
        return
    content = encode(layers["zones"], format=kind, crs=crs)
    if kind == "geoparquet":
        found = gpd.read_parquet(io.BytesIO(content))
    else:
        names = [name for name, _ in pyogrio.list_layers(content) if name != "layer_styles"]
        found = pyogrio.read_dataframe(content, layer=names[0])
    found = found.sort_values("id", key=lambda ids: ids.astype(int))
    wanted = prepare_layer(layers["zones"], kind=FORMATS[kind], crs=crs).shapes
    distance = 1e-6 if CRS[crs].decimals == 7 else 0.02
    assert shapely.hausdorff_distance(found.geometry.to_numpy(), wanted).max() <= distance
    if kind == "geojson":
        told = json.loads(content)["provenance"]
        assert told["coordinates"] == CRS[crs].text
        assert (told["coordinates_note"] is None) == (crs == "wgs84")
    elif CRS[crs].epsg:
        assert found.crs.to_epsg() == CRS[crs].epsg
    else:
        assert not found.crs.equals(pyproj.CRS("EPSG:4326"))
        assert {"albers": "Albers", "gcj02": "GCJ-02", "bd09": "BD-09"}[crs] in found.crs.to_wkt().replace("_", "-")


@pytest.mark.parametrize("kind", ["kml", "topojson", "pmtiles"])
def test_formats_that_are_wgs84_refuse_anything_else(layers: dict[str, ExportLayer], kind: str) -> None:
    with pytest.raises(ExportError, match="degrees of WGS 84"):
        encode(layers["zones"], format=kind, crs="gcj02")


@pytest.mark.parametrize(
    ("wrong", "listed"), [({"format": "dwg"}, "gpkg"), ({"crs": "mars"}, "albers"), ({"detail": "huge"}, "coarse")]
)
def test_a_wrong_word_lists_what_there_is(layers: dict[str, ExportLayer], wrong: dict[str, str], listed: str) -> None:
    with pytest.raises(ExportError, match=listed):
        encode(layers["zones"], **{"format": "geojson", **wrong})  # type: ignore[arg-type]


# --- what each format has a place of its own for ---


def test_several_shapefiles_are_one_archive(layers: dict[str, ExportLayer], tmp_path: Path) -> None:
    chosen = [layers[name] for name in ("zones", "members")]
    path = tmp_path / "layers.shp.zip"
    assert write_all(chosen, path, format="shapefile") == sum(len(layer.frame) for layer in chosen)
    # As GDAL and QGIS open it: the archive itself, with a layer a Shapefile.
    assert {"zones", "members_polygons"} <= {name for name, _ in pyogrio.list_layers(path)}
    with zipfile.ZipFile(path) as archive:
        key = pd.read_csv(archive.open("field_names.csv"))
    assert key.groupby("layer")["name"].nunique().to_dict() == {layer.name: len(layer.fields) for layer in chosen}


def test_a_geopackage_has_headings_metadata_and_styles(layers: dict[str, ExportLayer], coarse: ExportLayer) -> None:
    content = encode_all(list((layers | {"context": coarse}).values()), format="gpkg", detail="coarse")
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        for name, made in layers.items():
            count = database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            assert count == len(made.frame)
            columns = dict(
                database.execute(
                    "SELECT column_name, name FROM gpkg_data_columns WHERE table_name = ?", (name,)
                ).fetchall()
            )
            assert set(columns) == {field.name for field in made.fields}
        styles = dict(database.execute("SELECT f_table_name, styleQML FROM layer_styles").fetchall())
        slds = dict(database.execute("SELECT f_table_name, styleSLD FROM layer_styles").fetchall())
        changed = {row[0] for row in database.execute("SELECT last_change FROM gpkg_contents")}
    assert changed == {"2020-01-01T00:00:00.000Z"}
    assert set(styles) == {name for name, made in layers.items() if made.has_geometry}
    renderer = etree.fromstring(styles["zones"].split("'SYSTEM'>", 1)[1]).find("renderer-v2")
    assert renderer is not None
    assert renderer.get("attr") == "region"
    values = [category.get("value") for category in renderer.iter("category")]
    assert values == ["东部地区", "中部地区", "西部地区", "东北地区", ""]
    symbols = {symbol.get("name") for symbol in renderer.iter("symbol")}
    assert {category.get("symbol") for category in renderer.iter("category")} == symbols
    assert b"#0072b2" in slds["zones"].encode()


def test_geoparquet_metadata_is_that_of_version_1_1(layers: dict[str, ExportLayer]) -> None:
    path = kept(encode(layers["members"], format="geoparquet"))
    with duckdb.connect() as database:
        told = dict(
            database.execute(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{path}')").fetchall()
        )
        boxes = database.execute(f"SELECT count(*) FROM '{path}' WHERE bbox.xmin > 100 AND len(tasks) > 0").fetchone()
    geo = json.loads(told["geo"])
    column = geo["columns"][geo["primary_column"]]
    assert geo["version"] == "1.1.0"
    assert column["encoding"] == "WKB"
    assert column["geometry_types"] == ["MultiPolygon", "Point", "Polygon"]
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert boxes == (83,)
    assert len(json.loads(told["fields"])) == len(layers["members"].fields)
    assert gpd.read_parquet(path).crs.to_epsg() == 4326


def test_kml_has_folders_styles_and_balloons_of_text(layers: dict[str, ExportLayer]) -> None:
    spaces = {"k": "http://www.opengis.net/kml/2.2"}
    root = etree.fromstring(encode(layers["zones"], format="kml"))
    folders = [folder.findtext("k:name", namespaces=spaces) for folder in root.findall("k:Document/k:Folder", spaces)]
    assert folders == ["东部地区", "中部地区", "西部地区", "东北地区"]
    styles = {style.get("id") for style in root.findall("k:Document/k:Style", spaces)}
    assert {url.text for url in root.iterfind(".//k:styleUrl", spaces)} <= {f"#{name}" for name in styles}


def test_shapefile_key_has_every_field_and_its_names_fit(layers: dict[str, ExportLayer]) -> None:
    for made in (own for own in layers.values() if own.has_geometry):
        key = build_field_key(made)
        assert set(key["name"]) == {field.name for field in made.fields}
        assert key["short_name"].map(lambda name: name.isascii() and len(name) <= 10).all()
        assert key["short_name"].str.lower().is_unique


@pytest.mark.parametrize(("flags", "envelope"), [(0b0001, b""), (0b0011, struct.pack("<4d", 1, 1, 2, 2))])
def test_the_header_of_a_geometry_is_read_right(flags: int, envelope: bytes) -> None:
    # The reader of GeoPackages, on a geometry of known make-up.
    blob = b"GP\x00" + bytes([flags]) + struct.pack("<i", 4326) + envelope + shapely.to_wkb(shapely.Point(1, 2))
    assert geopackage_geometry(blob) == shapely.Point(1, 2)


# --- what other programs need ---


def test_arcs_and_objects_of_a_topology_come_first(layers: dict[str, ExportLayer]) -> None:
    document = json.loads(encode(layers["zones"], format="topojson"))
    assert list(document)[:4] == ["type", "transform", "objects", "arcs"]


def test_a_kml_has_the_order_of_its_schema(layers: dict[str, ExportLayer]) -> None:
    root = etree.fromstring(encode(layers["zones"], format="kml"))
    order = ["name", "description", "Style", "ExtendedData", "Schema", "Folder"]
    found = [etree.QName(child).localname for child in root[0]]
    assert found == sorted(found, key=order.index)


def test_the_extent_of_a_shapefile_is_that_of_its_shapes(layers: dict[str, ExportLayer]) -> None:
    whole = layers["members"]
    empty = whole.shapes.copy()
    empty[0] = None
    made = whole.with_shapes(empty, crs=whole.crs, detail=whole.detail)
    with zipfile.ZipFile(io.BytesIO(encode(made, format="shapefile"))) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".shp"))
        west, south, _, _ = struct.unpack("<4d", archive.read(name)[36:68])
    assert west > 70
    assert south > 3


@pytest.mark.parametrize("crs", ["gcj02", "bd09"])
def test_shifted_polygons_stay_valid(layers: dict[str, ExportLayer], crs: Any) -> None:
    shapes = prepare_layer(layers["context"], kind=FORMATS["gpkg"], crs=crs).shapes
    assert shapely.is_valid(shapes).all()
