"""Read the text of a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pilotzones.geo.documents.formats.refusal import DocumentRefusedError

__all__ = ["read_pdf"]

_MAX_PAGES = 2_000
_SCANNED_PER_PAGE = 5


def read_pdf(path: Path, notes: list[str]) -> Iterator[str]:
    """Read the text of a PDF.

    Parameters
    ----------
    path : Path
    notes : list of str
        Takes what was not read.

    Yields
    ------
    str
        A printed line.

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
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        # The library meets damage with any of these; whichever it is, the file cannot be read.
        raise DocumentRefusedError("the PDF is damaged") from error
    blank = [number for number, text in enumerate(texts, start=1) if len(text.strip()) < _SCANNED_PER_PAGE]
    if len(blank) == pages:
        raise DocumentRefusedError("the PDF has no text, only pictures (a scan): run text recognition (OCR) first")
    if blank:
        notes.append(f"pages without text, perhaps pictures: {', '.join(map(str, blank[:50]))}")
    for text in texts:
        yield from text.split("\n")
