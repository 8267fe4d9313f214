"""The command that compares two layers of polygons: files in, tables and layers out."""

from __future__ import annotations

import json
import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from pilotzones.cli.main import run
from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.geometry.datum_shift import SYSTEMS
from pilotzones.geo.overlay.measures import compute_scales
from tests.helpers.polygon_layers import in_degrees

# How files are opened is looked at in tests/unit/geo/overlay/upload and tests/security.
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("forked_workers")]

A = [shapely.box(0, 0, 100, 100), shapely.box(200, 0, 300, 100)]
B = [shapely.box(60, 20, 160, 80), shapely.box(298, 0, 398, 100)]


def _write(path: Path, shapes: list[shapely.Polygon], crs: str = "EPSG:4490", **columns: list[object]) -> Path:
    frame = gpd.GeoDataFrame(columns, geometry=[in_degrees(shape) for shape in shapes], crs="EPSG:4326")
    frame.to_crs(crs).to_file(path)
    return path


def test_two_files_in_different_systems(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a = _write(tmp_path / "红线.gpkg", A, plot=["r1", "r2"], use=["林地", "农田"])
    b = _write(tmp_path / "build.shp", B, "EPSG:4527")
    assert run(["overlay", str(a), str(b), "--a-id", "plot", "--by", "use", "--json"]) == 2
    told = capsys.readouterr()
    record = json.loads(told.out)
    assert [(row["a_id"], row["b_id"], row["class"]) for row in record["conflicts"]] == [
        ("r1", "1", "real_overlap"),
        ("r2", "2", "drafting_sliver"),
    ]
    assert record["conflicts"][0]["area_m2"] == pytest.approx(2400, rel=1e-5)
    assert record["thresholds"]["width_m"] == 5
    rates = {(row["layer"], row["by"], row["group"]): row["feature_rate"] for row in record["rates"]}
    assert rates["红线", "all", ""] == rates["build", "all", ""] == 0.5
    assert (rates["红线", "use", "林地"], rates["红线", "use", "农田"]) == (1, 0)
    assert "3-degree Gauss-Kruger" in told.err


def test_a_column_with_a_comma_in_its_name_stands_in_quotes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    columns: dict[str, list[object]] = {"use, planned": ["林地", "农田"], "use": [1, 2]}
    a, b = _write(tmp_path / "a.gpkg", A, **columns), _write(tmp_path / "b.gpkg", B)
    record = _check(a, b, "--by", 'use, "use, planned"', capsys=capsys)
    groups = [(row["by"], row["group"]) for row in record["rates"] if row["by"] != "all"]
    assert groups == [("use", "1"), ("use", "2"), ("use, planned", "农田"), ("use, planned", "林地")]


@pytest.mark.parametrize("name", ["__row", "__geometry", "column use"])
def test_no_name_of_a_column_is_dropped(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    path = tmp_path / "a.geojson"
    frame = gpd.GeoDataFrame({name: ["x", "y"]}, geometry=[in_degrees(shape) for shape in A], crs="EPSG:4326")
    frame.to_file(path)
    record = _check(path, _write(tmp_path / "b.gpkg", B), "--a-id", name, "--by", name, capsys=capsys)
    assert {row["a_id"] for row in record["conflicts"]} == {"x", "y"}
    assert [row["group"] for row in record["rates"] if row["by"] == name] == ["x", "y"]


def test_a_column_called_as_a_built_in_grouping_is_said_and_can_be_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns: dict[str, list[object]] = {"zone": ["x", "y"], "county": ["s", "s"], "all": ["p", "q"]}
    a, b = _write(tmp_path / "a.gpkg", A, **columns), _write(tmp_path / "b.gpkg", B, zone=["z", "z"])
    record = _check(a, b, "--by", "zone,county,column:zone,all", capsys=capsys)
    groups = {(row["layer"], row["by"], row["group"]) for row in record["rates"]}
    assert {group for _, by, group in groups if by == "zone"}.isdisjoint({"x", "y", "z"})
    assert {one for one in groups if one[1] == "column:zone"} == {
        ("a", "column:zone", "x"),
        ("a", "column:zone", "y"),
        ("b", "column:zone", "z"),
    }
    assert {group for _, by, group in groups if by == "all"} == {""}
    assert {group for _, by, group in groups if by == "column:all"} == {"p", "q"}
    said = [(issue["file"], issue["field"]) for issue in record["issues"] if issue["kind"] == "column_hidden"]
    assert said == [("a", "zone"), ("a", "county"), ("b", "zone")]


def test_what_cannot_be_written_is_refused_before_the_layers_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    (tmp_path / "folder.gpkg").mkdir()
    outputs = {
        "full": "choose an empty or a new folder",
        "full/notes.txt/new": "was not written",
        "nowhere/a.gpkg": "was not written",
        "folder.gpkg": "it is no ordinary file",
    }
    for output, said in outputs.items():
        # There is no such layer, which would be said first.
        assert run(["overlay", str(tmp_path / "a.gpkg"), "-o", str(tmp_path / output)]) == 1
        assert said in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


def test_slivers_of_a_projection_narrower_than_the_resolution_are_touches(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A strip of 382 m, whose neighbour has a vertex more on the common parallel: 0.86 mm wide in the plane of the zone.
    west, south, size = 120.77, 30.758, 0.004
    one = shapely.box(west, south - size, west + size, south)
    edge = [(west + 3 * size / 2, south), (west + size / 2, south)]
    other = shapely.Polygon([*edge, (west + size / 2, south + size), (west + 3 * size / 2, south + size)])
    a, b = _write_degrees(tmp_path / "a.gpkg", [one]), _write_degrees(tmp_path / "b.gpkg", [other])
    record = _check(a, b, capsys=capsys)
    assert (record["conflicts"], record["touches"]) == ([], 1)
    assert run(["overlay", str(a), str(b)]) == 0
    assert "none: 0 conflicts and 0 slivers; 1 pair only touches" in capsys.readouterr().out


def test_a_share_is_at_most_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counties = load().counties
    inside = counties[counties["adcode"].str.startswith("3304")].geometry.tolist()
    record = _check(_write_degrees(tmp_path / "a.gpkg", inside), "zones:urban_rural_integration_2019", capsys=capsys)
    assert max(row["share_of_a"] for row in record["conflicts"]) == 1
    assert max(row["area_rate"] for row in record["rates"]) == pytest.approx(1, abs=1e-12)


def test_the_workbook_speaks_the_language_that_is_chosen(tmp_path: Path) -> None:
    a, b = _write(tmp_path / "a.gpkg", A), _write(tmp_path / "b.gpkg", B, "EPSG:4527")
    for lang, word in (("zh", "坐标已由"), ("en", "coordinates were brought")):
        run(["overlay", str(a), str(b), "-o", str(tmp_path / lang), "--lang", lang])
        sheets = pd.read_excel(tmp_path / lang / "overlay.xlsx", sheet_name=None)
        (issues,) = (sheet for sheet in sheets.values() if "message" in sheet)
        assert issues["message"].str.contains(word).any()


def test_slivers_alone_are_no_conflict(tmp_path: Path) -> None:
    a, b = _write(tmp_path / "a.gpkg", A[1:]), _write(tmp_path / "b.gpkg", B[1:])
    assert run(["overlay", str(a), str(b)]) == 0
    assert run(["overlay", str(a), str(b), "--width-m", "1"]) == 2


def test_the_layers_written_hold_everything(tmp_path: Path) -> None:
    a, b = _write(tmp_path / "a.gpkg", A), _write(tmp_path / "b.gpkg", B)
    assert run(["overlay", str(a), str(b), "-o", str(tmp_path / "out.gpkg")]) == 2
    conflicts = gpd.read_file(tmp_path / "out.gpkg", layer="conflicts")
    slivers = gpd.read_file(tmp_path / "out.gpkg", layer="slivers")
    assert (len(conflicts), len(slivers)) == (1, 1)
    assert run(["overlay", str(a), str(b), "-o", str(tmp_path / "out")]) == 2
    table = pd.read_csv(tmp_path / "out" / "sensitivity.csv")
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"conflicts.geojson", "slivers.csv", "overlay.xlsx", "issues.csv", "map.html"} <= written
    assert len(table) == 6


def test_a_layer_with_itself_and_with_the_zones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    doubled = _write(tmp_path / "a.gpkg", [A[0], A[0]])
    assert run(["overlay", str(doubled), "--json"]) == 2
    assert [row["fault"] for row in json.loads(capsys.readouterr().out)["faults"]] == ["duplicate"]
    assert run(["overlay", str(doubled), "zones:urban_rural_integration_2019"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--a-id", "name"], "there is no column 'name'"),
        (["--width-m", "-1"], "width_m is a number of at least 0"),
        (["-o", "out.shp"], "name a folder or a file that ends in .gpkg"),
    ],
)
def test_what_is_wrong_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    a, b = _write(tmp_path / "a.gpkg", A), _write(tmp_path / "b.gpkg", B)
    assert run(["overlay", str(a), str(b), *arguments]) == 1
    assert said in capsys.readouterr().err


def test_a_file_with_a_bow_tie_waits_for_consent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    a, b = _write(tmp_path / "a.gpkg", [bow_tie]), _write(tmp_path / "b.gpkg", B)
    assert run(["overlay", str(a), str(b)]) == 1
    assert "repair" in capsys.readouterr().err
    assert run(["overlay", str(a), str(b), "--repair"]) == 2


def test_curves_in_a_table_are_named_by_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arc = "CURVEPOLYGON(CIRCULARSTRING(117 31,117.01 31.01,117.02 31,117.01 30.99,117 31))"
    box = in_degrees(A[0]).wkt
    for name, texts in (("a", [arc, f"MULTISURFACE({arc})", box]), ("b", [box])):
        (tmp_path / f"{name}.csv").write_text("wkt\n" + "".join(f'"{text}"\n' for text in texts))
    assert run(["overlay", str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]) == 1
    problems = capsys.readouterr().err
    assert "row 1, field wkt: the cell is no WKT or WKB that can be read; curves cannot" in problems
    assert "row 2, field wkt" in problems


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["1", None], "row 2: column 'plot' is empty for 1 of the features"),
        ([None, " "], "row 1: column 'plot' is empty for 2 of the features"),
        (["1", "1"], "column 'plot' does not tell features apart: 1 repeats"),
    ],
)
def test_names_that_tell_no_features_apart_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], names: list[object], said: str
) -> None:
    a, b = _write(tmp_path / "a.gpkg", A, plot=names), _write(tmp_path / "b.gpkg", B)
    assert run(["overlay", str(a), str(b), "--a-id", "plot"]) == 1
    assert said in capsys.readouterr().err


