"""The JSON of services of ArcGIS: rings become polygons with their holes."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.boundaries.upload.formats.geojson_reader import read_geojson
from pilotzones.geo.boundaries.upload.raw_features import RawFeatures
from pilotzones.geo.sandbox.limits import UPLOAD

BOX = [[120.0, 30.0], [120.0, 31.0], [121.0, 31.0], [121.0, 30.0], [120.0, 30.0]]
HOLE = [[120.2, 30.2], [120.4, 30.2], [120.4, 30.4], [120.2, 30.4], [120.2, 30.2]]


def _read(rings: Any, **members: Any) -> RawFeatures:
    feature = {"attributes": {"XZQDM": "330402"}, "geometry": {"rings": rings}}
    document = {"geometryType": "esriGeometryPolygon", "features": [feature], **members}
    return read_geojson(json.dumps(document).encode(), file="x.json", limits=UPLOAD)[""]


@given(
    st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 8), st.booleans()),
        min_size=1,
        max_size=6,
        unique_by=lambda one: one[:2],
    )
)
def test_rings_in_any_order_are_the_polygons_they_were(boxes: list[tuple[int, int, bool]]) -> None:
    shapes = [
        shapely.box(100 + x, 20 + y, 100.8 + x, 20.8 + y)
        - (shapely.box(100.2 + x, 20.2 + y, 100.4 + x, 20.4 + y) if has_hole else shapely.Polygon())
        for x, y, has_hole in boxes
    ]
    turned = [shapely.geometry.polygon.orient(shape, -1.0) for shape in shapes]
    outlines = [list(map(list, shape.exterior.coords)) for shape in turned]
    holes = [list(map(list, ring.coords)) for shape in turned for ring in shape.interiors]
    read = _read([*holes, *outlines])
    assert not read.problems
    assert shapely.equals(read.geometry[0], shapely.union_all(shapes))
    assert read.columns["XZQDM"] == ["330402"]


def test_a_hole_without_outline_is_one_and_an_island_in_a_lake_too() -> None:
    assert shapely.area(_read([HOLE]).geometry[0]) == pytest.approx(0.04)
    island = [[120.25, 30.25], [120.25, 30.35], [120.35, 30.35], [120.35, 30.25], [120.25, 30.25]]
    assert shapely.area(_read([BOX, HOLE, island]).geometry[0]) == pytest.approx(1 - 0.04 + 0.01)


@pytest.mark.parametrize(
    ("stated", "crs"),
    [
        ({"wkid": 4490}, "EPSG:4490"),
        ({"wkid": 102100, "latestWkid": 3857}, "EPSG:3857"),
        ({"wkid": 102025}, "ESRI:102025"),
        ({"wkt": "GEOGCS[…]"}, "GEOGCS[…]"),
        ({"wkid": True}, None),
        (None, None),
    ],
)
def test_the_reference_system(stated: Any, crs: str | None) -> None:
    assert _read([BOX], spatialReference=stated).crs == crs


@pytest.mark.parametrize("rings", [7, [7], [[7]], [["x"]], [[None, *BOX]], {"a": 1}, [BOX[:2]], [[["1", 2]] * 4]])
def test_what_is_no_ring_is_named(rings: Any) -> None:
    assert any(problem.severity == "error" for problem in _read(rings).problems)


@pytest.mark.parametrize("member", [{"exceededTransferLimit": True}, {"properties": {"exceededTransferLimit": True}}])
def test_a_part_of_the_features_is_a_warning(member: dict[str, Any]) -> None:
    assert [(one.kind, one.severity) for one in _read([BOX], **member).problems] == [("incomplete", "warning")]
