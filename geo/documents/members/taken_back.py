"""What the text of a document says besides its zones: places that it takes back, and places of its lists not read yet."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from pilotzones.geo.documents.around_tables import Around, find_reason, has_retraction, list_codes, list_removed
from pilotzones.geo.documents.extents import Extents
from pilotzones.geo.documents.marks import MarkedText
from pilotzones.geo.documents.members.builder import build_member, number_members
from pilotzones.geo.documents.members.marked_places import flag_marked_row, flag_member
from pilotzones.geo.documents.models import DocumentPlace, Draft, DraftMember, DraftZone, Unread
from pilotzones.geo.documents.tables.cells.contents import find_codes, read_cell
from pilotzones.geo.places import Decisions, ResolvedRow, resolve_text
from pilotzones.geo.places.resolution.unread_lines import find_unread_lines
from pilotzones.geo.places.text.normalization import fold_variants
from pilotzones.geo.places.text.retractions import may_take_back

__all__ = ["complete_draft"]

_NAME: Final = "全部"
# Questions that more of the text may answer.
_CONTEXT: Final = frozenset(["several", "latin_alone"])
# Questions that come from the whole of a text.
_LEFT_OPEN: Final = frozenset(["several", "holds_items", "not_held", "outside_given"])
_MAX_LINE_CHARS: Final = 40
# A text as short as this is read as a whole once more.
_MAX_SHORT_CHARS: Final = 3_000
_NUMBERING: Final = re.compile(r"[\W\d一二三四五六七八九十]{0,8}")
_REST: Final = "text around places that were read"


def complete_draft(
    draft: Draft,
    text: MarkedText,
    around: Around | None,
    *,
    province: str | None = None,
    as_of: str | None = None,
    decisions: Decisions | None = None,
) -> Draft:
    """Add the places of a document's lists that no zone has, and put members up for review that its text takes back.

    Parameters
    ----------
    draft : Draft
    text : MarkedText
        The text of the draft.
    around : Around or None
        What the text around its tables says; None where it has none.
    province : str, optional
        Code of the province that the document is about.
    as_of : str, optional
        Date of the document (ISO).
    decisions : Decisions, optional
        Saved answers of a person.

    Returns
    -------
    Draft
        The same object where there is nothing to add or to take back.
    """
    unread = [(one.place.start, one.place.end) for one in draft.unread if _may_list(one) and find_codes(one.text)]
    lines = _find_unread_lines(draft)
    if not draft.zones or not (
        around is not None
        or unread
        or lines
        or len(draft.text) <= _MAX_SHORT_CHARS
        or may_take_back(fold_variants("".join(draft.text.split())))
    ):
        return draft
    has_tables = around is not None
    if around is None:
        resolution = resolve_text(draft.text, province=province, as_of=as_of, decisions=decisions)
        around = Around([row for row in resolution.rows if row.op != "mention"], [], list_removed(resolution.rows))
    codes = {
        code for _, member in draft.members for code in (member.adcode, *(one.adcode for one in member.candidates))
    }
    draft = _take_back(draft, around)
    draft = draft if has_tables else _flag_ambiguous(draft, around.rows)
    draft = _settle_by_context(draft, around.rows) if not has_tables else draft
    # A short text is read as a whole: what it lists is a member, whatever part of it no zone came from.
    is_short = len(draft.text) <= _MAX_SHORT_CHARS
    read = _select_unlisted(draft, around.rows, None if has_tables or is_short else [*unread, *lines])
    if not has_tables:
        certain, left = Extents(unread), Extents([*unread, *lines])
        read = [
            row
            for row in read
            if certain.touch(row.start, row.end)
            or (left.touch(row.start, row.end) and _is_alone_in_line(draft.text, row))
            or (is_short and (_is_listed_county(row) or _is_open_county(row)) and codes.isdisjoint(list_codes(row)))
        ]
    # What is taken back is a question where it is listed, and comes no second time.
    alone = Extents(lines)
    rows = [
        row
        for row in read
        if not (_is_summed_up(row, alone) or (has_retraction(row) and codes.issuperset(list_codes(row))))
    ]
    draft = _add_rows(draft, [flag_marked_row(row, text.find_in_clause(row.start, row.end)) for row in rows])
    return _settle_unread(draft, [row for row in read if not _is_summed_up(row, alone)])


def _is_listed_county(row: ResolvedRow) -> bool:
    return row.status == "accepted" and row.op == "include" and row.level == "county"


def _is_open_county(row: ResolvedRow) -> bool:
    return row.status == "review" and row.level == "county" and has_retraction(row)


def _is_summed_up(row: ResolvedRow, lines: Extents) -> bool:
    """Whether a row is a special area that a summary names, and no line of a list."""
    return row.status == "not_a_county" and row.level == "special" and not lines.touch(row.start, row.end)


def _may_list(unread: Unread) -> bool:
    """Whether words that no zone came from may list places; outside of the list, a line of nothing but places."""
    return unread.where == "list" or (unread.where == "background" and read_cell(unread.text).kind == "place")


def _find_unread_lines(draft: Draft) -> list[tuple[int, int]]:
    """Find lines of lists of lines that no member and no heading came from."""
    members = [(member.place.start, member.place.end) for _, member in draft.members]
    extents = [(one.place.start, one.place.end) for one in draft.unread]
    left = Extents(extents)
    spans = [line for line in find_unread_lines(draft.text, members) if left.touch(*line)]
    # A text of nothing but short lines is a list, whatever they hold.
    short = "。" not in draft.text and all(len(line) <= _MAX_LINE_CHARS for line in draft.text.split("\n"))
    return [*spans, (0, len(draft.text))] if short else spans


def _is_alone_in_line(text: str, row: ResolvedRow) -> bool:
    """Whether nothing but numbering and a note in parentheses stands beside a row in its line."""
    begin = text.rfind("\n", 0, row.start) + 1
    end = text.find("\n", row.end)
    before, behind = text[begin : row.start], text[row.end : end if end >= 0 else len(text)]
    return _NUMBERING.fullmatch(before) is not None and re.fullmatch(r"[\s。；;,，、]*(?:[(（].*)?", behind) is not None


def _select_unlisted(
    draft: Draft, rows: Iterable[ResolvedRow], unread: Iterable[tuple[int, int]] | None
) -> list[ResolvedRow]:
    """Select rows that no zone has: in words that no zone came from, or around tables in all the text."""
    names = {fold_variants(zone.name): zone for zone in draft.zones}
    listed = Extents((member.place.start, member.place.end) for _, member in draft.members)
    left = Extents(unread or ())
    return [
        row
        for row in rows
        if not listed.touch(row.start, row.end)
        and (unread is None or left.touch(row.start, row.end))
        and not _is_zone_name(row, names.get(fold_variants(row.listed_text)))
    ]


def _is_zone_name(row: ResolvedRow, zone: DraftZone | None) -> bool:
    """Whether a row is the name of a zone; a county that holds none of its members is a member as well."""
    if zone is None or row.level != "county" or row.status != "accepted":
        return zone is not None
    return any({member.adcode, *member.hosts} & {*row.adcode} for member in zone.members)


def _take_back(draft: Draft, around: Around) -> Draft:
    if not around.removed:
        return draft
    zones = (replace(zone, members=tuple(_flag_removed(one, around) for one in zone.members)) for zone in draft.zones)
    return replace(draft, zones=tuple(zones))


def _flag_ambiguous(draft: Draft, rows: Sequence[ResolvedRow]) -> Draft:
    """Put members up for review that the text as a whole leaves open, whatever their line alone says."""
    open_rows = {
        row.start: row for row in rows if row.status == "review" and any(why.code in _LEFT_OPEN for why in row.reasons)
    }
    if not open_rows:
        return draft

    def ask(member: DraftMember) -> DraftMember:
        row = open_rows.get(member.place.start)
        if row is None or row.end != member.place.end or member.status != "accepted":
            return member
        return replace(flag_member(member, *row.reasons), candidates=row.candidates)

    zones = (replace(zone, members=tuple(map(ask, zone.members))) for zone in draft.zones)
    return replace(draft, zones=tuple(zones))


def _settle_by_context(draft: Draft, rows: Sequence[ResolvedRow]) -> Draft:
    """Settle members that only lack what their text says before their line: which province or prefecture they lie in."""
    known = {(row.start, row.end): row for row in rows if _is_listed_county(row)}

    def settle(member: DraftMember) -> DraftMember:
        row = known.get((member.place.start, member.place.end))
        needs_context = bool(member.reasons) and all(why.code in _CONTEXT for why in member.reasons)
        if row is None or member.status != "review" or not needs_context:
            return member
        return replace(build_member(row, member.place), position=member.position)

    zones = (replace(zone, members=tuple(map(settle, zone.members))) for zone in draft.zones)
    return replace(draft, zones=tuple(zones))


def _flag_removed(member: DraftMember, around: Around) -> DraftMember:
    """Put a member up for review that the text around takes back; what a person decided stays decided."""
    codes = (member.adcode,) if member.status == "accepted" and member.adcode else ()
    why = find_reason(around.removed, codes)
    return member if why is None else flag_member(member, why)


def _add_rows(draft: Draft, rows: Sequence[ResolvedRow]) -> Draft:
    """Add rows to the zones that they follow; places that the text lists far from any zone are one of their own."""
    if not rows:
        return draft
    starts = [zone.place.start for zone in draft.zones]
    last = max(zone.place.end for zone in draft.zones)
    added: dict[int, list[DraftMember]] = {}
    apart: list[DraftMember] = []
    for row in rows:
        number = bisect_left(starts, row.start) - 1
        if has_retraction(row) or (number >= 0 and row.start <= last):
            zone = draft.zones[max(0, number)]
            member = build_member(row, DocumentPlace((*zone.place.path, _NAME), row.start, row.end))
            added.setdefault(max(0, number), []).append(member)
        else:
            apart.append(build_member(row, DocumentPlace((_NAME,), row.start, row.end)))
    zones = [_add_members(zone, added.get(number, [])) for number, zone in enumerate(draft.zones)]
    return replace(draft, zones=(*zones, *_make_zone(apart, len(zones) + 1)))


def _make_zone(members: Sequence[DraftMember], number: int) -> Iterator[DraftZone]:
    if not members:
        return
    provinces = {member.province for member in members if member.province}
    place = DocumentPlace((_NAME,), members[0].place.start, max(member.place.end for member in members))
    province = next(iter(provinces)) if len(provinces) == 1 else "跨省" if provinces else ""
    scope = "、".join(member.listed_text for member in members)
    yield DraftZone(number, _NAME, "", province, "", None, scope, place, number_members(members))


def _settle_unread(draft: Draft, rows: Iterable[ResolvedRow]) -> Draft:
    """Settle the words around places that were read, which are no open question any more."""
    extents = Extents((row.start, row.end) for row in rows)
    return replace(draft, unread=tuple(_settle(one, extents) for one in draft.unread))


def _settle(unread: Unread, extents: Extents) -> Unread:
    read = unread.where == "list" and extents.touch(unread.place.start, unread.place.end)
    return replace(unread, where="background", reason=_REST) if read else unread


def _add_members(zone: DraftZone, members: Sequence[DraftMember]) -> DraftZone:
    if not members:
        return zone
    numbered = (*zone.members, *number_members([*zone.members, *members])[len(zone.members) :])
    scope = "、".join([zone.scope_text, *(member.listed_text for member in members)])
    return replace(zone, members=numbered, scope_text=scope.strip("、"))
