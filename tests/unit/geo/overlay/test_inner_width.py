"""Widths of polygons: a quick answer about one width never contradicts the measured diameter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.overlay.inner_width import compare_inner_width_m, estimate_inner_width_m, measure_inner_width_m
from tests.helpers.examples import examples


def _make_polygons(seed: int, corners: int, roughness: float) -> list[Any]:
    """Make stars, from almost a circle to spikes, longer than wide."""
    random = np.random.default_rng(seed)
    angles = np.sort(random.uniform(0, 2 * np.pi, (10, corners)))
    radii = 10 * (1 + roughness * random.uniform(-1, 1, angles.shape))
    points = np.stack([radii * np.cos(angles) * random.uniform(0.1, 3, (10, 1)), radii * np.sin(angles)], axis=-1)
    return [shape for shape in np.asarray(shapely.polygons(points)) if shape.is_valid and shape.area > 1]


@examples(40)
@given(st.integers(0, 10**6), st.integers(3, 300), st.floats(0, 0.9), st.floats(0.9, 1.1))
def test_a_side_of_a_width_is_that_of_the_diameter(seed: int, corners: int, roughness: float, factor: float) -> None:
    plane = np.array(_make_polygons(seed, corners, roughness)[:5], dtype=object)
    diameters = measure_inner_width_m(plane, tolerance=0.001)
    for shape, diameter in zip(plane, diameters, strict=True):
        width = float(factor * diameter)
        (least,), (most,) = compare_inner_width_m(np.array([shape]), width)
        assert least <= diameter * 1.002
        assert most >= diameter
        # Away from the width there is always an answer.
        assert (least > width or most < width) or abs(factor - 1) < 0.025


def _make_bend(vertices: int, radius: float, angle: float, width: float) -> shapely.Polygon:
    """Make a strip along a part of a circle, about the origin."""
    turns = np.linspace(0, angle, vertices)
    inner, outer = (np.column_stack([np.cos(turns), np.sin(turns)]) * one for one in (radius, radius + width))
    bend = shapely.Polygon(np.concatenate([inner, outer[::-1]]))
    return shapely.transform(bend, lambda points: points - points.mean(axis=0))


def test_a_bend_of_thousands_of_vertices_is_as_wide_as_it_is() -> None:
    # Without care the first is taken for 63 % of its width, the second for 77 %.
    for vertices, radius, angle in ((500, 10, 0.1), (3000, 2, 0.5), (20_000, 50, 0.1), (3000, 1000, 3)):
        for width in (0.02, 5.0, 700.0):
            bend = _make_bend(vertices, radius * width, angle, width)
            for share in (0.8, 0.97, 1.03, 1.2):
                (least,), (most,) = compare_inner_width_m(np.array([bend]), width * share)
                assert (least > width * share) == (share < 1)
                assert (most < width * share) == (share > 1)


def _make_comb(teeth: int, depth: float, tooth: float, gap: float, back: float) -> shapely.Polygon:
    points = [(0.0, 0.0)]
    for left in np.arange(teeth) * (tooth + gap):
        points += [(left, depth), (left + tooth, depth), (left + tooth, back), (left + tooth + gap, back)]
    return shapely.Polygon([*points, (points[-1][0], 0.0)])


def test_the_widest_place_of_a_comb_is_found() -> None:
    # At the root of each tooth is room for a circle that touches the back and both corners; GEOS ends its search in the teeth.
    tooth, back = 0.11, 0.077
    widest = (tooth**2 / 4 + back**2) / back
    for teeth, depth in ((40, 25), (60, 30)):
        comb = _make_comb(teeth, depth, tooth, 1.0, back)
        assert 0.98 * widest <= measure_inner_width_m(np.array([comb]))[0] <= widest * 1.001


@examples(30)
@given(st.integers(0, 10**6), st.integers(3, 300), st.floats(0, 0.9), st.floats(1, 200))
def test_an_estimated_width_is_at_most_5_percent_too_small(
    seed: int, corners: int, roughness: float, factor: float
) -> None:
    # The exact width of one takes seconds.
    stretched = [shapely.affinity.scale(shape, factor, 1) for shape in _make_polygons(seed, corners, roughness)[:3]]
    plane = np.array([shape for shape in stretched if shape.is_valid], dtype=object)
    exact, estimated = measure_inner_width_m(plane, tolerance=0.001), estimate_inner_width_m(plane)
    assert (estimated <= exact * 1.02).all()
    assert (estimated >= exact * 0.95 - 0.001).all()


def test_long_shapes_are_estimated_too() -> None:
    plane = np.array([_make_bend(500, 100, 3, 2), _make_comb(40, 25, 0.11, 1.0, 0.077), shapely.box(0, 0, 1000, 3)])
    estimated = estimate_inner_width_m(plane)
    for width, exact in zip(estimated, (2.0, (0.11**2 / 4 + 0.077**2) / 0.077, 3.0), strict=True):
        assert 0.95 * exact <= width <= exact * 1.001
    assert estimated[2] == pytest.approx(3.0)


def test_polygons_of_few_vertices_are_as_wide_as_they_are() -> None:
    # GEOS leaves nothing of two of these stars of six corners when they are drawn in by 90 and 95 % of what they take.
    for star in _make_polygons(723639, 6, 0.5):
        (diameter,) = measure_inner_width_m(np.array([star]), tolerance=0.001)
        (least,), (most,) = compare_inner_width_m(np.array([star]), diameter * 0.96)
        assert least > diameter * 0.96
        assert most > diameter
