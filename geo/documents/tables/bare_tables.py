"""Tables that name no place themselves: what their caption names is what they list, as a whole or as a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pilotzones.geo.documents.tables.captions import MAX_BANNER
from pilotzones.geo.documents.tables.cells.contents import find_name_start, read_cell
from pilotzones.geo.documents.tables.grid import Cell, Grid
from pilotzones.geo.documents.tables.heads import find_head_role
from pilotzones.geo.documents.tables.models import Context, Entry, TableReading
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.text.normalization import fold_variants
from pilotzones.geo.places.text.normalized_text import normalize_text
from pilotzones.geo.places.text.tokenizer import scan

__all__ = ["find_caption_entry", "find_county_above"]

_LABEL: Final = re.compile(
    r"[\s(]*(?:续?[附表]\s*[件表]?\s*[\d一二三四五六七八九十]*[-—.]?\d*\s*[)）:：.、]?|\d{4}\s*年度?)[\s:：、.]*"
)
_HEADS: Final = frozenset({"place", "scope", "zone", "region"})
# What a table of which a place is said at least holds, beside the head that asks for one.
_NO_NAME: Final = frozenset({"blank", "dash", "whole", "ditto", "number", "date", "code", "direct"})


def find_caption_entry(
    reading: TableReading, captions: Sequence[tuple[int, int]], text: str, context: Context
) -> Entry | None:
    """Make an entry of the caption of a table that names no place.

    Parameters
    ----------
    reading : TableReading
        Without entries.
    captions : sequence of (int, int)
        Extents of the lines right above the table.
    text : str
        Of the document.
    context : Context
        What those lines say.

    Returns
    -------
    Entry or None
        None for a table that does not ask for places.
    """
    titles = [cell for cell in reading.aside if len(reading.grid.find_filled(cell.row)) == 1]
    captions = [*captions, *((cell.start, cell.end) for cell in titles)]
    kinds = _list_kinds(reading.grid, titles)
    if not kinds or not _NO_NAME.issuperset(kinds):
        return None
    caption = _find_caption(captions, text)
    if caption is None:
        return None
    is_whole = "whole" in kinds
    return Entry(caption, 1, hint=context.hint, is_whole=is_whole, has_nothing_below=not is_whole, batch=context.batch,
                 listed_on=context.listed_on, retraction=context.retraction, has_scope=True)  # fmt: skip


def _list_kinds(grid: Grid, titles: Sequence[Cell]) -> set[str]:
    """List what the columns hold that ask for places; without such a head all cells of a table, if one says that all is meant."""
    rows = {cell.row for cell in titles}
    below = [cell for number, row in enumerate(grid.cells) if number not in rows for cell in row]
    heads = {cell: find_head_role(cell.text)[0] for cell in below if cell.text}
    asking = {cell.column for cell, role in heads.items() if role in _HEADS}
    cells = [cell for cell in below if heads.get(cell) is None]
    kinds: set[str] = {read_cell(cell.text).kind for cell in cells if cell.column in asking}
    if asking:
        return kinds or {"blank"}
    kinds = {read_cell(cell.text).kind for cell in cells}
    return kinds if "whole" in kinds else set()


def _find_caption(captions: Sequence[tuple[int, int]], text: str) -> Cell | None:
    """Find the name of a place that the nearest line begins with, behind its numbering; else all of the nearest line."""
    lines = [(start, end) for start, end in reversed(captions) if end - start <= MAX_BANNER]
    bare = [(_skip_label(text[start:end]) + start, end) for start, end in lines]
    named = ((start, start + length) for start, end in bare if (length := _measure_name(text[start:end])))
    extent = next(named, bare[0] if bare and bare[0][0] < bare[0][1] else None)
    return Cell(text[slice(*extent)], *extent, 0, 0) if extent is not None else None


def _skip_label(line: str) -> int:
    """Measure the label and the numbering that a caption begins with."""
    folded = fold_variants(line)
    at = 0
    while (match := _LABEL.match(folded, at)) and match.end() > at:
        at = match.end()
    return at + find_name_start(line[at:])


def _measure_name(words: str) -> int:
    """Measure the name that words begin with, the units written before it among it; 0 for none."""
    normalized = normalize_text(words)
    tokens = scan(normalized, load_gazetteer())
    if not tokens or tokens[0].kind != "name" or tokens[0].start:
        return 0
    return normalized.origin[tokens[0].end - 1] + 1


def find_county_above(reading: TableReading, captions: Sequence[tuple[int, int]], text: str) -> tuple[int, int] | None:
    """Put the towns of a table into the county that the line right above it names.

    Parameters
    ----------
    reading : TableReading
        Changed in place.
    captions : sequence of (int, int)
        Extents of the lines right above the table.
    text : str
        Of the document.

    Returns
    -------
    tuple of (int, int) or None
        Extent of that line; None where it names no county, or the table lists anything but towns.
    """
    line = captions[-1] if captions else (0, 0)
    content = read_cell(text[slice(*line)])
    towns = all(one.may_be("town") for one in (read_cell(entry.cell.text) for entry in reading.entries))
    units = load_gazetteer().units
    counties = [code for code in content.codes if code in units and units[code].level == "county"]
    if not towns or len(content.levels) != 1 or not content.may_be("county") or len(counties) != 1:
        return None
    for entry in reading.entries:
        entry.county = entry.county or counties[0]
    return line
