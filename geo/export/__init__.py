"""Layers to files, each with its provenance and field dictionary inside."""

from geo.export.coordinates import CRS, CoordinateSystem, CrsId
from geo.export.detail import DETAILS, Detail
from geo.export.files import encode, encode_all, file_name, write, write_all
from geo.export.formats import FORMATS, Format, check_fits, format_of, format_of_suffix, prepared
from geo.export.geojson import geojson, write_geojson
from geo.export.layers import GEOMETRY_LAYERS, layer
from geo.export.origin import about, provenance, version
from geo.export.provision_layers import layers_of
from geo.export.records import LAYERS, Field, FieldType, Layer, LayerName, dictionary, fields_of, rows_of, title_of
from geo.export.styling import Rule, Styling

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
