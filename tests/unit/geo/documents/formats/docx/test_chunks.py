"""Pages that a DOCX takes in whole are a part of its text, where they stand."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import pytest

from pilotzones.geo.notes import make_note
from tests.helpers.document_files import read_here, word_run, word_xml

PAGE = (
    "<html><head><meta charset='{}'></head><body><p>试验范围：嘉兴市南湖区、<del>秀洲区</del>。</p>"
    "<table><tr><td>嘉善县</td></tr></table></body></html>"
)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def _archive(charset: str) -> bytes:
    message = EmailMessage()
    message.set_content("no page")
    message.add_alternative(PAGE.format(charset), subtype="html", charset=charset)
    return message.as_bytes()


def _document(chunk: bytes, *, target: str = "chunk.dat") -> bytes:
    before, after = (f"<w:p>{word_run(text)}</w:p>" for text in ("前", "后"))
    body = f'{before}<w:altChunk xmlns:r="{_RELATION}" r:id="rId7"/>{after}'
    out = io.BytesIO(word_xml(body))
    with zipfile.ZipFile(out, "a") as archive:
        relation = f'<Relationship Id="rId7" Type="{_RELATION}/aFChunk" Target="{target}"/>'
        archive.writestr(
            "word/_rels/document.xml.rels", f'<Relationships xmlns="{_RELATIONS}">{relation}</Relationships>'
        )
        archive.writestr("word/chunk.dat", chunk)
    return out.getvalue()


@pytest.mark.parametrize(
    "chunk",
    [
        PAGE.format("utf-8").encode(),
        PAGE.format("utf-8").encode("utf-8-sig"),
        PAGE.format("gbk").encode("gbk"),
        _archive("utf-8"),
        _archive("gb18030"),
    ],
)
def test_a_page_is_read_where_it_stands(chunk: bytes) -> None:
    document = read_here(_document(chunk), "docx")
    assert [line for line in document.text.split("\n") if line] == [
        "前",
        "试验范围：嘉兴市南湖区、秀洲区。",
        "嘉善县",
        "后",
    ]
    marked = document.marked_text
    assert [(marked.text[one.start : one.end], one.kind) for one in marked.marks] == [("秀洲区", "struck")]
    assert document.notes == ()


@pytest.mark.parametrize(
    "chunk", [b"", b"PK\x03\x04", b"{\\rtf1 x}", "嘉善县".encode(), b"MIME-Version: 1.0\n\nx", b"\xff\x00\x01"]
)
def test_what_is_no_page_is_counted(chunk: bytes) -> None:
    document = read_here(_document(chunk), "docx")
    assert document.text.split() == ["前", "后"]
    assert document.notes == (make_note("embedded", count=1),)
    assert read_here(_document(chunk, target="../../x.htm"), "docx").notes == document.notes
