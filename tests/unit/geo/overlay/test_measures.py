"""Areas of polygons whose edges are straight in longitude and latitude."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from pilotzones.geo.overlay.measures import compute_area_m2

# The Lambert cylindrical equal-area projection of the ellipsoid.
EQUAL_AREA = Transformer.from_crs(4326, "+proj=cea +ellps=WGS84", always_xy=True)


def test_the_whole_ellipsoid() -> None:
    # Moritz (1980), Geodetic Reference System 1980, has 510 065 621.7 km²; WGS 84 differs in the 11th digit.
    assert compute_area_m2(np.array([shapely.box(-180, -90, 180, 90)]))[0] == pytest.approx(510_065_621.7e6, rel=1e-9)


@given(st.floats(75, 130), st.floats(18, 53), st.floats(1e-3, 5), st.floats(1e-3, 5))
def test_an_area_between_parallels_is_that_of_the_projection(
    west: float, south: float, wide: float, high: float
) -> None:
    box = shapely.box(west, south, west + wide, south + high)
    expected = shapely.area(shapely.transform(box, EQUAL_AREA.transform, interleaved=False))
    assert compute_area_m2(np.array([box]))[0] == pytest.approx(expected, rel=1e-9)


@given(
    st.tuples(st.floats(75, 130), st.floats(18, 53)),
    st.lists(st.floats(0, 2 * np.pi), min_size=3, max_size=8, unique=True),
    st.sampled_from([0.001, 0.01, 0.1]),
)
def test_cutting_edges_changes_no_area(centre: tuple[float, float], angles: list[float], size: float) -> None:
    turns = np.sort(angles)
    polygon = shapely.Polygon(centre + size * np.column_stack([np.cos(turns), np.sin(turns)]))
    cut = shapely.segmentize(polygon, size / 50)
    whole, fine = compute_area_m2(np.array([polygon, cut]))
    assert whole == pytest.approx(fine, rel=1e-8, abs=1e-4)
