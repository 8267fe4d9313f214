"""The one repair of an invalid polygon, the same for built-in boundaries and for users' files."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

__all__ = ["explain_invalidity", "make_valid"]

# Faults of a polygon by the name that GEOS gives them; any other is a fault of its topology.
_FAULTS: Final = {
    "Self-intersection": "problem_fault_self_intersection",
    "Ring Self-intersection": "problem_fault_ring_self_intersection",
    "Hole lies outside shell": "problem_fault_hole_outside",
    "Holes are nested": "problem_fault_nested_holes",
    "Nested shells": "problem_fault_nested_shells",
    "Interior is disconnected": "problem_fault_disconnected",
    "Duplicate Rings": "problem_fault_duplicate_rings",
    "Too few points in geometry component": "problem_fault_few_points",
    "Invalid Coordinate": "problem_fault_coordinate",
    "Ring is not closed": "problem_fault_open_ring",
}


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


def explain_invalidity(geometry: shapely.Geometry) -> dict[str, str]:
    """Explain what makes a polygon invalid, as facts of a problem.

    Parameters
    ----------
    geometry : Polygon or MultiPolygon
        Invalid.

    Returns
    -------
    dict of str to str
        ``fault_message`` is the name of a message, ``position`` a coordinate pair in brackets.
    """
    fault, bracket, position = shapely.is_valid_reason(geometry).partition("[")
    return {"fault_message": _FAULTS.get(fault.strip(), "problem_fault_topology"), "position": bracket + position}
