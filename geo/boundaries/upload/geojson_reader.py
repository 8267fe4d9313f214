"""GeoJSON read by ourselves: GDAL's driver would follow a `crs` of type "link" to another host.

The text goes through `json`, the coordinates through Arrow, whose types refuse anything but numbers nested to the one
depth a geometry has.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import shapely

from pilotzones.geo.boundaries.upload.attribute_mapping import select_columns
from pilotzones.geo.boundaries.upload.raw_features import RawFeatures, row_problems, sanitize_for_display
from pilotzones.geo.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from pilotzones.geo.files.limits import Limits

__all__ = ["read_geojson"]

_POSITIONS: Final = pa.list_(pa.list_(pa.float64()))
_POLYGON: Final = pa.list_(_POSITIONS)
_TYPES: Final = {"Polygon": _POLYGON, "MultiPolygon": pa.list_(_POLYGON)}
# Typed and empty: the next step names the type and leaves the row out.
_OTHERS: Final = {
    "Point": shapely.Point(),
    "MultiPoint": shapely.MultiPoint(),
    "LineString": shapely.LineString(),
    "MultiLineString": shapely.MultiLineString(),
}
_COLLECTION_DEPTH: Final = 6
_AXES: Final = 2
_RING: Final = 4
# After so many faulty geometries the rest of the file is not worth reading.
_MANY: Final = 50
_DROPPED: Final = "heights are dropped"
_CLOSED: Final = "a ring did not end where it began; it was closed"
_WGS84: Final = ("CRS84", "OGC:CRS84", "URN:OGC:DEF:CRS:OGC:1.3:CRS84", "URN:OGC:DEF:CRS:OGC::CRS84")
_EPSG: Final = ("EPSG:{}", "URN:OGC:DEF:CRS:EPSG::{}", "HTTP://WWW.OPENGIS.NET/DEF/CRS/EPSG/0/{}")
# RFC 7946 has no `crs`; older files name these, always longitude first.
_CRS: Final = {form.format(code): f"EPSG:{code}" for form in _EPSG for code in (4326, 4490)} | dict.fromkeys(
    _WGS84, "EPSG:4326"
)


class _RefusedError(Exception):
    """Why a document or one of its geometries is not read, and the name of the issue."""

    def __init__(self, message: str, kind: str = "damaged") -> None:
        super().__init__(message)
        self.kind = kind


def read_geojson(raw: bytes, *, file: str, limits: Limits) -> RawFeatures:
    """Rows of a GeoJSON document.

    Parameters
    ----------
    raw : bytes
        The file; UTF-8 as the standard wants it, or UTF-16 with a byte order mark, or GB18030.
    file : str
        Name to report.
    limits : Limits

    Returns
    -------
    Incoming
        Whatever is wrong stands in its problems; nothing is raised.
    """
    incoming = RawFeatures()
    try:
        document = _parse(_decode(raw, file, incoming.problems))
        incoming.crs = _stated_crs(document)
        features = _features(document, limits)
    except _RefusedError as refusal:
        incoming.problems.append(Problem(file, str(refusal), kind=refusal.kind))
        return incoming
    incoming.geometry = _geometries(features, file, limits, incoming.problems)
    _read_properties(features, file, limits, incoming)
    return incoming


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
    raise _RefusedError("the text is neither UTF-8 nor GB18030: save it as UTF-8", "encoding")


def _no_constant(name: str) -> None:
    raise _RefusedError(f"{name} is no JSON number: the file must not have NaN or infinity", "not_finite")


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that says the same thing twice: which of the two counts is every reader's own choice."""
    read = dict(pairs)
    if len(read) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _RefusedError(
            f"the key {sanitize_for_display(twice)!r} stands twice in one object: leave one of them out"
        )
    return read


def _parse(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_read_object)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        if error.pos >= len(text.rstrip()):
            raise _RefusedError(f"the file ends too early, at {place}: it was cut off; fetch it again") from None
        raise _RefusedError(f"no valid JSON at {place}: {error.msg}") from None
    except RecursionError:
        raise _RefusedError("the brackets are nested too deep for GeoJSON") from None
    except ValueError:
        # An integer beyond Python's limit of digits.
        raise _RefusedError("a number in the file has thousands of digits") from None
    if not isinstance(document, dict):
        raise _RefusedError("a GeoJSON file is one object in braces")
    return document


