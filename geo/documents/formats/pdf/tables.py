"""Find the tables of a PDF by the rules that are drawn around their cells."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pilotzones.geo.documents.formats.pdf.columns import read_columns
from pilotzones.geo.documents.formats.pdf.marks import PlacedMark, mark_chars
from pilotzones.geo.documents.formats.pdf.rotation import turn_upright
from pilotzones.geo.documents.tables.layout import ExtractedTable, Merge
from pilotzones.geo.notes import Note, make_note

__all__ = ["PageTables", "find_page_tables", "join_pages"]

_MAX_CPU_SECONDS: Final = 8.0
_MIN_CELLS: Final = 4
_SNAP: Final = 3.0  # points within which two rules are one


@dataclass(slots=True)
class PageTables:
    """A page cut at its tables: lines of text and tables from top to bottom; `bounds` are the tables' vertical rules [pt]."""

    blocks: list[str | ExtractedTable] = field(default_factory=list)
    bounds: list[tuple[float, ...]] = field(default_factory=list)


def find_page_tables(path: Path, pages: Mapping[int, Sequence[PlacedMark]], notes: list[Note]) -> dict[int, PageTables]:
    """Find the tables on some pages.

    Parameters
    ----------
    path : Path
    pages : mapping of int to sequence of PlacedMark
        Marked pieces of the pages with drawn rules or with gaps in their lines, by number from 0.
    notes : list of Note
        Takes which pages were not looked at.

    Returns
    -------
    dict of int to PageTables
        Only pages with tables or columns.
    """
    import pdfplumber
    from pdfminer.psexceptions import PSException
    from pdfplumber.utils.exceptions import PdfminerException

    found: dict[int, PageTables] = {}
    end = time.process_time() + _MAX_CPU_SECONDS
    try:
        with pdfplumber.open(path) as document:
            for number, marks in pages.items():
                if time.process_time() > end:
                    notes.append(make_note("plain_tables", page=number + 1))
                    break
                page = turn_upright(document.pages[number])
                mark_chars(page, marks)
                tables = _read_page(page)
                if tables is not None:
                    found[number] = tables
                page.close()
    except (
        PdfminerException,
        PSException,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
    ):
        # The text of the pages is read all the same, by a reader that is more patient with damage.
        notes.append(make_note("plain_tables_all"))
    return found


def _read_page(page: Any) -> PageTables | None:
    tables = [
        table
        for table in page.find_tables()
        if len(table.cells) >= _MIN_CELLS and len(_snap_edges(cell[0] for cell in table.cells)) > 1
    ]
    if not tables:
        columns = read_columns(page)
        return None if columns is None else PageTables(columns[0], [columns[1]])
    tables.sort(key=lambda table: table.bbox[1])
    boxes = [table.bbox for table in tables]
    around = page.filter(lambda item: item["object_type"] != "char" or not _is_inside(item, boxes))
    out = PageTables()
    lines = [(line["top"], line["text"]) for line in around.extract_text_lines(return_chars=False)]
    for table in tables:
        above = [line for line in lines if line[0] < table.bbox[1]]
        lines = lines[len(above) :]
        out.blocks += [text for _, text in above]
        out.blocks.append(_read_table(table))
        out.bounds.append(tuple(_snap_edges(cell[0] for cell in table.cells)))
    out.blocks += [text for _, text in lines]
    return out


def _is_inside(item: Any, boxes: Sequence[Any]) -> bool:
    across, down = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return any(left <= across <= right and top <= down <= bottom for left, top, right, bottom in boxes)


