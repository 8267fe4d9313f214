"""JSON text of a user's file to features: one document, a sequence of features, or a topology."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pilotzones.geo.boundaries.upload.formats.topology import TopologyError, convert_object
from pilotzones.geo.boundaries.upload.raw_features import sanitize_for_display
from pilotzones.geo.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pilotzones.geo.files.limits import Limits

__all__ = ["FeatureLayer", "RefusedError", "parse_layers"]

_BARE: Final = (
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection",
)  # fmt: skip
_RECORD_SEPARATOR: Final = "\x1e"
_WGS84: Final = re.compile(r"(?:URN:(?:X-)?OGC:DEF:CRS:)?(?:OGC:[\d.]*:|OGC:)?CRS84|HTTP.*/OGC/[\d.]+/CRS84")
# The spellings of an EPSG code: EPSG:4549, a URN with or without a version, an address of OGC (which is only read as text).
_EPSG: Final = re.compile(
    r"(?:EPSG:+|URN:(?:X-)?OGC:DEF:CRS:EPSG:[\d.]*:|HTTPS?://WWW\.OPENGIS\.NET/DEF/CRS/EPSG/[\d.]+/)(\d{4,6})"
)
_DEFAULT_CRS: Final = "EPSG:4326"


class RefusedError(Exception):
    """Why a document or one of its geometries is not read, and the name of the issue."""

    def __init__(self, message: str, kind: str = "damaged") -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class FeatureLayer:
    """The features of a document or of one object of a topology.

    Parameters
    ----------
    name : str
        Empty where there is only one layer without a name.
    features : list of dict
    crs : str or None
        None when the document says that it is unknown.
    crs_is_stated : bool
    """

    name: str
    features: list[dict[str, Any]]
    crs: str | None
    crs_is_stated: bool


def parse_layers(raw: bytes, *, file: str, limits: Limits, problems: list[Problem]) -> list[FeatureLayer]:
    """Parse a document.

    Parameters
    ----------
    raw : bytes
        The file; UTF-8 as the standard wants it, or UTF-16 with a byte order mark, or GB18030.
    file : str
        Name to report.
    limits : Limits
    problems : list of Problem
        The encoding is added, where it is not UTF-8.

    Returns
    -------
    list of FeatureLayer
        At least one; several only of a TopoJSON.

    Raises
    ------
    RefusedError
        When it is no GeoJSON, no sequence of features and no TopoJSON, or has more features than are read.
    """
    document = _parse(_decode(raw, file, problems))
    if document.get("type") != "Topology":
        stated = _read_crs(document)
        return [FeatureLayer("", _read_features(document, limits), stated, "crs" in document)]
    objects = document.get("objects")
    if not isinstance(objects, dict) or not objects:
        raise RefusedError("the TopoJSON has no objects")
    try:
        layers = {
            str(name): convert_object(document, one, max_vertices=limits.vertices) for name, one in objects.items()
        }
    except TopologyError as error:
        raise RefusedError(str(error)) from None
    for features in layers.values():
        _check_features(features, limits)
    return [FeatureLayer(name, features, _DEFAULT_CRS, crs_is_stated=False) for name, features in layers.items()]


def _decode(raw: bytes, file: str, problems: list[Problem]) -> str:
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "utf-8-sig":
            text_read = f"the file is not UTF-8; it was read as {encoding}"
            problems.append(Problem(file, text_read, severity="warning", kind="encoding"))
        return text
    raise RefusedError("the text is neither UTF-8 nor GB18030: save it as UTF-8", "encoding")


def _refuse_constant(name: str) -> None:
    raise RefusedError(f"{name} is no JSON number: the file must not have NaN or infinity", "not_finite")


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that says the same thing twice: which of the two counts is every reader's own choice."""
    read = dict(pairs)
    if len(read) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise RefusedError(f"the key {sanitize_for_display(twice)!r} stands twice in one object: leave one of them out")
    return read


