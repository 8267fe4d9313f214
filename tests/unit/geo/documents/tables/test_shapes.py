"""Shapes in which governments publish lists: what is listed, and what only heads, labels or spans it."""

from __future__ import annotations

import pytest

from pilotzones.geo.documents.document_resolution import resolve_document
from pilotzones.geo.documents.drafts.plain_list import draft_list
from tests.helpers.listed_places import accepted, read, resolved

DEQING, YIWU, TONGXIANG, JIUTAI, YUSHU, YANJI, LUXIAN = [
    "330521",
    "330782",
    "330483",
    "220113",
    "220182",
    "222401",
    "510521",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Merged over rows; two rows of heads.
        (
            (
                "<table><tr><th rowspan=2>序号<th colspan=2>所在地区<th rowspan=2>试点县<tr><th>省<th>市"
                "<tr><td>1<td rowspan=2>浙江省<td>湖州市<td>德清县<tr><td>2<td>金华市<td>义乌市"
                "<tr><td>3<td rowspan=2>吉林省<td rowspan=2>长春市<td>九台区<tr><td>4<td>榆树市</table>"
            ),
            [DEQING, YIWU, JIUTAI, YUSHU],
        ),
        # Blank cells instead of merged ones; a title, a total and a note.
        (
            "2015年试点名单\t\t\n序号\t省份\t县\n1\t浙江省\t德清县\n2\t\t义乌市\n3\t吉林省\t九台区\n合计\t\t3\n注：浙江省另有规定。\t\t\n",
            [DEQING, YIWU, JIUTAI],
        ),
        # Rows across the table, with counts; numbers that begin again.
        (
            (
                "<table><tr><th>序号<th>县（市、区）<th>面积<tr><td colspan=3>一、浙江省（2个）<tr><td>1<td>德清县<td>937.92"
                "<tr><td>2<td>义乌市<td>1105<tr><td colspan=3>二、吉林省（1个）<tr><td>1<td>九台区<td>3375</table>"
            ),
            [DEQING, YIWU, JIUTAI],
        ),
        # A province in a row of its own, in the column of the counties.
        (
            "序号\t地区\t数量\n一\t浙江省\t2\n1\t德清县\t\n2\t义乌市\t\n二\t吉林省\t1\n1\t九台区\t\n",
            [DEQING, YIWU, JIUTAI],
        ),
        # Blocks side by side, of different heights.
        (
            "序号\t省份\t县名\t序号\t省份\t县名\n1\t浙江省\t德清县\t3\t吉林省\t九台区\n2\t浙江省\t义乌市\t\t\t\n",
            [DEQING, YIWU, JIUTAI],
        ),
        ("县名\t县名\t县名\n德清县\t义乌市\t桐乡市\n九台区\t榆树市\t\n", [DEQING, YIWU, TONGXIANG, JIUTAI, YUSHU]),
        # A grid of names below rows across it.
        (
            (
                "<table><tr><td colspan=3>浙江省（3个）<tr><td>德清县<td>义乌市<td>桐乡市<tr><td colspan=3>吉林省"
                "<tr><td>九台区<td><td></table>"
            ),
            [DEQING, YIWU, TONGXIANG, JIUTAI],
        ),
        # One column a province; a table turned round.
        ("浙江省（2个）\t吉林省（1个）\n德清县\t九台区\n义乌市\t\n", [DEQING, YIWU, JIUTAI]),
        ("省份\t浙江省\t吉林省\n数量\t2\t1\n名单\t德清县、义乌市\t九台区\n", [DEQING, YIWU, JIUTAI]),
        # Lists in cells.
        (
            "省份\t数量\t名单\n浙江\t3\t德清县 义乌市 桐乡市\n吉林\t2\t九台区，榆树市\n",
            [DEQING, YIWU, TONGXIANG, JIUTAI, YUSHU],
        ),
        (
            "<table><tr><th>省份<th>县<tr><td>浙江省<td>德清县<br>义乌市<br>桐乡市<tr><td>吉林省<td>九台区和榆树市（2个）</table>",
            [DEQING, YIWU, TONGXIANG, JIUTAI, YUSHU],
        ),
        # A name that the width of its column breaks is one name; prefecture and county in one cell.
        ("省份\t县\n浙江省\t湖州市德 清县\n吉林省\t长春市 九台区\n", [DEQING, JIUTAI]),
        ("县名\n浙江省湖州市德清县\n吉林省长春市九台区\n", [DEQING, JIUTAI]),
        # The county first; ditto marks; no heads; a code as a number with decimals.
        ("县名\t所属市\t所属省份\n德清县\t湖州市\t浙江省\n九台区\t长春市\t吉林省\n", [DEQING, JIUTAI]),
        ("省份\t县\n浙江省\t德清县\n〃\t义乌市\n吉林省\t九台区\n同上\t榆树市\n", [DEQING, YIWU, JIUTAI, YUSHU]),
        ("1\t浙江省\t德清县\t937.92\n2\t浙江省\t义乌市\t1105\n3\t吉林省\t九台区\t3375\n", [DEQING, YIWU, JIUTAI]),
        ("代码\t县名\n110105.0\t朝阳区\n220104.0\t朝阳区\n", ["110105", "220104"]),
        # Tables under captions; a list of one name a line.
        (
            (
                "<p>一、浙江省（1个）</p><table><tr><th>序号<th>县<tr><td>1<td>德清县</table>"
                "<p>（二）吉林省</p><table><tr><th>序号<th>县<tr><td>1<td>朝阳区<tr><td>2<td>九台区</table>"
            ),
            [DEQING, "220104", JIUTAI],
        ),
        ("浙江省：\n德清县\n义乌市\n吉林省：\n朝阳区\n", [DEQING, YIWU, "220104"]),
        # Plain text: pipes, full-width spaces, a quote that is never closed.
        ("| 省份 | 县名 |\n|---|---|\n| 浙江省 | 德清县 |\n| 吉林省 | 朝阳区 |\n", [DEQING, "220104"]),
        ("省份　　　县名\n浙江省　　德清县\n　　　　　义乌市\n吉林省　　朝阳区\n", [DEQING, YIWU, "220104"]),
        ('省份,县名,面积\n浙江省,德清县,937\n浙江省,"义乌市,1105\n吉林省,朝阳区,165\n', [DEQING, YIWU, "220104"]),
        # Columns by type of county; a dash for none; heads that come again on each page.
        (
            "省份\t区\t县级市\t县\n浙江省\t—\t义乌市、桐乡市\t德清县\n吉林省\t九台区\t榆树市\t—\n",
            [DEQING, YIWU, TONGXIANG, JIUTAI, YUSHU],
        ),
        ("序号\t省份\t县\n1\t浙江省\t德清县\n序号\t省份\t县\n2\t吉林省\t九台区\n", [DEQING, JIUTAI]),
        # Counties directly under a province; the corps; a city that stands where provinces do.
        (
            "省份,地级市,县\n湖北省,恩施土家族苗族自治州,鹤峰县\n湖北省,,神农架林区\n湖北省,省直管,仙桃市\n",
            ["422828", "429021", "429004"],
        ),
        ("省份\t市县\n新疆\t库车市\n新疆生产建设兵团\t石河子市\n", ["652902", "659001"]),
        ("省份\t县\n宁波市\t慈溪市\n大连市\t庄河市\n", ["330282", "210283"]),
        # A list of cities after a municipality; provinces with nothing below.
        ("序号\t城市\n1\t天津市\n2\t重庆市\n3\t厦门市\n", ["120000", "500000", "350200"]),
        ("序号\t省份\n1\t浙江省\n2\t福建省\n3\t江西省\n", ["330000", "350000", "360000"]),
        # Governments instead of counties; note marks behind names; numbers inside a cell; a list by prefecture.
        ("省份\t申报主体\n浙江省\t德清县人民政府\n浙江省\t义乌市人民政府\n", [DEQING, YIWU]),
        ("省份\t县\n浙江省\t德清县*\n浙江省\t义乌市[1]\n吉林省\t九台区①\n", [DEQING, YIWU, JIUTAI]),
        (
            "省份\t名单\n浙江省\t1.德清县 2.义乌市\n吉林省\t长春市：九台区、榆树市；延边朝鲜族自治州：延吉市\n",
            [DEQING, YIWU, JIUTAI, YUSHU, YANJI],
        ),
        ("省份\t范围\n浙江省\t全域\n福建省\t德化县\n", ["330000", "350526"]),
        (
            "市\t范围\n成都市\t全域（除温江区外）\n德阳市\t除罗江区以外的所有县（市、区）\n绵阳市\t各区县\n眉山市\t全域（含东坡区）\n",
            ["510100", "510600", "510700", "511400", "511402"],
        ),
        # A city without counties is all there is to list.
        ("省份\t市\t县\n广东省\t东莞市\t\n浙江省\t湖州市\t德清县\n", ["441900", DEQING]),
        # Items one below the other, of which one happens to lie in another.
        (
            "序号\t试点地区\n1\t四川省成都市\n2\t四川省都江堰市\n3\t贵州省\n4\t宁波市\n",
            ["510100", "510181", "520000", "330200"],
        ),
        ("【陕西省】城固县、洋县\n【甘肃省】武山县、甘谷县\n", ["610722", "610723", "620524", "620523"]),
        # The province behind the name says where it lies; a name of two characters behind a verb.
        (
            "易县（河北省）、浑源县（山西省）、朝阳区（北京）、朝阳区（吉林长春）",
            ["130633", "140225", "110105", "220104"],
        ),
        ("县名（省份）\n易县（河北省）\n浑源县（山西省）\n", ["130633", "140225"]),
        ("2019年确定易县、蔚县为第一批试点，2020年增补浑源县。", ["130633", "130726", "140225"]),
        ("一、易县；二、蔚县；三、浑源县。", ["130633", "130726", "140225"]),
        ("河北省\t易县·蔚县·涞水县\n山西省\t浑源县·广灵县", ["130633", "130726", "130623", "140225", "140223"]),
        ("四川省/成都市/都江堰市\n贵州省/遵义市/湄潭县\n", ["510181", "520328"]),
        ("1．四川省都江堰市\n2．贵州省湄潭县\n", ["510181", "520328"]),
        ("①都江堰市\n②湄潭县\n", ["510181", "520328"]),
        ("| 省份（个数） | 名单 |\n|---|---|\n| 浙江省（2个） | 德清县、义乌市 |\n", [DEQING, YIWU]),
    ],
)
def test_what_a_table_lists_is_accepted_and_nothing_else(text: str, expected: list[str]) -> None:
    assert accepted(text) == sorted(expected)


