"""The shelf: every list is what `pilotzones import` makes of the text and the decisions that lie beside it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pilotzones.cli.main import run
from pilotzones.data import PROGRAMMES
from pilotzones.geo.boundaries.county_table import load_county_table
from pilotzones.geo.catalogue.loader import list_programmes, load_programme
from pilotzones.geo.member_matching import match_members

SHELF = sorted(path.parent.name for path in PROGRAMMES.glob("*/list.*"))
# Members that have no polygon: areas inside counties, and regions of which nobody says what they are made of.
WITHOUT_POLYGON = {
    "chengyu_city_cluster_2016": 2,
    "comprehensive_reform_zones": 1,
    "national_new_areas": 14,
    "poverty_counties_2016": 3,
}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_shelf_stands_in_the_catalogue() -> None:
    assert set(SHELF) < set(list_programmes())
    assert {name: len(load_programme(name).members) for name in SHELF} == {
        "big_data_zones_2016": 8,
        "broadband_china_2014": 117,
        "chengdu_metropolitan_area_2021": 15,
        "chengyu_city_cluster_2016": 44,
        "comprehensive_reform_zones": 12,
        "eco_civilization_2017": 48,
        "hunan_jiangxi_border_2021": 24,
        "innovation_cities_2016": 78,
        "ip_model_cities_2012": 40,
        "nanjing_metropolitan_area_2021": 23,
        "national_new_areas": 19,
        "poverty_counties_2016": 832,
    }


@pytest.mark.parametrize("name", SHELF)
def test_a_list_is_what_import_makes_of_it(name: str, tmp_path: Path) -> None:
    folder = PROGRAMMES / name
    (source,) = folder.glob("list.*")
    decisions = folder / "decisions.csv"
    options = ["--decisions", str(decisions)] if decisions.is_file() else []
    run(["import", str(source), "-o", str(tmp_path / "made"), *options])
    made, kept = (_read(one / "members.csv") for one in (tmp_path / "made", folder))
    columns = ("zone", "position", "listed_name", "kind")
    assert [[row[column] for column in columns] for row in made] == [
        [row[column] for column in columns] for row in kept
    ]
    codes = {(row["zone"], row["position"]): row["adcode_2019"] for row in made}
    # A region gets its extent by hand, with a source; it has no code either way.
    assert [codes[row["zone"], row["position"]] for row in kept] == [row["adcode_2019"] for row in kept]


@pytest.mark.parametrize("name", SHELF)
def test_members_have_polygons_and_nothing_is_open(name: str) -> None:
    matches = match_members(load_programme(name), load_county_table("tianditu"))
    assert not [match.member.listed_name for match in matches if match.status in ("missing", "unresolved")]
    assert sum(not match.rows for match in matches) == WITHOUT_POLYGON.get(name, 0)


def test_a_region_is_the_counties_of_its_cities() -> None:
    matches = match_members(load_programme("broadband_china_2014"), load_county_table("tianditu"))
    (region,) = (match for match in matches if match.member.listed_name == "长株潭城市群")
    codes = {load_county_table("tianditu").codes[row] for row in region.rows}
    assert region.status == "coextensive"
    assert {code[:4] for code in codes if code} == {"4301", "4302", "4303"}


def test_every_wrong_code_of_the_poverty_list_is_found_by_comparing_it_with_the_name(tmp_path: Path) -> None:
    source, target = PROGRAMMES / "poverty_counties_2016" / "list.csv", tmp_path / "answers.csv"
    assert run(["where", "--input", str(source), "-o", str(target)]) == 2
    doubtful = [row["asked"].split()[:2] for row in _read(target) if row["status"] != "found"]
    assert doubtful == [
        ["130705.0", "宣化县"],
        ["532600.0", "文山市"],
        ["622900.0", "临夏市"],
        ["630104.0", "冷湖行委"],
        ["632825.0", "大柴旦行委"],
        ["632803.0", "茫崖行委"],
    ]
    codes = {member.listed_name: member.adcode for member in load_programme("poverty_counties_2016").members}
    assert (codes["宣化县"], codes["文山市"], codes["临夏市"]) == ("130705", "532601", "622901")
