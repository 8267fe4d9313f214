"""JSON text of a user's file to features: one document, a sequence of features, or a topology."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pilotzones.geo.boundaries.upload.formats.esri_json import convert_esri_features, is_esri_json, read_esri_crs
from pilotzones.geo.boundaries.upload.formats.topology import TopologyError, convert_object
from pilotzones.geo.boundaries.upload.known_crs import read_crs_name
from pilotzones.geo.boundaries.upload.raw_features import decode_text, sanitize_for_display
from pilotzones.geo.errors import Problem, make_problem
from pilotzones.geo.sandbox.limits import Limits

__all__ = ["FeatureLayer", "RefusedError", "parse_layers"]

_BARE: Final = (
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection",
)  # fmt: skip
_RECORD_SEPARATOR: Final = "\x1e"
_DEFAULT_CRS: Final = "EPSG:4326"


class RefusedError(Exception):
    """Why a document or one of its geometries is not read: code and facts of a problem."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


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
    text = decode_text(raw, problems, file=file)
    if text is None:
        raise RefusedError("encoding-neither")
    document = _parse(text)
    if document.get("exceededTransferLimit") is True or _has_limit_in_properties(document):
        # A service of ArcGIS gives so many features at once and no more.
        problems.append(make_problem(file, "incomplete-transfer", severity="warning"))
    if is_esri_json(document):
        converted = {"type": "FeatureCollection", "features": convert_esri_features(document)}
        return [FeatureLayer("", _read_features(converted, limits), read_esri_crs(document), crs_is_stated=True)]
    if document.get("type") != "Topology":
        stated = _read_crs(document)
        return [FeatureLayer("", _read_features(document, limits), stated, "crs" in document)]
    objects = document.get("objects")
    if not isinstance(objects, dict) or not objects:
        raise RefusedError("damaged-no_objects")
    try:
        layers = {
            str(name): convert_object(document, one, max_vertices=limits.vertices) for name, one in objects.items()
        }
    except TopologyError as error:
        raise RefusedError(f"damaged-{error}") from None
    for features in layers.values():
        _check_features(features, limits)
    return [FeatureLayer(name, features, _DEFAULT_CRS, crs_is_stated=False) for name, features in layers.items()]


def _has_limit_in_properties(document: Mapping[str, Any]) -> bool:
    properties = document.get("properties")
    return isinstance(properties, dict) and properties.get("exceededTransferLimit") is True


def _refuse_constant(name: str) -> None:
    raise RefusedError("not_finite-constant", constant=name)


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that says the same thing twice: which of the two counts is every reader's own choice."""
    read = dict(pairs)
    if len(read) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise RefusedError("damaged-key_twice", key=sanitize_for_display(twice))
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
        raise RefusedError("damaged-no_object")
    return document


def _load_line(line: str, row: int) -> Any:
    try:
        return _load(line)
    except RefusedError as refusal:
        raise RefusedError(refusal.code, **refusal.facts, sequence_line=row) from None


def _load(text: str) -> Any:
    try:
        return json.loads(
            text.lstrip(_RECORD_SEPARATOR), parse_constant=_refuse_constant, object_pairs_hook=_read_object
        )
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        if error.pos >= len(text.rstrip()):
            raise RefusedError("damaged-json_cut_off", **place) from None
        raise RefusedError("damaged-json", **place, reason=error.msg) from None
    except RecursionError:
        raise RefusedError("damaged-json_nesting") from None
    except ValueError:
        # An integer beyond Python's limit of digits.
        raise RefusedError("damaged-digits") from None


def _read_crs(document: Mapping[str, Any]) -> str | None:
    """Read the reference system of a document: RFC 7946 means WGS 84 when nothing is said; None when `crs` is null."""
    if "crs" not in document:
        return _DEFAULT_CRS
    stated = document["crs"]
    if stated is None:
        return None
    kind = stated.get("type") if isinstance(stated, dict) else None
    properties = stated.get("properties") if isinstance(stated, dict) else None
    values = properties if isinstance(properties, dict) else {}
    # Before the members "name" and "link" there was {"type": "EPSG", "properties": {"code": 4549}}.
    name = stated if isinstance(stated, str) else values.get("name") if kind == "name" else None
    if kind == "EPSG" and type(values.get("code")) is int:
        name = f"EPSG:{values['code']}"
    if not isinstance(name, str):
        raise RefusedError("crs_unknown-link")
    read = read_crs_name(name)
    if read is None:
        raise RefusedError("crs_unknown-name", name=sanitize_for_display(name))
    return read


def _read_features(document: dict[str, Any], limits: Limits) -> list[dict[str, Any]]:
    features = [document] if document.get("type") == "Feature" else document.get("features")
    if document.get("type") not in ("Feature", "FeatureCollection"):
        raise _make_type_error(document.get("type"))
    if not isinstance(features, list):
        raise RefusedError("damaged-features")
    _check_features(features, limits)
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise RefusedError("damaged-feature", number=number)
        geometry = feature.get("geometry")
        nested = geometry.get("crs") if isinstance(geometry, dict) else None
        if nested is not None or (feature is not document and feature.get("crs") is not None):
            raise RefusedError("crs_unknown-feature", number=number)
    return features


def _check_features(features: list[Any], limits: Limits) -> None:
    if not features:
        raise RefusedError("damaged-no_features")
    if len(features) > limits.features:
        raise RefusedError("too_large-features", features=f"{len(features):,}", most=f"{limits.features:,}")


def _make_type_error(kind: object) -> RefusedError:
    if isinstance(kind, str) and kind in _BARE:
        return RefusedError("no_columns-collection" if kind == "GeometryCollection" else "no_columns-bare", type=kind)
    return RefusedError("wrong_kind-geojson")
