"""Problems are codes and facts: every code has its sentence in both languages, and every sentence a code that is used."""

from __future__ import annotations

import ast
import json
import string
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from pilotzones.geo.boundaries.repair import repair_frame
from pilotzones.geo.boundaries.upload.attribute_mapping import read_columns
from pilotzones.geo.boundaries.upload.issue_log import ACTIONS
from pilotzones.geo.documents.reader import read_document
from pilotzones.geo.documents.text_decoding import decode_text
from pilotzones.geo.errors import CatalogueError, IntakeError, Problem, make_problem
from pilotzones.geo.messages import LANGUAGES, load_messages
from pilotzones.geo.sandbox.limits import UPLOAD
from pilotzones.geo.sandbox.worker_process import WorkerFailedError
from tests.helpers.problem_codes import PROBLEM_CODES, make_filled_problem

ROOT = Path(__file__).parents[3]
SOURCES = [file for folder in ("geo", "views", "layers", "cli") for file in (ROOT / folder).rglob("*.py")]
# Function to the place of its argument that is a code, and the beginning of the code that it adds.
MAKERS = {
    "make_problem": (1, ""),
    "Problem": (1, ""),
    ".make_problem": (1, ""),
    "make_refusal": (1, ""),
    "summarize_row_problems": (1, ""),
    "RefusedError": (0, ""),
    "TopologyError": (0, "damaged-"),
    "UnknownCrsError": (0, ""),
    "DocumentRefusedError": (0, "document_"),
}
FAMILIES = ("join_", "wrong_kind-", "damaged-", "with_", "document_", "selection_")
# What no page shows: answers of the interface for programs, in English, and faults of a caller.
UNSEEN = {"FilterError", "QueryError", "UnknownSystemError", "_MissingError", "PayloadError", "StoreError"}
# Sentences that only stand within those of others.
PARTS = ("with_", "fault_", "role_", "plane_", "crs_", "archive_needs")


def _list_made() -> list[tuple[str, str, set[str] | None]]:
    """List where a problem is made with a code that is written out, the code, and the facts that are written out."""
    made = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or (name := _name_callee(node.func)) not in MAKERS:
                continue
            place, prefix = MAKERS[name]
            texts = _list_texts(node.args[place]) if len(node.args) > place else []
            made += [(f"{path.name}:{node.lineno}", prefix + text, _read_facts(node, name)) for text in texts]
    return made


def _name_callee(function: ast.expr) -> str:
    """Name a function, or a method with a full stop before it."""
    return f".{function.attr}" if isinstance(function, ast.Attribute) else ast.unparse(function)


def _list_texts(argument: ast.expr) -> list[str]:
    """List the texts that an argument can be, leaving out conditions and texts that are put together."""
    if isinstance(argument, ast.IfExp):
        return _list_texts(argument.body) + _list_texts(argument.orelse)
    if isinstance(argument, ast.BoolOp):
        return [text for value in argument.values for text in _list_texts(value)]
    return [argument.value] if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else []


def _read_facts(node: ast.Call, name: str) -> set[str] | None:
    given = {word.arg: word.value for word in node.keywords}
    if None in given or name in ("UnknownCrsError", "TopologyError"):
        return None
    if name in (".make_problem", "make_refusal", "RefusedError", "DocumentRefusedError"):
        return {str(word) for word in given}
    if "facts" not in given:
        return set()
    facts = given["facts"]
    if not isinstance(facts, ast.Dict) or not all(isinstance(key, ast.Constant) for key in facts.keys):
        return None
    return {str(key.value) for key in facts.keys if isinstance(key, ast.Constant)}


def test_every_code_that_is_made_has_a_sentence_with_the_facts_it_is_given() -> None:
    made = _list_made()
    assert len(made) > 250
    for where, code, facts in made:
        assert code in PROBLEM_CODES, (where, code)
        texts = load_messages()[f"problem_{code}"]
        fields = {name for _, name, _, _ in string.Formatter().parse(texts["en"]) if name}
        assert facts is None or fields <= facts, (where, code, fields)


def test_every_sentence_is_of_a_code_that_stands_in_the_source() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCES)
    for code in PROBLEM_CODES:
        # Codes of a family are put together of its name and an ending.
        names = [
            code,
            f"problem_{code}",
            *(code.removeprefix(family) for family in FAMILIES if code.startswith(family)),
        ]
        names += [f".{name}" for name in names]
        written = [f"{quote}{name}{quote}" for name in names for quote in "\"'"]
        assert any(text in source for text in written) or code.startswith(("crs_choice-", "role_")), code


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_is_a_sentence_in_each_language(lang) -> None:
    for code in PROBLEM_CODES:
        text = make_filled_problem(code).describe(lang)
        assert text.strip(), code
        assert "{" not in text.replace("{{", ""), code
        assert not text.endswith((".", "。")), code
        if lang == "zh" and code != "damaged-quoted":
            assert any("\u4e00" <= letter <= "\u9fff" for letter in text), code


def test_every_sentence_of_boundary_files_is_of_an_issue_and_every_issue_has_one() -> None:
    path = ROOT / "data" / "messages" / "boundary_problems.toml"
    codes = [line[9:-1] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("[problem_")]
    kinds = {code.partition("-")[0] for code in codes if code.partition("-")[0] in ACTIONS}
    assert kinds == set(ACTIONS)
    others = [code for code in codes if code.partition("-")[0] not in ACTIONS]
    assert all(code.startswith(PARTS) for code in others), others


