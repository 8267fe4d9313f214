"""A table as a grid in which every position knows its cell, and every cell what it spans."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from pilotzones.geo.documents.tables.cells.contents import read_cell
from pilotzones.geo.documents.tables.cells.models import CellContent
from pilotzones.geo.documents.tables.layout import MAX_COLUMNS, TableLayout
from pilotzones.geo.places.cells.codes import is_code_list, is_like_codes
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["Cell", "Grid", "find_grids"]

_MAX_BANNERS: Final = 2  # lines
_MAX_BANNER: Final = 40  # characters
_HEAD_ENDS: Final = frozenset("省市区州盟)）团")
_MIN_LISTED: Final = 3  # lines
_CODE_HEAD: Final = re.compile(r".{0,12}(?:代码|编码|区划码|code)", re.IGNORECASE)
_OTHER_NUMBERS: Final = re.compile(r"面积|人口|产值|收入|金额|资金|邮编|邮政|编号|电话|数量?$|值$|[(（].{1,8}[)）]$")
_MAX_NAME: Final = 12  # characters
_NO_NAME: Final = re.compile(r"[\W\d]|名单|名录|目录|附件|附表|批次?$|地区$|其他|其中|包括|如下|退出|候选|备选|^第")
_MAX_LISTED: Final = 400  # characters
_BLANK: Final = " \t\u3000\ufeff\u200b\xa0\f\v\r"


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One cell: its text without blanks around it, where that stands in the document, and the positions it spans."""

    text: str
    start: int
    end: int
    row: int
    column: int
    height: int = 1
    width: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of n rows and m columns.

    Parameters
    ----------
    cells : sequence of sequence of Cell
        The cell at each position; one that spans several positions stands at each of them.
    start, end : int
        Where the table stands in the document.
    """

    cells: Sequence[Sequence[Cell]]
    start: int
    end: int

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.cells[0]) if self.cells else 0

    def find_filled(self, row: int) -> list[Cell]:
        """Find the cells of a row that hold text, each once, from left to right.

        Parameters
        ----------
        row : int

        Returns
        -------
        list of Cell
        """
        return list(dict.fromkeys(cell for cell in self.cells[row] if cell.text))

    def transpose(self) -> Grid:
        """Turn rows into columns.

        Returns
        -------
        Grid
        """
        turned: dict[Cell, Cell] = {}
        for row in self.cells:
            for cell in row:
                turned[cell] = replace(cell, row=cell.column, column=cell.row, height=cell.width, width=cell.height)
        columns = [[turned[row[number]] for row in self.cells] for number in range(self.width)]
        return Grid(columns, self.start, self.end)


def find_grids(text: str, layouts: Iterable[TableLayout] = ()) -> list[Grid]:
    """Find the tables of a document.

    Parameters
    ----------
    text : str
        Of the document; the cells of a row have tabs between them.
    layouts : iterable of TableLayout, optional
        Tables that its reader knows; other lines with tabs in a row are tables too.

    Returns
    -------
    list of Grid
        In text order.
    """
    lines = text.split("\n")
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    known = sorted(layouts, key=lambda layout: layout.line)
    taken = {number for layout in known for number in range(layout.line, layout.line + layout.rows)}
    found = [*known, *_find_rows(lines, taken)]
    taken |= {number for layout in found for number in range(layout.line, layout.line + layout.rows)}
    found += _find_code_lines(lines, taken)
    taken |= {number for layout in found for number in range(layout.line, layout.line + layout.rows)}
    found += _find_columns(lines, taken)
    return [_build(lines, offsets, layout) for layout in sorted(found, key=lambda layout: layout.line) if layout.rows]


def _find_rows(lines: Sequence[str], taken: set[int]) -> Iterator[TableLayout]:
    """Find runs of lines with tabs; the first cells of a row may be blank where what they hold stands above."""
    begin = last = None
    for number, line in enumerate(lines):
        follows = last == number - 1
        if number in taken or not ("\t" in (line if follows else line.strip(_BLANK)) or (follows and _is_name(line))):
            continue
        if begin is not None and last is not None and not _are_banners(lines, range(last + 1, number), taken):
            yield TableLayout(begin, last + 1 - begin)
            begin = None
        begin, last = number if begin is None else begin, number
    if begin is not None and last is not None:
        yield TableLayout(begin, last + 1 - begin)


def _find_code_lines(lines: Sequence[str], taken: set[int]) -> Iterator[TableLayout]:
    """Find runs of lines that hold nothing but numbers like codes, most of them known, with the head above them."""
    number = 0
    while number < len(lines):
        end = number
        while end < len(lines) and end not in taken and is_like_codes(lines[end]):
            end += 1
        above = lines[number - 1].strip(_BLANK) if number and number - 1 not in taken else ""
        if end > number and is_code_list(" ".join(lines[number:end])) and not _OTHER_NUMBERS.search(above):
            head = _CODE_HEAD.fullmatch(above) is not None
            yield TableLayout(number - head, end - number + head)
        number = end + 1


def _find_columns(lines: Sequence[str], taken: set[int]) -> Iterator[TableLayout]:
    """Find lists with a name in each line below the name of a larger unit, which is a table of one column."""
    number = 0
    while number < len(lines):
        run = _read_column(lines, number, taken) if number not in taken and _may_head(lines[number]) else []
        if len(run) >= _MIN_LISTED and _has_heads(lines, run):
            yield TableLayout(run[0], run[-1] + 1 - run[0])
        # Where nothing in a run heads what follows it, nothing does in the rest of the run either.
        number = run[-1] + 1 if run else number + 1


def _may_head(line: str) -> bool:
    """Whether a line may be the name of a larger unit; most lines are not, and cost no look into the gazetteer."""
    stripped = line.strip(_BLANK).rstrip(":：")
    return 1 < len(stripped) <= _MAX_BANNER and (stripped[-1] in _HEAD_ENDS or stripped in load_gazetteer().forms)


def _read_column(lines: Sequence[str], start: int, taken: set[int]) -> list[int]:
    """Read the numbers of the lines from a larger unit on that hold places and nothing else."""
    head = read_cell(lines[start].strip(_BLANK))
    if not head.is_one_unit:
        return []
    run = [start]
    unread: list[int] = []
    for number in range(start + 1, len(lines)):
        line = lines[number].strip(_BLANK)
        if number in taken or len(line) > _MAX_LISTED or _is_other_list(line, head):
            break
        content = read_cell(line)
        head = content if content.is_one_unit else head
        if not line or content.kind == "place":
            run += [*unread, number] if line else []
            unread = []
        elif unread or not _may_be_name(line):
            break
        else:
            # A name that nobody knows, between names that are known.
            unread = [number]
    return run


def _is_other_list(line: str, head: CellContent) -> bool:
    """Whether a line is a list with a label of its own that does not lie in the unit over the lines (河南省：永城市、夏邑县)."""
    label, colon, names = fold_variants(line).partition(":")
    if not colon or not names.strip():
        return False
    content = read_cell(label)
    return content.is_one_unit and not any(map(content.lies_in, head.units))


def _has_heads(lines: Sequence[str], run: Sequence[int]) -> bool:
    """Whether some line of a run names a unit that the place in the next line lies in."""
    contents = [read_cell(lines[number].strip(_BLANK)) for number in run]
    # Where a special area lies says nothing of the line above it.
    return any(
        above.is_one_unit and not below.is_special and any(map(below.lies_in, above.units))
        for above, below in pairwise(contents)
    )


def _may_be_name(line: str) -> bool:
    """Whether a line may be a name that nobody knows, and is no heading, sentence or note."""
    return len(line) <= _MAX_NAME and read_cell(line).kind == "text" and _NO_NAME.search(line) is None


def _is_name(line: str) -> bool:
    """Whether a line below a row is a row whose other cells are blank."""
    content = line.strip(_BLANK)
    return 1 < len(content) <= _MAX_BANNER and read_cell(content).kind == "place"


def _are_banners(lines: Sequence[str], between: range, taken: set[int]) -> bool:
    """Whether lines between two rows are headings inside of one table: few and short, and no sentences."""
    if len(between) > _MAX_BANNERS or any(number in taken for number in between):
        return False
    return all(
        0 < len(lines[number].strip(_BLANK)) <= _MAX_BANNER and not re.search(r"[。；;]", lines[number])
        for number in between
    )


def _build(lines: Sequence[str], offsets: Sequence[int], layout: TableLayout) -> Grid:
    rows = range(layout.line, layout.line + layout.rows)
    plain = [list(_split(lines[number], offsets[number], place)) for place, number in enumerate(rows)]
    ends = [merge.column + merge.width for merge in layout.merges]
    width = min(MAX_COLUMNS, max([1, *ends, *(len(row) for row in plain)]))
    cells = []
    for place, (number, row) in enumerate(zip(rows, plain, strict=True)):
        end = offsets[number] + len(lines[number])
        cells.append([*row[:width], *(Cell("", end, end, place, column) for column in range(len(row), width))])
    for merge in layout.merges:
        first = cells[merge.row][merge.column]
        spanning = Cell(first.text, first.start, first.end, merge.row, merge.column, merge.height, merge.width)
        for place in range(merge.row, merge.row + merge.height):
            cells[place][merge.column : merge.column + merge.width] = [spanning] * merge.width
    return Grid(cells, offsets[layout.line], offsets[layout.line + layout.rows] - 1)


def _split(line: str, offset: int, row: int) -> Iterator[Cell]:
    for column, part in enumerate(line.split("\t")):
        lead = len(part) - len(part.lstrip(_BLANK))
        text = part.strip(_BLANK)
        yield Cell(text, offset + lead, offset + lead + len(text), row, column)
        offset += len(part) + 1
