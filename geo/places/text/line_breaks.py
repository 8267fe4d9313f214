"""Names and words of retraction that a line break cuts in two (嘉兴市南⏎湖区, 暂不⏎列入)."""

from __future__ import annotations

from pilotzones.geo.places.gazetteer import Gazetteer, load_gazetteer
from pilotzones.geo.places.text.patterns import UNIT_ENDINGS, WRONG_NEXT
from pilotzones.geo.places.text.retraction_cues import crosses_retraction_cue

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
    # 市南 in 芜湖市南 is no name: it begins inside one.
    ends = [end for start in range(cut) for end in _find_ends(gazetteer, left, start) if end < cut]
    floor = max(ends, default=0)
    if _lies_in_name_before(gazetteer, text, floor, cut):
        return True
    whole_left = any(cut in _find_ends(gazetteer, left, start, bare=True) for start in range(floor, cut))
    whole_right = bool(_find_ends(gazetteer, right, 0))
    return not (whole_left and whole_right)


def _lies_in_name_before(gazetteer: Gazetteer, text: str, floor: int, cut: int) -> bool:
    """Whether the name across the break lies in the unit written right before it (石家庄市井陉⏎矿区)."""
    before = [text[start:floor] for start in range(floor) if floor in _find_ends(gazetteer, text, start)]
    across = [text[floor:end] for end in _find_ends(gazetteer, text, floor) if end > cut]
    homes = {code for form in before for meaning in gazetteer.forms[form] for code in meaning.codes}
    codes = {code for form in across for meaning in gazetteer.forms[form] for code in meaning.codes}
    return any(gazetteer.is_inside(code, home) for code in codes for home in homes)


def _find_ends(gazetteer: Gazetteer, text: str, start: int, *, bare: bool = False) -> list[int]:
    """Find where names that begin at a place of a text end; only those that carry their level unless `bare`."""
    ends = []
    for length in gazetteer.heads.get(text[start : start + 2], ()):
        end = start + length
        meanings = gazetteer.forms.get(text[start:end], ()) if end <= len(text) else ()
        ending = text[end - 1 : end] in {*UNIT_ENDINGS}
        levelled = any(m.kind == "official" or (ending and m.kind in _LEVELLED) for m in meanings)
        wrong = WRONG_NEXT.get(text[end - 1 : end])
        if meanings and (bare or (levelled and not (wrong is not None and wrong.match(text, end)))):
            ends.append(end)
    return ends