def test_facts_set_words_around_a_sentence_in_either_language() -> None:
    facts = {"sequence_line": 3, "more": 2, "more_rows": "21, 22", "consent": "needed"}
    problem = make_problem("f", "not_finite-coordinate", facts=facts)
    assert problem.message == (
        "only with your consent (--repair, or the tick on the page): "
        "line 3 of the sequence: a coordinate is not finite; 2 more: rows 21, 22"
    )
    assert (
        problem.describe("zh")
        == "须经您同意（--repair，或在页面上勾选）：序列第 3 行：有坐标不是有限数；另有 2 行：21, 22"
    )
    assert problem.kind == "not_finite"


def test_facts_are_of_the_language_where_they_have_two_names() -> None:
    facts = {"count": 1, "total": 2, "publisher_zh": "天地图", "publisher_en": "Tianditu"}
    problem = make_problem("f", "unknown_names", facts=facts)
    assert "Tianditu" in problem.describe("en")
    assert "天地图" in problem.describe("zh")
    # Braces of the file stay text.
    assert make_problem("f", "reader_note", facts={"note": "{x}"}).describe("zh") == "GDAL 提示：{x}"


def test_a_problem_comes_back_from_json() -> None:
    problem = make_problem("f", "heights", row=2, facts={"rows": 3})
    assert Problem.from_record(json.loads(json.dumps(asdict(problem)))) == problem


def test_an_error_says_its_problems_in_either_language() -> None:
    problem = make_problem("a.csv", "column_missing", row=1, field="zone")
    error = CatalogueError(problem)
    assert str(error) == error.describe("en") == "a.csv, row 1, field zone: the column is missing"
    assert error.describe("zh") == "a.csv，第 1 行，zone 一栏：缺少这一列"
    warned = replace(problem, severity="warning")
    several = IntakeError("two", [problem, warned, problem])
    assert several.describe("zh").count("\n") == 1
    assert (
        IntakeError(make_problem("", "many_rows", facts={"rows": 2, "most": 1})).describe("zh")
        == "有 2 行，最多读取 1 行"
    )


def test_every_error_that_a_page_may_show_is_a_problem_in_both_languages() -> None:
    # The terminal is in English: its commands are where sentences are made.
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES if "cli" not in path.parts}
    kinds = {"PilotzonesError"}
    for tree in trees.values():
        classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        kinds |= {node.name for node in classes if {ast.unparse(base) for base in node.bases} & kinds}
    kinds -= UNSEEN
    assert len(kinds) > 10
    raised = 0
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name_callee(node.func) in kinds:
                raised += 1
                # Problems follow a sentence, or stand alone.
                is_sentence = isinstance(node.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
                assert len(node.args) > 1 or not is_sentence, f"{path.name}:{node.lineno}"
                assert len(node.args) > 1 or ast.unparse(node.args[0]) != "str(error)", f"{path.name}:{node.lineno}"
    assert raised > 150


def test_a_document_that_is_too_long_says_so_in_either_language() -> None:
    with pytest.raises(IntakeError) as refused:
        decode_text("永吉县、".encode() * 5, file="a.txt", most=10)
    assert str(refused.value) == "a.txt: 20 characters; at most 10 are read: split the document"
    assert refused.value.describe("zh") == "a.txt：正文有 20 个字符，最多读取 10 个：请拆分文档"


def test_what_a_worker_refuses_comes_back_in_either_language(tmp_path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ofd.xml", "x")
    with pytest.raises(IntakeError) as refused:
        read_document(path)
    assert refused.value.code == "binary"
    assert str(refused.value) == "a.zip: an OFD file: save it as DOCX, XLSX or PDF"
    assert refused.value.describe("zh") == "a.zip：OFD 文件：请另存为 DOCX、XLSX 或 PDF"


@pytest.mark.parametrize(("code", "said"), [("slow", "10 秒"), ("busy", "一分钟"), ("damaged", "已损坏")])
def test_what_a_limit_has_ended_is_said_in_chinese(code, said) -> None:
    error = WorkerFailedError("ended")
    error.code = code
    assert said in error.make_problem("a.docx", UPLOAD).describe("zh")


def test_pages_show_errors_in_their_language() -> None:
    for path in (ROOT / "views").rglob("*.py"):
        assert "str(error)" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("POLYGON ((116 30, 117 31, 117 30, 116 31, 116 30))", "边界自相交[116.5 30.5]"),
        ("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (20 20, 21 20, 21 21, 20 20))", "洞在外环之外[20 20]"),
    ],
)
def test_what_makes_a_polygon_invalid_is_said_in_chinese(shape, said) -> None:
    frame = gpd.GeoDataFrame({"adcode": ["1"], "name": ["x"]}, geometry=[shapely.from_wkt(shape)], crs="EPSG:4326")
    _, (problem,), _ = repair_frame(frame, file="f")
    assert problem.describe("zh") == f"无效多边形已修复（{said}）"
    assert shapely.is_valid_reason(frame.geometry[0]) in problem.message


def test_the_columns_that_are_read_are_named_by_their_use_in_either_language() -> None:
    problems = read_columns({"dm": ["110101"], "mc": ["东城区"]}, found=["dm", "mc"], rows=1, file="f").problems
    (read,) = (one for one in problems if one.code == "columns_read")
    assert read.describe("zh") == "读取的列：dm（代码）、mc（名称）"
    assert read.message == "columns read: adcode from dm, name from mc"