def _write_degrees(path: Path, shapes: list[Any], crs: int = 4326) -> Path:
    gpd.GeoDataFrame({"k": range(len(shapes))}, geometry=shapes, crs=4326).to_crs(crs).to_file(path)
    return path


def _check(*arguments: object, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    run(["overlay", *map(str, arguments), "--json"])
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    return record


@pytest.mark.parametrize("crs", [4326, 4490, 4548, 4527, 3857])
def test_strips_that_meet_along_a_parallel_are_the_same_sliver_in_any_system(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], crs: int
) -> None:
    # A projection moves vertices and not edges: no overlap in WGS 84, 7.96 m² in EPSG:4548.
    width = 0.01059
    dense = [(117 + width * step / 10, 30.0) for step in range(11)]
    north = shapely.Polygon([*dense, (117 + width, 30.01), (117, 30.01)])
    south = shapely.box(117, 29.99, 117 + width, 30)
    plane = gpd.GeoSeries([north, south], crs=4490).to_crs(4548)
    assert shapely.intersection(north, south).area == 0
    assert plane[0].intersection(plane[1]).area == pytest.approx(7.96, abs=0.005)
    files = [_write_degrees(tmp_path / f"{n}.gpkg", [shape], crs) for n, shape in enumerate((north, south))]
    record = _check(*files, capsys=capsys)
    (conflict,) = record["conflicts"]
    assert (conflict["class"], conflict["reason"]) == ("drafting_sliver", "projection_chord")
    assert conflict["area_m2"] == pytest.approx(7.96, abs=0.005)
    assert record["touches"] == 0


