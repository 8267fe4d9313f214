"""Read the text of a PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pilotzones.geo.documents.formats.markup import strip_marks
from pilotzones.geo.documents.formats.pdf.columns import has_gaps
from pilotzones.geo.documents.formats.pdf.marks import PageText, list_hidden_layers, read_form_texts, read_page_text
from pilotzones.geo.documents.formats.pdf.tables import find_page_tables, join_pages
from pilotzones.geo.documents.formats.refusal import DocumentRefusedError
from pilotzones.geo.documents.tables.layout import ExtractedTable
from pilotzones.geo.notes import Note, make_note

__all__ = ["read_pdf"]

_MAX_PAGES = 2_000
_SCANNED_PER_PAGE = 5
# Operators that draw a line or a box: a table of two rows and two columns has at least five of them.
_PATHS = re.compile(rb"[\d.]\s+(?:re|l)\b")
_MIN_PATHS = 5
_FURNITURE = re.compile(
    r"[-—–_\s]*(?:第?\s*)?\d{1,4}\s*(?:页|/\s*\d{1,4})?(?:\s*[,，]?共\s*\d+\s*页)?[-—–_\s]*|(?:续表|接上页|\(续\)|（续）).{0,10}"
)
_MAX_UNMAPPED = 0.5  # share of the characters


def read_pdf(path: Path, notes: list[Note]) -> Iterator[str | ExtractedTable]:
    """Read the text of a PDF.

    Parameters
    ----------
    path : Path
    notes : list of Note
        Takes what was not read.

    Yields
    ------
    str or ExtractedTable
        A printed line or a table.

    Raises
    ------
    DocumentRefusedError
        When the file cannot be read.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentRefusedError("pdf_locked", "locked")
        pages = len(reader.pages)
        if pages > _MAX_PAGES:
            raise DocumentRefusedError("pdf_pages", "large", pages=f"{pages:,}", most=f"{_MAX_PAGES:,}")
        rules = [_has_rules(page) for page in reader.pages]
        turned = [page.rotation % 360 != 0 for page in reader.pages]
        layers = list_hidden_layers(reader)
        read = [read_page_text(page, layers) for page in reader.pages]
        forms = [list(read_form_texts(page)) for page in reader.pages]
    except DependencyError as error:
        raise DocumentRefusedError("pdf_encrypted", "locked") from error
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        # The library meets damage with any of these; whichever it is, the file cannot be read.
        raise DocumentRefusedError("pdf_damaged") from error
    # The text of a turned page comes without the blanks between its columns.
    ruled = [
        number
        for number, page in enumerate(read)
        if rules[number] or turned[number] or page.is_sideways or has_gaps(strip_marks(page.text))
    ]
    texts = ["\n".join([page.text, *lines]) if lines else page.text for page, lines in zip(read, forms, strict=True)]
    unmapped = [number for number, page in enumerate(read, start=1) if page.unmapped]
    _check_map(read, forms)
    if unmapped:
        notes.append(make_note("unmapped", pages=", ".join(map(str, unmapped[:50]))))
    if any(forms):
        notes.append(make_note("forms", count=sum(map(len, forms))))
    blank = [number for number, text in enumerate(texts, start=1) if len(text.strip()) < _SCANNED_PER_PAGE]
    if len(blank) == pages:
        raise DocumentRefusedError("pdf_scan", "scan")
    if blank:
        notes.append(make_note("blank_pages", pages=", ".join(map(str, blank[:50]))))
    tables = find_page_tables(path, {number: read[number].marks for number in ruled}, notes) if ruled else {}
    for number, page_tables in tables.items():
        page_tables.blocks += forms[number]
    found = [tables.get(number, text.split("\n")) for number, text in enumerate(texts)]
    yield from join_pages(found, is_furniture=lambda line: _FURNITURE.fullmatch(line.strip()) is not None)


def _has_rules(page: Any) -> bool:
    """Whether a page draws enough lines or boxes for a table; what is drawn inside of another object counts by its name."""
    contents = page.get_contents()
    data = contents.get_data() if contents is not None else b""
    return len(_PATHS.findall(data)) >= _MIN_PATHS or b" Do" in data


def _check_map(read: list[PageText], forms: list[list[str]]) -> None:
    """Refuse a document whose characters are mostly unknown: what would be read is rubbish."""
    total = sum(len("".join(strip_marks(page.text).split())) for page in read)
    if total and not any(forms) and sum(page.unmapped for page in read) > _MAX_UNMAPPED * total:
        raise DocumentRefusedError("pdf_no_unicode", "scan")
