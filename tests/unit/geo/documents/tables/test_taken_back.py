"""Words of a table and around it that take its places back or leave them open."""

from __future__ import annotations

import pytest

from tests.helpers.listed_places import accepted, open_places, resolved

DUJIANGYAN, PENGZHOU, CHONGZHOU, MEITAN, TONGZI, DALI = ["510181", "510182", "510184", "520328", "520322", "532901"]
TWO = "省份\t县\n四川省\t都江堰市\n贵州省\t湄潭县\n"


@pytest.mark.parametrize(
    ("title", "op"),
    [
        ("撤销下列试点县：\n", "exclude"),
        ("取消下列县（市）试点资格\n", "exclude"),
        ("附件2\n未列入名单的县（市、区）\n", "exclude"),
        ("2020年退出试点名单\n", "exclude"),
        ("经考核评估，并报省政府同意，决定取消下列考核不合格的县（市、区）的试点资格，具体名单公布如下：\n", "exclude"),
        ("拟推荐名单\n", "include"),
        ("候选县名单（公示）\n", "include"),
    ],
)
def test_a_title_takes_the_whole_table_back(title: str, op: str) -> None:
    assert open_places(title + TWO) == [("都江堰市", op), ("湄潭县", op)]
    assert accepted(title + TWO) == []


def test_a_list_that_goes_on_is_not_taken_back_by_the_title_before() -> None:
    text = f"一、退出名单\n{TWO}二、继续试点名单\n省份\t县\n云南省\t大理市\n"
    assert accepted(text) == [DALI]


@pytest.mark.parametrize(
    "remark",
    ["彭州市2020年退出", "彭州市暂不列入", "其中彭州市未通过验收", "彭州市拟新增", "彭州市尚未批准"],
)
def test_a_remark_that_names_a_place_speaks_of_it_alone(remark: str) -> None:
    text = f"省份\t县\t备注\n四川省\t都江堰市、彭州市、崇州市\t{remark}\n贵州省\t湄潭县\t\n"
    assert accepted(text) == [DUJIANGYAN, CHONGZHOU, MEITAN]
    assert [name for name, _ in open_places(text)] == ["彭州市"]


@pytest.mark.parametrize(
    "state",
    [
        "退出",
        "取消资格",
        "停止",
        "未列入",
        "不再作为试点",
        "候选",
        "拟新增",
        "尚未批准",
        "替换为桐梓县",
        "已被替换",
        "已调整为其他县",
    ],
)
def test_the_state_of_a_row_takes_its_place_back(state: str) -> None:
    text = f"县名\t状态\n都江堰市\t保留\n湄潭县\t{state}\n"
    assert accepted(text) == [DUJIANGYAN]
    assert [name for name, _ in open_places(text)] == ["湄潭县"]


def test_a_county_called_like_a_plain_word_in_the_first_row_is_no_head() -> None:
    assert accepted("县\t备注\n平原县\t新增\n彭州市\t退出\n湄潭县\t新增\n") == ["371426", MEITAN]


def test_a_county_called_like_a_plain_word_beside_a_batch_is_no_head() -> None:
    assert accepted("县\t批次\n平原县\t第一批\n彭州市\t第一批\n") == ["371426", PENGZHOU]


def test_yes_and_no_answer_the_head_of_their_column() -> None:
    assert accepted("序号\t县名\t是否纳入\n1\t都江堰市\t是\n2\t彭州市\t否\n") == [DUJIANGYAN]
    assert accepted("序号\t县名\t是否退出\n1\t都江堰市\t否\n2\t彭州市\t是\n") == [DUJIANGYAN]
    assert accepted("序号\t县名\t是否民族县\n1\t都江堰市\t否\n2\t彭州市\t否\n") == [DUJIANGYAN, PENGZHOU]


def test_a_tick_or_a_date_below_a_head_of_exits_takes_the_place_back() -> None:
    assert accepted("县\t列入\t退出\n都江堰市\t√\t\n彭州市\t√\t√\n") == [DUJIANGYAN]
    rows = resolved("县\t入选时间\t退出时间\n都江堰市\t2014\t\n彭州市\t2014\t2019\n")
    assert [(row.op, row.status, row.listed_on, row.left_on) for row in rows] == [
        ("include", "accepted", "2014", ""),
        ("exclude", "review", "2014", "2019"),
    ]


def test_a_county_that_becomes_a_district_stays() -> None:
    assert accepted("县名\t备注\n都江堰市\t1988年撤销灌县，设立都江堰市\n彭州市\t撤县设市\n") == [DUJIANGYAN, PENGZHOU]