def test_a_county_that_contradicts_its_province_is_a_question() -> None:
    text = "省份\t县\n江苏省\t南湖区\n浙江省\t德清县\n"
    assert [(row.listed_text, row.status) for row in resolved(text)] == [("南湖区", "review"), ("德清县", "accepted")]
    assert accepted(text) == [DEQING]
    banner = "序号\t县\t面积\n江苏省\t\t\n1\t南湖区\t426\n2\t昆山市\t931\n"
    assert [row.status for row in resolved(banner)] == ["review", "accepted"]


@pytest.mark.parametrize("empty", ["", "—", "无"])
def test_a_province_without_a_county_is_a_question_and_does_not_vanish(empty: str) -> None:
    rows = resolved(f"省份\t县\t备注\n浙江省\t德清县\t\n福建省\t{empty}\t待定\n吉林省\t九台区\t\n")
    assert [(row.listed_text, row.status) for row in rows] == [
        ("德清县", "accepted"),
        ("福建省", "review"),
        ("九台区", "accepted"),
    ]
    assert [one.adcode for one in rows[1].candidates] == ["350000"]


def test_a_province_in_row_after_row_is_no_member() -> None:
    rows = resolved("序号\t省份\t项目负责单位\n1\t浙江省\t甲公司\n2\t浙江省\t乙公司\n3\t吉林省\t丙公司\n")
    assert [row.status for row in rows[:2]] == ["review", "review"]


