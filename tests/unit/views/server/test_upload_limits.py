"""Uploads are bounded by what arrives, by their number and by time."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from pilotzones.views.server.upload_limits import MAX_FILES, UploadLimiter, Uploads
from tests.helpers.coroutines import run_coroutine

_SESSION = str(uuid.uuid4())


def _path(session: str = _SESSION) -> str:
    return f"/_stcore/upload_file/{session}/{uuid.uuid4()}"


async def _count(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


def _limiter(held: Mapping[str, Uploads] | None = None, endpoint: Any = _count, **limits: Any) -> UploadLimiter:
    app = Starlette(routes=[Route("/{path:path}", endpoint, methods=["GET", "PUT", "DELETE"])])
    return UploadLimiter(app, held=lambda: held or {}, **limits)


def _put(size: int, *, announced: bool = True, held: Mapping[str, Uploads] | None = None, **limits: Any) -> Any:
    def pieces() -> Iterator[bytes]:
        for _ in range(size):
            yield b"x"

    client = TestClient(_limiter(held, **limits), base_url="http://localhost")
    return client.put(_path(), content=b"x" * size if announced else pieces())


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize(("held", "size", "status"), [(0, 10, 200), (0, 11, 413), (4, 6, 200), (4, 7, 413)])
def test_uploads_of_one_session_are_bounded(held: int, size: int, status: int, announced: bool) -> None:
    kept = {_SESSION: Uploads(1, held)}
    answer = _put(size, announced=announced, held=kept, session_bytes=10)
    assert answer.status_code == status
    if status == 413:
        assert "as many uploaded files as it may" in answer.text
        assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize(("held", "size", "status"), [(90, 10, 200), (90, 11, 413)])
def test_uploads_of_all_sessions_are_bounded(held: int, size: int, status: int, announced: bool) -> None:
    kept = {str(uuid.uuid4()): Uploads(1, held)}
    assert _put(size, announced=announced, held=kept, total_bytes=100).status_code == status


def test_what_arrives_counts_whatever_the_headers_say() -> None:
    sent = [b"x" * 8, b"x" * 8]
    refused = run_coroutine(_drive(_limiter(session_bytes=10), sent, {"content-length": "1"}))
    assert refused == 413


def test_an_upload_that_only_announces_itself_takes_no_room() -> None:
    async def announce_and_send() -> int:
        limiter = _limiter(total_bytes=20)
        waiting = [asyncio.create_task(_drive(limiter, [], {"content-length": "20"}, end=False)) for _ in range(10)]
        await asyncio.sleep(0)
        status = await _drive(limiter, [b"x" * 20], {"content-length": "20"})
        for task in waiting:
            task.cancel()
        return status

    assert run_coroutine(announce_and_send()) == 200


def test_an_upload_that_pauses_is_ended() -> None:
    limiter = _limiter(max_pause_s=0.01)
    assert run_coroutine(_drive(limiter, [b"x"], {"content-length": "20"}, end=False)) == 408
    assert limiter._arriving == []


def test_the_number_of_files_is_bounded_however_small_they_are() -> None:
    assert _put(0, held={_SESSION: Uploads(MAX_FILES - 1, 0)}).status_code == 200
    assert _put(0, held={_SESSION: Uploads(MAX_FILES, 0)}).status_code == 413


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS"])
def test_an_identifier_of_no_upload_is_not_looked_up(method: str) -> None:
    client = TestClient(_limiter(), base_url="http://localhost")
    for path in (f"/_stcore/upload_file/{_SESSION}/{'x' * 50_000}", "/_stcore/upload_file/x/y", _path("x" * 36)):
        assert client.request(method, path).status_code == 404
    assert client.request("GET", "/other").status_code == 200


async def _drive(limiter: UploadLimiter, sent: list[bytes], headers: dict[str, str], *, end: bool = True) -> int:
    """Status of an upload whose body comes in these pieces; without `end` the rest of it never comes."""
    pieces = [{"type": "http.request", "body": piece, "more_body": True} for piece in sent]
    if end:
        pieces.append({"type": "http.request", "body": b"", "more_body": False})
    statuses: list[int] = []

    async def receive() -> Any:
        if pieces:
            return pieces.pop(0)
        return await asyncio.get_running_loop().create_future()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "method": "PUT",
        "path": _path(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await limiter(scope, receive, send)
    return statuses[0]
