"""A layer as an Arrow table: exact types, null where nothing is known, headings beside the columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely

from geo.export.coordinates import system
from geo.export.records import Field, FieldType, Layer

__all__ = ["GEOMETRY", "arrow_table", "crs_of", "joined_list", "oriented"]

GEOMETRY: Final = "geometry"
_TYPES: Final[Mapping[FieldType, pa.DataType]] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "integers": pa.list_(pa.int64()),
    "strings": pa.list_(pa.string()),
}


def arrow_table(layer: Layer, *, nested: bool) -> pa.Table:
    """A layer as an Arrow table.

    Parameters
    ----------
    layer : Layer
    nested : bool
        Keep lists as lists; otherwise, for GDAL, their items are joined with ``;`` and a NUL in a text is dropped.

    Returns
    -------
    pyarrow.Table
        A column for each field, and the geometry as WKB last where the layer has one. Headings and descriptions are in
        the metadata GDAL reads them from.
    """
    columns = [_column(layer.frame[field.name].tolist(), field, nested=nested) for field in layer.fields]
    schema = [_schema(field, column.type) for field, column in zip(layer.fields, columns, strict=True)]
    if layer.has_geometry:
        columns.append(pa.array(shapely.to_wkb(oriented(layer), include_srid=False), pa.binary()))
        schema.append(pa.field(GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"}))
    return pa.Table.from_arrays(columns, schema=pa.schema(schema))


def oriented(layer: Layer) -> Any:
    """Geometries with shells counter-clockwise; empty ones are none."""
    shapes = shapely.orient_polygons(layer.shapes, exterior_cw=False)
    shapes[shapely.is_empty(shapes)] = None
    return shapes


def _column(values: list[Any], field: Field, *, nested: bool) -> pa.Array:
    if field.type == "number":
        figures = np.asarray([np.nan if value is None else value for value in values], dtype=np.float64)
        return pa.array(figures, pa.float64(), mask=~np.isfinite(figures))
    if not nested and field.type in ("string", "integers", "strings"):
        texts = values if field.type == "string" else [joined_list(value) for value in values]
        # To GDAL a text ends at its first NUL.
        return pa.array([text.replace("\0", "") if text and "\0" in text else text for text in texts], pa.string())
    return pa.array(values, _TYPES[field.type])


def joined_list(value: Any) -> str | None:
    """A list as one text, its items joined with ``;``; None when there are none."""
    return ";".join(map(str, value)) or None if value is not None else None


def _schema(field: Field, kind: pa.DataType) -> pa.Field:
    unit = f" [{field.unit}]" if field.unit else ""
    told = {
        "GDAL:OGR:alternative_name": f"{field.label['zh']} {field.label['en']}{unit}",
        "GDAL:OGR:comment": f"{field.description['zh']} / {field.description['en']}",
    }
    return pa.field(field.name, kind, metadata=told)


def crs_of(layer: Layer) -> str:
    """Coordinates of a layer as GDAL and PROJ read them: a code, or WKT."""
    coordinates = system(layer.crs)
    return f"EPSG:{coordinates.epsg}" if coordinates.epsg else coordinates.crs.to_wkt()
