"""GeoJSON (RFC 7946) and GeoJSON text sequences (RFC 8142), with provenance and dictionary inside."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from pilotzones.geo.export.models import ExportLayer
from pilotzones.geo.export.provenance import describe_file
from pilotzones.geo.export.target_crs import CoordinateSystem, get_coordinate_system

__all__ = [
    "convert_to_json",
    "count_features",
    "count_sequence",
    "encode_geojson",
    "encode_geojson_sequence",
]

_RECORD_SEPARATOR: Final = b"\x1e"


def encode_geojson(exported: ExportLayer, *, state_crs: bool = True) -> bytes:
    """Encode a layer as GeoJSON text.

    WGS 84 by RFC 7946 (section 4), shells counter-clockwise (3.1.6), null for what is unknown, a bounding box, and
    provenance and fields as foreign members (6.1). Geometry is exact: only the coordinates' decimals are cut. In other
    coordinates, which the RFC leaves to agreement between the parties, the file says so in its members
    ``provenance.coordinates`` and, where GDAL can read it, ``crs``.

    Parameters
    ----------
    exported : ExportLayer
    state_crs : bool, optional
        Whether the member ``crs`` says so; a server says it in a header.

    Returns
    -------
    bytes
        UTF-8.
    """
    coordinates = get_coordinate_system(exported.crs)
    head: dict[str, Any] = {"type": "FeatureCollection", "name": exported.name}
    if state_crs and coordinates.id != "wgs84" and coordinates.epsg:
        head["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{coordinates.epsg}"}}
    shapes = _round_shapes(exported, coordinates)
    if not all(shape is None or shape.is_empty for shape in shapes):
        head["bbox"] = [round(float(value), coordinates.decimals) for value in shapely.total_bounds(shapes)]
    head |= _build_foreign_members(exported)
    features = ",".join(_encode_features(exported, shapes))
    return f'{_dump_json(head)[:-1]},"features":[{features}]}}'.encode()


def encode_geojson_sequence(exported: ExportLayer) -> bytes:
    """Encode a layer as GeoJSON text sequence: one feature a record, the first with provenance and fields beside.

    Parameters
    ----------
    exported : ExportLayer

    Returns
    -------
    bytes
        UTF-8; each record begins with the record separator and ends with a line feed.
    """
    records = []
    for index, feature in enumerate(
        _encode_features(exported, _round_shapes(exported, get_coordinate_system(exported.crs)))
    ):
        text = f"{feature[:-1]},{_dump_json(_build_foreign_members(exported))[1:]}" if index == 0 else feature
        records.append(_RECORD_SEPARATOR + text.encode() + b"\n")
    return b"".join(records)


def _build_foreign_members(exported: ExportLayer) -> dict[str, Any]:
    return {"provenance": describe_file(exported), "fields": [field.to_json_values() for field in exported.fields]}


def _round_shapes(exported: ExportLayer, coordinates: CoordinateSystem) -> NDArray[Any]:
    shapes = shapely.orient_polygons(exported.shapes, exterior_cw=False)
    rounded: NDArray[Any] = shapely.transform(shapes, lambda points: np.round(points, coordinates.decimals))
    return rounded


def _encode_features(exported: ExportLayer, shapes: NDArray[Any]) -> Iterator[str]:
    """Encode each feature as text; the geometry is text when it comes and is not parsed again."""
    # The id is a property, too: many programs show nothing but properties.
    for properties, shape in zip(iterate_rows(exported), shapes, strict=True):
        text = "null" if shape is None or shape.is_empty else shapely.to_geojson(shape)
        key = _dump_json(properties["id"])
        yield f'{{"type":"Feature","id":{key},"geometry":{text},"properties":{_dump_json(properties)}}}'


def iterate_rows(layer: ExportLayer) -> Iterator[dict[str, Any]]:
    """Give the fields of each row of a layer as JSON values."""
    columns = {field.name: layer.frame[field.name].tolist() for field in layer.fields}
    for index in range(len(layer.frame)):
        yield {name: convert_to_json(column[index]) for name, column in columns.items()}


def _dump_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def convert_to_json(value: Any) -> Any:
    """Convert to a JSON value: numpy scalars become Python's, and what is not a number becomes None.

    Parameters
    ----------
    value : object

    Returns
    -------
    object
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def count_features(content: bytes) -> int:
    """Count the features of a GeoJSON text."""
    return len(json.loads(content)["features"])


def count_sequence(content: bytes) -> int:
    """Count the features of a GeoJSON text sequence, each read as JSON."""
    return sum(json.loads(record)["type"] == "Feature" for record in content.split(_RECORD_SEPARATOR)[1:])
