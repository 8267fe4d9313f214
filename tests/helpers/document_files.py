"""Documents that the tests need, made on the spot: PDF, DOCX, XLSX."""

from __future__ import annotations

import io
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import openpyxl

from pilotzones.geo.documents.marks import parse_marks
from pilotzones.geo.documents.reader import DOCUMENT, DocumentText
from pilotzones.geo.documents.worker import extract_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def pdf(lines: Sequence[str]) -> bytes:
    """A PDF of one page whose text is these lines; without lines, a page with nothing but a drawn box."""
    shown = "".join(f"{{{number}}} Tj 0 -20 Td " for number in range(len(lines)))
    return _pdf_of(f"BT /F1 12 Tf 50 700 Td {shown}ET" if lines else "10 10 100 100 re S", lines)


def _pdf_of(
    content: str, texts: Sequence[str], *, mapped: bool = True, page: str = "", objects: Sequence[bytes] = ()
) -> bytes:
    chars = sorted({char for text in texts for char in text})
    codes = {char: number for number, char in enumerate(chars, start=1)}
    content = content.format(*(f"<{''.join(f'{codes[char]:04x}' for char in text)}>" for text in texts))
    pairs = "".join(f"<{code:04x}> <{char.encode('utf-16-be').hex()}>\n" for char, code in codes.items())
    unicode = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{pairs}endbfchar endcmap end"
    )
    to_unicode = b"/ToUnicode 7 0 R " if mapped else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> "
        + page.encode()
        + b">>",
        _stream(content.encode()),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [6 0 R] "
        + to_unicode
        + b">>",
        (
            b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000"
            b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
        ),
        _stream(unicode.encode()),
        *objects,
    ]
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + end.encode()


def pdf_content(
    content: str, texts: Sequence[str], *, mapped: bool = True, page: str = "", objects: Sequence[bytes] = ()
) -> bytes:
    """A PDF of one page with this content, in which ``{0}`` is the first of the texts; more objects begin at number 8."""
    return _pdf_of(content, texts, mapped=mapped, page=page, objects=objects)


def _stream(data: bytes) -> bytes:
    packed = zlib.compress(data)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)


def word(*blocks: str | Sequence[Sequence[str]]) -> bytes:
    """A DOCX of paragraphs (text) and tables (rows of cells), in this order."""
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(rows=len(block), cols=len(block[0]))
        for cells, row in zip(table.rows, block, strict=True):
            for cell, text in zip(cells.cells, row, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """An XLSX with these sheets."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMESPACES = (
    f'xmlns:w="{_WORD}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def word_xml(body: str, **parts: str) -> bytes:
    """A DOCX with this content of its body, and other parts (styles, footnotes) with theirs; nothing else is in it."""
    roots = {"document": f"<w:body>{body}</w:body>", **parts}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in roots.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {_NAMESPACES}>{content}</w:{name}>")
    return out.getvalue()


def word_run(text: str, properties: str = "") -> str:
    """A run of a DOCX."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def read_here(content: bytes, kind: str) -> DocumentText:
    """What the worker reads out of a file, without a process of its own, which takes most of the time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "input")
        path.write_bytes(content)
        text, notes, tables, marks = extract_text(path, kind, DOCUMENT, most_characters=1_000_000)
    found = parse_marks([list(mark) for mark in marks], len(text))
    assert found is not None
    return DocumentText(text, kind, "input", tuple(notes), tuple(tables), found)
