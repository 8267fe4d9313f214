"""Clauses that say something of names of a list: labels that leave them open, parts, exceptions, addresses."""

from __future__ import annotations

import pytest

from tests.helpers.listed_places import accepted, open_places, resolved

DEQING, CHANGXING, ANJI = "330521", "330522", "330523"


@pytest.mark.parametrize(
    "text",
    [
        "第一批：德清县；第二批（拟）：安吉县",
        "第一批：德清县；第二批（候选）：安吉县",
        "第一批（2022年）：德清县\n第二批（拟新增）：安吉县",
        "试点县：德清县\n储备县：安吉县",
        "增加：德清县。减少：安吉县。",
        "原定于安吉县的试点，现改在德清县进行。",
        "试点县：德清县。对安吉县予以通报批评。",
        "德清县为A类，安吉县为C类（淘汰）。",
        "德清县首次入选，安吉县未获评。",
        "一、试点县\n德清县\n二、退出县\n安吉县",
        "参与：德清县；视情况参与：安吉县",
        "是德清县而非安吉县列入试点。",
        "试点县：德清县。以上不含已列入国家试点的安吉县。",
        "试点县：德清县、安吉县。安吉县不含梅溪镇。",
        "试点县：德清县、安吉县。安吉县仅限梅溪镇、溪龙乡。",
        "序号\t县\n1\t德清县\n2\t安吉县\n注：安吉县不含梅溪镇。\n",
        "序号\t县\n1\t德清县\n2\t安吉县\n注：安吉县仅限梅溪镇、溪龙乡。\n",
    ],
)
def test_a_county_that_its_clause_takes_back_or_leaves_open_is_a_question(text: str) -> None:
    assert accepted(text) == [DEQING]
    assert "安吉县" in [row.listed_text for row in resolved(text) if row.status == "review"]


@pytest.mark.parametrize(
    "text",
    [
        "同意将德清县、安吉县纳入试点，暂缓批准长兴县。",
        "将试点县长兴县变更为德清县，其余安吉县不变。",
        "试点县（含候选）：德清县、安吉县",
        "德清县（原申报临安区，后调整为德清县）、安吉县",
        "（一）德清县、安吉县（2022年）",
    ],
)
def test_words_for_others_take_nothing_back(text: str) -> None:
    assert accepted(text) == [DEQING, ANJI]


def test_a_province_with_a_note_heads_places_that_the_note_leaves_open() -> None:
    text = "江苏省：昆山市\n浙江省（拟）：安吉县、德清县\n安徽省：宁国市"
    assert accepted(text) == ["320583", "341881"]
    assert [name for name, _ in open_places(text)] == ["安吉县", "德清县"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("湖南省邵阳市（其中：武冈市、新宁县为重点县）", ["430500"]),
        ("湖南省邵阳市（其中：武冈市、新宁县为重点县）、怀化市（其中洪江市为重点县）", ["430500", "431200"]),
        ("广安市、达州市，其中邻水县、大竹县先行试点", ["511600", "511700"]),
        ("广安市、达州市，其中：邻水县、大竹县先行试点", ["511600", "511700"]),
        ("试点地区：广安市、达州市。其中，邻水县先行试点。", ["511600", "511700"]),
        ("序号\t地区\t面积\n1\t衡阳市\t15303\n2\t其中：常宁市\t2048\n3\t郴州市\t19387\n", ["430400", "431000"]),
        ("广安市（重点：邻水县）、达州市", ["511600", "511700"]),
        ("四川省共3个县，其中：邻水县、大竹县、渠县", ["511623", "511724", "511725"]),
    ],
)
def test_counties_behind_among_them_are_parts_of_the_units_before_them(text: str, codes: list[str]) -> None:
    assert accepted(text) == codes
    assert open_places(text) == []


def test_an_exception_belongs_to_the_unit_before_it() -> None:
    text = "长沙市不含浏阳市，株洲市不含醴陵市、攸县"
    assert accepted(text) == ["430100", "430200"]
    assert open_places(text) == []


