"""Read the text of a DOCX."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pilotzones.geo.documents.formats.docx.chunks import find_page
from pilotzones.geo.documents.formats.docx.package import DocxPackage, W, get_value, is_on, open_docx
from pilotzones.geo.documents.formats.docx.runs import MC, RunReader, choose_content, close_fields
from pilotzones.geo.documents.formats.docx.styles import DocxStyles, find_fill
from pilotzones.geo.documents.formats.html import read_page
from pilotzones.geo.documents.tables.layout import MAX_COLUMNS, ExtractedTable, place_cells
from pilotzones.geo.notes import Note, make_note

__all__ = ["read_docx"]

# Wrappers of whole paragraphs, rows and cells; what they hold is text like any other.
_WRAPPERS: Final = {W + name for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")}
_MAX_QUOTED: Final = 5
_MAX_DIGITS: Final = 6


def read_docx(path: Path, notes: list[Note]) -> Iterator[str | ExtractedTable]:
    """Read the text of a DOCX.

    Parameters
    ----------
    path : Path
    notes : list of Note
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
    reader = _DocxReader(open_docx(path, notes))
    yield from reader.read_body()
    notes += reader.list_notes()


@dataclass
class _DocxReader:
    """Walks the blocks of a document."""

    package: DocxPackage
    runs: RunReader = field(init=False)
    placeholders: list[str] = field(init=False)
    numbers: Counter[tuple[str, int]] = field(default_factory=Counter)
    embedded: int = 0

    def __post_init__(self) -> None:
        self.runs = RunReader(DocxStyles(self.package.styles))
        self.placeholders = [text for control in self._list_empty_controls() if (text := _clear_text(control))]

        for root in self._list_parts():
            close_fields(root)
            _hide_rows(root)

    def _list_parts(self) -> Iterator[Any]:
        yield from (
            part for part in (self.package.document, self.package.footnotes, self.package.endnotes) if part is not None
        )

    def _list_empty_controls(self) -> Iterator[Any]:
        """List the content controls that nobody filled in: Word shows a text in them that is none of the document."""
        for root in self._list_parts():
            for control in root.iter(f"{W}sdt"):
                if is_on(control.find(f"{W}sdtPr/{W}showingPlcHdr")):
                    yield control

    def read_body(self) -> Iterator[str | ExtractedTable]:
        body = self.package.document.find(f"{W}body")
        yield from self.read_blocks(self.package.document if body is None else body, "")
        yield from self._read_notes()

    def list_notes(self) -> Iterator[Note]:
        """List what a reader should know of the whole."""
        deletions = self.runs.deletions
        if deletions:
            quoted = "; ".join(" ".join(text.split())[:40] for text in deletions[:_MAX_QUOTED])
            yield make_note("deletions", count=len(deletions), texts=quoted)
        if self.runs.insertions:
            yield make_note("insertions", count=self.runs.insertions)
        if self.placeholders:
            quoted = "; ".join(text[:40] for text in self.placeholders[:_MAX_QUOTED])
            yield make_note("placeholders", count=len(self.placeholders), texts=quoted)
        if self.embedded:
            yield make_note("embedded", count=self.embedded)
        comments = sum(1 for _ in self.package.document.iter(f"{W}commentReference"))
        if comments:
            yield make_note("comments", count=comments)

    def read_blocks(self, parent: Any, fill: str, *, in_frame: bool = False) -> Iterator[str | ExtractedTable]:
        """Give the paragraphs and tables of a body, a cell, a text box or a note."""
        begun = ""
        for block in _unwrap(parent):
            if block.tag == f"{W}p":
                line = begun + self._read_paragraph(block, fill)
                # A paragraph whose end was deleted goes on in the next one.
                begun = line if block.find(f"{W}pPr/{W}rPr/{W}del") is not None else ""
                if not begun:
                    yield line
                yield from self._read_boxes(fill)
            elif block.tag == f"{W}tbl":
                yield from self._read_table(block, fill, in_frame=in_frame)
            elif block.tag in {f"{W}altChunk", f"{W}subDoc"}:
                yield from self._read_chunk(block)
            elif block.tag in {f"{W}del", f"{W}moveFrom"}:
                self.runs.take_deletion(block)
        if begun:
            yield begun

    def _read_chunk(self, block: Any) -> Iterator[str | ExtractedTable]:
        """Read a page that the document takes in; a document of another format is counted."""
        identity = next((value for name, value in block.attrib.items() if name.endswith("}id")), "")
        page = find_page(self.package.chunks.get(identity, b""))
        if page is None:
            self.embedded += 1
        else:
            yield from read_page(page, self.runs.deletions)

    def _read_boxes(self, fill: str) -> Iterator[str | ExtractedTable]:
        boxes, self.runs.boxes = self.runs.boxes, []
        for box in boxes:
            yield from self.read_blocks(box, fill)

    def _read_paragraph(self, paragraph: Any, fill: str) -> str:
        text = self.runs.read_paragraph(paragraph, fill)
        return self._format_number(paragraph) + text if text.strip() else text

    def _format_number(self, paragraph: Any) -> str:
        """Write numbers that Word counts itself, which are no text, as digits, whatever their look."""
        item = paragraph.find(f"{W}pPr/{W}numPr")
        identity = None if item is None else item.find(f"{W}numId")
        name = None if identity is None else get_value(identity)
        if not name or name == "0":
            return ""
        level = _read_number(item.find(f"{W}ilvl"), 0)
        self.numbers[name, level] += 1
        for other in [other for other in self.numbers if other[0] == name and other[1] > level]:
            del self.numbers[other]
        return f"{self.numbers[name, level]}." if level == 0 else f"({self.numbers[name, level]})"

    def _read_table(self, table: Any, fill: str, *, in_frame: bool) -> Iterator[str | ExtractedTable]:
        fill = self.runs.styles.find_table_fill(table) or fill
        rows = list(self._list_rows(table))
        cells = [cell for _, row in rows for cell in row]
        if len(cells) == 1:
            # A table of one cell is a frame around text, and perhaps around a table.
            yield from self.read_blocks(cells[0], find_fill(cells[0].find(f"{W}tcPr")) or fill, in_frame=True)
            return
        if in_frame and len(rows) == 1:
            # Without a second row there are no columns: the cells are the items of a list.
            yield "、".join(filter(None, (self._read_cell(cell, fill) for cell in cells)))
            return
        yield place_cells(self._place_rows(rows, fill)).drop_blank_rows()

    def _place_rows(self, rows: list[tuple[int, list[Any]]], fill: str) -> list[list[tuple[str, int, int]]]:
        """Place the text of each cell with the rows and columns it spans; what a cell above spans is left out."""
        placed: list[list[tuple[str, int, int]]] = []
        begun: dict[int, tuple[int, int]] = {}  # column -> row and place of the cell that spans down to here
        for number, (free, cells) in enumerate(rows):
            row, column = [("", 1, 1)] * free, free
            for cell in cells:
                properties = cell.find(f"{W}tcPr")
                wide = _read_span(properties)
                merge = None if properties is None else properties.find(f"{W}vMerge")
                above = begun.get(column) if merge is not None and get_value(merge) != "restart" else None
                if above is not None:
                    text, tall, width = placed[above[0]][above[1]]
                    placed[above[0]][above[1]] = (text, tall + 1, width)
                else:
                    begun[column] = (number, len(row))
                    row.append((self._read_cell(cell, find_fill(properties) or fill), 1, wide))
                column += wide
            placed.append(row)
        return placed

    def _list_rows(self, table: Any) -> Iterator[tuple[int, list[Any]]]:
        """List the rows that were not deleted: how many columns each leaves free at its beginning, and its cells."""
        for row in _unwrap(table):
            if row.tag != f"{W}tr":
                continue
            if row.find(f"{W}trPr/{W}del") is not None:
                self.runs.take_deletion(row)
                continue
            cells = []
            for cell in _unwrap(row):
                if cell.tag == f"{W}tc" and cell.find(f"{W}tcPr/{W}cellDel") is not None:
                    self.runs.take_deletion(cell)
                elif cell.tag == f"{W}tc":
                    cells.append(cell)
            yield min(MAX_COLUMNS, _read_number(row.find(f"{W}trPr/{W}gridBefore"), 0)), cells

    def _read_cell(self, cell: Any, fill: str) -> str:
        """Read the text of a cell in one line; the rows of a table inside it are items of a list."""
        lines = []
        for block in self.read_blocks(cell, fill):
            # A blank between its cells leaves it to what they name whether one lies in the other (石家庄市 平山县).
            rows = [block] if isinstance(block, str) else block.lines
            lines.append("、".join(" ".join(row.split()) for row in rows if row.strip()))
        return " ".join(" ".join(lines).split())

    def _read_notes(self) -> Iterator[str | ExtractedTable]:
        """Read footnotes and endnotes that the text refers to, in its order."""
        for number, (part, name) in enumerate(self.runs.references, start=1):
            root = self.package.footnotes if part == "footnotes" else self.package.endnotes
            note = None if root is None else next((one for one in root if get_value(one, "id") == name), None)
            if note is not None:
                begin = f"注{number}："
                for block in self.read_blocks(note, ""):
                    if not isinstance(block, str):
                        yield block
                    elif block.strip():
                        yield begin + block.strip()
                        begin = ""


