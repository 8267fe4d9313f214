"""Every format read by another reader than its writer: rows, attributes, nulls, coordinates, areas, what is inside."""

from __future__ import annotations

import atexit
import csv
import io
import json
import math
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import flatgeobuf
import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import pyproj
import pytest
import shapefile
import shapely
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html
from pmtiles.reader import MemorySource
from pmtiles.reader import Reader as TileReader

from geo.areas import area_km2
from geo.boundaries import Boundaries
from geo.csv_text import guarded
from geo.errors import ExportError
from geo.export import CRS, FORMATS, LAYERS, Field, Layer, encode, encode_all, layer, layers_of, prepared
from geo.export.shapefile import key_to_fields
from geo.join import Joined
from geo.selection import Selection
from geo.workbook import without_controls
from layers.export_styles import styled

Rows = list[dict[str, Any]]
# Rows as read, a geometry each (None for none), and what the file says of itself.
Read = tuple[Rows, list[Any], dict[str, Any]]


@pytest.fixture(scope="module")
def layers(joined: Joined, amap: Boundaries) -> dict[str, Layer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1577836800")
        # Of the difference between sources, whose geometry is the largest by far, one zone does.
        part = {"source_difference": Selection(zones=(7,))}
        made = {
            name: layer(joined, name, others=[amap], selection=part.get(name)) for name in layers_of(joined.programme)
        }
    return {name: styled(own, joined.programme) for name, own in made.items()}


@pytest.fixture(scope="module")
def coarse(layers: dict[str, Layer]) -> Layer:
    """All counties, simplified once."""
    return prepared(layers["context"], kind=FORMATS["gpkg"], detail="coarse")


# --- readers: none of them is the library that wrote the file ---


def read_geojson(content: bytes) -> Read:
    document = json.loads(content)
    features = document["features"]
    rows = [{"id": found["id"], **found["properties"]} for found in features]
    return (
        rows,
        [found["geometry"] and shapely.geometry.shape(found["geometry"]) for found in features],
        document["provenance"],
    )


def read_sequence(content: bytes) -> Read:
    features = [json.loads(record) for record in content.split(b"\x1e")[1:]]
    rows, shapes, told = read_geojson(
        json.dumps({"features": features, "provenance": features[0]["provenance"]}).encode()
    )
    assert all("provenance" not in feature for feature in features[1:])
    return rows, shapes, told


def read_geopackage(content: bytes) -> Read:
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        database.row_factory = sqlite3.Row
        (table,) = [
            row[0]
            for row in database.execute("SELECT table_name FROM gpkg_contents WHERE table_name != 'layer_styles'")
        ]
        found = [dict(row) for row in database.execute(f'SELECT * FROM "{table}" ORDER BY fid')]
        told = database.execute("SELECT metadata FROM gpkg_metadata WHERE mime_type = 'application/json'").fetchone()[0]
    envelopes = (0, 32, 48, 48, 64)
    shapes = []
    for row in found:
        row.pop("fid")
        blob = row.pop("geom", None)
        # Header of a GeoPackage geometry: magic, version, flags, srs id, envelope; then WKB.
        shapes.append(blob and shapely.from_wkb(blob[8 + envelopes[blob[3] >> 1 & 7] :]))
    return found, shapes, json.loads(told)["provenance"]


def read_flatgeobuf(content: bytes) -> Read:
    frame = pyogrio.read_dataframe(content)
    shapes = list(frame.geometry)
    try:
        rows = [dict(feature["properties"]) for feature in flatgeobuf.load(io.BytesIO(content))["features"]]
    except (ValueError, struct.error):
        # The standard's own reader for Python wants an index of several rows; a row without geometry cannot be in one.
        assert len(frame) == 1 or frame.geometry.isna().any()
        rows = frame.drop(columns="geometry").astype(object).where(frame.notna(), None).to_dict("records")
    return rows, shapes, _told_in_header(content)


def _told_in_header(content: bytes) -> dict[str, Any]:
    start = content.index(b'{"provenance":')
    outer, _ = json.JSONDecoder().raw_decode(content[start : content.index(b"\x00", start)].decode())
    told: dict[str, Any] = json.loads(outer["provenance"])["provenance"]
    return told


def read_parquet(content: bytes) -> Read:
    path = _kept(content)
    with duckdb.connect() as database:
        cursor = database.execute(f"SELECT * FROM '{path}'")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        told = {
            bytes(key).decode(): bytes(value).decode()
            for key, value in database.execute(f"SELECT key, value FROM parquet_kv_metadata('{path}')").fetchall()
        }
    shapes = [_shape(row.pop("geometry", None)) for row in rows]
    for row in rows:
        row.pop("bbox", None)
    return rows, shapes, json.loads(told["provenance"])


def _shape(value: Any) -> Any:
    return None if value is None else shapely.from_wkb(bytes(value))


def read_kml(content: bytes) -> Read:
    spaces = {"k": "http://www.opengis.net/kml/2.2"}
    root = etree.fromstring(content)
    told = {
        entry.get("name"): entry.findtext("k:value", namespaces=spaces)
        for entry in root.findall("k:Document/k:ExtendedData/k:Data", spaces)
    }
    rows = [
        {value.get("name"): value.text or "" for value in place.iterfind(".//k:SimpleData", spaces)}
        for place in root.iterfind(".//k:Placemark", spaces)
    ]
    frames = [pyogrio.read_dataframe(content, layer=name) for name, _ in pyogrio.list_layers(content)]
    # GDAL has an id of its own; ours is the second.
    by_id = {row["id2"]: row["geometry"] for frame in frames for row in frame.to_dict("records")}
    return rows, [by_id[row["id"]] for row in rows], told


def read_shapefile(content: bytes) -> Read:
    rows, shapes = [], []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".shp"))
        for name in sorted(names, reverse=True):
            parts = {suffix: io.BytesIO(archive.read(name[:-3] + suffix)) for suffix in ("shp", "shx", "dbf")}
            assert archive.read(name[:-3] + "cpg") == b"UTF-8"
            with shapefile.Reader(**parts, encoding="utf-8") as reader:
                for found in reader.iterShapeRecords():
                    rows.append(dict(found.record.as_dict()))
                    kind = found.shape.shapeType
                    shapes.append(
                        None if kind == shapefile.NULL else shapely.geometry.shape(found.shape.__geo_interface__)
                    )
        key = list(csv.DictReader(io.StringIO(archive.read("field_names.csv").decode("utf-8-sig"))))
        told = json.loads(archive.read("datapackage.json"))["resources"][0]["provenance"]
    return [_long_names(row, key) for row in rows], shapes, told


