"""What stands before every request: hosts, headers, the bound on uploads; and what a running server lets through (T-N2, T-L3)."""

from __future__ import annotations

import base64
import os
import re
import socket
import subprocess
import sys
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit import net_util
from streamlit.web.server import server_util

from pilotzones.views.server import middleware
from pilotzones.views.server.middleware import SecurityMiddleware, middleware_stack
from pilotzones.views.server.startup import UNSAFE
from tests.helpers.browsing import ROOT

_UPLOAD = "/_stcore/upload_file/session/file"


async def _echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


def _client(base_url: str = "http://localhost", **options: Any) -> TestClient:
    routes = [Route("/{path:path}", _echo, methods=["GET", "PUT"])]
    guard = SecurityMiddleware(Starlette(routes=routes), **({"largest": 20} | options))
    return TestClient(guard, base_url=base_url, client=("127.0.0.1", 50000))


@pytest.mark.parametrize(
    ("host", "good"),
    [
        ("localhost", True),
        ("LOCALHOST.:8501", True),
        ("127.0.0.1:8501", True),
        ("[::1]:8501", True),
        ("map.example.org", True),
        ("evil.test", False),
        ("example.org", False),
        ("localhost.evil.test", False),
        ("127.0.0.1.evil.test", False),
        ("", False),
    ],
)
def test_only_known_hosts_are_answered(host: str, good: bool) -> None:
    client = _client(hosts=["localhost", "127.0.0.1", "::1", "*.example.org"])
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == (200 if good else 400)
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_without_a_list_any_host_is_answered() -> None:
    assert _client().get("/", headers={"Host": "evil.test"}).status_code == 200


def test_the_figures_of_the_server_are_for_its_own_computer() -> None:
    assert _client().get("/_stcore/metrics").status_code == 200
    assert _client().get("/_stcore/metrics", headers={"X-Forwarded-For": "203.0.113.5"}).status_code == 404
    assert _client().get("/_stcore/metrics/", headers={"Forwarded": "for=203.0.113.5"}).status_code == 404


def test_pages_may_not_be_framed_by_others() -> None:
    headers = _client().get("/").headers
    assert headers["content-security-policy"] == "frame-ancestors 'self'"
    assert headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize(("held", "size", "status"), [(0, 10, 200), (0, 11, 413), (4, 6, 200), (4, 7, 413)])
def test_uploads_of_one_session_are_bounded(held: int, size: int, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "_held", lambda _: (held, held))
    assert _client(session_bytes=10).put(_UPLOAD, content=b"x" * size).status_code == status


@pytest.mark.parametrize(("held", "size", "status"), [(90, 10, 200), (90, 11, 413)])
def test_uploads_of_all_sessions_are_bounded(
    held: int, size: int, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "_held", lambda _: (0, held))
    answer = _client(total_bytes=100).put(_UPLOAD, content=b"x" * size)
    assert answer.status_code == status
    if status == 413:
        assert "as many uploaded files as it may" in answer.text


def test_what_does_not_say_its_size_counts_as_the_largest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "_held", lambda _: (0, 0))

    def pieces() -> Iterator[bytes]:
        yield b"x"

    assert _client(total_bytes=20).put(_UPLOAD, content=pieces()).status_code == 200
    assert _client(total_bytes=19).put(_UPLOAD, content=pieces()).status_code == 413


def test_uploads_on_their_way_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(middleware, "_held", lambda _: (0, 0))
    statuses = []

    async def nested(_: Request) -> PlainTextResponse:
        # A second upload arrives while the first is still being received.
        statuses.append(client.put(_UPLOAD, content=b"x" * 6).status_code)
        return PlainTextResponse("done")

    guard = SecurityMiddleware(
        Starlette(routes=[Route(_UPLOAD, nested, methods=["PUT"])]), largest=20, session_bytes=10
    )
    client = TestClient(guard, base_url="http://localhost")
    assert client.put(_UPLOAD, content=b"x" * 5).status_code == 200
    assert statuses == [413]
    assert guard._coming == {}


def test_settings_are_the_safe_ones() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    server, client = config["server"], config["client"]
    assert server["address"] == "127.0.0.1"
    assert (server["maxUploadSize"], server["maxMessageSize"], server["disconnectedSessionTTL"]) == (20, 50, 30)
    assert server["enableXsrfProtection"]
    assert server["enableCORS"]
    assert config["browser"]["gatherUsageStats"] is False
    assert (client["showErrorDetails"], client["showErrorLinks"]) == ("none", False)
    assert client["allowedOrigins"] == []
    (middleware,) = middleware_stack()
    assert middleware.kwargs["largest"] >= 20_000_000


def test_nobody_elsewhere_is_asked_for_our_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("streamlit.net_util._make_blocking_http_get", lambda url, **_: asked.append(url))
    middleware_stack()
    assert not server_util.is_url_from_allowed_origins("http://evil.test")
    assert net_util.get_external_ip() is None
    assert asked == []


