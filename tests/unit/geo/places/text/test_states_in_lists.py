"""Words and marks beside a name in a list that say what it is: open, struck, of another county, or only of what kind."""

from __future__ import annotations

import pytest

from tests.helpers.listed_places import accepted, open_places, resolved

DEQING, YIWU, TONGXIANG = "330521", "330782", "330483"


@pytest.mark.parametrize(
    "text",
    [
        "德清县（暂定）\n义乌市",
        "德清县 ×\n义乌市 √",
        "德清县×　义乌市√",
        "义乌市√　德清县×",
        "~~德清县~~、义乌市",
        "德̶清̶县̶、义乌市",
        "| 县 | 备注 |\n|---|---|\n| ~~德清县~~ | |\n| 义乌市 | |",
        "德清县（创建单位）、义乌市",
        "德清县（培育对象）、义乌市",
        "同意将义乌市列入试点，德清县另行研究",
        "义乌市列入试点；条件成熟时德清县开展试点",
    ],
)
def test_a_place_that_is_struck_or_not_settled_is_a_question(text: str) -> None:
    assert accepted(text) == [YIWU]
    assert [name for name, _ in open_places(text)] == ["德清县"]


@pytest.mark.parametrize(
    "text", ["√义乌市 ×德清县", "义乌市、×德清县", "义乌市√、德清县×、桐乡市√", "义乌市√　德清县×　桐乡市√"]
)
def test_a_crossed_place_is_never_accepted(text: str) -> None:
    assert DEQING not in accepted(text)
    assert "德清县" in [name for name, _ in open_places(text)]


def test_kinds_in_parentheses_are_no_places() -> None:
    assert accepted("义乌市（县级市）、德清县（省级）、桐乡市（2019年新增）、湖州市（地级市）") == [
        "330483",
        "330500",
        DEQING,
        YIWU,
    ]
    assert open_places("义乌市（县级市）、德清县（省级）、桐乡市（第一批）") == []


def test_a_county_in_the_parenthesis_of_another_heads_nothing() -> None:
    assert accepted("余杭区（临平区）、德清县") == ["330110", DEQING]
    assert [name for name, _ in open_places("余杭区（临平区）、德清县")] == ["临平区"]
    assert accepted("浦东新区（南汇区）、德清县") == ["310115", DEQING]


def test_the_whole_of_a_city_in_other_words_is_the_city() -> None:
    assert accepted("湖州全市、嘉兴市全域") == ["330400", "330500"]


def test_a_bare_name_of_several_is_a_question_on_a_line_of_its_own_too() -> None:
    assert accepted("朝阳\n海淀\n通州") == ["110108"]
    assert [name for name, _ in open_places("朝阳\n海淀\n通州")] == ["朝阳", "通州"]


@pytest.mark.parametrize(
    "text",
    [
        "（浙江）德清县\n（吉林）朝阳区",
        "[浙江] 德清县\n[吉林省] 朝阳区",
        "【浙江】德清县\n【吉林】朝阳区",
        "1.（浙江省）德清县\n2.（吉林省长春市）朝阳区",
        "（浙江）德清县、（吉林省）朝阳区",
        "序号\t名称\n1\t（浙江）德清县\n2\t（吉林）朝阳区\n",
        "德清县（浙江）、朝阳区（吉林）",
    ],
)
def test_a_province_in_brackets_beside_a_name_says_where_it_lies(text: str) -> None:
    assert accepted(text) == ["220104", DEQING]


def test_each_name_has_the_province_in_front_of_it() -> None:
    rows = resolved("（浙江）德清县、（吉林省）朝阳区、（北京）朝阳区")
    assert [row.adcode for row in rows] == [(DEQING,), ("220104",), ("110105",)]
    assert [row.status for row in resolved("（江苏）德清县")] == ["review"]


def test_a_region_with_its_cities_in_parentheses_is_a_row_beside_them() -> None:
    rows = resolved("长株潭城市群（长沙市、株洲市、湘潭市）、武汉城市圈")
    assert [(row.listed_text, row.level, row.status) for row in rows] == [
        ("长株潭城市群", "region", "not_a_county"),
        ("长沙市", "prefecture", "accepted"),
        ("株洲市", "prefecture", "accepted"),
        ("湘潭市", "prefecture", "accepted"),
        ("武汉城市圈", "region", "not_a_county"),
    ]


def test_a_name_nobody_knows_between_two_others_is_a_row() -> None:
    rows = resolved("浙江省：德清县、某地、义乌市")
    assert [(row.listed_text, row.status) for row in rows] == [
        ("德清县", "accepted"),
        ("某地", "unresolved"),
        ("义乌市", "accepted"),
    ]
    assert [row.listed_text for row in resolved("德清县、义乌市、其他、桐乡市")] == ["德清县", "义乌市", "桐乡市"]