def _long_names(row: dict[str, Any], key: Rows) -> dict[str, Any]:
    """Names of the dictionary in place of the short ones, texts that go on put together."""
    whole: dict[str, Any] = {}
    for entry in key:
        value = row[entry["short_name"]]
        if isinstance(value, str) and isinstance(whole.get(entry["name"]), str):
            whole[entry["name"]] += value
        else:
            whole.setdefault(entry["name"], value)
    return whole


def read_topojson(content: bytes) -> Read:
    document = json.loads(content)
    (own,) = document["objects"].values()
    rows = [{"id": found["id"], **found["properties"]} for found in own["geometries"]]
    frame = pyogrio.read_dataframe(content)
    shapes = dict(zip(frame["id"], frame.geometry, strict=True))
    assert {row["id"] for row in rows} >= set(shapes)
    return rows, [shapes.get(row["id"]) for row in rows], document["provenance"]


def read_csv(content: bytes) -> Read:
    csv.field_size_limit(2**31 - 1)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    shapes = [shapely.from_wkt(text) if text else None for text in (row.pop("wkt", "") for row in rows)]
    return rows, shapes, {}


def read_xlsx(content: bytes) -> Read:
    book = openpyxl.load_workbook(io.BytesIO(content))
    first, about, fields = book.worksheets
    names, *lines = first.iter_rows()
    rows = [{name.value: cell.value for name, cell in zip(names, line, strict=True)} for line in lines]
    assert all(cell.data_type != "f" and cell.hyperlink is None for sheet in book for line in sheet for cell in line)
    assert fields.max_row == len(names) + 1
    return rows, [], {row[0].value: row[1].value for row in about.iter_rows(min_row=2)}


