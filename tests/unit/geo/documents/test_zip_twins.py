"""A document of the zip kind that says two things is refused: every program reads another of them."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from docx import Document

from pilotzones.geo.documents.drafts.list_archive import OpenList, pack_list, unpack_list
from pilotzones.geo.documents.reader import DocumentText, read_pasted
from pilotzones.geo.errors import IntakeError
from pilotzones.geo.files.zip_members import find_twins

pytestmark = pytest.mark.usefixtures("forked_workers")


def _docx() -> bytes:
    document, stream = Document(), io.BytesIO()
    document.add_paragraph("浙江省：余杭区、德清县")
    document.save(stream)
    return stream.getvalue()


def _xlsx() -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["名称"])
    book.active.append(["余杭区"])
    book.save(stream)
    return stream.getvalue()


def _add(raw: bytes, name: str, content: bytes) -> bytes:
    stream = io.BytesIO(raw)
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "a") as archive:
        warnings.simplefilter("ignore", UserWarning)
        archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "name"),
    [
        (_docx, "word/document.xml"),
        (_docx, "Word/DOCUMENT.xml"),
        (_docx, "word/./document.xml"),
        (_docx, "word/styles.xml"),
        (_docx, "[content_types].xml"),
        (_xlsx, "xl/worksheets/sheet1.xml"),
        (_xlsx, "xl//worksheets/sheet1.xml"),
        (_xlsx, "XL/workbook.xml"),
        (_xlsx, "/xl/styles.xml"),
    ],
)
def test_a_part_that_stands_twice_is_refused(make: Callable[[], bytes], name: str) -> None:
    raw = make()
    assert "余杭区" in read_pasted(raw).text
    with pytest.raises(IntakeError, match="the same part twice"):
        read_pasted(_add(raw, name, b"<a/>"))


@pytest.mark.parametrize("name", ["document.txt", "DOCUMENT.TXT", "list.json", "decisions.csv"])
def test_a_saved_list_that_says_two_things_is_refused(name: str) -> None:
    raw = pack_list(OpenList(DocumentText("余杭区")), {})
    assert unpack_list(raw).document.text == "余杭区"
    with pytest.raises(IntakeError, match="the same part twice"):
        unpack_list(_add(raw, name, b"{}"))


def test_members_that_differ_are_no_twins() -> None:
    assert find_twins(["a/b.xml", "b.xml", "a/c.xml", "a/b.xm"]) is None
    assert find_twins(["a/b.xml", "x", "A\\B.XML"]) == ("a/b.xml", "A\\B.XML")
    assert find_twins(["caf\u00e9.csv", "cafe\u0301.csv"]) == ("caf\u00e9.csv", "cafe\u0301.csv")
