"""Tables that name no place: what the caption names is a member as a whole, or a question, and never lost."""

from __future__ import annotations

import pytest

from pilotzones.geo.documents.document_resolution import resolve_document
from tests.helpers.document_files import read_here, workbook
from tests.helpers.listed_places import accepted, open_places, resolved


def make_table(caption: str, scope: str, head: str = "范围") -> str:
    return f"<p>{caption}</p><table><tr><th>{head}<th>面积<tr><td>{scope}<td>100</table>"


OTHER = make_table("二、江苏省", "昆山市", "县")


@pytest.mark.parametrize(
    ("caption", "code"),
    [
        ("表1 浙江省试点范围", "330000"),
        ("一、浙江省", "330000"),
        ("表2 浙江省德清县试点范围", "330521"),
        ("（一）德清县", "330521"),
        ("附表3：湖州市", "330500"),
    ],
)
@pytest.mark.parametrize("other", ["", OTHER])
def test_a_caption_over_a_whole_scope_is_the_member(caption: str, code: str, other: str) -> None:
    assert accepted(make_table(caption, "全域") + other) == sorted([code, *(["320583"] if other else [])])


@pytest.mark.parametrize("scope", ["—", "", "/", "无"])
@pytest.mark.parametrize("other", ["", OTHER])
@pytest.mark.parametrize("head", ["范围", "县"])
def test_a_caption_over_an_empty_scope_is_a_question(scope: str, other: str, head: str) -> None:
    text = make_table("一、安徽省", scope, head) + other
    assert accepted(text) == (["320583"] if other else [])
    assert open_places(text) == [("安徽省", "include")]


def test_a_caption_that_names_no_division_leaves_a_row_too() -> None:
    assert [row.listed_text for row in resolved(make_table("表3 某片区", "—"))] == ["某片区"]
    assert [row.listed_text for row in resolved(make_table("京津冀", "全域"))] == ["京津冀"]
    assert [(row.listed_text, row.status) for row in resolved(make_table("试点范围", "—"))] == [
        ("试点范围", "unresolved")
    ]
    assert [(row.listed_text, row.status) for row in resolved(make_table("退出：安徽省", "全域"))] == [
        ("安徽省", "review")
    ]


def test_plain_text_tables_leave_their_caption() -> None:
    text = "表1 安徽省\n县\t面积\n—\t—\n\n表2 江苏省\n县\t面积\n全部\t100\n"
    assert accepted(text) == ["320000"]
    assert open_places(text) == [("安徽省", "include")]
    pipes = "表1 安徽省\n\n| 县 | 面积 |\n|---|---|\n| — | 100 |\n\n表2 江苏省\n\n| 县 | 面积 |\n|---|---|\n| 昆山市 | 931 |\n"
    assert accepted(pipes) == ["320583"]
    assert open_places(pipes) == [("安徽省", "include")]


def test_a_table_that_asks_for_no_place_leaves_nothing() -> None:
    text = "<p>表1 浙江省主要指标</p><table><tr><th>指标<th>数值<tr><td>产量<td>120</table><p>德清县、义乌市</p>"
    assert [row.listed_text for row in resolved(text)] == ["德清县", "义乌市"]


def test_the_caption_of_a_table_of_a_page_counts_and_other_columns_do_not() -> None:
    first = "<table><caption>表3 浙江省试点</caption><tr><th>区域<th>说明<tr><td>全省域<td>待细化</table>"
    second = "<table><caption>表4 福建省试点</caption><tr><th>区域<th>说明<tr><td>—<td>待定</table>"
    assert accepted(first + second) == ["330000"]
    assert open_places(first + second) == [("福建省", "include")]


def test_the_name_of_a_sheet_over_one_column_is_no_place() -> None:
    document = read_here(
        workbook({"Sheet": [["县"], ["德清县"], ["某某"], ["义乌市"]], "最终版": [["代码"], [330483]]}), "xlsx"
    )
    assert [row.listed_text for row in resolve_document(document).rows] == ["德清县", "某某", "义乌市", "330483"]


def test_towns_lie_in_the_county_right_above_their_table() -> None:
    text = make_table("一、德清县", "莫干山镇、新市镇", "乡镇") + make_table("（二）义乌市", "佛堂镇", "范围")
    assert [(row.listed_text, row.container_adcode) for row in resolved(text)] == [
        ("莫干山镇", ("330521",)),
        ("新市镇", ("330521",)),
        ("佛堂镇", ("330782",)),
    ]


def test_heads_that_are_names_of_districts_elsewhere_are_heads() -> None:
    assert accepted("省份\t城区\t县\n浙江省\t南湖区\t德清县\n") == ["330402", "330521"]
    assert [row.listed_text for row in resolved("序号\t新区\t范围\n1\t两江新区\t—\n2\t天府新区\t全域\n")] == [
        "两江新区",
        "天府新区",
    ]
    assert [row.listed_text for row in resolved("市\t县区\n晋城市\t城区\n晋城市\t泽州县\n")] == ["城区", "泽州县"]
    assert [row.listed_text for row in resolved("县区\n城区\n郊区\n")] == ["城区", "郊区"]