def _parse(text: str) -> dict[str, Any]:
    """Parse one document, or the features of a sequence, one a line, as a collection."""
    try:
        document = _load(text)
    except RefusedError:
        lines = [line.strip(_RECORD_SEPARATOR + " \t\r") for line in text.split("\n")]
        filled = [line for line in lines if line]
        if len(filled) < 2 or not (filled[0].startswith("{") and filled[0].endswith("}")):
            raise
        return {
            "type": "FeatureCollection",
            "features": [_load_line(line, row) for row, line in enumerate(filled, start=1)],
        }
    if not isinstance(document, dict):
        raise RefusedError("a GeoJSON file is one object in braces")
    return document


def _load_line(line: str, row: int) -> Any:
    try:
        return _load(line)
    except RefusedError as refusal:
        raise RefusedError(f"line {row} of the sequence: {refusal}", refusal.kind) from None


def _load(text: str) -> Any:
    try:
        return json.loads(
            text.lstrip(_RECORD_SEPARATOR), parse_constant=_refuse_constant, object_pairs_hook=_read_object
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        if error.pos >= len(text.rstrip()):
            raise RefusedError(f"the file ends too early, at {place}: it was cut off; fetch it again") from None
        raise RefusedError(f"no valid JSON at {place}: {error.msg}") from None
    except RecursionError:
        raise RefusedError("the brackets are nested too deep for GeoJSON") from None
    except ValueError:
        # An integer beyond Python's limit of digits.
        raise RefusedError("a number in the file has thousands of digits") from None


def _read_crs(document: Mapping[str, Any]) -> str | None:
    """Read the EPSG code of a document: RFC 7946 means WGS 84 when nothing is said; None when `crs` is null."""
    if "crs" not in document:
        return _DEFAULT_CRS
    stated = document["crs"]
    if stated is None:
        return None
    kind = stated.get("type") if isinstance(stated, dict) else None
    properties = stated.get("properties") if isinstance(stated, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if kind != "name" or not isinstance(name, str):
        raise RefusedError(
            "the crs member is no name, and no link is ever followed: save the file as WGS 84", "crs_unknown"
        )
    plain = name.strip().upper()
    if _WGS84.fullmatch(plain):
        return _DEFAULT_CRS
    code = _EPSG.fullmatch(plain)
    if code is None:
        text = f"the crs {sanitize_for_display(name)!r} is no EPSG code: save the file as WGS 84"
        raise RefusedError(text, "crs_unknown")
    return f"EPSG:{code[1]}"


def _read_features(document: dict[str, Any], limits: Limits) -> list[dict[str, Any]]:
    features = [document] if document.get("type") == "Feature" else document.get("features")
    if document.get("type") not in ("Feature", "FeatureCollection"):
        raise _make_type_error(document.get("type"))
    if not isinstance(features, list):
        raise RefusedError("features is not a list")
    _check_features(features, limits)
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise RefusedError(f"feature {number} is no object of type Feature")
        geometry = feature.get("geometry")
        nested = geometry.get("crs") if isinstance(geometry, dict) else None
        if nested is not None or (feature is not document and feature.get("crs") is not None):
            raise RefusedError(
                f"feature {number} has a crs of its own: only the whole file may have one", "crs_unknown"
            )
    return features


def _check_features(features: list[Any], limits: Limits) -> None:
    if not features:
        raise RefusedError("the file has no features")
    if len(features) > limits.features:
        raise RefusedError(f"{len(features):,} features; at most {limits.features:,} are read", "too_large")


def _make_type_error(kind: object) -> RefusedError:
    if isinstance(kind, str) and kind in _BARE:
        text = f"a bare {kind} has neither code nor name: a FeatureCollection is needed"
        if kind == "GeometryCollection":
            text += "; mapshaper writes one for a layer without attributes: keep the column of codes and export again"
        return RefusedError(text, "no_columns")
    return RefusedError("no GeoJSON: its type is not FeatureCollection", "wrong_kind")
