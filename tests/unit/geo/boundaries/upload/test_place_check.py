"""Polygons are compared with the built-in counties of their codes."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import affinity

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.upload.place_check import check_places
from pilotzones.geo.errors import Problem

_JIAXING, _KASHGAR = "3304", "6531"


def _counties(prefix: str, source: str = "tianditu") -> gpd.GeoDataFrame:
    frame = load(source).counties
    return frame[frame["adcode"].str.startswith(prefix)][["adcode", "name", "geometry"]].reset_index(drop=True)


def _check(frame: gpd.GeoDataFrame) -> list[Problem]:
    return check_places(frame, np.arange(1, len(frame) + 1), "f")


def _severities(frame: gpd.GeoDataFrame) -> set[str]:
    return {problem.severity for problem in _check(frame)}


@pytest.mark.parametrize("source", ["tianditu", "amap"])
def test_neither_built_in_source_is_off(source: str) -> None:
    assert _check(load(source).counties.reset_index(drop=True)) == []


def test_codes_on_polygons_elsewhere_are_refused() -> None:
    there = _counties(_KASHGAR)
    here = _counties(_JIAXING).head(len(there))
    moved = here.set_geometry(there.geometry.head(len(here)).to_numpy(), crs=here.crs)
    assert "error" in _severities(moved)
    # One county alone, and names without codes, are told apart as well.
    assert "error" in _severities(moved.head(1))
    assert "error" in _severities(moved.assign(adcode=None))


@pytest.mark.parametrize("factor", [8.0, 0.1])
def test_one_county_alone_of_quite_another_size_is_refused(factor: float) -> None:
    frame = _counties(_JIAXING).head(1)
    scaled = affinity.scale(frame.geometry.iloc[0], factor, factor, origin="centroid")
    assert "error" in _severities(frame.set_geometry([scaled], crs=frame.crs))


@pytest.mark.parametrize(
    "move",
    [
        pytest.param(lambda points: points * 0.9, id="grads for degrees"),
        pytest.param(lambda points: points + np.array([2.337, 0]), id="prime meridian of Paris"),
    ],
)
def test_another_reference_system_is_refused(move: Any) -> None:
    frame = _counties(_JIAXING)
    assert "error" in _severities(frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), move), crs=frame.crs))


def test_a_shift_of_the_whole_file_is_told() -> None:
    frame = _counties(_JIAXING)
    shifted = frame.set_geometry(frame.geometry.translate(0.05, 0), crs=frame.crs)
    (problem,) = _check(shifted)
    assert (problem.severity, problem.kind) == ("warning", "place_differs")
    assert "4.8 km" in problem.message
    assert _check(frame.set_geometry(frame.geometry.translate(0.005, 0), crs=frame.crs)) == []


def test_one_county_elsewhere_or_too_large_is_a_row() -> None:
    frame = _counties(_JIAXING)
    for wrong in (shapely.box(75, 36, 76, 37), shapely.box(100, 25, 125, 45)):
        polygons = frame.geometry.to_numpy().copy()
        polygons[2] = wrong
        (problem,) = _check(frame.set_geometry(polygons, crs=frame.crs))
        assert (problem.severity, problem.kind, problem.row) == ("warning", "place_differs", 3)


@pytest.mark.parametrize("factor", [2.0, 0.5, 1.3, 0.7])
def test_a_county_of_another_size_in_its_place_is_a_row(factor: float) -> None:
    frame = _counties(_JIAXING)
    polygons = frame.geometry.to_numpy().copy()
    polygons[2] = affinity.scale(polygons[2], factor, factor, origin="centroid")
    (problem,) = _check(frame.set_geometry(polygons, crs=frame.crs))
    assert (problem.severity, problem.kind, problem.row) == ("warning", "place_differs", 3)
    assert f"{factor**2:.3g} times" in str(problem.value)


def test_counties_that_lost_half_their_ground_are_rows_and_no_reason_to_refuse() -> None:
    frame = _counties(_JIAXING)
    polygons = [shapely.box(*one.bounds) & affinity.scale(one, 0.7, 0.7, origin="centroid") for one in frame.geometry]
    assert _severities(frame.set_geometry(polygons, crs=frame.crs)) == {"warning"}


def test_a_county_stretched_beyond_its_place_is_a_row() -> None:
    frame = _counties(_JIAXING)
    polygons = frame.geometry.to_numpy().copy()
    west, south, *_ = polygons[2].bounds
    # Not three times its area, but a centre further off than its radius and the margin.
    stretched = affinity.scale(polygons[2], xfact=2.8, origin=(west, south))
    assert shapely.area(shapely.intersection(stretched, polygons[2])) > 0.1 * shapely.area(polygons[2])
    polygons[2] = stretched
    (problem,) = _check(frame.set_geometry(polygons, crs=frame.crs))
    assert (problem.severity, problem.kind, problem.row) == ("warning", "place_differs", 3)


def test_small_neighbours_exchanged_are_rows() -> None:
    # The districts of a city: their centres are a few kilometres apart, their areas alike.
    frame = _counties("3101")
    districts = frame[frame["name"].isin(["黄浦区", "静安区", "虹口区"])].index
    polygons = frame.geometry.to_numpy().copy()
    polygons[districts] = np.roll(polygons[districts], 1)
    found = [problem for problem in _check(frame.set_geometry(polygons, crs=frame.crs)) if problem.row]
    assert sorted(problem.row or 0 for problem in found) == [place + 1 for place in districts]


def test_codes_exchanged_among_neighbours_are_refused() -> None:
    frame = _counties(_KASHGAR)
    turned = frame.set_geometry(np.roll(frame.geometry.to_numpy(), 3), crs=frame.crs)
    assert "error" in _severities(turned)


def test_what_has_no_known_code_is_not_compared() -> None:
    frame = _counties(_JIAXING).assign(adcode="990001", name="某县")
    assert _check(frame) == []
