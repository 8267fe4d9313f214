"""The table of docs/trust.md can be measured in pieces: a row written now leaves the others as they were measured."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.browsing import ROOT

sys.path.insert(0, str(ROOT / "bench"))
from tools import trust  # from the folder that was added


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "trust.md"
    path.write_text("# 前\n<!-- table -->\n| old | form |\n<!-- end -->\n后\n", encoding="utf-8")
    return path


def _row(number: int, *, measured: str = "3 of 3 checks hold") -> trust.TrustRow:
    entry = trust.load_entries()[number]
    return trust.TrustRow(entry["id"], entry["what"], measured, entry["target"], "yes", "full")


def test_a_row_is_read_as_it_was_written() -> None:
    row = trust.TrustRow("T-0", "a | b", "|", "≤ 1 | 2", "no", "quick")
    assert trust.TrustRow.from_line(row.format_line()) == row
    assert trust.TrustRow.from_line("| id | what | measured | run | target | met |") is None
    assert trust.TrustRow.from_line("text") is None


def test_rows_are_written_one_by_one_and_keep_one_another(document: Path) -> None:
    first, second = _row(0), _row(5, measured="a | b")
    for row in (second, first):
        trust.write({**trust.read_written(document), row.id: row}, document)
    kept = trust.read_written(document)
    assert (kept[first.id], kept[second.id]) == (first, second)
    assert list(kept) == [entry["id"] for entry in trust.load_entries()]
    assert sum(row.measured == "not measured" for row in kept.values()) == len(kept) - 2
    text = document.read_text(encoding="utf-8")
    assert text.startswith("# 前\n<!-- table -->\n| id | what | ")
    assert text.endswith("|\n<!-- end -->\n后\n")


def test_a_row_that_claims_something_else_now_is_not_kept(document: Path) -> None:
    row = _row(0)
    trust.write({row.id: replace(row, target="less"), "T-gone": replace(row, id="T-gone")}, document)
    assert row.id not in trust.read_written(document)
    trust.write(trust.read_written(document), document)
    assert "T-gone" not in document.read_text(encoding="utf-8")


def test_an_id_of_no_row_is_told() -> None:
    assert [entry["id"] for entry in trust._choose(["T-A", "T-F1"])] == ["T-F1", "T-A"]
    assert [entry["id"] for entry in trust._choose(["T-M"])] == ["T-M"]
    assert len(trust._choose(["T-L2"])) == 2
    with pytest.raises(SystemExit, match="no row has T-Q in its id: T-X1"):
        trust._choose(["T-A", "T-Q"])


def test_the_document_has_the_rows_of_the_list() -> None:
    stale = "docs/trust.md: run python tools/trust.py --full --only with the ids of rows that are new"
    assert list(trust.read_written(trust.DOCUMENT)) == [entry["id"] for entry in trust.load_entries()], stale