def _make_plots() -> list[Any]:
    # Of different sizes, so that each has one twin.
    return [
        in_degrees(shapely.box(x, y, x + 60 + x / 10, y + 50 + y / 7)) for x in range(0, 500, 100) for y in (0, 100)
    ]


@pytest.mark.parametrize(("system", "side"), [("GCJ-02", "b"), ("BD-09", "a")])
def test_a_layer_of_a_web_map_is_recognised_and_the_shift_undone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], system: str, side: str
) -> None:
    plots = _make_plots()
    moved = [shapely.transform(plot, SYSTEMS[system]) for plot in plots]
    files = [_write_degrees(tmp_path / "a.gpkg", plots), _write_degrees(tmp_path / "b.gpkg", moved, 3857)]
    if side == "a":
        files.reverse()
    record = _check(*files, capsys=capsys)
    assert [(issue["value"], issue["kind"]) for issue in record["issues"] if issue["kind"] == "offset"] == [
        (system, "offset")
    ]
    assert {row["reason"] for row in record["conflicts"]} <= {system}
    undone = _check(*files, f"--{side}-crs", system, capsys=capsys)
    assert not [issue for issue in undone["issues"] if issue["kind"] == "offset"]
    wide = [row for row in undone["conflicts"] if row["class"] == "real_overlap"]
    assert len(wide) == len(plots)
    assert min(row["share_of_a"] for row in wide) > 0.9999


