"""The formats a layer can be written in, by name."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, Final

import pandas as pd
import shapely

from pilotzones.data import EXPORTS
from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.export.drivers.csv_xlsx import count_csv, count_xlsx, encode_csv, encode_xlsx
from pilotzones.geo.export.drivers.gdal import count_gdal, count_pmtiles, encode_flatgeobuf, encode_pmtiles
from pilotzones.geo.export.drivers.geojson import (
    count_features,
    count_sequence,
    encode_geojson,
    encode_geojson_sequence,
)
from pilotzones.geo.export.drivers.geopackage import encode_geopackage
from pilotzones.geo.export.drivers.geoparquet import count_parquet, encode_parquet
from pilotzones.geo.export.drivers.kml import count_placemarks, encode_kml
from pilotzones.geo.export.drivers.qgis_project import encode_qgis_package
from pilotzones.geo.export.drivers.shapefile import build_field_key, encode_shapefiles
from pilotzones.geo.export.drivers.topojson import count_topology, encode_topojson
from pilotzones.geo.export.metadata_files import README, PackagedFile, build_readme
from pilotzones.geo.export.models import ExportLayer
from pilotzones.geo.export.rows.builder import with_detail
from pilotzones.geo.export.simplification import Detail
from pilotzones.geo.export.target_crs import CRS, CrsId, get_coordinate_system, transform_layer
from pilotzones.geo.export.zip_archive import make_zip
from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark

__all__ = ["FORMATS", "Format", "check_fits", "find_format", "format_of_suffix", "prepare_layer"]


@dataclass(frozen=True)
class Format:
    """A file format.

    Parameters
    ----------
    id : str
    make : callable
        A layer, in the coordinates and detail wanted, as bytes.
    count : callable
        Rows that a reader finds in the bytes.
    make_all : callable or None
        Several layers as the bytes of one file, where a file holds more than one.
    title : str
        As its users call it.
    suffix : str
        Of its files, with the dot.
    media_type : str
    systems : tuple of str
        The coordinates that its readers take it to be in; others would open as degrees of WGS 84.
    needs_geometry : bool
        Whether a layer without geometry cannot be written in it.
    needs_every_geometry : bool
        Whether a row without geometry would be lost.
    drops_geometry : bool
        Whether it holds rows only.
    countable : bool
        Whether reading back gives the rows again; tiles cut them.
    in_parts : bool
        Whether a file is an archive of several, with a README and descriptions beside.
    """

    id: str
    make: Callable[[ExportLayer], bytes]
    count: Callable[[bytes], int]
    make_all: Callable[[Sequence[ExportLayer]], bytes] | None = None
    _: KW_ONLY
    title: str
    suffix: str
    media_type: str
    systems: tuple[CrsId, ...]
    needs_geometry: bool = False
    needs_every_geometry: bool = False
    drops_geometry: bool = False
    countable: bool = True
    in_parts: bool = False


def _count_packed(content: bytes) -> int:
    """Count the features of the GeoPackage in an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".gpkg"))
        return count_gdal(archive.read(name))


def _zip_shapefiles(layers: Sequence[ExportLayer]) -> bytes:
    """Pack the parts of Shapefiles in one archive, with the key to their names, a README and descriptions."""
    key = pd.concat(map(build_field_key, layers), ignore_index=True)
    files: dict[str, bytes] = {}
    parts = []
    for layer in layers:
        own = encode_shapefiles(layer)
        files |= own
        parts += [PackagedFile(name, own[name], "application/vnd.shp", layer) for name in own if name.endswith(".shp")]
    beside = {
        "field_names.csv": with_byte_order_mark(format_csv(key)),
        README: build_readme(parts, notes=("shapefile",), is_described=False),
    }
    # No JSON beside the parts: mapshaper would take it for another layer.
    return make_zip(files | beside, when=str(layers[0].provenance.get("generated") or ""))


# Of each format what writes one layer, what counts the rows of a file, and what writes several layers as one file.
_CODECS: Final[Mapping[str, tuple[Any, ...]]] = {
    "geojson": (encode_geojson, count_features),
    "geojsonseq": (encode_geojson_sequence, count_sequence),
    "gpkg": (lambda layer: encode_geopackage([layer]), count_gdal, encode_geopackage),
    "qgis": (lambda layer: encode_qgis_package([layer]), _count_packed, encode_qgis_package),
    "flatgeobuf": (encode_flatgeobuf, count_gdal),
    "geoparquet": (encode_parquet, count_parquet),
    "kml": (encode_kml, count_placemarks),
    "shapefile": (lambda layer: _zip_shapefiles([layer]), count_gdal, _zip_shapefiles),
    "topojson": (encode_topojson, count_topology),
    "csv": (encode_csv, count_csv),
    "xlsx": (encode_xlsx, count_xlsx),
    "pmtiles": (encode_pmtiles, count_pmtiles),
}
_TABLE: Final = tomllib.loads((EXPORTS / "formats.toml").read_text(encoding="utf-8"))
FORMATS: Final[Mapping[str, Format]] = {
    name: Format(name, *codec, **{**_TABLE[name], "systems": tuple(_TABLE[name].get("systems", CRS))})
    for name, codec in _CODECS.items()
}


def find_format(name: str) -> Format:
    """Find the format of this name.

    Raises
    ------
    ExportError
        When there is none; the text lists what there is.
    """
    if name not in FORMATS:
        raise ExportError(make_problem("", "format_unknown", facts={"name": name, "known": ", ".join(FORMATS)}))
    return FORMATS[name]


def format_of_suffix(name: str) -> Format | None:
    """Find the format whose files end like this name, or None; ``.zip`` alone is none, ``.json`` is GeoJSON."""
    lower = name.lower()
    endings = {entry.suffix: entry for entry in FORMATS.values()} | {".json": FORMATS["geojson"]}
    return next((entry for suffix, entry in endings.items() if lower.endswith(suffix)), None)


def prepare_layer(layer: ExportLayer, *, kind: Format, crs: CrsId = "wgs84", detail: Detail = "exact") -> ExportLayer:
    """Bring a layer into the coordinates and detail wanted, fit for a format.

    Parameters
    ----------
    layer : ExportLayer
        In WGS 84.
    kind : Format
    crs, detail : str, optional

    Returns
    -------
    ExportLayer

    Raises
    ------
    ExportError
        When the format cannot hold it, or there are no such coordinates or detail.
    """
    check_fits(layer, kind=kind, crs=crs)
    simple = with_detail(layer, detail)
    if crs == simple.crs or not simple.has_geometry:
        return simple
    return simple.with_shapes(transform_layer(simple.shapes, get_coordinate_system(crs)), crs=crs, detail=simple.detail)


def check_fits(layer: ExportLayer, *, kind: Format, crs: str = "wgs84") -> None:
    """Check that a format can hold a layer in these coordinates, before any work is done.

    Parameters
    ----------
    layer : ExportLayer
    kind : Format
    crs : str, optional

    Raises
    ------
    ExportError
        When it cannot; the text says why.
    """
    get_coordinate_system(crs)
    facts: dict[str, object] = {"format": kind.title, "layer": layer.name}
    if not layer.has_geometry:
        if kind.needs_geometry:
            raise ExportError(make_problem("", "export_no_geometry", facts=facts))
        return
    if crs not in kind.systems:
        raise ExportError(make_problem("", "export_degrees", facts=facts | {"crs": crs}))
    missing = int(shapely.is_missing(layer.shapes).sum())
    if kind.needs_every_geometry and missing:
        raise ExportError(make_problem("", "export_loses_rows", facts=facts | {"count": missing}))
