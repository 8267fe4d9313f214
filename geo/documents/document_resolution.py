"""Resolve the places of a document: those of its tables by their rows, those of its text by their sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pilotzones.geo.documents.members.marked_places import review_marked_rows
from pilotzones.geo.documents.models import DraftMember
from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.documents.tables.cell_contents import read_cell
from pilotzones.geo.documents.tables.resolution import (
    Listed,
    TablesRead,
    compare_counts,
    read_tables,
    resolve_entries,
)
from pilotzones.geo.documents.text_caps import cap_document
from pilotzones.geo.places import Decisions, Resolution, ResolvedRow, resolve_text

__all__ = ["resolve_document"]


def resolve_document(
    document: DocumentText,
    *,
    province: str | None = None,
    as_of: str | None = None,
    decisions: Decisions | None = None,
) -> Resolution:
    """Find and resolve every place that a document lists.

    Parameters
    ----------
    document : DocumentText
    province : str, optional
        Code of the province that it is about.
    as_of : str, optional
        Date of the document (ISO).
    decisions : Decisions, optional
        Saved answers of a person.

    Returns
    -------
    Resolution
        Rows in text order; a row's offsets count the characters of the document's text.
    """
    capped = cap_document(document)
    found = _resolve(capped, province=province, as_of=as_of, decisions=decisions)
    found = replace(found, notes=(*capped.notes[len(document.notes) :], *found.notes))
    return review_marked_rows(found, capped.marked_text)


def _resolve(
    document: DocumentText, *, province: str | None, as_of: str | None, decisions: Decisions | None
) -> Resolution:
    tables = read_tables(document)
    if not tables.readings:
        return resolve_text(document.text, province=province, as_of=as_of, decisions=decisions)
    listed = resolve_entries(list(tables.entries), province=province, as_of=as_of, decisions=decisions)
    rows = [row for one in listed for row in _rows(one)]
    around = resolve_text(_blank_tables(document.text, tables), province=province, as_of=as_of, decisions=decisions)
    beside, passing = _split_by_line(document.text, around.rows)
    rows = sorted([*rows, *beside], key=lambda row: row.start)
    numbered = tuple(replace(row, order=number) for number, row in enumerate(rows, start=1))
    notes = tuple(compare_counts(list(tables.claims), listed))
    return Resolution(numbered, (*around.passing, *passing), notes)


def _rows(listed: Listed) -> Iterator[ResolvedRow]:
    for one in listed.found:
        start, end = listed.passage.span(one.start, one.end)
        yield replace(one.row if one.row is not None else _as_row(one.member), start=start, end=end)


def _as_row(member: DraftMember | None) -> ResolvedRow:
    """A town, which only documents tell from a county, as a row."""
    assert member is not None
    return ResolvedRow(
        0, member.listed_text, "include", "town", "not_a_county", name=member.name, province=member.province,
        prefecture=member.prefecture, container_adcode=member.hosts, method=member.method, reasons=member.reasons,
        batch=member.batch, listed_on=member.listed_on, left_on=member.left_on,
    )  # fmt: skip


def _blank_tables(text: str, tables: TablesRead) -> str:
    """The text without the tables that were read and their captions; every other character keeps its place."""
    spans = [(reading.grid.start, reading.grid.end) for reading in tables.readings] + tables.captions
    for start, end in spans:
        text = text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
    return text


def _split_by_line(text: str, rows: Sequence[ResolvedRow]) -> tuple[list[ResolvedRow], list[ResolvedRow]]:
    """Places of the text around tables that a line enumerates, and those that it only names, such as a title."""
    lines: dict[int, list[ResolvedRow]] = {}
    for row in rows:
        lines.setdefault(text.rfind("\n", 0, row.start), []).append(row)
    listed: list[ResolvedRow] = []
    named: list[ResolvedRow] = []
    for start, group in lines.items():
        line = text[start + 1 :].split("\n", 1)[0]
        alone = group[0].level == "county" and read_cell(line).kind == "place"
        (listed if len(group) > 1 or alone else named).extend(group)
    return listed, [replace(row, order=0) for row in named]
