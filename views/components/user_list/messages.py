"""What reading a document and naming its places leave to say, in the words of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from pilotzones.geo.documents.draft_builder import NO_LIST
from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.messages import Language, translate
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.reason_codes import REASONS, ReviewReason

__all__ = ["list_notes", "list_problem_lines", "translate_note", "translate_reason"]

# How a note is written where it is made, and the page's sentence for it.
_SENTENCES: Final = (
    (re.compile(r"pages without text, perhaps pictures: (?P<pages>.+)"), "blank_pages"),
    (re.compile(r"tracked changes: deletions left out \((?P<count>\d+)\): (?P<texts>.+)"), "deletions"),
    (re.compile(r"tracked changes: insertions read as text \((?P<count>\d+)\)"), "insertions"),
    (re.compile(r"documents embedded in it were not read \((?P<count>\d+)\)"), "embedded"),
    (re.compile(r"the part (?P<part>.+) of the document is damaged and was not read"), "damaged_part"),
    (re.compile(r"characters without a Unicode map, on pages: (?P<pages>.+)"), "unmapped"),
    (re.compile(r"texts of form fields were read \((?P<count>\d+)\)"), "forms"),
    (re.compile(r"sheet (?P<sheet>.+) is hidden in the workbook; .*"), "hidden_sheet"),
    (
        re.compile(r"sheet (?P<sheet>.+): hidden or filtered: (?P<rows>\d+) rows, (?P<columns>\d+) columns; .*"),
        "hidden_rows",
    ),
    (re.compile(r"sheet (?P<sheet>.+): formulas without a stored value \((?P<count>\d+)\): (?P<cells>.+)"), "formulas"),
    (re.compile(r"sheet (?P<sheet>.+): cells beyond column (?P<column>\d+) were not read"), "beyond"),
    (re.compile(r"area of (?P<zone>.+) not read \((?P<why>[^()]+)\): (?P<text>.*)"), "area"),
    (re.compile(r"(?P<count>\d+) zones are called (?P<name>.+)"), "same_name"),
    (re.compile(r"the document says (?P<said>\d+) zones; (?P<found>\d+) were found"), "fewer_zones"),
    (
        re.compile(r"(?P<label>.+): the (?:table|text) states (?P<stated>\d+) places; (?P<found>\d+) were found"),
        "count_differs",
    ),
    (re.compile(r"tables from page (?P<page>\d+) on were read as plain text"), "plain_tables"),
    (re.compile(r"lines after line (?P<line>\d+) were not read \((?P<count>\d+)\)"), "capped_lines"),
    (
        re.compile(r"line (?P<line>\d+): only its first (?P<most>\d+) characters were read \(lines: (?P<count>\d+)\)"),
        "capped_line",
    ),
    (
        re.compile(
            r"line (?P<line>\d+): “(?P<mark>.)” stands more than (?P<most>\d+) times in a row and was read as often "
            r"\(runs: (?P<count>\d+)\)"
        ),
        "capped_run",
    ),
    (re.compile(r"the tables of the PDF were read as plain text"), "plain_tables_all"),
)
_TABLES: Final = re.compile(r"(?:[0-9-]+ )?code tables\b.*")
_COLLECTION: Final = re.compile(r"areacodes collection of MCA changes\b.*")


def translate_reason(reason: ReviewReason, lang: Language) -> str:
    """Write a reason as a sentence of the page.

    Parameters
    ----------
    reason : Reason
        Of a member of a draft.
    lang : {"zh", "en"}

    Returns
    -------
    str
    """
    values = dict(reason.values)
    if "source" in values:
        values["source"] = _translate_source(values["source"], lang)
    return translate(f"list_reason_{reason.code}", lang, **values)


def translate_note(text: str, lang: Language) -> str:
    """Write a note of a document as a sentence of the page.

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
            if "why" in values:
                code = next((code for code, sentence in REASONS.items() if sentence == values["why"]), "")
                values["why"] = translate(f"list_reason_{code}", lang) if code else values["why"]
            return translate(f"list_note_{key}", lang, **values)
    return text


def _translate_source(source: str, lang: Language) -> str:
    """A source: the number of a government document stays as it is."""
    if _TABLES.fullmatch(source):
        return translate("list_note_code_tables", lang)
    if _COLLECTION.fullmatch(source):
        return translate("list_note_mca_changes", lang)
    if lang == "zh" and source in _area_sources():
        return _area_sources()[source]
    return source.split(", as listed in ", maxsplit=1)[0]


@lru_cache(maxsize=1)
def _area_sources() -> dict[str, str]:
    """Sources of the special areas that are written in English, in Chinese."""
    areas = (m.special for meanings in load_gazetteer().forms.values() for m in meanings)
    return {area.source: area.source_zh for area in areas if area is not None and area.source_zh}


def list_notes(notes: Iterable[str], lang: Language) -> list[str]:
    """Notes of a draft as sentences; that it lists nothing is said in another place.

    Parameters
    ----------
    notes : iterable of str
    lang : {"zh", "en"}

    Returns
    -------
    list of str
    """
    return [translate_note(note, lang) for note in notes if note != NO_LIST]


def list_problem_lines(error: Exception, lang: Language) -> list[str]:
    """What is wrong with an input: the error's own words in English, in Chinese where each problem stands.

    Parameters
    ----------
    error : Exception
    lang : {"zh", "en"}

    Returns
    -------
    list of str
        Empty in Chinese for an error that names no place in the input.
    """
    if lang == "en":
        return str(error).splitlines()
    problems = error.problems if isinstance(error, PilotzonesError) else ()
    return [
        translate(
            "list_problem", lang, file=one.file, row=one.row or "–", field=one.field or "–", value=one.value or "–"
        )
        for one in problems
    ]
