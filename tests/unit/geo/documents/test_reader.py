"""The reader of documents: encodings, formats, bounds, and what is no document at all."""

from __future__ import annotations

import contextlib
import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pilotzones.geo.documents.drafts.builder import draft_document
from pilotzones.geo.documents.reader import DOCUMENT, read_document, read_pasted
from pilotzones.geo.errors import IntakeError
from tests.helpers.document_files import pdf, word, workbook

if TYPE_CHECKING:
    from pathlib import Path

LIST = "示范区名单\n试验范围：杭州市余杭区、德清县。\n"


def names(raw: str | bytes) -> list[str]:
    """Names of the members that are read from a document."""
    return [member.listed_name for _, member in draft_document(read_pasted(raw)).members]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_usual_encoding_is_read(encoding: str) -> None:
    raw = LIST.encode(encoding)
    assert read_pasted(raw).text.removeprefix("\ufeff") == LIST
    assert names(raw) == ["余杭区", "德清县"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_tables_are_read_in_every_dress(encoding: str, ending: str, separator: str) -> None:
    rows = [
        ("代码", "县名", "省份"),
        ("330110", "余杭区", "浙江省"),
        ("330521", "德清县", "浙江省"),
        ("001001", "NA", "null"),
    ]
    raw = ending.join(separator.join(row) for row in rows).encode(encoding)
    text = read_pasted(raw).text
    assert all(cell in text for row in rows for cell in row)
    assert names(raw)[:2] == ["余杭区", "德清县"]


def test_big5_is_never_taken_for_other_counties() -> None:
    # It decodes as GB18030 without an error, into characters that are no county's name.
    draft = draft_document(read_pasted("臺北市、高雄市\n嘉義縣、屏東縣\n".encode("big5")))
    assert not [member.adcode for _, member in draft.members if member.adcode]


def test_characters_that_gbk_lacks_are_read() -> None:
    # 𬭚 and 㙦 have four bytes in GB18030 and none in GBK.
    text = LIST + "另见𬭚㙦。\n"
    assert read_pasted(text.encode("gb18030")).text == text


@pytest.mark.slow
def test_kinds_are_told_by_content_not_by_name(tmp_path: Path) -> None:
    path = tmp_path / "list.pdf"
    path.write_text(LIST, encoding="utf-8")
    assert read_document(path).kind == "text"
    assert read_pasted(pdf(["余杭区、德清县"])).kind == "pdf"
    assert read_pasted(word("余杭区")).kind == "docx"
    assert read_pasted(workbook({"名单": [["县名"], ["余杭区"]]})).kind == "xlsx"
    assert read_pasted("<p>余杭区</p><p>德清县</p>").kind == "html"
    assert read_pasted("县名,省份\n余杭区,浙江省\n").kind == "table"


@pytest.mark.slow
def test_pdf_text_is_read_and_lines_are_joined() -> None:
    lines = [
        "1.甲片区",
        "试验范围：杭州市余杭区、临平区、萧山区、富阳区、临安区、德",
        "清县、安吉县、长兴县，嘉兴市南湖区、秀洲区、平湖市、海宁",
        "市、桐乡市。面积约10平方公里。",
    ]
    expected = "余杭区 临平区 萧山区 富阳区 临安区 德清县 安吉县 长兴县 南湖区 秀洲区 平湖市 海宁市 桐乡市"
    assert names(pdf(lines)) == expected.split()


def test_a_scan_without_text_is_told_what_to_do() -> None:
    with pytest.raises(IntakeError, match=r"only pictures.*OCR"):
        read_pasted(pdf([]))


@pytest.mark.slow
def test_docx_paragraphs_and_tables_come_in_order() -> None:
    raw = word("示范区名单", [["示范区", "实施范围"], ["甲示范区", "杭州市余杭区、德清县"]], "说明")
    assert read_pasted(raw).text.split("\n") == [
        "示范区名单",
        "示范区\t实施范围",
        "甲示范区\t杭州市余杭区、德清县",
        "说明",
    ]
    assert names(raw) == ["余杭区", "德清县"]


def test_html_is_text_and_nothing_in_it_is_run() -> None:
    raw = (
        "<html><head><title>名单</title><script>alert('余杭区')</script><style>p{}</style></head><body>"
        "<p onclick='x()'>浙江省：<b>余</b>杭区、德清县</p><template>江苏省：宜兴市</template>"
        "<table><tr><td>{{7*191}}</td><td>a &amp; b</td></tr></table><!-- 海宁市 --></body></html>"
    )
    text = read_pasted(raw).text
    assert "浙江省：余杭区、德清县" in text
    assert "{{7*191}}\ta & b" in text
    assert not any(word in text for word in ("alert", "宜兴", "海宁", "onclick", "<"))


@pytest.mark.slow
def test_forty_sheets_are_all_read_and_codes_stay_text() -> None:
    sheets = {f"第{number}批": [["序号", "县名", "代码"], [1, "余杭区", "330110"]] for number in range(40)}
    text = read_pasted(workbook(sheets)).text
    assert text.count("余杭区\t330110") == 40
    assert all(title in text for title in sheets)


@pytest.mark.slow
def test_a_code_kept_as_a_number_with_a_format_keeps_its_zeros() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["代码", "名称"])
    book.active.append([1234, "某地"])
    book.active["A2"].number_format = "000000"
    out = io.BytesIO()
    book.save(out)
    assert "001234\t某地" in read_pasted(out.getvalue()).text


