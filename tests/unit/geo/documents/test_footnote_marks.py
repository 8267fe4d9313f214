"""Note marks behind names: a note that takes the place back, leaves it open or means a part of it makes it a question."""

from __future__ import annotations

import pytest

from pilotzones.geo.documents.footnote_marks import add_footnote_marks
from pilotzones.geo.documents.marks import Mark
from tests.helpers.listed_places import accepted, open_places


@pytest.mark.parametrize(
    "text",
    [
        "市,县\n湖州市,安吉县*\n湖州市,德清县\n湖州市,长兴县\n注：*为2021年退出的县。\n",
        "名单（带★的为备选）：德清县、安吉县★、长兴县。",
        "试点县：德清县、安吉县①、长兴县②。\n注：①仅含递铺街道。②2020年新增。",
        "试点县：德清县、安吉县①、长兴县②。\n①安吉县仅含递铺街道。②2020年新增。",
        "试点县：德清县、安吉县[3]、长兴县。\n[3]候选。",
        "试点县：德清县、安吉县¹、长兴县²。\n注1：2020年退出。\n注2：数据来源：统计局。",
        "省\t县\n浙江省\t德清县\n浙江省\t安吉县**\n浙江省\t长兴县*\n注：*为新增县；**为拟新增县。\n",
        "试点县：德清县、长兴县。安吉县仅含递铺街道。",
    ],
)
def test_a_note_that_is_against_a_place_makes_it_a_question(text: str) -> None:
    assert accepted(text) == ["330521", "330522"]
    assert {name for name, _ in open_places(text)} == {"安吉县"}


@pytest.mark.parametrize(
    "text",
    [
        "名单（带*的为2020年新增）：德清县*、安吉县、长兴县*。",
        "①德清县；②长兴县；③安吉县",
        "试点县：德清县、安吉县[1]、长兴县。\n[1]数据来源：湖州市统计局。",
        "试点县：德清县、安吉县、长兴县[1]。\n①含开发区。[1]2020年新增。",
    ],
)
def test_other_notes_and_numbers_change_nothing(text: str) -> None:
    assert accepted(text) == ["330521", "330522", "330523"]


def test_marks_stay_in_order_and_apart() -> None:
    text = "德清县*、安吉县*\n*为候选"
    marks = add_footnote_marks(text, (Mark(0, 4, "struck"),))
    assert [(mark.start, mark.end, mark.kind) for mark in marks] == [(0, 4, "struck"), (7, 9, "footnote")]
