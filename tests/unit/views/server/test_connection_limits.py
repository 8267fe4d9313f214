"""Connections without a complete request are closed: by time, and the oldest first when there are too many."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from pilotzones.views.server.connection_limits import _UnreadAnswers
from tests.helpers.browsing import ROOT
from tests.helpers.waiting import wait_until

# uvicorn's class is changed for good, so it is changed in a process of its own.
_SERVER = """
import sys
from uvicorn import Config, Server
from pilotzones.views.server.connection_limits import limit_connections
limit_connections(max_waiting=3, max_wait_s=float(sys.argv[1]), max_unread_s=float(sys.argv[1]))
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = b"ok" if scope["path"] == "/" else bytes(int(scope["path"][1:]))
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(body)).encode())]})
    # An answer in pieces waits for its reader at each, one in a single piece only when it is sent.
    for start in range(0, len(body) if scope["query_string"] else 0, 1 << 16):
        await send({"type": "http.response.body", "body": body[start : start + (1 << 16)], "more_body": True})
    await send({"type": "http.response.body", "body": b"" if scope["query_string"] else body})
server = Server(Config(app, port=0, log_level="critical", lifespan="off"))
import socket
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
server.run(sockets=[listener])
"""
_WHOLE = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
_HALF = b"GET / HTTP/1.1\r\nHost: loc"


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[tuple[int, int]]:
    """Number of the process, and the port."""
    command = [sys.executable, "-c", _SERVER, str(request.param)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT), "PATH": str(Path(sys.executable).parent)},
    ) as server:
        assert server.stdout is not None
        yield server.pid, int(server.stdout.readline())
        server.kill()


@pytest.fixture
def port(server: tuple[int, int]) -> int:
    return server[1]


def _connect(stack: ExitStack, port: int, sent: bytes) -> socket.socket:
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
    connection.sendall(sent)
    return connection


def _read_to_end(connection: socket.socket) -> bytes:
    """All that comes until the server closes; a test that waits here for ever is ended by the socket's time."""
    answer = b""
    try:
        while piece := connection.recv(4096):
            answer += piece
    except ConnectionResetError:
        pass
    return answer


@pytest.mark.slow
@pytest.mark.parametrize("server", [0.5], indirect=True)
@pytest.mark.parametrize(
    "sent",
    [
        b"",
        _HALF,
        # The second request of a connection never ends, nor the body of one that is answered without reading it.
        _WHOLE + _HALF,
        b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx",
    ],
)
def test_a_request_that_never_ends_is_closed(port: int, sent: bytes) -> None:
    with ExitStack() as stack:
        answer = _read_to_end(_connect(stack, port, sent))
        assert (b"200 OK" in answer) == sent.startswith((_WHOLE, b"PUT"))


@pytest.mark.parametrize("server", [600], indirect=True)
def test_the_oldest_waiting_connection_gives_way(port: int) -> None:
    with ExitStack() as stack:
        waiting = [_connect(stack, port, _HALF) for _ in range(4)]
        assert _read_to_end(waiting[0]) == b""
        served = _connect(stack, port, _WHOLE)
        assert b"200 OK" in served.recv(4096)


def _count_sockets(process: int) -> int:
    return sum(str(one.readlink()).startswith("socket:") for one in Path(f"/proc/{process}/fd").iterdir())


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="open files are counted in /proc")
@pytest.mark.parametrize("size", ["50000000?pieces", "50000000", "3000000"])
@pytest.mark.parametrize("server", [0.5], indirect=True)
def test_an_answer_that_nobody_reads_is_given_up(server: tuple[int, int], size: str) -> None:
    process, port = server
    with ExitStack() as stack:
        # Once it has answered, its loop has all the sockets of its own.
        assert b"200 OK" in _read_to_end(_connect(stack, port, _WHOLE))
    before = _count_sockets(process)
    with ExitStack() as stack:
        request = f"GET /{size} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        unread = [_connect(stack, port, request) for _ in range(4)]
        for one in unread:
            # It has been accepted and is being answered, or was given up meanwhile.
            with suppress(ConnectionResetError):
                assert one.recv(4)
        assert wait_until(lambda: _count_sockets(process) <= before, 30), "the connections are still open"


class _Transport:
    """A transport whose buffer a client empties by a step between two looks."""

    def __init__(self, sizes: list[int]) -> None:
        self._sizes = iter(sizes)
        self.aborted = False

    def get_write_buffer_size(self) -> int:
        return next(self._sizes)

    def abort(self) -> None:
        self.aborted = True


class _Loop:
    """A loop that calls at once."""

    def call_later(self, _: float, call: Callable[..., None], *arguments: object) -> asyncio.TimerHandle:
        call(*arguments)
        return MagicMock(spec=asyncio.TimerHandle)


class _Protocol:
    def __init__(self, sizes: list[int]) -> None:
        self.transport = _Transport(sizes)
        self.loop = _Loop()


@pytest.mark.parametrize(("sizes", "aborted"), [([9, 9], True), ([9, 7, 7, 5, 5, 0, 0], False), ([9, 5, 5, 5], True)])
def test_who_takes_some_of_an_answer_has_all_its_time(sizes: list[int], aborted: bool) -> None:
    protocol = _Protocol(sizes)
    _UnreadAnswers(1.0).add(protocol)  # type: ignore[arg-type]
    assert protocol.transport.aborted == aborted