def test_a_constant_shift_of_the_whole_layer_stands_in_the_issue_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plots = _make_plots()
    moved = [shapely.transform(plot, lambda points: points + np.array([3e-5, 0])) for plot in plots]
    a, b = _write_degrees(tmp_path / "a.gpkg", plots), _write_degrees(tmp_path / "b.gpkg", moved)
    record = _check(a, b, capsys=capsys)
    (issue,) = [issue for issue in record["issues"] if issue["kind"] == "offset"]
    assert "2.9 m east and 0.0 m north" in issue["message"]
    assert {row["reason"] for row in record["conflicts"]} == {"constant_shift"}


def test_a_difference_within_the_accuracy_of_the_scales_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # 2 m wide: less than 2 · 0.5 mm · √(2,000² + 2,000²) = 2.8 m, more than 1.4 m at 1:1,000.
    a, b = _write(tmp_path / "a.gpkg", A[1:]), _write(tmp_path / "b.gpkg", B[1:])
    reasons = []
    for scale in ("2000", "1000"):
        record = _check(a, b, "--a-scale", scale, "--b-scale", scale, capsys=capsys)
        reasons.append(record["conflicts"][0]["reason"])
    assert reasons == ["source_scale", ""]


def test_whatever_is_done_to_the_geometry_stands_in_the_issue_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box = in_degrees(A[0])
    high = shapely.force_3d(in_degrees(A[1]), 5.0)
    collection = shapely.GeometryCollection([in_degrees(shapely.box(400, 0, 500, 100)), shapely.Point(117, 31)])
    shapes = [box, high, collection, shapely.Point(117, 31), None, shapely.Polygon()]
    path = tmp_path / "a.geojson"
    features = [
        {"type": "Feature", "properties": {}, "geometry": None if shape is None else shapely.geometry.mapping(shape)}
        for shape in shapes
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    b = _write(tmp_path / "b.gpkg", B)
    record = _check(path, b, capsys=capsys)
    assert {issue["kind"] for issue in record["issues"]} >= {
        "heights",
        "geometry_collection",
        "no_polygon",
        "empty_geometry",
        "crs_same",
    }
    assert [row["features"] for row in record["rates"]] == [3, 2]
    bad = tmp_path / "bad.gpkg"
    _write_degrees(bad, [shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])])
    assert run(["overlay", str(bad), str(b)]) == 1
    assert "China" in capsys.readouterr().err


