"""The outline of polygons side by side, and what their union can gain: never less than it gains."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.boundaries.loader import load_counties
from pilotzones.geo.geometry.outline import can_union_gain_vertices, find_outline_edges
from tests.helpers.examples import examples
from tests.helpers.polygon_layers import make_comb

_GRID = st.integers(0, 6)


@st.composite
def _boxes(draw: st.DrawFn) -> shapely.Polygon:
    west, south = draw(_GRID), draw(_GRID)
    box = shapely.box(west, south, west + draw(st.integers(1, 6)), south + draw(st.integers(1, 6)))
    # Turned either way, and some of them with a hole.
    box = box.reverse() if draw(st.booleans()) else box
    return box - shapely.box(west + 0.25, south + 0.25, west + 0.75, south + 0.75) if draw(st.booleans()) else box


@given(st.lists(_boxes(), min_size=1, max_size=12))
@examples(200)
def test_a_union_gains_no_more_vertices_than_expected(boxes: list[shapely.Polygon]) -> None:
    polygons = np.array(boxes, dtype=object)
    before, after = (set(map(tuple, shapely.get_coordinates(each))) for each in (polygons, shapely.union_all(polygons)))
    gained = len(after - before)
    assert not gained or can_union_gain_vertices(polygons, gained - 1)


def test_only_edges_with_ground_on_one_side_are_of_the_outline() -> None:
    # Two squares side by side, and a third one drawn twice.
    squares = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1).reverse(), *[shapely.box(5, 0, 6, 1)] * 2]
    edges = shapely.linestrings(find_outline_edges(np.array(squares, dtype=object)))
    assert shapely.union_all(edges).equals(
        shapely.MultiLineString([shapely.box(0, 0, 2, 1).exterior, squares[2].exterior])
    )
    assert not shapely.LineString([(1, 0), (1, 1)]).within(shapely.union_all(edges))


@pytest.mark.parametrize("copies", [1, 2])
def test_combs_across_each_other_may_gain_as_many_as_they_have_teeth_across(copies: int) -> None:
    combs = [make_comb(0, 0, 1, 1, teeth=20, upright=upright) for upright in (True, False)]
    assert can_union_gain_vertices(np.array(combs * copies, dtype=object), 20 * 20)


def test_counties_side_by_side_gain_less_than_they_have() -> None:
    polygons = load_counties("tianditu").counties.geometry.to_numpy()
    assert not can_union_gain_vertices(polygons, int(shapely.get_num_coordinates(polygons).sum()))


def test_nothing_gains_nothing() -> None:
    assert not can_union_gain_vertices(np.array([], dtype=object), 0)
