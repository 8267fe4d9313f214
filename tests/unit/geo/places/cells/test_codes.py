"""Codes of divisions without names: alone on their lines, in a column, with the digits of a town behind them."""

from __future__ import annotations

import pytest

from pilotzones.geo.places.cells.codes import is_code_list, resolve_code
from tests.helpers.listed_places import accepted, resolved


@pytest.mark.parametrize(
    "text",
    [
        "330521\n330782\n220104",
        "代码\n330521\n330782\n220104",
        "2020年试点县代码表\n330521\n330782\n220104",
        "330521、330782、220104",
        "330521000000\n330782000000\n220104000000",
        "330521000\n330782000\n220104000",
        "330521.0\n330782.0\n220104.0",
        "序号\t区划代码\t面积\n1\t330521\t938\n2\t330782\t1105\n3\t220104\t379\n",
        "区划代码,面积\n330521,1200\n330782,1300\n220104,379",
        "<table><tr><th>代码<tr><td>330521、330782<tr><td>220104</table>",
    ],
)
def test_codes_alone_are_their_counties(text: str) -> None:
    assert accepted(text) == ["220104", "330521", "330782"]


def test_a_code_nobody_has_is_a_row() -> None:
    rows = resolved("330521\n330599\n123456\n330782")
    assert [(row.listed_text, row.status) for row in rows] == [
        ("330521", "accepted"),
        ("330599", "unresolved"),
        ("123456", "unresolved"),
        ("330782", "accepted"),
    ]


def test_a_code_of_a_town_lies_in_its_county() -> None:
    row = resolve_code("330521100000")
    assert (row.level, row.status, row.container_adcode, row.adcode) == ("town", "not_a_county", ("330521",), ())


def test_a_code_that_ended_is_its_successor_or_a_question() -> None:
    assert [row.status for row in map(resolve_code, ["330184", "110103", "330125"])] == ["review"] * 3
    assert {one.adcode for one in resolve_code("110103").candidates} == {"110101"}
    renamed = resolve_code("350681")
    assert (renamed.status, renamed.adcode) == ("accepted", ("350604",))
    assert renamed.reasons


def test_a_larger_unit_over_codes_inside_it_is_a_question() -> None:
    rows = resolved("330000\n330100\n330102")
    assert [row.status for row in rows] == ["review", "review", "accepted"]
    assert accepted("330000\n320000") == ["320000", "330000"]


def test_who_left_a_list_of_codes_is_no_plain_member() -> None:
    assert accepted("代码\t状态\n330521\t保留\n330782\t退出\n") == ["330521"]


@pytest.mark.parametrize(
    "text",
    [
        "面积\n330521\n330782",
        "联系人\t电话\n张三\t330521\n李四\t330782",
        "指标\t数值\n产量\t330521\n产值\t220104",
        "年份\t人口\n2015\t330521\n2016\t330782",
        "123456\n654321\n999999",
    ],
)
def test_other_numbers_of_six_digits_are_no_codes(text: str) -> None:
    assert accepted(text) == []


def test_what_reads_like_codes_must_be_known() -> None:
    assert is_code_list("330521，330782")
    assert not is_code_list("330521 德清县")
    assert not is_code_list("987654")


def test_the_code_of_a_row_places_an_area_nobody_knows() -> None:
    rows = resolved("名称\t代码\n某片区\t330521\n另一片区\t330782\n")
    assert [(row.status, row.container_adcode) for row in rows] == [
        ("not_a_county", ("330521",)),
        ("not_a_county", ("330782",)),
    ]
