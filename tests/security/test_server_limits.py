"""A running server against strangers: uploads, sockets, and what a visitor leaves behind. Loopback only, bounded in count."""

from __future__ import annotations

import asyncio
import base64
import http.client
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.helpers.browsing import ROOT, served
from tests.helpers.coroutines import run_coroutine
from tests.helpers.waiting import wait_until
from tools.load import Figures, Visitor

_MEGABYTE = 1_000_000
_CACHES = re.compile(r'cache_memory_bytes\{cache_type="st_cache_resource",cache="[^"]*get_joined"\} (\d+)')
_UPLOADS = re.compile(r'cache_memory_bytes\{cache_type="UploadedFileManager"[^}]*\} (\d+)')
_SENT = re.compile(r'pilotmap\.update\(\\*"([A-Za-z0-9+/=]*)')
_PRIVATE = re.compile(r"geometry/[0-9a-f]{64}\.json")


@pytest.fixture(scope="module")
def forgetful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that forgets a visitor a second after they left."""
    log = tmp_path_factory.mktemp("forgetful") / "log.txt"
    with served(ROOT / "app.py", log, **{"server.disconnectedSessionTTL": 1}) as address:
        yield address


def _port(address: str) -> int:
    port = urllib.parse.urlsplit(address).port
    assert port is not None
    return port


def _put(port: int, path: str, size: int, headers: dict[str, str]) -> int:
    """Status of an upload of so many bytes that comes in pieces, whatever its headers say."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/_stcore/health")
    health = connection.getresponse()
    health.read()
    cookie = (health.getheader("Set-Cookie") or "").split(";")[0]
    connection.putrequest("PUT", path)
    token = {"Cookie": cookie, "X-Xsrftoken": cookie.partition("=")[2], "Transfer-Encoding": "chunked"}
    for name, value in (token | {"Content-Type": "multipart/form-data; boundary=x"} | headers).items():
        connection.putheader(name, value)
    connection.endheaders()
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n' + bytes(size) + b"\r\n--x--\r\n"
    try:
        for start in range(0, len(body), 1 << 16):
            piece = body[start : start + (1 << 16)]
            connection.send(b"%x\r\n%s\r\n" % (len(piece), piece))
        connection.send(b"0\r\n\r\n")
    except (BrokenPipeError, ConnectionResetError):
        # The server has answered and closed.
        pass
    try:
        return connection.getresponse().status
    except ConnectionResetError:
        return 0
    finally:
        connection.close()


def _figures(address: str) -> str:
    with urllib.request.urlopen(f"{address}_stcore/metrics", timeout=10) as answer:
        text: str = answer.read().decode()
    return text


def test_no_header_passes_the_limits_on_uploads(address: str) -> None:
    async def upload() -> list[int]:
        async with Visitor(_port(address), Figures()) as visitor:
            await visitor.open()
            path = await visitor.upload_address()
            statuses = [await asyncio.to_thread(_put, _port(address), path, 10, {"Content-Length": "1"})]
            for _ in range(5):
                path = await visitor.upload_address()
                statuses.append(await asyncio.to_thread(_put, _port(address), path, 19 * _MEGABYTE, {}))
            return statuses

    statuses = run_coroutine(upload())
    assert statuses[0] == 400
    # 60 MB of one visitor.
    assert statuses[1:4] == [204, 204, 204]
    assert 204 not in statuses[4:]


def test_no_visitor_clears_the_caches_of_all(address: str) -> None:
    async def clear() -> None:
        async with Visitor(_port(address), Figures()) as visitor:
            await visitor.open()
            message = BackMsg()
            message.clear_cache = True
            await visitor.send(message)
            # Answered in order: what was sent before has been read.
            await visitor.upload_address()

    run_coroutine(_open(address))
    before = _CACHES.search(_figures(address))
    run_coroutine(clear())
    assert before is not None
    assert _CACHES.search(_figures(address)) is not None


async def _open(address: str) -> None:
    async with Visitor(_port(address), Figures()) as visitor:
        await visitor.open()


def test_what_a_visitor_left_is_gone(forgetful: str) -> None:
    async def visit() -> set[str]:
        async with Visitor(_port(forgetful), Figures(), query="at=120.15000,30.27000") as visitor:
            await visitor.open()
            path = await visitor.upload_address()
            assert await asyncio.to_thread(_put, _port(forgetful), path, _MEGABYTE, {}) == 204
            sent = [base64.b64decode(text).decode() for text in _SENT.findall(visitor.map_arguments)]
            private = {
                one for one in _PRIVATE.findall(" ".join(sent)) if _cached(forgetful, one) == "private, no-store"
            }
            # The point, and the county around it.
            assert len(private) >= 2
            return private

    private = run_coroutine(visit())

    def is_gone() -> bool:
        return not (any(_cached(forgetful, one) for one in private) or _UPLOADS.search(_figures(forgetful)))

    # The server looks every five seconds at who has left.
    assert wait_until(is_gone, seconds=120), "the visitor's files are still there"


def _cached(address: str, path: str) -> str:
    """Say what caches may do with an answer; empty when there is none."""
    connection = http.client.HTTPConnection("127.0.0.1", _port(address), timeout=30)
    connection.request("GET", f"/{path}")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return (answer.getheader("Cache-Control") or "") if answer.status == 200 else ""


def test_server_paths_are_not_in_the_log_of_a_flood(server_log: Path) -> None:
    assert "Traceback" not in server_log.read_text()
