"""Readers of every export format, none of them the library that wrote the file, and what each should find."""

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
import numpy as np
import openpyxl
import pyogrio
import shapefile
import shapely
from lxml import etree

from pilotzones.geo.export import ExportField, ExportLayer
from pilotzones.geo.files.csv_writer import escape_formula

Rows = list[dict[str, Any]]
# Rows as read, a geometry each (None for none), and what the file says of itself.
Read = tuple[Rows, list[Any], dict[str, Any]]


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
    shapes = []
    for row in found:
        row.pop("fid")
        blob = row.pop("geom", None)
        shapes.append(blob and geopackage_geometry(blob))
    return found, shapes, json.loads(told)["provenance"]


def geopackage_geometry(blob: bytes) -> Any:
    """Header of a GeoPackage geometry: magic, version, flags, srs id, envelope; then WKB."""
    envelopes = (0, 32, 48, 48, 64)
    return shapely.from_wkb(blob[8 + envelopes[blob[3] >> 1 & 7] :])


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
    path = kept(content)
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
        assert not any(name.endswith("json") for name in archive.namelist())
    return [_long_names(row, key) for row in rows], shapes, {}


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
    usual = csv.field_size_limit(2**31 - 1)  # for everybody, so it goes back
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    csv.field_size_limit(usual)
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


def kept(content: bytes) -> Path:
    """DuckDB reads files, not bytes."""
    with tempfile.NamedTemporaryFile(prefix="pilotzones_", suffix=".parquet", delete=False) as stream:
        stream.write(content)
    path = Path(stream.name)
    atexit.register(path.unlink, missing_ok=True)
    return path


def expected_value(value: Any, kind: str, field: ExportField) -> Any:
    """What a reader of the format should find for a value."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "" if kind == "csv" else None
    is_list = field.type in ("integers", "strings")
    if is_list and kind not in ("geojson", "geojsonseq", "geoparquet", "topojson"):
        value = ";".join(map(str, value)) or (None if kind == "shapefile" else "")
    if field.type == "boolean" and kind == "csv":
        return "true" if value else "false"
    if kind == "kml":
        return None if value is None else str(int(value) if field.type == "boolean" else value)
    if kind == "csv":
        return escape_formula(value) if isinstance(value, str) else str(value)
    return value


def assert_same_rows(found: Rows, made: ExportLayer, kind: str) -> None:
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
