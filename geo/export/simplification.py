"""How much of a geometry an export keeps: all of it, or less, simplified as a coverage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.geometry.simplify import simplify_shared_borders

__all__ = ["DETAILS", "Detail", "get_tolerance", "simplify_layer"]

Detail = Literal["exact", "fine", "coarse"]
# Square root of the smallest triangle kept [degree]; 0.01 is about 1 km.
DETAILS: Final[Mapping[Detail, float]] = {"exact": 0.0, "fine": 0.003, "coarse": 0.02}
_POLYGONAL: Final = (3, 6)


def get_tolerance(detail: str) -> float:
    """Return the tolerance of a detail [degree]; 0 for ``exact``.

    Raises
    ------
    ExportError
        When there is no such detail.
    """
    if detail not in DETAILS:
        raise ExportError(make_problem("", "detail_unknown", facts={"name": detail, "known": ", ".join(DETAILS)}))
    return DETAILS[detail]  # type: ignore[index]  # just asked


def simplify_layer(shapes: NDArray[Any], detail: str) -> NDArray[Any]:
    """Simplify geometries: polygons that share a border share it afterwards.

    Parameters
    ----------
    shapes : ndarray of shapely geometries, shape (n,)
        Longitude and latitude [degree]. Polygons may repeat, but not overlap otherwise; points stay as they are.
    detail : {"exact", "fine", "coarse"}

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ExportError
        When there is no such detail.
    """
    tolerance = get_tolerance(detail)
    rows = np.flatnonzero(np.isin(shapely.get_type_id(shapes), _POLYGONAL))
    if tolerance == 0 or not len(rows):
        return shapes
    # One county can stand in several rows: twice in a coverage, it would overlap itself.
    _, first, back = np.unique(shapely.to_wkb(shapes[rows]), return_index=True, return_inverse=True)
    simple = shapes.copy()
    simple[rows] = simplify_shared_borders(shapes[rows[first]], tolerance)[back]
    return simple
