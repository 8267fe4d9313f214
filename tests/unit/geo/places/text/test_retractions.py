"""What a sentence takes back or leaves open is never a plain member."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.cli.main import run
from pilotzones.geo.places import ResolvedRow, resolve_text
from pilotzones.geo.places.gazetteer import load_gazetteer
from tests.helpers.examples import examples

SAFE = "试验范围：嘉兴市南湖区、秀洲区"
COUNTIES = [unit for unit in load_gazetteer().units.values() if unit.level == "county" and unit.prefecture != unit.name]
# Each takes the county X back; Y takes its place.
TAKEN_BACK = [
    "、X（除外）。",
    "，但X不纳入。",
    "，X暂不列入。",
    "，X未列入。",
    "，X退出试点。",
    "，X已于2021年退出试点。",
    "、X（2020年退出）。",
    "，X不再作为试点。",
    "，X经评估，不再作为试点。",
    "，X工作进展缓慢，不再纳入试点。",
    "，取消X试点资格。",
    "，X的试点资格被取消。",
    "，将X移出试点名单。",
    "，X从名单中剔除。",
    "，剔除X。",
    "，停止X试点。",
    "，X暂缓实施。",
    "，X不在试点范围内。",
    "，不再列入的有X。",
    "。撤销下列试点：X。",
    "。同意将X调整出试点范围。",
    "、X（不含）。",
    "，收回X试点资格。",
    "，X试点到期。",
    "，X自愿放弃。",
    "\n取消X试点资格\n",
    "\n停止X试点",
    "。以下地区退出试点：X。",
    "\n注：X已退出试点。",
    "，X并未纳入试点。",
    "。\n二、退出名单\nX",
    "。\n取消试点资格的县（市、区）：\n1.X",
]
LEFT_OPEN = [
    "，X尚未批准。",
    "，X为候选。",
    "、X（候选）。",
    "，候选地区：X。",
    "，拟新增X。",
    "，X拟列入。",
    "、X（拟）。",
    "，X待定。",
    "。其中，X尚处于申报阶段。",
    "，X尚未获得国务院批准。",
    "，X待国务院批准后实施。",
    "，X改为观察员。",
    "，X不作统一要求。",
    "，X未到会。",
    # Words behind a list that no table of verbs has admit nobody.
    "，X另批。",
    "。X下一批再定。",
    "；X作废。",
    "\nX原为试点",
]
REPLACED = [
    "，X替换为Y。",
    "，将X调整为Y。",
    "，以Y替换X。",
    "，用Y代替X。",
    "，Y替换X。",
    "，X由Y替换。",
    "，X被Y取代。",
    "，X退出，由Y递补。",
    "，X改由Y承担。",
    "，由Y接替X。",
]


def members(rows: list[ResolvedRow]) -> list[str]:
    """Names that may be drawn without asking."""
    return [row.name for row in rows if row.status == "accepted" and row.op == "include"]


@pytest.mark.parametrize("clause", TAKEN_BACK)
def test_a_name_that_is_taken_back_is_excluded_and_asked_about(clause: str) -> None:
    rows = list(resolve_text(SAFE + clause.replace("X", "嘉善县")))
    assert members(rows) == ["南湖区", "秀洲区"]
    assert [(row.op, row.status, row.adcode) for row in rows[2:]] == [("exclude", "review", ("330421",))]
    assert rows[2].reasons[-1].code == "taken_back"


@pytest.mark.parametrize("clause", LEFT_OPEN)
def test_a_name_that_is_not_admitted_yet_is_asked_about(clause: str) -> None:
    rows = list(resolve_text(SAFE + clause.replace("X", "嘉善县")))
    assert members(rows) == ["南湖区", "秀洲区"]
    assert [(row.op, row.status, row.reasons[-1].code) for row in rows[2:]] == [("include", "review", "left_open")]


@pytest.mark.parametrize(
    "clause",
    [
        "，X同时开展。",
        "。X为第二批试点。",
        "，X全域。",
        "，X不断推进改革。",
        "；X率先实施。",
        "，X未来三年完成。",
        "、X。",
    ],
)
def test_other_words_behind_a_name_take_nothing_back(clause: str) -> None:
    assert members(list(resolve_text(SAFE + clause.replace("X", "嘉善县")))) == ["南湖区", "秀洲区", "嘉善县"]


def test_an_unread_item_before_it_changes_nothing_for_a_name_with_words_of_its_own() -> None:
    rows = list(resolve_text(f"{SAFE}、寅卯；嘉善县另批。"))
    assert members(rows) == ["南湖区", "秀洲区"]
    assert rows[-1].reasons[-1].code == "left_open"


@pytest.mark.parametrize("clause", REPLACED)
def test_a_replacement_takes_one_back_and_lists_the_other(clause: str) -> None:
    rows = list(resolve_text(SAFE + clause.replace("X", "嘉善县").replace("Y", "海盐县")))
    assert members(rows) == ["南湖区", "秀洲区", "海盐县"]
    assert {row.name: row.op for row in rows}["嘉善县"] == "exclude"


def test_a_replacement_in_a_parenthesis_takes_the_name_before_it_back() -> None:
    rows = list(resolve_text(f"{SAFE}、嘉善县（已由海盐县替换）。"))
    assert members(rows)[:2] == ["南湖区", "秀洲区"]
    assert [row.op for row in rows if row.name == "嘉善县"] == ["exclude"]


def test_a_place_taken_back_after_it_was_listed_is_asked_about_at_both_places() -> None:
    first, _, third, fourth = resolve_text(f"{SAFE}、嘉善县。嘉善县退出试点。")
    assert first.status == "accepted"
    assert (third.op, third.status, third.reasons[-1].code) == ("include", "review", "taken_back_elsewhere")
    assert (fourth.op, fourth.status) == ("exclude", "review")


def test_a_new_heading_ends_what_a_heading_takes_back() -> None:
    rows = list(resolve_text("新增名单\n平湖市\n退出名单\n嘉善县\n海盐县\n保留名单\n海宁市"))
    assert [(row.name, row.op) for row in rows] == [
        ("平湖市", "include"), ("嘉善县", "exclude"), ("海盐县", "exclude"), ("海宁市", "include"),
    ]  # fmt: skip


def test_an_exclusion_from_a_listed_unit_is_sure() -> None:
    rows = list(resolve_text("嘉兴市（嘉善县除外）、湖州市"))
    assert [(row.name, row.op, row.status) for row in rows] == [
        ("嘉兴市", "include", "accepted"), ("嘉善县", "exclude", "accepted"), ("湖州市", "include", "accepted"),
    ]  # fmt: skip
    rows = list(resolve_text("包括绵阳（除北川县、平武县）、达州"))
    assert {(row.op, row.status) for row in rows} == {("include", "accepted"), ("exclude", "accepted")}


@pytest.mark.parametrize(
    "clause",
    [
        "，开展宅基地退出试点。",
        "，探索进城农户承包地退出机制。",
        "，推进产能退出。",
        "等3个县（市、区）的企业退出试点。",
    ],
)
def test_verbs_with_another_subject_take_no_name_back(clause: str) -> None:
    assert members(list(resolve_text(SAFE + clause))) == ["南湖区", "秀洲区"]


@given(
    st.lists(st.sampled_from(COUNTIES), min_size=3, max_size=5, unique_by=lambda unit: unit.prefecture_code),
    st.sampled_from(TAKEN_BACK + LEFT_OPEN + REPLACED),
)
@examples(120)
def test_no_wording_leaves_a_plain_member_behind(units, clause: str) -> None:
    *safe, gone, new = [(unit.province + unit.prefecture + unit.name, unit) for unit in units]
    text = "试验范围：" + "、".join(name for name, _ in safe) + clause.replace("X", gone[0]).replace("Y", new[0])
    listed = [row.adcode for row in resolve_text(text) if row.status == "accepted" and row.op == "include"]
    assert (gone[1].code,) not in listed
    assert listed == [(unit.code,) for _, unit in safe] + ([(new[1].code,)] if clause in REPLACED else [])


@pytest.mark.parametrize("clause", [TAKEN_BACK[1], LEFT_OPEN[0], REPLACED[0]])
def test_fail_on_review_sees_it(tmp_path: Path, clause: str) -> None:
    file = tmp_path / "list.txt"
    file.write_text(SAFE + clause.replace("X", "嘉善县").replace("Y", "海盐县"), encoding="utf-8")
    assert run(["resolve", str(file), "--fail-on", "review"]) == 2
    assert run(["import", str(file), "--json", "--fail-on", "review"]) == 2
