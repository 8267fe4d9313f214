"""Formats that GDAL writes for us: FlatGeobuf and PMTiles; and how any of its drivers is called."""

from __future__ import annotations

import io
import json
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.export.drivers.arrow import GEOMETRY, build_arrow_table, get_crs
from pilotzones.geo.export.models import ExportLayer
from pilotzones.geo.export.provenance import describe_file
from pilotzones.geo.export.simplification import Detail

__all__ = [
    "STYLES",
    "count_gdal",
    "count_pmtiles",
    "encode_description",
    "encode_flatgeobuf",
    "encode_pmtiles",
    "run_gdal",
]

# The table in which QGIS keeps the styles of a GeoPackage.
STYLES: Final = "layer_styles"
_POINTS, _POLYGONS = "Point", "MultiPolygon"
_FAMILIES: Final = {0: _POINTS, 3: _POLYGONS, 6: _POLYGONS}
# Deepest level of a tile file, by detail: on it one of a tile's 4096 steps is 38 m at the equator for exact geometry.
_MAX_ZOOM: Final[Mapping[Detail, int]] = {"exact": 8, "fine": 7, "coarse": 5}


def encode_description(layer: ExportLayer) -> str:
    """Write all that a file says of itself, and its fields, as one JSON text."""
    return json.dumps(
        {"provenance": describe_file(layer), "fields": [field.to_json_values() for field in layer.fields]},
        ensure_ascii=False,
    )


def _find_geometry_type(layer: ExportLayer) -> str:
    """Find GDAL's name for what a layer holds; of polygons and multipolygons that is the latter, of more ``Unknown``."""
    kinds = np.unique(shapely.get_type_id(layer.shapes))
    families = {_FAMILIES.get(int(kind), "Unknown") for kind in kinds if kind >= 0}
    return families.pop() if len(families) == 1 else "Unknown"


def run_gdal(
    layer: ExportLayer, target: io.BytesIO | Path, *, driver: str, table: pa.Table | None = None, **options: Any
) -> None:
    """Let a driver of GDAL write a layer.

    Parameters
    ----------
    layer : ExportLayer
    target : BytesIO or Path
    driver : str
    table : pyarrow.Table, optional
        In place of the layer's own.
    **options
        Of the driver, and of `pyogrio.write_arrow`.

    Raises
    ------
    ExportError
        When GDAL refuses.
    """
    place: dict[str, Any] = {}
    if layer.has_geometry:
        place = {"geometry_name": GEOMETRY, "geometry_type": _find_geometry_type(layer), "crs": get_crs(layer)}
    if table is None:
        table = build_arrow_table(layer, nested=False, promoted=place.get("geometry_type") == _POLYGONS)
    try:
        with warnings.catch_warnings():
            # Without a geometry column it says that there is none; that is known.
            warnings.simplefilter("ignore", UserWarning)
            pyogrio.write_arrow(
                table,
                target,
                layer=layer.name,
                driver=driver,
                **place,
                **options,
            )
    except (DataSourceError, DataLayerError) as error:
        facts = {"layer": layer.name, "driver": driver, "reason": error}
        raise ExportError(make_problem("", "not_written_gdal", facts=facts)) from error


def count_gdal(content: bytes) -> int:
    """Count the features that GDAL finds in all layers of a file; the table of styles is none."""
    with warnings.catch_warnings():
        # A file in memory has no name, and so no ending that GDAL could like.
        warnings.simplefilter("ignore", RuntimeWarning)
        names = [name for name, _ in pyogrio.list_layers(content) if name != STYLES]
        return sum(int(pyogrio.read_info(content, layer=name, force_feature_count=True)["features"]) for name in names)


def encode_flatgeobuf(layer: ExportLayer) -> bytes:
    """Encode a layer as FlatGeobuf; title, description and provenance in its header.

    Parameters
    ----------
    layer : ExportLayer

    Returns
    -------
    bytes
        With a spatial index where every row has a geometry; the format cannot index a row without.
    """
    stream = io.BytesIO()
    run_gdal(
        layer,
        stream,
        driver="FlatGeobuf",
        layer_metadata={"provenance": encode_description(layer)},
        TITLE=f"{layer.title('zh')} {layer.title('en')}",
        DESCRIPTION=layer.provenance.get("title", layer.name),
        SPATIAL_INDEX="NO" if shapely.is_missing(layer.shapes).any() else "YES",
    )
    return stream.getvalue()


def encode_pmtiles(layer: ExportLayer) -> bytes:
    """Encode a layer as vector tiles in one file (PMTiles 3) in Web Mercator; provenance in its description.

    Parameters
    ----------
    layer : ExportLayer
        In WGS 84.

    Returns
    -------
    bytes

    Raises
    ------
    ExportError
        When GDAL refuses.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.pmtiles"
        run_gdal(
            layer,
            path,
            driver="PMTiles",
            NAME=f"{layer.title('zh')} {layer.title('en')}",
            DESCRIPTION=encode_description(layer),
            MINZOOM="0",
            MAXZOOM=str(_MAX_ZOOM[layer.detail]),
        )
        return path.read_bytes()


def count_pmtiles(content: bytes) -> int:
    """Return 1 when the bytes are PMTiles of version 3: tiles cut features, which cannot be counted again."""
    return int(content[:8] == b"PMTiles\x03")
