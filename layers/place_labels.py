"""Names of places on a page, a map and in a report, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from pilotzones.geo.boundaries.models import SourceInfo
from pilotzones.geo.messages import Language, join_texts, translate
from pilotzones.geo.places.romanization import get_english_kind, get_english_name

__all__ = [
    "compose_credit",
    "format_place_title",
    "get_kind_name",
    "get_review_number",
    "join_place_names",
    "name_place",
]


def name_place(name: str, lang: Language) -> str:
    """Return a place's name in one language, where one fits.

    Parameters
    ----------
    name : str
        As documents and boundary sources write it.
    lang : {"zh", "en"}

    Returns
    -------
    str
        The Chinese one too where it has no English name: a part of a unit, a park.
    """
    return name if lang == "zh" else get_english_name(name) or name


def format_place_title(name: str, lang: Language) -> str:
    """Return a place's name; in English before the Chinese one, which is what signs and documents have.

    Parameters
    ----------
    name : str
        As documents and boundary sources write it; it may be empty.
    lang : {"zh", "en"}

    Returns
    -------
    str
        Of a place without an English name only the Chinese one.
    """
    english = "" if lang == "zh" else get_english_name(name)
    return f"{english} {name}" if english and english != name else name


def get_kind_name(word: str, lang: Language) -> str:
    """Return a kind of division (镇, 街道) in the language of the page."""
    return word if lang == "zh" else get_english_kind(word)


def join_place_names(names: Sequence[str], lang: Language) -> str:
    """Join names of places, in the language of the page."""
    return join_texts((name_place(name, lang) for name in names), lang)


def get_review_number(info: SourceInfo, lang: Language) -> str:
    """Return the map review number of a source, or that it gives none."""
    if not info.review_number:
        return translate("figure_no_review", lang)
    return translate("figure_review", lang, number=info.review_number)


def compose_credit(info: SourceInfo, lang: Language) -> str:
    """Compose the line of a map that names the source of its boundaries, with its map review number."""
    review = f" {info.review_number}" if info.review_number else ""
    return translate("credit", lang, name=info.name(lang), review=review)