@pytest.mark.parametrize(
    ("heads", "op"),
    [
        ("新增县\t退出县", "exclude"),
        ("保留\t退出", "exclude"),
        ("调整后试点县\t原试点县", "exclude"),
        ("试点县\t拟新增县", "include"),
    ],
)
def test_the_head_of_a_column_takes_its_places_back(heads: str, op: str) -> None:
    text = f"省份\t{heads}\n四川省\t都江堰市\t彭州市\n贵州省\t湄潭县\t桐梓县\n"
    assert accepted(text) == [DUJIANGYAN, MEITAN]
    assert open_places(text) == [("彭州市", op), ("桐梓县", op)]


@pytest.mark.parametrize("note", ["暂缓", "拟", "不含", "除外", "2019年退出", "候选"])
def test_a_note_behind_a_name_takes_it_back_and_is_no_name(note: str) -> None:
    assert [name for name, _ in open_places(f"省份\t县\n四川省\t都江堰市、彭州市（{note}）\n")] == ["彭州市"]
    assert [name for name, _ in open_places(f"省份\t县\n四川省\t都江堰市\n四川省\t彭州市（{note}）\n")] == ["彭州市"]


@pytest.mark.parametrize(
    ("note", "gone"),
    [
        ("其中彭州市暂不列入。", ["彭州市"]),
        ("注：彭州市已于2021年退出试点。", ["彭州市"]),
        ("上述名单中，彭州市尚未批准。", ["彭州市"]),
        ("彭州市由崇州市替换。", ["彭州市"]),
    ],
)
@pytest.mark.parametrize("below", [True, False])
def test_the_text_around_a_table_takes_places_back(note: str, gone: list[str], *, below: bool) -> None:
    table = "<table><tr><th>省<th>县<tr><td>四川省<td>都江堰市<tr><td>四川省<td>彭州市</table>"
    text = f"{table}<p>{note}</p>" if below else f"{table[:-8]}<tr><td colspan=2>{note}</table>"
    assert "510182" not in accepted(text)
    assert {name for name, _ in open_places(text)} == {*gone}


def test_exits_wait_for_a_person_with_the_words_and_the_date() -> None:
    rows = resolved("省份\t县\t备注\n浙江省\t德清县\t2019年退出\n")
    assert [(row.op, row.status, row.left_on, row.reasons[0].code) for row in rows] == [
        ("exclude", "review", "2019", "left_list")
    ]


@pytest.mark.parametrize(
    "title",
    [
        "县级公立医院取消药品加成试点县名单",
        "农村宅基地有偿退出试点县名单",
        "淘汰落后产能示范县名单",
        "未成年人保护示范县名单",
        "建立退出机制的县名单",
        "待遇保障试点县名单",
    ],
)
def test_a_verb_with_another_object_takes_nothing_back(title: str) -> None:
    assert accepted(f"{title}\n{TWO}") == [DUJIANGYAN, MEITAN]
    assert accepted(
        f"<p>{title}</p><table><tr><th>省份<th>县<tr><td>四川省<td>都江堰市<tr><td>贵州省<td>湄潭县</table>"
    ) == [DUJIANGYAN, MEITAN]


def test_a_remark_that_may_speak_of_something_else_is_a_question() -> None:
    text = "县名\t备注\n都江堰市\t2018年脱贫\n湄潭县\t取消药品加成\n大理市\t整县推进\n"
    assert accepted(text) == [DUJIANGYAN, DALI]
    assert open_places(text) == [("湄潭县", "include")]


def test_a_column_of_kinds_may_say_who_stays() -> None:
    text = "县,类型\n都江堰市,新增\n湄潭县,退出\n大理市,保留\n"
    assert accepted(text) == [DUJIANGYAN, DALI]
    assert open_places(text) == [("湄潭县", "exclude")]


def test_a_title_above_the_head_of_a_list_takes_it_back() -> None:
    assert open_places("建议取消试点资格的县\n县\n都江堰市\n湄潭县") == [("都江堰市", "exclude"), ("湄潭县", "exclude")]


@pytest.mark.parametrize("heads", ["保留\t退出", "调整后\t调整前", "现试点\t原试点"])
def test_columns_of_what_stays_and_what_has_left(heads: str) -> None:
    text = f"{heads}\n都江堰市\t彭州市\n湄潭县\t桐梓县\n"
    assert accepted(text) == [DUJIANGYAN, MEITAN]
    assert open_places(text) == [("彭州市", "exclude"), ("桐梓县", "exclude")]
