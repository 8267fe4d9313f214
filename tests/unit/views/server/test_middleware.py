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
import uuid
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit import net_util
from streamlit.runtime import memory_media_file_storage
from streamlit.web.server import server_util

from pilotzones.views.server.middleware import SecurityMiddleware, build_middleware
from pilotzones.views.server.request_checks import LOOPBACK, HostRules
from pilotzones.views.server.startup import UNSAFE
from tests.helpers.browsing import ROOT


async def _answer_scheme(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.url.scheme)


def _client(*, base_url: str = "http://localhost", **options: Any) -> TestClient:
    routes = [Route("/{path:path}", _answer_scheme, methods=["GET", "PUT"])]
    guard = SecurityMiddleware(Starlette(routes=routes), rules=HostRules(tuple(LOOPBACK)), **options)
    return TestClient(guard, base_url=base_url, client=("127.0.0.1", 50000))


def test_a_refused_request_has_the_headers_of_every_answer() -> None:
    answer = _client().get("/", headers={"Host": "evil.test"})
    assert answer.status_code == 400
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["connection"] == "close"


def test_pages_may_not_be_framed_by_others() -> None:
    headers = _client().get("/").headers
    assert headers["content-security-policy"] == "frame-ancestors 'self'"
    assert headers["x-frame-options"] == "SAMEORIGIN"


def test_links_lead_where_the_server_says_not_where_a_request_says() -> None:
    assert _client(base_url="https://localhost").get("/").text == "https"
    assert _client(base_url="https://localhost", scheme="http").get("/").text == "http"


def test_media_addresses_depend_on_a_key_of_this_process() -> None:
    build_middleware()
    code = (
        "from pilotzones.views.server.middleware import build_middleware\n"
        "from streamlit.runtime import memory_media_file_storage as storage\n"
        "build_middleware()\n"
        "print(storage._calculate_file_id(b'a', 'text/csv', 'a.csv'))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, check=True, text=True)
    own = memory_media_file_storage._calculate_file_id(b"a", "text/csv", "a.csv")
    assert own == memory_media_file_storage._calculate_file_id(b"a", "text/csv", "a.csv")
    assert other.stdout.strip() != own


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
    first, *_ = build_middleware()
    assert first.kwargs["rules"].allow("localhost:8501")


def test_nobody_elsewhere_is_asked_for_our_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("streamlit.net_util._make_blocking_http_get", lambda url, **_: asked.append(url))
    build_middleware()
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


def _handshake(address: str, origin: str, *, named: str = "") -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    host, _, port = urllib.parse.urlsplit(address).netloc.partition(":")
    request = (
        f"GET /_stcore/stream HTTP/1.1\nHost: {named or host}:{port}\nUpgrade: websocket\nConnection: Upgrade\n"
        f"Sec-WebSocket-Key: {key}\nSec-WebSocket-Version: 13\nSec-WebSocket-Protocol: streamlit\nOrigin: {origin}\n\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request.replace("\n", "\r\n").encode())
        return connection.recv(4096)


def test_only_the_own_page_may_open_a_socket(address: str, server_log: Path) -> None:
    port = urllib.parse.urlsplit(address).port
    assert _handshake(address, "http://evil.test").startswith(b"HTTP/1.1 403")
    # A name that was rebound to this computer, and a page of another program on it.
    assert _handshake(address, f"http://evil.test:{port}", named="evil.test").startswith(b"HTTP/1.1 403")
    assert _handshake(address, "http://localhost:9").startswith(b"HTTP/1.1 403")
    assert _handshake(address, "null").startswith(b"HTTP/1.1 403")
    assert _handshake(address, address.rstrip("/")).startswith(b"HTTP/1.1 101")
    # What Streamlit says when it could not ask elsewhere.
    assert "external IP" not in server_log.read_text()


def test_an_upload_needs_the_token_and_a_session(address: str) -> None:
    body = b"--x\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\n1\r\n--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    unknown = f"{address}_stcore/upload_file/{uuid.uuid4()}/{uuid.uuid4()}"
    for extra, status in (({}, 403), ({"X-Xsrftoken": "1", "Cookie": "_streamlit_xsrf=2"}, 403)):
        request = urllib.request.Request(unknown, data=body, headers=headers | extra, method="PUT")
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


@pytest.mark.slow
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
