"""The land survey's ellipsoid series against the closed form of a quadrangle, and against the geodesic."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.geometry.area import compute_area_km2

# CGCS 2000 (GB 22021).
A_M, FLATTENING = 6378137.0, 1 / 298.257222101
B_M = A_M * (1 - FLATTENING)
E = math.sqrt(FLATTENING * (2 - FLATTENING))


def quadrangle_km2(west: float, south: float, east: float, north: float) -> float:
    """Area between two meridians and two parallels, by the closed form (Snyder 1987, PP 1395, eq. 3-12 and its use)."""

    def to_equator(latitude: float) -> float:
        sine = math.sin(math.radians(latitude))
        return sine / (2 * (1 - (E * sine) ** 2)) + math.atanh(E * sine) / (2 * E)

    return B_M**2 * math.radians(east - west) * (to_equator(north) - to_equator(south)) / 1e6


@given(st.floats(74, 130), st.floats(4, 50), st.floats(0.05, 5), st.floats(0.05, 3))
def test_a_quadrangle_is_its_closed_form(west: float, south: float, width: float, height: float) -> None:
    box = (west, south, west + width, south + height)
    (found,) = compute_area_km2(np.array([shapely.box(*box)]), method="ellipsoid")
    assert found == pytest.approx(quadrangle_km2(*box), rel=1e-9)


def test_winding_holes_and_several_parts() -> None:
    outer, hole = shapely.box(110, 30, 112, 31), shapely.box(110.5, 30.2, 111, 30.6)
    for shell in (outer.exterior.coords, outer.exterior.coords[::-1]):
        for inner in (hole.exterior.coords, hole.exterior.coords[::-1]):
            shape = shapely.MultiPolygon([shapely.Polygon(shell, [inner]), shapely.box(115, 30, 116, 31)])
            (found,) = compute_area_km2(np.array([shape]), method="ellipsoid")
            wanted = quadrangle_km2(110, 30, 112, 31) - quadrangle_km2(110.5, 30.2, 111, 30.6)
            assert found == pytest.approx(wanted + quadrangle_km2(115, 30, 116, 31), rel=1e-9)


@pytest.mark.parametrize("method", ["ellipsoid", "equal_area"])
def test_dense_edges_bring_the_methods_together(method: str) -> None:
    # With points every 0.01 degree the shape of the edges no longer matters: what is left is the method itself.
    shape = shapely.segmentize(shapely.Polygon([(110, 30), (112, 30.4), (111.5, 31.7), (110.2, 31)]), 0.01)
    both = [compute_area_km2(np.array([shape]), method=name)[0] for name in ("geodesic", method)]
    assert both[1] == pytest.approx(both[0], rel=2e-6)
