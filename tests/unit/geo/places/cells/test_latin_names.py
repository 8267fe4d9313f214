"""Names of units in English and Pinyin, in tables and lists."""

from __future__ import annotations

import pytest

from pilotzones.geo.places import resolve_names
from tests.helpers.listed_places import accepted, open_places, resolved


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Province\tPrefecture\tCounty\nZhejiang\tHuzhou\tDeqing County\nJilin\tSiping\tLishu County", ["220322", "330521"]),
        ("地区\t试点\nHuzhou, Zhejiang\tDeqing County\nJiaxing, Zhejiang\tNanhu District", ["330402", "330521"]),
        ("省份\tCounties\nZhejiang\tDeqing, Anji\nJiangsu\tKunshan, Taicang", ["320583", "320585", "330521", "330523"]),
        ("No.\tCounty\tYear\n1\tDeqing County, Zhejiang\t2019\n2\tLishu Xian, Jilin\t2020", ["220322", "330521"]),
        ("Hubei: Enshi Tujia and Miao Autonomous Prefecture", ["422800"]),
        ("Deqing County, Huzhou City, Zhejiang Province", ["330521"]),
        ("县名\tName\n德清县\tDeqing County\n安吉县\tAnji County", ["330521", "330523"]),
        ("试点：德清县（Deqing County）、安吉县（Anji County）。", ["330521", "330523"]),
        ("Li County, Hunan\nXiao County, Suzhou, Anhui\nLi County, Gansu", ["341322", "430723", "621226"]),
        ("Pilot cities: Kunshan, Jiangsu; Yiwu, Zhejiang", ["320583", "330782"]),
    ],
)  # fmt: skip
def test_a_name_that_its_province_has_once_is_read(text: str, codes: list[str]) -> None:
    assert accepted(text) == codes
    assert not open_places(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("City\tYear\nHangzhou\t2020\nXyzzy\t2020", ["Hangzhou", "Xyzzy"]),
        ("省份\t县\n浙江省\tFoobar\n浙江省\tLishu County", ["Foobar", "Lishu County"]),
        ("Hangzhou\nNingbo\nFoobar City", ["Hangzhou", "Ningbo", "Foobar City"]),
        ("试点：Deqing County、Anji County。", ["Deqing County", "Anji County"]),
        ("The pilot covers Anji County in Zhejiang Province.", ["Anji County", "Zhejiang Province"]),
        ("Zhejiang: Deqing, Foobar", ["Foobar"]),
        # What nobody knows lies in the larger unit behind it, which is no item of its own.
        ("Foo County, Changsha, Hunan\nKunshan, Jiangsu", ["Foo County, Changsha, Hunan"]),
        ("Ejin Horo Banner, Inner Mongolia", ["Ejin Horo Banner, Inner Mongolia"]),
        ("Foo Banner", ["Foo Banner"]),
        ("Foo City, Suzhou, Wuxi", ["Foo City", "Suzhou", "Wuxi"]),
        ("Li County", ["Li County"]),
        ("Foo County: Kunshan, Jiangsu", ["Foo County"]),
        ("Kunshan, Jiangsu: whole city", ["Kunshan, Jiangsu: whole city"]),
    ],
)
def test_other_names_wait_for_a_person(text: str, names: list[str]) -> None:
    assert [row.listed_text for row in resolved(text) if row.status in {"review", "unresolved"}] == names


@pytest.mark.parametrize("text", ["This paper finds that Henan grows.", "A table of data\nYes\nNo"])
def test_other_words_in_latin_letters_are_no_places(text: str) -> None:
    assert not resolved(text)


@pytest.mark.parametrize(
    ("name", "province", "prefecture", "codes"),
    [
        ("Nanhu District", "Zhejiang", "Jiaxing", ("330402",)),
        ("Yongqiao", "Anhui", "Suzhou", ("341302",)),
        ("Chaoyang", "Jilin Province", "Changchun City", ("220104",)),
        ("Chaoyang", "Beijing", "Beijing", ("110105",)),
        # No county of the name lies there, or several units do.
        ("Nanhu", "Fujian", None, ()),
        ("Nanhu", "Zhejiang", "Huzhou", ()),
        ("Chaoyang", "Liaoning", "Chaoyang", ()),
    ],
)
def test_a_name_beside_the_columns_of_its_parents(
    name: str, province: str, prefecture: str | None, codes: tuple[str, ...]
) -> None:
    (row,) = resolve_names([name], provinces=[province], prefectures=[prefecture]).rows
    assert (row.status, row.adcode) == ("accepted" if codes else "review", codes)
