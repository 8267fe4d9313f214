"""Connections on which no request arrives, or whose answer nobody reads: closed after a time, and bounded in number.

uvicorn closes a connection that rests between two requests, but waits without limit for the rest of a request that has begun,
for a body that nobody reads, and for a client that takes nothing of its answer. Each such connection holds an open file of the
process, and the answer its memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Callable
from typing import Any, Final
from weakref import WeakKeyDictionary

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["MAX_UNREAD_S", "MAX_WAITING", "MAX_WAIT_S", "limit_connections", "raise_file_limit"]

# The headers of a request have to arrive within this time [s].
MAX_WAIT_S: Final = 10.0
# Connections without a complete request; the one that has waited longest gives way to a new one.
MAX_WAITING: Final = 100
# Of an answer, a client has to take something within this time [s].
MAX_UNREAD_S: Final = 60.0
_WANTED_FILES: Final = 4_096


class _WaitingConnections:
    """Connections of which no request is being answered, those that have waited longest first."""

    def __init__(self, max_waiting: int, max_wait_s: float, unread: _UnreadAnswers) -> None:
        self._unread = unread
        self._max_waiting = max_waiting
        self._max_wait_s = max_wait_s
        self._timers: WeakKeyDictionary[H11Protocol, asyncio.TimerHandle] = WeakKeyDictionary()

    def add(self, protocol: H11Protocol) -> None:
        """Give a connection its time; the oldest gives way when there are too many."""
        self.remove(protocol)
        while len(self._timers) >= self._max_waiting:
            self._close(next(iter(self._timers)))
        self._timers[protocol] = protocol.loop.call_later(self._max_wait_s, self._close, protocol)

    def remove(self, protocol: H11Protocol) -> None:
        """Forget a connection whose request has arrived, or that has ended."""
        timer = self._timers.pop(protocol, None)
        if timer is not None:
            timer.cancel()

    def _close(self, protocol: H11Protocol) -> None:
        self.remove(protocol)
        protocol.transport.close()
        # A close waits until the client has taken the end of its last answer.
        self._unread.add(protocol)


class _UnreadAnswers:
    """Connections whose client does not take what is sent; one that takes some of it, however slowly, has all its time."""

    def __init__(self, max_unread_s: float) -> None:
        self._max_unread_s = max_unread_s
        self._timers: WeakKeyDictionary[H11Protocol, asyncio.TimerHandle] = WeakKeyDictionary()

    def add(self, protocol: H11Protocol) -> None:
        """Give a client its time to take more."""
        self.remove(protocol)
        size = protocol.transport.get_write_buffer_size()
        if size:
            self._timers[protocol] = protocol.loop.call_later(self._max_unread_s, self._look, protocol, size)

    def remove(self, protocol: H11Protocol) -> None:
        """Forget a client that has taken what there was, or has gone."""
        timer = self._timers.pop(protocol, None)
        if timer is not None:
            timer.cancel()

    def _look(self, protocol: H11Protocol, size: int) -> None:
        if protocol.transport.get_write_buffer_size() >= size:
            self.remove(protocol)
            # What is left in the buffer is given up: an ordinary close would wait for the client as well.
            protocol.transport.abort()
        else:
            self.add(protocol)


def limit_connections(
    *, max_waiting: int = MAX_WAITING, max_wait_s: float = MAX_WAIT_S, max_unread_s: float = MAX_UNREAD_S
) -> None:
    """Make uvicorn close connections on which no request arrives, or whose answer nobody reads; a second call changes nothing.

    uvicorn has no setting for it, and Streamlit none that would reach uvicorn, so the methods are wrapped.

    Parameters
    ----------
    max_waiting : int, optional
    max_wait_s, max_unread_s : float, optional
        [s]
    """
    if hasattr(H11Protocol.connection_made, "__wrapped__"):
        return
    unread = _UnreadAnswers(max_unread_s)
    waiting = _WaitingConnections(max_waiting, max_wait_s, unread)

    def begin(protocol: H11Protocol) -> None:
        if not protocol.transport.is_closing():
            waiting.add(protocol)

    def end_if_answering(protocol: H11Protocol) -> None:
        cycle = protocol.cycle
        if cycle is not None and not cycle.response_complete:
            waiting.remove(protocol)

    _call_after("connection_made", begin)
    _call_after("on_response_complete", begin)
    _call_after("data_received", end_if_answering)
    _call_after("handle_websocket_upgrade", waiting.remove)
    _call_after("connection_lost", waiting.remove)
    _call_after("pause_writing", unread.add)
    _call_after("resume_writing", unread.remove)
    _call_after("connection_lost", unread.remove)


def _call_after(name: str, then: Callable[[H11Protocol], None]) -> None:
    """Call a function after a method of uvicorn's protocol."""
    original = getattr(H11Protocol, name)

    @functools.wraps(original)
    def call_both(protocol: H11Protocol, *arguments: Any) -> None:
        original(protocol, *arguments)
        then(protocol)

    setattr(H11Protocol, name, call_both)


def raise_file_limit() -> None:
    """Let this process open as many files as the system grants it, up to what its visitors may need."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED_FILES if hard == resource.RLIM_INFINITY else min(_WANTED_FILES, hard)
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
