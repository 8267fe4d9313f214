"""Requirements of the GeoPackage Encoding Standard (OGC 12-128r19), each with its number, checked without GDAL."""

from __future__ import annotations

import re
import sqlite3
import struct
from contextlib import closing
from typing import Any

import shapely

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_KINDS = {"GEOMETRY": None, "POINT": (0,), "MULTIPOINT": (4,), "POLYGON": (3,), "MULTIPOLYGON": (6,)}
_SCOPES = {"undefined", "dataset", "series", "featureType", "feature", "attributeType", "attribute"}
_TABLES = {
    "gpkg_spatial_ref_sys": ["srs_name", "srs_id", "organization", "organization_coordsys_id", "definition", "description"],
    "gpkg_contents": ["table_name", "data_type", "identifier", "description", "last_change", "min_x", "min_y", "max_x",
                      "max_y", "srs_id"],
    "gpkg_geometry_columns": ["table_name", "column_name", "geometry_type_name", "srs_id", "z", "m"],
    "gpkg_extensions": ["table_name", "column_name", "extension_name", "definition", "scope"],
    "gpkg_metadata": ["id", "md_scope", "md_standard_uri", "mime_type", "metadata"],
    "gpkg_metadata_reference": ["reference_scope", "table_name", "column_name", "row_id_value", "timestamp", "md_file_id",
                                "md_parent_id"],
    "gpkg_data_columns": ["table_name", "column_name", "name", "title", "description", "mime_type", "constraint_name"],
}  # fmt: skip


def find_violations(content: bytes) -> list[str]:
    """Everything in a GeoPackage that breaks a requirement."""
    found = [] if content.startswith(b"SQLite format 3\0") else ["1: no SQLite database"]
    found += [] if content[68:72] == b"GPKG" else ["2: the application id is not GPKG"]
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        found += _check_database(database)
        found += _check_contents(database)
        for row in database.execute("SELECT * FROM gpkg_geometry_columns").fetchall():
            found += _check_features(database, row)
        found += _check_extensions(database)
    return found


def _check_database(database: sqlite3.Connection) -> list[str]:
    found = []
    version = database.execute("PRAGMA user_version").fetchone()[0]
    found += [] if version >= 10200 else [f"2: the version is {version}"]
    found += [] if database.execute("PRAGMA integrity_check").fetchall() == [("ok",)] else ["6: integrity"]
    found += [] if not database.execute("PRAGMA foreign_key_check").fetchall() else ["7: foreign keys"]
    for table, columns in _TABLES.items():
        there = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        missing = set(columns) - set(there)
        # The two columns of a definition in WKT 2 stand behind those of the standard.
        found += [f"10, 13, 21, 58, 68, 70: {table} has no {column}" for column in missing]
    systems = {row[0] for row in database.execute("SELECT srs_id FROM gpkg_spatial_ref_sys")}
    found += [f"11: no row for the system {one}" for one in {-1, 0, 4326} - systems]
    undefined = database.execute(
        "SELECT srs_id FROM gpkg_contents WHERE data_type = 'features' AND srs_id NOT IN (SELECT srs_id FROM gpkg_spatial_ref_sys)"
    ).fetchall()
    return found + [f"12: {row}" for row in undefined]


def _check_contents(database: sqlite3.Connection) -> list[str]:
    found = []
    tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    for table, kind, when in database.execute("SELECT table_name, data_type, last_change FROM gpkg_contents"):
        found += [] if table in tables else [f"14: there is no table {table}"]
        found += [] if kind in ("features", "attributes") else [f"16: the kind {kind}"]
        found += [] if _TIME.fullmatch(str(when)) else [f"15: the time {when}"]
        keys = [row for row in database.execute(f'PRAGMA table_info("{table}")') if row[5]]
        one_key = len(keys) == 1 and keys[0][2].upper() == "INTEGER"
        found += [] if one_key else [f"29, 119: {table} has no integer as its only key"]
    for scope, when, file in database.execute(
        "SELECT reference_scope, timestamp, md_file_id FROM gpkg_metadata_reference"
    ):
        found += [] if scope in ("geopackage", "table", "column", "row", "row/col") else [f"96: the scope {scope}"]
        found += [] if _TIME.fullmatch(str(when)) else [f"100: the time {when}"]
        known = database.execute("SELECT md_scope FROM gpkg_metadata WHERE id = ?", (file,)).fetchone()
        found += [] if known and known[0] in _SCOPES else [f"94, 101: the metadata {file}"]
    return found


