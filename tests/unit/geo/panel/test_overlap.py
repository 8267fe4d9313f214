"""Where programmes meet: shared counties and since when, ground counted once, and files of it."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pilotzones.cli.main import run
from pilotzones.data import DATA
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.errors import PanelError
from pilotzones.geo.panel.overlap import ProgrammeOverlap
from pilotzones.geo.panel.overlap_writer import load_county_areas, load_overlap

NATIONAL, BROADBAND, POVERTY = "urban_rural_integration_2019", "broadband_china_2014", "poverty_counties_2016"
NAMES = [NATIONAL, BROADBAND, POVERTY, "chengdu_metropolitan_area_2021"]


@pytest.fixture(scope="module")
def overlap() -> ProgrammeOverlap:
    return load_overlap([load_programme(name) for name in NAMES])


@pytest.mark.slow
def test_shared_counties_have_the_year_from_which_both_apply(overlap: ProgrammeOverlap) -> None:
    pairs = overlap.pairs.set_index(["programme", "other"])
    both = pairs.loc[(NATIONAL, BROADBAND)]
    # 嘉兴 was listed in 2015, the zone began in 2019.
    assert both["since"] == 2019
    assert "330402" in both["county_codes"].split(";")
    unknown = pairs.loc[(BROADBAND, POVERTY)]
    assert pd.isna(unknown["since"])
    assert unknown["undated"] == unknown["counties"] > 0
    assert overlap.undated == {POVERTY: 831}


def test_ground_counts_once(overlap: ProgrammeOverlap) -> None:
    areas = overlap.areas.set_index("province")
    parts = areas[["under_none_km2", "under_one_km2", "under_two_km2", "under_three_or_more_km2"]]
    assert parts.sum(axis=1).to_numpy() == pytest.approx(areas["area_km2"].to_numpy(), abs=0.01)
    assert areas.loc["全国", "area_km2"] == pytest.approx(sum(load_county_areas()), abs=0.1)
    covered = overlap.counties[overlap.counties["programmes"] > 0]["area_km2"].sum()
    assert areas.loc["全国", "share_pct"] == pytest.approx(100 * covered / areas.loc["全国", "area_km2"], abs=0.01)
    # All of 四川's three: 成都 is in the zone, in 宽带中国 and in its metropolitan area.
    chengdu = overlap.counties.set_index("adcode").loc["510115"]
    assert (chengdu["name"], chengdu["programmes"]) == ("温江区", 3)


def test_zones_are_compared_with_the_other_programmes(overlap: ProgrammeOverlap) -> None:
    zones = overlap.zones.set_index(["zone", "other"])
    assert zones.loc[(8, "chengdu_metropolitan_area_2021"), "counties"] == 8
    other = load_overlap([load_programme(name) for name in NAMES], zones_of=BROADBAND)
    assert set(other.zones["zone"]) == {1, 2, 3}


def test_a_year_has_only_who_was_listed_then() -> None:
    programmes = [load_programme(name) for name in NAMES]
    before, after = (load_overlap(programmes, year=year).counties["programmes"].sum() for year in (2013, 2014))
    assert before == 0 < after
    with pytest.raises(PanelError, match="the year is"):
        load_overlap(programmes, year=1900)
    with pytest.raises(PanelError, match="no programme mars"):
        load_overlap(programmes, zones_of="mars")


@pytest.mark.slow
def test_the_command_prints_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = [word for name in NAMES[:2] for word in ("--programme", name)]
    assert run(["overlap", *options]) == 0
    assert "2019" in capsys.readouterr().out
    assert run(["overlap", *options, "--csv", "--table", "areas"]) == 0
    assert capsys.readouterr().out.splitlines()[0].lstrip("\ufeff").startswith("province,area_km2,under_none_km2")
    book, layer = tmp_path / "o.xlsx", tmp_path / "o.geojson"
    assert run(["overlap", *options, "-o", str(book)]) == run(["overlap", *options, "-o", str(layer)]) == 0
    assert openpyxl.load_workbook(book, read_only=True).sheetnames == ["pairs", "zones", "areas", "counties"]
    features = json.loads(layer.read_text(encoding="utf-8"))["features"]
    assert len(features) == 2891
    assert run(["overlap", *options, "-o", str(tmp_path / "o.txt")]) == 1


@pytest.mark.slow
def test_the_programme_whose_zones_are_compared_need_not_be_named_twice(capsys: pytest.CaptureFixture[str]) -> None:
    zones_of = ["--table", "zones", "--csv", "--zones-of", "urban_rural_integration_2019"]
    assert run(["overlap", *zones_of, "--programme", "big_data_zones_2016"]) == 0
    once = capsys.readouterr().out
    both = ["--programme", "big_data_zones_2016", "--programme", "urban_rural_integration_2019"]
    assert run(["overlap", *zones_of, *both]) == 0
    assert once == capsys.readouterr().out
    assert "big_data_zones_2016" in once
    folder = str(DATA / "programmes" / "urban_rural_integration_2019")
    assert run(["overlap", *zones_of[:-1], folder, *both]) == 0
    assert once == capsys.readouterr().out
    assert run(["overlap", *zones_of[:-1], "nosuch"]) == 1
    assert "no programme 'nosuch'" in capsys.readouterr().err
