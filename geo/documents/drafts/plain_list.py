"""A list without zones, such as a few names that somebody pasted: one zone that holds what the resolver lists."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from pilotzones.geo.documents.drafts.apply_decisions import apply_decisions
from pilotzones.geo.documents.drafts.builder import draft_document
from pilotzones.geo.documents.marks import MarkedText
from pilotzones.geo.documents.members.builder import build_member, number_members
from pilotzones.geo.documents.members.marked_places import flag_marked_rows
from pilotzones.geo.documents.models import DocumentPlace, Draft, DraftZone, Unread
from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.documents.stated_counts import compare_text_counts
from pilotzones.geo.documents.text_caps import cap_document
from pilotzones.geo.notes import NO_LIST
from pilotzones.geo.places import Decisions, ResolvedRow, resolve_text
from pilotzones.geo.places.cells.cell_reader import is_address_list

__all__ = ["draft_list"]

_NAME: Final = "全部"


def draft_list(
    document: DocumentText, *, as_of: str | None = None, province: str | None = None, decisions: Decisions | None = None
) -> Draft:
    """Draft a programme from a document, or from a list of names that is no document.

    Parameters
    ----------
    document : DocumentText
    as_of : str, optional
        Date of the document (ISO).
    province : str, optional
        Province it is about, name or code.
    decisions : Decisions, optional
        Saved answers of a person, those about members that the resolver found no place in included.

    Returns
    -------
    Draft
        Without zones only when nothing in the text is listed as a place.
    """
    document = cap_document(document)
    draft = draft_document(document, as_of=as_of, province=province, decisions=decisions)
    if not draft.zones or is_address_list(draft.text):
        draft = _make_one_zone(draft, document.marked_text, as_of=as_of, province=province, decisions=decisions)
    return draft if decisions is None else apply_decisions(draft, decisions, as_of=as_of)


def _make_one_zone(
    draft: Draft, text: MarkedText, *, as_of: str | None, province: str | None, decisions: Decisions | None
) -> Draft:
    resolution = resolve_text(draft.text, as_of=as_of, province=province, decisions=decisions)
    resolution = flag_marked_rows(resolution, text)
    listed = [row for row in resolution.rows if row.op != "mention"]
    if not listed:
        return draft
    members = number_members(build_member(row, DocumentPlace((_NAME,), row.start, row.end)) for row in listed)
    members = tuple(replace(one, place=one.place.append_path(f"第{one.position}项")) for one in members)
    start, end = members[0].place.start, members[-1].place.end
    provinces = dict.fromkeys(member.province for member in members if member.province)
    zone = DraftZone(
        number=1, name=_NAME, region="", province=next(iter(provinces)) if len(provinces) == 1 else "跨省" if provinces else "",
        stated_area_text="", stated_area_km2=None, scope_text="、".join(row.listed_text for row in listed),
        place=DocumentPlace((_NAME,), start, max(start, end)), members=members,
    )  # fmt: skip
    unread = tuple(one for one in draft.unread if not any(_has_overlap(one.place, member.place) for member in members))
    # What stands beside members and is none is not lost.
    aside = _select_beside(draft.text, resolution.passing, listed)
    unread += tuple(
        Unread("list", "not understood", row.listed_text, DocumentPlace((_NAME,), row.start, row.end)) for row in aside
    )
    counts = compare_text_counts(draft.text, ((row.start, row.end) for row in listed if row.op != "exclude"))
    notes = (*(note for note in draft.notes if note != NO_LIST), *counts)
    return replace(draft, zones=(zone,), unread=unread, notes=notes)


def _select_beside(text: str, rows: Iterable[ResolvedRow], listed: Iterable[ResolvedRow]) -> list[ResolvedRow]:
    """Select the names in passing of the sentences and lines of places that are listed."""
    ends = [match.start() for match in re.finditer("[。\n]", text)]
    sentences = {bisect_left(ends, row.start) for row in listed}
    return [row for row in rows if bisect_left(ends, row.start) in sentences]


def _has_overlap(one: DocumentPlace, other: DocumentPlace) -> bool:
    return one.start < other.end and other.start < one.end
