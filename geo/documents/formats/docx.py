"""Read the text of a DOCX."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pilotzones.geo.documents.formats.refusal import DocumentRefusedError

__all__ = ["read_docx"]


def read_docx(path: Path, notes: list[str]) -> Iterator[str]:
    """Read the text of a DOCX.

    Parameters
    ----------
    path : Path
    notes : list of str
        Takes what was not read.

    Yields
    ------
    str
        A paragraph, or a row of a table with tabs between its cells.

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
            yield from _docx_table(block)
        else:
            yield _numbering(block, numbers) + " ".join(block.text.split("\t"))


def _docx_table(table: Any) -> Iterator[str]:
    for row in table.rows:
        cells: list[str] = []
        before = None
        for cell in row.cells:
            # A cell that spans columns comes once for each of them.
            if cell._tc is not before:  # noqa: SLF001 - the library has no public identity of a cell
                cells.append(" ".join(cell.text.split()))
            before = cell._tc  # noqa: SLF001
        yield "\t".join(cells)


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