# A running server

_TRAVERSALS = [
    "/../../etc/passwd",
    "/static/../../../etc/passwd",
    "/static/..%2f..%2f..%2fetc/passwd",
    "/component/streamlit_folium.st_folium/../../../../etc/passwd",
    "/component/streamlit_folium.st_folium/..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/assets/x/../../../../etc/passwd",
    "/geometry/..%2f..%2fetc%2fpasswd.json",
    "/media/..%2f..%2fetc%2fpasswd",
    "/app/static/../app.py",
    "//etc/passwd",
]


def _ask(address: str, request: str) -> bytes:
    """Send a request as it stands: libraries would mend its path."""
    host, _, port = urllib.parse.urlsplit(address).netloc.partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request.replace("\n", "\r\n").encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


@pytest.mark.parametrize("path", _TRAVERSALS)
def test_no_path_leads_out(address: str, path: str) -> None:
    answer = _ask(address, f"GET {path} HTTP/1.1\nHost: localhost\nConnection: close\n\n")
    assert b"root:" not in answer
    assert b"import streamlit" not in answer
    assert b"Traceback" not in answer


def test_another_name_of_this_computer_is_not_answered(address: str) -> None:
    assert _ask(address, "GET / HTTP/1.1\nHost: evil.test\nConnection: close\n\n").startswith(b"HTTP/1.1 400")


def _handshake(address: str, origin: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    host, _, port = urllib.parse.urlsplit(address).netloc.partition(":")
    request = (
        f"GET /_stcore/stream HTTP/1.1\nHost: {host}:{port}\nUpgrade: websocket\nConnection: Upgrade\n"
        f"Sec-WebSocket-Key: {key}\nSec-WebSocket-Version: 13\nSec-WebSocket-Protocol: streamlit\nOrigin: {origin}\n\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request.replace("\n", "\r\n").encode())
        return connection.recv(4096)


def test_only_the_own_page_may_open_a_socket(address: str, server_log: Path) -> None:
    assert _handshake(address, "http://evil.test").startswith(b"HTTP/1.1 403")
    assert _handshake(address, address.rstrip("/")).startswith(b"HTTP/1.1 101")
    # What Streamlit says when it could not ask elsewhere.
    assert "external IP" not in server_log.read_text()


def test_an_upload_needs_the_token_and_a_session(address: str) -> None:
    body = b"--x\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\n1\r\n--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for extra, status in (({}, 403), ({"X-Xsrftoken": "1", "Cookie": "_streamlit_xsrf=2"}, 403)):
        request = urllib.request.Request(
            f"{address}_stcore/upload_file/none/none", data=body, headers=headers | extra, method="PUT"
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        assert refused.value.code == status
        refused.value.close()


def test_it_listens_on_this_computer_only(address: str) -> None:
    port = urllib.parse.urlsplit(address).port
    # /proc/net/tcp: local addresses as hexadecimal, 0A is LISTEN.
    listening = [
        line.split()[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(table).exists()
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].rpartition(":")[2], 16) == port
    ]
    assert [entry.partition(":")[0] for entry in listening] == ["0100007F"]


# Start-up


def test_a_server_whose_libraries_run_text_does_not_start(tmp_path: Path) -> None:
    # base64 that is none: what a library that evaluates text would do to the page, without one.
    script = tmp_path / "app.py"
    script.write_text(
        "import streamlit as st\n"
        "import pilotzones.layers.webmap.folium_map\n"
        "class Open:\n"
        "    b64encode = staticmethod(lambda content: content)\n"
        "pilotzones.layers.webmap.folium_map.base64 = Open\n"
        "from pilotzones.views.server.startup import run_lifespan\n"
        "app = st.App(__file__, lifespan=run_lifespan)\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port=0", "--server.headless=true"]
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=False
    )  # fmt: skip
    assert done.returncode == UNSAFE
    told = [line for line in done.stderr.splitlines() if "pilotzones" in line]
    assert len(told) == 1
    assert re.fullmatch(r"pilotzones: not started: .* run text as a program; .*", told[0])


def test_garbage_is_collected_again_when_the_server_has_started() -> None:
    watched = (
        "import asyncio, gc\n"
        "from pilotzones.views.server import startup\n"
        "startup._UNTIL_CALM = 0\n"
        "async def started():\n"
        "    async with startup.run_lifespan(None):\n"
        "        assert not gc.isenabled()\n"
        "        while not gc.get_freeze_count():\n"
        "            await asyncio.sleep(0.05)\n"
        "        assert gc.isenabled()\n"
        "asyncio.run(started())\n"
    )
    subprocess.run([sys.executable, "-c", watched], cwd=ROOT, timeout=60, check=True)
