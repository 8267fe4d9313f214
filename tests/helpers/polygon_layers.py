"""Layers of polygons for the tests of the overlay check, drawn in metres around a point of Anhui."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from pilotzones.geo.overlay.models import PolygonLayer

_TO_DEGREES = Transformer.from_crs("+proj=aeqd +lat_0=31 +lon_0=117 +ellps=WGS84 +units=m", "EPSG:4326", always_xy=True)


def in_degrees(shape: Any) -> Any:
    """A shape given in metres, in longitude and latitude."""
    return shapely.transform(shape, lambda points: np.column_stack(_TO_DEGREES.transform(points[:, 0], points[:, 1])))


def make_layer(name: str, shapes: Sequence[Any], *, metres: bool = True, **columns: Sequence[object]) -> PolygonLayer:
    """A layer of shapes."""
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = [in_degrees(shape) if metres else shape for shape in shapes]
    frame = pd.DataFrame(columns, index=range(len(shapes)))
    return PolygonLayer(name, geometry, tuple(f"{name}{number}" for number in range(1, len(shapes) + 1)), frame)


def make_comb(west: float, south: float, width: float, height: float, *, teeth: int, upright: bool) -> shapely.Polygon:
    """A valid polygon of few vertices that shares teeth × teeth pieces of ground with another that lies across it."""
    points = []
    for tooth in range(teeth):
        left, right = tooth / teeth, (tooth + 0.5) / teeth
        points += [(left, 0.01), (left, 1.0), (right, 1.0), (right, 0.01)]
    corners = np.array([*points, (1.0, 0.01), (1.0, 0.0), (0.0, 0.0)])
    if not upright:
        corners = corners[:, ::-1]
    return shapely.Polygon(np.array([west, south]) + corners * [width, height])