@pytest.mark.parametrize(
    "address",
    [
        "联系人：张三，地址：杭州市西湖区省府楼南里11号，邮编310007",
        "通讯地址：浙江省杭州市西湖区学府街。",
        "办公地址：杭州市西湖区省政府大院",
        "材料请寄：杭州市西湖区（邮编310007）。",
    ],
)
def test_where_to_write_to_is_no_member(address: str) -> None:
    assert accepted(f"试点县：德清县、长兴县。{address}") == [DEQING, CHANGXING]


@pytest.mark.parametrize(
    "text",
    [
        "学习借鉴浙江省海宁市、桐乡市经验，在德清县、安吉县开展试点。",
        "总结推广海宁市、桐乡市等地做法，支持德清县、安吉县开展改革。",
        "《关于确定海宁市、桐乡市为试点的通知》另有规定。现确定德清县、安吉县为试点。",
        "会上，海宁市、桐乡市、平湖市作典型发言，会后德清县、安吉县被确定为试点。",
        "申报单位：德清县人民政府；推荐单位：湖州市人民政府。申报单位：安吉县人民政府。",
        "合格：德清县、安吉县。",
        "浙江省：德清县、安吉县\n牵头单位：浙江省林业局\n协作单位：湖州市人民政府\n",
        "县名：德清县\n所在省：浙江省\n\n县名：安吉县\n所在市：湖州市\n",
    ],
)
def test_places_that_others_learn_from_or_that_titles_name_are_no_members(text: str) -> None:
    assert accepted(text) == [DEQING, ANJI]


@pytest.mark.parametrize("label", ["不合格等次：", "已过期：", "未达标：", "失效："])
def test_a_label_of_results_leaves_its_places_out(label: str) -> None:
    text = f"有效：德清县。{label}安吉县。"
    assert accepted(text) == [DEQING]
    assert [name for name, _ in open_places(text)] == ["安吉县"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("入选名单：①山东曲阜；②河南淅川；③湖北竹山。", ["370881", "411326", "420323"]),
        ("①山东曲阜、邹城②河南淅川", ["370881", "370883", "411326"]),
        ("*为国家级，#为省级：*阆中市、*南部县、#仪陇县", ["511321", "511324", "511381"]),
        ("公主岭市（2020年由四平市划归长春市代管）、梅河口市", ["220184", "220581"]),
        ("简阳市（2016年由资阳市代管改为成都市代管）、资中县", ["510185", "511025"]),
        ("郑州市管城区、洛阳市瀍河区、开封市顺河区、齐齐哈尔市梅里斯区", ["230208", "410104", "410203", "410304"]),
        ("省直管县：\n巩义市\n兰考县\n注：巩义市、兰考县不再由所在省辖市管辖。", ["410181", "410225"]),
    ],
)
def test_marks_notes_and_short_names_lose_no_county(text: str, codes: list[str]) -> None:
    rows = resolved(text)
    assert sorted({code for row in rows if row.status == "accepted" for code in row.adcode}) == codes
    assert [row.listed_text for row in rows if row.status != "accepted"] == []


@pytest.mark.parametrize("heading", ["退出县", "候选县", "储备县", "整改单位"])
def test_a_heading_that_ends_like_a_county_is_no_item(heading: str) -> None:
    text = f"一、试点县\n德清县、长兴县\n二、{heading}\n安吉县、海宁市"
    assert accepted(text) == [DEQING, CHANGXING]
    assert [name for name, _ in open_places(text)] == ["安吉县", "海宁市"]


def test_a_province_behind_its_county_is_a_question_although_the_county_is_one_too() -> None:
    rows = resolved("1 昆山市 江苏 2 江阴市 江苏 3 晋江市 福建")
    assert {code for row in rows if row.status == "accepted" for code in row.adcode} == {"320583", "320281"}
    assert [row.listed_text for row in rows if row.status == "review"] == ["江苏", "江苏", "晋江市", "福建"]
