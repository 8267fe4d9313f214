"""GeoJSON read by ourselves: GDAL's driver would follow a `crs` of type "link" to another host.

The text goes through `json`, the coordinates through Arrow, whose types refuse anything but numbers nested to the one
depth a geometry has.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from pilotzones.geo.boundaries.upload.formats.json_document import FeatureLayer, RefusedError, parse_layers
from pilotzones.geo.boundaries.upload.raw_features import RawFeatures, sanitize_for_display, summarize_row_problems
from pilotzones.geo.errors import Problem, make_problem
from pilotzones.geo.sandbox.limits import Limits

__all__ = ["read_features", "read_geojson"]

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
_DROPPED: Final = "heights"
_CLOSED: Final = "ring_open"


def read_geojson(raw: bytes, *, file: str, limits: Limits) -> dict[str, RawFeatures]:
    """Read the rows of a GeoJSON, GeoJSON sequence or TopoJSON document.

    Parameters
    ----------
    raw : bytes
        The file; UTF-8 as the standard wants it, or UTF-16 with a byte order mark, or GB18030.
    file : str
        Name to report.
    limits : Limits

    Returns
    -------
    dict of str to RawFeatures
        By the name of the object of a TopoJSON, else one with an empty name. Whatever is wrong stands in their
        problems; nothing is raised.
    """
    problems: list[Problem] = []
    try:
        layers = parse_layers(raw, file=file, limits=limits, problems=problems)
    except RefusedError as refusal:
        problems.append(make_problem(file, refusal.code, facts=refusal.facts))
        return {"": RawFeatures(problems=problems)}
    read = {layer.name: read_features(layer, file=file, limits=limits) for layer in layers}
    for features in read.values():
        features.problems[:0] = problems
    return read


def read_features(layer: FeatureLayer, *, file: str, limits: Limits) -> RawFeatures:
    """Read features of GeoJSON that were parsed.

    Parameters
    ----------
    layer : FeatureLayer
    file : str
        Name to report.
    limits : Limits

    Returns
    -------
    RawFeatures
    """
    incoming = RawFeatures(crs=layer.crs, crs_is_default=not layer.crs_is_stated)
    whole = _read_whole(layer.features, file, limits, incoming.problems)
    incoming.geometry = _read_geometries(layer.features, file, limits, incoming.problems) if whole is None else whole
    _read_properties(layer.features, file, limits, incoming)
    return incoming


def _read_whole(
    features: list[dict[str, Any]], file: str, limits: Limits, problems: list[Problem]
) -> NDArray[Any] | None:
    """Read the polygons of all features at once, which takes a tenth of the time; None when there is a fault in one."""
    stated = [geometry for feature in features if isinstance(geometry := feature.get("geometry"), dict)]
    kinds = [one.get("type") for one in stated]
    if len(stated) < len(features) or not all(isinstance(kind, str) and kind in _TYPES for kind in kinds):
        return None
    single = np.array([kind == "Polygon" for kind in kinds])
    nested = [
        [one.get("coordinates")] if alone else one.get("coordinates") for one, alone in zip(stated, single, strict=True)
    ]
    try:
        levels = [pa.array(nested, type=_TYPES["MultiPolygon"])]
        for _ in range(3):
            levels.append(levels[-1].flatten())
    except (pa.ArrowException, TypeError, ValueError, OverflowError, RecursionError):
        return None
    values = levels[-1].flatten()
    offsets = [level.offsets.to_numpy() for level in levels]
    axes = int(offsets[-1][1] - offsets[-1][0]) if len(offsets[-1]) > 1 else _AXES
    has_axes = axes in (_AXES, _AXES + 1) and bool((np.diff(offsets[-1]) == axes).all())
    if any(level.null_count for level in levels) or values.null_count or not has_axes:
        return None
    points = np.ascontiguousarray(values.to_numpy().reshape(-1, axes)[:, :_AXES])
    multi, parts, rings = offsets[:-1]
    sizes = np.diff(rings)
    is_plain = (
        len(points) <= limits.vertices
        and all((np.diff(one) > 0).all() for one in (multi, parts))
        and (sizes >= _RING).all()
        and (sizes <= limits.ring_vertices).all()
        and np.isfinite(points).all()
        and (points[rings[:-1]] == points[rings[1:] - 1]).all()
    )
    if not is_plain:
        return None
    read = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, points, (rings, parts, multi))
    read[single] = shapely.get_geometry(read[single], 0)
    if axes > _AXES:
        problems.append(_tell_heights(file, len(features)))
    return np.asarray(read, dtype=object)


def _tell_heights(file: str, rows: int) -> Problem:
    return make_problem(file, "heights", field="geometry", severity="info", facts={"rows": rows})


def _read_geometries(
    features: list[dict[str, Any]], file: str, limits: Limits, problems: list[Problem]
) -> NDArray[Any]:
    geometry = np.full(len(features), None, dtype=object)
    notes: dict[str, list[int]] = {}
    vertices = 0
    for place, feature in enumerate(features):
        reader = _GeometryReader(limits)
        try:
            geometry[place] = reader.read(feature.get("geometry"), depth=1)
        except RefusedError as refusal:
            where: dict[str, Any] = {"row": place + 1, "field": "geometry"}
            problems.append(make_problem(file, refusal.code, facts=refusal.facts, **where))
            if sum(problem.severity == "error" for problem in problems) >= _MANY:
                problems.append(make_problem(file, "damaged-many"))
                return geometry
        for note in reader.notes:
            notes.setdefault(note, []).append(place + 1)
        vertices += reader.vertices
        if vertices > limits.vertices:
            facts = {"most": f"{limits.vertices:,}"}
            problems.append(make_problem(file, "too_large-more", row=place + 1, field="geometry", facts=facts))
            return geometry
    for note, rows in notes.items():
        if note == _DROPPED:
            problems.append(_tell_heights(file, len(rows)))
        else:
            problems += summarize_row_problems(file, note, rows, field="geometry", severity="warning")
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
            raise RefusedError("damaged-geometry")
        if kind == "GeometryCollection":
            return self._read_collection(stated.get("geometries"), depth)
        if kind in _OTHERS:
            return _OTHERS[kind]
        if kind not in _TYPES:
            raise RefusedError("damaged-geometry_type", type=sanitize_for_display(kind))
        try:
            coordinates = pa.array([stated.get("coordinates")], type=_TYPES[kind])
        except (pa.ArrowException, TypeError, ValueError, OverflowError, RecursionError):
            nested = 3 if kind == "Polygon" else 4
            raise RefusedError("damaged-nesting", type=kind, depth=nested) from None
        polygons = [coordinates] if kind == "Polygon" else _split_parts(coordinates)
        parts = [polygon for polygon in map(self._read_polygon, polygons) if polygon is not None]
        if kind == "Polygon":
            return parts[0] if parts else shapely.Polygon()
        return shapely.MultiPolygon(parts)

    def _read_collection(self, stated: object, depth: int) -> shapely.Geometry:
        if not isinstance(stated, list):
            raise RefusedError("damaged-collection")
        if depth >= _COLLECTION_DEPTH:
            raise RefusedError("damaged-collection_depth", most=_COLLECTION_DEPTH)
        parts = [self.read(part, depth=depth + 1) for part in stated]
        flat = shapely.get_parts([part for part in parts if part is not None])
        return shapely.GeometryCollection(list(flat))

    def _read_polygon(self, polygon: Any) -> shapely.Polygon | None:
        read = [self._read_ring(ring) for ring in _split_parts(polygon)]
        rings = [ring for ring in read if ring is not None]
        if rings and read[0] is None:
            raise RefusedError("damaged-no_shell")
        return shapely.Polygon(rings[0], rings[1:]) if rings else None

    def _read_ring(self, ring: Any) -> NDArray[np.float64] | None:
        """Read longitude and latitude of one ring, shape (n, 2); None when it is empty."""
        positions = ring.flatten()
        if not len(positions):
            return None
        if len(positions) > self._limits.ring_vertices:
            most = f"{self._limits.ring_vertices:,}"
            raise RefusedError("too_large-ring_vertices", vertices=f"{len(positions):,}", most=most)
        values = positions.flatten()
        lengths = positions.value_lengths().to_numpy(zero_copy_only=False)
        if positions.null_count or values.null_count or lengths.min() < _AXES:
            raise RefusedError("damaged-position")
        if lengths.max() > _AXES:
            self.notes[_DROPPED] = None
        numbers = values.to_numpy()
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.intp)
        points = np.column_stack([numbers[starts], numbers[starts + 1]])
        if not np.isfinite(points).all():
            raise RefusedError("not_finite-coordinate")
        self.vertices += len(points)
        if (points[0] != points[-1]).any():
            self.notes[_CLOSED] = None
            points = np.vstack([points, points[:1]])
        if len(points) < _RING:
            raise RefusedError("damaged-short_ring")
        return points


def _split_parts(array: Any) -> list[Any]:
    """Take apart the one list in an Arrow list array, into arrays of length 1."""
    inner = array.flatten()
    if inner.null_count:
        raise RefusedError("damaged-null")
    return [inner.slice(place, 1) for place in range(len(inner))]


def _read_properties(features: list[dict[str, Any]], file: str, limits: Limits, incoming: RawFeatures) -> None:
    rows = [feature.get("properties") for feature in features]
    tables = [row if isinstance(row, dict) else {} for row in rows]
    found: dict[str, None] = {}
    for table in tables:
        found.update(dict.fromkeys(table))
        if len(found) > limits.columns:
            incoming.problems.append(make_problem(file, "too_large-properties", facts={"most": limits.columns}))
            return
    incoming.columns = {column: [_read_cell(table.get(column)) for table in tables] for column in found}
    # Some publishers keep the code as the feature's own id.
    if "id" not in found and any("id" in feature for feature in features):
        found["id"] = None
        incoming.columns["id"] = [_read_cell(feature.get("id")) for feature in features]
    incoming.found = tuple(found)


def _read_cell(value: object) -> str | None:
    if isinstance(value, str):
        # Half a surrogate pair is legal in JSON and in no encoding.
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return str(value)
    except ValueError:
        return None
