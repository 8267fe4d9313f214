"""Polygons that lie on the coast."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from pilotzones.geo.boundaries.sources import check_coast, get_coast_hash
from pilotzones.geo.errors import BoundaryError, raise_problems
from pilotzones.geo.files.disk_cache import get_bundle, make_code_key, put_bundle
from pilotzones.geo.geometry import crs

__all__ = ["is_near_sea"]

_COAST_DEGREES: Final = 0.05
_FILE: Final = "ocean.wkb"


def is_near_sea(geometries: NDArray[Any]) -> NDArray[np.bool_]:
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
    near: NDArray[np.bool_] = shapely.dwithin(_load_ocean(), geometries, _COAST_DEGREES)
    return near


@cache
def _load_ocean() -> shapely.Geometry:
    problems, sha256 = check_coast(), get_coast_hash()
    raise_problems(BoundaryError, "the coast", problems)
    key = make_code_key(sha256, "ocean", code=[Path(__file__)])
    bundle = get_bundle(key)
    if bundle is not None:
        ocean = shapely.from_wkb(bundle[_FILE])
    else:
        # Imported here: Frykit is needed only where nothing is cached.
        from frykit import shp as frykit_shp

        ocean = shapely.clip_by_rect(frykit_shp.get_ocean(), *crs.CHINA_BOX)
        put_bundle(key, {_FILE: shapely.to_wkb(ocean)})
    shapely.prepare(ocean)
    return ocean