def _snap_edges(values: Iterable[float]) -> list[float]:
    """Sort values, and take those that lie next to each other once."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > _SNAP:
            out.append(value)
    return out


def _read_table(table: Any) -> ExtractedTable:
    """Read the text and extent of every cell; a cell that spans rows or columns is larger than the space between two rules."""
    lefts, tops = _snap_edges(cell[0] for cell in table.cells), _snap_edges(cell[1] for cell in table.cells)
    out = ExtractedTable([[""] * len(lefts) for _ in tops])
    for left, top, right, bottom in table.cells:
        column, row = _find_edge(lefts, left), _find_edge(tops, top)
        width = sum(left - _SNAP <= edge < right - _SNAP for edge in lefts)
        height = sum(top - _SNAP <= edge < bottom - _SNAP for edge in tops)
        out.rows[row][column] = _extract_cell_text(table.page, (left, top, right, bottom))
        if width * height > 1:
            out.merges.append(Merge(row, column, height, width))
    return out


def _find_edge(edges: Sequence[float], value: float) -> int:
    return max(place for place, edge in enumerate(edges) if edge <= value + _SNAP)


def _extract_cell_text(page: Any, box: tuple[float, float, float, float]) -> str:
    chars = [char for char in page.chars if _is_inside(char, [box])]
    from pdfplumber.utils.text import extract_text

    return " ".join(extract_text(chars).split()) if chars else ""


def join_pages(pages: Sequence[PageTables | list[str]], *, is_furniture: Any) -> list[str | ExtractedTable]:
    """Put the blocks of all pages in order, and the parts of a table that goes on over pages together.

    Parameters
    ----------
    pages : sequence of PageTables or list of str
        A page with tables, or the lines of one without.
    is_furniture : callable
        Whether a line is a page number or the like, which may stand between two parts of a table.

    Returns
    -------
    list of str or ExtractedTable
    """
    out: list[str | ExtractedTable] = []
    bounds: tuple[float, ...] = ()  # of the last table, while nothing but page numbers stands behind it
    last = -1
    for page in pages:
        blocks = page.blocks if isinstance(page, PageTables) else page
        tables = iter(page.bounds if isinstance(page, PageTables) else [])
        for block in blocks:
            if isinstance(block, str):
                bounds = bounds if is_furniture(block) or not block.strip() else ()
                out.append(block)
                continue
            edges = next(tables)
            before = out[last] if last >= 0 else None
            if isinstance(before, ExtractedTable) and _are_equal(bounds, edges):
                _append(before, block)
            else:
                out.append(block)
                last = len(out) - 1
            bounds = edges
    return out


def _are_equal(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= _SNAP for a, b in zip(one, other, strict=True))


def _append(table: ExtractedTable, more: ExtractedTable) -> None:
    """Add the rows of the next page; a cell that a page break cuts is one cell again."""
    repeated = 0
    while repeated < min(3, len(table.rows), len(more.rows)) and more.rows[repeated] == table.rows[repeated]:
        repeated += 1
    size = len(table.rows)
    spans = {(merge.row, merge.column): merge for merge in more.merges}
    for column in range(len(more.rows[0])):
        begin = _open_cell(table, column)
        below = spans.get((repeated, column))
        if begin is None or table.rows[begin][column] or repeated >= len(more.rows):
            continue
        tall = below.height if below is not None else 1
        wide = below.width if below is not None else 1
        # A blank cell at the foot of a page that spans rows, or whose other part does, has its text on the next page.
        if more.rows[repeated][column] and (size - begin > 1 or tall > 1) and wide == 1:
            table.rows[begin][column] = more.rows[repeated][column]
            more.rows[repeated][column] = ""
            spans.pop((repeated, column), None)
            table.merges = [one for one in table.merges if (one.row, one.column) != (begin, column)]
            table.merges.append(Merge(begin, column, size - begin + tall, 1))
    table.rows += more.rows[repeated:]
    for merge in spans.values():
        if merge.row >= repeated:
            table.merges.append(Merge(merge.row - repeated + size, merge.column, merge.height, merge.width))


def _open_cell(table: ExtractedTable, column: int) -> int | None:
    """Find the row in which the last cell of a column begins; None where it spans other columns too."""
    last = len(table.rows) - 1
    for merge in table.merges:
        if merge.row + merge.height > last and merge.column <= column < merge.column + merge.width:
            return merge.row if merge.width == 1 else None
    return last
