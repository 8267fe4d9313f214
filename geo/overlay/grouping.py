"""The county, the zone or the value of a column that each feature of a layer belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotzones.geo.overlay.models import PolygonLayer

__all__ = ["find_groups"]


def find_groups(layer: PolygonLayer, grouping: tuple[Sequence[str], Any] | str) -> list[str] | None:
    """Give each feature its group.

    Parameters
    ----------
    layer : PolygonLayer
    grouping : tuple of (sequence of str, ndarray of shapely geometries), or str
        Names and polygons of the groups, or a column of the layer.

    Returns
    -------
    list of str, or None
        A feature belongs to the polygon that holds most of it; "" stands for none. None when the layer has no such
        column.
    """
    if isinstance(grouping, str):
        if grouping not in layer.columns:
            return None
        return ["" if value is None or value != value else str(value) for value in layer.columns[grouping]]  # noqa: PLR0124  # NaN differs from itself
    names, polygons = grouping
    shapes = np.asarray(polygons, dtype=object)
    tree = shapely.STRtree(shapes)
    rows, found = tree.query(layer.geometry, predicate="intersects")
    groups = [""] * len(layer.ids)
    largest = np.zeros(len(layer.ids))
    single = np.bincount(rows, minlength=len(layer.ids)) == 1
    for row, place in zip(rows.tolist(), found.tolist(), strict=True):
        size = 1.0 if single[row] else shapely.area(shapely.intersection(layer.geometry[row], shapes[place]))
        if size > largest[row]:
            largest[row], groups[row] = size, names[place]
    return groups
