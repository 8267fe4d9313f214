"""Shapes in which governments publish lists: what is listed, and what only heads, labels or spans it."""

from __future__ import annotations

import pytest

from pilotzones.geo.documents.document_resolution import resolve_document
from pilotzones.geo.documents.plain_list import draft_list
from pilotzones.geo.documents.reader import DocumentText, read_pasted
from pilotzones.geo.places import ResolvedRow
from tests.helpers.document_files import read_here

DEQING, YIWU, TONGXIANG, JIUTAI, YUSHU, YANJI, LUXIAN = [
    "330521",
    "330782",
    "330483",
    "220113",
    "220182",
    "222401",
    "510521",
]


def read(text: str) -> DocumentText:
    return read_here(f"<meta charset=utf-8>{text}".encode(), "html") if "<table" in text else read_pasted(text.encode())


def resolved(text: str) -> tuple[ResolvedRow, ...]:
    return resolve_document(read(text)).rows


def accepted(text: str) -> list[str]:
    """Codes accepted, the same by `resolve` and by `import`."""
    document = read(text)
    rows = resolve_document(document).rows
    codes = sorted(code for row in rows if row.status == "accepted" and row.op == "include" for code in row.adcode)
    members = [member for _, member in draft_list(document).members if member.status in {"accepted", "duplicate"}]
    assert sorted(member.adcode for member in members) == codes
    return codes


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


def test_who_left_is_no_plain_member_and_keeps_the_year() -> None:
    rows = resolved("省份\t县\t备注\n浙江省\t德清县\t2019年退出\n浙江省\t义乌市\t2020年新增\n")
    assert [(row.op, row.listed_on, row.left_on) for row in rows] == [("exclude", "", "2019"), ("include", "2020", "")]
    assert accepted("省份\t县\t备注\n浙江省\t德清县\t2019年退出\n浙江省\t义乌市\t2020年新增\n") == [YIWU]
    rows = resolved("省份\t县\t摘帽时间\n贵州省\t正安县\t2020年3月\n")
    assert [(row.op, row.left_on, row.status) for row in rows] == [("include", "2020-03", "accepted")]


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("省份\t数量\t名单\n浙江省\t3\t德清县、义乌市\n", ["浙江省: the table states 3 places; 2 were found"]),
        ("省份\t数量\t名单\n浙江省\t2\t德清县、义乌市\n", []),
        ("序号\t县\n浙江省（3个）\t\n1\t德清县\n2\t义乌市\n", ["浙江省(3个): the table states 3 places; 2 were found"]),
        ("省份\t县\n浙江省\t德清县等2个县\n", ["德清县等2个县: the table states 2 places; 1 were found"]),
        ("省份\t县\n浙江省\t德清县\n合计\t2\n", ["合计: the table states 2 places; 1 were found"]),
    ],
)
def test_a_stated_number_that_differs_is_said(text: str, notes: list[str]) -> None:
    document = read(text)
    assert list(resolve_document(document).notes) == notes
    assert [note for note in draft_list(document).notes if "states" in note] == notes


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
