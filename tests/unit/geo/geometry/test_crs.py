"""The box of China and swapped axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.geometry import crs

if TYPE_CHECKING:
    from pilotzones.geo.boundaries.models import Boundaries

WEST, SOUTH, EAST, NORTH = crs.CHINA_BOX
points = st.lists(st.tuples(st.floats(WEST, EAST), st.floats(SOUTH, NORTH)), min_size=1, max_size=20)


def test_the_box_holds_all_of_china_with_its_southernmost_reef(tianditu: Boundaries) -> None:
    west, south, east, north = tianditu.counties.total_bounds
    assert (west, south) > (WEST, SOUTH)
    assert (east, north) < (EAST, NORTH)
    # 曾母暗沙 and 黑瞎子岛.
    assert crs.is_inside_china(np.array([112.28, 134.7]), np.array([3.97, 48.35])).all()


def test_longitudes_and_latitudes_of_the_box_do_not_overlap() -> None:
    assert NORTH < WEST


@given(points)
def test_swapped_axes_always_show(places: list[tuple[float, float]]) -> None:
    lon, lat = np.array(places).T
    assert crs.is_inside_china(lon, lat).all()
    assert not crs.are_axes_swapped(lon, lat)
    assert crs.are_axes_swapped(lat, lon)


def test_one_right_coordinate_is_enough_not_to_call_the_axes_swapped() -> None:
    assert not crs.are_axes_swapped(np.array([30.0, 120.0]), np.array([120.0, 30.0]))


def test_nothing_is_not_swapped() -> None:
    assert not crs.are_axes_swapped(np.array([]), np.array([]))


@pytest.mark.parametrize(("lon", "lat"), [(WEST, SOUTH), (EAST, NORTH)])
def test_the_border_belongs_to_the_box(lon: float, lat: float) -> None:
    assert crs.is_inside_china(np.array([lon]), np.array([lat])).all()


@pytest.mark.parametrize(("lon", "lat"), [(72.99, 30), (136.01, 30), (100, 2.99), (100, 54.01), (np.nan, 30)])
def test_outside_is_outside(lon: float, lat: float) -> None:
    assert not crs.is_inside_china(np.array([lon]), np.array([lat])).any()


def test_every_system_is_what_its_name_says() -> None:
    assert pyproj.CRS(crs.GEOGRAPHIC).is_geographic
    assert pyproj.CRS(crs.CGCS2000).is_geographic
    for name in (crs.EQUAL_AREA_CHINA,):
        x, y = pyproj.Transformer.from_crs(crs.GEOGRAPHIC, name, always_xy=True).transform(
            [104, 104.01, 104.01, 104, 104], [30, 30, 30.01, 30.01, 30]
        )
        plane = 0.5 * abs(sum(x[i] * y[i + 1] - x[i + 1] * y[i] for i in range(4)))
        sphere, _ = pyproj.Geod(ellps="WGS84").polygon_area_perimeter(
            [104, 104.01, 104.01, 104], [30, 30, 30.01, 30.01]
        )
        assert plane == pytest.approx(abs(sphere), rel=1e-6)
