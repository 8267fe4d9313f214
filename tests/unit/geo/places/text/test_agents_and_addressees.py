"""Names of those who decide on a list, receive it or answer for it are no places of it."""

from __future__ import annotations

import pytest

from tests.helpers.listed_places import accepted, open_places


@pytest.mark.parametrize(
    "line", ["联系人：高平", "抄送：德清县、安吉县、长兴县。", "联系人：张掖，电话：0937。", "主送：湖州市、嘉兴市"]
)
@pytest.mark.parametrize("write", ["试点县：南浔区、吴兴区。\n{}\n", "{}\n试点县：南浔区、吴兴区。\n"])
def test_addressees_are_no_members(write: str, line: str) -> None:
    assert accepted(write.format(line)) == ["330502", "330503"]


def test_a_province_that_decides_on_counties_is_no_member_and_leaves_the_others() -> None:
    text = "同意将肥西县、肥东县，江苏省句容市列入试点。江宁区、溧水区由江苏省另行确定。"
    assert accepted(text) == ["321183", "340122", "340123"]
    assert {name for name, _ in open_places(text)} == {"江宁区", "溧水区"}


def test_names_that_are_a_clause_of_their_own_are_a_list() -> None:
    text = "实施范围：除和田地区和田市外的各县市；库尔勒市、尉犁县。"
    assert accepted(text) == ["652801", "652823"]


def test_a_prefecture_that_waits_leaves_its_counties_as_they_are_listed() -> None:
    text = "试点县：贵州省赤水市、习水县。以后视情扩大到遵义市全域。"
    assert accepted(text) == ["520330", "520381"]
