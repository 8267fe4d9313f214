"""Coordinate reference systems by purpose, and the box every coordinate of China lies in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "CGCS2000",
    "CHINA_BOX",
    "EQUAL_AREA_CHINA",
    "GEOGRAPHIC",
    "are_axes_swapped",
    "is_inside_china",
]

GEOGRAPHIC: Final = "EPSG:4326"
CGCS2000: Final = "EPSG:4490"
# The Albers projection in customary use for maps of China: standard parallels 25° and 47° N, central meridian 105° E.
EQUAL_AREA_CHINA: Final = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +ellps=WGS84 +units=m +no_defs"

# west, south, east, north [degree]; wide enough for 曾母暗沙 and 黑瞎子岛. Longitudes and latitudes do not overlap, so
# swapped axes always show.
CHINA_BOX: Final = (73.0, 3.0, 136.0, 54.0)


def is_inside_china(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whether each coordinate lies in the box of China.

    Parameters
    ----------
    lon, lat : ndarray, shape (n,)
        Longitude and latitude [degree].

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    west, south, east, north = CHINA_BOX
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def are_axes_swapped(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> bool:
    """Return whether every coordinate lies in China only when its axes are swapped.

    Parameters
    ----------
    lon, lat : ndarray, shape (n,)
        What the file gives as longitude and latitude [degree].

    Returns
    -------
    bool
        False for an empty input.
    """
    return bool(len(lon)) and bool(is_inside_china(lat, lon).all()) and not bool(is_inside_china(lon, lat).any())
