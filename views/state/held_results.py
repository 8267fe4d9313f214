"""What the server holds of visitors' own files and checks: bounded over all visitors; the longest unseen gives way."""

from __future__ import annotations

import time
import weakref
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import streamlit as st

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
    key : str
        Under which a session has its own.
    max_bytes : int
        What they may take together [byte].
    idle_s : float
        A result that nobody has looked at for so long gives way when there is no room [s].
    """

    def __init__(self, key: str, *, max_bytes: int, idle_s: float) -> None:
        self.key = key
        self.max_bytes = max_bytes
        self.idle_s = idle_s
        self._held: weakref.WeakSet[Held] = weakref.WeakSet()

    @property
    def size(self) -> int:
        """Memory that they take together [byte]."""
        return sum(one.size for one in self._held)

    def add(self, result: Held) -> bool:
        """Hold a result as that of this session, if there is room for it or room can be made.

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
        st.session_state[self.key] = result
        return True

    def get_current(self) -> Held | None:
        """Return the result of this session, if there is one; it counts as looked at."""
        result: Held | None = st.session_state.get(self.key)
        if result is not None:
            result.used = time.monotonic()
        return result

    def forget(self) -> None:
        """Let go of the result of this session."""
        result: Held | None = st.session_state.pop(self.key, None)
        if result is not None:
            self._held.discard(result)
            result.release()
