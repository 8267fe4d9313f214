"""Geometry of users' files: reference systems, swapped axes, repairs, and that no row is lost without a word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.boundaries.upload.geometry_cleaning import CleanedGeometry, StatedSystem, prepare
from pilotzones.geo.geometry import crs
from pilotzones.geo.sandbox.limits import UPLOAD, Limits
from tests.helpers.examples import examples

BOX = shapely.box(120, 30, 121, 31)
BOWTIE = shapely.Polygon([(120, 30), (121, 31), (121, 30), (120, 31)])


def _prepare(*geometry: Any, stated: str | None = "EPSG:4326", limits: Limits = UPLOAD) -> CleanedGeometry:
    rows = np.empty(len(geometry), dtype=object)
    rows[:] = geometry
    return prepare(rows, StatedSystem(stated), file="f", limits=limits)


def _said(prepared: CleanedGeometry, severity: str) -> str:
    return "\n".join(str(problem) for problem in prepared.problems if problem.severity == severity)


def _in(code: str, polygon: shapely.Geometry) -> shapely.Geometry:
    forward = pyproj.Transformer.from_crs("EPSG:4326", code, always_xy=True)
    return shapely.transform(polygon, lambda points: np.column_stack(forward.transform(points[:, 0], points[:, 1])))


def test_good_polygon_passes_untouched() -> None:
    prepared = _prepare(BOX)
    assert prepared.geometry[0].equals_exact(BOX)
    assert (prepared.unrepaired[0], prepared.problems) == (None, [])


def test_rows_without_polygon_keep_their_place_and_are_named() -> None:
    others = (None, shapely.Polygon(), shapely.Point(120, 30), shapely.LineString([(120, 30), (121, 30)]))
    prepared = _prepare(*others, BOX, shapely.MultiPoint())
    assert [polygon is None for polygon in prepared.geometry] == [True] * 4 + [False, True]
    assert sorted(problem.row or 0 for problem in prepared.problems) == [1, 2, 3, 4, 6]
    assert "a Point has no area" in _said(prepared, "warning")


def test_nothing_but_points_is_an_error() -> None:
    assert "no row has a polygon" in _said(_prepare(shapely.Point(120, 30)), "error")
    assert "no rows" in _said(_prepare(), "error")


def test_collections_come_flat() -> None:
    inner = shapely.GeometryCollection([BOX, shapely.Point(120, 30)])
    prepared = _prepare(
        shapely.GeometryCollection([inner, shapely.LineString([(120, 30), (121, 30)])]), shapely.GeometryCollection()
    )
    assert prepared.geometry[0].equals(BOX)
    assert prepared.geometry[1] is None
    assert "only its polygons are used" in _said(prepared, "warning")


def test_heights_are_dropped() -> None:
    prepared = _prepare(shapely.force_3d(BOX, 7))
    assert not prepared.geometry[0].has_z
    assert "heights are dropped in 1 row" in _said(prepared, "info")


def test_bow_tie_is_repaired_and_kept_as_it_came() -> None:
    prepared = _prepare(BOX, BOWTIE)
    assert prepared.geometry[1].is_valid
    assert prepared.unrepaired[1].equals_exact(BOWTIE)
    assert [(problem.row, problem.severity) for problem in prepared.problems] == [(2, "warning")]


def test_polygon_without_area_is_left_out() -> None:
    prepared = _prepare(BOX, shapely.Polygon([(120, 30), (121, 31), (120, 30), (120, 30)]))
    assert prepared.geometry[1] is None
    assert "no area" in _said(prepared, "warning")


def _broken(vertices: int) -> shapely.Polygon:
    turn = np.linspace(0, 2 * np.pi, vertices - 4, endpoint=False)
    round_one = np.column_stack([120 + np.cos(turn), 30 + np.sin(turn)])
    return shapely.Polygon(np.vstack([round_one, [(119, 31), (121, 29), (121, 31), round_one[0]]]))


def test_large_invalid_ring_is_refused_at_the_limit() -> None:
    polygon = _broken(2_000)
    assert len(polygon.exterior.coords) == 2_000
    assert not polygon.is_valid
    assert _said(_prepare(polygon), "error") == ""
    assert "too large to be repaired" in _said(_prepare(_broken(2_001)), "error")


def test_reference_system_not_stated() -> None:
    assert "read as WGS 84" in _said(_prepare(BOX, stated=None), "warning")
    metres = _prepare(_in("EPSG:4547", BOX), stated=None)
    assert [problem.kind for problem in metres.problems] == ["crs_choice"] * 21


@pytest.mark.parametrize("code", ["EPSG:4490", "EPSG:4547", "EPSG:3857", "EPSG:32650", "EPSG:4979"])
def test_other_reference_systems_are_transformed(code: str) -> None:
    prepared = _prepare(_in(code, BOX), stated=code)
    assert shapely.hausdorff_distance(prepared.geometry[0], BOX) < 1e-8
    assert _said(prepared, "warning") == ""


def test_old_datum_is_a_warning() -> None:
    assert "100 m" in _said(_prepare(_in("EPSG:2342", BOX), stated="EPSG:2342"), "warning")


@pytest.mark.parametrize("stated", ["nonsense", "EPSG:999999", 'LOCAL_CS["x"]'])
def test_unknown_reference_system(stated: str) -> None:
    assert _said(_prepare(BOX, stated=stated), "error") != ""


@pytest.mark.parametrize("stated", [None, "EPSG:4326", "EPSG:4490"])
def test_swapped_axes_are_turned_and_told(stated: str | None) -> None:
    prepared = _prepare(shapely.box(30, 120, 31, 121), stated=stated)
    assert prepared.geometry[0].equals(BOX)
    assert "latitude or northing first" in _said(prepared, "warning")


def test_one_swapped_row_is_an_error_that_names_it() -> None:
    prepared = _prepare(BOX, shapely.box(30, 120, 31, 121))
    assert [(problem.row, problem.severity) for problem in prepared.problems] == [(2, "error")]


def test_outside_china_names_the_first_rows_and_counts_the_rest() -> None:
    far = [shapely.box(10 + i / 10, 50, 10.05 + i / 10, 51) for i in range(30)]
    prepared = _prepare(BOX, *far)
    assert len(prepared.problems) == 21
    assert "10 more: rows 22, 23" in prepared.problems[-1].message


@pytest.mark.parametrize(("limit", "holds"), [("vertices", 10), ("ring_vertices", 5)])
def test_limits(limit: str, holds: int) -> None:
    assert _said(_prepare(BOX, BOX, limits=replace(UPLOAD, **{limit: holds})), "error") == ""
    assert _said(_prepare(BOX, BOX, limits=replace(UPLOAD, **{limit: holds - 1})), "error") != ""


def test_infinite_coordinates() -> None:
    assert "not finite" in _said(_prepare(shapely.Polygon([(120, 30), (np.inf, 30), (121, 31)])), "error")


POINTS = st.tuples(
    st.one_of(st.integers(118, 122), st.floats(110, 130), st.floats(-1e9, 1e9)),
    st.one_of(st.integers(28, 32), st.floats(20, 40)),
)
RINGS = st.lists(POINTS, min_size=3, max_size=8)
POLYGONS = st.builds(shapely.Polygon, RINGS, st.lists(RINGS, max_size=2))
ANY = st.recursive(
    st.one_of(
        st.none(),
        POLYGONS,
        st.builds(lambda ring: shapely.transform(shapely.Polygon(ring), lambda points: points[:, ::-1]), RINGS),
        st.builds(shapely.MultiPolygon, st.lists(POLYGONS, max_size=2)),
        st.builds(shapely.LineString, st.lists(POINTS, min_size=2, max_size=3)),
    ),
    lambda inner: st.builds(
        lambda parts: shapely.GeometryCollection([part for part in parts if part is not None]),
        st.lists(inner, max_size=2),
    ),
    max_leaves=4,
)


@pytest.mark.slow
@examples(400)
@given(st.lists(ANY, max_size=3), st.sampled_from([None, "EPSG:4326"]))
def test_any_geometry_is_prepared_or_told(geometry: list[Any], stated: str | None) -> None:
    prepared = _prepare(*geometry, stated=stated)
    told = {problem.row for problem in prepared.problems}
    if any(problem.severity == "error" for problem in prepared.problems):
        return
    for place, polygon in enumerate(prepared.geometry):
        if polygon is None:
            assert place + 1 in told
        else:
            assert polygon.is_valid
            assert not polygon.is_empty
            assert polygon.geom_type in ("Polygon", "MultiPolygon")
            points = shapely.get_coordinates(polygon)
            assert crs.is_inside_china(points[:, 0], points[:, 1]).all()
