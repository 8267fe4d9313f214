"""Columns and rows that say something else than what they hold: heads, titles, codes beside names, remarks."""

from __future__ import annotations

import pytest

from tests.helpers.listed_places import accepted, open_places

FENGQING, MALONG, TONGWEI = "530921", "530304", "621121"


@pytest.mark.parametrize(
    "text",
    [
        "省份\t县（市、区）及代码\n云南省\t凤庆县（530921）、马龙区（530304）\n甘肃省\t通渭县（621121）",
        "省份\t代码及名称\n云南省\t530921凤庆县、530304 马龙区\n甘肃省\t621121 通渭县",
        "省份\t试点县数及名单\n云南省\t2个：凤庆县、马龙区\n甘肃省\t通渭县（1个）",
        "省份\t序号及县名\n云南省\t1.凤庆县\n\t2.马龙区\n甘肃省\t3.通渭县",
        "省份\t县名及面积\n云南省\t凤庆县（3451平方公里）、马龙区（1614平方公里）\n甘肃省\t通渭县（2908平方公里）",
    ],
)
def test_cells_that_name_counties_are_the_members_whatever_their_head(text: str) -> None:
    assert accepted(text) == [MALONG, FENGQING, TONGWEI]


@pytest.mark.parametrize("cell", ["凤庆县（530922）", "凤庆县530922", "530922凤庆县", "凤庆县 530922"])
def test_a_code_in_the_cell_of_a_name_is_compared_with_it(cell: str) -> None:
    text = f"省份\t县名\n云南省\t{cell}\n甘肃省\t通渭县"
    assert accepted(text) == [TONGWEI]
    assert open_places(text) == [("凤庆县", "include")]


@pytest.mark.parametrize(
    ("place", "remark"),
    [
        ("杭州市", "仅余杭区"),
        ("杭州市", "余杭区、临平区"),
        ("浙江省", "不含德清县"),
        ("德清县", "仅武康街道"),
        ("德清县", "部分乡镇"),
    ],
)
def test_a_remark_that_means_a_part_makes_no_whole_member(place: str, remark: str) -> None:
    text = f"地区\t备注\n{place}\t{remark}\n江苏省\t\n"
    assert open_places(text) == [(place, "partial")]
    assert accepted(text) == ["320000"]


def test_quoted_cells_hold_line_breaks() -> None:
    text = '地区,名单\n"云南省\n（2个）","凤庆县\n马龙区"\n"甘\n肃\n省",通渭县\n'
    assert accepted(text) == [MALONG, FENGQING, TONGWEI]
    assert not open_places(text)


def test_a_title_with_the_mark_of_the_columns_stands_above_a_table() -> None:
    title = "名单（来源：某部门网站，整理时间为2020年，仅供参考），共三个县，按行政区划代码排列"
    text = f"{title.replace('，', ',')}\n代码,县名,城市\n530921.0,凤庆县,临沧市\n530304.0,马龙区,曲靖市\n621121.0,通渭县,定西市\n"
    assert accepted(text) == [MALONG, FENGQING, TONGWEI]


def test_a_county_directly_under_the_province_ends_the_prefecture_before_it() -> None:
    text = "省份\t试点地区\n湖北省\t武汉市：黄陂区；神农架林区；黄石市：大冶市"
    assert accepted(text) == ["420116", "420281", "429021"]


def test_the_name_of_a_zone_decides_between_counties_of_one_name() -> None:
    text = "序号\t试点名称\t试点范围\n1\t广东农村改革试验区\t城区、白云区\n2\t浙江农村改革试验区\t拱墅区\n"
    assert accepted(text) == ["330105", "440111", "441502"]


@pytest.mark.parametrize(
    "text",
    [
        '名单\n省\t市\t县\n湖南省\t常德市\t石门县\n″\t湘潭市\t雨湖区\n"\t长沙市\t岳麓区\n',
        "| 省份 | 湖南省 | 江西省 |\n| 试点县 | 石门县、雨湖区 | 黎川县 |\n| 数量 | 2 | 1 |\n",
        "- 广西壮族自治区 - 横州市\n- 广西壮族自治区 - 乐业县\n- 湖北省 - 秭归县\n",
    ],
)
def test_titles_frames_and_labels_leave_no_rows(text: str) -> None:
    assert len(accepted(text)) == 3
    assert not open_places(text)


