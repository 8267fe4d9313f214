"""Lists of lines and labels in `import`: what heads others is no member, what contradicts its label is a question."""

from __future__ import annotations

import pytest

from tests.helpers.listed_places import accepted, open_places


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("浙江省\n德清县", ["330521"]),
        ("湖州市\n德清县", ["330521"]),
        ("名单\n浙江省\n德清县\n江苏省\n昆山市", ["320583", "330521"]),
        ("浙江省\n江苏省", ["320000", "330000"]),
    ],
)
def test_a_larger_unit_over_a_line_inside_it_is_its_head(text: str, codes: list[str]) -> None:
    assert accepted(text) == codes


@pytest.mark.parametrize("text", ["江苏省：南湖区、昆山市", "苏州市：南湖区、昆山市", "江苏省\n南湖区、昆山市"])
def test_a_county_under_the_label_of_another_unit_is_a_question(text: str) -> None:
    assert accepted(text) == ["320583"]
    assert open_places(text) == [("南湖区", "include")]


def test_counties_directly_under_the_province_leave_the_label_of_a_prefecture() -> None:
    assert accepted("湖北省：恩施州：鹤峰县、巴东县；仙桃市、神农架林区") == ["422823", "422828", "429004", "429021"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("北京市朝阳区、天津市、重庆市渝中区、成都市", ["110105", "120000", "500103", "510100"]),
        ("直辖市：北京市、重庆市；副省级城市：厦门市、宁波市", ["110000", "330200", "350200", "500000"]),
    ],
)
def test_no_city_lies_in_a_municipality(text: str, codes: list[str]) -> None:
    assert accepted(text) == codes
