"""Saved decisions: keyed on text and context, reviewable, undone."""

from datetime import date
from pathlib import Path

import pytest

from pilotzones.geo.errors import IntakeError
from pilotzones.geo.places import Decisions, resolve_text

TEXT = "朝阳区、榆树市外的某地"
DAY = date(2025, 1, 2)


def decided() -> Decisions:
    decisions = Decisions()
    decisions.decide(resolve_text("朝阳区").rows[0], ["110105"], who="Li", why="the page is about 北京", when=DAY)
    return decisions


def test_a_decision_is_applied_on_the_next_run_and_taken_back() -> None:
    decisions = decided()
    row = resolve_text("朝阳区", decisions=decisions).rows[0]
    assert (row.status, row.adcode, row.method) == ("accepted", ("110105",), "decision")
    assert "Li" in str(row.reasons[-1])
    assert decisions.undo(row)
    assert resolve_text("朝阳区", decisions=decisions).rows[0].status == "review"
    assert not decisions.undo(row)


def test_the_same_name_elsewhere_is_another_question() -> None:
    rows = resolve_text("朝阳区、鼓楼区", decisions=decided()).rows
    assert rows[0].status == "review"


def test_it_can_be_decided_that_a_name_is_no_county() -> None:
    decisions = Decisions()
    decisions.decide(resolve_text("朝阳区").rows[0], [], who="Li", why="a street", when=DAY)
    row = resolve_text("朝阳区", decisions=decisions).rows[0]
    assert (row.status, row.adcode) == ("not_a_county", ())


def test_the_table_is_saved_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    decisions = decided()
    decisions.save(path)
    assert Decisions.load(path).table == decisions.table
    assert path.read_text(encoding="utf-8").splitlines()[0] == "listed_text,context,adcode,who,when,why"


def test_a_bad_table_is_refused_with_every_reason(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="columns missing"):
        Decisions.from_csv("a,b\n1,2\n")
    bad = "listed_text,context,adcode,who,when,why\n朝阳区,,999999,Li,soon,x\n,,110105,Li,2025-01-02,x\n"
    with pytest.raises(IntakeError) as caught:
        Decisions.from_csv(bad)
    assert {(problem.row, problem.field) for problem in caught.value.problems} == {
        (2, "adcode"),
        (2, "when"),
        (3, "listed_text"),
    }
    with pytest.raises(IntakeError, match="no such file"):
        Decisions.load(tmp_path / "none.csv")
    with pytest.raises(IntakeError, match="table of divisions"):
        decided().decide(resolve_text("朝阳区").rows[0], ["999999"], who="Li", why="x")


def test_a_table_that_is_no_csv_is_refused_in_one_line() -> None:
    head = "listed_text,context,adcode,who,when,why"
    with pytest.raises(IntakeError, match="after line 1: not a table of decisions"):
        Decisions.from_csv(f"{head}\n{'x' * 200_000},,110105,甲,2024-01-01,\n")
    assert len(Decisions.from_csv(f"{head}\r朝阳区,,110105,甲,2024-01-01,北京\r")) == 1
