"""The commands about places and documents: output, exit codes, one-line errors."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from pilotzones.cli.main import run
from pilotzones.geo.documents.drafts.apply_decisions import make_pending_row
from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import read_document
from tests.helpers.document_files import pdf, workbook

if TYPE_CHECKING:
    from pathlib import Path

LIST = "1.甲片区\n试验范围：杭州市余杭区、德清县。面积约2000平方公里。\n试验重点：人口迁徙；土地入市。\n"


@pytest.fixture
def document(tmp_path: Path) -> str:
    """A document with nothing to settle."""
    path = tmp_path / "名单.txt"
    path.write_text(LIST, encoding="utf-8")
    return str(path)


class Bytes(io.TextIOWrapper):
    """Standard input that holds bytes."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(io.BytesIO(raw))


def test_resolve_prints_json(capsys: pytest.CaptureFixture[str], document: str) -> None:
    assert run(["resolve", document, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["matched"], printed["total"]) == (2, 2)
    assert [(row["listed_text"], row["adcode"]) for row in printed["rows"]] == [
        ("杭州市余杭区", ["330110"]),
        ("德清县", ["330521"]),
    ]
    assert {"status", "op", "level", "container_adcode", "method", "reasons", "candidates"} <= set(printed["rows"][0])


def test_resolve_reads_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Bytes("南京市溧水区、高淳区，宜兴市".encode("gb18030")))
    assert run(["resolve", "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["adcode"] for row in rows] == ["320117", "320118", "320282"]


@pytest.mark.slow
def test_rows_of_a_column_in_are_rows_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    rows = [
        ["省份", "县名"],
        ["山东省", "市中区"],
        [None, "槐荫区"],
        ["浙江省", "余杭区"],
        [None, "没有的区"],
        ["浙江省", "余杭区"],
    ]
    path.write_bytes(workbook({"名单": rows}))
    assert run(["resolve", str(path), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [row["listed_text"] for row in printed["rows"]] == ["市中区", "槐荫区", "余杭区", "没有的区", "余杭区"]
    assert [row["status"] for row in printed["rows"]] == ["review", "accepted", "accepted", "unresolved", "accepted"]


def test_the_date_of_the_document_counts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("包括许昌市魏都区、许昌县、鄢陵县。", encoding="utf-8")
    assert run(["resolve", str(path), "--as-of", "2012-05", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"][1]["adcode"] == ["411003"]


def test_fail_on_review(capsys: pytest.CaptureFixture[str], tmp_path: Path, document: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text("朝阳区", encoding="utf-8")
    assert run(["resolve", str(path)]) == 0
    assert "to settle" in capsys.readouterr().out
    assert run(["resolve", str(path), "--fail-on", "review"]) == 2
    assert run(["resolve", document, "--fail-on", "review"]) == 0
    assert run(["resolve", str(path), "--fail-on", "review", "--province", "北京"]) == 0


def test_decisions_are_applied(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path, saved = tmp_path / "a.txt", tmp_path / "decisions.csv"
    path.write_text("朝阳区", encoding="utf-8")
    run(["resolve", str(path), "--json"])
    context = json.loads(capsys.readouterr().out)["rows"][0]["context"]
    saved.write_text(
        f"listed_text,context,adcode,who,when,why\n朝阳区,{context},110105,甲,2024-01-01,北京\n", encoding="utf-8"
    )
    assert run(["resolve", str(path), "--decisions", str(saved), "--fail-on", "review", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"][0]["adcode"] == ["110105"]


def test_import_applies_decisions_on_members_nobody_has_a_row_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path, saved = tmp_path / "a.txt", tmp_path / "decisions.csv"
    path.write_text("1.甲片区\n试验范围：某某某大观园、杭州市余杭区。\n", encoding="utf-8")
    assert run(["import", str(path), "--json"]) == 2
    printed = json.loads(capsys.readouterr().out)["zones"][0]["members"][0]
    # The resolver found no place in it, so its place in the document is the context of the question.
    member = make_pending_row(next(iter(draft_list(read_document(path)).members))[1])
    assert (printed["status"], printed["context"]) == ("unresolved", "")
    saved.write_text(
        f"listed_text,context,adcode,who,when,why\n{member.listed_text},{member.context},110105,甲,2024-01-01,在北京\n",
        encoding="utf-8",
    )
    assert run(["import", str(path), "--decisions", str(saved), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [one["adcode"] for one in printed["zones"][0]["members"]] == ["110105", "330110"]


def test_import_drafts_a_list_that_is_no_document(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path, folder = tmp_path / "a.txt", tmp_path / "draft"
    path.write_text("朝阳区、鼓楼区", encoding="utf-8")
    assert run(["import", str(path), "-o", str(folder)]) == 2
    # 2: a list of nothing but open questions has nothing to compare yet.
    assert run(["audit", "--programme", str(folder)]) == 2
    assert run(["export", "--programme", str(folder), "-o", str(tmp_path / "zones.geojson")]) == 0
    capsys.readouterr()


def test_import_drafts_a_programme_that_the_other_commands_take(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, document: str
) -> None:
    folder = tmp_path / "draft"
    assert run(["import", document, "-o", str(folder), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["matched"], printed["total"], len(printed["zones"]), len(printed["pairs"])) == (2, 2, 1, 2)
    assert printed["zones"][0]["members"][0]["place"]["path"][-1] == "第1项"
    assert "text" not in printed
    # 2: the two counties are larger than the stated area, which is a difference to look at.
    assert run(["audit", "--programme", str(folder)]) == 2
    target = tmp_path / "zones.geojson"
    assert run(["export", "--programme", str(folder), "-o", str(target)]) == 0
    assert json.loads(target.read_text(encoding="utf-8"))["features"]
    assert run(["import", document, "-o", str(folder)]) == 1
    assert run(["import", document, "-o", str(folder), "--replace"]) == 0


def test_import_says_what_waits_and_what_was_not_understood(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(LIST.replace("德清县", "某某某大观园") + "牵头单位：[red]某委[/red]\n", encoding="utf-8")
    assert run(["import", str(path)]) == 2
    printed = capsys.readouterr().out
    assert "某某某大观园" in printed
    assert "牵头单位：[red]某委[/red]" in printed


@pytest.mark.parametrize(
    ("raw", "printed"),
    [
        (b"", "empty"),
        (bytes(range(256)) * 10, "no text"),
        (pdf([]), "OCR"),
        ("没有名单的文件。".encode(), "no list of places found"),
    ],
)
def test_errors_of_import_are_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, raw: bytes, printed: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(raw)
    assert run(["import", str(path), "--json"]) == 1
    captured = capsys.readouterr()
    assert printed in captured.err
    assert captured.err.count("\n") == 1
    assert not captured.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["resolve", "no/such/file"],
        ["resolve", "{document}", "--as-of", "yesterday"],
        ["resolve", "{document}", "--province", "火星"],
        ["resolve", "{document}", "--decisions", "no/such/table.csv"],
        ["resolve", "{document}", "--json", "--csv"],
        ["import"],
        ["import", "{document}", "-o", "{document}"],
    ],
)
def test_wrong_arguments_are_one_line(capsys: pytest.CaptureFixture[str], document: str, arguments: list[str]) -> None:
    assert run([word.replace("{document}", document) for word in arguments]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_text_without_places_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("这里没有。", encoding="utf-8")
    assert run(["resolve", str(path), "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"matched": 0, "total": 0, "rows": [], "passing": []}
    assert "no place found" in captured.err


def test_a_place_named_in_passing_is_no_row_and_is_not_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("记者从南京市获悉，句容市、溧阳市列入试点。", encoding="utf-8")
    assert run(["resolve", str(path)]) == 0
    assert "named in passing, not taken for items of the list: 南京市" in capsys.readouterr().out
    run(["resolve", str(path), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [row["adcode"] for row in found["rows"]] == [["321183"], ["320481"]]
    assert [row["listed_text"] for row in found["passing"]] == ["南京市"]
