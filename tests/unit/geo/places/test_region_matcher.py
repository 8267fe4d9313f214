"""Regions and clusters are rows without a code; nothing that stands in a list is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.places import resolve_names, resolve_text
from pilotzones.geo.places.gazetteer import load_gazetteer
from tests.helpers.examples import examples

REGIONS = [
    "京津冀",
    "长三角",
    "珠江三角洲",
    "长株潭城市群",
    "武汉城市圈",
    "沈阳经济区",
    "粤港澳大湾区",
    "成渝地区双城经济圈",
    "秦巴山区",
]
UNKNOWN = ["假县", "火星县", "金木市"]
COUNTIES = [unit for unit in load_gazetteer().units.values() if unit.level == "county" and unit.prefecture != unit.name]


def levels(text: str) -> list[tuple[str, str]]:
    """Listed text and level of every row."""
    return [(row.listed_text, row.level) for row in resolve_text(text)]


def test_regions_behind_a_label_are_rows_and_their_names_are_read_whole() -> None:
    found = levels("试点：海峡西岸经济区、北部湾经济区、关中平原城市群、德清县")
    assert found == [
        ("海峡西岸经济区", "region"),
        ("北部湾经济区", "region"),
        ("关中平原城市群", "region"),
        ("德清县", "county"),
    ]


def test_a_list_of_provinces_regions_and_cities() -> None:
    found = resolve_text("贵州省、京津冀、珠江三角洲、上海市、河南省、重庆市、沈阳市、内蒙古自治区")
    assert [row.level for row in found] == ["province", "region", "region", *["province"] * 3, "prefecture", "province"]
    assert [row.adcode for row in found if row.level == "region"] == [(), ()]
    assert found.matched == 6
    assert found.passing == ()


@pytest.mark.parametrize(
    "text", ["武汉城市圈、长株潭城市群", "京津冀\n长三角\n珠三角", "沈阳经济区", "粤港澳大湾区和长江三角洲"]
)
def test_regions_alone_are_rows(text: str) -> None:
    found = resolve_text(text)
    assert "".join(row.listed_text for row in found) == text.replace("、", "").replace("\n", "").replace("和", "")
    assert {(row.level, row.status, row.adcode, row.container_adcode) for row in found} == {
        ("region", "not_a_county", (), ())
    }


@pytest.mark.parametrize("region", REGIONS)
def test_a_cell_may_name_a_region(region: str) -> None:
    (row,) = resolve_names([region])
    assert (row.level, row.status, [reason.code for reason in row.reasons]) == ("region", "not_a_county", ["region"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("南京都市圈包括南京市、镇江市", [("南京市", "prefecture"), ("镇江市", "prefecture")]),
        ("南京都市圈\n南京市、镇江市", [("南京市", "prefecture"), ("镇江市", "prefecture")]),
        ("支持武汉城市圈、长株潭城市群建设", []),
        ("怀柔区山区、密云区", [("怀柔区山区", "county"), ("密云区", "county")]),
        ("包括安徽省大别山区、湖南省洞庭湖区", [("安徽省大别山区", "province"), ("湖南省洞庭湖区", "province")]),
        ("广州市、临空经济区", [("广州市", "prefecture"), ("临空经济区", "special")]),
    ],
)
def test_what_is_spoken_of_or_part_of_a_unit_is_no_region(text: str, expected: list[tuple[str, str]]) -> None:
    assert levels(text) == expected


def test_an_imported_region_draws_nothing() -> None:
    (zone,) = draft_list(read_pasted("武汉城市圈、南京市".encode(), name="x")).zones
    region, _ = zone.members
    assert (region.kind, region.status, region.nature, region.adcode, region.hosts) == (
        "special", "not_a_county", "region", "", (),
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "假县\n东城区",
        "东城区\n假县",
        "名单\n假县\n东城区",
        "江苏省\n假县\n昆山市",
        "假县；东城区",
        "东城区、假县、西城区",
    ],
)
def test_a_name_that_nobody_knows_is_a_row_wherever_it_stands(text: str) -> None:
    assert [row.status for row in resolve_text(text) if row.listed_text == "假县"] == ["unresolved"]


@given(
    st.lists(
        st.one_of(st.sampled_from(COUNTIES).map(lambda unit: unit.province + unit.prefecture + unit.name),
                  st.sampled_from(REGIONS), st.sampled_from(UNKNOWN)),
        min_size=2, max_size=7, unique=True,
    ),
    st.sampled_from(["、", "\n"]),
)  # fmt: skip
@examples(100)
def test_every_item_of_a_list_is_a_row(items: list[str], between: str) -> None:
    found = resolve_text(between.join(items))
    assert [row.listed_text for row in found] == items
