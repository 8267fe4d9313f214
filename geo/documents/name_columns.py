"""A table whose rows are places: the column of names, and the larger units beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pilotzones.geo.documents.headings import split_blocks
from pilotzones.geo.documents.paragraphs import split_paragraphs
from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.documents.zones.from_tables import unit_rows
from pilotzones.geo.documents.zones.zone_builder import Reader

__all__ = ["NameColumn", "find_name_column"]


@dataclass(frozen=True, slots=True)
class NameColumn:
    """Names of a table, n of them, each with the province and prefecture its row gives; empty where it gives none.

    `starts` are the offsets of the names in the document's text.
    """

    names: Sequence[str]
    provinces: Sequence[str]
    prefectures: Sequence[str]
    starts: Sequence[int]


def find_name_column(document: DocumentText) -> NameColumn | None:
    """Find the column of names in a document that is one table and nothing else.

    Parameters
    ----------
    document : DocumentText

    Returns
    -------
    NameColumn or None
        None when the document is running text, or no column holds names of places.
    """
    passages = split_paragraphs(document.text)
    rows = [passage for passage in passages if passage.cells]
    if not rows or len(rows) < len(passages) - _MOST_OTHER_LINES:
        return None
    reader = Reader(split_blocks(passages, places=[False] * len(passages)), "")
    found = list(unit_rows(reader))
    if not found:
        return None
    names, provinces, prefectures, starts = zip(*found, strict=True)
    return NameColumn(names, provinces, prefectures, starts)


# A title, the name of a sheet, a note below.
_MOST_OTHER_LINES = 5
