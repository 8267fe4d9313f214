"""Extents of a text that are asked about many times."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

__all__ = ["Extents"]


class Extents:
    """Extents of a text, put together where they touch, so that asking for one of ten thousand stays quick."""

    def __init__(self, extents: Iterable[tuple[int, int]]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, end in sorted(extents):
            if self.ends and start <= self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], end)
            else:
                self.starts.append(start)
                self.ends.append(end)

    def touch(self, start: int, end: int) -> bool:
        """Whether any of them has a character in common with this one."""
        place = bisect_left(self.starts, end) - 1
        return place >= 0 and self.ends[place] > start
