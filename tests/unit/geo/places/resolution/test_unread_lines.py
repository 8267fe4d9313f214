"""Lists of lines: every item leaves a row, whatever it says, and no heading, title or signature does."""

from __future__ import annotations

import pytest

from pilotzones.geo.documents.drafts.plain_list import draft_list
from tests.helpers.listed_places import read, resolved


def list_names(text: str) -> list[str]:
    """What `resolve` lists; `import` must list the same."""
    names = [row.listed_text for row in resolved(text)]
    assert sorted(member.listed_text for _, member in draft_list(read(text)).members) == sorted(names)
    return names


@pytest.mark.parametrize(
    "lines",
    [
        ["两大平原", "京津冀", "长三角", "黑龙江省"],
        ["松嫩平原", "四川盆地", "河西走廊", "黄土高原", "山东半岛", "大别山革命老区", "贵州省"],
        ["燕山-太行山区", "滇西边境山区", "四省藏区", "南疆三地州", "东北三省", "苏北", "西藏"],
        ["长三角", "义乌国际贸易综合改革试点", "德清县"],
        ["假想县", "德清县", "义乌市", "张三李四"],
        ["德清县", "xyz", "义乌市"],
        ["温州市金融综合改革试验区", "某某试点", "横琴粤澳深度合作区"],
    ],
)
@pytest.mark.parametrize("numbering", ["{}", "{n}.{}", "（{n}）{}", "- {}"])
def test_every_line_of_a_list_is_a_row(lines: list[str], numbering: str) -> None:
    text = "\n".join(numbering.format(line, n=number) for number, line in enumerate(lines, start=1))
    assert list_names(text) == lines


def test_a_region_on_a_numbered_line_is_a_region_and_no_county_of_its_name() -> None:
    rows = resolved("1.两大平原\n2.三江平原\n3.关中平原\n4.浙江省")
    assert [(row.listed_text, row.level, row.adcode) for row in rows] == [
        ("两大平原", "region", ()),
        ("三江平原", "region", ()),
        ("关中平原", "region", ()),
        ("浙江省", "province", ("330000",)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        (
            "关于印发方案的通知\n一、总体要求\n坚持以人民为中心，全面完成各项任务，为全省提供经验。\n二、试点范围\n德清县\n义乌市\n"
            "三、工作任务\n（一）推进改革\n各地要高度重视。\n浙江省人民政府办公厅\n2020年5月1日"
        ),
        "2020年国家级试点县名单\n德清县\n义乌市\n2020年5月1日",
        "第一批\n德清县\n第二批\n义乌市",
        "浙江省（1个）\n德清县\n义乌市",
        "建议保留试点资格的县\n德清县\n义乌市",
        "一、保留名单\n德清县\n二、继续试点\n义乌市",
    ],
)
def test_titles_headings_and_signatures_are_no_items(text: str) -> None:
    assert list_names(text) == ["德清县", "义乌市"]


def test_a_line_nobody_knows_inside_a_list_below_its_province_is_a_question() -> None:
    text = "浙江省\n德清县\n某某\n义乌市\n江苏省\n昆山市\n太仓市\n其他\n某某园区"
    rows = [(row.listed_text, row.status) for row in resolved(text)]
    assert rows == [
        ("德清县", "accepted"),
        ("某某", "unresolved"),
        ("义乌市", "accepted"),
        ("昆山市", "accepted"),
        ("太仓市", "accepted"),
        ("某某园区", "not_a_county"),
    ]


def test_a_county_or_city_above_a_town_or_an_area_does_not_vanish() -> None:
    rows = resolved("德清县\n义乌市\n某某镇\n桐乡市\n南湖区")
    assert [(row.listed_text, row.status) for row in rows] == [
        ("德清县", "accepted"),
        ("义乌市", "review"),
        ("某某镇", "not_a_county"),
        ("桐乡市", "accepted"),
        ("南湖区", "accepted"),
    ]
    rows = resolved("浙江省湖州市\n福建省三明市\n江西省抚州市\n某某试验区")
    assert [(row.listed_text, row.status) for row in rows][2:] == [
        ("江西省抚州市", "review"),
        ("某某试验区", "not_a_county"),
    ]


def test_a_number_that_begins_a_line_counts_nothing() -> None:
    draft = draft_list(read("滇西边境山区\n四省藏区\n罗霄山区\n贵州省"))
    assert "count_differs" not in [note.code for note in draft.notes]


def test_the_label_of_a_line_is_no_item() -> None:
    assert list_names("试点县：德清县\n候选县：义乌市") == ["德清县", "义乌市"]


@pytest.mark.parametrize("first", ["第一师", "一师", "农一师", "兵团第一师", "新疆生产建设兵团第一师"])
def test_a_city_written_with_its_division_of_the_corps_is_the_city(first: str) -> None:
    rows = resolved(f"{first}阿拉尔市\n第十二师\n第九师\n五家渠市")
    assert [(row.status, row.adcode, row.container_adcode) for row in rows] == [
        ("accepted", ("659002",), ()),
        ("not_a_county", (), ("650000",)),
        ("not_a_county", (), ("650000",)),
        ("accepted", ("659004",), ()),
    ]
    rows = resolved(f"序号\t师（市）\n1\t{first}阿拉尔市\n2\t第八师石河子市\n")
    assert [row.adcode for row in rows] == [("659002",), ("659001",)]


def test_a_city_written_with_the_division_of_another_is_a_question() -> None:
    rows = resolved("试点：第二师阿拉尔市、第八师石河子市。")
    assert [(row.status, row.listed_text) for row in rows] == [("review", "阿拉尔市"), ("accepted", "第八师石河子市")]


def test_the_corps_heads_its_cities_and_is_an_area_where_it_is_an_item() -> None:
    text = "浙江省（1个）：德清县\n新疆生产建设兵团（2个）：石河子市、五家渠市"
    assert [(row.status, row.listed_text) for row in resolved(text)] == [
        ("accepted", "德清县"),
        ("accepted", "石河子市"),
        ("accepted", "五家渠市"),
    ]
    rows = resolved("浙江省、新疆维吾尔自治区、新疆生产建设兵团")
    assert [row.status for row in rows] == ["accepted", "accepted", "not_a_county"]


def test_a_county_that_looks_like_a_heading_of_another_is_a_member() -> None:
    assert list_names("1.德清县\n义乌市\n某某") == ["德清县", "义乌市", "某某"]
