"""Damaged names: read by their shape for review, never accepted, never deciding what follows them."""

import pytest

from pilotzones.geo.places import ResolvedRow, resolve_names, resolve_text
from pilotzones.geo.places.text.ocr_correction import CONFUSABLE_CHARS


def answers(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Listed text, status and codes of every row."""
    return [(row.listed_text, row.status, row.adcode) for row in resolve_text(text)]


def first(row: ResolvedRow) -> str:
    return row.candidates[0].adcode if row.candidates else ""


def test_no_character_stands_in_two_groups_of_shapes() -> None:
    chars = CONFUSABLE_CHARS.replace(" ", "")
    assert len(chars) == len(set(chars))


def test_a_name_behind_a_damaged_prefecture_is_accepted_only_when_nothing_there_looks_like_it() -> None:
    found = answers("范围包括淮安巾洪泽区、淮阳区、盱眙县。")
    assert found == [
        ("淮安巾洪泽区", "accepted", ("320813",)), ("淮阳区", "review", ("411603",)), ("盱眙县", "accepted", ("320830",)),
    ]  # fmt: skip


def test_what_only_a_damaged_prefecture_decides_is_for_review() -> None:
    rows = list(resolve_text("阳泉巾矿区、城区、郊区"))
    assert [row.status for row in rows] == ["review"] * 3
    assert [first(row) for row in rows] == ["140303", "140302", "140311"]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("长春市二道巨、双阳区", "220105"),
        ("本溪市乎山区、溪湖区", "210502"),
        ("阳江市汪城区、阳西县", "441702"),
        ("大连市垫河口区、庄河市", "210204"),
        ("鹤岗市绥滨县、兴*区", "230407"),
    ],
)
def test_a_damaged_county_is_never_its_prefecture_nor_a_county_elsewhere(text: str, right: str) -> None:
    rows = list(resolve_text(text))
    assert len(rows) == 2
    damaged = next(row for row in rows if row.status == "review")
    assert right in {one.adcode for one in damaged.candidates}


@pytest.mark.parametrize(
    "text", ["包括青岛市市南区、*西市、胶州市。", "包括上饶*广丰区、铅山县。", "包括横*市、宾阳县、*林县。"]
)
def test_a_name_beside_a_blot_is_not_accepted(text: str) -> None:
    assert not any(row.status == "accepted" and "*" in row.listed_text[-3:] for row in resolve_text(text))
    assert not {code for row in resolve_text(text) if row.status == "accepted" for code in row.adcode} & {
        "210803", "361100", "410581",
    }  # fmt: skip


def test_a_province_blotted_out_as_a_whole_leaves_a_name_that_fits_it_alone() -> None:
    assert answers("青海省湟源县,*自治区昭苏县。")[1] == ("*自治区昭苏县", "accepted", ("654026",))
    assert answers("青海省湟源县,*自治区泗县。")[1][1] == "review"
    assert [row.status for row in resolve_names(["*自治区昭苏县", "*自治区泗县"])] == ["accepted", "review"]


def test_an_unknown_area_with_a_list_of_its_own_inherits_no_prefecture_of_the_line_above() -> None:
    rows = list(resolve_text("延边州：朝阳川镇、江南镇\n长白山保护开发区：二道白河镇\n吉林市：孤店子镇"))
    assert [row.container_adcode for row in rows] == [("222400",), ("222400",), (), (), ("220200",)]
    assert {row.status for row in rows} == {"not_a_county"}


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("包括宜春市高安市、龙泉市玉门市、金塔县。", "龙泉市 玉门市"),
        ("包括淮南市潘集区、八花山区、凤台县。", "花山区"),
        ("包括镇江市丹阳市，陇南市文具、西和县。", "陇南市文具"),
        ("包括商丘市梁园区、宁陵县、林县。", "林县"),
    ],
)
def test_misread_names_that_are_names_elsewhere_are_questions(text: str, doubtful: str) -> None:
    found = answers(text)
    assert [listed for listed, status, _ in found if status != "accepted"] == doubtful.split()


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("包括信阳市平桥区、□县、商城县。", "411528"),
        ("包括永州市东安县、道具、双牌县。", "431124"),
        ("包括百色市凌云县、通江区、田林县。", "451002"),
        ("包括安康市南阳县、镇坪县。", "610924"),
        ("包括宿州市砀山县、萧县、灵璧县、海县。", "341324"),
        ("包括益阳市安化县、*山区、沅江市。", "430903"),
    ],
)
def test_a_blotted_or_misread_name_is_a_row_with_the_right_place_among_the_first(text: str, right: str) -> None:
    rows = list(resolve_text(text))
    assert len(rows) == text.count("、") + 1
    assert sum(row.status != "accepted" for row in rows) == 1
    (open_one,) = (row for row in rows if row.status != "accepted")
    assert right in {one.adcode for one in open_one.candidates[:2]}
