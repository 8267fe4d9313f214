"""Layers to files, each with its provenance and field dictionary inside."""

from geo.export.coordinates import CRS, CoordinateSystem, CrsId
from geo.export.detail import DETAILS, Detail
from geo.export.formats import FORMATS, Format, encode, write
from geo.export.geojson import geojson, write_geojson
from geo.export.layers import GEOMETRY_LAYERS, layer
from geo.export.origin import about, provenance, version
from geo.export.records import LAYERS, Field, FieldType, Layer, LayerName, dictionary, fields_of, rows_of

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
    "about",
    "dictionary",
    "encode",
    "fields_of",
    "geojson",
    "layer",
    "provenance",
    "rows_of",
    "version",
    "write",
    "write_geojson",
]
