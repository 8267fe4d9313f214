"""Put places whose text is struck out, hidden or invisible up for review."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from pilotzones.geo.documents.marks import MarkedText, MarkKind
from pilotzones.geo.documents.models import DraftMember
from pilotzones.geo.documents.tables.cells.contents import find_codes
from pilotzones.geo.places import Candidate, ResolvedRow
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.models import Resolution, Status
from pilotzones.geo.places.reason_codes import ReviewReason, make_reason
from pilotzones.geo.places.resolution.disambiguation import make_candidate

__all__ = [
    "flag_marked_exclusions",
    "flag_marked_member",
    "flag_marked_row",
    "flag_marked_rows",
    "flag_member",
    "flag_row",
]

_SENTENCE_END: Final = re.compile(r"[。；;\n\t]")
_EXCEPTS: Final = re.compile(r"除|外|不含|不包括")
_DECIDED: Final = "decision"
_SCORE: Final = 0.9


def flag_marked_rows(resolution: Resolution, text: MarkedText) -> Resolution:
    """Put the rows up for review whose text is marked.

    Parameters
    ----------
    resolution : Resolution
        Of the whole text.
    text : MarkedText

    Returns
    -------
    Resolution
        As many rows.
    """
    if not text.marks:
        return resolution
    rows = [flag_marked_row(row, text.find_in_clause(row.start, row.end)) for row in resolution.rows]
    return replace(resolution, rows=tuple(rows))


def flag_marked_row(row: ResolvedRow, kinds: Iterable[MarkKind]) -> ResolvedRow:
    """Put a row up for review because of marks on its text.

    Parameters
    ----------
    row : ResolvedRow
    kinds : iterable of str
        Kinds of the marks; none leave the row as it is, and so does a person's decision.

    Returns
    -------
    ResolvedRow
    """
    return flag_row(row, *_make_reasons(row.reasons, kinds))


def flag_row(row: ResolvedRow, *reasons: ReviewReason) -> ResolvedRow:
    """Put a row up for review, with what it was read as for a candidate.

    Parameters
    ----------
    row : ResolvedRow
    *reasons : ReviewReason
        None leave the row as it is, and so does a person's decision.

    Returns
    -------
    ResolvedRow
    """
    if not reasons or row.method == _DECIDED:
        return row
    status: Status = "unresolved" if row.status == "unresolved" else "review"
    candidates = row.candidates or _list_candidates(row.adcode or row.container_adcode, reasons[0])
    return replace(row, status=status, reasons=(*row.reasons, *reasons), candidates=candidates)


def flag_marked_member(member: DraftMember, kinds: Iterable[MarkKind]) -> DraftMember:
    """Put a member up for review because of marks on its text.

    Parameters
    ----------
    member : DraftMember
    kinds : iterable of str
        Kinds of the marks; none leave the member as it is, and so does a person's decision.

    Returns
    -------
    DraftMember
    """
    return flag_member(member, *_make_reasons(member.reasons, kinds))


def flag_marked_exclusions(member: DraftMember, text: MarkedText) -> DraftMember:
    """Put a larger unit up for review where the words that take a place out of it are marked.

    Parameters
    ----------
    member : DraftMember
    text : MarkedText
        Of the document.

    Returns
    -------
    DraftMember
        The same object when nothing is taken out of it, or the words of its sentence are not marked.
    """
    if not member.excluded or not text.marks:
        return member
    ends = [match.start() for match in _SENTENCE_END.finditer(text.text)]
    place = bisect_left(ends, member.place.start)
    start = ends[place - 1] + 1 if place else 0
    end = next((one for one in ends[place:] if one >= member.place.end), len(text.text))
    kinds = [
        mark.kind
        for mark in text.marks
        if start <= mark.start < end and _is_exclusion(text.text[mark.start : mark.end], member.excluded)
    ]
    return flag_marked_member(member, dict.fromkeys(kinds))


def _is_exclusion(words: str, codes: Sequence[str]) -> bool:
    return _EXCEPTS.search(words) is not None or bool(find_codes(words) & {*codes})


def flag_member(member: DraftMember, *reasons: ReviewReason) -> DraftMember:
    """Put a member up for review, with what it was read as for a candidate.

    Parameters
    ----------
    member : DraftMember
    *reasons : ReviewReason
        None leave the member as it is, and so does a person's decision.

    Returns
    -------
    DraftMember
    """
    if not reasons or member.method == _DECIDED:
        return member
    codes = (member.adcode,) if member.adcode else member.hosts
    return replace(
        member, kind="review", status="unresolved" if member.status == "unresolved" else "review", adcode="", hosts=(),
        whole_host=False, division_type="", nature="", reasons=(*member.reasons, *reasons),
        candidates=member.candidates or _list_candidates(codes, reasons[0]),
    )  # fmt: skip


def _make_reasons(given: Sequence[ReviewReason], kinds: Iterable[MarkKind]) -> tuple[ReviewReason, ...]:
    return tuple(why for kind in kinds if (why := make_reason(f"marked_{kind}")) not in given)


def _list_candidates(codes: Iterable[str], why: ReviewReason) -> tuple[Candidate, ...]:
    gazetteer = load_gazetteer()
    return tuple(make_candidate(gazetteer, code, _SCORE, str(why)) for code in codes if code in gazetteer.units)
