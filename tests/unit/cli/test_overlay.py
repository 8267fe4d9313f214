"""The command that compares two layers of polygons: files in, tables and layers out."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from pilotzones.cli.main import run
from tests.helpers.polygon_layers import in_degrees

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
