"""Marks inside the text while a file is read: a pair of characters that no text has stands around each marked part.

The pair moves with the text through cells and rows; `take_marks` turns it into ranges of characters at the end.
"""

from __future__ import annotations

import re
from typing import Final, get_args

from pilotzones.geo.documents.marks import MAX_MARKS, MarkKind

__all__ = [
    "RawMark",
    "clean_source",
    "join_marks",
    "mark_struck",
    "mark_text",
    "raise_text",
    "strip_marks",
    "take_marks",
]

RawMark = tuple[int, int, MarkKind]
# Unicode keeps U+FDD0 to U+FDEF free for the inner use of programs.
_KINDS: Final = get_args(MarkKind)
_OPEN: Final = {kind: chr(0xFDD0 + number) for number, kind in enumerate(_KINDS)}
_KIND_BY_OPEN: Final = {char: kind for kind, char in _OPEN.items()}
_CLOSE: Final = "\ufdef"
_RESERVED: Final = re.compile("[\ufdd0-\ufdef]")
_PIECES: Final = re.compile(r"[^\n\t]+")
_TILDES: Final = re.compile(r"~~([^~\n]{1,200})~~")
_STROKE: Final = "\u0336"
_STROKES: Final = re.compile(rf"(?:[^\s{_STROKE}]{_STROKE})+")
_RAISED: Final = str.maketrans("0123456789()[]［］（）〔〕", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁽⁾⁽⁾⁽⁾⁽⁾")


def clean_source(text: str) -> str:
    """Take out of a file's text the characters that stand for marks, and those that count differently later on.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return (
        _RESERVED.sub("", text).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd").replace("\ufeff", "")
    )


def mark_text(text: str, kind: MarkKind | None) -> str:
    """Mark a text.

    Parameters
    ----------
    text : str
    kind : str or None
        None leaves the text as it is.

    Returns
    -------
    str
        Each line and cell of it is marked for itself; blank ones are not.
    """
    if kind is None:
        return text
    return _PIECES.sub(lambda piece: f"{_OPEN[kind]}{piece[0]}{_CLOSE}" if piece[0].strip() else piece[0], text)


def raise_text(text: str) -> str:
    """Write a raised or lowered figure with raised characters, so that it is no part of the number before it.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        As many characters.
    """
    return text.translate(_RAISED)


def mark_struck(text: str) -> str:
    """Mark what a plain text strikes out: ~~德清县~~, or a stroke through each of its characters.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    if "~~" in text:
        text = _TILDES.sub(lambda found: mark_text(found[1], "struck"), text)
    if _STROKE in text:
        text = _STROKES.sub(lambda found: mark_text(found[0].replace(_STROKE, ""), "struck"), text)
    return text


def strip_marks(text: str) -> str:
    """Give a text without its marks."""
    return _RESERVED.sub("", text)


def take_marks(text: str) -> tuple[str, list[RawMark]]:
    """Turn the pairs of characters in a line into ranges.

    Parameters
    ----------
    text : str

    Returns
    -------
    text : str
        Without the pairs.
    marks : list of (int, int, str)
        Start, end and kind, in text order; none overlaps another.
    """
    if _RESERVED.search(text) is None:
        return text, []
    plain: list[str] = []
    marks: list[RawMark] = []
    stack: list[MarkKind] = []
    size = last = 0
    for match in _RESERVED.finditer(text):
        piece = text[last : match.start()]
        _add(marks, size, size + len(piece), stack)
        plain.append(piece)
        size, last = size + len(piece), match.end()
        if match[0] == _CLOSE:
            del stack[-1:]
        elif match[0] in _KIND_BY_OPEN:
            stack.append(_KIND_BY_OPEN[match[0]])
    plain.append(text[last:])
    return "".join(plain), marks


def _add(marks: list[RawMark], start: int, end: int, stack: list[MarkKind]) -> None:
    """Add a range; the outermost of several marks gives its kind, and ranges that touch become one."""
    if start == end or not stack:
        return
    if marks and marks[-1][1] == start and marks[-1][2] == stack[0]:
        marks[-1] = (marks[-1][0], end, stack[0])
    else:
        marks.append((start, end, stack[0]))


def join_marks(marks: list[RawMark]) -> list[RawMark]:
    """Bound the number of marks: beyond the limit, the last one reaches over all that follow.

    Parameters
    ----------
    marks : list of (int, int, str)
        Of a whole text, in order.

    Returns
    -------
    list of (int, int, str)
    """
    if len(marks) <= MAX_MARKS:
        return marks
    start, _, kind = marks[MAX_MARKS - 1]
    return [*marks[: MAX_MARKS - 1], (start, marks[-1][1], kind)]
