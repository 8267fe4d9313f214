"""Words behind the name of a larger unit and a colon in which nothing was read: the unit is their label, and no member."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from pilotzones.geo.places.text.normalization import fold_variants
from pilotzones.geo.places.text.patterns import WHOLE

__all__ = ["find_labelled_items", "find_labelled_words"]

_COLON: Final = re.compile(r"[ \t]*:[ \t]*")
_LINE: Final = re.compile(r"[^\r\n。;]*")
_ITEM: Final = re.compile(r"[^、,/ \t]+")
# Two to eight characters, and none of the words that sentences and counts are made of.
_NAME: Final = re.compile(
    r"(?!.*(?:[等和与及的各全所本两其由请应将须使按据共为是]|以及|周边|部分|推进|建设|改革|发展|工作))[\u4e00-\u9fff]{2,8}"
)
# Figures, years and batches say something of the unit; a number of counties says that not all of it is meant.
_NO_WORDS: Final = r"[^\u4e00-\u9fff]*|(?!\d+[ \t]*个?[县市区旗])\d.*|第?[一二三四五六七八九十\d]+批.*"


def find_labelled_words(text: str, end: int) -> tuple[int, int] | None:
    """Find what stands behind a name and a colon, where that is words.

    Parameters
    ----------
    text : str
    end : int
        Where the name ends.

    Returns
    -------
    (int, int) or None
        Extent up to the end of the line or sentence. None where no colon follows, a number does, or words that say that the
        whole unit is meant.
    """
    folded = fold_variants(text)
    colon = _COLON.match(folded, end)
    line = _LINE.match(folded, colon.end()) if colon else None
    if line is None or re.fullmatch(_NO_WORDS, line[0]) or WHOLE.match(line[0]):
        return None
    return line.span()


def find_labelled_items(
    text: str, extent: tuple[int, int], read: Iterable[tuple[int, int]]
) -> Sequence[tuple[int, int]]:
    """Find the items of an enumeration that were not read, each of which may be a name.

    Parameters
    ----------
    text : str
    extent : (int, int)
        The enumeration.
    read : iterable of (int, int)
        Extents of all names that were read in the text.

    Returns
    -------
    sequence of (int, int)
        None where some item is too long or has words of a sentence: then the whole is none of names.
    """
    start, end = extent
    taken = [(a, b) for a, b in read if a < end and b > start]
    items = [match.span() for match in _ITEM.finditer(fold_variants(text), start, end)]
    unread = [(a, b) for a, b in items if not any(x < b and y > a for x, y in taken)]
    return unread if all(_NAME.fullmatch(fold_variants(text), a, b) for a, b in unread) else []