READERS: dict[str, Callable[[bytes], Read]] = {
    "geojson": read_geojson,
    "geojsonseq": read_sequence,
    "gpkg": read_geopackage,
    "flatgeobuf": read_flatgeobuf,
    "geoparquet": read_parquet,
    "kml": read_kml,
    "shapefile": read_shapefile,
    "topojson": read_topojson,
    "csv": read_csv,
    "xlsx": read_xlsx,
}


def _kept(content: bytes) -> Path:
    """DuckDB reads files, not bytes."""
    with tempfile.NamedTemporaryFile(prefix="pilotzones_", suffix=".parquet", delete=False) as stream:
        stream.write(content)
    path = Path(stream.name)
    atexit.register(path.unlink, missing_ok=True)
    return path


# --- what is expected ---


def expected_value(value: Any, kind: str, field: Field) -> Any:
    """What a reader of the format should find for a value."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "" if kind == "csv" else None
    is_list = field.type in ("integers", "strings")
    if is_list and kind not in ("geojson", "geojsonseq", "geoparquet", "topojson"):
        value = ";".join(map(str, value)) or ("" if kind == "csv" else None)
    if field.type == "boolean" and kind in ("csv", "xlsx"):
        return "true" if value else "false"
    if kind == "kml":
        return None if value is None else str(int(value) if field.type == "boolean" else value)
    if kind == "csv":
        return guarded(value) if isinstance(value, str) else str(value)
    return value


def assert_same_rows(found: Rows, made: Layer, kind: str) -> None:
    assert len(found) == len(made.frame)
    if kind in ("flatgeobuf", "shapefile"):
        # A spatial index keeps rows in its own order; two Shapefiles hold points and polygons.
        order = {key: index for index, key in enumerate(made.frame["id"])}
        found = sorted(found, key=lambda row: order[row["id"]])
    for field in made.fields:
        wanted = [expected_value(value, kind, field) for value in made.frame[field.name].tolist()]
        got = [row.get(field.name) for row in found]
        if kind == "shapefile":
            got = [None if value == "" else value for value in got]
        if kind == "shapefile" and field.type == "number":
            np.testing.assert_allclose(np.array(got, float), np.array(wanted, float), rtol=1e-12)
        else:
            assert got == wanted, field.name


def total_km2(shapes: list[Any]) -> float:
    polygons = [shape for shape in shapes if shape is not None and "Polygon" in shape.geom_type]
    return float(area_km2(np.array(polygons, dtype=object)).sum())


SMALL = [name for name in LAYERS if name not in ("context", "towns", "measures")]


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("name", SMALL)
def test_another_reader_finds_the_same(layers: dict[str, Layer], name: str, kind: str) -> None:
    made = layers[name]
    if not made.has_geometry and FORMATS[kind].needs_geometry:
        with pytest.raises(ExportError, match="has none"):
            encode(made, format=kind)
        return
    rows, shapes, told = READERS[kind](encode(made, format=kind))
    assert_same_rows(rows, made, kind)
    if kind != "csv":
        for key in ("layer", "document", "document_number", "boundary_review_number", "boundary_licence", "generated"):
            assert told[key] == {"layer": name, **made.provenance}[key]
    if made.has_geometry and kind != "xlsx":
        assert [shape is None for shape in shapes].count(True) == int(shapely.is_missing(made.shapes).sum())
        assert all(shape.is_valid for shape in shapes if shape is not None)
        assert total_km2(shapes) == pytest.approx(total_km2(list(made.shapes)), rel=1e-6)


@pytest.mark.parametrize("kind", ["gpkg", "geoparquet"])
def test_all_counties_come_back(layers: dict[str, Layer], coarse: Layer, kind: str) -> None:
    rows, shapes, _ = READERS[kind](encode(coarse, format=kind, detail="coarse"))
    assert_same_rows(rows, layers["context"], kind)
    assert total_km2(shapes) == pytest.approx(total_km2(list(layers["context"].shapes)), rel=1e-3)


def test_simplified_neighbours_stay_joined(layers: dict[str, Layer], coarse: Layer) -> None:
    made = coarse
    exact = shapely.get_num_coordinates(layers["context"].shapes).sum()
    assert shapely.get_num_coordinates(made.shapes).sum() < 0.6 * exact
    whole = shapely.union_all(made.shapes)
    # Were neighbours torn apart, slivers would be missing from the sum or counted twice.
    assert shapely.area(whole) == pytest.approx(shapely.area(made.shapes).sum(), rel=1e-6)
    assert list(made.frame["name"]) == list(layers["context"].frame["name"])


def test_tiles_hold_the_counties_and_say_where_they_come_from(layers: dict[str, Layer]) -> None:
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
def test_same_input_same_bytes(layers: dict[str, Layer], kind: str) -> None:
    first, second = (encode(layers["zones"], format=kind, detail="coarse") for _ in range(2))
    if kind == "gpkg":
        first, second = (_dump(content) for content in (first, second))
    assert first == second


def _dump(content: bytes) -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        return "\n".join(database.iterdump()).encode()


# --- coordinates ---


@pytest.mark.parametrize("crs", CRS)
@pytest.mark.parametrize("kind", ["geojson", "gpkg", "geoparquet", "flatgeobuf", "shapefile"])
def test_coordinates_are_those_asked_for_and_named(layers: dict[str, Layer], kind: str, crs: Any) -> None:
    content = encode(layers["zones"], format=kind, crs=crs)
    if kind == "geoparquet":
        found = gpd.read_parquet(io.BytesIO(content))
    else:
        names = [name for name, _ in pyogrio.list_layers(content) if name != "layer_styles"]
        found = pyogrio.read_dataframe(content, layer=names[0])
    found = found.sort_values("id", key=lambda ids: ids.astype(int))
    wanted = prepared(layers["zones"], kind=FORMATS[kind], crs=crs).shapes
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
def test_formats_that_are_wgs84_refuse_anything_else(layers: dict[str, Layer], kind: str) -> None:
    with pytest.raises(ExportError, match="WGS 84 by its definition"):
        encode(layers["zones"], format=kind, crs="gcj02")


@pytest.mark.parametrize(
    ("wrong", "listed"), [({"format": "dwg"}, "gpkg"), ({"crs": "mars"}, "albers"), ({"detail": "huge"}, "coarse")]
)
def test_a_wrong_word_lists_what_there_is(layers: dict[str, Layer], wrong: dict[str, str], listed: str) -> None:
    with pytest.raises(ExportError, match=listed):
        encode(layers["zones"], **{"format": "geojson", **wrong})  # type: ignore[arg-type]


# --- what each format has a place of its own for ---


def test_a_geopackage_has_headings_metadata_and_styles(layers: dict[str, Layer], coarse: Layer) -> None:
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
    assert changed == {"2020-01-01T00:00:00Z"}
    assert set(styles) == {name for name, made in layers.items() if made.has_geometry}
    renderer = etree.fromstring(styles["zones"].split("'SYSTEM'>", 1)[1]).find("renderer-v2")
    assert renderer is not None
    assert renderer.get("attr") == "region"
    values = [category.get("value") for category in renderer.iter("category")]
    assert values == ["东部地区", "中部地区", "西部地区", "东北地区", ""]
    symbols = {symbol.get("name") for symbol in renderer.iter("symbol")}
    assert {category.get("symbol") for category in renderer.iter("category")} == symbols
    assert b"#0072b2" in slds["zones"].encode()


def test_geoparquet_metadata_is_that_of_version_1_1(layers: dict[str, Layer]) -> None:
    path = _kept(encode(layers["members"], format="geoparquet"))
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


def test_kml_has_folders_styles_and_balloons_of_text(layers: dict[str, Layer]) -> None:
    spaces = {"k": "http://www.opengis.net/kml/2.2"}
    root = etree.fromstring(encode(layers["zones"], format="kml"))
    folders = [folder.findtext("k:name", namespaces=spaces) for folder in root.findall("k:Document/k:Folder", spaces)]
    assert folders == ["东部地区", "中部地区", "西部地区", "东北地区"]
    styles = {style.get("id") for style in root.findall("k:Document/k:Style", spaces)}
    assert {url.text for url in root.iterfind(".//k:styleUrl", spaces)} <= {f"#{name}" for name in styles}


def test_shapefile_key_has_every_field_and_its_names_fit(layers: dict[str, Layer]) -> None:
    for made in (own for own in layers.values() if own.has_geometry):
        key = key_to_fields(made)
        assert set(key["name"]) == {field.name for field in made.fields}
        assert key["short_name"].map(lambda name: name.isascii() and len(name) <= 10).all()
        assert key["short_name"].str.lower().is_unique


# --- nasty text ---

# GDAL says of bytes that they have no file's ending.
pytestmark = pytest.mark.filterwarnings("ignore:.*non conformant file extension:RuntimeWarning")
NASTY = [
    "{{7*191}}",
    "</script>",
    "=1+1",
    "＝1",
    "\u2028",
    "`${x}`",
    "$[name]",
    "NaN",
    "null",
    "<b>&amp;",
    "'\"",
    "长" * 120,
    "😀\n",
    " a ",
]


def small(text: str, *, words: list[str] | None = None) -> Layer:
    kinds = {"id": "string", "note": "string", "words": "strings"}
    fields = tuple(
        Field(name, {"zh": name, "en": name}, "", kind, {"zh": "", "en": ""})  # type: ignore[arg-type]
        for name, kind in kinds.items()
    )
    frame = gpd.GeoDataFrame(
        {"id": ["1"], "note": [text], "words": [words or []]}, geometry=[shapely.box(120, 30, 121, 31)], crs=4326
    )
    return Layer("nasty", frame, fields, {"title": text, "filter": {"q": text}})


@pytest.mark.parametrize("kind", READERS)
@examples(12)
@given(text=st.sampled_from(NASTY) | st.text(st.characters(codec="utf-8"), min_size=1, max_size=300))
def test_any_text_comes_back_or_only_what_the_format_cannot_hold_is_gone(kind: str, text: str) -> None:
    content = encode(small(text), format=kind)
    rows, _, _ = READERS[kind](content)
    found = rows[0].get("note")
    if kind in ("geojson", "geojsonseq", "geoparquet", "topojson"):
        assert found == text
    elif kind == "csv":
        assert found == guarded(text)
    elif kind in ("gpkg", "flatgeobuf"):
        assert found == without_nul(text)
    else:
        # XML and DBF hold no control characters; DBF no blanks at the ends, XML parsers turn \r into \n.
        assert (found or "").strip() == without_controls(text).strip()


def without_nul(text: str) -> str | None:
    return text.replace("\x00", "")


def test_no_cell_is_a_formula_and_no_name_leads_out_of_the_folder() -> None:
    made = small("=cmd|' /C calc'!A0")
    evil = Layer("../../escaped", made.frame, made.fields, {"programme": "../..", "boundary_source": "/../x"})
    for kind in ("csv", "geojson", "shapefile"):
        with zipfile.ZipFile(io.BytesIO(encode_all([evil], format=kind))) as archive:
            for entry in archive.infolist():
                assert "/" not in entry.filename
                assert "\\" not in entry.filename
                assert ".." not in entry.filename
    (row,), _, _ = read_csv(encode(made, format="csv"))
    assert row["note"].startswith("'=")


def test_a_balloon_shows_text_and_nothing_else() -> None:
    content = encode(small("<script>$[name]</script>"), format="kml").decode()
    assert "<script>" not in content
    place = etree.fromstring(content.encode()).find(".//{*}Placemark")
    assert place is not None
    shown = place.findtext("{*}description") or ""
    # Google Earth puts values in place of $[…] before it reads the HTML.
    assert "$[" not in shown
    table = html.fragment_fromstring(shown)
    assert "<script>$[name]</script>" in table.text_content()
    assert {element.tag for element in table.iter()} == {"table", "tr", "th", "td"}


def test_a_long_text_is_never_cut() -> None:
    text = "功能区" * 400
    (row,), _, _ = read_shapefile(encode(small(text), format="shapefile"))
    assert row["note"] == text
    with pytest.raises(ExportError, match="does not fit a cell"):
        encode(small("长" * 40_000), format="xlsx")


def test_the_byte_order_of_a_geometry_header_is_read_right() -> None:
    # The reader of this file, on a geometry of known make-up.
    blob = b"GP\x00\x01" + struct.pack("<i", 4326) + shapely.to_wkb(shapely.Point(1, 2))
    assert shapely.from_wkb(blob[8:]).x == 1
