"""What `resolve` and `import` make of a list that a test writes as text or HTML."""

from __future__ import annotations

from pilotzones.geo.documents.document_resolution import resolve_document
from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import DocumentText, read_pasted
from pilotzones.geo.places import ResolvedRow
from tests.helpers.document_files import read_here

__all__ = ["accepted", "open_places", "read", "resolved"]


def read(text: str) -> DocumentText:
    """A document from HTML or plain text."""
    html = "<table" in text or "<p>" in text
    return read_here(f"<meta charset=utf-8>{text}".encode(), "html") if html else read_pasted(text.encode())


def resolved(text: str) -> tuple[ResolvedRow, ...]:
    """The rows of `resolve`."""
    return resolve_document(read(text)).rows


def accepted(text: str) -> list[str]:
    """Codes accepted, the same by `resolve` and by `import`."""
    document = read(text)
    rows = resolve_document(document).rows
    codes = sorted(code for row in rows if row.status == "accepted" and row.op == "include" for code in row.adcode)
    members = [member for _, member in draft_list(document).members if member.adcode]
    assert sorted(member.adcode for member in members) == codes
    return codes


def open_places(text: str) -> list[tuple[str, str]]:
    """Places that wait for a person, each with its op, by `resolve`; `import` must have the same names open."""
    document = read(text)
    waiting = [row for row in resolve_document(document).rows if row.status in {"review", "unresolved"}]
    members = [member.listed_text for _, member in draft_list(document).members if member.is_open]
    assert {*members} == {row.listed_text for row in waiting}
    return [(row.listed_text, row.op) for row in waiting]
