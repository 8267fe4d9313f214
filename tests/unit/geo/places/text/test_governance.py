"""The unit that governs a place (由成都市代管) is no place of the list, and the place that it governs is one."""

from __future__ import annotations

import pytest

from pilotzones.geo.documents.drafts.plain_list import draft_list
from tests.helpers.listed_places import accepted, open_places, read, resolved


@pytest.mark.parametrize(
    "write", ["试点：{}、无为市、巢湖市。", "{}\n无为市\n巢湖市\n", "试点县有无为市、巢湖市、{}。"]
)
@pytest.mark.parametrize(
    "place",
    [
        "桐城市（由安庆市代管）",
        "桐城市（安庆市代管）",
        "桐城市（安庆代管）",
        "安徽省桐城市（由安庆市代管）",
        "桐城市（1988年划归安庆市管辖）",
        "桐城市（隶属安庆市）",
        "桐城市（安徽省直管）",
        "由安庆市代管的桐城市",
        "安庆市管理的桐城市",
    ],
)
def test_the_place_is_listed_and_its_governing_unit_is_not(write: str, place: str) -> None:
    rows = resolved(write.format(place))
    assert {(row.adcode, row.op, row.status) for row in rows} == {
        ((code,), "include", "accepted") for code in ("340181", "340281", "340881")
    }


def test_a_draft_has_the_place_and_not_its_prefecture() -> None:
    draft = draft_list(read("巢湖市（由合肥市代管）\n桐城市（由安庆市代管）\n无为市\n"))
    assert [member.adcode for zone in draft.zones for member in zone.members] == ["340181", "340881", "340281"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("沁阳市由焦作市代管，孟州市由焦作市管理。", ["410882", "410883"]),
        ("设立县级巢湖市，由安徽省直辖，合肥市代管。", ["340181"]),
        ("鼓楼区（由徐州市管辖）、云龙区", ["320302", "320303"]),
        ("将余杭区、临平区划归杭州市管理，列入试点", ["330110", "330113"]),
        ("温州市（代管龙港市）、金华市", ["330300", "330700"]),
        ("长春市代管的公主岭市、榆树市", ["220184", "220182"]),
    ],
)
def test_running_text_that_says_who_governs_a_place(text: str, codes: list[str]) -> None:
    assert [code for row in resolved(text) if row.op == "include" for code in row.adcode] == codes


def test_a_place_that_the_named_unit_does_not_hold_is_open() -> None:
    (row,) = resolved("桐城市（由合肥市代管）")
    assert (row.status, row.adcode) == ("review", ("340881",))


def test_a_county_over_what_it_held_as_a_prefecture_is_open() -> None:
    row, *rest = resolved("巢湖市（县级）\n无为市\n桐城市\n")
    assert (row.status, row.adcode) == ("review", ("340181",))
    assert [one.status for one in rest] == ["accepted", "accepted"]


def test_a_draft_of_running_text_has_no_question_about_the_governing_unit() -> None:
    text = "试点：简阳市（由成都市代管）、公主岭市（2020年划归长春市代管）、余姚市（隶属宁波市）。"
    assert accepted(text) == ["220184", "330281", "510185"]
    assert open_places(text) == []


def test_a_county_before_an_area_that_reaches_beyond_it_is_a_part() -> None:
    county, area = resolved("试点：仁寿县（四川天府新区眉山片区）。")
    assert (county.op, county.adcode, area.op) == ("partial", ("511421",), "part")


@pytest.mark.parametrize("note", ["含余杭区", "含余杭区、临平区", "其中余杭区为重点", "包括桐庐县", "代管桐庐县"])
def test_a_prefecture_with_a_note_on_some_of_its_counties_stays_a_member(note: str) -> None:
    draft = draft_list(read(f"试点：杭州市（{note}）、金华市。"))
    assert [member.adcode for _, member in draft.members] == ["330100", "330700"]


def test_a_prefecture_whose_counties_are_all_listed_is_given_by_them() -> None:
    draft = draft_list(read("试点：湖州市全域（吴兴区、南浔区、德清县、长兴县、安吉县）、金华市。"))
    codes = ["330502", "330503", "330521", "330522", "330523", "330700"]
    assert [member.adcode for _, member in draft.members] == codes
