"""Frames to the geometry the map fetches: nothing lost, shared borders stay shared, the same bytes every time."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPoint, MultiPolygon, Point, Polygon, box, shape

from pilotzones.geo.errors import BoundaryError
from pilotzones.layers.style.spec import PayloadError
from pilotzones.layers.webmap.geometry.geojson_encoder import encode_features, simplify_coverage
from tests.helpers.examples import examples


def frame(*geometries: Any, crs: str | None = "EPSG:4326") -> gpd.GeoDataFrame:
    ids = [f"f{number}" for number in range(len(geometries))]
    return gpd.GeoDataFrame({"code": ids}, geometry=list(geometries), crs=crs)


def encoded(table: gpd.GeoDataFrame, **options: Any) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads(encode_features(table, id_column="code", **options))["features"]
    return features


def wavy_grid(side: int, seed: int) -> gpd.GeoDataFrame:
    """A valid coverage of side x side cells of about 1 degree with crooked shared borders."""
    random = np.random.default_rng(seed)
    corners = np.stack(np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0)), axis=-1) + np.array([100, 30])
    corners += random.uniform(-0.15, 0.15, corners.shape)
    steps = np.linspace(0, 1, 12)[:, None]
    bends = random.uniform(-0.02, 0.02, (2, side + 1, side + 1, 12, 2))
    bends[..., [0, -1], :] = 0  # ends stay on the corners

    def border(row: int, column: int, *, across: bool) -> np.ndarray[Any, Any]:
        start = corners[row, column]
        end = corners[row, column + 1] if across else corners[row + 1, column]
        return start + (end - start) * steps + bends[int(across), row, column]

    cells = [
        Polygon(
            np.vstack(
                [
                    border(row, column, across=True),
                    border(row, column + 1, across=False),
                    border(row + 1, column, across=True)[::-1],
                    border(row, column, across=False)[::-1],
                ]
            )
        )
        for row in range(side)
        for column in range(side)
    ]
    assert shapely.coverage_is_valid(np.array(cells))
    return frame(*cells)


def test_every_kind_of_geometry_is_written_and_comes_back() -> None:
    ring = box(100, 30, 101, 31)
    holed = Polygon(ring.exterior.coords, [box(100.2, 30.2, 100.4, 30.4).exterior.coords])
    kinds = [
        ring,
        holed,
        MultiPolygon([ring, box(103, 30, 104, 31)]),
        LineString([(100, 30), (101, 31)]),
        Point(100.5, 30.5),
        MultiPoint([(100, 30), (101, 31)]),
    ]
    back = [shape(feature["geometry"]) for feature in encoded(frame(*kinds))]
    for was, now in zip(kinds, back, strict=True):
        assert now.equals(was)


def test_no_row_is_dropped_when_geometry_is_missing_or_too_small() -> None:
    speck = box(100, 30, 100.000004, 30.000004)
    features = encoded(frame(None, Polygon(), speck))
    assert [feature["id"] for feature in features] == ["f0", "f1", "f2"]
    assert features[0]["geometry"] is None
    assert features[1]["geometry"] is None
    assert shape(features[2]["geometry"]).area > 0


def test_a_hole_never_outlives_its_shell() -> None:
    sliver = Polygon([(100, 30), (100.00001, 30), (100.00001, 30.00001)])
    land = box(105, 30, 106, 31)
    (feature,) = encoded(frame(MultiPolygon([sliver, land])))
    assert shape(feature["geometry"]).equals(land)


def test_texts_travel_as_they_are() -> None:
    nasty = "<img onerror=alert(1)> {{7*191}} {% x ${a} ` </script>"
    (feature,) = encoded(
        frame(box(100, 30, 101, 31)),
        cards={"f0": {"zh": [nasty, "乙"], "en": ["b"]}},
        labels={"f0": {"zh": nasty}},
    )
    assert feature["properties"]["card"] == {"zh": [nasty, "乙"], "en": ["b"]}
    assert feature["properties"]["label"] == {"zh": nasty}
    assert box(100, 30, 101, 31).contains(Point(feature["properties"]["at"]))


def test_input_that_the_map_cannot_draw_is_refused() -> None:
    good = box(100, 30, 101, 31)
    with pytest.raises(BoundaryError):
        encode_features(frame(good, crs="EPSG:3857"), id_column="code")
    with pytest.raises(BoundaryError):
        encode_features(frame(good, crs=None), id_column="code")
    with pytest.raises(PayloadError, match="no column"):
        encode_features(frame(good), id_column="name")
    with pytest.raises(PayloadError, match="twice: f0"):
        encode_features(frame(good, good).assign(code="f0"), id_column="code")
    with pytest.raises(PayloadError, match="strings"):
        encode_features(frame(good).assign(code=110101), id_column="code")
    with pytest.raises(PayloadError, match="collection"):
        encode_features(frame(shapely.geometrycollections([good, Point(0, 0)])), id_column="code")
    with pytest.raises(PayloadError, match="precision"):
        encode_features(frame(good), id_column="code", precision=8)


@examples(15)
@given(st.integers(2, 5), st.integers(0, 10_000), st.integers(2, 5))
def test_rounding_keeps_neighbours_together(side: int, seed: int, precision: int) -> None:
    table = wavy_grid(side, seed)
    content = encode_features(table, id_column="code", precision=precision)
    assert content == encode_features(table.copy(), id_column="code", precision=precision)
    features = json.loads(content)["features"]
    assert len(features) == len(table)
    vertices = [set(map(tuple, shapely.get_coordinates(shape(f["geometry"])).tolist())) for f in features]
    exact = [set(map(tuple, shapely.get_coordinates(g).round(precision).tolist())) for g in table.geometry]
    assert vertices == exact
    if precision >= 4:
        assert shapely.coverage_is_valid(np.array([shape(feature["geometry"]) for feature in features]))


@examples(15)
@given(st.integers(2, 5), st.integers(0, 10_000), st.floats(0, 1))
def test_simplifying_keeps_the_coverage_and_every_feature(side: int, seed: int, tolerance: float) -> None:
    table = wavy_grid(side, seed)
    simple = simplify_coverage(table, tolerance)
    assert simple["code"].tolist() == table["code"].tolist()
    assert simple.crs == table.crs
    assert not simple.geometry.is_empty.any()
    assert shapely.coverage_is_valid(simple.geometry.to_numpy())
    assert (
        shapely.get_num_coordinates(simple.geometry.to_numpy()).sum()
        <= shapely.get_num_coordinates(table.geometry.to_numpy()).sum()
    )


def test_simplifying_refuses_what_is_no_coverage_and_keeps_gaps() -> None:
    with pytest.raises(PayloadError):
        simplify_coverage(frame(Point(0, 0)), 0.1)
    with pytest.raises(PayloadError):
        simplify_coverage(frame(box(0, 0, 1, 1)), -1)
    simple = simplify_coverage(frame(None, box(100, 30, 101, 31)), 5)
    assert simple.geometry.iloc[0] is None
    assert simple.geometry.iloc[1].area > 0
