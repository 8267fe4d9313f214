"""Short texts of the catalogue in Chinese: names of sources and remarks that its tables have in English or partly so."""

from __future__ import annotations

from functools import cache

from pilotzones.geo.files.checksums import read_checked_records
from pilotzones.geo.messages import Language

__all__ = ["translate_text"]


def translate_text(text: str, lang: Language) -> str:
    """Translate a text of the catalogue into the language of the page.

    Parameters
    ----------
    text : str
        The name of a source, what a special area is, where its point is, or the evidence of an overlap.
    lang : {"zh", "en"}

    Returns
    -------
    str
        The text itself where it needs no translation, or is of a user's own programme.
    """
    return _load_texts().get(text, text) if lang == "zh" else text


@cache
def _load_texts() -> dict[str, str]:
    return {row["text"]: row["text_zh"] for row in read_checked_records("sources/chinese_texts.csv")}
