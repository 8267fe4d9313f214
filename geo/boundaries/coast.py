"""Polygons that lie on the coast."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from pilotzones.geo.boundaries.sources import check_coast
from pilotzones.geo.errors import BoundaryError, raise_problems
from pilotzones.geo.geometry import crs

__all__ = ["near_sea"]

_COAST_DEGREES: Final = 0.05


def near_sea(geometries: NDArray[Any]) -> NDArray[np.bool_]:
    """Test whether each polygon lies on the coast.

    Parameters
    ----------
    geometries : ndarray of shapely geometries, shape (n,)
        In WGS 84.

    Returns
    -------
    ndarray of bool, shape (n,)
        True within 0.05 degree (about 5 km) of the ocean of Natural Earth 1:50 million, which is drawn that roughly.

    Raises
    ------
    BoundaryError
        When the file of the coast is missing or altered.
    """
    # The prepared side has to come first, or the preparation is not used.
    near: NDArray[np.bool_] = shapely.dwithin(_ocean(), geometries, _COAST_DEGREES)
    return near


@cache
def _ocean() -> shapely.Geometry:
    from frykit import shp as frykit_shp

    raise_problems(BoundaryError, "the coast", check_coast())
    ocean = shapely.clip_by_rect(frykit_shp.get_ocean(), *crs.CHINA_BOX)
    shapely.prepare(ocean)
    return ocean
