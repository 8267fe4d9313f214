"""What the server holds of visitors' own files and checks: bounded over all visitors; the longest unseen gives way."""

from __future__ import annotations

import time
import weakref
from dataclasses import dataclass, field
from typing import Generic, TypeVar

__all__ = ["HeldResult", "HeldResults"]

# What a vertex of a polygon takes in memory, from files of known size [byte].
BYTES_PER_VERTEX = 60


@dataclass(eq=False)
class HeldResult:
    """What one visitor brought or had computed.

    Parameters
    ----------
    token : str
        Tells one result from another.
    used : float
        When its visitor last looked at it, on the monotonic clock [s].
    """

    token: str
    used: float = field(default_factory=time.monotonic, kw_only=True)

    @property
    def size(self) -> int:
        """Memory that it takes [byte]."""
        raise NotImplementedError

    def release(self) -> None:
        """Drop what takes memory; a traceback or a cache may still refer to the object itself."""
        raise NotImplementedError

    def give_way(self) -> None:
        """Drop what takes memory because others need the room; its visitor learns so where that can be said."""
        self.release()


Held = TypeVar("Held", bound=HeldResult)


class HeldResults(Generic[Held]):
    """All results of one kind that the server holds; those of ended sessions leave by themselves.

    Parameters
    ----------
    max_bytes : int
        What they may take together [byte].
    idle_s : float
        A result that nobody has looked at for so long gives way when there is no room [s].
    """

    def __init__(self, max_bytes: int, idle_s: float) -> None:
        self.max_bytes = max_bytes
        self.idle_s = idle_s
        self._held: weakref.WeakSet[Held] = weakref.WeakSet()

    @property
    def size(self) -> int:
        """Memory that they take together [byte]."""
        return sum(one.size for one in self._held)

    def add(self, result: Held) -> bool:
        """Hold a result, if there is room for it or room can be made.

        Parameters
        ----------
        result : Held

        Returns
        -------
        bool
            Whether it is held.
        """
        total = self.size + result.size
        for one in sorted(self._held, key=lambda one: one.used):
            if total <= self.max_bytes or time.monotonic() - one.used < self.idle_s:
                break
            total -= one.size
            self._held.discard(one)
            one.give_way()
        if total > self.max_bytes:
            return False
        self._held.add(result)
        return True

    def release(self, result: Held) -> None:
        """Let go of a result, whether it is held or not.

        Parameters
        ----------
        result : Held
        """
        self._held.discard(result)
        result.release()
