"""What the source of a change or of a code is: the syntax of the column ``source`` of the tables in ``data/places``.

A government document, a collection it is listed in (``DOCUMENT, as listed in COLLECTION``), the collection alone, or the
tables of codes before and after.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["SourceKind", "SourceName", "parse_source"]

SourceKind = Literal["code_tables", "mca_changes", "document"]
# Between a document and where it was copied from.
_COPIED: Final = tuple(f", as {verb} {word} " for verb in ("listed", "reported") for word in ("in", "by"))
_COLLECTION: Final = "areacodes collection of MCA changes"
_TABLES: Final = "code tables"


@dataclass(frozen=True, slots=True)
class SourceName:
    """Kind of a source, and the number or title of a document; empty for the tables and the collection."""

    kind: SourceKind
    document: str = ""


def parse_source(text: str) -> SourceName:
    """Read a cell of the column ``source``.

    Parameters
    ----------
    text : str

    Returns
    -------
    SourceName
        Any other text is the title of a document.
    """
    if text.startswith(_COLLECTION):
        return SourceName("mca_changes")
    # The tables may be named by their years: 1993-1995 code tables.
    if text.lstrip("0123456789- ").startswith(_TABLES):
        return SourceName("code_tables")
    return SourceName("document", min((text.partition(mark)[0] for mark in _COPIED), key=len))
