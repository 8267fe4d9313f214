"""Regions and clusters of divisions as items of a list: 京津冀, 武汉城市圈, 长江三角洲."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from pilotzones.geo.places.name_finder import NameFinder
from pilotzones.geo.places.name_matcher import is_bare, is_hard
from pilotzones.geo.places.text.normalized_text import Token
from pilotzones.geo.places.text.patterns import REGION

__all__ = ["match_region"]

_MAX_REGION_CHARS = 24
_MIN_NAMED_CHARS = 3
_NOT_IN_REGION = r"[的是为在将对向把以等含]|包括|支持|推进|推动|加快|加强|促进|建设|涵盖|涉及|其他|各"
_AND = frozenset("和与及")
_WHOLE_REGION = re.compile(rf"(?:{REGION.pattern})(?=$|[^\u3400-\u9fff]|[和与及])")


def match_region(finder: NameFinder, start: int, *, begins_line: Callable[[], bool]) -> Token | None:
    """Match a region that is an item of an enumeration, or all that the text or a line of a list holds (京津冀、长三角).

    Parameters
    ----------
    finder : NameFinder
        The text.
    start : int
        Where an element begins.
    begins_line : callable
        Says whether nothing but numbering stands before it in its line, which takes a look at all of the line.

    Returns
    -------
    Token or None
        None for a part of a unit (怀柔区山区) and for a region that is only spoken of.
    """
    position = bisect_right(finder.cuts, start)
    line_end = finder.cuts[position] if position < len(finder.cuts) else finder.size
    limit = min(line_end, start + _MAX_REGION_CHARS)
    match = REGION.match(finder.chars, start, limit)
    if match is not None and not is_hard(finder, match.end()):
        # 关中平原城市群 is more than 关中平原.
        match = _WHOLE_REGION.match(finder.chars, start, limit) or match
    if match is None:
        return None
    end = match.end()
    before, behind = finder.chars[start - 1 : start], finder.chars[end : end + 1]
    if not is_hard(finder, end) and behind not in _AND:
        return None
    # Its members may follow in parentheses.
    line = end == finder.size or finder.ends_line(end) or behind == "("
    line = line and (start == 0 or finder.ends_line(start) or begins_line())
    if not line and not ({before, behind} & {"、", *_AND}):
        return None
    if re.search(_NOT_IN_REGION, match[0]) or _has_unit(finder, start, end):
        return None
    return Token("name", start, end, match[0], (), match[0], "region")


def _has_unit(finder: NameFinder, start: int, end: int) -> bool:
    """Whether a name with its level stands in a range, so that the rest is a part of that unit (怀柔区山区)."""
    parts = (part for at in range(start, end) for part in finder.find_forms(at))
    return any(part.end <= end and len(part.form) >= _MIN_NAMED_CHARS and not is_bare(part) for part in parts)
