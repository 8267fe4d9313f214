"""What is said behind names makes them members of a list, or leaves them open, wherever the other names of the text stand."""

from __future__ import annotations

import pytest

from tests.helpers.listed_places import accepted, open_places

OTHERS = "成武县、郓城县、东明县列为第二批试点。"
CODES = ["371723", "371725", "371728"]


@pytest.mark.parametrize(
    "words",
    [
        "列为第一批试点",
        "已纳入国家试点",
        "入选国家试点名单",
        "被确定为省级试点",
        "获批",
        "获批为试点县",
        "增列为试点",
        "同时列入",
        "成为首批示范县",
    ],
)
def test_names_before_words_that_admit_them_are_members(words: str) -> None:
    assert accepted(f"曹县{words}。{OTHERS}") == ["371721", *CODES]
    assert accepted(f"{OTHERS}曹县、单县{words}。") == ["371721", "371722", *CODES]


@pytest.mark.parametrize("words", ["入选国家级贫困县", "纳入黄河流域规划", "发展迅速"])
def test_words_of_other_things_admit_nothing(words: str) -> None:
    assert accepted(f"曹县{words}。{OTHERS}") == CODES


@pytest.mark.parametrize("words", ["经验收后列入", "经省级评估合格后纳入试点"])
def test_names_that_wait_for_an_examination_are_open(words: str) -> None:
    text = f"{OTHERS}曹县、单县{words}。"
    assert accepted(text) == CODES
    assert open_places(text) == [("曹县", "include"), ("单县", "include")]


def test_a_prefecture_that_is_admitted_heads_no_list_behind_it() -> None:
    assert accepted("菏泽市列入国家试点。单县、成武县、郓城县先行。") == ["371700", "371722", "371723", "371725"]


def test_numbers_with_a_point_before_names_of_one_line() -> None:
    text = "1.德清县 2.长兴县 3.安吉县\n4、南浔区 5、吴兴区\n"
    assert accepted(text) == ["330502", "330503", "330521", "330522", "330523"]


@pytest.mark.parametrize("words", ["经济社会发展迅速，人口众多", "不断加强基层治理"])
def test_a_sentence_of_other_things_behind_a_list_leaves_its_names_open(words: str) -> None:
    text = f"试点县：成武县、郓城县、东明县。曹县{words}。"
    assert accepted(text) == CODES
    assert open_places(text) == [("曹县", "include")]
