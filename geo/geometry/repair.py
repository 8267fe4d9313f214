"""The one repair of an invalid polygon, the same for built-in boundaries and for users' files."""

from __future__ import annotations

import numpy as np
import shapely

__all__ = ["make_valid"]


def make_valid(geometry: shapely.Geometry) -> shapely.Geometry:
    """Make a valid polygon of an invalid one.

    Parameters
    ----------
    geometry : Polygon or MultiPolygon
        Possibly invalid.

    Returns
    -------
    Polygon or MultiPolygon
        Valid; empty when nothing with an area is left.
    """
    # "structure" keeps holes as holes and costs seconds less than "linework" on hostile rings.
    parts = shapely.get_parts(shapely.make_valid(geometry, method="structure", keep_collapsed=False))
    polygons = parts[np.isin(shapely.get_type_id(parts), [3, 6])]
    return shapely.union_all(polygons) if len(polygons) != 1 else polygons[0]
