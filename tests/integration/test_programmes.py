"""Programmes beside the national one: towns and measures as data, their rules, and every fault of a folder at once."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
import shapely

from pilotzones.cli.main import run
from pilotzones.data import PROGRAMMES
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.loader import check_ids, check_programme, list_programmes, load_programme
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.export import LAYERS, build_layer, encode_geojson, list_layers
from pilotzones.geo.join import JoinedProgramme, check_join, join
from pilotzones.geo.query.filters import Selection
from pilotzones.geo.query.rule_checks import apply_rules

TOWNS = "jilin_demonstration_towns_2013"
LAND = "chongqing_land_consolidation_2024"


@pytest.fixture(scope="module")
def towns(tianditu: Boundaries) -> JoinedProgramme:
    """The demonstration towns on polygons."""
    return join(load_programme(TOWNS), tianditu)


@pytest.fixture(scope="module")
def land(tianditu: Boundaries) -> JoinedProgramme:
    """The land consolidation on polygons."""
    return join(load_programme(LAND), tianditu)


def _copy(programme: str, target: Path) -> Path:
    shutil.copytree(PROGRAMMES / programme, target)
    return target


def _edit(path: Path, row: int, **cells: str) -> None:
    """Change cells of one line of a table; the header is line 1."""
    with path.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.reader(stream))
    for column, value in cells.items():
        lines[row - 1][lines[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(lines)


def test_the_catalogue_is_sound() -> None:
    assert set(list_programmes()) >= {TOWNS, LAND}
    assert check_ids() == []
    for name in list_programmes():
        assert check_programme(PROGRAMMES / name)[1] == []


# --- the demonstration towns ---


def test_22_towns_stand_in_9_prefectures_and_changbaishan(towns: JoinedProgramme) -> None:
    programme = towns.programme
    assert len(programme.zones) == len(programme.members) == 22
    assert Counter(zone.region for zone in programme.zones) == {
        "长春市": 6,
        "吉林市": 4,
        "四平市": 2,
        "辽源市": 1,
        "通化市": 2,
        "白山市": 1,
        "松原市": 1,
        "白城市": 1,
        "延边州": 3,
        "长白山保护开发区": 1,
    }
    assert check_join(towns) == []


def test_eleven_towns_have_a_sourced_point_inside_their_county(towns: JoinedProgramme, tianditu: Boundaries) -> None:
    shapes = dict(zip(tianditu.counties["adcode"], tianditu.counties.geometry, strict=True))
    pointed = [m for m in towns.programme.members if m.special is not None and m.special.point is not None]
    assert len(pointed) == 11
    for member in pointed:
        assert member.special is not None
        assert member.town is not None
        assert member.special.point_source
        assert member.town.point_datum
        assert shapes[member.special.host_adcodes[0]].covers(shapely.Point(member.special.point))
    others = [member for member in towns.programme.members if member not in pointed]
    assert all(member.town is not None and member.town.searched for member in others)


def test_names_hosts_and_functional_areas_then_and_now(towns: JoinedProgramme) -> None:
    by_name = {member.listed_name: member.town for member in towns.programme.members}
    assert sorted(name for name, town in by_name.items() if town and town.present_status == "街道") == [
        "卡伦镇",
        "奢岭镇",
    ]
    fanjiatun = by_name["范家屯镇"]
    assert fanjiatun is not None
    assert (fanjiatun.prefecture_then, fanjiatun.prefecture_now, fanjiatun.moved) == ("四平市", "长春市", True)
    assert {town.note_in_list for town in by_name.values() if town and town.note_in_list} == {
        "莲花山旅游度假区",
        "中新食品区",
        "北大壶体育旅游经济开发区",
        "白城市生态新区",
        "珲春市生态新城",
    }
    for word, name in (
        ("金洲乡", "金州乡"),
        ("叶赫满族镇", "叶赫镇"),
        ("卡伦湖街道", "卡伦镇"),
        ("中新食品区", "岔路河镇"),
    ):
        assert [zone.name_zh for zone in Selection(query=word).apply(towns.programme)] == [name]


def test_five_towns_lie_in_zone_11(towns: JoinedProgramme, programme: Programme) -> None:
    codes = {member.adcode for member in programme.get_zone(11).members if member.adcode}
    inside = [m.listed_name for m in towns.programme.members if m.special and set(m.special.host_adcodes) & codes]
    assert inside == ["奢岭镇", "卡伦镇", "孤店子镇", "岔路河镇", "北大湖镇"]


def test_an_export_of_towns_has_points_where_they_are_known(towns: JoinedProgramme) -> None:
    features = json.loads(encode_geojson(build_layer(towns, "members")))["features"]
    assert sum(feature["geometry"] is not None for feature in features) == 11
    assert features[3]["properties"]["geometry_quality"] == "host_only"
    zones = json.loads(encode_geojson(build_layer(towns, "zones")))["features"]
    assert [zone["geometry"] for zone in zones] == [feature["geometry"] for feature in features]


# --- the land consolidation ---


def test_23_measures_in_five_groups_and_five_safeguards(land: JoinedProgramme) -> None:
    programme = land.programme
    assert [part.count for part in programme.structure] == [1, 5, 8]
    by_group = Counter(measure.group for measure in programme.measures)
    assert list(by_group.values()) == [3, 8, 3, 5, 4, 5]
    assert [measure.number for measure in programme.measures[:23]] == [f"{number}." for number in range(1, 24)]
    assert all(programme.get_group(measure.group).role == "safeguard" for measure in programme.measures[23:])


def test_the_whole_municipality_is_drawn_and_smaller_places_are_marked(
    land: JoinedProgramme, programme: Programme
) -> None:
    assert land.members["status"].tolist() == ["whole"]
    tied = {measure.number: measure for measure in land.programme.measures if measure.scope == "places"}
    assert list(tied) == ["20."]
    assert len(tied["20."].scope_adcodes) == 21
    nine = {member.adcode for member in programme.get_zone(9).members}
    assert len(nine) == 9
    assert all(str(code).startswith("50") for code in nine)


# --- rules ---


def test_the_rules_of_every_document_are_tested(
    joined: JoinedProgramme, towns: JoinedProgramme, land: JoinedProgramme
) -> None:
    results = {result.rule.id: result for one in (joined, towns, land) for result in apply_rules(one)}
    assert {name for name, result in results.items() if result.verdict == "holds"} == {
        "five_tasks",
        "all_taken",
        "each_prefecture",
        "measures_in_groups",
        "structure_1_5_8",
    }
    scope = {outcome.subject: outcome for outcome in results["scope"].outcomes}
    assert [name for name, outcome in scope.items() if outcome.verdict == "exception"] == [
        "宁德市", "清远市", "淄博市", "渭南市", "咸阳市", "吉林市"
    ]  # fmt: skip
    assert scope["许昌市"].verdict == "holds"
    assert all(outcome.city for outcome in scope.values())


def test_a_city_without_a_sourced_class_cannot_be_told(tmp_path: Path, tianditu: Boundaries) -> None:
    folder = _copy("urban_rural_integration_2019", tmp_path / "unclassed")
    (folder / "cities.csv").unlink()
    scope = apply_rules(join(load_programme(folder), tianditu))[0]
    assert scope.verdict == "cannot_tell"
    assert set(scope.counts) == {"cannot_tell"}


def test_a_lost_town_breaks_the_rule_of_the_prefectures(tmp_path: Path, tianditu: Boundaries) -> None:
    folder = _copy(TOWNS, tmp_path / "fewer")
    for name in ("zones", "members", "special_areas", "towns"):
        path = folder / f"{name}.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(lines[:17] + lines[18:]), encoding="utf-8")
    result = apply_rules(join(load_programme(folder), tianditu))[0]
    assert [outcome.subject for outcome in result.outcomes if outcome.verdict == "exception"] == ["松原市"]


# --- everything that can be wrong, at once ---


def test_every_fault_of_a_programme_is_told_at_once_with_file_row_and_field(tmp_path: Path) -> None:
    folder = _copy(TOWNS, tmp_path / "faulty")
    head = folder / "programme.toml"
    head.write_text(
        head.read_text(encoding="utf-8")
        .replace('kind = "towns"', 'kind = "villages"')
        .replace('role = "measure"', 'role = "wish"')
        .replace('without_tables = ["tasks"', 'without_tables = ["zones", "tasks"'),
        encoding="utf-8",
    )
    _edit(folder / "members.csv", 2, kind="hamlet")
    _edit(folder / "special_areas.csv", 6, lon="25.1")
    _edit(folder / "special_areas.csv", 8, lon="125.3", lat="43.9")
    _edit(folder / "special_areas.csv", 10, lon="131.5", lat="40.0")
    _edit(folder / "measures.csv", 3, group="nothing")
    _edit(folder / "measures.csv", 4, scope="places")
    _edit(folder / "measures.csv", 5, measure="2")
    _edit(folder / "towns.csv", 3, searched="")
    _edit(folder / "towns.csv", 16, point_datum="")
    _edit(folder / "rules.csv", 2, kind="hope")
    loaded, problems = check_programme(folder)
    assert loaded is None
    found = {(problem.file, problem.row, problem.field) for problem in problems}
    assert found >= {
        ("programme.toml", None, "kind"),
        ("programme.toml", None, "role"),
        ("programme.toml", None, "without_tables"),
        ("members.csv", 2, "kind"),
        ("special_areas.csv", 6, "lon"),
        ("special_areas.csv", 8, "lon"),
        ("special_areas.csv", 10, "lon"),
        ("measures.csv", 3, "group"),
        ("measures.csv", 4, "scope_adcodes"),
        ("measures.csv", 4, "scope_source"),
        ("measures.csv", 5, "measure"),
        ("towns.csv", 3, "searched"),
        ("towns.csv", 16, "point_datum"),
        ("rules.csv", 2, "kind"),
    }
    told = {(problem.file, problem.row): problem.message for problem in problems}
    assert "points to no group" in told["measures.csv", 3]
    assert "not in 220202" in told["special_areas.csv", 8]
    assert "in no county" in told["special_areas.csv", 10]


def test_a_structure_that_does_not_add_up_is_told(tmp_path: Path) -> None:
    folder = _copy(LAND, tmp_path / "structure")
    head = folder / "programme.toml"
    head.write_text(head.read_text(encoding="utf-8").replace("count = 8", "count = 9"), encoding="utf-8")
    assert [problem.field for problem in check_programme(folder)[1]] == ["count", "count"]


def test_two_programmes_with_one_id_are_told(tmp_path: Path) -> None:
    _copy(TOWNS, tmp_path / "one")
    _copy(TOWNS, tmp_path / "two")
    problems = check_ids(tmp_path)
    assert [(problem.file, problem.field, problem.value) for problem in problems] == [
        ("two/programme.toml", "id", TOWNS)
    ]


# --- the terminal ---


def test_the_terminal_shows_towns_measures_and_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["zones", "--programme", TOWNS]) == 0
    assert "22 of 22 towns; 11 with a sourced coordinate" in capsys.readouterr().out
    assert run(["zones", "--programme", LAND]) == 0
    assert "28 measures and safeguards" in capsys.readouterr().out
    assert run(["check", "--programme", TOWNS]) == 0
    assert "At least one demonstration town in each prefecture): 9 holds" in capsys.readouterr().out
    assert run(["audit", "--programme", LAND]) == 0
    assert "the document states no area" in capsys.readouterr().err
    assert run(["check", "--json"]) == 0
    rules = json.loads(capsys.readouterr().out)["rules"]
    assert [rule["verdict"] for rule in rules] == ["exception", "holds", "holds", "cannot_tell"]


def test_towns_and_measures_are_layers_of_the_programmes_that_have_them(
    towns: JoinedProgramme, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert list_layers(towns.programme) == tuple(name for name in LAYERS if name not in ("tasks", "projects"))
    found = {row["listed_name"]: row for row in build_layer(towns, "towns").frame.to_dict("records")}
    assert len(found) == 22
    assert all((row["geometry"] is not None) == (row["placed"] == "point") for row in found.values())
    assert sum(row["placed"] == "point" for row in found.values()) == 11
    moved = found["范家屯镇"]
    assert (moved["prefecture_then"], moved["prefecture_now"], moved["county_now"]) == ("四平市", "长春市", "公主岭市")
    assert found["卡伦镇"]["present_status"] == "街道"
    assert found["金州乡"]["aliases"] == ["金洲乡"]
    assert all(bool(row["note"]) == bool(row["note_zh"]) for row in found.values())
    assert all(bool(row["searched"]) == bool(row["searched_zh"]) for row in found.values())
    assert all(bool(row["point_source"]) == bool(row["point_zh"]) for row in found.values())
    assert run(["export", "--programme", LAND, "--layer", "measures", "-o", str(tmp_path / "m.csv")]) == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "m.csv").read_text(encoding="utf-8-sig"))))
    assert [row["measure_role"] for row in rows].count("measure") == 23
    assert len({row["measure_group"] for row in rows}) == 6
    capsys.readouterr()
    assert run(["export", "--programme", LAND, "--layer", "towns", "-o", str(tmp_path / "t.csv")]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert f"{LAND} has no layer towns: it has zones, members, measures" in told


def test_the_entry_criterion_is_tested_on_earlier_pilots(tianditu: Boundaries) -> None:
    (entry,) = (one for one in apply_rules(join(load_programme(), tianditu)) if one.rule.kind == "earlier_pilots")
    verdicts = {outcome.subject: outcome.verdict for outcome in entry.outcomes}
    # 成都 and 重庆 have been the zones of 统筹城乡 since 2007; of six other pilots there is no list.
    assert {name for name, verdict in verdicts.items() if verdict == "holds"} == {"四川成都西部片区", "重庆西部片区"}
    assert list(verdicts.values()).count("cannot_tell") == 9
    assert all("no list" in outcome.detail for outcome in entry.outcomes if outcome.verdict == "cannot_tell")
