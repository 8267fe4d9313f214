"""Read the text around the tables of a document: places that it lists besides, and those that it takes back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pilotzones.geo.documents.extents import Extents
from pilotzones.geo.documents.tables.cells.contents import find_codes, read_cell
from pilotzones.geo.documents.tables.grid import Cell
from pilotzones.geo.documents.tables.resolution import Listed, TablesRead
from pilotzones.geo.places import Decisions, ResolvedRow, resolve_text
from pilotzones.geo.places.cells.cell_reader import ask_about_words
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.reason_codes import ReviewReason, make_reason
from pilotzones.geo.places.resolution.unread_lines import find_unread_lines

__all__ = ["Around", "find_reason", "has_retraction", "is_note", "list_codes", "list_removed", "resolve_around"]

# Words before a place that make it an item of a list and no part of a title.
_LIST_CUE: Final = re.compile(r"范围|包括|包含|涵盖|涉及|名单|新增|增补|增加|另有|另外|还有|[:：]")
_ADDS: Final = re.compile(r"(?:新增|增加|增补|增列|补充|另有|另外)[^。；;，,]{0,6}\Z")
_MAX_LEAD: Final = 20  # characters
_LEAVES_OPEN: Final = frozenset({"left_open", "part_remark"})
_TAKES_BACK: Final = frozenset({"taken_back", *_LEAVES_OPEN})
_MAX_REMARKS: Final = 200  # cells


@dataclass(frozen=True, slots=True)
class Around:
    """Places of the text around tables, and what it says of places that the tables list.

    Parameters
    ----------
    rows, passing : list of ResolvedRow
        Places that the text lists, and those that it only names; offsets count the characters of the document.
    removed : dict of str to ReviewReason
        Why a place is no plain member, by code.
    """

    rows: list[ResolvedRow] = field(default_factory=list)
    passing: list[ResolvedRow] = field(default_factory=list)
    removed: dict[str, ReviewReason] = field(default_factory=dict)


def resolve_around(
    text: str,
    tables: TablesRead,
    listed: Sequence[Listed],
    *,
    province: str | None = None,
    as_of: str | None = None,
    decisions: Decisions | None = None,
) -> Around:
    """Resolve the text around the tables of a document, with the notes and remarks in them.

    Parameters
    ----------
    text : str
        Of the document.
    tables : TablesRead
    listed : sequence of Listed
        What the tables list.
    province : str, optional
        Code of the province that the document is about.
    as_of : str, optional
        Date of the document (ISO).
    decisions : Decisions, optional
        Saved answers of a person.

    Returns
    -------
    Around
    """
    resolution = resolve_text(
        _clear_tables(text, tables), province=province, as_of=as_of, decisions=decisions, beside_list=True
    )
    rows = [one.row for each in listed for one in each.found if one.row is not None]
    codes = {code for row in rows if row.status == "accepted" for code in row.adcode}
    added = [row for row in resolution.passing if _is_added(text, row)]
    passing = [row for row in resolution.passing if row not in added]
    beside, named = _split_by_line(text, sorted([*resolution.rows, *added], key=lambda row: row.start), codes)
    passing += [*named, *_read_remarks(tables, codes, as_of)]
    for start, end in _find_lines_beside(text, tables, listed, beside, passing):
        filled = [row for row in passing if row.start == start and row.end >= end - 1]
        passing = [row for row in passing if row not in filled]
        beside += filled or [ask_about_words(text, start, end)]
    # A part of a place that the text means leaves open whether the table means all of it.
    parts = {
        code: make_reason("part_remark", words=row.listed_text)
        for row in resolution.rows
        if row.op == "partial" and row.level == "county"
        for code in list_codes(row)
    }
    return Around(beside, passing, parts | list_removed(resolution.rows))


def _find_lines_beside(
    text: str,
    tables: TablesRead,
    listed: Sequence[Listed],
    beside: Sequence[ResolvedRow],
    passing: Sequence[ResolvedRow],
) -> list[tuple[int, int]]:
    """Find lines beside a list of one column that nothing was read in, or only a name in passing."""
    columns = Extents((one.grid.start, one.grid.end) for one in tables.readings if one.grid.width == 1)
    spans = [one.passage.locate_part(found.start, found.end) for one in listed for found in one.found]
    items = [span for span in spans if columns.touch(*span)]
    if not items:
        return []
    items += [(row.start, row.end) for row in beside]
    found = find_unread_lines(text, items, [(row.start, row.end) for row in passing], tables.captions)
    read = Extents((one.grid.start, one.grid.end) for one in tables.readings)
    # What stands right above a table, or above the first item, is a title.
    first = min(start for start, _ in items)
    starts = [one.grid.start for one in tables.readings]
    return [
        (start, end)
        for start, end in found
        if start > first
        and not read.touch(start, end)
        and not any(end <= below and not text[end:below].strip() for below in starts)
    ]


def _is_added(text: str, row: ResolvedRow) -> bool:
    """Whether words before a place add it to the list (另增加宁夏回族自治区平罗县)."""
    return row.level == "county" and _ADDS.search(text[max(0, row.start - _MAX_LEAD) : row.start]) is not None


def list_removed(rows: Iterable[ResolvedRow]) -> dict[str, ReviewReason]:
    """List the places that rows take back or leave open.

    Parameters
    ----------
    rows : iterable of ResolvedRow

    Returns
    -------
    dict of str to ReviewReason
        The reason for another row with the place, by code.
    """
    removed: dict[str, ReviewReason] = {}
    for row in rows:
        why = next((reason for reason in row.reasons if reason.code in _TAKES_BACK), None)
        if why is not None and row.op == "exclude":
            why = make_reason("taken_back_elsewhere", name=row.listed_text, words=dict(why.values)["words"])
        # A place that is taken back elsewhere in the text is a row of its own there.
        if why is not None and (row.op == "exclude" or why.code in _LEAVES_OPEN):
            removed.update(dict.fromkeys(list_codes(row), why))
    return removed


def find_reason(removed: dict[str, ReviewReason], codes: Sequence[str]) -> ReviewReason | None:
    """Find why a place is no plain member: it is taken back or left open, or a larger unit around it is taken back.

    Parameters
    ----------
    removed : dict of str to ReviewReason
        From `list_removed`.
    codes : sequence of str
        Of the place.

    Returns
    -------
    ReviewReason or None
    """
    inside = load_gazetteer().is_inside
    return next(
        (
            why
            for code in codes
            for gone, why in removed.items()
            if code == gone or (why.code != "left_open" and inside(code, gone))
        ),
        None,
    )


def _clear_tables(text: str, tables: TablesRead) -> str:
    """Blank out the tables that were read, but not their notes; every other character keeps its place."""
    spans = [*((reading.grid.start, reading.grid.end) for reading in tables.readings), *tables.captions]
    notes = [cell for reading in tables.readings for cell in reading.aside if is_note(cell, reading.grid.width)]
    out = text
    for start, end in spans:
        out = out[:start] + re.sub(r"[^\n]", " ", out[start:end]) + out[end:]
    for cell in notes:
        out = out[: cell.start] + text[cell.start : cell.end] + out[cell.end :]
    return out


def is_note(cell: Cell, width: int) -> bool:
    """Whether a cell that lists no member says something of those of others.

    Parameters
    ----------
    cell : Cell
    width : int
        Of its table, in columns.

    Returns
    -------
    bool
    """
    return read_cell(cell.text).kind == "note" or (cell.width == width and bool(find_codes(cell.text)))


def _read_remarks(tables: TablesRead, codes: set[str], as_of: str | None) -> Iterator[ResolvedRow]:
    """Read places that only remarks name (由桐梓县替换)."""
    cells: dict[Cell, None] = {}
    for entry in tables.entries:
        cells.update((cell, None) for cell in entry.remarks if find_codes(cell.text) - codes)
    for cell in list(cells)[:_MAX_REMARKS]:
        resolution = resolve_text(cell.text, as_of=as_of)
        for row in (*resolution.rows, *resolution.passing):
            if not codes & {*row.adcode}:
                yield replace(row, order=0, start=row.start + cell.start, end=row.end + cell.start)


def _split_by_line(
    text: str, rows: Sequence[ResolvedRow], codes: set[str]
) -> tuple[list[ResolvedRow], list[ResolvedRow]]:
    """Split places by line: those that a line enumerates or takes back, and those that it only names, such as a title."""
    lines: dict[int, list[ResolvedRow]] = {}
    for row in rows:
        lines.setdefault(text.rfind("\n", 0, row.start), []).append(row)
    listed: list[ResolvedRow] = []
    named: list[ResolvedRow] = []
    for start, group in lines.items():
        line = text[start + 1 :].split("\n", 1)[0]
        cue = _LIST_CUE.search(line[: max(0, group[0].start - start - 1)])
        alone = group[0].level == "county" and (cue is not None or read_cell(line).kind == "place")
        summary = all(
            row.status == "accepted" and row.op == "include" and codes.issuperset(row.adcode) for row in group
        )
        enumerates = (len(group) > 1 or alone) and not summary
        for row in group:
            (listed if enumerates or has_retraction(row) else named).append(row)
    return listed, [replace(row, order=0) for row in named]


def has_retraction(row: ResolvedRow) -> bool:
    """Whether a row takes a place out of a list or leaves it open.

    Parameters
    ----------
    row : ResolvedRow

    Returns
    -------
    bool
    """
    return row.op == "exclude" or any(reason.code in _TAKES_BACK for reason in row.reasons)


def list_codes(row: ResolvedRow) -> tuple[str, ...]:
    """List the codes of a row; for one in review the best candidate.

    Parameters
    ----------
    row : ResolvedRow

    Returns
    -------
    tuple of str
    """
    return row.adcode or tuple(one.adcode for one in row.candidates[:1])
