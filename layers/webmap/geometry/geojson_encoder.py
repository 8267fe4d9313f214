"""Boundaries to the compact GeoJSON the map fetches.

Coordinates are rounded to a grid, the same for every feature, so neighbours that shared a border before share it after.
Simplification works on the whole coverage at once for the same reason. Both are for drawing only: areas are computed
from the full geometry.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from pilotzones.geo.errors import BoundaryError, make_problem
from pilotzones.geo.geometry.simplify import simplify_shared_borders
from pilotzones.layers.style.spec import PayloadError

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["Cards", "Labels", "encode_features", "simplify_coverage"]

# Feature id -> language -> title and lines of the card that follows the pointer.
Cards = Mapping[str, Mapping[str, Sequence[str]]]
# Feature id -> language -> name written on the map.
Labels = Mapping[str, Mapping[str, str]]

_POINT, _LINE, _POLYGON = "Point", "MultiLineString", "MultiPolygon"
_FAMILY = {0: _POINT, 1: _LINE, 2: _LINE, 3: _POLYGON, 4: _POINT, 5: _LINE, 6: _POLYGON}
_MIN_RING_POSITIONS = 4
_MIN_LINE_POSITIONS = 2
_MAX_DECIMALS = 7  # decimals of a degree, about 1 cm


def encode_features(
    frame: gpd.GeoDataFrame,
    *,
    id_column: str,
    group_column: str | None = None,
    cards: Cards | None = None,
    labels: Labels | None = None,
    precision: int = 4,
) -> bytes:
    """Encode a frame as the GeoJSON that pilotmap.js draws; same input, same bytes.

    Parameters
    ----------
    frame : GeoDataFrame
        n features in WGS 84; points, lines or polygons. All n are written, an empty geometry as null.
    id_column : str
        Column with a unique string for each feature.
    group_column : str or None
        Column with what a feature belongs to; a state may give one class to all of a group.
    cards, labels : mapping or None
        Texts by feature id and language; features without an entry have none.
    precision : int
        Decimals kept [degree]; 4 is about 10 m, finer than a screen pixel up to zoom 13.

    Returns
    -------
    bytes
        UTF-8 GeoJSON on one line.

    Raises
    ------
    PayloadError
        When ids are not unique strings, a geometry is a mixed collection, or `precision` is not 0 to 7.
    BoundaryError
        When the frame is not in WGS 84.
    """
    if not 0 <= precision <= _MAX_DECIMALS:
        raise PayloadError(f"precision is 0 to {_MAX_DECIMALS} decimals, not {precision}")
    _check_wgs84(frame)
    ids = _check_ids(frame, id_column)
    geometries = shapely.force_2d(frame.geometry.to_numpy())
    shapes = _build_shapes(geometries, precision)
    anchors = _find_anchors(geometries, precision) if labels else [None] * len(ids)
    groups = [None] * len(ids) if group_column is None else frame[group_column].astype(str).tolist()
    features = [
        {
            "type": "Feature",
            "id": key,
            "geometry": shape,
            "properties": _build_properties(key, cards, labels, at, group),
        }
        for key, shape, at, group in zip(ids, shapes, anchors, groups, strict=True)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def simplify_coverage(frame: gpd.GeoDataFrame, tolerance: float) -> gpd.GeoDataFrame:
    """Return the frame with fewer vertices, shared borders still shared and no feature lost.

    Parameters
    ----------
    frame : GeoDataFrame
        n polygons or multipolygons that do not overlap; null geometry stays null.
    tolerance : float
        Square root of the smallest triangle kept, in units of the frame [degree].

    Returns
    -------
    GeoDataFrame
        A copy with the same n rows, columns and index.

    Raises
    ------
    PayloadError
        When `tolerance` is negative or a geometry is no polygon.
    """
    if not tolerance >= 0:
        raise PayloadError(f"tolerance is 0 or more, not {tolerance}")
    geometries = frame.geometry.to_numpy()
    present = np.flatnonzero(~(shapely.is_missing(geometries) | shapely.is_empty(geometries)))
    if not np.isin(shapely.get_type_id(geometries[present]), (3, 6)).all():
        raise PayloadError("only polygons can be simplified as a coverage")
    return frame.set_geometry(simplify_shared_borders(geometries, tolerance), crs=frame.crs)


def _check_wgs84(frame: gpd.GeoDataFrame) -> None:
    if frame.crs is None or frame.crs.to_epsg() != 4326:
        raise BoundaryError(make_problem("", "map_crs", facts={"crs": frame.crs}))


def _check_ids(frame: gpd.GeoDataFrame, id_column: str) -> list[str]:
    if id_column not in frame.columns:
        raise PayloadError(f"no column {id_column!r}; there are {', '.join(map(str, frame.columns))}")
    ids: list[Any] = frame[id_column].tolist()
    wrong = [value for value in ids if not isinstance(value, str) or not value]
    if wrong:
        raise PayloadError(f"feature ids are strings that are not empty; found {wrong[:5]!r}")
    twice = sorted(key for key, count in Counter(ids).items() if count > 1)
    if twice:
        raise PayloadError(f"feature ids are unique; found twice: {', '.join(twice[:5])}")
    return ids


def _build_properties(
    key: str, cards: Cards | None, labels: Labels | None, at: list[float] | None, group: str | None
) -> dict[str, object]:
    properties: dict[str, object] = {} if group is None else {"group": group}
    if cards is not None and key in cards:
        properties["card"] = {lang: list(lines) for lang, lines in sorted(cards[key].items())}
    if labels is not None and key in labels:
        properties["label"] = dict(sorted(labels[key].items()))
        if at is not None:
            properties["at"] = at
    return properties


def _find_anchors(geometries: NDArray[np.object_], precision: int) -> list[list[float] | None]:
    """Return a point inside each feature, where its label goes; None for an empty one."""
    # Inside an empty geometry there is an empty point, which has no coordinates to ask for.
    present = geometries.copy()
    present[shapely.is_empty(present)] = None
    points = shapely.point_on_surface(present)
    pairs = np.round(np.column_stack([shapely.get_x(points), shapely.get_y(points)]), precision) + 0.0
    return [None if np.isnan(pair).any() else pair.tolist() for pair in pairs]


def _build_shapes(geometries: NDArray[np.object_], precision: int) -> list[dict[str, Any] | None]:
    """Return GeoJSON geometry of each feature; a feature that vanishes on the grid is written finer."""
    kinds = shapely.get_type_id(geometries)
    absent = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    unknown = ~absent & ~np.isin(kinds, list(_FAMILY))
    if unknown.any():
        raise PayloadError("a geometry collection cannot be drawn; split it into points, lines and polygons")
    families = np.array([_FAMILY.get(int(kind), "") for kind in kinds], dtype=object)
    shapes: list[dict[str, Any] | None] = [None] * len(geometries)
    for family in (_POINT, _LINE, _POLYGON):
        rows = np.flatnonzero((families == family) & ~absent)
        encoded = _list_coordinates(geometries[rows], family, precision)
        for row, coordinates in zip(rows.tolist(), encoded, strict=True):
            finer = coordinates or _list_coordinates(geometries[row : row + 1], family, _MAX_DECIMALS)[0]
            shapes[row] = _make_geometry(family, finer)
    return shapes


def _make_geometry(family: str, coordinates: list[Any]) -> dict[str, Any] | None:
    if not coordinates:
        return None
    if len(coordinates) == 1:
        return {"type": family.removeprefix("Multi"), "coordinates": coordinates[0]}
    return {"type": "Multi" + family.removeprefix("Multi"), "coordinates": coordinates}


def _list_coordinates(geometries: NDArray[np.object_], family: str, precision: int) -> list[list[Any]]:
    """Return parts of each geometry as nested lists: points, lines, or polygons with their rings."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    nested: list[list[Any]] = [[] for _ in range(len(geometries))]
    if family == _POLYGON:
        rings, ring_part = shapely.get_rings(parts, return_index=True)
        polygons: list[list[Any]] = [[] for _ in range(len(parts))]
        lost = np.zeros(len(parts), dtype=bool)
        first = np.ones(len(rings), dtype=bool)
        first[1:] = ring_part[1:] != ring_part[:-1]
        paths = _list_paths(rings, precision)
        for path, part, outer in zip(paths, ring_part.tolist(), first.tolist(), strict=True):
            if len(path) >= _MIN_RING_POSITIONS and not lost[part]:
                polygons[part].append(path)
            elif outer:  # without its shell a hole would be drawn as land
                lost[part] = True
        pieces: list[list[Any]] = polygons
    elif family == _LINE:
        pieces = [path if len(path) >= _MIN_LINE_POSITIONS else [] for path in _list_paths(parts, precision)]
    else:
        pieces = [path[0] if path else [] for path in _list_paths(parts, precision)]
    for piece, row in zip(pieces, owner.tolist(), strict=True):
        if piece:
            nested[row].append(piece)
    return nested


def _list_paths(lines: NDArray[np.object_], precision: int) -> list[list[list[float]]]:
    """Return rounded vertices of each line or ring, without repeats."""
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    # Adding zero turns -0.0 into 0.0.
    coordinates = np.round(coordinates, precision) + 0.0
    keep = np.ones(len(coordinates), dtype=bool)
    keep[1:] = (coordinates[1:] != coordinates[:-1]).any(axis=1) | (owner[1:] != owner[:-1])
    ends = np.cumsum(np.bincount(owner[keep], minlength=len(lines))).tolist()
    vertices: list[list[float]] = coordinates[keep].tolist()
    return [vertices[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)] if ends else []
