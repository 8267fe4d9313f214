"""Features that may overlap others of their layer: none that does is missed, and of seamless layers none is suspected."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from pilotzones.geo.errors import CancelledError
from pilotzones.geo.overlay import self_overlap
from pilotzones.geo.overlay.self_overlap import find_overlap_candidates

CORNERS = [(x, y) for x in range(6) for y in range(6)]


def _make_grid(side: int, size: float = 1.0) -> list[Any]:
    return [shapely.box(x, y, x + size, y + size) for x in range(side) for y in range(side)]


def _list_overlapping(shapes: np.ndarray) -> set[int]:
    rows, found = np.triu_indices(len(shapes), k=1)
    share = shapely.relate_pattern(shapes[rows], shapes[found], "2********")
    return {*rows[share].tolist(), *found[share].tolist()}


# Cells of a grid, whose edges cancel, among boxes and triangles of the same corners, which overlap them in all ways.
cells = st.integers(0, 24).map(lambda number: _make_grid(5)[number])
boxes = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 5), st.integers(1, 5)).map(
    lambda box: shapely.box(box[0], box[1], box[0] + box[2], box[1] + box[3])
)
rings = st.tuples(boxes, boxes).map(lambda pair: shapely.difference(*pair)).filter(lambda shape: shape.area > 0)
triangles = (
    st.lists(st.sampled_from(CORNERS), min_size=3, max_size=3, unique=True)
    .map(shapely.Polygon)
    .filter(lambda shape: shape.area > 0)
)


@example(shapes=[shapely.box(4, 4, 6, 7)], share=0.25)
@example(shapes=[shapely.box(1, 0, 6, 1)], share=0.25)
@given(
    shapes=st.lists(st.one_of(cells, boxes, rings, triangles, st.none()), max_size=9),
    share=st.sampled_from([0.25, 1.0]),
)
def test_every_feature_that_overlaps_another_is_found(shapes: list[Any], share: float) -> None:
    layer = np.array([*shapes, *_make_grid(5)], dtype=object)
    layer = np.array([None if shape is None else shapely.reverse(shape) for shape in layer], dtype=object)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(self_overlap, "_MAX_SHARE_LEFT", share)
        found = set(find_overlap_candidates(layer).tolist())
    there = np.array([shape if shape is not None else shapely.Polygon() for shape in layer], dtype=object)
    assert found >= _list_overlapping(there)


def test_of_features_that_only_meet_none_is_suspected() -> None:
    pond = shapely.difference(shapely.box(5, 0, 9, 4), shapely.box(6, 1, 7, 2))
    layer = np.array([*_make_grid(5), pond, shapely.box(6, 1, 7, 2), None, shapely.Polygon()], dtype=object)
    assert find_overlap_candidates(layer).tolist() == []


def test_only_the_surroundings_of_an_overlap_are_suspected() -> None:
    layer = np.array([*_make_grid(20), shapely.box(10.2, 10.2, 10.4, 10.4)], dtype=object)
    assert find_overlap_candidates(layer).tolist() == [10 * 20 + 10, 400]
    # A feature that is drawn twice in a seamless layer.
    layer[400] = layer[0]
    assert {0, 400} <= set(find_overlap_candidates(layer).tolist()) <= {0, 1, 20, 21, 400}


def test_a_layer_without_features_has_none() -> None:
    assert find_overlap_candidates(np.array([None, shapely.Polygon()], dtype=object)).tolist() == []


def test_a_search_ends_between_its_steps_when_it_is_told_to() -> None:
    over = [shapely.box(x + 0.2, y + 0.2, x + 0.8, y + 0.8) for x in range(30) for y in range(20)]
    shapes = np.array([*_make_grid(60), *over])
    calls = 0

    def count() -> None:
        nonlocal calls
        calls += 1

    assert len(find_overlap_candidates(shapes, check=count)) == 2 * len(over)
    every, calls = calls, 0

    def end() -> None:
        count()
        if calls == last:
            raise CancelledError("enough")

    # Once for each step, and for each run of 500 of the 600 pairs.
    assert every >= 5
    for last in range(1, every + 1):
        calls = 0
        with pytest.raises(CancelledError):
            find_overlap_candidates(shapes, check=end)
        assert calls == last
