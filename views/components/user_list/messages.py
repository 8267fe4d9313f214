"""What reading a document and naming its places leave to say, in the words of the page."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pilotzones.geo.messages import Language, translate
from pilotzones.geo.notes import NO_LIST, Note
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.history.source_names import parse_source
from pilotzones.geo.places.reason_codes import ReviewReason

__all__ = ["list_notes", "translate_reason"]


def translate_reason(reason: ReviewReason, lang: Language) -> str:
    """Write a reason as a sentence of the page.

    Parameters
    ----------
    reason : ReviewReason
        Of a member of a draft.
    lang : {"zh", "en"}

    Returns
    -------
    str
    """
    values = dict(reason.values)
    if "source" in values:
        values["source"] = _translate_source(values["source"], lang)
    phrase = translate(f"list_reason_{reason.code}", lang, **values)
    return phrase[:1].upper() + phrase[1:]


def _translate_source(source: str, lang: Language) -> str:
    """Translate a source: the number of a government document stays as it is."""
    name = parse_source(source)
    if name.kind != "document":
        return translate(f"change_source_{name.kind}", lang)
    return _list_area_sources().get(source, name.document) if lang == "zh" else name.document


@lru_cache(maxsize=1)
def _list_area_sources() -> dict[str, str]:
    """List the sources of the special areas that are written in English, in Chinese."""
    areas = (m.special for meanings in load_gazetteer().forms.values() for m in meanings)
    return {area.source: area.source_zh for area in areas if area is not None and area.source_zh}


def list_notes(notes: Iterable[Note], lang: Language) -> list[str]:
    """List the notes of a draft as sentences; that it lists nothing is said in another place.

    Parameters
    ----------
    notes : iterable of Note
    lang : {"zh", "en"}

    Returns
    -------
    list of str
    """
    return [note.translate_to(lang) for note in notes if note != NO_LIST]
