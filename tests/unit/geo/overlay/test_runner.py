"""Conflicts between two layers: hand-made cases with exact answers, and what has to hold for any layers."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import shapely
import shapely.affinity
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.errors import CancelledError, OverlayError
from pilotzones.geo.overlay import runner
from pilotzones.geo.overlay.measures import compute_area_m2
from pilotzones.geo.overlay.models import OverlayResult, Thresholds
from pilotzones.geo.overlay.runner import check_overlay
from tests.helpers.examples import examples
from tests.helpers.polygon_layers import in_degrees, make_layer

GEOD = Geod(ellps="WGS84")
BOX = shapely.box(0, 0, 100, 100)


def _rows(result: OverlayResult) -> list[tuple[str, str, str]]:
    return list(result.conflicts[["a_id", "b_id", "class"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("other", "area"),
    [
        pytest.param(shapely.box(20, 20, 40, 60), 800.0, id="contained"),
        pytest.param(shapely.box(50, -10, 70, 110), 2000.0, id="crossing"),
        pytest.param(shapely.box(90, 90, 200, 200), 100.0, id="corner"),
        pytest.param(shapely.box(0, 0, 100, 100), 10000.0, id="the same"),
        pytest.param(BOX.buffer(20).difference(shapely.box(10, 10, 90, 90)), 3600.0, id="hole"),
        pytest.param(
            shapely.union_all([shapely.box(10, 10, 20, 20), shapely.box(50, 50, 70, 70)]), 500.0, id="two parts"
        ),
    ],
)
def test_areas_of_hand_made_conflicts(other: shapely.Geometry, area: float) -> None:
    result = check_overlay(make_layer("a", [BOX]), make_layer("b", [other]))
    assert set(result.conflicts["class"]) <= {"real_overlap", "edge_disagreement"}
    assert result.conflicts["area_m2"].sum() == pytest.approx(area, rel=1e-6)
    whole = result.rates[result.rates["layer"] == "a"].iloc[0]
    assert (whole["features"], whole["features_in_conflict"], whole["feature_rate"]) == (1, 1, 1.0)
    assert whole["area_rate"] == pytest.approx(area / 10000, rel=1e-6)


def test_widths_and_classes_follow_the_thresholds() -> None:
    # Along the border of the box: 2 m, 8 m and 60 m wide; the last covers more than half of a small feature.
    others = [shapely.box(98, 0, 198, 90), shapely.box(-100, 0, 8, 90), shapely.box(20, 40, 80, 110)]
    result = check_overlay(make_layer("a", [BOX]), make_layer("b", others))
    found = result.conflicts.set_index("b_id")
    assert found["class"].to_dict() == {
        "b1": "drafting_sliver",
        "b2": "edge_disagreement",
        "b3": "real_overlap",
    }
    assert found["inner_width_m"]["b1"] == pytest.approx(2, rel=0.02)
    assert found["inner_width_m"]["b2"] == pytest.approx(8, rel=0.02)
    assert found["mean_width_m"]["b1"] == pytest.approx(2 * 180 / 184, rel=1e-4)
    wide = check_overlay(make_layer("a", [BOX]), make_layer("b", others), thresholds=Thresholds(width_m=10))
    assert wide.conflicts.set_index("b_id")["class"].to_dict()["b2"] == "drafting_sliver"
    moved = result.sensitivity[result.sensitivity["layer"] == "b"].set_index("width_m")
    assert moved["drafting_sliver_count"].to_dict() == {2.5: 1, 5.0: 1, 10.0: 2}
    small = check_overlay(make_layer("a", [BOX]), make_layer("b", others), thresholds=Thresholds(min_area_m2=1000))
    assert set(small.conflicts["class"]) == {"drafting_sliver", "real_overlap"}


def test_features_that_only_meet_are_touches() -> None:
    beside = [shapely.box(100, 0, 200, 100), shapely.box(100, 100, 200, 200), shapely.box(100.0002, 300, 200, 400)]
    result = check_overlay(make_layer("a", [BOX]), make_layer("b", beside))
    assert len(result.conflicts) == 0
    assert result.touches == 2
    assert result.rates["features_in_conflict"].sum() == 0


def test_ground_that_three_features_share_counts_once_for_each() -> None:
    others = [shapely.box(0, 0, 50, 100), shapely.box(25, 0, 75, 100)]
    result = check_overlay(make_layer("a", [BOX]), make_layer("b", others))
    assert result.conflicts["area_m2"].sum() == pytest.approx(10_000, rel=1e-6)
    by_layer = result.rates.set_index("layer")
    assert by_layer["conflict_area_m2"]["a"] == pytest.approx(7_500, rel=1e-6)
    assert by_layer["conflict_area_m2"]["b"] == pytest.approx(10_000, rel=1e-6)
    overlaps = result.faults[result.faults["fault"] == "overlap"]
    assert list(overlaps["layer"]) == ["b"]
    assert overlaps["area_m2"].iloc[0] == pytest.approx(2_500, rel=1e-6)


def test_a_layer_against_itself_has_overlaps_duplicates_and_gaps() -> None:
    shapes = [
        shapely.box(0, 0, 100, 100),
        shapely.box(101, 0, 200, 100),
        shapely.box(0, 100, 200, 200),
        shapely.box(0, -100, 200, 0),
        shapely.box(0, 100, 200, 200),
        shapely.box(150, 150, 250, 250),
    ]
    result = check_overlay(make_layer("a", shapes))
    assert set(_rows(result)) == {
        ("a3", "a5", "real_overlap"),
        ("a3", "a6", "real_overlap"),
        ("a5", "a6", "real_overlap"),
    }
    assert sorted(result.faults["fault"]) == ["duplicate", "gap"]
    gap = result.faults[result.faults["fault"] == "gap"].iloc[0]
    assert gap["area_m2"] == pytest.approx(100, rel=1e-3)
    assert gap["inner_width_m"] == pytest.approx(1, rel=0.02)


def test_a_pond_in_one_feature_is_no_gap() -> None:
    with_pond = BOX.difference(shapely.box(50, 50, 53, 53))
    assert len(check_overlay(make_layer("a", [with_pond])).faults) == 0


def test_strips_that_meet_along_a_parallel_are_a_sliver_of_the_projection() -> None:
    # In longitude and latitude they share no ground; projected, their edges run apart.
    latitude, west, east = 30.0, 117.0, 117.01
    dense = [(west + (east - west) * step / 10, latitude) for step in range(11)]
    north = shapely.Polygon([*dense, (east, latitude + 0.01), (west, latitude + 0.01)])
    south = shapely.box(west, latitude - 0.01, east, latitude)
    result = check_overlay(make_layer("a", [north], metres=False), make_layer("b", [south], metres=False))
    row = result.conflicts.iloc[0]
    assert (row["class"], row["reason"]) == ("drafting_sliver", "projection_chord")
    # The sagitta of the parallel times two thirds of its length, by the formula in the module `reasons`.
    length = 965.1
    assert row["area_m2"] == pytest.approx(
        2 / 3 * length * length**2 * np.tan(np.radians(30)) / (8 * 6.371e6), rel=0.05
    )
    assert shapely.is_valid(row["geometry"])


@pytest.mark.parametrize("code", [4326, 3857, 4548])
def test_features_meet_whatever_system_one_layer_was_brought_from(code: int) -> None:
    # Rounding moves vertices apart by up to 1e-14 degrees; half of the strips also meet with other vertices between.
    forth, back = (Transformer.from_crs(*pair, always_xy=True) for pair in ((4326, code), (code, 4326)))
    edges = [104.01059 * 1.0001**step for step in range(9)]
    south = [shapely.box(west, 29.99, west + 0.01, 30.0) for west in edges]
    north = [
        shapely.segmentize(shapely.box(west, 30.0, west + 0.01, 30.01), 0.001 if step % 2 else 1)
        for step, west in enumerate(edges)
    ]
    moved = [
        shapely.transform(shape, lambda points: np.column_stack(back.transform(*forth.transform(*points.T))))
        for shape in south
    ]
    here, there = (
        check_overlay(make_layer("a", shapes, metres=False), make_layer("b", north, metres=False))
        for shapes in (south, moved)
    )
    assert (there.touches, len(there.conflicts)) == (here.touches, len(here.conflicts))
    assert here.touches >= 5
    assert set(there.conflicts["reason"]) == {"projection_chord"}


def test_a_sliver_along_an_edge_with_other_vertices_says_so() -> None:
    bent = shapely.Polygon([(100, 0), (98.5, 50), (100, 100), (200, 100), (200, 0)])
    result = check_overlay(make_layer("a", [BOX]), make_layer("b", [bent]))
    assert _rows(result) == [("a1", "b1", "drafting_sliver")]
    assert result.conflicts["reason"].iloc[0] == "missing_vertices"


def test_a_layer_moved_as_a_whole_is_recognised() -> None:
    boxes = [shapely.box(x, y, x + 100, y + 100) for x in range(0, 500, 100) for y in range(0, 300, 100)]
    moved = [shapely.transform(box, lambda points: points + np.array([0.8, 0.5])) for box in boxes]
    result = check_overlay(make_layer("a", boxes), make_layer("b", moved))
    narrow = result.conflicts[result.conflicts["class"] == "drafting_sliver"]
    assert len(narrow) > 0
    assert set(narrow["reason"]) == {"constant_shift"}


def test_rates_by_column_and_by_polygon() -> None:
    boxes = [shapely.box(x, 0, x + 90, 90) for x in (0, 100, 200, 300)]
    layer = make_layer("a", boxes, kind=["farm", "farm", "wood", None])
    other = make_layer("b", [shapely.box(50, 0, 150, 90)])
    halves = make_layer("half", [shapely.box(-10, -10, 145, 100), shapely.box(145, -10, 500, 100)])
    groupings = {"kind": "kind", "county": (["west", "east"], halves.geometry)}
    rates = check_overlay(layer, other, groupings=groupings).rates
    by_kind = rates[(rates["layer"] == "a") & (rates["by"] == "kind")].set_index("group")
    assert by_kind["features"].to_dict() == {"": 1, "farm": 2, "wood": 1}
    assert by_kind["features_in_conflict"].to_dict() == {"": 0, "farm": 2, "wood": 0}
    by_county = rates[(rates["layer"] == "a") & (rates["by"] == "county")].set_index("group")
    # The second box lies for 45 of its 90 m on either side; the larger share decides, the first one among equals.
    assert by_county["features"].sum() == 4
    assert rates[(rates["layer"] == "b") & (rates["by"] == "kind")].empty


@pytest.mark.slow
def test_two_layers_of_one_name_have_rates_of_their_own() -> None:
    # The second layer overlaps itself, and not the first.
    pair = [shapely.box(50, 0, 60, 100), shapely.box(55, 0, 70, 100)]
    result = check_overlay(make_layer("plots", [BOX]), make_layer("plots", pair))
    rates = result.rates.set_index("layer")
    assert rates["features"].to_dict() == {"plots (A)": 1, "plots (B)": 2}
    assert rates["area_rate"].to_dict() == pytest.approx({"plots (A)": 0.2, "plots (B)": 1}, rel=1e-5)
    assert set(result.faults["layer"]) == {"plots (B)"}


@pytest.mark.parametrize("alone", [False, True])
def test_layers_without_a_conflict_have_rates_by_polygon(alone: bool) -> None:
    layers = [make_layer("a", [BOX]), make_layer("b", [shapely.box(200, 0, 300, 100)])]
    groups = ["west", "east"], [in_degrees(shapely.box(-9, -9, 150, 109)), in_degrees(shapely.box(150, -9, 309, 109))]
    result = check_overlay(*layers[: 1 if alone else 2], groupings={"county": groups})
    rates = result.rates[result.rates["by"] == "county"]
    assert (
        rates[["layer", "group", "features", "features_in_conflict"]].to_numpy().tolist()
        == [
            ["a", "west", 1, 0],
            ["b", "east", 1, 0],
        ][: 1 if alone else 2]
    )


def test_the_result_depends_neither_on_the_runs_nor_on_the_threads() -> None:
    random = np.random.default_rng(7)
    a, b = (
        make_layer(name, [shapely.box(x, y, x + 30, y + 20) for x, y in random.uniform(0, 400, (60, 2))])
        for name in "ab"
    )
    whole = check_overlay(a, b)
    for pairs, workers in ((1, 1), (7, 2), (1000, 3)):
        other = check_overlay(a, b, pairs_a_run=pairs, workers=workers)
        assert other.conflicts.to_wkb().equals(whole.conflicts.to_wkb())
        assert other.rates.equals(whole.rates)


def test_a_check_can_be_cancelled() -> None:
    def cancel(done: int, total: int) -> None:
        raise CancelledError(f"cancelled after {done} of {total}")

    with pytest.raises(CancelledError, match="after 1 of 1"):
        check_overlay(make_layer("a", [BOX]), make_layer("b", [BOX]), progress=cancel)
    assert gc.isenabled()


def test_what_waits_is_not_begun_when_a_check_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ended = [], threading.Event()

    class Pool(ThreadPoolExecutor):
        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # as the base has it
            if wait:
                ended.set()
            super().shutdown(wait, cancel_futures=cancel_futures)
            ended.set()

    def search(shapes: object, **_options: object) -> object:
        begun.append(shapes)
        ended.wait()
        return np.empty(0, dtype=np.intp)

    def cancel(done: int, total: int) -> None:
        raise CancelledError(f"{done} of {total}")

    monkeypatch.setattr(runner, "ThreadPoolExecutor", Pool)
    monkeypatch.setattr(runner, "find_overlap_candidates", search)
    with pytest.raises(CancelledError):
        check_overlay(make_layer("a", [BOX]), make_layer("b", [BOX]), progress=cancel, workers=1)
    assert len(begun) < 2


def test_an_error_in_a_thread_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def search(shapes: object, **_options: object) -> object:
        raise MemoryError(f"{shapes}")

    monkeypatch.setattr(runner, "find_overlap_candidates", search)
    with pytest.raises(MemoryError):
        check_overlay(make_layer("a", [BOX]), make_layer("b", [BOX]))


def test_a_threshold_below_zero_is_refused() -> None:
    with pytest.raises(OverlayError, match="width_m"):
        Thresholds(width_m=-1)


boxes = st.lists(
    st.builds(
        lambda x, y, width, height: shapely.box(x, y, x + width, y + height),
        *(st.integers(0, 300),) * 2,
        *(st.integers(10, 120),) * 2,
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.slow
@examples(25)
@given(boxes, boxes)
def test_a_with_b_is_b_with_a_and_areas_are_those_of_the_geodesic(first: list, second: list) -> None:  # type: ignore[type-arg]
    one, two = make_layer("a", first), make_layer("b", second)
    forth, back = check_overlay(one, two), check_overlay(two, one)
    swapped = {(b, a, kind) for a, b, kind in _rows(back)}
    assert set(_rows(forth)) == swapped
    assert forth.conflicts["area_m2"].sum() == pytest.approx(back.conflicts["area_m2"].sum(), rel=1e-9)
    shared = [shapely.intersection(x, y) for x in one.geometry for y in two.geometry]
    geodesic = sum(abs(GEOD.geometry_area_perimeter(piece)[0]) for piece in shared if piece.area > 1e-12)
    assert forth.conflicts["area_m2"].sum() == pytest.approx(geodesic, rel=1e-5, abs=1.0)


@pytest.mark.slow
@examples(25)
@given(boxes, boxes, st.integers(0, 89), st.integers(1, 12))
def test_no_width_contradicts_its_class(first: list, second: list, angle: int, width: int) -> None:  # type: ignore[type-arg]
    turned = [shapely.affinity.rotate(shape, angle, origin=(0, 0)) for shape in first]
    result = check_overlay(make_layer("a", turned), make_layer("b", second), thresholds=Thresholds(width_m=width))
    narrow = (result.conflicts["class"] == "drafting_sliver").to_numpy()
    assert ((result.conflicts["inner_width_m"] <= width) == narrow).all()


@pytest.mark.slow
@examples(25)
@given(boxes)
def test_the_parts_add_up_to_the_intersection_of_the_united_layers(shapes: list) -> None:  # type: ignore[type-arg]
    plan, others = make_layer("a", [shapely.box(0, 0, 300, 300)]), make_layer("b", shapes)
    rates = check_overlay(plan, others, thresholds=Thresholds(width_m=0)).rates
    shared = shapely.intersection(plan.geometry[0], shapely.union_all(others.geometry))
    expected = compute_area_m2(np.array([shared], dtype=object))[0]
    # Ground that several features share counts once.
    assert rates["conflict_area_m2"][0] == pytest.approx(expected, rel=1e-6, abs=0.1)


@pytest.mark.slow
@examples(25)
@given(boxes, st.integers(1, 299))
def test_cutting_a_feature_changes_no_total(shapes: list, cut: int) -> None:  # type: ignore[type-arg]
    plan = shapely.box(0, 0, 420, 420)
    whole = check_overlay(make_layer("a", [plan]), make_layer("b", shapes))
    parts = [shapely.box(0, 0, cut, 420), shapely.box(cut, 0, 420, 420)]
    split = check_overlay(make_layer("a", parts), make_layer("b", shapes))
    assert split.conflicts["area_m2"].sum() == pytest.approx(whole.conflicts["area_m2"].sum(), rel=1e-6, abs=0.5)


def test_both_county_sources_of_one_prefecture(tianditu: Boundaries, amap: Boundaries) -> None:
    sides = [
        make_layer(
            source.info.id,
            list(source.counties.loc[source.counties["prefecture_adcode"] == "330400", "geometry"]),
            metres=False,
        )
        for source in (tianditu, amap)
    ]
    result = check_overlay(*sides)
    # Each county overlaps its twin; neighbours overlap only along their common borders.
    twins = result.conflicts[result.conflicts["share_of_a"] > 0.5]
    assert len(twins) == len(sides[0].ids) == 7
    assert set(twins["class"]) == {"real_overlap"}
    rest = result.conflicts[result.conflicts["share_of_a"] <= 0.5]
    assert set(rest["class"]) <= {"drafting_sliver", "edge_disagreement", "real_overlap"}
    assert rest["share_of_a"].max() < 0.02


@pytest.mark.slow
def test_both_county_sources_by_province(tianditu: Boundaries, amap: Boundaries) -> None:
    # Coarse outlines: what is tested is that provinces add up, on real polygons with their faults.
    sides = []
    for source in (tianditu, amap):
        counties = source.counties
        shapes = shapely.make_valid(shapely.simplify(counties.geometry.to_numpy(), 0.1), method="structure")
        there = shapely.area(shapes) > 0
        provinces = list(counties["province"][there])
        sides.append(make_layer(source.info.id, list(shapes[there]), metres=False, province=provinces))
    result = check_overlay(*sides, groupings={"province": "province"}, all_widths=False)
    for side in sides:
        rates = result.rates[result.rates["layer"] == side.name]
        whole, provinces = rates[rates["by"] == "all"].iloc[0], rates[rates["by"] == "province"]
        assert len(provinces) >= 31
        for column in ("features", "features_in_conflict", "area_m2", "conflict_area_m2", "real_overlap_count"):
            assert provinces[column].sum() == pytest.approx(whole[column], rel=1e-9)
        # Nearly all ground of a province is a county of both sources, save where one draws more sea.
        assert whole["area_rate"] > 0.96
        assert provinces["area_rate"].median() > 0.93
        assert provinces["area_rate"].max() < 1 + 1e-9
