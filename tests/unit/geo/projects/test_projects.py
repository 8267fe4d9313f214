"""A register is read in both languages, every problem is named, sums are those of the register, and banks cannot go below zero."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.cli.main import run
from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.errors import ProjectError
from pilotzones.geo.projects.models import STAGES
from pilotzones.geo.projects.reader import REGISTER_COLUMNS, read_register, write_template
from pilotzones.geo.projects.reserve_banks import read_ledger
from pilotzones.geo.projects.summary import GROUPINGS, count_stages, locate_projects, sum_projects
from pilotzones.geo.query.applicability_loader import load_applicability

TODAY = date(2025, 6, 1)
# Made up for the test; no such projects are known.
CHINESE = (
    "项目编号,项目名称,区县,项目类别,项目阶段,立项日期,开工日期,计划完工日期,中央资金(万元),社会资本(万元),责任单位\n"
    'A1,甲,南湖区,水利,在建,2024-01-05,2024年3月1日,2025-01-01,"1,200",300,局一\n'
    "A2,乙,秀洲区,农业农村,竣工,2023/5/1,2023-08-01,2024-01-01,500,,局二\n"
    "A3,丙,永川区,其他,申报,,,,,,\n"
)


def read(text: str):
    return read_register(read_pasted(text.encode(), name="r.csv"))


@pytest.fixture(scope="module")
def located(programme):
    return locate_projects(read(CHINESE), load_applicability([programme], DEFAULT_SOURCE), programme, TODAY)


def test_a_chinese_register_is_read(located):
    frame = located.frame.set_index("id")
    assert frame["county"].to_list() == ["南湖区", "秀洲区", "永川区"]
    assert frame["zone"].to_list() == [1, 1, 9]
    assert frame["stage"].to_list() == ["started", "completed", "proposed"]
    assert frame["kind"].to_list() == ["water", "agriculture", "其他"]
    assert frame.loc["A1", "money"] == 1500
    assert frame["is_overdue"].to_list() == [True, False, False]
    assert located.problems == []


@pytest.mark.parametrize("by", GROUPINGS)
def test_sums_are_those_of_the_register(located, by):
    sums = sum_projects(located, by)
    assert sums["projects"].sum() == 3
    assert sums["money"].sum() == 2000
    assert sums["without_money"].sum() == 1
    assert sums["overdue"].sum() == 1


def test_the_funnel_never_widens(located):
    stages = count_stages(located)
    assert stages["stage"].to_list() == list(STAGES)
    assert stages["reached"].to_list() == [3, 2, 2, 1, 0]
    assert stages["now"].sum() == 3


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        (("在建", "造好了"), "stage", "choose one of"),
        (("2024-01-05", "去年"), "approved_on", "a date such as"),
        (("2024-01-05", "2025-01-05"), "stage", "not in the order"),
        (('"1,200"', "很多"), "money_central", "an amount"),
        (("A2", "A1"), "id", "listed twice, first in row 2"),
        (("南湖区", ""), "county", "a county, a code"),
        ((",甲,", ",,"), "name", "needs a name"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_row_and_field_and_the_project_stays(change, field, words):
    register = read(CHINESE.replace(*change, 1))
    assert [(one.field, words in one.message) for one in register.problems] == [(field, True)]
    assert register.problems[0].row in (2, 3)
    assert len(register.projects) == 3


def test_the_template_is_a_register_without_rows():
    assert read_register(read_pasted(write_template(), name="t.csv")).projects == []
    with pytest.raises(ProjectError, match="see the template"):
        read("a,b\n1,2\n")
    assert "due_on" in REGISTER_COLUMNS


LEDGER = "bank,county,date,direction,quantity_ha,use\n"


def test_balances_of_banks_and_the_rule_that_what_is_used_was_stored_before():
    text = (
        LEDGER
        + "补充耕地,永川区,2024-01,入库,10,\n补充耕地,巴南区,2024-02,出库,4,高速公路\n建设用地,永川区,2024-01,出库,1,\n"
    )
    ledger = read_ledger(read_pasted(text.encode(), name="b.csv"))
    rows = {(row.bank, row.county): row.balance_ha for row in ledger.balances.itertuples()}
    assert rows[("supplementary_farmland", "永川区")] == 10
    assert rows[("supplementary_farmland", "巴南区")] == -4
    assert [(one.row, one.field) for one in ledger.problems] == [(4, "quantity_ha")]
    assert "measure 22" in ledger.problems[0].message


@given(st.lists(st.tuples(st.sampled_from(["in", "out"]), st.integers(1, 100)), min_size=1, max_size=12))
def test_a_problem_stands_exactly_where_a_bank_is_overdrawn(entries):
    lines = [
        f"green_quota,永川区,2024-{at + 1:02d},{direction},{size}," for at, (direction, size) in enumerate(entries)
    ]
    ledger = read_ledger(read_pasted((LEDGER + "\n".join(lines)).encode(), name="b.csv"))
    held, overdrawn = 0, []
    for row, (direction, size) in enumerate(entries, start=2):
        held += size if direction == "in" else -size
        if held < 0:
            overdrawn.append(row)
    assert [one.row for one in ledger.problems] == overdrawn
    assert ledger.balances["balance_ha"].sum() == pytest.approx(held)


def test_the_command(tmp_path, capsys):
    path = tmp_path / "r.csv"
    assert run(["projects", "template", str(path)]) == 0
    path.write_text(CHINESE, encoding="utf-8")
    assert run(["projects", "check", str(path), "--today", "2025-06-01"]) == 0
    assert run(["projects", "summary", str(path), "--by", "zone", "--json"]) == 0
    path.write_text(LEDGER + "x,永川区,2024,in,1,\n", encoding="utf-8")
    assert run(["projects", "banks", str(path)]) == 1
    assert "choose one of" in capsys.readouterr().out