def test_a_name_nobody_knows_is_a_row() -> None:
    rows = resolved("省份\t县\n浙江省\t德清县、某某县、义乌市\n浙江省\t没有的县\n")
    assert [row.listed_text for row in rows] == ["德清县", "某某县", "义乌市", "没有的县"]
    assert [row.status == "accepted" for row in rows] == [True, False, True, False]


def test_batch_year_and_date_belong_to_each_member() -> None:
    rows = resolved("批次\t年份\t省份\t试点县\n第一批\t2014\t浙江省\t德清县\n第二批\t2015\t浙江省\t德清县\n")
    assert [(row.batch, row.listed_on, row.adcode) for row in rows] == [
        ("第一批", "2014", (DEQING,)),
        ("第二批", "2015", (DEQING,)),
    ]
    draft = draft_list(read("批次\t年份\t省份\t试点县\n第一批\t2014\t浙江省\t德清县\n第二批\t2015\t浙江省\t德清县\n"))
    assert [(zone.name, member.batch, member.listed_on) for zone, member in draft.members] == [
        ("第一批", "第一批", "2014"),
        ("第二批", "第二批", "2015"),
    ]
    rows = resolved(
        "序号\t县\t批准时间\n第一批（2014年）\t\t\n1\t德清县\t2014年5月6日\n第二批（2016年）\t\t\n1\t九台区\t\n"
    )
    assert [(row.batch, row.listed_on) for row in rows] == [("第一批", "2014-05-06"), ("第二批", "2016")]