def test_a_county_where_a_prefecture_would_stand_is_not_lost() -> None:
    aligned = "海南省\n    三亚市　崖州区　天涯区\n    五指山市\n    海口市　秀英区\n天津市\n    滨海新区　北辰区\n"
    assert accepted(aligned) == ["120113", "120116", "460105", "460204", "460205", "469001"]
    headed = "省份\t市\t县\n海南省\t三亚市\t崖州区\n海南省\t五指山市\t屯昌县\n海南省\t海口市\t秀英区\n"
    assert accepted(headed) == ["460105", "460205", "469022"]
    assert open_places(headed) == [("五指山市", "include")]


def test_a_prefecture_among_members_heads_the_row_of_its_counties() -> None:
    text = "海南省\n    文昌市　琼中县\n    三沙市　西沙区\n湖北省\n    荆州市　石首市　公安县\n"
    assert accepted(text) == ["421022", "421081", "460321", "469005", "469030"]


@pytest.mark.parametrize("heads", ["入选\t未入选", "通过\t不通过", "列入\t候选", "获批\t落选"])
def test_columns_headed_by_states_hold_places_in_those_states(heads: str) -> None:
    text = f"省份\t{heads}\n云南省\t凤庆县\t双江县\n甘肃省\t通渭县\t—\n"
    assert accepted(text) == [FENGQING, TONGWEI]
    assert [name for name, _ in open_places(text)] == ["双江县"]


@pytest.mark.parametrize("heads", ["国家级<th>省级", "甲类<th>乙类", "县级<th>市级"])
def test_what_stands_over_several_columns_of_counties_names_no_zone(heads: str) -> None:
    table = (
        f"<table><tr><th rowspan=2>地区<th colspan=2>试点<tr><th>{heads}<tr><td>云南省<td>凤庆县<td>马龙区"
        "<tr><td>甘肃省<td>通渭县<td>徽县</table>"
    )
    assert accepted(table) == [MALONG, FENGQING, TONGWEI, "621227"]


@pytest.mark.parametrize(
    "text",
    [
        "第一批\t第二批\t第三批\n凤庆县\t马龙区\t通渭县\n",
        "2018年\t2019年\t2020年\n凤庆县\t马龙区\t\n\t\t通渭县\n",
        "县名\t邮政编码\t联系电话\n凤庆县\t675900\t0883\n马龙区\t655100\t0874\n通渭县\t743300\t0932\n",
        "牵头县：凤庆县\t参与县：马龙区\n牵头县：通渭县\t\n",
        "联系人：王五　电话：0883-4211111\n试点县：凤庆县　马龙区\n一般县：通渭县　\n",
        "序号\t名单\n1\t国家级：凤庆县、马龙区\n2\t省级：通渭县\n",
    ],
)
def test_heads_of_batches_other_codes_and_labels_in_cells_lose_no_county(text: str) -> None:
    assert accepted(text) == [MALONG, FENGQING, TONGWEI]
    assert not open_places(text)


def test_a_label_in_a_cell_may_leave_its_places_open() -> None:
    text = "序号\t名单\n1\t国家级：凤庆县、马龙区\n2\t观察县：通渭县\n"
    assert accepted(text) == [MALONG, FENGQING]
    assert open_places(text) == [("通渭县", "include")]


def test_who_supports_a_county_is_no_member() -> None:
    text = "试点县\t对口支援地区\n凤庆县\t上海市闵行区\n马龙区\t上海市嘉定区\n通渭县\t福建省晋江市\n"
    assert accepted(text) == [MALONG, FENGQING, TONGWEI]


def test_an_old_list_beside_a_new_one_is_taken_back() -> None:
    assert accepted("原名单\t新名单\n双江县\t凤庆县\n会宁县\t通渭县\n") == [FENGQING, TONGWEI]
