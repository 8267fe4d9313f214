"""Turns for worker processes: a visitor who has used little goes before one who has used much.

Opening a file takes memory and a processor, so few workers run at a time. There are two lanes. Every worker begins in the quick
one, where it has a short time; most files are open by then. What takes longer goes on in the slow lane, so that a quick file
waits for other quick files alone. In each lane the visitor goes first who has the fewest workers running, then the one who has
used the fewest seconds lately, then the one who came first.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal

__all__ = ["Lane", "QueueFullError", "Turn", "WorkerQueue"]

Lane = Literal["quick", "slow"]
# How often somebody who waits looks at the queue, and may give up [s].
_POLL_S: Final = 0.25
# What a visitor used counts half as much after this time [s].
_HALF_LIFE_S: Final = 60.0
_FORGOTTEN_S: Final = 0.01


class QueueFullError(RuntimeError):
    """Say that too many wait, or that one has waited too long."""


@dataclass(eq=False)
class Turn:
    """One worker's place in the queue, then among those that run.

    Parameters
    ----------
    visitor : str
    lane : {"quick", "slow"}
    since : float
        When it came to this lane, by the monotonic clock [s].
    """

    visitor: str
    lane: Lane
    since: float = field(default_factory=time.monotonic)


class WorkerQueue:
    """Who may run a worker now.

    Parameters
    ----------
    quick, slow : int
        Workers that run at a time in each lane.
    max_waiting : int
        Visitors' workers that wait in both lanes together.
    max_wait_s : float
        How long one waits in a lane [s].
    """

    def __init__(self, *, quick: int, slow: int, max_waiting: int, max_wait_s: float) -> None:
        self._slots: dict[Lane, int] = {"quick": quick, "slow": slow}
        self._max_waiting = max_waiting
        self._max_wait_s = max_wait_s
        self._changed = threading.Condition()
        self._waiting: list[Turn] = []
        self._running: list[Turn] = []
        self._used: dict[str, tuple[float, float]] = {}

    @contextmanager
    def wait_for_turn(self, lane: Lane, visitor: str, report: Callable[[], None]) -> Iterator[Turn]:
        """Wait until a worker may run in a lane, and hold its place while the block runs.

        Parameters
        ----------
        lane : {"quick", "slow"}
        visitor : str
            Empty for a program's own user.
        report : callable
            Called every now and then while it waits; what it raises ends the wait.

        Yields
        ------
        Turn

        Raises
        ------
        QueueFullError
            When too many wait already, or it has waited too long.
        """
        turn = Turn(visitor, lane)
        with self._changed:
            if len(self._waiting) >= self._max_waiting:
                raise QueueFullError
            self._waiting.append(turn)
        try:
            while not self._begin(turn):
                if time.monotonic() - turn.since > self._max_wait_s:
                    raise QueueFullError
                report()
            yield turn
        finally:
            self._end(turn)

    def move_to_slow(self, turn: Turn) -> bool:
        """Let a running worker go on in the slow lane, where there is a place for which nobody waits.

        Parameters
        ----------
        turn : Turn
            Running in the quick lane.

        Returns
        -------
        bool
            Whether it moved.
        """
        with self._changed:
            if any(one.lane == "slow" for one in self._waiting) or not self._is_free("slow"):
                return False
            turn.lane = "slow"
            self._changed.notify_all()
            return True

    def is_waited_for(self, lane: Lane) -> bool:
        """Return whether somebody waits for a place in a lane."""
        with self._changed:
            return any(one.lane == lane for one in self._waiting)

    def _is_free(self, lane: Lane) -> bool:
        return sum(one.lane == lane for one in self._running) < self._slots[lane]

    def _begin(self, turn: Turn) -> bool:
        """Start a turn when it is the next of its lane and there is a place; else wait a little."""
        with self._changed:
            if not (self._is_free(turn.lane) and self._find_next(turn.lane) is turn):
                self._changed.wait(_POLL_S)
            if not (self._is_free(turn.lane) and self._find_next(turn.lane) is turn):
                return False
            self._waiting.remove(turn)
            self._running.append(turn)
            turn.since = time.monotonic()
            self._changed.notify_all()
            return True

    def _find_next(self, lane: Lane) -> Turn:
        running = Counter(one.visitor for one in self._running)
        waiting = [one for one in self._waiting if one.lane == lane]
        return min(waiting, key=lambda one: (running[one.visitor], self._get_used(one.visitor), one.since))

    def _get_used(self, visitor: str) -> float:
        """Return the seconds that a visitor used lately [s], those of running workers included."""
        now = time.monotonic()
        used, at = self._used.get(visitor, (0.0, now))
        running = sum(now - one.since for one in self._running if one.visitor == visitor)
        return float(used * 0.5 ** ((now - at) / _HALF_LIFE_S)) + running

    def _end(self, turn: Turn) -> None:
        with self._changed:
            if turn in self._waiting:
                self._waiting.remove(turn)
            else:
                now = time.monotonic()
                # Whoever used next to nothing lately is forgotten, so the table stays small.
                self._used = {
                    one: (used, now)
                    for one in (*self._used, turn.visitor)
                    if (used := self._get_used(one)) > _FORGOTTEN_S
                }
                self._running.remove(turn)
            self._changed.notify_all()
