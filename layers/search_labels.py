"""What the search box offers: an entry of the index in one line, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotzones.geo.messages import Language, translate
from pilotzones.layers.place_labels import name_place

if TYPE_CHECKING:
    from pilotzones.geo.query.search_index import SearchEntry

__all__ = ["describe_entry"]


def describe_entry(entry: SearchEntry, lang: Language, words: dict[str, str]) -> str:
    """Describe an entry of the search index in one line: name, what it lies in, what it is, whose zone.

    Parameters
    ----------
    entry : SearchEntry
    lang : {"zh", "en"}
    words : dict of str to str
        What the programme calls its zones.

    Returns
    -------
    str
    """
    within = " ".join(name_place(name, lang) for name in (entry.within if lang == "zh" else entry.within[::-1]))
    zones = "、".join(map(str, entry.zones)) if lang == "zh" else ", ".join(map(str, entry.zones))
    if entry.kind == "zone" or not entry.zones:
        where = ""
    elif entry.kind == "task":
        where = translate("found_taken", lang, zones=zones, **words)
    else:
        where = translate("found_in_zone", lang, zones=zones, **words)
    name = f"{entry.key} {entry.name(lang)}" if entry.kind in ("zone", "task") else entry.name(lang)
    kind = words["one"] if entry.kind == "zone" else translate(f"found_{entry.kind}", lang)
    return " · ".join(filter(None, (name, within, kind, where)))
