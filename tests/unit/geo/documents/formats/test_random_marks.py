"""Random marks on the places of a list, in HTML, XLSX and PDF: each place comes back with its mark, and waits for a person."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from pilotzones.geo.documents.document_resolution import resolve_document
from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import DocumentText
from tests.helpers.document_files import read_here
from tests.helpers.drawn_pdf import draw_pdf, draw_table

# One name is a part of another, and one comes twice: a mark belongs to its own place.
NAMES = ("大冶市", "阳新县", "浏阳市", "醴陵市", "安乡县", "乡宁县")
PROVINCES = ("湖北省", "湖北省", "湖南省", "湖南省", "湖南省", "山西省")
HTML = {
    "plain": ("", "{}"),
    "inserted": ("", "<ins>{}</ins>"),
    "bold": ("", "<b><span style='color:#333'>{}</span></b>"),
    "deleted": ("struck", "<del>{}</del>"),
    "struck": ("struck", "<s>{}</s>"),
    "line": ("struck", "<span style='text-decoration:line-through'>{}</span>"),
    "gone": ("hidden", "<span style='display:none'>{}</span>"),
    "hidden": ("hidden", "<span hidden>{}</span>"),
    "white": ("invisible", "<span style='color:#ffffff'>{}</span>"),
    "clear": ("invisible", "<span style='opacity:0'>{}</span>"),
}
XLSX = {"plain": "", "struck": "struck", "white": "invisible", "row": "hidden", "bold": ""}
PDF = {"plain": "", "unseen": "invisible", "white": "invisible", "tiny": "invisible"}
LOOKS = {"unseen": "3 Tr", "white": "1 g", "tiny": "/F1 0.4 Tf"}


def looks(kinds: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(kinds)), min_size=len(NAMES), max_size=len(NAMES))


def check(document: DocumentText, kinds: Sequence[str]) -> None:
    """Every place is there once, with its mark; marked ones wait, others are accepted, by both readers."""
    expected = [(name, f"marked_{kind}" if kind else "") for name, kind in zip(NAMES, kinds, strict=True)]
    rows = [row for row in resolve_document(document).rows if row.listed_text in NAMES]
    marks = [next((why.code for why in row.reasons if why.code.startswith("marked")), "") for row in rows]
    assert list(zip((row.listed_text for row in rows), marks, strict=True)) == expected, document.text
    assert [row.status for row in rows] == ["review" if kind else "accepted" for kind in kinds], document.text
    members = {member.listed_text: member.status for _, member in draft_list(document).members}
    assert members == {name: "review" if kind else "accepted" for name, kind in zip(NAMES, kinds, strict=True)}


@given(looks(list(HTML)), st.sampled_from(["table", "list", "text"]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_marks_of_a_page(drawn: list[str], layout: str) -> None:
    shown = [HTML[look][1].format(name) for look, name in zip(drawn, NAMES, strict=True)]
    if layout == "table":
        rows = (f"<tr><td>{province}<td>{name}" for province, name in zip(PROVINCES, shown, strict=True))
        body = f"<table><tr><th>省份<th>县{''.join(rows)}</table>"
    elif layout == "list":
        rows = (f"<tr><td>{place}<td>{name}" for place, name in enumerate(shown, start=1))
        body = f"<table><tr><th>序号<th>县{''.join(rows)}</table>"
    else:
        body = f"<p>试点范围：{'、'.join(shown)}。</p>"
    check(read_here(f"<meta charset=utf-8>{body}".encode(), "html"), [HTML[look][0] for look in drawn])


@pytest.mark.slow
@given(looks(list(XLSX)))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_marks_of_a_workbook(drawn: list[str]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["省份", "县"])
    fonts = {"struck": Font(strike=True), "white": Font(color="FFFFFFFF"), "bold": Font(bold=True)}
    for number, (province, name, look) in enumerate(zip(PROVINCES, NAMES, drawn, strict=True), start=2):
        sheet.append([province, name])
        sheet.row_dimensions[number].hidden = look == "row"
        if look in fonts:
            sheet.cell(number, 2).font = fonts[look]
    out = io.BytesIO()
    book.save(out)
    check(read_here(out.getvalue(), "xlsx"), [XLSX[look] for look in drawn])


@pytest.mark.slow
@given(looks(list(PDF)))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_marks_of_a_ruled_table_on_a_page(drawn: list[str]) -> None:
    page = draw_table([["省份", "县"], *([province, name] for province, name in zip(PROVINCES, NAMES, strict=True))])
    looked = {name: LOOKS.get(look, "") for name, look in zip(NAMES, drawn, strict=True)}
    page.looks = {number: looked.get(text, "") for number, (_, _, text) in enumerate(page.texts)}
    check(read_here(draw_pdf([page]), "pdf"), [PDF[look] for look in drawn])


def test_a_mark_belongs_to_the_place_it_stands_on_and_not_to_another_of_that_name() -> None:
    page = draw_table([["省份", "县"], ["吉林省", "朝阳区"], ["北京市", "朝阳区"], ["辽宁省", "朝阳县"]])
    page.looks = {[text for _, _, text in page.texts].index("朝阳区"): "3 Tr"}
    rows = resolve_document(read_here(draw_pdf([page]), "pdf")).rows
    assert [(row.listed_text, row.province, row.status) for row in rows] == [
        ("朝阳区", "吉林省", "review"),
        ("朝阳区", "北京市", "accepted"),
        ("朝阳县", "辽宁省", "accepted"),
    ]
