"""Codes of divisions in running text, in place of names and beside them."""

from __future__ import annotations

import pytest

from pilotzones.geo.places import resolve_text
from tests.helpers.listed_places import accepted, open_places


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("试点地区代码：330521、330782。", ["330521", "330782"]),
        ("试点地区为330521、330782、330411。", ["330411", "330521", "330782"]),
        ("本次试点包括330521和330782两个县。", ["330521", "330782"]),
        ("行政区划代码330521000000和330782000000列入试点", ["330521", "330782"]),
        ("试点：德清县、330782。", ["330521", "330782"]),
        ("试点县：德清县（330521）、330782 义乌市", ["330521", "330782"]),
        ("试点县：德清县,330521。", ["330521"]),
    ],
)
def test_codes_that_a_sentence_enumerates_are_members(text: str, codes: list[str]) -> None:
    assert accepted(text) == codes


@pytest.mark.parametrize(
    "text",
    [
        "邮编：310000，电话：330521。",
        "新增耕地330521亩、330782亩",
        "2019年投资330521、330782万元",
        "批准文号：330521、330782",
    ],
)
def test_other_numbers_are_no_units(text: str) -> None:
    assert not resolve_text(text).rows


def test_a_code_that_nobody_knows_among_codes_is_a_row() -> None:
    rows = resolve_text("试点地区代码：999999、330521。").rows
    assert [(row.listed_text, row.status) for row in rows] == [("999999", "unresolved"), ("330521", "accepted")]


def test_codes_that_words_take_back_wait_for_a_person() -> None:
    assert dict(open_places("试点地区代码：330521、330782，其中330782除外。")).keys() == {"330521", "330782"}


def test_a_code_outside_the_province_given_waits_for_a_person() -> None:
    statuses = [row.status for row in resolve_text("试点地区代码：330521、220322。", province="浙江省").rows]
    assert statuses == ["accepted", "review"]


def test_a_code_is_compared_with_the_name_behind_it_in_the_middle_of_a_list() -> None:
    assert open_places("试点：530922凤庆县、621121通渭县") == [("凤庆县", "include")]
