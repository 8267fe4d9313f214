"""Why a place was accepted, set apart or put up for review: one sentence for each code, and the way back to the code.

Reasons travel as sentences, because tables and the terminal show them as they are; a page that speaks another language
finds by `reason_code` what was said and with which values.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

__all__ = ["REASONS", "reason", "reason_code"]

REASONS: Final[Mapping[str, str]] = {
    # What a name stands for.
    "short_for": "short for {name}",
    "changed": "{steps}, ended by {until} ({source})",
    "split": "split: {steps}, ended by {until} ({source})",
    "merged": "merged, today's unit is larger: {steps}, ended by {until} ({source})",
    "known_area": "a special area we know ({source})",
    "newer": "newer than the table of divisions ({source})",
    # What nothing decides.
    "several": "several places of this name; nothing in the text decides",
    "shared_short": "county and prefecture share this short name",
    "outside_given": "lies outside the province or prefecture given for it",
    "nearly_inside": "outside {home}, which has a county of nearly this name",
    "written_on": "written right on a name that looks like {home}, where it lies",
    "not_held": "the unit written before it does not hold it",
    "cell": "the cell names more than one place, or has words that were not read",
    # What could not be read.
    "unknown": "no such name in today's table or in the older ones",
    "ended": "{name} ended by {until}; what became of it is not in our tables",
    "no_such_name": "no such name and nothing that looks like it",
    "looks_alike": "no such name; the candidates look alike",
    "area_like_county": "a special area we do not know; a county has nearly this name",
    "unread_after": "unread after {name}: {words}",
    "surroundings": "{words} is what lies around it, not {name} itself",
    "unread_before": "unread before it: {words}",
    "damaged": "damaged, read as {name}",
    "damaged_before": "decided by a damaged name before it",
    "blot": "a character beside it cannot be read",
    # What a person said.
    "decided": "decided by {who} on {when}: {why}",
    # What a document adds.
    "not_in": "not in {province}",
    "territory": "the document lists no places; it speaks of the whole of {name}",
    "excluded": "excluded, but what it is taken from is not listed",
    "several_today": "several units of today",
    "listed_before": "listed before, as number {position} of the zone",
    "note": "with the note {note}",
    "no_place": "no place found in it",
    "table_code": "the table's code {written} is {unit}, the name says {named}",
}


def reason(code: str, **values: object) -> str:
    """Write a reason.

    Parameters
    ----------
    code : str
        A key of `REASONS`.
    **values : object
        What its sentence names.

    Returns
    -------
    str
        In English.
    """
    return REASONS[code].format(**values)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """A pattern for every sentence, those with the most words of their own first."""
    own = sorted(REASONS, key=lambda code: -len(re.sub(r"\{\w+\}", "", REASONS[code])))
    return tuple((code, re.compile(_pattern(REASONS[code]), re.DOTALL)) for code in own)


def _pattern(sentence: str) -> str:
    pieces = string.Formatter().parse(sentence)
    return "".join(re.escape(text) + (f"(?P<{name}>.*?)" if name else "") for text, name, _, _ in pieces)


def reason_code(text: str) -> tuple[str, dict[str, str]] | None:
    """Find which reason a sentence gives.

    Parameters
    ----------
    text : str
        From `reason`.

    Returns
    -------
    tuple of (str, dict) or None
        The code and the values; None for any other text.
    """
    for code, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            return code, found.groupdict()
    return None
