"""Lines whose larger units stand behind the name, and names right behind a heading."""

from __future__ import annotations

import pytest

from tests.helpers.listed_places import accepted, open_places


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("德清县 湖州市 浙江省\n海城市 鞍山市 辽宁省\n玛多县 果洛藏族自治州 青海省", ["210381", "330521", "632626"]),
        ("1.德清县，浙江省\n2.海城市，辽宁省", ["210381", "330521"]),
        ("朝阳区 北京市\n朝阳区 长春市 吉林省", ["110105", "220104"]),
        ("德清县，浙江省", ["330521"]),
        ("德清县，安吉县\n昆山市，江苏省", ["320583", "330521", "330523"]),
        ("东方市  海南省\n南沙区 三沙市 海南省\n江津区  重庆市", ["460322", "469007", "500116"]),
        ("长兴县、湖州市", ["330500", "330522"]),
        (
            "各省、自治区、直辖市人民政府：\n双塔区 朝阳市 辽宁省\n乌兰县 海西州 青海省\n都兰县 海西州 青海省\n特此通知。",
            ["211302", "632821", "632822"],
        ),
    ],
)
def test_larger_units_behind_a_name_say_where_it_lies(text: str, codes: list[str]) -> None:
    assert accepted(text) == codes
    assert not open_places(text)


def test_one_or_two_names_behind_a_heading_and_a_full_stop_are_listed() -> None:
    text = "（一）山西省。尧都区、泽州县、静乐县。\n（二）福建省。建宁县。\n（三）山东省。临清市、蓬莱区。"
    assert accepted(text) == ["140525", "140926", "141002", "350430", "370614", "371581"]


def test_words_of_a_heading_below_a_list_take_nothing_back() -> None:
    text = (
        "第一批（2018年）\n广东省：南海区、阳山县、龙华区、坪山区\n第二批（2020年）\n内蒙古自治区：海南区、二连浩特市"
    )
    assert accepted(text) == ["150303", "152501", "440309", "440310", "440605", "441823"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("浙江/嘉兴/南湖\n浙江/嘉兴/秀洲", ["330402", "330411"]),
        ("浙江-嘉兴-南湖区\n浙江-嘉兴-秀洲区", ["330402", "330411"]),
        ("海宁-桐乡", ["330481", "330483"]),
        ("浙江省2个（南湖区、秀洲区）、江苏省1个（昆山市）", ["320583", "330402", "330411"]),
    ],
)
def test_larger_units_before_a_name_are_no_members(text: str, codes: list[str]) -> None:
    assert accepted(text) == codes
