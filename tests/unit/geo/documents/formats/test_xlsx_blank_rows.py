"""Workbooks: rows that hold nothing cost nothing, and rows that hold something are all read."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.errors import IntakeError
from tests.helpers.document_files import workbook

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("forked_workers")]

_SHEET = "xl/worksheets/sheet1.xml"


def _with_rows(rows: str, sheets: dict[str, list[list[object]]]) -> bytes:
    """A workbook with more rows at the end of its first sheet, as they stand in the file."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(sheets))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as sink,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == _SHEET:
                content = content.replace(b"</sheetData>", rows.encode() + b"</sheetData>")
            sink.writestr(name, content)
    return out.getvalue()


def test_styled_rows_without_text_are_no_rows() -> None:
    blank = "".join(
        f'<row r="{number}"><c r="A{number}" s="0"/><c r="B{number}" s="0"/></row>' for number in range(3, 400_003)
    )
    document = read_pasted(_with_rows(blank, {"表": [["县名"], ["余杭区"]]}))
    assert document.text.split() == ["表", "县名", "余杭区"]


@pytest.mark.parametrize("numbered", [True, False])
def test_a_value_after_blank_rows_is_read(numbered: bool) -> None:
    blank = "".join(f'<row r="{number}"><c r="A{number}" s="0"/></row>' for number in range(3, 1_003))
    last = '<row r="1003"><c r="A1003" t="inlineStr"><is><t>德清县</t></is></c></row>'
    rows = blank + last if numbered else re.sub(r'<row r="\d+"', "<row", blank + last)
    document = read_pasted(_with_rows(rows, {"表": [["县名"], ["余杭区"]]}))
    assert document.text.split() == ["表", "县名", "余杭区", "德清县"]


def test_too_many_rows_with_text_are_refused() -> None:
    rows = "".join(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(3, 60_003))
    with pytest.raises(IntakeError, match="rows: split the workbook"):
        read_pasted(_with_rows(rows, {"表": [["县名"]]}))
