"""What reading a document and naming its places leave to say, in the words of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from geo.documents import NO_LIST
from layers.wording import Language, say

__all__ = ["notes_of", "told"]

# How a reason or a note is written where it is made, and the page's sentence for it.
_SENTENCES: Final = (
    (re.compile(r"pages without text, perhaps pictures: (?P<pages>.+)"), "blank_pages"),
    (re.compile(r"text boxes of the document were not read"), "text_boxes"),
    (re.compile(r"sheet (?P<sheet>.+) is hidden in the workbook; .*"), "hidden_sheet"),
    (re.compile(r"(?P<count>\d+) zones are called (?P<name>.+)"), "same_name"),
    (re.compile(r"the document says (?P<said>\d+) zones; (?P<found>\d+) were found"), "fewer_zones"),
    (re.compile(r"(?:.*?: )?(?P<steps>\S+→.+?), ended by (?P<until>[0-9-]+) \((?P<source>.*)\)"), "change"),
    (re.compile(r"damaged, read as (?P<name>.+)"), "damaged"),
    (re.compile(r"decided by a damaged name before it"), "damaged_before"),
    (re.compile(r"a character beside it cannot be read"), "blot"),
    (
        re.compile(r".*made a district on (?P<date>[0-9-]+) \((?P<source>[^()]*)\).*"),
        "newer",
    ),
)
_TABLES: Final = re.compile(r"(?:[0-9-]+ )?code tables\b.*")
_COLLECTION: Final = re.compile(r"areacodes collection of MCA changes\b.*")


def told(text: str, lang: Language) -> str:
    """A note or a reason as a sentence of the page.

    Parameters
    ----------
    text : str
        As a draft has it.
    lang : {"zh", "en"}

    Returns
    -------
    str
        The text itself where the page has no sentence for it: a source, a name.
    """
    for pattern, key in _SENTENCES:
        found = pattern.fullmatch(text)
        if found is not None:
            values = found.groupdict()
            if "source" in values:
                values["source"] = _source(values["source"], lang)
            return say(f"list_note_{key}", lang, **values)
    return text


def _source(source: str, lang: Language) -> str:
    """A source: the number of a government document stays as it is."""
    if _TABLES.fullmatch(source):
        return say("list_note_code_tables", lang)
    if _COLLECTION.fullmatch(source):
        return say("list_note_mca_changes", lang)
    return source.split(", as listed in ", maxsplit=1)[0]


def notes_of(notes: Iterable[str], lang: Language) -> list[str]:
    """Notes of a draft as sentences; that it lists nothing is said in another place.

    Parameters
    ----------
    notes : iterable of str
    lang : {"zh", "en"}

    Returns
    -------
    list of str
    """
    return [told(note, lang) for note in notes if note != NO_LIST]
