"""Places of a table that its headings, heads, remarks or notes take out of the list or leave open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pilotzones.geo.documents.members.extraction import FoundPlace
from pilotzones.geo.documents.members.marked_places import flag_member, flag_row
from pilotzones.geo.documents.tables.captions import find_remark_retraction
from pilotzones.geo.documents.tables.cells.contents import find_codes, parse_date, read_cell, squeeze_cell
from pilotzones.geo.documents.tables.models import Entry
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.text.normalization import fold_variants
from pilotzones.geo.places.text.patterns import PARTIAL
from pilotzones.geo.places.text.retraction_cues import Retraction, is_part_note, read_note

__all__ = ["take_back"]

_SETTLED = "decision"
# Words that name what of a larger unit is meant, or is not; 含平潭 says that it is meant, too.
_LIMITS = re.compile(r"仅|只|限|不含|不包括|包括|包含|涉及|其中|除|扣除|剔除|部分|具体")


def take_back(places: Sequence[FoundPlace], entry: Entry) -> list[FoundPlace]:
    """Put places up for review that the table takes back or leaves open.

    Parameters
    ----------
    found : sequence of FoundPlace
        In one cell.
    entry : Entry
        The cell.

    Returns
    -------
    list of FoundPlace
        As many.
    """
    note = read_note(_find_note_behind(entry.cell.text)) if len(places) == 1 else None
    out = []
    for one in places:
        remark, date = _read_remark(one, entry)
        retraction = entry.retraction or remark or note
        if retraction is not None:
            out.append(_apply(one, retraction, date))
        else:
            out.append(_flag_part(one, entry) if len(places) == 1 else one)
    return out


def _flag_part(one: FoundPlace, entry: Entry) -> FoundPlace:
    """Flag a place where the remark of its row means a part of it only (仅余杭区; 不含莫干山镇; 部分乡镇)."""
    row = one.row
    if row is None or row.op != "include" or row.status != "accepted":
        return one
    inside = load_gazetteer().is_inside
    for remark in (squeeze_cell(cell.text) for cell in entry.remarks):
        held = any(code not in row.adcode and inside(code, home) for code in find_codes(remark) for home in row.adcode)
        names_places = not remark.startswith("含") and read_cell(remark).kind == "place"
        limits = held and (_LIMITS.match(remark) is not None or names_places)
        if limits or is_part_note(remark) or PARTIAL.fullmatch(remark):
            return replace(one, row=flag_row(replace(row, op="partial"), make_reason("part_remark", words=remark)))
    return one


def _find_note_behind(text: str) -> str:
    match = re.search(r"[(（]([^()（）]*)[)）]\s*$", text)
    return squeeze_cell(match[1]) if match else ""


def _read_remark(one: FoundPlace, entry: Entry) -> tuple[Retraction | None, str]:
    """Read what the remark of a row that names places of its cell says of this one, and its date."""
    if entry.remark is None:
        return None, ""
    name = fold_variants(one.row.listed_text if one.row is not None else one.member.listed_text if one.member else "")
    for piece in re.split(r"[,;。]", squeeze_cell(entry.remark.text)):
        if squeeze_cell(name) in piece or (one.row is not None and one.row.name and one.row.name in piece):
            return find_remark_retraction(piece), parse_date(piece, in_words=True)
    return None, ""


def _apply(one: FoundPlace, retraction: Retraction, date: str) -> FoundPlace:
    """Exclude what has left, and put both kinds up for review with the words as the reason."""
    why = make_reason("left_list" if retraction.kind == "out" else "left_open", words=retraction.words)
    if one.row is None:
        assert one.member is not None
        return replace(one, member=flag_member(replace(one.member, left_on=one.member.left_on or date), why))
    if one.row.method == _SETTLED or any(reason.code in {"taken_back", "left_open"} for reason in one.row.reasons):
        return one
    op = "exclude" if retraction.kind == "out" and one.row.op == "include" else one.row.op
    left_on = one.row.left_on or (date if retraction.kind == "out" else "")
    return replace(one, row=flag_row(replace(one.row, op=op, left_on=left_on), why))
