"""Open a document in a process of its own, started by `pilotzones.geo.files.sandbox`; leave its text as one JSON file.

Nothing in a document is run: no script, no macro, no formula, no link is followed.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pilotzones.geo.files.limits import Limits
from pilotzones.geo.files.sandbox import limit_process

__all__ = ["extract_text", "main"]

_MOST_PAGES = 2_000
_MOST_ROWS = 50_000
_MOST_COLUMNS = 200
_SCANNED_PER_PAGE = 5


class _Refused(Exception):  # noqa: N818 - carries a sentence for the user, not a fault
    """The document cannot be read; the text says why."""


def main() -> None:
    """Carry out the order on standard input."""
    order = json.load(sys.stdin)
    limits = Limits(**order["limits"])
    limit_process(limits)
    answer: dict[str, Any] = {"text": "", "notes": [], "error": ""}
    try:
        answer["text"], answer["notes"] = extract_text(
            Path(order["path"]), order["kind"], limits, most_characters=order["most_characters"]
        )
    except _Refused as error:
        answer["error"] = str(error)
    except MemoryError:
        answer["error"] = "opening it takes more memory than is allowed"
    Path(order["result"]).write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8", errors="replace")


def extract_text(path: Path, kind: str, limits: Limits, *, most_characters: int) -> tuple[str, list[str]]:
    """Text of one file.

    Parameters
    ----------
    path : Path
        A copy of the file.
    kind : {"pdf", "docx", "xlsx", "html"}
        What it is.
    limits : Limits
        Bounds of a packed file.
    most_characters : int
        How much text is read.

    Returns
    -------
    text : str
        Paragraphs on lines, cells with tabs between them.
    notes : list of str
        What was not read.

    Raises
    ------
    _Refused
        When the file cannot be read, or asks for more than it may; the sentence says which.
    """
    if kind in {"docx", "xlsx"}:
        _check_zip(path, limits)
    reader = {"pdf": _pdf, "docx": _docx, "xlsx": _xlsx, "html": _html}[kind]
    lines: list[str] = []
    notes: list[str] = []
    size = 0
    for line in reader(path, notes):
        lines.append(line)
        size += len(line) + 1
        if size > most_characters:
            raise _Refused(f"it has more than {most_characters:,} characters: split the document")
    return "\n".join(lines), notes


def _check_zip(path: Path, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise _Refused("the file is damaged: it begins like DOCX or XLSX and ends too early") from error
    if len(parts) > limits.members or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise _Refused(f"it unpacks to more than {limits.unpacked_bytes:,} bytes or {limits.members:,} parts")
    names = {part.filename for part in parts}
    if not names & {"word/document.xml", "xl/workbook.xml"}:
        raise _Refused("a zip that is neither DOCX nor XLSX: unpack it first")


def _pdf(path: Path, notes: list[str]) -> Iterator[str]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise _Refused("the PDF is locked with a password: save it without one")
        pages = len(reader.pages)
        if pages > _MOST_PAGES:
            raise _Refused(f"{pages:,} pages; at most {_MOST_PAGES:,} are read")
        texts = [page.extract_text() for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        # The library meets damage with any of these; whichever it is, the file cannot be read.
        raise _Refused("the PDF is damaged") from error
    blank = [number for number, text in enumerate(texts, start=1) if len(text.strip()) < _SCANNED_PER_PAGE]
    if len(blank) == pages:
        raise _Refused("the PDF has no text, only pictures (a scan): run text recognition (OCR) first")
    if blank:
        notes.append(f"pages without text, perhaps pictures: {', '.join(map(str, blank[:50]))}")
    for text in texts:
        yield from text.split("\n")


def _docx(path: Path, notes: list[str]) -> Iterator[str]:
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table
    from lxml.etree import LxmlError

    try:
        document = Document(str(path))
        content = list(document.iter_inner_content())
    except (PackageNotFoundError, LxmlError, KeyError, ValueError) as error:
        raise _Refused("the DOCX is damaged") from error
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


def _xlsx(path: Path, notes: list[str]) -> Iterator[str]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path.open("rb"), read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, TypeError, OSError) as error:
        raise _Refused("the XLSX is damaged") from error
    rows_read = 0
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            notes.append(f"sheet {sheet.title!r} is hidden in the workbook; it was read all the same")
        rows = [row for row in _sheet_rows(sheet) if any(row)]
        rows_read += len(rows)
        if rows_read > _MOST_ROWS:
            raise _Refused(f"more than {_MOST_ROWS:,} rows: split the workbook")
        if rows:
            yield sheet.title
            yield from ("\t".join(row) for row in rows)
            yield ""


def _sheet_rows(sheet: Any) -> Iterator[list[str]]:
    # The size a workbook states may be a million empty rows: what counts is what it holds.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows()):
        if number > 4 * _MOST_ROWS:
            raise _Refused(f"more than {_MOST_ROWS:,} rows: split the workbook")
        cells = [_cell(cell) for cell in row[:_MOST_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        yield cells


def _cell(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and set(cell.number_format) == {"0"}:
        # 000000 is how a workbook keeps a code that begins with a zero.
        return str(value).zfill(len(cell.number_format))
    return " ".join(str(value).split())


_DROPPED = {"script", "style", "noscript", "template", "head", "iframe", "object", "svg", "select", "button"}
_BREAKING = {
    "p", "div", "br", "li", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "dd", "dt",
    "header", "footer", "blockquote", "pre", "hr", "caption", "nav", "title",
}  # fmt: skip


def _html(path: Path, notes: list[str]) -> Iterator[str]:  # noqa: ARG001 - all readers are called alike
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(path.read_bytes(), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise _Refused("the HTML has no text") from error
    parts: list[str] = []
    _append_text(tree, parts)
    for line in "".join(parts).split("\n"):
        yield "\t".join(" ".join(cell.split()) for cell in line.removesuffix("\t").split("\t"))


def _append_text(tree: Any, parts: list[str]) -> None:
    from lxml import etree

    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        dropped = element.tag in _DROPPED
        if event == "start":
            if dropped:
                walk.skip_subtree()
                continue
            if element.tag in _BREAKING and not _in_cell(element):
                parts.append("\n")
            parts.append(" ".join((element.text or "").split(" ")).replace("\n", " ").replace("\t", " "))
            continue
        if element.tag in {"td", "th"}:
            parts.append("\t")
        elif element.tag in _BREAKING and not _in_cell(element):
            parts.append("\n")
        parts.append((element.tail or "").replace("\n", " ").replace("\t", " "))


def _in_cell(element: Any) -> bool:
    return any(above.tag in {"td", "th"} for above in element.iterancestors())


if __name__ == "__main__":
    main()
