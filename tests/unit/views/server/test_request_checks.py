"""The one check of host and origin, for pages and sockets alike."""

from __future__ import annotations

from typing import Any

import pytest

from pilotzones.views.server.request_checks import LOOPBACK, HostRules, check_request

_RULES = HostRules((*LOOPBACK, "*.example.org"))


def _status(
    *, kind: str = "http", method: str = "GET", path: str = "/", caller: str = "127.0.0.1", **headers: str
) -> int:
    """Status of the refusal; 0 when the request may pass."""
    sent = {"host": "localhost:8501"} | {name.replace("_", "-"): value for name, value in headers.items()}
    scope: dict[str, Any] = {
        "type": kind,
        "method": method,
        "path": path,
        "client": (caller, 50_000),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
    }
    refusal = check_request(scope, _RULES)
    return 0 if refusal is None else refusal.status


@pytest.mark.parametrize("kind", ["http", "websocket"])
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
        ("localhost@evil.test", False),
        ("evil.test#localhost", False),
        ("192.0.2.1", False),
        ("", False),
    ],
)
def test_only_known_hosts_are_answered(kind: str, host: str, good: bool) -> None:
    assert _status(kind=kind, host=host) == (0 if good else 400)


def test_a_server_that_nobody_named_is_known_by_its_number_alone() -> None:
    rules = HostRules(tuple(LOOPBACK), any_address=True)
    assert rules.allow("192.0.2.1:8501")
    assert rules.allow("[2001:db8::1]")
    assert not rules.allow("evil.test")
    assert HostRules(("*",)).allow("evil.test")


@pytest.mark.parametrize(
    ("origin", "good"),
    [
        (None, True),
        ("http://localhost:8501", True),
        ("https://localhost:8501", True),
        ("http://localhost:9000", False),
        ("http://localhost", False),
        ("http://127.0.0.1:8501", False),
        ("http://evil.test", False),
        ("null", False),
        ("", False),
        ("file://", False),
        ("http://[evil", False),
        ("http://[::1", False),
        ("http://localhost:8501@evil.test", False),
        ("http://evil.test@localhost:8501", False),
    ],
)
def test_only_the_own_pages_open_sockets_and_change_anything(origin: str | None, good: bool) -> None:
    sent = {} if origin is None else {"origin": origin}
    assert _status(kind="websocket", **sent) == (0 if good else 403)
    assert _status(method="PUT", **sent) == (0 if good else 403)
    assert _status(method="DELETE", **sent) == (0 if good else 403)
    # The feed is read by pages of others.
    assert _status(method="GET", **sent) == 0


def test_the_port_that_a_scheme_implies_may_be_left_out() -> None:
    assert _status(kind="websocket", host="map.example.org", origin="https://map.example.org:443") == 0
    assert _status(kind="websocket", host="map.example.org", origin="https://map.example.org:80") == 403


@pytest.mark.parametrize("path", ["/", "/_stcore/upload_file/a/b"])
def test_a_request_states_its_length_once(path: str) -> None:
    both = {"content_length": "1", "transfer_encoding": "chunked"}
    assert _status(method="PUT", path=path, **both) == 400
    assert _status(method="GET", path=path, **both) == 400
    assert _status(method="PUT", path=path, content_length="1") == 0
    assert _status(method="PUT", path=path, transfer_encoding="chunked") == 0


@pytest.mark.parametrize(
    "header",
    [
        *(
            "x_forwarded_for",
            "x_forwarded_proto",
            "forwarded",
            "x_real_ip",
            "via",
            "true_client_ip",
            "cf_connecting_ip",
        ),
        *("client_ip", "x_remote_addr", "cdn_loop", "x_request_id", "x_azure_clientip", "tailscale_user_login"),
    ],
)
def test_the_figures_of_the_server_are_for_its_own_computer(header: str) -> None:
    assert _status(path="/_stcore/metrics") == 0
    assert _status(path="/_stcore/metrics", user_agent="curl", accept="*/*", sec_fetch_site="none", cookie="a=b") == 0
    assert _status(path="/_stcore/metrics", x_prometheus_scrape_timeout_seconds="10") == 0
    assert _status(path="/_stcore/metrics", caller="192.0.2.1") == 404
    assert _status(path="/_stcore/metrics", host="map.example.org") == 404
    assert _status(path="/zones/_stcore/metrics/", **{header: "192.0.2.1"}) == 404
