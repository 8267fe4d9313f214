"""Layers to files, each with its provenance and field dictionary inside.

What writes files is imported when it is first asked for: its libraries take as long as all the rest of a start, and the
first map writes none.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from geo.export.coordinates import CRS, CoordinateSystem, CrsId
from geo.export.detail import DETAILS, Detail
from geo.export.geojson import geojson, write_geojson
from geo.export.layers import GEOMETRY_LAYERS, layer
from geo.export.origin import about, provenance, version
from geo.export.provision_layers import layers_of
from geo.export.records import LAYERS, Field, FieldType, Layer, LayerName, dictionary, fields_of, rows_of, title_of
from geo.export.styling import Rule, Styling

if TYPE_CHECKING:
    from geo.export.files import encode, encode_all, file_name, write, write_all
    from geo.export.formats import FORMATS, Format, check_fits, format_of, format_of_suffix, prepared

__all__ = [
    "CRS",
    "DETAILS",
    "FORMATS",
    "GEOMETRY_LAYERS",
    "LAYERS",
    "CoordinateSystem",
    "CrsId",
    "Detail",
    "Field",
    "FieldType",
    "Format",
    "Layer",
    "LayerName",
    "Rule",
    "Styling",
    "about",
    "check_fits",
    "dictionary",
    "encode",
    "encode_all",
    "fields_of",
    "file_name",
    "format_of",
    "format_of_suffix",
    "geojson",
    "layer",
    "layers_of",
    "prepared",
    "provenance",
    "rows_of",
    "title_of",
    "version",
    "write",
    "write_all",
    "write_geojson",
]

_LATE: Final = {
    **dict.fromkeys(("encode", "encode_all", "file_name", "write", "write_all"), "geo.export.files"),
    **dict.fromkeys(
        ("FORMATS", "Format", "check_fits", "format_of", "format_of_suffix", "prepared"), "geo.export.formats"
    ),
}


def __getattr__(name: str) -> Any:
    """Import what writes files (PEP 562)."""
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATE[name]), name)