def test_conflicts_are_divided_among_counties(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # A box across the border of two counties of Jiaxing, and one as large over it.
    border = _find_border("330402", "330411")
    x, y = border.interpolate(0.5, normalized=True).coords[0]
    box = shapely.box(x - 0.01, y - 0.01, x + 0.01, y + 0.01)
    a, b = _write_degrees(tmp_path / "a.gpkg", [box]), _write_degrees(tmp_path / "b.gpkg", [box])
    record = _check(a, b, "--by", "county", capsys=capsys)
    rates = [row for row in record["rates"] if row["layer"] == "a"]
    (whole,) = [row for row in rates if row["by"] == "all"]
    counties = [row for row in rates if row["by"] == "county"]
    assert len(counties) >= 2
    assert sum(row["conflict_area_m2"] for row in counties) == pytest.approx(whole["conflict_area_m2"], rel=1e-6)
    assert sum(row["area_m2"] for row in counties) == pytest.approx(whole["area_m2"], rel=1e-6)
    assert sum(row["features"] for row in counties) == sum(row["real_overlap_count"] for row in counties) == 1
    (conflict,) = record["conflicts"]
    assert conflict["county"] == max(counties, key=lambda row: row["area_m2"])["group"]


def _find_border(one: str, other: str) -> Any:
    counties = load().counties.set_index("adcode").geometry
    return shapely.line_merge(shapely.intersection(counties[one], counties[other]))


def _write_curves(path: Path, geometries: list[bytes]) -> Path:
    """A GeoPackage of geometries in ISO WKB, which may have arcs: no library here writes those."""
    frame = gpd.GeoDataFrame(geometry=[shapely.box(117, 31, 117.1, 31.1)] * len(geometries), crs="EPSG:4326")
    # Without an index there are no triggers, which call functions of GDAL.
    frame.to_file(path, layer="curves", SPATIAL_INDEX="NO", GEOMETRY_NAME="geom")
    head = b"GP\x00\x01" + struct.pack("<i", 4326)
    with closing(sqlite3.connect(path)) as database, database:
        for number, wkb in enumerate(geometries, start=1):
            database.execute("UPDATE curves SET geom = ? WHERE fid = ?", (head + wkb, number))
        database.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY'")
    return path


def _make_disc(east: float, radius: float) -> bytes:
    """A disc in ISO WKB: a CURVEPOLYGON of one CIRCULARSTRING, in degrees around a place of Anhui."""
    lon, lat = 117 + east, 31.0
    ring = [(lon - radius, lat), (lon, lat + radius), (lon + radius, lat), (lon, lat - radius), (lon - radius, lat)]
    points = b"".join(struct.pack("<dd", *point) for point in ring)
    return struct.pack("<BII", 1, 10, 1) + struct.pack("<BII", 1, 8, len(ring)) + points


def test_arcs_are_drawn_as_edges_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    radius = 0.01
    several = struct.pack("<BII", 1, 12, 2) + _make_disc(0.1, radius) + _make_disc(0.2, radius)
    arcs = _write_curves(tmp_path / "arcs.gpkg", [_make_disc(0, radius), several])
    # The western half of the first disc, and all of the two that are one MULTISURFACE.
    halves = [shapely.box(116.9, 30.9, 117, 31.1), shapely.box(117.05, 30.9, 117.3, 31.1)]
    straight = tmp_path / "straight.gpkg"
    gpd.GeoDataFrame(geometry=halves, crs="EPSG:4326").to_file(straight)
    run(["overlay", str(arcs), str(straight), "--json"])
    record = json.loads(capsys.readouterr().out)
    # A disc in degrees is an ellipse on the ground; edges of 4° of arc take 0.08 % of it.
    disc = np.pi * np.prod(compute_scales(np.array([31.0])), axis=0)[0] * radius**2
    areas = sorted(row["area_m2"] for row in record["conflicts"])
    assert areas == pytest.approx([disc / 2, disc, disc], rel=2e-3)
    assert max(areas) < disc
    (said,) = [issue["message"] for issue in record["issues"] if issue["kind"] == "curves"]
    assert "curves in 2 rows" in said
