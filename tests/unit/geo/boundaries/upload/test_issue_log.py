"""The issue log: every kind has a name and an answer, repairs wait for consent, shifted systems are told (T-D3)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.cli.main import run
from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.upload.issue_log import (
    ACTIONS,
    COLUMNS,
    REPAIRABLE,
    build_issue_table,
    escalate_unapproved_repairs,
    waits_for_consent,
)
from pilotzones.geo.boundaries.upload.reader import UPLOAD, inspect_boundary_file
from pilotzones.geo.errors import Problem
from pilotzones.geo.geometry.datum_shift import SYSTEMS, find_offset, remove_shift
from pilotzones.geo.messages import load_messages
from tests.helpers.boundary_files import BOX, NAMES, frame_of, three_counties, written
from tests.helpers.examples import examples

# What files mean is looked at here; how they are opened, in test_sandboxed.py.
pytestmark = pytest.mark.usefixtures("forked_workers")
ROOT = Path(__file__).parents[5]
BOW_TIE = shapely.Polygon([(120, 30), (121, 31), (121, 30), (120, 31)])


def test_every_issue_has_a_name_in_both_languages_and_an_answer() -> None:
    words = load_messages()
    assert {f"issue_{kind}" for kind in ACTIONS} <= set(words)
    assert {f"action_{action}" for action in [*ACTIONS.values(), "waits", "refused"]} <= set(words)


def _polygon(*rings: list[tuple[float, float]]) -> shapely.Polygon:
    return shapely.Polygon(rings[0], rings[1:])


HOLE = [(120.2, 30.2), (120.4, 30.2), (120.4, 30.4), (120.2, 30.4)]
SPIKE = _polygon([(120, 30), (121, 30), (121, 31), (122, 31), (121, 31), (120, 31)])
# By a word for each: the issue, the geometry, and what was done.
CASES = {
    "invalid_polygon: bow-tie": (BOW_TIE, "waits"),
    "invalid_polygon: spike": (SPIKE, "waits"),
    "invalid_polygon: hole outside": (_polygon(list(BOX.exterior.coords), [(x + 5, y) for x, y in HOLE]), "waits"),
    "invalid_polygon: hole that touches along a line": (
        _polygon(list(BOX.exterior.coords), [(120, 30.2), (120.4, 30.2), (120.4, 30.4), (120, 30.4)]), "waits"
    ),
    "empty_geometry: null": (None, "left_out"),
    "outside_china: antimeridian": (_polygon([(179, 30), (-179, 30), (-179, 31), (179, 31)]), "refused"),
    "outside_china: metres": (shapely.box(500_000, 3_300_000, 600_000, 3_400_000), "refused"),
    "axes_swapped": (shapely.box(30, 120, 31, 121), "waits"),
    "empty_geometry": (shapely.Polygon(), "left_out"),
    "no_polygon": (shapely.Point(120, 30), "left_out"),
    "heights": (shapely.force_3d(BOX, 5), "left_out"),
    "outside_china": (shapely.box(0, 0, 1, 1), "refused"),
    "orientation": (shapely.MultiPolygon([BOX, shapely.box(122, 30, 123, 31, ccw=False)]), "noted"),
    "geometry_collection": (shapely.GeometryCollection([BOX, shapely.GeometryCollection([shapely.Point(1, 1)])]), "partly_used"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(CASES))
def test_hostile_geometry_ends_as_a_named_row(kind: str, tmp_path: Path) -> None:
    (geometry, action), kind = CASES[kind], kind.partition(":")[0]
    other = shapely.transform(BOX, lambda points: points[:, ::-1]) if kind == "axes_swapped" else BOX
    columns = {"adcode": list(NAMES)[:2], "name": list(NAMES.values())[:2]}
    # By hand: GeoPandas would set directions right.
    features = [
        {
            "type": "Feature",
            "properties": {"adcode": code, "name": name},
            "geometry": None if shape is None else shapely.geometry.mapping(shape),
        }
        for code, name, shape in zip(*columns.values(), [other, geometry], strict=True)
    ]
    path = tmp_path / "x.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    read, problems = inspect_boundary_file(path, limits=UPLOAD)
    table = build_issue_table(problems)
    assert list(table.columns) == list(COLUMNS)
    row = table[table["issue"] == kind].iloc[0]
    assert (row["file"], row["action"]) == ("x.geojson", action)
    assert (read is None) == (action in ("waits", "refused"))
    assert waits_for_consent(problems) == (action == "waits")
    if action == "waits":
        agreed, told = inspect_boundary_file(path, limits=UPLOAD, repair=True)
        assert agreed is not None
        assert "repaired" in set(build_issue_table(told)["action"])


@pytest.mark.slow
def test_duplicate_points_are_no_issue_and_other_columns_no_matter(tmp_path: Path) -> None:
    points = [point for point in BOX.exterior.coords for _ in range(3)]
    columns = {
        "adcode": ["330402"],
        "name": ["南湖区"],
        "date": [dt.date(2019, 12, 19)],
        "time": [dt.datetime(2019, 12, 19, 8, 30)],  # noqa: DTZ001  # as files have them
        "bytes": [b"\x00\xff"],
        "nothing": [None],
    }
    read, problems = inspect_boundary_file(written(frame_of(columns, _polygon(points)), tmp_path / "x.gpkg"))
    assert read is not None
    assert read.counties.geometry[0].equals(BOX)
    assert {problem.kind for problem in problems if problem.severity != "info"} == {"place_differs"}


@pytest.mark.slow
@pytest.mark.parametrize("epsg", [4490, 4547, 3857])
def test_other_systems_are_converted_and_told(epsg: int, tmp_path: Path) -> None:
    path = written(three_counties().to_crs(epsg), tmp_path / "x.gpkg")
    read, problems = inspect_boundary_file(path)
    assert read is not None
    assert "crs_converted" in {problem.kind for problem in problems} or epsg == 4490
    assert shapely.hausdorff_distance(read.counties.geometry[0], three_counties().geometry[0]) < 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_a_shifted_system_is_told_and_undone_by_consent(system: str, tmp_path: Path) -> None:
    shift, counties = SYSTEMS[system], three_counties()
    moved = counties.assign(geometry=shapely.transform(counties.geometry.to_numpy(), shift))
    path = written(moved, tmp_path / "x.gpkg")
    read, problems = inspect_boundary_file(path)
    assert read is not None
    assert [(one.kind, one.value, one.severity) for one in problems if one.kind == "offset"] == [
        ("offset", system, "warning")
    ]
    agreed, told = inspect_boundary_file(path, repair=True)
    assert agreed is not None
    assert "offset_undone" in {problem.kind for problem in told}
    assert set(agreed.unrepaired) == set(NAMES)
    codes = agreed.counties.set_index("adcode").geometry
    for code, polygon in zip(counties["adcode"], counties.geometry, strict=True):
        assert shapely.hausdorff_distance(codes[code], polygon) < 1e-7


def test_the_two_sources_lie_on_one_another_and_one_county_is_not_enough() -> None:
    pair = load("tianditu").counties.merge(load("amap").counties, on="adcode")
    here, there = np.array(pair["geometry_x"]), np.array(pair["geometry_y"])
    assert find_offset(there, here) is None
    assert find_offset(SYSTEMS["GCJ-02"] and here[:1], here[:1]) is None
    assert find_offset(here[:0], here[:0]) is None


@examples(60)
@given(st.floats(73.5, 135), st.floats(3.5, 53.5), st.sampled_from(sorted(SYSTEMS)))
def test_a_shift_is_undone_to_a_millimetre(lon: float, lat: float, system: str) -> None:
    point = np.array([[lon, lat]])
    there = SYSTEMS[system](point)
    back = shapely.get_coordinates(remove_shift(shapely.points(there), system))
    assert np.abs(back - point).max() * 111_320 < 1e-3


def test_consent_turns_nothing_but_repairs() -> None:
    problems = [Problem("f", kind, severity="warning") for kind in sorted(ACTIONS)]
    errors = {
        problem.kind for problem in escalate_unapproved_repairs(problems, repair=False) if problem.severity == "error"
    }
    assert errors == REPAIRABLE
    assert escalate_unapproved_repairs(problems, repair=True) == problems
    assert not waits_for_consent([])
    assert not waits_for_consent([Problem("f", "damaged"), Problem("f", "ring_open")])


# The terminal


@pytest.fixture
def bow_tie(tmp_path: Path) -> Path:
    columns = {"adcode": list(NAMES)[:2], "name": ["=1+1", "秀洲区"]}
    return written(frame_of(columns, BOW_TIE, BOX), tmp_path / "x.gpkg")


@pytest.mark.slow
def test_check_prints_the_issue_log(bow_tie: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--boundaries", str(bow_tie)]) == 1
    shown = capsys.readouterr().out
    assert "invalid_polygon" in shown
    assert "0 counties read" in shown
    assert run(["check", "--boundaries", str(bow_tie), "--repair", "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["counties"] == 2
    assert {"invalid_polygon", "names_contradict"} & {issue["issue"] for issue in told["issues"]}
    assert run(["check", "--boundaries", str(bow_tie), "--csv"]) == 1
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows[0]["issue"] == "invalid_polygon"
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


@pytest.mark.slow
def test_the_other_commands_take_consent_too(bow_tie: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["zones", "--source", str(bow_tie)]) == 1
    assert "only with your consent" in capsys.readouterr().err
    assert run(["zones", "--source", str(bow_tie), "--repair"]) == 0
    assert "invalid polygon repaired" in capsys.readouterr().err
