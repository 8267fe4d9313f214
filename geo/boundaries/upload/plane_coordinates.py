"""Plane coordinates without a reference system: which of the systems in use in China they can be in.

Gauss-Krueger eastings of CGCS2000 have the number of their zone before them (40591697 lies in zone 40), or they do not,
and then only the central meridian tells the place. Where the file has county codes, the counties decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pyproj
from numpy.typing import NDArray

from pilotzones.geo.errors import Problem, make_problem

__all__ = ["are_degrees", "describe_extent", "suggest_systems"]

_MAX_DEGREES: Final = 360.0
_METRES_A_ZONE: Final = 1e6
# Northings of China, and eastings without the number of a zone [m]; a province is wider than its zone.
_NORTHINGS_M: Final = (0.3e6, 6.2e6)
_EASTINGS_M: Final = (-0.5e6, 1.5e6)
# EPSG codes of CGCS2000 / Gauss-Kruger: zones of 6 degrees with their number, of 3 degrees with their number, and of
# 3 degrees by central meridian, whose eastings those of 6 degrees share.
_SIX_DEGREE_ZONES: Final = {zone: 4491 + zone - 13 for zone in range(13, 24)}
_THREE_DEGREE_ZONES: Final = {zone: 4513 + zone - 25 for zone in range(25, 46)}
_MERIDIANS: Final = {meridian: 4534 + (meridian - 75) // 3 for meridian in range(75, 136, 3)}
_WEB_MERCATOR: Final = 3857
_WEB_MERCATOR_X_M: Final = (8.1e6, 15.2e6)
# How far a county's centre may lie from where it should be [degree]; the meridians are three apart.
_MAX_DISTANCE_DEGREES: Final = 0.5


def are_degrees(points: NDArray[np.float64]) -> bool:
    """Return whether coordinates can be degrees.

    Parameters
    ----------
    points : ndarray, shape (n, 2)

    Returns
    -------
    bool
    """
    return bool((np.abs(points) <= _MAX_DEGREES).all())


def describe_extent(low: NDArray[np.float64], high: NDArray[np.float64]) -> dict[str, str]:
    """Write the range of coordinates as facts of a problem.

    Parameters
    ----------
    low, high : ndarray, shape (2,)
        Least and largest of both axes.

    Returns
    -------
    dict of str to str
    """
    numbers = {"west": low[0], "east": high[0], "south": low[1], "north": high[1]}
    return {name: f"{number:.6g}" for name, number in numbers.items()}


def suggest_systems(
    points: NDArray[np.float64], centres: NDArray[np.float64], expected: NDArray[np.float64], *, file: str
) -> list[Problem]:
    """Name the systems that plane coordinates can be in, each as a problem with its code.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        All coordinates [m].
    centres : ndarray, shape (m, 2)
        A point in each row's polygon [m].
    expected : ndarray, shape (m, 2)
        Longitude and latitude of the county of each row [degree], NaN where it is unknown.
    file : str
        Name to report.

    Returns
    -------
    list of Problem
        Errors of kind ``crs_choice``, or one of kind ``outside_china`` when no usual system fits.
    """
    swapped = _has_northing_first(points)
    if swapped:
        points, centres = points[:, ::-1], centres[:, ::-1]
    candidates = list(_list_candidates(points))
    known = ~np.isnan(expected).any(axis=1)
    if known.any():
        candidates = [one for one in candidates if _is_near_expected(one[0], centres[known], expected[known])]
    if not candidates:
        low, high = points.min(axis=0), points.max(axis=0)
        return [make_problem(file, "outside_china-no_plane_system", field="crs", facts=describe_extent(low, high))]
    choice = "crs_choice" + ("-where_codes_lie" if known.any() else "-plane") + ("_swapped" if swapped else "")
    return [
        make_problem(
            file,
            choice,
            field="crs",
            value=f"EPSG:{code}",
            facts={"system_message": title, "number": number, "code": code},
        )
        for code, title, number in candidates
    ]


def _has_northing_first(points: NDArray[np.float64]) -> bool:
    """Return whether the northing stands before the easting, as Chinese surveys write x and y."""
    first, second = points[:, 0], points[:, 1]
    return bool(
        _lies_between(first, _NORTHINGS_M) and (_find_zone(second) is not None or _lies_between(second, _EASTINGS_M))
    ) and not (_lies_between(first, _EASTINGS_M) and _lies_between(second, _NORTHINGS_M))


def _list_candidates(points: NDArray[np.float64]) -> Iterator[tuple[int, str, int]]:
    """List codes of the systems whose range the coordinates are in; with the message that names each, and its zone or meridian."""
    if not _lies_between(points[:, 1], _NORTHINGS_M):
        return
    zone = _find_zone(points[:, 0])
    if zone in _THREE_DEGREE_ZONES:
        yield _THREE_DEGREE_ZONES[zone], "problem_plane_3_degree", zone
    if zone in _SIX_DEGREE_ZONES:
        yield _SIX_DEGREE_ZONES[zone], "problem_plane_6_degree", zone
    if _lies_between(points[:, 0], _EASTINGS_M):
        for meridian, code in _MERIDIANS.items():
            yield code, "problem_plane_meridian", meridian
    if _lies_between(points[:, 0], _WEB_MERCATOR_X_M):
        yield _WEB_MERCATOR, "problem_plane_web_mercator", 0


def _find_zone(eastings: NDArray[np.float64]) -> int | None:
    """Read the number of the zone before the eastings; None without one, or when they are too far from its meridian."""
    if not len(eastings) or not np.isfinite(eastings).all():
        return None
    zone = int(np.median(eastings) // _METRES_A_ZONE)
    low, high = (zone * _METRES_A_ZONE + limit for limit in _EASTINGS_M)
    is_zone = zone in _THREE_DEGREE_ZONES or zone in _SIX_DEGREE_ZONES
    return zone if is_zone and _lies_between(eastings, (low, high)) else None


def _lies_between(values: NDArray[np.float64], limits: tuple[float, float]) -> bool:
    return bool(len(values)) and bool(((values >= limits[0]) & (values <= limits[1])).all())


def _is_near_expected(code: int, centres: NDArray[np.float64], expected: NDArray[np.float64]) -> bool:
    to_wgs84 = pyproj.Transformer.from_crs(code, 4326, always_xy=True)
    there = np.column_stack(to_wgs84.transform(centres[:, 0], centres[:, 1]))
    distance = np.abs(there - expected).max(axis=1)
    return (
        bool(np.median(distance[np.isfinite(distance)]) < _MAX_DISTANCE_DEGREES)
        if np.isfinite(distance).any()
        else False
    )
