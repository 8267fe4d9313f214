"""The reader of users' files: names, texts, rows, reference systems, damage."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from pilotzones.cli.main import run
from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.upload.formats.file_type import detect_kind
from pilotzones.geo.boundaries.upload.reader import read_boundary_file
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.errors import IntakeError
from pilotzones.geo.join import join
from tests.helpers.boundary_files import (
    BOX,
    NAMES,
    frame_of,
    list_repairs,
    read_refusal,
    three_counties,
    written,
    zipped,
)

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("forked_workers")]

PROBE = "{{7*191}}"


@pytest.fixture(scope="module")
def counties() -> gpd.GeoDataFrame:
    return three_counties()


# Formats


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "fgb", "kml"])
def test_a_name_proves_nothing(kind: str, counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / f"x.{kind}").rename(tmp_path / "x.shp")
    assert len(read_boundary_file(path).counties) == 3


@pytest.mark.parametrize("content", [b"\x7fELF", b"a,b\n1,2", b"<html>", b"\x03dbf", b"[1]"])
def test_other_content_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(content)
    assert "of no kind that is read here" in read_refusal(path)


def test_no_file_and_empty_file(tmp_path: Path) -> None:
    assert "no such file" in read_refusal(tmp_path / "x.gpkg")
    assert "no File Geodatabase" in read_refusal(tmp_path)
    (tmp_path / "x.gpkg").touch()
    assert "empty" in read_refusal(tmp_path / "x.gpkg")


def test_kml_is_known_in_any_dress() -> None:
    assert detect_kind("\ufeff<?xml version='1.0'?>\n<!-- a --><kml:kml xmlns:kml='x'>".encode("utf-16")) == "kml"
    assert detect_kind(b"\xef\xbb\xbf  <kml>") == "kml"
    assert detect_kind(b"<OGRVRTDataSource>") is None


def test_provenance(counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / "x.gpkg")
    info = read_boundary_file(path, name="嘉兴.gpkg").info
    assert (info.id, info.name_zh, info.name_en, info.coast) == ("file", "嘉兴.gpkg", "嘉兴.gpkg", "unknown")
    assert info.sha256 == sha256(path.read_bytes()).hexdigest()
    assert (info.licence, info.as_of, info.version) == ("", "", "")


def test_hash_of_a_bare_shapefile_covers_its_table(counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / "x.shp")
    before = read_boundary_file(path).info.sha256
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace(b"330421", b"330424"))
    assert read_boundary_file(path).info.sha256 != before


# Text


def test_names_that_contradict_codes_are_told(tmp_path: Path) -> None:
    path = written(three_counties().assign(adcode=list(NAMES), name=["甲", "乙", "嘉善县"]), tmp_path / "x.geojson")
    assert "2 of 3 names are not those of Tianditu" in list_repairs(read_boundary_file(path))


@pytest.mark.parametrize("name", ["臺北市", "嘉義縣"])
def test_text_in_an_encoding_nobody_stated_is_never_taken_in_silence(name: str, tmp_path: Path) -> None:
    # Big5 decodes as GB18030 without an error: only the names themselves can tell.
    raw = name.encode("big5")
    path = written(frame_of({"name": ["X" * len(raw)]}, BOX), tmp_path / "x.shp")
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace(b"X" * len(raw), raw))
    path.with_suffix(".cpg").unlink()
    read = read_boundary_file(path)
    assert read.counties["name"].tolist() != [name]
    assert "1 of 1 name without a code is no county's" in list_repairs(read)


def test_names_stay_text(tmp_path: Path) -> None:
    nasty = ["<img src=x onerror=1>", PROBE, "=1+1\x1b[31m"]
    path = written(three_counties().assign(name=nasty), tmp_path / "x.geojson")
    assert read_boundary_file(path).counties["name"].tolist() == [*nasty[:2], "=1+1[31m"]


# Rows


def test_what_was_done_to_rows_is_recorded(tmp_path: Path) -> None:
    bowtie = shapely.Polygon([(120, 30), (121, 31), (121, 30), (120, 31)])
    other = shapely.box(121, 30, 122, 31)
    columns = {
        "code": [330402.0, 330402.0, 330411.0, 330421.0, np.nan],
        "name": ["南湖区", "南湖区", "秀洲区", "嘉善县", None],
    }
    path = written(frame_of(columns, BOX, other, bowtie, None, BOX), tmp_path / "x.gpkg")
    assert (
        "row 3, field geometry: only with your consent (--repair, or the tick on the page): invalid polygon repaired"
        in read_refusal(path)
    )
    read = read_boundary_file(path, repair=True)
    assert read.counties["adcode"].tolist() == ["330402", "330411"]
    assert read.counties.geometry[0].equals(shapely.union(BOX, other))
    assert set(read.unrepaired) == {"330411"}
    assert read.unrepaired["330411"].equals_exact(bowtie)
    rows = {
        problem.row: problem.message
        for problem in read.repairs
        if problem.severity == "warning" and problem.kind != "place_differs"
    }
    assert set(rows) == {3, 4, 5}
    assert "repaired" in rows[3]
    assert "no polygon" in rows[4]
    assert "neither a code nor a name" in rows[5]
    assert "rows 1, 2 have the same code" in list_repairs(read, "info")
    assert "codes were written otherwise" in list_repairs(read, "info")


def test_without_codes_members_are_found_by_name(tmp_path: Path) -> None:
    path = written(frame_of({"县级": ["南湖区"], "地级": ["嘉兴市"]}, BOX), tmp_path / "x.gpkg")
    read = read_boundary_file(path)
    assert read.counties["adcode"].tolist() == [None]
    assert "no county codes" in list_repairs(read)
    members = join(load_programme("urban_rural_integration_2019"), read).members
    assert members.loc[members["status"] == "matched_by_name", "listed_name"].tolist() == ["南湖区"]


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    columns = {"adcode": ["330402", "330402"], "name": ["南湖区", "区" * 201]}
    path = written(frame_of(columns, BOX, shapely.box(10, 50, 11, 51)), tmp_path / "x.geojson")
    with pytest.raises(IntakeError) as refused:
        read_boundary_file(path)
    assert {problem.row for problem in refused.value.problems} == {2}
    assert len(refused.value.problems) == 2


def test_two_names_for_one_code(tmp_path: Path) -> None:
    path = written(frame_of({"adcode": ["330402"] * 2, "name": ["南湖区", "秀洲区"]}, BOX, BOX), tmp_path / "x.geojson")
    assert "the code stands for 2 names" in read_refusal(path)


def test_columns_found_are_listed(tmp_path: Path) -> None:
    assert "there is: 面积, 备注" in read_refusal(
        written(frame_of({"面积": [1], "备注": ["x"]}, BOX), tmp_path / "x.gpkg")
    )


# Reference systems


@pytest.mark.slow
def test_shapefile_without_prj(counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / "x.shp")
    path.with_suffix(".prj").unlink()
    assert "states no coordinate reference system" in list_repairs(read_boundary_file(path))
    path = written(counties.to_crs(4547), tmp_path / "y.shp")
    assert "give --crs EPSG:4547" in read_refusal(zipped(path, leave_out=".prj"))
    assert "4547" in list_repairs(read_boundary_file(path), "info") or "CGCS2000" in list_repairs(
        read_boundary_file(path), "info"
    )


def test_swapped_shapefile(tmp_path: Path) -> None:
    path = written(frame_of({"adcode": ["330402"]}, shapely.box(30, 120, 31, 121)), tmp_path / "x.shp")
    assert "only with your consent (--repair, or the tick on the page): " in read_refusal(path)
    read = read_boundary_file(path, repair=True)
    assert read.counties.geometry[0].equals(BOX)
    assert "latitude or northing first" in list_repairs(read)


# Damage


def test_shapefile_parts_are_asked_for(counties: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = written(counties, tmp_path / "x.shp")
    assert "no .dbf" in read_refusal(zipped(path, leave_out=".dbf"))
    path.with_suffix(".dbf").unlink()
    assert "needs its .dbf beside it" in read_refusal(path)


# The whole way


@pytest.mark.slow
def test_audit_of_a_file_with_one_zone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    codes = [member.adcode for member in load_programme("urban_rural_integration_2019").get_zone(6).members]
    frame = load("tianditu").counties
    path = written(frame[frame["adcode"].isin(codes)][["adcode", "name", "geometry"]], tmp_path / "zone6.gpkg")
    assert run(["audit", "--source", str(path), "--json"]) == 2
    report = json.loads(capsys.readouterr().out)
    verdicts = {zone["order"]: zone["verdict"] for zone in report["zones"]}
    assert report["boundary_source"] == "file"
    assert verdicts[6] == "agrees"
    assert {verdict for order, verdict in verdicts.items() if order != 6} == {"cannot_tell"}
    assert run(["zones", "--source", str(path), "--json"]) == 0
    members = {member["listed_name"]: member["status"] for member in json.loads(capsys.readouterr().out)[0]["members"]}
    assert members["南湖区"] == "missing"
