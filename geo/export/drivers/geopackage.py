"""GeoPackage: layers with their fields, provenance and styles in the tables the standard has for them."""

from __future__ import annotations

import io
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import shapely

from pilotzones.geo.export.drivers.gdal import encode_description, run_gdal
from pilotzones.geo.export.drivers.qml_sld import encode_qml, encode_sld
from pilotzones.geo.export.models import ExportLayer

__all__ = ["encode_geopackage"]

# The table in which QGIS keeps styles (QgsOgrProvider); no part of the standard, and left alone by who does not know it.
_STYLES: Final = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))
"""
_GEOMETRY_COLUMN: Final = "geom"
_POINT, _MULTIPOINT = 0, 4  # type numbers of shapely


def encode_geopackage(layers: Sequence[ExportLayer]) -> bytes:
    """Encode layers as one GeoPackage (OGC 12-128).

    Parameters
    ----------
    layers : sequence of Layer
        With names that differ.

    Returns
    -------
    bytes
        Headings and descriptions in ``gpkg_data_columns``, provenance in ``gpkg_metadata``, styles in ``layer_styles``.

    Raises
    ------
    ExportError
        When GDAL refuses.
    """
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(_write_draft(layers))
        with database:
            _add(database, layers)
        return database.serialize()


def _write_draft(layers: Sequence[ExportLayer]) -> bytes:
    """Write the layers as GDAL does: one in memory; several on disk, since to memory it appends nothing."""
    if len(layers) == 1:
        stream = io.BytesIO()
        _write_layer(layers[0], stream)
        return stream.getvalue()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layers.gpkg"
        for index, layer in enumerate(layers):
            _write_layer(layer, path, append=index > 0)
        return path.read_bytes()


def _write_layer(layer: ExportLayer, target: io.BytesIO | Path, *, append: bool = False) -> None:
    run_gdal(
        layer,
        target,
        driver="GPKG",
        append=append,
        layer_metadata={"provenance": encode_description(layer)},
        # The newest version that GDAL 3.4 and 3.6 know, as in QGIS 3.22.
        VERSION="1.2",
        IDENTIFIER=f"{layer.title('zh')} {layer.title('en')}",
        DESCRIPTION=str(layer.provenance.get("title", "")),
    )


def _format_time(text: str) -> str:
    """Write a time as requirements 15 and 57 have it: UTC, with three decimals of a second."""
    when = datetime.fromisoformat(text)
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}Z"


def _add(database: sqlite3.Connection, layers: Sequence[ExportLayer]) -> None:
    # The provenance's own time in place of the clock's, so that the same input gives the same content.
    when = _format_time(str(layers[0].provenance.get("generated") or "1980-01-01T00:00:00Z"))
    database.execute("UPDATE gpkg_contents SET last_change = ?", (when,))
    database.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", (when,))
    for layer in layers:
        _add_metadata(database, layer, when)
    styles = [(layer, layer.styling) for layer in layers if layer.has_geometry and layer.styling]
    if not styles:
        return
    database.execute(_STYLES)
    for layer, style in styles:
        points = _has_only_points(layer)
        database.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,"
            " styleSLD, useAsDefault, description, owner, update_time) VALUES ('', '', ?, ?, 'pilotzones', ?, ?, 1, ?, '', ?)",
            (
                layer.name,
                _GEOMETRY_COLUMN,
                encode_qml(style, points=points),
                encode_sld(style, layer=layer.name, points=points),
                layer.title("zh"),
                when,
            ),
        )
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES"
        " ('layer_styles', 'attributes', 'layer_styles', ?)",
        (when,),
    )


def _has_only_points(layer: ExportLayer) -> bool:
    kinds = np.unique(shapely.get_type_id(layer.shapes))
    return bool(len(kinds)) and set(kinds.tolist()) <= {-1, _POINT, _MULTIPOINT}


def _add_metadata(database: sqlite3.Connection, layer: ExportLayer, when: str) -> None:
    """Write the provenance as JSON beside GDAL's own XML, for readers of the standard's table."""
    cursor = database.execute(
        "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata)"
        " VALUES ('dataset', 'https://www.rfc-editor.org/rfc/rfc8259', 'application/json', ?)",
        (encode_description(layer),),
    )
    database.execute(
        "INSERT INTO gpkg_metadata_reference (reference_scope, table_name, timestamp, md_file_id) VALUES ('table', ?, ?, ?)",
        (layer.name, when, cursor.lastrowid),
    )
