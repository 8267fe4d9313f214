"""What a workbook keeps beside the values of its cells."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from pilotzones.geo.documents.document_resolution import resolve_document
from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.notes import make_note
from tests.helpers.document_files import read_here


def read_sheet(change: Callable[[Worksheet], object]) -> DocumentText:
    """A workbook with three counties, changed."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (("县区", "面积（平方公里）"), ("南湖区", 1), ("嘉善县", 2), ("秀洲区", 3)):
        sheet.append(row)
    change(sheet)
    out = io.BytesIO()
    book.save(out)
    return read_here(out.getvalue(), "xlsx")


def font(**look: object) -> Callable[[Worksheet], object]:
    return lambda sheet: setattr(sheet["A3"], "font", Font(**look))  # type: ignore[arg-type]


CHANGES = [
    (font(strike=True), "struck"),
    (font(color="FFFFFFFF"), "invisible"),
    (font(size=1), "invisible"),
    (lambda sheet: setattr(sheet.row_dimensions[3], "hidden", True), "hidden"),
    (lambda sheet: setattr(sheet.row_dimensions[3], "height", 0.1), "hidden"),
    (lambda sheet: setattr(sheet["A3"], "number_format", ";;;"), "hidden"),
    (lambda sheet: setattr(sheet["A3"], "value", CellRichText(TextBlock(InlineFont(strike=True), "嘉善县"))), "struck"),
]


@pytest.mark.parametrize(("change", "kind"), CHANGES)
def test_struck_hidden_and_invisible_cells_are_for_review(change: Callable[[Worksheet], object], kind: str) -> None:
    document = read_sheet(change)
    assert ("嘉善县", kind) in {(document.text[mark.start : mark.end], mark.kind) for mark in document.marks}
    statuses = {member.listed_text: member.status for _, member in draft_list(document).members}
    assert statuses == {"南湖区": "accepted", "嘉善县": "review", "秀洲区": "accepted"}


def test_hidden_columns_and_sheets_are_marked_and_said() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.column_dimensions["A"].hidden = True
        other = sheet.parent.create_sheet("旧")
        other.append(["海宁市"])
        other.sheet_state = "hidden"

    document = read_sheet(hide)
    found = [document.text[mark.start : mark.end] for mark in document.marks if mark.kind == "hidden"]
    assert found == ["县区", "南湖区", "嘉善县", "秀洲区", "海宁市"]
    assert any(dict(note.values).get("columns") == "1" for note in document.notes)
    assert make_note("hidden_sheet", sheet="旧") in document.notes


def test_white_text_on_a_dark_fill_is_plain() -> None:
    def paint(sheet: Worksheet) -> None:
        sheet["A3"].font = Font(color="FFFFFFFF")
        sheet["A3"].fill = PatternFill("solid", fgColor="FF1F4E79")

    assert read_sheet(paint).marks == ()


def test_a_formula_without_a_stored_value_is_a_question() -> None:
    document = read_sheet(lambda sheet: setattr(sheet["A3"], "value", '="嘉善"&"县"'))
    assert [document.text[mark.start : mark.end] for mark in document.marks] == ['="嘉善"&"县"']
    assert any(dict(note.values).get("cells", "").startswith("A3") for note in document.notes)


@pytest.mark.parametrize(
    ("number_format", "shown", "scaled"),
    [
        ("General", "2", False),
        ('0"平方公里"', "2平方公里", False),
        ("#,##0.00", "2", False),
        ("000000", "000002", False),
        ('0,"千"', '2 (0,"千")', True),
        ('0!.0,"万"', '2 (0!.0,"万")', True),
        ("0,,", "2 (0,,)", True),
    ],
)
def test_a_number_is_read_as_it_is_shown_or_asked_about(number_format: str, shown: str, *, scaled: bool) -> None:
    document = read_sheet(lambda sheet: setattr(sheet["B3"], "number_format", number_format))
    assert document.text.split("\n")[3].split("\t")[1] == shown
    assert [mark.kind for mark in document.marks] == ["number_format"] * scaled


def test_a_text_is_read_with_the_words_of_its_format() -> None:
    document = read_sheet(lambda sheet: setattr(sheet["A3"], "number_format", '@"（除外）"'))
    rows = {row.listed_text: (row.op, row.status) for row in resolve_document(document).rows}
    assert [state for text, state in rows.items() if "嘉善" in text] == [("exclude", "review")]


def test_a_figure_in_another_unit_is_no_area() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.append(["试验区", "试验范围", "面积（平方公里）"])
    sheet.append(["嘉兴试验区", "南湖区、秀洲区", 120_000])
    sheet["C2"].number_format = '0,"千"'
    out = io.BytesIO()
    book.save(out)
    draft = draft_list(read_here(out.getvalue(), "xlsx"))
    assert draft.zones[0].stated_area_km2 is None
    assert draft.needs_review


def test_raised_parts_of_a_cell_are_note_marks_and_far_cells_are_said() -> None:
    raised = CellRichText("嘉善县", TextBlock(InlineFont(vertAlign="superscript"), "1"))

    def change(sheet: Worksheet) -> None:
        sheet["A3"] = raised
        sheet.cell(2, 230, "平湖市")

    document = read_sheet(change)
    assert "嘉善县¹" in document.text
    assert any(note.code == "beyond" for note in document.notes)
