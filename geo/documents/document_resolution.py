"""Resolve the places of a document: those of its tables by their rows, those of its text by their sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pilotzones.geo.documents.around_tables import Around, find_reason, resolve_around
from pilotzones.geo.documents.members.marked_places import flag_marked_rows, flag_row
from pilotzones.geo.documents.models import DraftMember
from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.documents.stated_counts import compare_text_counts
from pilotzones.geo.documents.tables.resolution import Listed, compare_counts, read_tables, resolve_entries
from pilotzones.geo.documents.text_caps import cap_document
from pilotzones.geo.notes import Note
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
    resolution = _resolve(capped, province=province, as_of=as_of, decisions=decisions)
    resolution = replace(resolution, notes=(*capped.notes[len(document.notes) :], *resolution.notes))
    return flag_marked_rows(resolution, capped.marked_text)


def _resolve(
    document: DocumentText, *, province: str | None, as_of: str | None, decisions: Decisions | None
) -> Resolution:
    tables = read_tables(document)
    if not tables.readings:
        resolution = resolve_text(document.text, province=province, as_of=as_of, decisions=decisions)
        notes = (*resolution.notes, *_compare_text(document, resolution.rows))
        return replace(resolution, notes=notes)
    listed = resolve_entries(list(tables.entries), province=province, as_of=as_of, decisions=decisions)
    around = resolve_around(document.text, tables, listed, province=province, as_of=as_of, decisions=decisions)
    rows = [_take_back(row, around) for one in listed for row in _resolve_rows(one)]
    rows = sorted([*rows, *around.rows], key=lambda row: row.start)
    numbered = tuple(replace(row, order=number) for number, row in enumerate(rows, start=1))
    notes = (*compare_counts(list(tables.claims), listed), *_compare_text(document, around.rows))
    return Resolution(numbered, tuple(around.passing), notes)


def _compare_text(document: DocumentText, rows: Sequence[ResolvedRow]) -> Iterator[Note]:
    spans = ((row.start, row.end) for row in rows if row.op not in {"exclude", "mention"})
    return compare_text_counts(document.text, spans)


def _take_back(row: ResolvedRow, around: Around) -> ResolvedRow:
    """Put a row up for review where the text around the tables takes the place back."""
    why = find_reason(around.removed, row.adcode) if row.status == "accepted" and row.op != "exclude" else None
    return row if why is None else flag_row(row, why)


def _resolve_rows(listed: Listed) -> Iterator[ResolvedRow]:
    for one in listed.found:
        start, end = listed.passage.locate_part(one.start, one.end)
        yield replace(one.row if one.row is not None else _as_row(one.member), start=start, end=end)


def _as_row(member: DraftMember | None) -> ResolvedRow:
    """Turn a town, which only documents tell from a county, into a row."""
    assert member is not None
    return ResolvedRow(
        0, member.listed_text, "include", "town", "not_a_county", name=member.name, province=member.province,
        prefecture=member.prefecture, container_adcode=member.hosts, method=member.method, reasons=member.reasons,
        batch=member.batch, listed_on=member.listed_on, left_on=member.left_on,
    )  # fmt: skip
