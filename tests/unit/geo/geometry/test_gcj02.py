"""GCJ-02 and BD-09: known places, smoothness, and what their users rely on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from pilotzones.geo.geometry.gcj02 import to_bd09, to_gcj02

LON, LAT = st.floats(75, 134), st.floats(18, 53)


def at(lon: float, lat: float) -> np.ndarray:
    return np.array([[lon, lat]])


def moved_m(start: np.ndarray, end: np.ndarray) -> float:
    return float(Geod(ellps="WGS84").inv(*start[0], *end[0])[2])


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        # The test pairs of eviltransform (googollee/eviltransform), to their five decimals or so.
        ((121.472096, 31.1774276), (121.4768, 31.17529)),
        ((114.024, 22.543847), (114.0291, 22.5411)),
        ((116.4500, 39.9330), (116.4562, 39.9344)),
    ],
)
def test_known_places(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    np.testing.assert_allclose(to_gcj02(at(*wgs84))[0], gcj02, atol=2e-4)


@given(LON, LAT)
def test_every_place_moves_by_some_hundred_metres_and_the_second_map_further(lon: float, lat: float) -> None:
    start = at(lon, lat)
    first, second = to_gcj02(start), to_bd09(start)
    assert 50 < moved_m(start, first) < 1000
    assert 400 < moved_m(first, second) < 1500


@given(LON, LAT, st.floats(-1e-4, 1e-4), st.floats(-1e-4, 1e-4))
def test_neighbours_stay_neighbours(lon: float, lat: float, east: float, north: float) -> None:
    first, second = at(lon, lat), at(lon + east, lat + north)
    for transform in (to_gcj02, to_bd09):
        # At 105° E the series has a root with a steep start: a few metres there, and a per cent elsewhere.
        kept = moved_m(transform(first), transform(second))
        assert kept == pytest.approx(moved_m(first, second), rel=0.02, abs=2.0)


def test_outside_china_the_maps_draw_wgs84() -> None:
    paris = at(2.35, 48.85)
    np.testing.assert_array_equal(to_gcj02(paris), paris)


def test_many_at_once_are_as_one_by_one() -> None:
    points = np.array([[116.4, 39.9], [2.35, 48.85], [121.5, 31.2]])
    for transform in (to_gcj02, to_bd09):
        np.testing.assert_array_equal(transform(points), np.vstack([transform(point[None]) for point in points]))