def test_a_batch_or_year_that_heads_a_column_belongs_to_its_places() -> None:
    text = (
        "<table><tr><th rowspan=2>省<th colspan=2>第一批<th colspan=2>2017年<tr><th>县<th>面积<th>县<th>面积"
        "<tr><td rowspan=2>浙江省<td>德清县<td>938<td>义乌市<td>1105<tr><td>桐乡市<td>727<td><td></table>"
    )
    assert [(row.listed_text, row.batch, row.listed_on) for row in resolved(text)] == [
        ("德清县", "第一批", ""),
        ("义乌市", "", "2017"),
        ("桐乡市", "第一批", ""),
    ]
    flat = resolved("省份\t第一批\t第二批\n浙江省\t德清县\t义乌市\n吉林省\t九台区\t—\n")
    assert [(row.listed_text, row.batch) for row in flat] == [
        ("德清县", "第一批"),
        ("义乌市", "第二批"),
        ("九台区", "第一批"),
    ]
    turned = resolved("批次\t第一批\t第二批\n县\t德清县\t义乌市\n年份\t2015\t2017\n")
    assert [(row.listed_text, row.batch, row.listed_on) for row in turned] == [
        ("德清县", "第一批", "2015"),
        ("义乌市", "第二批", "2017"),
    ]


def test_a_second_row_of_heads_may_name_the_batch_of_each_column() -> None:
    rows = resolved("省份\t试点县（市、区）\n\t第一批\t第二批\n浙江省\t德清县、义乌市\t桐乡市\n吉林省\t九台区\t—\n")
    assert [(row.listed_text, row.batch) for row in rows] == [
        ("德清县", "第一批"),
        ("义乌市", "第一批"),
        ("桐乡市", "第二批"),
        ("九台区", "第一批"),
    ]


def test_a_column_of_former_names_lists_nothing() -> None:
    assert accepted("省\t县\t原名\n浙江省\t德清县\t武康县\n吉林省\t九台区\t九台市\n") == sorted([DEQING, JIUTAI])


def test_a_city_without_counties_fills_both_of_its_columns() -> None:
    assert accepted("地级市\t区县\n东莞市\t东莞市\n湖州市\t德清县\n") == sorted(["441900", DEQING])


