"""Documents that list places in tables and in running text: both are read, nothing is lost, nothing comes twice."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilotzones.geo.documents.document_resolution import resolve_document
from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.places.gazetteer import Unit, load_gazetteer
from tests.helpers.listed_places import accepted, open_places, read

TABLE = "<table><tr><th>省<th>县<tr><td>贵州省<td>湄潭县<tr><td>云南省<td>大理市</table>"
MEITAN, DALI, WENJIANG, PIDU = ["520328", "532901", "510115", "510117"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"<p>四川成都西部片区：包括温江区、郫都区。</p><p>试点县名单</p>{TABLE}", [WENJIANG, PIDU, MEITAN, DALI]),
        (
            f"<p>一、成都西部片区</p><p>试验范围：温江区、郫都区。</p><p>二、其他</p>{TABLE}",
            [WENJIANG, PIDU, MEITAN, DALI],
        ),
        (f"{TABLE}<p>新增试点：四川省温江区。</p>", [WENJIANG, MEITAN, DALI]),
        # A sentence that sums up the table, and a table that sums up the sentences, list nothing twice.
        (f"<p>决定在贵州省湄潭县、云南省大理市开展试点，名单如下：</p>{TABLE}", [MEITAN, DALI]),
        ("试点县名单\n湄潭县\n大理市\n温江区\n（共3个）", [WENJIANG, MEITAN, DALI]),
        ("贵州省\n湄潭县\n桐梓县\n另有云南省大理市、剑川县参照执行。", [MEITAN, "520322", DALI, "532931"]),
    ],
)
def test_tables_and_running_text_are_both_read(text: str, expected: list[str]) -> None:
    assert accepted(text) == sorted(expected)


def test_an_imprint_is_no_list_and_a_name_of_a_sheet_is_no_member() -> None:
    assert accepted(f"<p>公告</p>{TABLE}<p>版权所有 北京市海淀区</p>") == [MEITAN, DALI]
    assert accepted(f"<p>贵州</p><table><tr><th>序号<th>县<tr><td>1<td>湄潭县</table><p>云南</p>{TABLE}") == [
        MEITAN,
        MEITAN,
        DALI,
    ]


def test_places_of_the_text_before_a_table_are_a_zone_of_their_own() -> None:
    table = "<table><tr><th>市<th>县<tr><td>天水市<td>武山县</table>"
    text = f"<p>一、试点范围包括陕西省城固县、洋县。</p>{table}<p>三、另增加宁夏回族自治区平罗县。</p>"
    zones = [(zone.name, [member.listed_text for member in zone.members]) for zone in draft_list(read(text)).zones]
    assert ("天水市", ["武山县"]) in zones
    assert sorted(name for _, names in zones for name in names) == [
        "宁夏回族自治区平罗县",
        "武山县",
        "洋县",
        "陕西省城固县",
    ]


def test_a_table_that_repeats_the_fields_is_no_second_list() -> None:
    text = "<p>一、西部片区</p><p>试验范围：湄潭县、大理市。</p>" + TABLE
    assert [len(zone.members) for zone in draft_list(read(text)).zones] == [2]


def test_what_the_text_takes_back_or_leaves_open_behind_a_list_is_open_in_both() -> None:
    text = "试点范围：都江堰市、彭州市、崇州市、邛崃市。其中彭州市已移出名单，崇州市尚未批准，邛崃市由什邡市替换。"
    assert accepted(text) == ["510181", "510682"]
    assert {name for name, _ in open_places(text)} == {"彭州市", "崇州市", "邛崃市"}
    assert {name for name, _ in open_places("试点县：都江堰市、彭州市。候选试点县：崇州市。拟申报：什邡市。")} == {
        "崇州市",
        "什邡市",
    }


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (
            "甘肃省陇西县、静宁县等5个县开展试点。",
            ["甘肃省陇西县、静宁县等5个县: 5 places are stated; 2 were found."],
        ),
        ("甘肃省陇西县、静宁县等2个县开展试点。", []),
        ("四川省成都市、绵阳市（除北川县、平武县）、资阳市等3个市。", []),
        (
            "一、甘肃省（3个）：陇西县、静宁县\n二、四川省（2个）：都江堰市、彭州市",
            ["一、甘肃省(3个): 3 places are stated; 2 were found."],
        ),
        ("全国试点共5个：都江堰市、彭州市。", ["全国试点共5个: 5 places are stated; 2 were found."]),
        (
            "四川省都江堰市、彭州市等三个市，贵州省湄潭县、桐梓县两县。",
            ["四川省都江堰市、彭州市等三个市: 3 places are stated; 2 were found."],
        ),
    ],
)
def test_a_number_that_the_text_states_is_compared(text: str, notes: list[str]) -> None:
    document = read(text)
    assert [str(note) for note in resolve_document(document).notes if note.code == "count_differs"] == notes
    assert [str(note) for note in draft_list(document).notes if note.code == "count_differs"] == notes


COUNTIES = [unit for unit in load_gazetteer().units.values() if unit.level == "county" and unit.code[:2] < "70"]


@given(st.lists(st.sampled_from(COUNTIES), min_size=6, max_size=14, unique_by=lambda unit: unit.code), st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_random_list_comes_back_from_a_table_with_a_list_beside_it(units: list[Unit], data: st.DataObject) -> None:
    cut = data.draw(st.integers(min_value=2, max_value=len(units) - 2))
    separator = data.draw(st.sampled_from(["、", "，", "；"]))
    names = separator.join("".join(dict.fromkeys((unit.province, unit.prefecture, unit.name))) for unit in units[:cut])
    prose = data.draw(st.sampled_from(["试点范围包括{}。", "试验范围：{}。", "另增加{}。", "一、新增名单：{}"])).format(
        names
    )
    rows = "".join(f"<tr><td>{unit.province}<td>{unit.prefecture}<td>{unit.name}" for unit in units[cut:])
    table = f"<table><tr><th>省份<th>市<th>县{rows}</table>"
    text = data.draw(st.sampled_from([f"<p>{prose}</p><p>试点名单</p>{table}", f"{table}<p>{prose}</p>"]))
    assert accepted(text) == sorted(unit.code for unit in units)
