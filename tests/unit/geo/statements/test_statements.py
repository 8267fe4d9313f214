"""Statements are complete, say where they stand, and every fault of their tables is named with file, row and field."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.cli.main import run
from pilotzones.data import DATA
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.export import build_layer
from pilotzones.geo.query.filters import Selection
from pilotzones.geo.statements.loader import add_statements, check_statement_base, load_statements
from pilotzones.geo.statements.pair_candidates import find_pair_candidates
from pilotzones.geo.statements.search import search_statements
from pilotzones.geo.statements.tables import STATEMENT_FIELDS, count_by_document, count_by_zone, grade_strength
from pilotzones.geo.statements.writer import STATEMENT_SUFFIXES, format_statements

BASE = load_statements()
PAPER = "documents/planning_and_revitalisation/"
NATIONAL = "urban_rural_integration_2019"


def edit(path: Path, row: int, **cells: str) -> None:
    """Change cells of one row, counted from 1 after the header."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[row - 1].update(cells)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    for name in ("themes", "documents", "programmes"):
        shutil.copytree(DATA / name, tmp_path / name)
    return tmp_path


def test_the_catalogue_has_no_problem():
    _, problems = check_statement_base()
    assert problems == []


def test_every_statement_has_one_to_three_themes_and_a_reason_in_both_languages():
    for one in BASE.statements:
        assert 1 <= len(one.themes) <= 3, one.id
        assert one.reason_zh, one.id
        assert one.reason_en, one.id
    assert 10 <= len(BASE.themes) <= 12


def test_the_parts_of_the_documents_are_all_there():
    kinds = {
        (one.document, one.kind, one.id.partition(":")[2].rpartition("-")[2])
        for one in BASE.statements
        if one.kind in ("problem", "feature", "strategy")
    }
    for document, kind, number in [
        ("new_urbanisation_tasks", "problem", 5),
        ("new_urbanisation_tasks", "feature", 5),
        ("planning_and_revitalisation", "problem", 4),
        ("planning_and_revitalisation", "strategy", 4),
    ]:
        assert {last for where, what, last in kinds if (where, what) == (document, kind)} == {
            str(i) for i in range(1, number + 1)
        }
    places = {one.where_in_document for one in BASE.select(document=NATIONAL)}
    assert {place.place for place in BASE.get_document(NATIONAL).outline} - places <= {"一、总体要求（一）", "附件"}


def test_the_claim_of_128_counties_is_contradicted_by_the_catalogue_itself():
    claim = BASE.by_id["planning_and_revitalisation:claim-128-counties"].claim
    assert claim is not None
    assert claim.support == "contradicted"
    assert str(len(load_programme(NATIONAL).zones)) in claim.looked_at_en


def test_a_task_holds_for_the_zones_that_take_it_on():
    programme = load_programme(NATIONAL)
    task = BASE.by_id[f"{NATIONAL}:task-8"]
    assert task.zones == tuple(zone.order for zone in programme.zones if 8 in zone.tasks)
    assert grade_strength(BASE, NATIONAL, "ecology", task.zones[0]) == "one_task"
    without = next(zone.order for zone in programme.zones if 8 not in zone.tasks)
    assert grade_strength(BASE, NATIONAL, "ecology", without) == "background"


def test_whoever_acts_and_on_what_is_said_of_every_policy_statement():
    for one in BASE.statements:
        if BASE.get_document(one.document).type == "policy" and one.kind in ("task", "measure", "guarantee"):
            assert one.actor_zh, one.id
            assert one.object_en, one.id


def test_the_layer_of_statements_has_those_of_the_zones_chosen(joined):
    made = build_layer(joined, "statements", selection=Selection(zones=(7,)))
    found = set(made.frame["id"])
    assert found == {one.id.partition(":")[2] for one in BASE.select(zone=(NATIONAL, 7))}
    assert not made.has_geometry


def test_counts_add_up():
    counts = count_by_document(BASE, BASE.statements)
    assert sum(sum(row.values()) for row in counts.values()) == sum(len(one.themes) for one in BASE.statements)
    zones = count_by_zone(BASE, NATIONAL)
    programme = load_programme(NATIONAL)
    tasks = {task.number: BASE.by_id[f"{NATIONAL}:task-{task.number}"] for task in programme.tasks}
    assert sum(sum(row.values()) for row in zones.values()) == sum(
        len(tasks[number].themes) for zone in programme.zones for number in zone.tasks
    )


@given(st.sampled_from(BASE.statements))
def test_a_statement_is_found_by_its_words(one):
    assert one in search_statements(BASE.statements, one.text_zh[:6].strip("，。、“”0123456789 "))
    assert one in search_statements(BASE.statements, one.text_en.split()[0].strip("“”,.;:"))


def test_pinyin_finds_what_chinese_finds():
    assert search_statements(BASE.statements, "zhaijidi") == search_statements(BASE.statements, "宅基地")
    assert search_statements(BASE.statements, "") == list(BASE.statements)


def test_candidates_are_of_two_documents_share_a_theme_and_are_not_settled():
    settled = {frozenset((pair.first, pair.second)) for pair in BASE.pairs}
    candidates = find_pair_candidates(BASE)
    assert candidates
    for one in candidates:
        assert one.first.document != one.second.document
        assert set(one.shared_themes) <= set(one.first.themes) & set(one.second.themes)
        assert frozenset((one.first.id, one.second.id)) not in settled