@pytest.mark.parametrize(
    "text", ["序号\t名称\n1\t德清县（江苏）\n2\t南湖区（浙江省）\n", "德清县（江苏省）、南湖区（浙江省）"]
)
def test_a_county_with_a_province_behind_it_that_does_not_hold_it_is_a_question(text: str) -> None:
    assert accepted(text) == ["330402"]
    assert [(row.listed_text, row.status) for row in resolved(text)] == [("德清县", "review"), ("南湖区", "accepted")]


def test_where_a_county_once_lay_is_no_member() -> None:
    assert accepted("德清县（湖州市）、萧山区（原杭州市）") == ["330109", DEQING]


def test_ditto_marks_repeat_a_county_too() -> None:
    rows = resolved("省份\t县\t年份\n浙江省\t德清县\t2014\n浙江省\t同上\t2015\n")
    assert [(row.adcode, row.listed_on) for row in rows] == [((DEQING,), "2014"), ((DEQING,), "2015")]


def test_what_an_exception_leaves_of_a_city_is_the_city_without_it() -> None:
    rows = resolved("市\t范围\n湖州市\t德清县\n金华市\t除义乌市外的其他县（市、区）\n")
    assert [(row.listed_text, row.op, row.status) for row in rows] == [
        ("德清县", "include", "accepted"),
        ("金华市", "include", "accepted"),
        ("义乌市", "exclude", "accepted"),
    ]
    assert accepted("市\t范围\n金华市\t义乌市、东阳市，其余县市暂不纳入\n") == [YIWU, "330783"]


def test_a_row_of_the_whole_country_and_unknown_heads_are_no_places() -> None:
    assert [row.listed_text for row in resolved("地区\t个数\t名单\n全国\t2\t\n浙江省\t2\t德清县、义乌市\n")] == [
        "德清县",
        "义乌市",
    ]
    assert [
        row.listed_text for row in resolved("名录\t所在省\t等级\n德清县\t浙江省\t一级\n义乌市\t浙江省\t二级\n")
    ] == ["德清县", "义乌市"]


def test_a_special_area_makes_no_heading_of_the_city_above_it() -> None:
    rows = resolved("城市\n西安市\n咸阳市\n杨凌示范区\n韩城市\n")
    assert [row.status for row in rows] == ["accepted", "accepted", "not_a_county", "accepted"]
    assert "新疆生产建设兵团第八师" in [row.listed_text for row in resolved("海南省、大兴区、新疆生产建设兵团第八师")]


def test_words_for_a_scope_that_is_not_settled_are_a_question_of_their_own() -> None:
    rows = resolved("片区\t范围\n河北保定片区\t暂未确定\n山西大同片区\t浑源县、广灵县\n")
    assert [(row.listed_text, row.status) for row in rows] == [
        ("暂未确定", "unresolved"),
        ("浑源县", "accepted"),
        ("广灵县", "accepted"),
    ]


def test_a_short_name_of_county_and_prefecture_among_counties_is_a_question() -> None:
    rows = resolved("省份\t县\n云南\t剑川、弥渡、大理\n贵州\t湄潭、桐梓\n")
    assert [(row.listed_text, row.status) for row in rows if row.status != "accepted"] == [("大理", "review")]
    assert {one.adcode for row in rows for one in row.candidates} >= {"532900", "532901"}


def test_a_number_of_towns_makes_a_county_a_part() -> None:
    rows = resolved("省份\t县\n四川省\t彭州市3个乡镇\n四川省\t什邡市的两个镇\n四川省\t都江堰市\n")
    assert [(row.op, row.status) for row in rows] == [
        ("partial", "accepted"),
        ("include", "not_a_county"),
        ("include", "accepted"),
    ]


