"""Layers as GeoJSON: golden files, RFC 7946, and what other readers find in them."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.catalogue.area_units import round_for_file
from pilotzones.geo.errors import ExportError
from pilotzones.geo.export import (
    ExportField,
    ExportLayer,
    LayerName,
    build_layer,
    encode_geojson,
    get_version,
    write,
)
from pilotzones.geo.query.filters import Selection

if TYPE_CHECKING:
    from pilotzones.geo.join import JoinedProgramme

# The other layers and formats have tests of their own (test_export_*.py).
LAYERS: tuple[LayerName, ...] = ("zones", "members")
GOLDEN = Path(__file__).parents[3] / "golden"
PROVENANCE = {
    "layer",
    "layer_title",
    "layer_title_en",
    "coordinates",
    "coordinates_note",
    "coordinates_note_zh",
    "geometry_detail",
    "title",
    "title_en",
    "programme",
    "document",
    "document_number",
    "document_date",
    "boundary_source",
    "boundary_publisher",
    "boundary_review_number",
    "boundary_date",
    "boundary_licence",
    "boundary_version",
    "boundary_sha256",
    "area_method",
    "filter",
    "permalink",
    "software",
    "generated",
}


@pytest.fixture(autouse=True)
def fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1577836800")


def read(exported: ExportLayer) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(encode_geojson(exported).decode("utf-8"))
    return document


def small(**properties: object) -> ExportLayer:
    row = {"id": "1", **properties, "geometry": shapely.box(120, 30, 121, 31)}
    return made([row], *properties)


def made(rows: list[dict[str, object]], *names: str) -> ExportLayer:
    fields = tuple(
        ExportField(name, {"zh": name, "en": name}, "", "string", {"zh": "", "en": ""}) for name in ("id", *names)
    )
    return ExportLayer("members", gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326"), fields, {})


# --- golden files ---


@pytest.mark.parametrize(("name", "zone"), [("zones", 7), ("members", 10)])
def test_golden(joined: JoinedProgramme, monkeypatch: pytest.MonkeyPatch, name: LayerName, zone: int) -> None:
    # A golden file changes on purpose only: UPDATE_GOLDEN=1 writes it anew, and the difference is read in review.
    monkeypatch.setattr("pilotzones.geo.export.provenance.get_version", lambda: "0")
    found = encode_geojson(build_layer(joined, name, selection=Selection(zones=(zone,))))
    path = GOLDEN / f"{name}_{zone}.geojson"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(found)
    assert found == path.read_bytes()


def test_same_input_same_bytes(joined: JoinedProgramme) -> None:
    assert encode_geojson(build_layer(joined, "members")) == encode_geojson(build_layer(joined, "members"))


# --- RFC 7946 ---


@pytest.fixture(params=LAYERS)
def document(request: pytest.FixtureRequest, joined: JoinedProgramme) -> dict[str, Any]:
    return read(build_layer(joined, request.param))


def rings(geometry: dict[str, Any]) -> list[list[list[list[float]]]]:
    polygons = {"Polygon": lambda g: [g], "MultiPolygon": lambda g: g, "Point": lambda _: []}
    return polygons[geometry["type"]](geometry["coordinates"])  # type: ignore[no-any-return]


def signed(ring: list[list[float]]) -> float:
    return sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring)) / -2


def test_it_is_a_feature_collection_without_crs(document: dict[str, Any]) -> None:
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document
    for feature in document["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["type"] == "Feature"
    ids = [feature["id"] for feature in document["features"]]
    assert len(set(ids)) == len(ids)


def test_shells_run_counter_clockwise_and_holes_clockwise(document: dict[str, Any]) -> None:
    shells = holes = 0
    for feature in document["features"]:
        for polygon in rings(feature["geometry"]) if feature["geometry"] else []:
            for number, ring in enumerate(polygon):
                assert ring[0] == ring[-1]
                assert len(ring) >= 4
                assert (signed(ring) > 0) == (number == 0)
                shells, holes = shells + (number == 0), holes + (number > 0)
    assert shells >= 80 or document["name"] == "zones"
    assert holes > 0


def test_the_bounding_box_holds_every_coordinate(document: dict[str, Any]) -> None:
    west, south, east, north = document["bbox"]
    shapes = [shapely.geometry.shape(f["geometry"]) for f in document["features"] if f["geometry"]]
    assert (west, south, east, north) == pytest.approx(tuple(shapely.total_bounds(shapes)), abs=1e-9)
    assert 73 < west < east < 136
    assert 3 < south < north < 54


def test_coordinates_have_seven_decimals_at_most(document: dict[str, Any]) -> None:
    for feature in document["features"]:
        if feature["geometry"]:
            points = shapely.get_coordinates(shapely.geometry.shape(feature["geometry"]))
            np.testing.assert_array_equal(points, np.round(points, 7))


def test_what_has_no_polygon_keeps_its_row_with_a_null_geometry(joined: JoinedProgramme) -> None:
    document = read(build_layer(joined, "members"))
    assert len(document["features"]) == 86
    without = [f["properties"]["listed_name"] for f in document["features"] if f["geometry"] is None]
    assert without == ["济南高新技术产业开发区", "长春新区", "净月高新技术产业开发区"]
    points = [f for f in document["features"] if f["geometry"] and f["geometry"]["type"] == "Point"]
    assert len(points) == 3
    assert all(f["properties"]["computed_area_km2"] is None for f in points)


def test_a_layer_without_any_geometry_has_no_box() -> None:
    found = read(made([{"id": "1", "geometry": None}, {"id": "2", "geometry": shapely.Polygon()}]))
    assert "bbox" not in found
    assert [feature["geometry"] for feature in found["features"]] == [None, None]


@pytest.mark.slow
def test_nothing_is_written_that_is_no_json(joined: JoinedProgramme) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(word)

    for name in LAYERS:
        json.loads(encode_geojson(build_layer(joined, name)), parse_constant=refuse)


# --- what is in it ---


def test_zones_carry_what_the_document_says_and_what_was_computed(joined: JoinedProgramme) -> None:
    found = {f["properties"]["order"]: f["properties"] for f in read(build_layer(joined, "zones"))["features"]}
    assert list(found) == list(range(1, 12))
    for zone in joined.programme.zones:
        row = found[zone.order]
        assert (row["name"], row["region"], row["province"]) == (zone.name_zh, zone.region, zone.province)
        assert row["stated_area_km2"] == zone.stated_area_km2
        assert row["stated_area_text"] == zone.stated_area_text
        assert row["tasks"] == list(zone.tasks)
        assert row["members_total"] == len(zone.members)
        assert row["difference_km2"] == pytest.approx(row["computed_area_km2"] - row["stated_area_km2"], abs=1e-3)
        assert row["difference_pct"] == pytest.approx(100 * row["difference_km2"] / row["stated_area_km2"], abs=1e-3)
        assert len(row["members_without_polygon"]) == row["members_total"] - row["members_counted"]
        assert (row["area_method"], row["boundary_source"]) == ("geodesic", "tianditu")


def test_a_layer_is_what_the_selection_shows(joined: JoinedProgramme) -> None:
    selection = Selection(regions=("西部地区",), tasks=(2,))
    zones = read(build_layer(joined, "zones", selection=selection, permalink="https://example.org/?region=west&task=2"))
    assert [f["properties"]["order"] for f in zones["features"]] == [9, 10]
    members = read(build_layer(joined, "members", selection=selection))
    assert [f["id"] for f in members["features"]] == [
        f"z{m.zone}m{m.position}" for z in (9, 10) for m in joined.programme.get_zone(z).members
    ]
    assert zones["provenance"]["filter"] == {"region": "west", "task": "2"}
    assert zones["provenance"]["permalink"] == "https://example.org/?region=west&task=2"


def test_provenance_travels_inside(document: dict[str, Any]) -> None:
    found = document["provenance"]
    assert set(found) == PROVENANCE
    assert found["document"] == "国家城乡融合发展试验区改革方案"
    assert found["boundary_review_number"] == "GS(2024)0650号"
    assert found["generated"] == "2020-01-01T00:00:00Z"
    assert found["software"] == f"pilotzones {get_version()}"
    assert "" not in found.values()


def test_without_a_fixed_time_the_present_is_written(joined: JoinedProgramme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert read(build_layer(joined, "zones"))["provenance"]["generated"] > "2024"


@pytest.mark.parametrize("value", ["now", "1e9", "99999999999999999999"])
def test_a_fixed_time_that_is_none_is_an_error(
    joined: JoinedProgramme, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    with pytest.raises(ExportError, match="SOURCE_DATE_EPOCH"):
        build_layer(joined, "zones")


def test_an_unknown_layer_and_an_empty_one_are_errors(joined: JoinedProgramme) -> None:
    with pytest.raises(ExportError, match="2019 has no layer towns: it has zones, members"):
        build_layer(joined, "towns")
    with pytest.raises(ExportError, match="no layer 'villages': there is zones, members"):
        build_layer(joined, "villages")  # type: ignore[arg-type]  # what a caller without types may ask
    with pytest.raises(ExportError, match="nothing to export"):
        build_layer(joined, "zones", selection=Selection(tasks=(5, 6), match="all"))


# --- other readers ---


def geodesic_km2(geometry: dict[str, Any]) -> float:
    """Area with GeographicLib from the text of a file [km²]."""
    total = 0.0
    for polygon in rings(geometry):
        for number, ring in enumerate(polygon):
            walk = Geodesic.WGS84.Polygon()
            for lon, lat in ring[:-1]:
                walk.AddPoint(lat, lon)
            total += abs(walk.Compute()[2]) * (-1 if number else 1)
    return total / 1e6


@pytest.mark.slow
def test_areas_read_back_with_another_library(joined: JoinedProgramme, tmp_path: Path) -> None:
    path = tmp_path / "members.geojson"
    assert write(build_layer(joined, "members"), path, format="geojson") == 86
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    assert [f["properties"]["listed_name"] for f in features] == list(joined.members["listed_name"])
    for feature, area in zip(features, joined.members["computed_area_km2"], strict=True):
        if not np.isnan(area):
            # The written figure has three decimals; the geometry gives the area itself.
            assert feature["properties"]["computed_area_km2"] == pytest.approx(area, abs=5e-4)
            assert geodesic_km2(feature["geometry"]) == pytest.approx(area, rel=1e-6)
        else:
            assert feature["properties"]["computed_area_km2"] is None


@pytest.mark.parametrize("name", LAYERS)
def test_gdal_reads_the_same_rows(joined: JoinedProgramme, tmp_path: Path, name: LayerName) -> None:
    path, exported = tmp_path / f"{name}.geojson", build_layer(joined, name)
    write(exported, path, format="geojson")
    found = pyogrio.read_dataframe(path)
    assert found.crs.to_epsg() == 4326
    assert len(found) == len(exported.frame)
    column = "name" if name == "zones" else "listed_name"
    assert list(found[column]) == list(exported.frame[column])
    if name == "members":
        assert list(found["adcode"].fillna("")) == list(joined.members["adcode"].fillna(""))
    for ours, theirs in zip(exported.frame.geometry, found.geometry, strict=True):
        if ours is None:
            assert theirs is None
        else:
            assert shapely.hausdorff_distance(ours, theirs) <= 1e-7


# --- nasty input ---


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=10).filter(lambda key: key not in ("id", "geometry")),
        st.text() | st.sampled_from(["{{7*191}}", "</script>", "=1+1", "\u2028", "\x00", "`${x}`", "NaN", "null"]),
        max_size=4,
    )
)
def test_any_text_comes_back_as_it_was(properties: dict[str, str]) -> None:
    assert read(small(**properties))["features"][0]["properties"] == {"id": "1"} | properties


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(1.5), 1.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.nan, None),
        (np.inf, None),
        (None, None),
        ([1, 2], [1, 2]),
    ],
)
def test_values_become_plain_json(value: object, expected: object) -> None:
    assert read(small(x=value))["features"][0]["properties"]["x"] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, "None"), (float("nan"), "None"), (float("inf"), "None"), (-1e-9, "0.0"), (-0.0, "0.0"), (1.23456, "1.235")],
)
def test_figures_fit_for_a_file(value: float | None, expected: str) -> None:
    assert str(round_for_file(value)) == expected


def test_a_clockwise_shell_with_a_clockwise_hole_is_wound_right() -> None:
    shell, hole = shapely.box(120, 30, 121, 31).exterior, shapely.box(120.4, 30.4, 120.6, 30.6).exterior
    wound = shapely.Polygon(shell.coords[::-1], [hole.coords[::-1]])
    exported = small()
    exported = replace(exported, frame=exported.frame.set_geometry([wound]))
    ((outer, inner),) = rings(read(exported)["features"][0]["geometry"])
    assert signed(outer) > 0 > signed(inner)


def test_a_file_that_cannot_be_written_leaves_the_old_one(joined: JoinedProgramme, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"x\.geojson was not written: the folder does not exist"):
        write(build_layer(joined, "zones"), tmp_path / "no" / "x.geojson", format="geojson")
