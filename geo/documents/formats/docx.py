"""Read the text of a DOCX."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pilotzones.geo.documents.formats.refusal import DocumentRefusedError
from pilotzones.geo.documents.tables.layout import ExtractedTable, place_cells

__all__ = ["read_docx"]


def read_docx(path: Path, notes: list[str]) -> Iterator[str | ExtractedTable]:
    """Read the text of a DOCX.

    Parameters
    ----------
    path : Path
    notes : list of str
        Takes what was not read.

    Yields
    ------
    str or ExtractedTable
        A paragraph or a table.

    Raises
    ------
    DocumentRefusedError
        When the file cannot be read.
    """
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table
    from lxml.etree import LxmlError

    try:
        document = Document(str(path))
        content = list(document.iter_inner_content())
    except (PackageNotFoundError, LxmlError, KeyError, ValueError) as error:
        raise DocumentRefusedError("the DOCX is damaged") from error
    if document.element.body.xpath(".//w:txbxContent"):
        notes.append("text boxes of the document were not read")
    numbers: Counter[tuple[int, int]] = Counter()
    for block in content:
        if isinstance(block, Table):
            yield place_cells(_docx_rows(block)).drop_blank_rows()
        else:
            yield _numbering(block, numbers) + " ".join(block.text.split("\t"))


def _docx_rows(table: Any) -> list[list[tuple[str, int, int]]]:
    """Text of each cell with the rows and columns it spans; what a cell above spans is left out."""
    from docx.table import _Cell

    rows: list[list[tuple[str, int, int]]] = []
    begun: dict[int, tuple[int, int]] = {}  # column -> row and place of the cell that spans down to here
    for number, row in enumerate(table._tbl.tr_lst):  # noqa: SLF001 - the library repeats merged cells, its XML has each once
        cells = [("", 1, 1)] * row.grid_before
        column = row.grid_before
        for tc in row.tc_lst:
            above = begun.get(column)
            if tc.vMerge == "continue" and above is not None:
                text, tall, wide = rows[above[0]][above[1]]
                rows[above[0]][above[1]] = (text, tall + 1, wide)
            else:
                begun[column] = (number, len(cells))
                cells.append((" ".join(_Cell(tc, table).text.split()), 1, tc.grid_span))
            column += tc.grid_span
        rows.append(cells)
    return rows


def _numbering(paragraph: Any, numbers: Counter[tuple[int, int]]) -> str:
    """Numbers that Word counts itself are no text; write them as digits, whatever their look."""
    properties = paragraph._p.pPr  # noqa: SLF001 - the library has no public access to list numbers
    item = None if properties is None else properties.numPr
    if item is None or item.numId is None or not paragraph.text.strip() or not item.numId.val:
        return ""
    level = 0 if item.ilvl is None else item.ilvl.val
    key = (item.numId.val, level)
    numbers[key] += 1
    for other in [other for other in numbers if other[0] == key[0] and other[1] > level]:
        del numbers[other]
    return f"{numbers[key]}." if level == 0 else f"({numbers[key]})"
