"""Resolve what tables list: one reader for `pilotzones resolve`, `pilotzones import` and the page "Your list"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pilotzones.geo.documents.members.extraction import FoundPlace, find_listed
from pilotzones.geo.documents.members.marked_places import flag_row
from pilotzones.geo.documents.members.towns import parse_town
from pilotzones.geo.documents.paragraphs import Passage, squeeze
from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.documents.tables.bare_tables import find_caption_entry, find_county_above
from pilotzones.geo.documents.tables.captions import read_caption
from pilotzones.geo.documents.tables.cells.contents import read_cell
from pilotzones.geo.documents.tables.cells.name_lists import find_name_end, make_passage
from pilotzones.geo.documents.tables.entries import read_table
from pilotzones.geo.documents.tables.grid import find_grids
from pilotzones.geo.documents.tables.larger_units import Listed, settle_larger_units
from pilotzones.geo.documents.tables.models import Claim, Context, Entry, TableReading
from pilotzones.geo.documents.tables.taken_back import take_back
from pilotzones.geo.notes import Note, make_note
from pilotzones.geo.places import Decisions, ResolvedRow, resolve_names
from pilotzones.geo.places.cells.codes import check_written_code, list_codes, resolve_code
from pilotzones.geo.places.cells.latin_names import is_latin, resolve_latin
from pilotzones.geo.places.cells.latin_text import find_latin_in_cell
from pilotzones.geo.places.column_resolver import parse_month
from pilotzones.geo.places.ended_units import flag_absent_unit
from pilotzones.geo.places.former_ground import apply_ground, find_former_code
from pilotzones.geo.places.gazetteer import Unit, load_gazetteer
from pilotzones.geo.places.history import load_unit_index
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.resolution.disambiguation import make_candidate
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["Listed", "TablesRead", "compare_counts", "read_tables", "resolve_entries"]

_MAX_CAPTIONS: Final = 4  # lines
_COUNTED: Final = frozenset({"accepted", "review", "unresolved", "not_a_county"})


@dataclass(slots=True)
class TablesRead:
    """The tables of a document, and the lines above them that say what they hold (start and end in the text)."""

    readings: list[TableReading] = field(default_factory=list)
    captions: list[tuple[int, int]] = field(default_factory=list)

    @property
    def entries(self) -> Iterator[Entry]:
        """Every entry, in the order of reading."""
        return (entry for reading in self.readings for entry in reading.entries)

    @property
    def claims(self) -> Iterator[Claim]:
        """Every stated number of places."""
        return (claim for reading in self.readings for claim in reading.claims)


def read_tables(document: DocumentText) -> TablesRead:
    """Read every table of a document.

    Parameters
    ----------
    document : DocumentText

    Returns
    -------
    TablesRead
        With readings only of tables that list something.
    """
    out = TablesRead()
    context, end = Context(), 0
    for grid in find_grids(document.text, document.tables):
        lines = list(_split_lines(document.text, end, grid.start))
        if lines:
            context = Context(batch=context.batch, listed_on=context.listed_on, retraction=context.retraction)
        for start, stop in lines[-_MAX_CAPTIONS:]:
            caption = read_caption(document.text[start:stop], context)
            if caption is not None:
                context = caption
                out.captions.append((start, stop))
        reading, context = read_table(grid, context)
        end = grid.end
        if not reading.entries:
            bare = find_caption_entry(reading, lines[-_MAX_CAPTIONS:], document.text, context)
            reading.entries += [bare] if bare is not None else []
            out.captions += [(bare.cell.start, bare.cell.end)] if bare is not None else []
        elif (above := find_county_above(reading, lines[-1:], document.text)) is not None:
            out.captions.append(above)
        if reading.entries:
            out.readings.append(reading)
    return out


def _split_lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for line in re.finditer(r"[^\n]+", text[start:end]):
        stripped = line.group().strip()
        if stripped:
            begin = start + line.start() + line.group().index(stripped)
            yield begin, begin + len(stripped)


def resolve_entries(
    entries: Sequence[Entry],
    *,
    province: str | None = None,
    as_of: str | None = None,
    decisions: Decisions | None = None,
) -> list[Listed]:
    """Resolve the places of tables.

    Parameters
    ----------
    entries : sequence of Entry
        n of them.
    province : str, optional
        Code of the province that they are about where their rows name none.
    as_of : str, optional
        Date of the document (ISO).
    decisions : Decisions, optional
        Saved answers of a person.

    Returns
    -------
    list of Listed
        n of them.
    """
    resolver = _CellResolver(province, as_of, decisions)
    return settle_larger_units([resolver.resolve(entry) for entry in entries])


def compare_counts(claims: Sequence[Claim], listed: Sequence[Listed]) -> Iterator[Note]:
    """Compare the stated numbers of places with those found.

    Parameters
    ----------
    claims : sequence of Claim
    listed : sequence of Listed
        Of all entries of the tables.

    Yields
    ------
    str
        A note for each number that differs.
    """
    counts = {id(one.entry): sum(_is_counted(each) for each in one.found) for one in listed}
    for claim in claims:
        number = sum(counts.get(id(entry), 0) for entry in claim.entries)
        if claim.entries and number != claim.stated:
            yield make_note("count_differs", label=claim.label, stated=claim.stated, found=number)


def _is_counted(place: FoundPlace) -> bool:
    return place.row is None or (place.row.op != "mention" and place.row.status in _COUNTED)


class _CellResolver:
    """Resolves cells under the units of their rows."""

    def __init__(self, province: str | None, as_of: str | None, decisions: Decisions | None) -> None:
        self.province = province
        self.as_of = as_of
        self.decisions = decisions

    def resolve(self, entry: Entry) -> Listed:
        """Resolve one cell; every name in it gives a row or a member."""
        passage = make_passage(entry.cell, is_address=entry.is_address)
        if entry.is_code:
            return Listed(entry, passage, tuple(take_back(list(self._read_codes(entry)), entry)))
        found: list[FoundPlace] = []
        for province, prefecture in self._list_scopes(entry):
            again = self._find(passage, province, prefecture, entry.county, is_address=entry.is_address)
            if not found or _count_questions(again) < _count_questions(found):
                found = again
            if not _count_questions(found):
                break
        completed = [self._complete_place(self._compare_code(one, entry), entry) for one in found]
        return Listed(entry, passage, tuple(take_back(completed, entry)))

    def _compare_code(self, one: FoundPlace, entry: Entry) -> FoundPlace:
        """Compare a place with the code that its cell has beside its name."""
        if one.row is None or not re.search(r"\d{6}", fold_variants(entry.cell.text)):
            return one
        return replace(one, row=check_written_code(one.row, entry.cell.text, as_of=self.as_of))

    def _read_codes(self, entry: Entry) -> Iterator[FoundPlace]:
        """Read a place for each code of a cell; a cell without one is a question."""
        text = entry.cell.text
        for start, end in list(list_codes(text)) or [(0, len(text))]:
            row = resolve_code(text[start:end], as_of=self.as_of)
            yield self._complete_place(FoundPlace(start, end, self._decide(row)), entry)

    def _list_scopes(self, entry: Entry) -> Iterator[tuple[str, str]]:
        """List the province and prefecture to read a cell under: what stands in its row first, then what need not hold."""
        province = entry.province.code if entry.province is not None else self.province or ""
        prefecture = entry.prefecture.code if entry.prefecture is not None else ""
        hint = entry.hint.code if entry.hint is not None and not province and not prefecture else ""
        if hint:
            level = load_gazetteer().units[hint].level
            yield (hint, "") if level == "province" else ("", hint)
        yield province, prefecture
        if prefecture and not entry.prefecture_is_certain:
            yield province, ""

    def _find(
        self, passage: Passage, province: str, prefecture: str, county: str, *, is_address: bool
    ) -> list[FoundPlace]:
        name_end = find_name_end(passage.folded)
        inside = county or prefecture or province
        if is_latin(passage.text):
            homes = [home for home in (province, prefecture) if home]
            rows = (resolve_latin(passage.text, name, homes) for name in find_latin_in_cell(passage.text))
            return [FoundPlace(row.start, row.end, self._decide(row)) for row in rows]
        if is_address:
            return [FoundPlace(0, len(passage.text), self._resolve_name(passage.text, province, prefecture))]
        if name_end and parse_town(passage.folded[:name_end], inside=inside) is None:
            name = passage.text[:name_end]
            row = self._resolve_name(name, province, prefecture)
            row = replace(row, start=len(name) - len(name.lstrip()), end=len(name.rstrip()))
            return [FoundPlace(0, len(passage.text), row)]
        found, _, _ = find_listed(
            passage, 0, len(passage.text), hint=inside, as_of=self.as_of, decisions=self.decisions, strict=True
        )
        return [self._look_again(passage, one, province, prefecture) for one in found]

    def _decide(self, row: ResolvedRow) -> ResolvedRow:
        """Settle the row that a code or a name in Latin letters decided as those of Chinese names are."""
        row = flag_absent_unit(load_gazetteer(), row, parse_month(self.as_of))
        row = row if self.decisions is None else self.decisions.apply(row)
        return apply_ground([row], parse_month(self.as_of))[0]

    def _look_again(self, passage: Passage, one: FoundPlace, province: str, prefecture: str) -> FoundPlace:
        """Look whether an item of a list that nothing was found in looks like a name."""
        if one.member is None or one.member.status != "unresolved":
            return one
        row = self._resolve_name(passage.text[one.start : one.end], province, prefecture)
        return FoundPlace(one.start, one.end, row)

    def _resolve_name(self, text: str, province: str, prefecture: str) -> ResolvedRow:
        (row,) = resolve_names(
            [squeeze(text)], provinces=[province or None], prefectures=[prefecture or None], as_of=self.as_of,
            decisions=self.decisions,
        )  # fmt: skip
        return row

    def _complete_place(self, one: FoundPlace, entry: Entry) -> FoundPlace:
        """Add what the table says of a place: its code, batch and dates, and whether it has left the list."""
        if one.row is None:
            assert one.member is not None
            member = replace(one.member, batch=entry.batch, listed_on=entry.listed_on, left_on=entry.left_on)
            return replace(one, member=member)
        row = replace(one.row, batch=entry.batch, listed_on=entry.listed_on, left_on=entry.left_on)
        if row.status == "not_a_county" and entry.county and not row.container_adcode and not row.adcode:
            row = replace(row, container_adcode=(entry.county,))
        if entry.code is not None:
            row = _apply_code(row, entry.code.text)
            row = self._decide(row) if row.method == _BY_CODE else row
        if entry.has_nothing_below and row.status == "accepted" and row.method != "decision":
            row = flag_row(row, make_reason("nothing_below"))
        if entry.in_counties and row.status == "accepted" and _is_open_short(row):
            why = make_reason("shared_short")
            candidates = [
                make_candidate(load_gazetteer(), code, 0.5, str(why))
                for code in sorted(read_cell(row.listed_text).codes)
            ]
            row = flag_row(replace(row, candidates=tuple(candidates)), why)
        if entry.is_exception and row.op == "exclude" and row.method != "decision":
            # Taken out of a unit that is a member as a whole, which is sure.
            row = replace(row, status="accepted" if row.adcode else row.status, reasons=())
        return replace(one, row=row)


def _is_open_short(row: ResolvedRow) -> bool:
    """Whether a prefecture among counties may be the county of its short name, and no code says which."""
    return row.level == "prefecture" and row.method != _BY_CODE and _is_shared(row)


def _is_shared(row: ResolvedRow) -> bool:
    """Whether a short name among names of counties is that of a county too (大理)."""
    name = fold_variants(row.listed_text)
    units = load_gazetteer().units
    return not name.endswith(row.name) and any(
        units[code].level == "county" for code in read_cell(name).codes if code in units
    )


def _count_questions(places: Sequence[FoundPlace]) -> int:
    return (
        sum(one.row is not None and one.row.status in {"review", "unresolved"} for one in places) if places else 1 << 30
    )


def _apply_code(row: ResolvedRow, cell: str) -> ResolvedRow:
    """Take a code of the table for a place that its name leaves open; one that contradicts the name is a question."""
    code = re.sub(r"\D", "", fold_variants(cell).split(".")[0])[:6]
    unit = load_gazetteer().units.get(code)
    if row.method == "decision":
        return row
    if unit is None or unit.level == "province":
        return row if row.status != "accepted" or _fits_code(row, code) else _flag_code(row, code)
    if row.status == "not_a_county" and row.level in {"town", "special"} and not (row.adcode or row.container_adcode):
        return replace(row, container_adcode=(unit.code,), province=unit.province, prefecture=unit.prefecture)
    if _is_settled_by(row, unit):
        return replace(
            row, status="accepted", level="county" if unit.level == "county" else "prefecture", name=unit.name,
            province=unit.province, prefecture=unit.prefecture, adcode=(unit.code,), method=_BY_CODE, reasons=(),
            candidates=(), former_unit="", ground_as_of="",
        )  # fmt: skip
    if row.status == "accepted" and row.level in {"county", "prefecture"} and not _fits_code(row, code):
        return _flag_code(row, code)
    return row


_BY_CODE = "code in the table"
# What a code beside the name does not settle: the unit did not stand at the date.
_ABSENT = frozenset({"unit_not_yet", "unit_ended"})


def _is_settled_by(row: ResolvedRow, unit: Unit) -> bool:
    """Whether the name of a place, or its short name that a county shares with a prefecture (承德), may mean a unit."""
    if any(reason.code in _ABSENT for reason in row.reasons) or row.former_unit.startswith(unit.code):
        # The code is that of the unit itself: of one that did not stand, or that is part of another now (万盛区 in 綦江区).
        return False
    if row.status in {"review", "unresolved"} and unit.level == "county":
        offered = {one.adcode for one in row.candidates}
        return fold_variants(row.listed_text).endswith(unit.name) or unit.code in offered
    return row.status == "accepted" and row.level == "prefecture" and _is_shared(row) and _means(row, unit)


def _means(row: ResolvedRow, unit: Unit) -> bool:
    """Whether a short name is that of a unit or of one of the same name in it."""
    home = row.adcode[0] if row.adcode else ""
    return unit.code in read_cell(fold_variants(row.listed_text)).codes and load_gazetteer().is_inside(unit.code, home)


def _fits_code(row: ResolvedRow, code: str) -> bool:
    """Whether a code is that of a place or of a larger unit of today that holds it, or was that of ground that it has."""
    gazetteer = load_gazetteer()
    if code in {row.former_unit[:6], find_former_code(row)}:
        return True
    if code in gazetteer.units and all(gazetteer.is_inside(one, code) for one in row.adcode):
        return True
    spells = load_unit_index().by_code.get(code, ())
    return (code not in gazetteer.units and not spells) or any(
        all(any(gazetteer.is_inside(county, one) for one in row.adcode) for county in spell.counties)
        for spell in spells
        if spell.until
    )


def _flag_code(row: ResolvedRow, code: str) -> ResolvedRow:
    """Put a place up for review whose name and code are of different units."""
    unit = load_gazetteer().units.get(code)
    names = dict.fromkeys(spell.name for spell in load_unit_index().by_code.get(code, ()))
    full = f"{unit.province}{unit.prefecture}{unit.name}" if unit is not None else "、".join(names)
    if unit is not None and unit.level != "county":
        full = unit.name
    return flag_row(row, make_reason("table_code", written=code, unit=full, named="、".join(row.adcode)))
