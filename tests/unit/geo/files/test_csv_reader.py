"""Catalogue tables: encoding, header, cells, with every problem told."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.files.csv_reader import CsvError, CsvRow, decode, read_records, read_table, split_rows
from pilotzones.geo.files.csv_writer import escape_formula, format_rows, strip_guard

if TYPE_CHECKING:
    from pathlib import Path

    from pilotzones.geo.errors import Problem


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, problems
    return problems[0]


def test_reads_cells_as_text_with_their_line(tmp_path: Path) -> None:
    rows, problems = read_table(write(tmp_path, "code,name\n 001001 ,NA\n\n\n2,null\n"), ["code", "name"])
    assert problems == []
    assert rows == [
        CsvRow("t.csv", 2, {"code": "001001", "name": "NA"}),
        CsvRow("t.csv", 5, {"code": "2", "name": "null"}),
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_and_any_line_ending_are_fine(tmp_path: Path, mark: bytes, ending: str) -> None:
    rows, problems = read_table(write(tmp_path, mark + ending.join(["名,b", "甲,2", ""]).encode()), ["名", "b"])
    assert problems == []
    assert [row.cells for row in rows] == [{"名": "甲", "b": "2"}]


def test_gbk_is_refused_with_the_line_and_what_to_do(tmp_path: Path) -> None:
    path = write(tmp_path, "name,b\nx,1\n浙江,2\n".encode("gbk"))
    problem = only(read_table(path, ["name", "b"])[1])
    assert problem.row == 3
    assert "GBK" in problem.message
    assert "UTF-8" in problem.message


@pytest.mark.parametrize("raw", [b"\xff\xfea\x00", b"a\n\xff\xff\xff"])
def test_bytes_of_no_known_encoding_are_refused(raw: bytes) -> None:
    text, problems = decode(raw, file="x.csv")
    assert text == ""
    assert "UTF-8" in only(problems).message


def test_a_missing_file_and_an_empty_file_are_named(tmp_path: Path) -> None:
    assert only(read_table(tmp_path / "no.csv", ["a"])[1]).message == "the file is missing"
    assert only(read_table(write(tmp_path, ""), ["a"])[1]).message == "the file is empty"


def test_a_folder_in_place_of_a_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "t.csv").mkdir()
    problem = only(read_table(tmp_path / "t.csv", ["a"])[1])
    assert (problem.file, problem.severity) == ("t.csv", "error")


def test_every_missing_column_is_told_at_once(tmp_path: Path) -> None:
    rows, problems = read_table(write(tmp_path, "b,x\n1,2\n"), ["a", "b", "c"])
    assert rows == []
    assert {(p.field, p.row) for p in problems if p.severity == "error"} == {("a", 1), ("c", 1)}


def test_an_unknown_column_is_a_warning_and_a_doubled_one_an_error(tmp_path: Path) -> None:
    rows, problems = read_table(write(tmp_path, "a,x\n1,2\n"), ["a"])
    assert [row["a"] for row in rows] == ["1"]
    assert (only(problems).severity, only(problems).field) == ("warning", "x")
    rows, problems = read_table(write(tmp_path, "a,a\n1,2\n"), ["a"])
    assert (rows, only(problems).severity, only(problems).field) == ([], "error", "a")


def test_ragged_rows_are_told_one_by_one_and_the_rest_is_read(tmp_path: Path) -> None:
    rows, problems = read_table(write(tmp_path, "a,b\n1\n2,3\n4,5,6\n"), ["a", "b"])
    assert [row.number for row in rows] == [3]
    assert [(p.row, p.message) for p in problems] == [
        (2, "1 cell where the header has 2"),
        (4, "3 cells where the header has 2"),
    ]


def test_an_open_quote_is_told_with_its_line(tmp_path: Path) -> None:
    problem = only(read_table(write(tmp_path, 'a,b\n1,"2\n'), ["a", "b"])[1])
    assert "cannot be read" in problem.message
    assert problem.row is not None


def test_a_repeated_key_names_the_first_row(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n1,1\n1,2\n1,1\n")
    rows, problems = read_table(path, ["a", "b"], key=["a", "b"])
    assert len(rows) == 3
    assert (only(problems).row, only(problems).field) == (4, "b")
    assert "row 2" in only(problems).message


cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Zs"]), max_size=12)


@given(st.lists(st.tuples(cells, cells.filter(bool)), max_size=8))
def test_what_a_csv_writer_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("table") / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("a", "b"), *lines])
    rows, problems = read_table(path, ["a", "b"])
    assert problems == []
    assert [(row["a"], row["b"]) for row in rows] == [(a.strip(), b.strip()) for a, b in lines]


@given(st.binary(max_size=200))
def test_any_bytes_give_rows_or_problems_and_never_an_exception(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = write(tmp_path_factory.mktemp("table"), b"a,b\n" + raw)
    rows, problems = read_table(path, ["a", "b"])
    assert all(set(row.cells) == {"a", "b"} for row in rows)
    assert all(problem.file == "t.csv" for problem in problems)


CELLS = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=4), st.sampled_from(["\r\n", "\n"]))
def test_what_is_written_is_read_back_and_no_cell_is_a_formula(rows: list[list[str]], line_end: str) -> None:
    found = [cells for _, cells in split_rows(format_rows(rows, line_end=line_end), is_strict=True)]
    assert found == [[escape_formula(cell) for cell in row] for row in rows]
    assert [[strip_guard(cell) for cell in row] for row in found] == [
        [strip_guard(cell) for cell in row] for row in rows
    ]


def test_the_limit_of_a_cell_is_for_one_reading() -> None:
    usual = csv.field_size_limit()
    with pytest.raises(CsvError, match="field larger than field limit") as caught:
        list(split_rows("a,b\n1,22222\n", max_cell_characters=4))
    assert caught.value.line == 2
    assert csv.field_size_limit() == usual
    assert read_records("\na,b\n")[0] == []
    assert read_records("a,b\n1\n\n1,2,3\n") == (["a", "b"], [{"a": "1"}, {"a": "1", "b": "2"}])
