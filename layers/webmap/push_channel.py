"""The short way to a map that stands in a browser: a socket of its own, on which a state arrives before the page has it.

The page's own way, Streamlit's, passes through two buffers and through drawing the whole page anew before the map in it
hears anything. The same message goes both ways; a map takes what it has not had yet, in the order in which it was said
(``layers/static/pilotmap/channel.js``). So nothing rests on the short way: where a proxy cuts it off, or the map belongs to
another replica, the page brings the message as if it had never been.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocketDisconnect

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

__all__ = ["ShortWay", "short_way_route"]

_REFUSED = 1008  # policy violation, RFC 6455, section 7.4.1


class ShortWay:
    """From a visitor's session to one map of theirs.

    It ends with the session that holds it.

    Attributes
    ----------
    key : str
        Who has it may listen; nobody else is told but the map, by the page's own way.
    """

    def __init__(self) -> None:
        self.key = secrets.token_urlsafe(12)
        self._listener: _Listener | None = None
        _OPEN[self.key] = self

    def tell(self, text: str) -> None:
        """Send a message to the map, if it listens; from any thread, and without waiting for it.

        Parameters
        ----------
        text : str
            It has to make sense without the messages before it: who is slow gets the newest only.
        """
        listener = self._listener
        if listener is not None:
            listener.tell(text)

    async def lead_to(self, socket: WebSocket) -> None:
        """Let a socket listen until it is closed; of several the last one."""
        before, own = self._listener, _Listener(socket)
        self._listener = own
        if before is not None:
            before.end()
        try:
            await own.listen()
        finally:
            if self._listener is own:
                self._listener = None


_OPEN: WeakValueDictionary[str, ShortWay] = WeakValueDictionary()


class _Listener:
    """One open socket, and the newest message for it."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._loop = asyncio.get_running_loop()
        self._newest: deque[str] = deque(maxlen=1)
        self._called = asyncio.Event()
        self._ended = False

    def tell(self, text: str) -> None:
        self._newest.append(text)
        # The server may be on its way down, its loop closed.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._called.set)

    def end(self) -> None:
        self._ended = True
        self._called.set()

    async def listen(self) -> None:
        await self._socket.accept()
        hearing = asyncio.create_task(self._until_it_speaks())
        try:
            # It may leave at any moment, also while something is sent to it.
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await self._send()
                await self._socket.close()
        finally:
            hearing.cancel()

    async def _send(self) -> None:
        while not self._ended:
            await self._called.wait()
            self._called.clear()
            if self._newest:
                await self._socket.send_text(self._newest.pop())

    async def _until_it_speaks(self) -> None:
        """A map has nothing to say here: a word ends it as leaving does."""
        await self._socket.receive()
        self.end()


def short_way_route(prefix: str = "") -> WebSocketRoute:
    """Where a map comes to listen: ``/short-way/{key}``, below the prefix that all addresses of the app have."""
    return WebSocketRoute(f"{prefix}/short-way/{{key}}", _listen)


async def _listen(socket: WebSocket) -> None:
    way = _OPEN.get(socket.path_params["key"])
    if way is None or not _is_own_page(socket):
        await socket.close(_REFUSED)
        return
    await way.lead_to(socket)


def _is_own_page(socket: WebSocket) -> bool:
    """Whether it is a page of this server that asks; a browser says whose page it is, and lets none leave it out."""
    origin = socket.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == socket.headers.get("host")
