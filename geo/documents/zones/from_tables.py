"""Zones that stand in tables: what their rows list, grouped by zone, batch or province."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from pilotzones.geo.documents.around_tables import is_note
from pilotzones.geo.documents.headings import strip_count
from pilotzones.geo.documents.members.extraction import as_members
from pilotzones.geo.documents.members.towns import find_area_prefix
from pilotzones.geo.documents.paragraphs import squeeze
from pilotzones.geo.documents.tables.grid import Cell
from pilotzones.geo.documents.tables.resolution import Listed, TablesRead
from pilotzones.geo.documents.zones.stated_areas import read_area_cell
from pilotzones.geo.documents.zones.zone_builder import BlockReader, Span, ZoneFound, set_table_area
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["find_zones_from_tables"]


def find_zones_from_tables(reader: BlockReader, tables: TablesRead, listed: Sequence[Listed]) -> list[ZoneFound]:
    """Find zones that stand in tables.

    Parameters
    ----------
    reader : BlockReader
    tables : TablesRead
    listed : sequence of Listed
        What their entries list.

    Returns
    -------
    list of ZoneFound
        One for each value of the zone's column, else of the batch, else of the province or prefecture, else one for the
        table.
    """
    builder = _Builder(reader)
    by_entry = {id(one.entry): one for one in listed}
    for number, reading in enumerate(tables.readings):
        for entry in reading.entries:
            builder.add(by_entry[id(entry)], number)
    zones = [zone for zone in builder.zones.values() if zone.members]
    builder.set_aside(zones, tables)
    return zones


class _Builder:
    """Puts what tables list into zones, with every part of the document that was used for them."""

    def __init__(self, reader: BlockReader) -> None:
        self.reader = reader
        self.zones: dict[tuple[int, str], ZoneFound] = {}
        self.starts = [block.passage.offsets[0] for block in reader.blocks]

    def add(self, listed: Listed, table: int) -> None:
        """Add what one cell lists to its zone."""
        entry = listed.entry
        span = self._find_span(entry.cell)
        if span is None:
            return
        grouped = entry.zone or entry.batch or strip_count(entry.group)
        name = grouped or self._find_title_above(span.block)
        key = (table if entry.zone or not grouped else -1, name)
        zone = self.zones.get(key)
        if zone is None:
            zone = self.zones[key] = self._open(name, listed, span)
        members = as_members(listed.passage, listed.found, (*zone.path, f"第{entry.row}行"), zone.members)
        if not members:
            return
        zone.members += members
        zone.used += [one for cell in (entry.cell, *entry.beside) if (one := self._find_span(cell)) is not None]
        text = squeeze(listed.passage.text)
        zone.scope_text = f"{zone.scope_text}、{text}" if zone.scope_text else text
        if entry.has_scope:
            self._read_area(listed, zone)
        if entry.tasks is not None and (tasks := self._find_span(entry.tasks)) is not None:
            zone.tasks.append(tasks)

    def set_aside(self, zones: Sequence[ZoneFound], tables: TablesRead) -> None:
        """Note titles, heads, totals and captions as understood although nothing is taken from them; notes are not."""
        for zone in zones[:1]:
            for reading in tables.readings:
                cells = (cell for cell in reading.aside if not is_note(cell, reading.grid.width))
                zone.used += [span for cell in cells if (span := self._find_span(cell)) is not None]
            for start, end in tables.captions:
                zone.used += list(self._find_spans(start, end))

    def _open(self, name: str, listed: Listed, span: Span) -> ZoneFound:
        block, entry = self.reader.blocks[span.block], listed.entry
        above = entry.prefecture or entry.province
        hint = above.code if above is not None else find_area_prefix(name)
        zone = ZoneFound(name, strip_count(entry.region), (*block.words, name), Span(span.block, 0, 0), hint=hint)
        zone.used += [Span(one.block, 0, self.reader.blocks[one.block].body) for one in block.path]
        return zone

    def _find_title_above(self, block: int) -> str:
        above = [heading.title for heading in self.reader.blocks[block].path if heading.title]
        return (strip_count(above[-1]) if above else "") or self.reader.title or "全部"

    def _find_span(self, cell: Cell) -> Span | None:
        return next(self._find_spans(cell.start, cell.end), None)

    def _find_spans(self, start: int, end: int) -> Iterator[Span]:
        """Find the part of its block that a part of the document is; none where the block leaves it out."""
        number = bisect_right(self.starts, start) - 1
        if number < 0 or start >= end:
            return
        passage = self.reader.get_passage(number)
        line = bisect_right(passage.offsets, start) - 1
        first = passage.starts[line] + start - passage.offsets[line]
        if first < len(passage.text):
            yield Span(number, first, min(len(passage.text), first + end - start))

    def _read_area(self, listed: Listed, zone: ZoneFound) -> None:
        """Read the stated area of a zone: only where a row is a zone, not where each member has its own figure."""
        cell = listed.entry.area
        if cell is None or zone.area is not None or (span := self._find_span(cell)) is None:
            return
        head = fold_variants(listed.entry.area_head)
        area = read_area_cell(fold_variants(cell.text), head)
        if area is not None:
            set_table_area(zone, span, squeeze(cell.text), area, head)
