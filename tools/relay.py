"""A relay between browser and server that counts what the server sends: HTTP with its headers, and the websocket as it
travels, compressed where it is.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_BUFFER = 1 << 20  # bytes


class Relay:
    """Passes connections on to a port of this computer.

    Attributes
    ----------
    port : int
        Where the browser connects.
    to_browser : int
        Bytes sent to the browser so far.
    last_byte : float
        When the last of them passed [s, monotonic].
    """

    def __init__(self, target: int) -> None:
        self.port = 0
        self.to_browser = 0
        self.last_byte = time.monotonic()
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()

    def run(self) -> None:
        """Serve until `stop`; for a thread of its own."""
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._connect, "127.0.0.1", 0, limit=_BUFFER))
        self.port = int(server.sockets[0].getsockname()[1])
        self._ready.set()
        self._loop.run_forever()
        server.close()
        pending = asyncio.all_tasks(self._loop)
        for task in pending:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        self._loop.close()

    def wait_until_ready(self) -> None:
        """Return once `port` is known."""
        self._ready.wait()

    def stop(self) -> None:
        """End `run`."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _connect(self, browser: asyncio.StreamReader, to_browser: asyncio.StreamWriter) -> None:
        try:
            server, to_server = await asyncio.open_connection("127.0.0.1", self._target, limit=_BUFFER)
        except OSError:
            to_browser.close()
            return
        # Cancelled when the relay stops.
        with suppress(asyncio.CancelledError):
            await asyncio.gather(
                self._pass(browser, to_server, counted=False), self._pass(server, to_browser, counted=True)
            )

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, counted: bool) -> None:
        # Either side may hang up at any time: then this direction is over.
        with suppress(OSError, asyncio.CancelledError):
            while data := await source.read(_BUFFER):
                if counted:
                    self.to_browser += len(data)
                    self.last_byte = time.monotonic()
                sink.write(data)
                await sink.drain()
        with suppress(OSError, asyncio.CancelledError):
            sink.close()


@contextmanager
def run_relay(target: int) -> Iterator[Relay]:
    """Relay to the port `target` while the block runs."""
    relay = Relay(target)
    thread = threading.Thread(target=relay.run, name="relay", daemon=True)
    thread.start()
    relay.wait_until_ready()
    try:
        yield relay
    finally:
        relay.stop()
        thread.join()
