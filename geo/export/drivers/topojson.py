"""TopoJSON: borders that neighbours share are written once."""

from __future__ import annotations

import json
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from topojson.core.topology import Topology

from pilotzones.geo.export.drivers.geojson import iterate_rows
from pilotzones.geo.export.models import ExportLayer
from pilotzones.geo.export.provenance import describe_file

__all__ = ["count_topology", "encode_topojson"]

# Steps of the grid along each axis: over the whole country one is 6 mm.
_GRID: Final = 1_000_000_000


def encode_topojson(layer: ExportLayer) -> bytes:
    """Encode a layer as TopoJSON 1.0.

    Parameters
    ----------
    layer : ExportLayer
        In WGS 84.

    Returns
    -------
    bytes
        UTF-8; provenance and fields are members of their own beside ``objects``.
    """
    shapes = layer.shapes
    present = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    drawn: dict[str, Any] = Topology(
        gpd.GeoDataFrame({"row": present}, geometry=shapes[present]), prequantize=_GRID, object_name="layer"
    ).to_dict()
    drawn_shapes: list[dict[str, Any]] = drawn["objects"]["layer"]["geometries"]
    rows: list[int] = present.tolist()
    placed = dict(zip(rows, drawn_shapes, strict=True))
    geometries: list[dict[str, Any]] = []
    for index, properties in enumerate(iterate_rows(layer)):
        shape: dict[str, Any] = {"type": None}
        if index in placed:
            shape = {key: value for key, value in placed[index].items() if key in ("type", "arcs", "coordinates")}
        geometries.append({"id": properties["id"], **shape, "properties": properties})
    # mapshaper reads a large file up to its arcs and objects: what else there is comes after them.
    document = {
        "type": "Topology",
        **{key: drawn[key] for key in ("transform",) if key in drawn},
        "objects": {layer.name: {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": drawn["arcs"],
        **{key: drawn[key] for key in ("bbox",) if key in drawn},
        "provenance": describe_file(layer),
        "fields": [field.to_json_values() for field in layer.fields],
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def count_topology(content: bytes) -> int:
    """Count the geometries that the objects of a TopoJSON text have."""
    return sum(len(found["geometries"]) for found in json.loads(content)["objects"].values())
