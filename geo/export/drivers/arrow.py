"""A layer as an Arrow table: exact types, null where nothing is known, headings beside the columns."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from pilotzones.geo.export.models import ExportField, ExportLayer, FieldType
from pilotzones.geo.export.target_crs import get_coordinate_system

__all__ = [
    "GEOMETRY",
    "build_arrow_table",
    "build_field_table",
    "get_crs",
    "join_list",
    "join_pairs",
    "orient_polygons",
    "with_geometry",
]

GEOMETRY: Final = "geometry"
_POLYGON: Final = 3  # shapely's type number
_TYPES: Final[Mapping[FieldType, pa.DataType]] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "integers": pa.list_(pa.int64()),
    "strings": pa.list_(pa.string()),
}


# Before the WKB of a polygon these bytes make it a multipolygon of one: byte order, type 6, count 1.
_ONE_POLYGON: Final = struct.pack("<BII", 1, 6, 1)


def build_arrow_table(layer: ExportLayer, *, nested: bool, promoted: bool = False) -> pa.Table:
    """Build a layer as an Arrow table.

    Parameters
    ----------
    layer : ExportLayer
    nested : bool
        Keep lists as lists; otherwise, for GDAL, their items are joined with ``;`` and a NUL in a text is dropped.
    promoted : bool, optional
        Give every polygon as a multipolygon, for formats whose layers have one type.

    Returns
    -------
    pyarrow.Table
        A column for each field, and the geometry as WKB last where the layer has one. Headings and descriptions are in
        the metadata GDAL reads them from.
    """
    table = build_field_table(layer, nested=nested)
    return with_geometry(table, layer, promoted=promoted) if layer.has_geometry else table


def build_field_table(layer: ExportLayer, *, nested: bool) -> pa.Table:
    """Build the fields of `build_arrow_table` alone.

    Parameters
    ----------
    layer : ExportLayer
    nested : bool

    Returns
    -------
    pyarrow.Table
    """
    columns = [_build_column(layer.frame[field.name].tolist(), field, nested=nested) for field in layer.fields]
    schema = [_build_field(field, column.type) for field, column in zip(layer.fields, columns, strict=True)]
    return pa.Table.from_arrays(columns, schema=pa.schema(schema))


def with_geometry(table: pa.Table, layer: ExportLayer, *, promoted: bool = False) -> pa.Table:
    """Add the geometry of `build_arrow_table` to a table as its last column.

    Parameters
    ----------
    table : pyarrow.Table
        Of the same rows.
    layer : ExportLayer
    promoted : bool, optional

    Returns
    -------
    pyarrow.Table
    """
    field = pa.field(GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"})
    return table.append_column(field, pa.array(_encode_wkb(orient_polygons(layer), promoted=promoted), pa.binary()))


def _encode_wkb(shapes: NDArray[Any], *, promoted: bool) -> NDArray[Any]:
    written = shapely.to_wkb(shapes, byte_order=1, include_srid=False)
    if promoted:
        # Far cheaper than to make the geometries anew.
        single = np.flatnonzero(shapely.get_type_id(shapes) == _POLYGON)
        written[single] = [_ONE_POLYGON + written[row] for row in single]
    return written


def orient_polygons(layer: ExportLayer) -> Any:
    """Return the geometries with shells counter-clockwise; empty ones are none."""
    shapes = shapely.orient_polygons(layer.shapes, exterior_cw=False)
    shapes[shapely.is_empty(shapes)] = None
    return shapes


def _build_column(values: list[Any], field: ExportField, *, nested: bool) -> pa.Array:
    if field.type == "number":
        figures = np.asarray([np.nan if value is None else value for value in values], dtype=np.float64)
        return pa.array(figures, pa.float64(), mask=~np.isfinite(figures))
    if not nested and field.type in ("string", "integers", "strings"):
        texts = values if field.type == "string" else [join_list(value) for value in values]
        # To GDAL a text ends at its first NUL.
        return pa.array([text.replace("\0", "") if text and "\0" in text else text for text in texts], pa.string())
    return pa.array(values, _TYPES[field.type])


def join_list(value: Any) -> str | None:
    """Join a list into one text with ``;``; empty when it has no items, None when it is unknown."""
    return None if value is None else ";".join(map(str, value))


def join_pairs(value: Mapping[str, Any]) -> str:
    """Join a mapping into one text of ``key=item`` with ``; ``."""
    return "; ".join(f"{key}={item}" for key, item in value.items())


def _build_field(field: ExportField, kind: pa.DataType) -> pa.Field:
    metadata = {
        "GDAL:OGR:alternative_name": field.heading,
        "GDAL:OGR:comment": f"{field.description['zh']} / {field.description['en']}",
    }
    return pa.field(field.name, kind, metadata=metadata)


def get_crs(layer: ExportLayer) -> str:
    """Return the coordinates of a layer as GDAL and PROJ read them: a code, or WKT."""
    coordinates = get_coordinate_system(layer.crs)
    return f"EPSG:{coordinates.epsg}" if coordinates.epsg else coordinates.crs.to_wkt()