@pytest.mark.slow
def test_a_hidden_sheet_is_read_and_told() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook({"甲": [["余杭区"]], "乙": [["德清县"]]})))
    book["乙"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    document = read_pasted(out.getvalue())
    assert "德清县" in document.text
    assert "乙" in str(document.notes[0])


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a/>")
        for number in range(3):
            archive.writestr(f"word/media/{number}", bytes(80_000_000))
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "empty"),
        (b"   \n\t\r\n \xe3\x80\x80", "no text"),
        (bytes(range(256)) * 40, "no text, PDF"),
        (b"\x00" * 5000, "no text, PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "DOCX or XLSX"),
        (b"{\\rtf1 x}", "DOCX"),
        (b"%PDF-1.7\nnothing", "damaged"),
        (b"PK\x03\x04" + b"x" * 200, "damaged"),
        (word("余杭区")[:3000], "damaged"),
        ("余杭区、".encode() * 300_000, "characters"),
    ],
)
def test_what_is_no_document_is_refused_in_one_line(raw: bytes, told: str) -> None:
    with pytest.raises(IntakeError, match=told) as refused:
        read_pasted(raw, name="a\nfile")
    assert "\n" not in str(refused.value)


def test_an_archive_that_unpacks_to_more_than_the_limit_is_refused() -> None:
    with pytest.raises(IntakeError, match="unpacks to more"):
        read_pasted(zip_bomb())


def test_a_zip_that_is_no_document_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("list.txt", LIST)
    with pytest.raises(IntakeError, match="unpack it first"):
        read_pasted(out.getvalue())


def test_two_hundred_megabytes_are_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    with pytest.raises(IntakeError, match="200,000,000 bytes"):
        read_document(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path, why in ((tmp_path / "none.txt", "no such file"), (tmp_path, "no regular file")):
        with pytest.raises(IntakeError, match=why):
            read_document(path)


def test_opening_has_a_time_limit() -> None:
    with pytest.raises(IntakeError, match="more than 0"):
        read_pasted(word("余杭区"), limits=replace(DOCUMENT, seconds=0))


@given(st.binary(max_size=400))
@example(b"\x0b")
@example(b"\x0c\xef\xbb\xbf")
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    # Formats are opened by another process, half a second each: their first bytes are left out here.
    if raw.startswith((b"PK", b"<")) or b"%PDF-" in raw:
        return
    with contextlib.suppress(IntakeError):
        assert read_pasted(raw).text.strip()
