"""Names and words of retraction that a line break cuts in two (嘉兴市南⏎湖区, 暂不⏎列入)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.text.patterns import UNIT_ENDINGS, WRONG_NEXT
from pilotzones.geo.places.text.retractions import crosses_retraction_cue

if TYPE_CHECKING:
    from pilotzones.geo.places.gazetteer import Gazetteer

__all__ = ["is_cut_by_line_break"]

_MAX_NAME_CHARS = 15
_LEVELLED = frozenset(["official", "short", "old"])


def is_cut_by_line_break(before: str, behind: str) -> bool:
    """Whether a name, or words that take a name back, begin on one line and end on the next.

    Parameters
    ----------
    before, behind : str
        The two lines, folded, without blanks at the break.

    Returns
    -------
    bool
        False where both lines hold a whole name at the break (上海⏎南汇区).
    """
    left, right = before[-_MAX_NAME_CHARS:], behind[:_MAX_NAME_CHARS]
    if crosses_retraction_cue(left, right):
        return True
    gazetteer = load_gazetteer()
    text, cut = left + right, len(left)
    spans = [(start, end) for start in range(cut) for end in _find_ends(gazetteer, text, start) if end > cut]
    if not spans:
        return False
    whole_left = any(cut in _find_ends(gazetteer, text[:cut], start, bare=True) for start in range(cut))
    whole_right = bool(_find_ends(gazetteer, right, 0))
    return not (whole_left and whole_right)


def _find_ends(gazetteer: Gazetteer, text: str, start: int, *, bare: bool = False) -> list[int]:
    """Where names that begin at a place of a text end; only those that carry their level unless `bare`."""
    ends = []
    for length in gazetteer.heads.get(text[start : start + 2], ()):
        end = start + length
        meanings = gazetteer.forms.get(text[start:end], ()) if end <= len(text) else ()
        levelled = text[end - 1 : end] in {*UNIT_ENDINGS} and any(m.kind in _LEVELLED for m in meanings)
        wrong = WRONG_NEXT.get(text[end - 1 : end])
        if meanings and (bare or (levelled and not (wrong is not None and wrong.match(text, end)))):
            ends.append(end)
    return ends
