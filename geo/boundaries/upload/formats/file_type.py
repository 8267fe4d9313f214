"""What a file is, read from its content: a name proves nothing."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final, Literal

__all__ = ["HEAD_BYTES", "KINDS", "Kind", "detect_kind", "explain_foreign_format"]

Kind = Literal[
    "csv",
    "filegdb",
    "flatgeobuf",
    "geojson",
    "gml",
    "gpkg",
    "kml",
    "mapinfo",
    "parquet",
    "shapefile",
    "sqlite",
    "workbook",
    "zip",
]
KINDS: Final = (
    "GeoJSON, TopoJSON, GeoPackage, SpatiaLite, FlatGeobuf, GeoParquet, File Geodatabase, KML, KMZ, GML, MapInfo TAB and "
    "MIF, shapefile (as a zip, or the .shp beside its .shx and .dbf), or a CSV, XLSX or ODS table with a WKT column"
)
HEAD_BYTES: Final = 4096
_MAGIC: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"SQLite format 3\0", "sqlite"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x00\x00\x27\x0a", "shapefile"),
    (b"PAR1", "parquet"),
)
_KML_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?kml[\s>]")
_GML: Final = re.compile(r"http://www\.opengis\.net/gml[/\"']")
_WKT: Final = re.compile(r"\b(?:MULTI)?POLYGON\s*(?:[ZM]{1,2}\s*)?\(", re.IGNORECASE)
_MAPINFO: Final = re.compile(r"!table\b|version\s+\d+\s", re.IGNORECASE)
_TABLE_SUFFIXES: Final = (".csv", ".tsv", ".txt")
_AS_GEOPACKAGE: Final = "open it in QGIS and export the layer as GeoPackage (Export › Save Features As)"
_AS_DOCX: Final = "it is a document without polygons; a list of places in it is read on “Your list” once saved as .docx"
_AS_XLSX: Final = "save it as .xlsx with the polygons in a WKT column, or join the table to a layer and export that"
# Formats that are recognised and not read: what they are and the way out, by how they begin.
_FOREIGN: Final[tuple[tuple[re.Pattern[bytes], str, str], ...]] = (
    (re.compile(rb"\s*0\s*\r?\n\s*SECTION\b|AutoCAD Binary DXF"), "a DXF drawing, which has no attribute table", "DXF"),
    (re.compile(rb"AC10\d\d"), "a DWG drawing, which has no attribute table", "DXF"),
    (re.compile(rb"[^\0]{0,400}<gpx[\s>]", re.DOTALL), "a GPX file, which holds tracks and points", "GPX"),
    (re.compile(rb"\s*Head ?Begin", re.IGNORECASE), "a VCT file (国土资源矢量数据交换格式)", "VCT"),
    (re.compile(rb"\0\x01\0\0Standard (?:Jet|ACE) DB"), "an Access database (.mdb, personal geodatabase)", "MDB"),
    (re.compile(rb"%PDF"), "a PDF document", "DOCUMENT"),
    (re.compile(rb"CAJ|HN\0|KDH "), "a CAJ document of CNKI", "DOCUMENT"),
    (re.compile(rb"PMTiles"), "a PMTiles archive, whose tiles cut the polygons at their edges", "TILES"),
    (re.compile(rb"Rar!|7z\xbc\xaf"), "a RAR or 7-Zip archive", "ARCHIVE"),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an old Office file", "OLE"),
)
_ADVICE: Final = {
    "DXF": f"turn its lines into polygons with county codes in QGIS, then {_AS_GEOPACKAGE[len('open it in QGIS and ') :]}",
    "GPX": "export the polygons, with county codes or names, as GeoPackage",
    "VCT": "convert it to a shapefile or File Geodatabase with the tool of your GIS (in ArcGIS or SuperMap), or ask for one",
    "MDB": f"{_AS_GEOPACKAGE}, or export it as File Geodatabase in ArcGIS",
    "DOCUMENT": _AS_DOCX,
    "TILES": "use the layer that the tiles were made from, as GeoPackage",
    "ARCHIVE": "pack the files into a zip",
    "OLE": _AS_XLSX,
}
# What tells old Office files apart, and archives that are documents.
_FOREIGN_SUFFIXES: Final = {
    ".doc": ("an old Word document (.doc)", _AS_DOCX),
    ".wps": ("a WPS document (.wps)", _AS_DOCX),
    ".docx": ("a Word document (.docx)", _AS_DOCX),
    ".ofd": ("an OFD document (.ofd)", _AS_DOCX),
    ".xls": ("an old Excel workbook (.xls)", _AS_XLSX),
    ".et": ("a WPS workbook (.et)", _AS_XLSX),
}


def detect_kind(head: bytes, name: str = "") -> Kind | None:
    """Detect the kind of a file.

    Parameters
    ----------
    head : bytes
        Its first `HEAD_BYTES` bytes.
    name : str, optional
        Its name; looked at only for plain text, which has no signature.

    Returns
    -------
    str or None
        None for everything that is not in `KINDS`.
    """
    if head.startswith(b"SQLite format 3\0") and head[68:70] == b"GP":
        # The application id of a GeoPackage: GPKG, GP10 or GP11.
        return "gpkg"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:3] == b"fgb" and head[4:7] == b"fgb":
        return "flatgeobuf"
    text = _decode_head(head).lstrip("\ufeff\x1e \t\r\n")
    return _detect_text(text, PurePath(name).suffix.lower())


def _detect_text(text: str, suffix: str) -> Kind | None:
    if text.startswith("{"):
        return "geojson"
    if text.startswith("<"):
        return "kml" if _KML_ROOT.search(text) else "gml" if _GML.search(text) else None
    if _MAPINFO.match(text):
        return "mapinfo"
    is_table = suffix in _TABLE_SUFFIXES and "\0" not in text and any(mark in text for mark in ",;\t")
    return "csv" if is_table or _WKT.search(text) else None


def explain_foreign_format(head: bytes, name: str = "") -> str | None:
    """Name a format that is recognised and not read, and say what to do.

    Parameters
    ----------
    head : bytes
        The first `HEAD_BYTES` bytes of a file.
    name : str, optional
        Its name, which tells old Office files apart.

    Returns
    -------
    str or None
        Two clauses; None for any other file.
    """
    suffix = PurePath(name).suffix.lower()
    for pattern, title, advice in _FOREIGN:
        if pattern.match(head):
            named = _FOREIGN_SUFFIXES.get(suffix) if advice == "OLE" else None
            what, way_out = named or (title, _ADVICE[advice])
            return f"this is {what}: {way_out}"
    if head.startswith(b"PK") and suffix in _FOREIGN_SUFFIXES:
        what, way_out = _FOREIGN_SUFFIXES[suffix]
        return f"this is {what}: {way_out}"
    return None


def _decode_head(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if head.startswith(b"\xef\xbb\xbf"):
        head = head[3:]
    return head.decode("latin-1")
