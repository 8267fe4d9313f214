"""Objects of a TopoJSON to features of GeoJSON: arcs put together, deltas added up.

The format is that of the TopoJSON specification 1.0 (github.com/topojson/topojson-specification).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["TopologyError", "convert_object"]

_AXES: Final = 2


class TopologyError(Exception):
    """Say what is wrong with a topology: the text is the ending of a code, ``damaged-…``."""


def convert_object(document: dict[str, Any], stated: object, *, max_vertices: int) -> list[dict[str, Any]]:
    """Convert one object of a topology.

    Parameters
    ----------
    document : dict
        The topology: ``arcs`` and perhaps a ``transform``.
    stated : dict
        A geometry, or a GeometryCollection of them.
    max_vertices : int
        How many vertices its rings may have: arcs may be used again and again.

    Returns
    -------
    list of dict
        GeoJSON features, a geometry each; those without area have empty coordinates.

    Raises
    ------
    TopologyError
        When arcs are missing or not what the specification says.
    """
    if not isinstance(stated, dict):
        raise TopologyError("topojson_object")
    arcs = _Arcs(document, max_vertices)
    geometries = stated.get("geometries") if stated.get("type") == "GeometryCollection" else [stated]
    if not isinstance(geometries, list):
        raise TopologyError("topojson_geometries")
    return [_convert_feature(geometry, arcs) for geometry in geometries]


def _convert_feature(geometry: Any, arcs: _Arcs) -> dict[str, Any]:
    if not isinstance(geometry, dict):
        raise TopologyError("topojson_geometry")
    kind, feature = geometry.get("type"), {"type": "Feature", "properties": geometry.get("properties")}
    if "id" in geometry:
        feature["id"] = geometry["id"]
    if kind is None:
        return feature | {"geometry": None}
    try:
        if kind == "Polygon":
            coordinates: Any = [arcs.join(ring) for ring in geometry.get("arcs", [])]
        elif kind == "MultiPolygon":
            coordinates = [[arcs.join(ring) for ring in polygon] for polygon in geometry.get("arcs", [])]
        else:
            coordinates = []
    except (TypeError, IndexError, ValueError):
        raise TopologyError("topojson_arcs") from None
    return feature | {"geometry": {"type": kind, "coordinates": coordinates}}


class _Arcs:
    """Arcs as coordinates [degree], each decoded once."""

    def __init__(self, document: dict[str, Any], max_vertices: int) -> None:
        self._arcs: Any = document.get("arcs")
        self._left = max_vertices
        self._decoded: dict[int, NDArray[np.float64]] = {}
        transform: Any = document.get("transform")
        self._is_quantized = transform is not None
        self._scale, self._shift = np.ones(_AXES), np.zeros(_AXES)
        if not isinstance(self._arcs, list):
            raise TopologyError("topojson_no_arcs")
        if self._is_quantized:
            try:
                self._scale = np.array(transform["scale"], dtype=np.float64).reshape(_AXES)
                self._shift = np.array(transform["translate"], dtype=np.float64).reshape(_AXES)
            except (KeyError, TypeError, ValueError):
                raise TopologyError("topojson_transform") from None

    def join(self, ring: list[int]) -> list[list[float]]:
        """Put the arcs of a ring together: a negative number is an arc backwards, shared ends count once."""
        parts = [self._decode(number) if number >= 0 else self._decode(~number)[::-1] for number in ring]
        self._left -= sum(map(len, parts))
        if self._left < 0:
            raise TopologyError("topojson_vertices")
        points: list[list[float]] = np.concatenate([parts[0], *(part[1:] for part in parts[1:])]).tolist()
        return points

    def _decode(self, number: int) -> NDArray[np.float64]:
        if number not in self._decoded:
            points = np.array([position[:_AXES] for position in self._arcs[number]], dtype=np.float64).reshape(
                -1, _AXES
            )
            if self._is_quantized:
                points = np.cumsum(points, axis=0)
            self._decoded[number] = points * self._scale + self._shift
        return self._decoded[number]
