"""Layers to files, each with its provenance and field dictionary inside.

What writes files is imported when it is first asked for: its libraries take as long as all the rest of a start, and the
first map writes none.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from pilotzones.geo.export.drivers.geojson import encode_geojson
from pilotzones.geo.export.models import (
    LAYERS,
    ExportField,
    ExportLayer,
    FieldType,
    LayerName,
    count_rows,
    get_fields,
    get_title,
    load_dictionary,
)
from pilotzones.geo.export.provenance import build_provenance, describe_file, get_version
from pilotzones.geo.export.rows.builder import GEOMETRY_LAYERS, build_layer
from pilotzones.geo.export.rows.projects import build_project_layer, label_register
from pilotzones.geo.export.rows.provisions import list_layers
from pilotzones.geo.export.simplification import DETAILS, Detail
from pilotzones.geo.export.style_model import StyleRule, Styling
from pilotzones.geo.export.target_crs import CRS, CoordinateSystem, CrsId

if TYPE_CHECKING:
    from pilotzones.geo.export.formats import FORMATS, Format, check_fits, find_format, format_of_suffix, prepare_layer
    from pilotzones.geo.export.writer import encode, encode_all, make_file_name, write, write_all

__all__ = [
    "CRS",
    "DETAILS",
    "FORMATS",
    "GEOMETRY_LAYERS",
    "LAYERS",
    "CoordinateSystem",
    "CrsId",
    "Detail",
    "ExportField",
    "ExportLayer",
    "FieldType",
    "Format",
    "LayerName",
    "StyleRule",
    "Styling",
    "build_layer",
    "build_project_layer",
    "build_provenance",
    "check_fits",
    "count_rows",
    "describe_file",
    "encode",
    "encode_all",
    "encode_geojson",
    "find_format",
    "format_of_suffix",
    "get_fields",
    "get_title",
    "get_version",
    "label_register",
    "list_layers",
    "load_dictionary",
    "make_file_name",
    "prepare_layer",
    "write",
    "write_all",
]

_LATE: Final = {
    **dict.fromkeys(("encode", "encode_all", "make_file_name", "write", "write_all"), "pilotzones.geo.export.writer"),
    **dict.fromkeys(
        ("FORMATS", "Format", "check_fits", "find_format", "format_of_suffix", "prepare_layer"),
        "pilotzones.geo.export.formats",
    ),
}


def __getattr__(name: str) -> Any:
    """Import what writes files (PEP 562)."""
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATE[name]), name)
