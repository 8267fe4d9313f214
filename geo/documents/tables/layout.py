"""Where the tables of a document stand in its text, and which of their cells are merged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["MAX_COLUMNS", "MAX_ROWS", "ExtractedTable", "Merge", "TableLayout", "parse_layouts", "place_cells"]

MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 200


@dataclass(frozen=True, slots=True)
class Merge:
    """A cell that spans others: row and column of its first cell within the table, and its height and width in cells."""

    row: int
    column: int
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A table in a text: each row is a line, with tabs between the cells; what a merged cell covers is blank.

    Parameters
    ----------
    line : int
        Number of the line of the first row, from 0.
    rows : int
        Number of rows, and so of lines.
    merges : tuple of Merge
    """

    line: int
    rows: int
    merges: tuple[Merge, ...] = ()


@dataclass(slots=True)
class ExtractedTable:
    """A table as a format's reader takes it out of a file: n rows of cells, and the merged ones."""

    rows: list[list[str]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """The rows as lines of text."""
        return ["\t".join(row).rstrip("\t") for row in self.rows]

    def drop_blank_rows(self) -> ExtractedTable:
        """Leave out rows without any text; a merged cell that spans one becomes shorter.

        Returns
        -------
        ExtractedTable
        """
        filled = [number for number, row in enumerate(self.rows) if any(cell.strip() for cell in row)]
        if len(filled) == len(self.rows):
            return self
        place = {number: position for position, number in enumerate(filled)}
        merges = []
        for merge in self.merges:
            inside = [place[number] for number in range(merge.row, merge.row + merge.height) if number in place]
            if len(inside) * merge.width > 1:
                merges.append(Merge(inside[0], merge.column, len(inside), merge.width))
        return ExtractedTable([self.rows[number] for number in filled], merges)


def place_cells(rows: Iterable[Iterable[tuple[str, int, int]]]) -> ExtractedTable:
    """Place cells that are given row by row, as HTML and Word write them, in a grid.

    Parameters
    ----------
    rows : iterable of iterable of (str, int, int)
        Text of each cell, and how many rows and columns it spans.

    Returns
    -------
    ExtractedTable
    """
    table = ExtractedTable()
    taken: dict[int, int] = {}  # column -> number of rows below that a cell above still spans
    for number, cells in enumerate(rows):
        row: list[str] = []
        below: dict[int, int] = {column: left - 1 for column, left in taken.items() if left > 1}
        for text, tall, wide in cells:
            column = len(row)
            while column in taken:
                column += 1
            width = max(1, min(wide, MAX_COLUMNS - column))
            row += [""] * (column - len(row)) + [text] + [""] * (width - 1)
            if tall > 1 or width > 1:
                table.merges.append(Merge(number, column, max(1, tall), width))
            below.update(dict.fromkeys(range(column, column + width), tall - 1) if tall > 1 else {})
        table.rows.append(row[:MAX_COLUMNS])
        taken = below
    table.merges = [_shorten(merge, len(table.rows)) for merge in table.merges if merge.column < MAX_COLUMNS]
    return table


def _shorten(merge: Merge, rows: int) -> Merge:
    """End a merged cell with its table."""
    return Merge(merge.row, merge.column, min(merge.height, rows - merge.row), merge.width)


def parse_layouts(plain: Any, *, lines: int) -> tuple[TableLayout, ...]:
    """Parse layouts from plain data that another process or a file wrote.

    Parameters
    ----------
    plain : list
        As `dataclasses.asdict` writes them.
    lines : int
        Number of lines of the text.

    Returns
    -------
    tuple of TableLayout

    Raises
    ------
    ValueError
        When they are not in order, or do not fit the text.
    """
    layouts = []
    for item in plain if isinstance(plain, list) else [None]:
        line, rows = _read_numbers(item, "line", "rows")
        merges = item.get("merges") if isinstance(item, dict) else None
        if not isinstance(merges, list) or line + rows > lines:
            raise ValueError("a table does not fit its text")
        layouts.append(TableLayout(line, rows, tuple(_parse_merge(one, rows) for one in merges)))
    return tuple(layouts)


def _parse_merge(plain: Any, rows: int) -> Merge:
    row, column, height, width = _read_numbers(plain, "row", "column", "height", "width")
    if row + height > rows or column + width > MAX_COLUMNS:
        raise ValueError("a merged cell does not fit its table")
    return Merge(row, column, height, width)


def _read_numbers(plain: Any, *keys: str) -> list[int]:
    values = [plain.get(key) for key in keys] if isinstance(plain, dict) else []
    numbers = [value for value in values if isinstance(value, int) and 0 <= value <= 10 * MAX_ROWS]
    if len(numbers) != len(keys):
        raise ValueError("a layout has whole numbers")
    return numbers
