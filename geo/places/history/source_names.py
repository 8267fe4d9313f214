"""What the source of a change or of a code is: the syntax of the column ``source`` of the tables in ``data/places``.

A government document, a collection it is listed in (``DOCUMENT, as listed in COLLECTION``), the collection alone, the
tables of codes before and after, or a table of the National Bureau of Statistics.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["SourceKind", "SourceName", "parse_source"]

SourceKind = Literal["code_tables", "mca_changes", "statistics", "document"]
# Between a document and where it was copied from.
_COPIED: Final = tuple(f", as {verb} {word} " for verb in ("listed", "reported") for word in ("in", "by"))
_COLLECTION: Final = "areacodes collection of MCA changes"
_TABLES: Final = "code tables"
_STATISTICS: Final = re.compile(r"NBS\b(?: tables? of (\S+(?: to \S+)?)$)?")
# What is said beside a document, in English.
_REMARK: Final = re.compile(r"; [a-z].*")
_MONTHS: Final = re.compile(r"code tables of (\S+) and ([^\s:]+)")
_YEARS: Final = re.compile(r", (\d{4}(?:-\d{4})?)$")
# A package with its version, a site or a Chinese title; what follows says which page of it, and of which day.
_COPY: Final = re.compile(
    r"(?:[a-z-]+ \d+\.\d+\.\d+|[\w-]+(?:\.[\w-]+)+|\d*[^\x00-\x7f]+)(?: ?\([^\x00-\x7f]+\))?(?: \d{4}-\d\d-\d\d)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class SourceName:
    """What a source is.

    Parameters
    ----------
    kind : {"code_tables", "mca_changes", "statistics", "document"}
    document : str, optional
        Number or title of a document; empty for the tables and the collection.
    months : tuple of str, optional
        Of the two code tables, where they are named.
    years : str, optional
        Of the changes in the collection, or of the table of statistics.
    is_collected : bool, optional
        Whether the document is listed in the collection.
    copies : tuple of str, optional
        Where else the document was copied from.
    """

    kind: SourceKind
    document: str = ""
    months: tuple[str, ...] = ()
    years: str = ""
    is_collected: bool = False
    copies: tuple[str, ...] = ()


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
        years = _YEARS.search(text)
        return SourceName("mca_changes", years=years[1] if years else "")
    # The tables may be named by their years: 1993-1995 code tables.
    if text.lstrip("0123456789- ").startswith(_TABLES):
        months = _MONTHS.match(text)
        return SourceName("code_tables", months=months.groups() if months else ())
    if statistics := _STATISTICS.match(text):
        return SourceName("statistics", years=(statistics[1] or "").replace(" to ", "–"))
    document = min((text.partition(mark)[0] for mark in _COPIED), key=len)
    copied = text.removeprefix(document)
    listed, _, rest = copied.rpartition(_COLLECTION)
    return SourceName(
        "document", _REMARK.sub("", document), is_collected=bool(listed), copies=tuple(_COPY.findall(rest))
    )
