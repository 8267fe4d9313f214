"""Marked parts of a document's text: struck out, hidden or invisible; what stands in them is for a person to settle."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

__all__ = ["MAX_MARKS", "Mark", "MarkKind", "MarkedText", "parse_marks"]

MarkKind = Literal["struck", "hidden", "invisible", "formula", "number_format", "footnote"]
MAX_MARKS: Final = 20_000
# A clause of an enumeration: a mark on other words of it may change what it says of the place (the 不含 of 不含秀洲区).
_CLAUSE_END: Final = re.compile(r"[、，,；;。\n\t（）()]")
_MAX_CLAUSE_CHARS: Final = 60  # characters


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked part of a text: its first character, one past its last, and what it is.

    Parameters
    ----------
    start, end : int
    kind : {"struck", "hidden", "invisible", "formula", "number_format", "footnote"}
        "formula" for a formula without a stored value, "number_format" for a number that is shown in another unit,
        "footnote" for a note mark whose note takes the place back, leaves it open or means a part of it.
    """

    start: int
    end: int
    kind: MarkKind


@dataclass(frozen=True)
class MarkedText:
    """A text with its marks, in which a part is looked up by its extent.

    Parameters
    ----------
    text : str
    marks : sequence of Mark
        In text order, none inside another.
    """

    text: str
    marks: Sequence[Mark] = ()

    def find(self, start: int, end: int) -> tuple[MarkKind, ...]:
        """Find how a part of the text is marked.

        Parameters
        ----------
        start, end : int

        Returns
        -------
        tuple of str
            Kinds of the marks that have a character in common with it; empty for none.
        """
        first = bisect_right(self.marks, start, key=lambda mark: mark.end)
        last = bisect_left(self.marks, end, key=lambda mark: mark.start)
        return tuple(dict.fromkeys(mark.kind for mark in self.marks[first:last]))

    def find_in_clause(self, start: int, end: int) -> tuple[MarkKind, ...]:
        """Find how a part of the text, and the words of its clause around it, are marked.

        Parameters
        ----------
        start, end : int

        Returns
        -------
        tuple of str
            As `find` gives them.
        """
        if not self.marks:
            return ()
        before = [match.end() for match in _CLAUSE_END.finditer(self.text, max(0, start - _MAX_CLAUSE_CHARS), start)]
        after = _CLAUSE_END.search(self.text, end, end + _MAX_CLAUSE_CHARS)
        return self.find(before[-1] if before else max(0, start - _MAX_CLAUSE_CHARS), after.start() if after else end)


def parse_marks(value: Any, length: int) -> tuple[Mark, ...] | None:
    """Read marks from plain data of a file.

    Parameters
    ----------
    value : object
        As JSON has it: triples of start, end and kind.
    length : int
        Number of characters of the text.

    Returns
    -------
    tuple of Mark or None
        None when the data are no marks of such a text.
    """
    if not isinstance(value, list) or len(value) > MAX_MARKS:
        return None
    out: list[Mark] = []
    for one in value:
        if not isinstance(one, list) or len(one) != 3 or one[2] not in get_args(MarkKind):
            return None
        start, end, kind = one
        if type(start) is not int or type(end) is not int or not (out[-1].end if out else 0) <= start < end <= length:
            return None
        out.append(Mark(start, end, kind))
    return tuple(out)
