"""What a file is, read from its content: a name proves nothing."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final, Literal, get_args

__all__ = ["HEAD_BYTES", "KINDS", "Kind", "detect_kind", "find_foreign_format"]

Kind = Literal[
    "csv", "filegdb", "flatgeobuf", "geojson", "gml", "gpkg", "kml", "mapinfo", "parquet", "shapefile", "sqlite", "workbook",
    "zip",
]  # fmt: skip
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
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
# Formats that are recognised and not read, by how they begin: the message problem_wrong_kind-NAME says the way out.
_FOREIGN: Final[tuple[tuple[re.Pattern[bytes], str], ...]] = (
    (re.compile(rb"\s*0\s*\r?\n\s*SECTION\b|AutoCAD Binary DXF"), "dxf"),
    (re.compile(rb"AC10\d\d"), "dwg"),
    (re.compile(rb"[^\0]{0,400}<gpx[\s>]", re.DOTALL), "gpx"),
    (re.compile(rb"\s*Head ?Begin", re.IGNORECASE), "vct"),
    (re.compile(rb"\0\x01\0\0Standard (?:Jet|ACE) DB"), "mdb"),
    (re.compile(rb"%PDF"), "pdf"),
    (re.compile(rb"CAJ|HN\0|KDH "), "caj"),
    (re.compile(rb"PMTiles"), "pmtiles"),
    (re.compile(rb"Rar!|7z\xbc\xaf"), "rar"),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "ole"),
)
# What tells old Office files apart, and archives that are documents.
_FOREIGN_SUFFIXES: Final = (".doc", ".wps", ".docx", ".ofd", ".xls", ".et")


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
        None for everything that is not read here.
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


def find_foreign_format(head: bytes, name: str = "") -> str | None:
    """Find the name of a format that is recognised and not read.

    Parameters
    ----------
    head : bytes
        The first `HEAD_BYTES` bytes of a file.
    name : str, optional
        Its name, which tells old Office files apart.

    Returns
    -------
    str or None
        Code of a problem that says what it is and what to do; None for any other file.
    """
    suffix = PurePath(name).suffix.lower()
    office = suffix[1:] if suffix in _FOREIGN_SUFFIXES else None
    for pattern, title in _FOREIGN:
        if pattern.match(head):
            return f"wrong_kind-{office if office and title == 'ole' else title}"
    return f"wrong_kind-{office}" if office and head.startswith(b"PK") else None


def _decode_head(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if head.startswith(b"\xef\xbb\xbf"):
        head = head[3:]
    return head.decode("latin-1")
