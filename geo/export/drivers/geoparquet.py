"""GeoParquet 1.1; provenance and dictionary in its key-value metadata."""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from pilotzones.geo.export.drivers.arrow import GEOMETRY, build_arrow_table
from pilotzones.geo.export.models import ExportLayer
from pilotzones.geo.export.provenance import describe_file
from pilotzones.geo.export.target_crs import get_coordinate_system

__all__ = ["count_parquet", "encode_parquet"]

_EDGES: Final = ("xmin", "ymin", "xmax", "ymax")


def encode_parquet(layer: ExportLayer) -> bytes:
    """Encode a layer as GeoParquet 1.1 (geoparquet.org/releases/v1.1.0), as plain Parquet when it has no geometry.

    Parameters
    ----------
    layer : ExportLayer

    Returns
    -------
    bytes
        Geometry as WKB, with a bounding box for each row by which readers skip what they do not need; lists are lists.
    """
    table = build_arrow_table(layer, nested=True)
    metadata = {
        "provenance": _dump_json(describe_file(layer)),
        "fields": _dump_json([field.to_json_values() for field in layer.fields]),
    }
    if layer.has_geometry:
        shapes = layer.shapes
        table = table.append_column("bbox", _build_bounding_boxes(shapes))
        metadata["geo"] = _dump_json(_build_geo_metadata(layer, shapes))
    # No two geometries are alike, and there is no smallest one: a dictionary and statistics of them would be work for nothing.
    leaves = [name for name in table.column_names if name != GEOMETRY] + [f"bbox.{edge}" for edge in _EDGES]
    stream = pa.BufferOutputStream()
    pq.write_table(
        table.replace_schema_metadata(metadata),
        stream,
        compression="zstd",
        use_dictionary=leaves,
        write_statistics=leaves,
    )
    return bytes(stream.getvalue())


def _dump_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _build_bounding_boxes(shapes: Any) -> pa.Array:
    bounds = shapely.bounds(shapes)
    # Of none, and of an empty one.
    missing = np.isnan(bounds[:, 0])
    columns = [pa.array(bounds[:, index], pa.float64()) for index in range(len(_EDGES))]
    return pa.StructArray.from_arrays(columns, names=list(_EDGES), mask=pa.array(missing))


def _build_geo_metadata(layer: ExportLayer, shapes: Any) -> dict[str, Any]:
    present = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    _, first = np.unique(shapely.get_type_id(present), return_index=True)
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted(shape.geom_type for shape in present[first]),
        "crs": get_coordinate_system(layer.crs).crs.to_json_dict(),
        "orientation": "counterclockwise",
        "edges": "planar",
        "covering": {"bbox": {edge: ["bbox", edge] for edge in _EDGES}},
    }
    if len(present):
        column["bbox"] = shapely.total_bounds(present).tolist()
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}


def count_parquet(content: bytes) -> int:
    """Count the rows of a Parquet file, by its identifiers."""
    # From memory of Arrow's own, in this thread: through a Python file, threads of Arrow may still hold it when the
    # interpreter ends, which aborts the process.
    with pq.ParquetFile(pa.BufferReader(content), pre_buffer=False) as opened:
        return int(opened.read(columns=["id"], use_threads=False).num_rows)
