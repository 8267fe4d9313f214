"""Read the text of a PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pilotzones.geo.documents.formats.pdf_columns import has_gaps
from pilotzones.geo.documents.formats.pdf_tables import find_page_tables, join_pages
from pilotzones.geo.documents.formats.refusal import DocumentRefusedError
from pilotzones.geo.documents.tables.layout import ExtractedTable

__all__ = ["read_pdf"]

_MAX_PAGES = 2_000
_SCANNED_PER_PAGE = 5
# Operators that draw a line or a box: a table of two rows and two columns has at least five of them.
_PATHS = re.compile(rb"[\d.]\s+(?:re|l)\b")
_MIN_PATHS = 5
_FURNITURE = re.compile(
    r"[-—–_\s]*(?:第?\s*)?\d{1,4}\s*(?:页|/\s*\d{1,4})?(?:\s*[,，]?共\s*\d+\s*页)?[-—–_\s]*|(?:续表|接上页|\(续\)|（续）).{0,10}"
)


def read_pdf(path: Path, notes: list[str]) -> Iterator[str | ExtractedTable]:
    """Read the text of a PDF.

    Parameters
    ----------
    path : Path
    notes : list of str
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
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentRefusedError("the PDF is locked with a password: save it without one")
        pages = len(reader.pages)
        if pages > _MAX_PAGES:
            raise DocumentRefusedError(f"{pages:,} pages; at most {_MAX_PAGES:,} are read")
        texts = [page.extract_text() for page in reader.pages]
        ruled = [number for number, page in enumerate(reader.pages) if _has_rules(page) or has_gaps(texts[number])]
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        # The library meets damage with any of these; whichever it is, the file cannot be read.
        raise DocumentRefusedError("the PDF is damaged") from error
    blank = [number for number, text in enumerate(texts, start=1) if len(text.strip()) < _SCANNED_PER_PAGE]
    if len(blank) == pages:
        raise DocumentRefusedError("the PDF has no text, only pictures (a scan): run text recognition (OCR) first")
    if blank:
        notes.append(f"pages without text, perhaps pictures: {', '.join(map(str, blank[:50]))}")
    tables = find_page_tables(path, ruled, notes) if ruled else {}
    found = [tables.get(number, text.split("\n")) for number, text in enumerate(texts)]
    yield from join_pages(found, is_furniture=lambda line: _FURNITURE.fullmatch(line.strip()) is not None)


def _has_rules(page: Any) -> bool:
    """Whether a page draws enough lines or boxes for a table; what is drawn inside of another object counts by its name."""
    contents = page.get_contents()
    data = contents.get_data() if contents is not None else b""
    return len(_PATHS.findall(data)) >= _MIN_PATHS or b" Do" in data
