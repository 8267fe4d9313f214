"""The issue log as files for readers: both languages, both formats, re-opened with other libraries; never a formula (T-F1)."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.boundaries.upload.issue_log import ACTIONS
from pilotzones.geo.errors import Problem
from pilotzones.geo.messages import LANGUAGES, Language, translate
from pilotzones.layers.report.issue_log import format_issue_csv, format_issue_xlsx, translate_issues
from tests.helpers.examples import examples
from tests.helpers.problem_codes import PROBLEM_CODES, make_filled_problem

_SIGNS = ("=", "+", "-", "@", "\t=", "\r=", "\0=", "\n=", "＝", "＋", "－", "＠", " =")
_HOSTILE = [f'{sign}HYPERLINK("http://192.0.2.1/";"x") {{{{7*191}}}}<img src=x onerror=1>' for sign in _SIGNS]


def _make_problems(texts: list[str]) -> list[Problem]:
    problems = [
        Problem(text, "reader_note", number + 1, text, text, "warning", (("note", text),))
        for number, text in enumerate(texts)
    ]
    return [*problems, Problem("f", "damaged-table")]


def _lines(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _cells(content: bytes) -> list[list[Any]]:
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    return [list(row) for row in sheet.iter_rows()]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_hostile_text_is_a_text_in_both_files(lang: Language) -> None:
    issues = _make_problems(_HOSTILE)
    heads, *lines = _lines(format_issue_csv(issues, lang))
    assert len(lines) == len(_HOSTILE) + 1
    # The figures of the row are the only cells that start with anything but a text or an apostrophe.
    assert not [cell for line in lines for cell in line if cell.strip().startswith(_SIGNS)]
    book = _cells(format_issue_xlsx(issues, lang))
    assert [cell.value for cell in book[0]] == heads
    everything = [cell for row in book for cell in row if cell.value is not None]
    assert {cell.data_type for cell in everything} == {"s", "n"}
    assert not [cell for cell in everything if cell.hyperlink]
    assert {cell.column for cell in everything if cell.data_type == "n"} == {
        heads.index(translate("own_row", lang)) + 1
    }
    # What was in the file is all there, but for signs that no workbook can hold.
    shown = {cell.value for cell in everything}
    assert {text.replace("\0", "").replace("\r", "") for text in _HOSTILE} <= shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_issue_has_its_words_and_an_advice(lang: Language) -> None:
    codes = [next(code for code in PROBLEM_CODES if code.partition("-")[0] == kind) for kind in ACTIONS]
    issues = [make_filled_problem(code, "甲.gpkg", "warning") for code in codes]
    words = translate_issues(issues, lang)
    heads, *lines = _lines(format_issue_csv(issues, lang))
    assert heads == [translate("own_file_name", lang), *words.columns, translate("own_issue_id", lang)]
    assert [line[-1] for line in lines] == list(ACTIONS)
    assert {line[0] for line in lines} == {"甲.gpkg"}
    told = words.drop(columns=[translate("own_message", lang), translate("own_row", lang)])
    spoken = "".join(str(cell) for row in told.to_numpy() for cell in row if isinstance(cell, str))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in spoken) == (lang == "zh")
    assert words[translate("own_advice", lang)].str.len().min() > 4


def test_an_empty_log_is_a_heading() -> None:
    issues: list[Problem] = []
    assert len(_lines(format_issue_csv(issues, "en"))) == 1
    assert len(_cells(format_issue_xlsx(issues, "en"))[0]) == 10


@pytest.mark.slow
@examples(40)
@given(st.lists(st.text(max_size=30), max_size=3))
def test_any_text_of_a_file_makes_both_files(texts: list[str]) -> None:
    issues = _make_problems(texts)
    for line in _lines(format_issue_csv(issues, "zh"))[1:]:
        assert not [cell for cell in line if cell.lstrip().startswith(_SIGNS[:12])]
    book = _cells(format_issue_xlsx(issues, "zh"))
    assert len(book) == len(texts) + 2
    assert not [cell for row in book for cell in row if cell.data_type == "f"]
