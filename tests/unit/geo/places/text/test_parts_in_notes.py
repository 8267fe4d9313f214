"""Notes in parentheses that take a part of a county out, or mean nothing but a part: the county is no member as a whole."""

from __future__ import annotations

import pytest

from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.places.text.retraction_cues import is_part_note
from tests.helpers.listed_places import read, resolved

TOWN = [("西来镇", "exclude", "review")]


@pytest.mark.parametrize(
    "write", ["试点范围：温江区、{}、崇州市。", "温江区、{}", "省份\t范围\n四川省\t{}、温江区\n四川省\t崇州市\n"]
)
@pytest.mark.parametrize(
    ("note", "towns"),
    [
        ("不含西来镇", TOWN),
        ("不包括西来镇", TOWN),
        ("除西来镇外", TOWN),
        ("西来镇除外", TOWN),
        ("除外：西来镇", TOWN),
        ("除东部外", []),
        ("不含城区", []),
        ("仅含西来镇", [("西来镇", "part", "not_a_county")]),
        ("仅西来镇", [("西来镇", "part", "not_a_county")]),
        ("部分", []),
    ],
)
def test_the_county_is_a_part_and_its_towns_are_told_apart(
    write: str, note: str, towns: list[tuple[str, str, str]]
) -> None:
    text = write.format(f"蒲江县（{note}）")
    rows = resolved(text)
    (county,) = [row for row in rows if row.listed_text == "蒲江县"]
    assert (county.op, county.status, county.adcode) == ("partial", "accepted", ("510131",))
    assert [(row.listed_text, row.op, row.status) for row in rows if row.level == "town"] == towns
    assert not [row for row in rows if row.status == "unresolved"]
    draft = draft_list(read(text))
    assert "510131" not in {member.adcode for _, member in draft.members}
    assert not [member.listed_text for _, member in draft.members if member.status == "unresolved"]


def test_several_towns_are_taken_out_one_by_one() -> None:
    rows = resolved("试点范围包括蒲江县（除西来镇、寿安街道外）和大邑县")
    assert [(row.listed_text, row.op) for row in rows] == [
        ("蒲江县", "partial"),
        ("西来镇", "exclude"),
        ("寿安街道", "exclude"),
        ("大邑县", "include"),
    ]


def test_notes_that_take_the_name_itself_back_are_none_of_a_part() -> None:
    for note in ("除外", "不含", "不包括在内", "2019年退出", "除名", "国家级", "暂缓"):
        assert not is_part_note(note)
    for note in ("不含市辖区", "除北部地区外", "城区除外", "仅限中心城区"):
        assert is_part_note(note)


def test_a_town_beside_its_county_is_a_town_in_it_and_no_county() -> None:
    for text in ("德清县 武康镇\n义乌市 佛堂镇", "武康镇（德清县）\n佛堂镇（义乌市）"):
        rows = resolved(text)
        assert [(row.level, row.status, row.container_adcode) for row in rows] == [
            ("town", "not_a_county", ("330521",)),
            ("town", "not_a_county", ("330782",)),
        ]