@pytest.mark.parametrize("suffix", STATEMENT_SUFFIXES)
def test_every_statement_is_in_every_format(suffix):
    content = format_statements(BASE, BASE.statements, suffix)
    if suffix == ".csv":
        found = [row["statement"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]
    elif suffix == ".xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content))["statements"]
        rows = list(sheet.iter_rows(values_only=True))
        assert rows[0] == STATEMENT_FIELDS
        found = [row[0] for row in rows[1:]]
    else:
        nodes = json.loads(content)["@graph"]
        assert sum(node["@type"] == "skos:Concept" for node in nodes) == len(BASE.themes)
        found = [node["@id"][1:] for node in nodes if "text" in node]
    assert found == [one.id for one in BASE.statements]


@pytest.mark.parametrize(
    ("file", "cells", "field", "words"),
    [
        (PAPER + "statements.csv", {"kind": ""}, "kind", "needs a kind"),
        (PAPER + "statements.csv", {"kind": "idea"}, "kind", "choose one of"),
        (PAPER + "statements.csv", {"where_in_document": "9.9"}, "where_in_document", "no such place"),
        (PAPER + "statements.csv", {"level": "moon"}, "level", "choose one of"),
        (PAPER + "statements.csv", {"text_en": ""}, "text_en", "may not be empty"),
        (PAPER + "statements.csv", {"object_en": ""}, "object_en", "other language"),
        (PAPER + "claims.csv", {"support": "maybe"}, "support", "choose one of"),
        (PAPER + "claims.csv", {"source": ""}, "source", "needs its address"),
        ("themes/tags.csv", {"themes": "weather"}, "themes", "no theme weather"),
        ("themes/tags.csv", {"themes": ""}, "themes", "one to 3 themes"),
        ("themes/tags.csv", {"reason_zh": ""}, "reason_zh", "may not be empty"),
        ("themes/tags.csv", {"themes_second": "finance"}, "themes_second", "second tagger"),
        ("themes/tags.csv", {"statement": "x:y"}, "statement", "no such statement"),
        ("themes/pairs.csv", {"relation": "like"}, "relation", "choose one of"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_row_and_field(catalogue, file, cells, field, words):
    edit(catalogue / file, 1, **cells)
    _, problems = check_statement_base(catalogue)
    named = [one for one in problems if one.field == field and words in one.message]
    assert [(one.file.split("/")[-1], one.row) for one in named] == [(Path(file).name, 2)]


def test_every_fault_is_named_at_once(catalogue):
    path = catalogue / "documents/planning_and_revitalisation/statements.csv"
    edit(path, 1, kind="")
    edit(path, 2, where_in_document="9.9")
    edit(catalogue / "themes/tags.csv", 3, themes="weather")
    _, problems = check_statement_base(catalogue)
    assert {(one.row, one.field) for one in problems} >= {(2, "kind"), (3, "where_in_document"), (4, "themes")}


def test_an_untagged_statement_and_an_empty_theme_are_warnings(catalogue):
    path = catalogue / "themes/themes.csv"
    path.write_text(path.read_text(encoding="utf-8") + "sea,海洋,Sea,海域,The sea,陆地,The land\n", encoding="utf-8")
    tags = catalogue / "themes/tags.csv"
    lines = tags.read_text(encoding="utf-8").splitlines(keepends=True)
    gone = next(line for line in lines if line.startswith("planning_and_revitalisation:problem-1,"))
    tags.write_text("".join(line for line in lines if line != gone), encoding="utf-8")
    _, problems = check_statement_base(catalogue)
    warnings = {one.value for one in problems if one.severity == "warning"}
    assert {"sea", "planning_and_revitalisation:problem-1"} <= warnings


def test_a_document_of_the_users_joins_the_base(tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(DATA / "documents" / "planning_and_revitalisation", folder)
    (folder / "tags.csv").write_text(
        "statement,themes,reason_zh,reason_en,themes_second\nproblem-1,planning,规划,plans,\n", encoding="utf-8"
    )
    base, problems = add_statements(BASE, folder)
    assert not [one for one in problems if one.severity == "error"]
    assert len(base.statements) == len(BASE.statements) + len(BASE.select(document="planning_and_revitalisation"))
    assert base.by_id["mine:problem-1"].themes == ("planning",)


def test_the_command_prints_finds_and_refuses(capsys, tmp_path):
    assert run(["themes"]) == 0
    assert f"{len(BASE.statements)} statements" in capsys.readouterr().out
    assert run(["themes", "生态", "--json"]) == 0
    assert {one["statement"] for one in json.loads(capsys.readouterr().out)} == {
        one.id for one in BASE.select(theme="ecology")
    }
    assert run(["themes", "weather"]) == 1
    assert "ecology (生态)" in capsys.readouterr().err
    assert run(["themes", "--pairs", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["settled"]) == len(BASE.pairs)
    assert run(["themes", "-o", str(tmp_path / "s.pdf")]) == 1
    assert ".jsonld" in capsys.readouterr().err