def test_special_areas_beside_their_county_are_the_members() -> None:
    rows = resolved("序号\t名称\t所在地\n1\t青城山旅游度假区\t四川省都江堰市\n2\t茶海旅游度假区\t贵州省湄潭县\n")
    assert [(row.listed_text, row.status, row.container_adcode) for row in rows] == [
        ("青城山旅游度假区", "not_a_county", ("510181",)),
        ("茶海旅游度假区", "not_a_county", ("520328",)),
    ]


def test_a_column_of_addresses_gives_a_row_each() -> None:
    rows = resolved(
        "企业名称\t注册地址\n甲公司\t四川省 成都市 温江区 柳城街道1号\n乙公司\t贵州省湄潭县湄江镇茶城路8号\n丙公司\t北京路3号\n"
    )
    assert [(row.op, row.status, row.adcode) for row in rows] == [
        ("address", "accepted", ("510115",)),
        ("address", "accepted", ("520328",)),
        ("address", "unresolved", ()),
    ]


def test_who_left_is_no_plain_member_and_keeps_the_year() -> None:
    rows = resolved("省份\t县\t备注\n浙江省\t德清县\t2019年退出\n浙江省\t义乌市\t2020年新增\n")
    assert [(row.op, row.listed_on, row.left_on) for row in rows] == [("exclude", "", "2019"), ("include", "2020", "")]
    assert accepted("省份\t县\t备注\n浙江省\t德清县\t2019年退出\n浙江省\t义乌市\t2020年新增\n") == [YIWU]
    rows = resolved("省份\t县\t摘帽时间\n贵州省\t正安县\t2020年3月\n")
    assert [(row.op, row.left_on, row.status) for row in rows] == [("include", "2020-03", "accepted")]


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("省份\t数量\t名单\n浙江省\t3\t德清县、义乌市\n", ["浙江省: 3 places are stated; 2 were found."]),
        ("省份\t数量\t名单\n浙江省\t2\t德清县、义乌市\n", []),
        ("序号\t县\n浙江省（3个）\t\n1\t德清县\n2\t义乌市\n", ["浙江省(3个): 3 places are stated; 2 were found."]),
        ("省份\t县\n浙江省\t德清县等2个县\n", ["德清县等2个县: 2 places are stated; 1 was found."]),
        ("省份\t县\n浙江省\t德清县\n合计\t2\n", ["合计: 2 places are stated; 1 was found."]),
        # Subtotals count what came since the last one, those of a unit what lies in it; sums of areas are no counts.
        (
            "省\t市\t县\n浙江省\t湖州市\t德清县\n\t小计\t1\n\t金华市\t义乌市\n\t小计\t2\n合计\t\t2\n",
            ["小计: 2 places are stated; 1 was found."],
        ),
        (
            "省份\t县\t个数\n浙江省\t德清县、义乌市\t2\n浙江省合计\t\t2\n吉林省\t九台区\t1\n吉林省合计\t\t3\n",
            ["吉林省合计: 3 places are stated; 1 was found."],
        ),
        ("县\t面积\t乡镇数（个）\n德清县\t938\t13\n义乌市\t1105\t14\n合计\t2043\t27\n", []),
    ],
)
def test_a_stated_number_that_differs_is_said(text: str, notes: list[str]) -> None:
    document = read(text)
    assert list(map(str, resolve_document(document).notes)) == notes
    assert [str(note) for note in draft_list(document).notes if note.code == "count_differs"] == notes


def test_the_code_of_a_row_decides_or_contradicts() -> None:
    rows = resolved("代码\t县名\n220104\t朝阳区\n330521\t义乌市\n")
    assert [(row.status, row.adcode) for row in rows] == [("accepted", ("220104",)), ("review", (YIWU,))]


def test_towns_lie_in_the_county_of_their_row() -> None:
    rows = resolved("序号\t县\t乡镇\n1\t德清县\t莫干山镇、新市镇\n2\t义乌市\t佛堂镇\n")
    assert [(row.listed_text, row.level, row.container_adcode) for row in rows] == [
        ("莫干山镇", "town", (DEQING,)),
        ("新市镇", "town", (DEQING,)),
        ("佛堂镇", "town", (YIWU,)),
    ]
