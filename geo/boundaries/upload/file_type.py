"""What a file is, told by its content: a name proves nothing."""

from __future__ import annotations

import re
from typing import Final, Literal

__all__ = ["HEAD_BYTES", "KINDS", "Kind", "detect_kind"]

Kind = Literal["geojson", "gpkg", "flatgeobuf", "zip", "shapefile", "kml"]
KINDS: Final = "GeoJSON, GeoPackage, FlatGeobuf, KML, a zip with one shapefile, or a .shp beside its .shx and .dbf"
HEAD_BYTES: Final = 4096
_MAGIC: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"SQLite format 3\0", "gpkg"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x00\x00\x27\x0a", "shapefile"),
)
_KML_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?kml[\s>]")


def detect_kind(head: bytes) -> Kind | None:
    """Kind of a file.

    Parameters
    ----------
    head : bytes
        Its first `HEAD_BYTES` bytes.

    Returns
    -------
    str or None
        None for everything that is not in `KINDS`.
    """
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:3] == b"fgb" and head[4:7] == b"fgb":
        return "flatgeobuf"
    text = _text(head).lstrip("\ufeff \t\r\n")
    if text.startswith("{"):
        return "geojson"
    return "kml" if text.startswith("<") and _KML_ROOT.search(text) else None


def _text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if head.startswith(b"\xef\xbb\xbf"):
        head = head[3:]
    return head.decode("latin-1")