def _stated_crs(document: Mapping[str, Any]) -> str | None:
    """EPSG code of a document: RFC 7946 means WGS 84 when nothing is said; None when `crs` is null."""
    if "crs" not in document:
        return "EPSG:4326"
    stated = document["crs"]
    if stated is None:
        return None
    kind = stated.get("type") if isinstance(stated, dict) else None
    properties = stated.get("properties") if isinstance(stated, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if kind != "name" or not isinstance(name, str):
        raise _RefusedError(
            "the crs member is no name, and no link is ever followed: save the file as WGS 84", "crs_unknown"
        )
    if name.strip().upper() not in _CRS:
        raise _RefusedError(
            f"the crs {sanitize_for_display(name)!r} is neither WGS 84 nor CGCS 2000: save the file as WGS 84",
            "crs_unknown",
        )
    return _CRS[name.strip().upper()]


def _features(document: dict[str, Any], limits: Limits) -> list[dict[str, Any]]:
    features = [document] if document.get("type") == "Feature" else document.get("features")
    if document.get("type") not in ("Feature", "FeatureCollection"):
        raise _RefusedError(_no_collection(document.get("type")))
    if not isinstance(features, list):
        raise _RefusedError("features is not a list")
    if not features:
        raise _RefusedError("the file has no features")
    if len(features) > limits.features:
        raise _RefusedError(f"{len(features):,} features; at most {limits.features:,} are read", "too_large")
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise _RefusedError(f"feature {number} is no object of type Feature")
        geometry = feature.get("geometry")
        nested = geometry.get("crs") if isinstance(geometry, dict) else None
        if nested is not None or (feature is not document and feature.get("crs") is not None):
            raise _RefusedError(
                f"feature {number} has a crs of its own: only the whole file may have one", "crs_unknown"
            )
    return features


def _no_collection(kind: object) -> str:
    if kind == "Topology":
        return "this is TopoJSON: save it as GeoJSON"
    if isinstance(kind, str) and kind in (*_TYPES, *_OTHERS, "GeometryCollection"):
        return f"a bare {kind} has neither code nor name: a FeatureCollection is needed"
    return "no GeoJSON: its type is not FeatureCollection"


def _geometries(features: list[dict[str, Any]], file: str, limits: Limits, problems: list[Problem]) -> NDArray[Any]:
    geometry = np.full(len(features), None, dtype=object)
    notes: dict[str, list[int]] = {}
    vertices = 0
    for place, feature in enumerate(features):
        reader = _GeometryReader(limits)
        try:
            geometry[place] = reader.read(feature.get("geometry"), depth=1)
        except _RefusedError as refusal:
            problems.append(Problem(file, str(refusal), place + 1, "geometry", kind=refusal.kind))
            if sum(problem.severity == "error" for problem in problems) >= _MANY:
                problems.append(Problem(file, "too many faulty geometries: the rest was not read", kind="damaged"))
                return geometry
        for note in reader.notes:
            notes.setdefault(note, []).append(place + 1)
        vertices += reader.vertices
        if vertices > limits.vertices:
            text = f"more than {limits.vertices:,} vertices"
            problems.append(Problem(file, text, place + 1, "geometry", kind="too_large"))
            return geometry
    for note, rows in notes.items():
        if note == _DROPPED:
            problems += row_problems(file, note, rows, field="geometry", severity="info", kind="heights")
        else:
            problems += row_problems(file, note, rows, field="geometry", severity="warning", kind="ring_open")
    return geometry


class _GeometryReader:
    """One geometry object to shapely, counting as it goes."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.vertices = 0
        self.notes: dict[str, None] = {}

    def read(self, stated: object, *, depth: int) -> shapely.Geometry | None:
        if stated is None:
            return None
        kind = stated.get("type") if isinstance(stated, dict) else None
        if not isinstance(stated, dict) or not isinstance(kind, str):
            raise _RefusedError("the geometry is no object with a type")
        if kind == "GeometryCollection":
            return self._collection(stated.get("geometries"), depth)
        if kind in _OTHERS:
            return _OTHERS[kind]
        if kind not in _TYPES:
            raise _RefusedError(f"no geometry type {sanitize_for_display(kind)!r}")
        try:
            coordinates = pa.array([stated.get("coordinates")], type=_TYPES[kind])
        except (pa.ArrowException, TypeError, ValueError, OverflowError, RecursionError):
            nested = 3 if kind == "Polygon" else 4
            text = f"the coordinates of a {kind} are numbers nested {nested} deep; these are not"
            raise _RefusedError(text) from None
        polygons = [coordinates] if kind == "Polygon" else _parts(coordinates)
        parts = [polygon for polygon in map(self._polygon, polygons) if polygon is not None]
        if kind == "Polygon":
            return parts[0] if parts else shapely.Polygon()
        return shapely.MultiPolygon(parts)

    def _collection(self, stated: object, depth: int) -> shapely.Geometry:
        if not isinstance(stated, list):
            raise _RefusedError("the geometries of a GeometryCollection are no list")
        if depth >= _COLLECTION_DEPTH:
            raise _RefusedError(f"geometry collections are nested more than {_COLLECTION_DEPTH} deep")
        parts = [self.read(part, depth=depth + 1) for part in stated]
        flat = shapely.get_parts([part for part in parts if part is not None])
        return shapely.GeometryCollection(list(flat))

    def _polygon(self, polygon: Any) -> shapely.Polygon | None:
        read = [self._ring(ring) for ring in _parts(polygon)]
        rings = [ring for ring in read if ring is not None]
        if rings and read[0] is None:
            raise _RefusedError("a polygon has holes but no shell")
        return shapely.Polygon(rings[0], rings[1:]) if rings else None

    def _ring(self, ring: Any) -> NDArray[np.float64] | None:
        """Longitude and latitude of one ring, shape (n, 2); None when it is empty."""
        positions = ring.flatten()
        if not len(positions):
            return None
        if len(positions) > self._limits.ring_vertices:
            most = self._limits.ring_vertices
            raise _RefusedError(f"a ring has {len(positions):,} vertices; at most {most:,} are read", "too_large")
        values = positions.flatten()
        lengths = positions.value_lengths().to_numpy(zero_copy_only=False)
        if positions.null_count or values.null_count or lengths.min() < _AXES:
            raise _RefusedError("a position has at least two numbers, longitude and latitude")
        if lengths.max() > _AXES:
            self.notes[_DROPPED] = None
        numbers = values.to_numpy()
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.intp)
        points = np.column_stack([numbers[starts], numbers[starts + 1]])
        if not np.isfinite(points).all():
            raise _RefusedError("a coordinate is not finite", "not_finite")
        self.vertices += len(points)
        if (points[0] != points[-1]).any():
            self.notes[_CLOSED] = None
            points = np.vstack([points, points[:1]])
        if len(points) < _RING:
            raise _RefusedError("a ring needs at least four positions, the last like the first")
        return points


def _parts(array: Any) -> list[Any]:
    """Take apart the one list in an Arrow list array, into arrays of length 1."""
    inner = array.flatten()
    if inner.null_count:
        raise _RefusedError("null stands where a ring or polygon should be")
    return [inner.slice(place, 1) for place in range(len(inner))]


def _read_properties(features: list[dict[str, Any]], file: str, limits: Limits, incoming: RawFeatures) -> None:
    rows = [feature.get("properties") for feature in features]
    tables = [row if isinstance(row, dict) else {} for row in rows]
    found: dict[str, None] = {}
    for table in tables:
        found.update(dict.fromkeys(table))
        if len(found) > limits.columns:
            incoming.problems.append(
                Problem(file, f"more than {limits.columns} different properties", kind="too_large")
            )
            return
    incoming.columns = {column: [_cell(table.get(column)) for table in tables] for column in select_columns(found)}
    # Some publishers keep the code as the feature's own id.
    if "id" not in found and any("id" in feature for feature in features):
        found["id"] = None
        incoming.columns["id"] = [_cell(feature.get("id")) for feature in features]
    incoming.found = tuple(found)


def _cell(value: object) -> str | None:
    if isinstance(value, str):
        # Half a surrogate pair is legal in JSON and in no encoding.
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return str(value)
    except ValueError:
        return None
