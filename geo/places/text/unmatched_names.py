"""A text in which no name was read, but every piece reads like a damaged one: 秀水县、江宇区."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

from pilotzones.geo.places.name_matcher import SEPARATORS
from pilotzones.geo.places.text.mentions import NOT_PLACES
from pilotzones.geo.places.text.normalized_text import NormalizedText

__all__ = ["find_unread_names", "is_like_a_unit"]

_LIKE_A_UNIT = r"[\u4e00-\u9fff*○□■?]{1,10}(?:自治)?[县区市旗州盟]"
_SENTENCE = r"[是的了在有这那]|包括|包含|涵盖|涉及|一个"
_PIECE = rf"[^{re.escape(SEPARATORS)}]+"
# More than this without one name that is known is no list of places.
_MAX_NAMES = 200


def find_unread_names(normalized: NormalizedText) -> list[tuple[int, int]]:
    """Find pieces of a text that is nothing but names nobody knows.

    Parameters
    ----------
    normalized : NormalizedText
        The text, in which no place was found.

    Returns
    -------
    list of (int, int)
        Positions in the normalized text; empty when one piece reads like anything else.
    """
    pieces = list(_split_pieces(normalized))
    if len(pieces) > _MAX_NAMES:
        return []
    texts = [normalized.chars[start:end] for start, end in pieces]
    return pieces if all(map(is_like_a_unit, texts)) else []


def is_like_a_unit(text: str) -> bool:
    """Whether a text that no form explains reads like the name of a unit.

    Parameters
    ----------
    text : str
        Folded text without blanks.

    Returns
    -------
    bool
        False for words of policy prose that end like a unit (示范县).
    """
    return bool(re.fullmatch(_LIKE_A_UNIT, text)) and not NOT_PLACES.search(text) and not re.search(_SENTENCE, text)


def _split_pieces(normalized: NormalizedText) -> Iterator[tuple[int, int]]:
    """Split a text into what stands between separators and blanks."""
    breaks = sorted(normalized.breaks)
    for match in re.finditer(_PIECE, normalized.chars):
        inside = breaks[bisect_right(breaks, match.start()) : bisect_left(breaks, match.end())]
        yield from pairwise((match.start(), *inside, match.end()))