def _hide_rows(root: Any) -> None:
    """Hide the text of hidden rows of tables, as if every run of them were hidden."""
    for row in root.iter(f"{W}tr"):
        if not is_on(row.find(f"{W}trPr/{W}hidden")):
            continue
        for run in row.iter(f"{W}r"):
            properties = run.find(f"{W}rPr")
            if properties is None:
                properties = run.makeelement(f"{W}rPr")
                run.insert(0, properties)
            properties.append(properties.makeelement(f"{W}vanish"))


def _clear_text(element: Any) -> str:
    """Take the text out of an element, and give it."""
    parts = []
    for one in element.iter(f"{W}t"):
        parts.append(one.text or "")
        one.text = ""
    return " ".join("".join(parts).split())


def _read_span(properties: Any) -> int:
    """Read the number of columns that a cell spans."""
    return max(1, min(MAX_COLUMNS, _read_number(None if properties is None else properties.find(f"{W}gridSpan"), 1)))


def _read_number(element: Any, default: int) -> int:
    value = None if element is None else get_value(element)
    return int(value) if value and value.isdecimal() and len(value) <= _MAX_DIGITS else default


def _unwrap(parent: Any) -> Iterator[Any]:
    """Give the children of an element, those of content controls and other wrappers in their place."""
    for child in parent:
        if child.tag in _WRAPPERS:
            yield from _unwrap(child)
        elif child.tag == f"{MC}AlternateContent":
            for one in choose_content(child):
                yield from _unwrap(one) if one.tag in _WRAPPERS else (one,)
        else:
            yield child
