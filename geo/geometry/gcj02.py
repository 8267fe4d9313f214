"""Coordinates as Chinese web maps draw them: GCJ-02 (高德, 腾讯) and BD-09 (百度).

Neither is a datum: both move every place inside China by some hundred metres along a smooth curve. Their publishers have
never published the curve. What is here are the formulas that users of these maps have recovered and that agree with the
maps to about a metre: for GCJ-02 the series published in the project eviltransform (github.com/googollee/eviltransform,
2013; also Wikipedia, *Restrictions on geographic data in China*, section GCJ-02), for BD-09 the rotation published there
as well. Copies of the series differ in the ellipsoid they scale it by, which moves a place by a few millimetres. Good for
drawing over such a map, not for measuring.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["to_bd09", "to_gcj02"]

# Semi-major axis [m] and squared eccentricity of Krasovsky's ellipsoid of 1940, on which the offsets are scaled.
_MAJOR_AXIS_M: Final = 6378245.0
_E2: Final = 0.00669342162296594323
# The series is developed around this place [degree].
_LON_0, _LAT_0 = 105.0, 35.0
# Outside this box the maps draw WGS 84: west, south, east, north [degree].
_BOX: Final = (72.004, 0.8293, 137.8347, 55.8271)
# The rotation of BD-09: constant shift [degree] and frequency.
_BD_LON, _BD_LAT, _BD_FREQUENCY = 0.0065, 0.006, np.pi * 3000 / 180


def to_gcj02(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convert WGS 84 to GCJ-02.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        Longitude and latitude [degree, WGS 84].

    Returns
    -------
    ndarray, shape (n, 2)
        Longitude and latitude [degree, GCJ-02]; outside the box of China the same as before.
    """
    lon, lat = points[:, 0], points[:, 1]
    x, y = lon - _LON_0, lat - _LAT_0
    # Both series share the terms of short wave; offsets are in metres on the ellipsoid.
    short = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    root = np.sqrt(np.abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * root
    north += 2 / 3 * (short + _compute_shift(y, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30)))
    east = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * root
    east += 2 / 3 * (short + _compute_shift(x, (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30)))
    phi = np.radians(lat)
    bent = 1 - _E2 * np.sin(phi) ** 2
    meridian = _MAJOR_AXIS_M * (1 - _E2) / bent**1.5
    parallel = _MAJOR_AXIS_M / np.sqrt(bent) * np.cos(phi)
    moved = np.column_stack([lon + np.degrees(east / parallel), lat + np.degrees(north / meridian)])
    west, south, east_end, north_end = _BOX
    inside = (lon >= west) & (lon <= east_end) & (lat >= south) & (lat <= north_end)
    return np.where(inside[:, None], moved, points)


def _compute_shift(along: NDArray[np.float64], *terms: tuple[float, float]) -> NDArray[np.float64]:
    """Sum of sines: height [m] and frequency [half turn per degree] of each."""
    total = np.zeros(len(along))
    for height, frequency in terms:
        total += height * np.sin(frequency * np.pi * along)
    return total


def to_bd09(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convert WGS 84 to BD-09.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        Longitude and latitude [degree, WGS 84].

    Returns
    -------
    ndarray, shape (n, 2)
        Longitude and latitude [degree, BD-09]: GCJ-02, turned and shifted once more.
    """
    x, y = to_gcj02(points).T
    radius = np.hypot(x, y) + 2e-5 * np.sin(y * _BD_FREQUENCY)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(x * _BD_FREQUENCY)
    return np.column_stack([radius * np.cos(angle) + _BD_LON, radius * np.sin(angle) + _BD_LAT])
