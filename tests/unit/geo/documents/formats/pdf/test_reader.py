"""What a PDF keeps beside the text that is seen: invisible text, form fields, encryption, fonts without a map."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader, PdfWriter

from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.formats.refusal import DocumentRefusedError
from pilotzones.geo.notes import make_note
from tests.helpers.document_files import pdf_content, read_here

TEXTS = ["试验范围：嘉兴市南湖区、", "嘉善县", "、秀洲区"]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("3 Tr", "0 Tr", "invisible"),
        ("1 1 1 rg", "0 0 0 rg", "invisible"),
        ("1 g", "0 g", "invisible"),
        ("0 0 0 0 k", "0 0 0 1 k", "invisible"),
        ("/F1 0.5 Tf", "/F1 12 Tf", "invisible"),
        ("q 1 g", "Q", "invisible"),
    ],
)
def test_text_that_nobody_sees_is_for_review(before: str, after: str, kind: str) -> None:
    content = f"BT /F1 12 Tf 50 700 Td {{0}} Tj {before} {{1}} Tj {after} {{2}} Tj ET"
    document = read_here(pdf_content(content, TEXTS), "pdf")
    assert "".join(document.text.split()) == "".join(TEXTS)
    assert [(document.text[mark.start : mark.end].strip(), mark.kind) for mark in document.marks] == [("嘉善县", kind)]
    statuses = {member.listed_text: member.status for _, member in draft_list(document).members}
    assert statuses == {"嘉兴市南湖区": "accepted", "嘉善县": "review", "秀洲区": "accepted"}


def test_text_off_the_page_is_marked() -> None:
    content = "BT /F1 12 Tf 50 700 Td {0} Tj ET BT /F1 12 Tf 50 -900 Td {1} Tj ET"
    document = read_here(pdf_content(content, TEXTS), "pdf")
    assert [document.text[mark.start : mark.end] for mark in document.marks] == ["嘉善县"]


def test_white_text_on_a_coloured_box_is_plain() -> None:
    content = "0 0 1 rg 40 690 500 30 re f BT 1 1 1 rg /F1 12 Tf 50 700 Td {0} Tj ET"
    assert read_here(pdf_content(content, TEXTS), "pdf").marks == ()


def test_the_text_of_form_fields_is_read() -> None:
    value = b"<feff" + "平湖市".encode("utf-16-be").hex().encode() + b">"
    fields = [
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V " + value + b" /Rect [0 0 9 9] >>",
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (b) /F 2 /V " + value + b" /Rect [0 0 9 9] >>",
    ]
    content = pdf_content("BT /F1 12 Tf 50 700 Td {0} Tj ET", TEXTS, page="/Annots [8 0 R 9 0 R] ", objects=fields)
    document = read_here(content, "pdf")
    assert document.text.split("\n") == ["试验范围：嘉兴市南湖区、", "平湖市", "平湖市"]
    assert [mark.kind for mark in document.marks] == ["hidden"]
    assert make_note("forms", count=2) in document.notes


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_encryption_with_an_empty_password_is_opened(algorithm: str) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_content("BT /F1 12 Tf 50 700 Td {0} Tj ET", TEXTS))))
    writer.encrypt("", "owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    assert read_here(out.getvalue(), "pdf").text.strip() == TEXTS[0]


def test_a_password_is_said() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_content("BT /F1 12 Tf 50 700 Td {0} Tj ET", TEXTS))))
    writer.encrypt("secret", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(DocumentRefusedError, match="locked with a password"):
        read_here(out.getvalue(), "pdf")


def test_characters_without_a_map_are_said_and_not_read() -> None:
    with pytest.raises(DocumentRefusedError, match="no Unicode map"):
        read_here(pdf_content("BT /F1 12 Tf 50 700 Td {0} Tj ET", TEXTS, mapped=False), "pdf")
