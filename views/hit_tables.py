"""What applies somewhere, as rows of a table."""

from __future__ import annotations

from geo.applies import Hit
from layers.wording import Language, say

__all__ = ["hit_row"]


def hit_row(hit: Hit, lang: Language) -> dict[str, str]:
    """One hit as a row, headings in the language of the page."""
    return {
        say("here_what", lang): say(f"subject_{hit.subject}", lang),
        say("order", lang): hit.id,
        say("here_name", lang): hit.name(lang),
        say("here_kind", lang): say(f"hit_{hit.kind}", lang),
        say("clause", lang): hit.clause,
        say("here_condition", lang): hit.condition(lang),
    }