def _check_features(database: sqlite3.Connection, row: tuple[str, str, str, int, int, int]) -> list[str]:
    table, column, kind, system, z, m = row
    found = [] if kind in _KINDS else [f"25: the type {kind}"]
    found += [] if (z, m) == (0, 0) else ["27, 28: heights"]
    stated = database.execute("SELECT data_type, srs_id FROM gpkg_contents WHERE table_name = ?", (table,)).fetchone()
    found += [] if stated == ("features", system) else [f"23, 146: {table} is {stated} in the contents"]
    declared = {row[1]: row[2] for row in database.execute(f'PRAGMA table_info("{table}")')}
    found += [] if declared.get(column, "").upper() == kind else [f"31: {column} is declared {declared.get(column)}"]
    for (blob,) in database.execute(f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'):
        found += _check_blob(blob, kind, system)
    return sorted(set(found))


def _check_blob(blob: bytes, kind: str, system: int) -> list[str]:
    found = [] if blob[:3] == b"GP\0" else ["19: the header of a geometry"]
    order = "<" if blob[3] & 1 else ">"
    found += [] if struct.unpack(f"{order}i", blob[4:8])[0] == system else ["33: the system of a geometry"]
    found += [] if not blob[3] & 0b11100000 else ["19: reserved bits"]
    size = (0, 32, 48, 48, 64)[blob[3] >> 1 & 7]
    shape: Any = shapely.from_wkb(blob[8 + size :])
    found += [] if shapely.is_empty(shape) == bool(blob[3] & 0b10000) else ["152: the flag of an empty geometry"]
    if size == 32:
        west, east, south, north = struct.unpack(f"{order}4d", blob[8:40])
        found += [] if (west, south, east, north) == shape.bounds else ["19: the envelope of a geometry"]
    allowed = _KINDS.get(kind)
    found += [] if allowed is None or shapely.get_type_id(shape) in allowed else ["32: the type of a geometry"]
    return found


def _check_extensions(database: sqlite3.Connection) -> list[str]:
    found = []
    rows = database.execute("SELECT table_name, column_name, extension_name, scope FROM gpkg_extensions").fetchall()
    tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table, column, name, scope in rows:
        found += [] if re.fullmatch(r"[a-zA-Z0-9]+_[\w]+", name) else [f"62: the name {name}"]
        found += [] if scope in ("read-write", "write-only") else [f"64: the scope {scope}"]
        found += [] if table is None or table in tables else [f"60: there is no table {table}"]
        if name == "gpkg_rtree_index":
            found += [] if f"rtree_{table}_{column}" in tables else [f"77: no index of {table}"]
    registered = {(row[0], row[2]) for row in rows}
    for table, name in (
        ("gpkg_metadata", "gpkg_metadata"),
        ("gpkg_metadata_reference", "gpkg_metadata"),
        ("gpkg_data_columns", "gpkg_schema"),
    ):
        found += [] if (table, name) in registered else [f"60, 141: {table} is not registered"]
    described = "SELECT table_name, column_name FROM gpkg_data_columns"
    for table, column in database.execute(described).fetchall():
        there = {row[1] for row in database.execute(f'PRAGMA table_info("{table}")')}
        found += [] if column in there else [f"105: {table} has no column {column}"]
    return found
