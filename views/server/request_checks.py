"""Which requests are answered at all: the one check of host, origin and framing for pages and sockets alike.

Streamlit compares the host of its socket with nothing when ``server.allowedHosts`` is empty, and lets every page of a program
on this computer open it. A page that rebinds its name to this computer (DNS rebinding) would get a session.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

__all__ = ["LOOPBACK", "HostRules", "Refusal", "check_request"]

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
# A name or an address, a port or none: nothing else that a URL could hold.
_HOST: Final = re.compile(r"(?P<name>[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::(?P<port>\d{1,5}))?", re.IGNORECASE)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_METRICS: Final = "/_stcore/metrics"
# What a program on this computer sends of itself. A proxy adds more, under names that nobody has a list of; what it forwards
# does not come from this computer.
_OWN_HEADERS: Final = re.compile(
    r"host|user-agent|accept(-.*)?|connection|keep-alive|te|dnt|priority|authorization|cookie|referer|cache-control|pragma|"
    r"if-.*|sec-.*|upgrade-insecure-requests|x-prometheus-scrape-timeout-seconds"
)
_UNKNOWN_HOST: Final = (
    "This server does not go by that name. Whoever runs it: name its hosts in server.allowedHosts (docs/deploy.md).\n"
)
_FOREIGN_ORIGIN: Final = "Only pages of this server may do that.\n"
_TWO_LENGTHS: Final = "A request states its length once: by Content-Length or by Transfer-Encoding.\n"


# Starlette's TrustedHostMiddleware has a list of names alone: it knows neither "any number" (a server that others reach under
# an address nobody named) nor the root's dot (localhost.), and its answer does not say what to set. One list for names and one
# check for the rest would be two places that decide the same.
@dataclass(frozen=True, slots=True)
class HostRules:
    """Names that the server answers to.

    Parameters
    ----------
    names : tuple of str
        ``*.example.org`` for all below one, ``*`` for any.
    any_address : bool
        Whether every numeric address will do as well: a page can rebind a name, not a number.
    origins : tuple of str
        Origins of other servers whose pages may use the app (``server.corsAllowedOrigins``).
    """

    names: tuple[str, ...]
    any_address: bool = False
    origins: tuple[str, ...] = ()

    def allow(self, host: str) -> bool:
        """Return whether the header ``Host`` is one of the server's names."""
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        name = found["name"].lower().strip("[]").rstrip(".")
        if self.any_address and _is_address(name):
            return True
        return any(
            pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:]))
            for pattern in (one.strip().lower().rstrip(".") for one in self.names)
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """Status and text of an answer that refuses a request."""

    status: int
    text: str


def check_request(scope: Scope, rules: HostRules) -> Refusal | None:
    """Check one request or the opening of one socket.

    Parameters
    ----------
    scope : Scope
        Of an ``http`` or ``websocket`` connection.
    rules : HostRules

    Returns
    -------
    Refusal or None
        None when it may pass.
    """
    headers = Headers(scope=scope)
    host = headers.get("host", "")
    if not rules.allow(host):
        return Refusal(400, _UNKNOWN_HOST)
    if "content-length" in headers and "transfer-encoding" in headers:
        return Refusal(400, _TWO_LENGTHS)
    # Reading is open to other pages (the feed is made for that); acting is not.
    acts = scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS
    if acts and not _is_same_origin(headers.get("origin"), host, rules.origins):
        return Refusal(403, _FOREIGN_ORIGIN)
    if scope["path"].rstrip("/").endswith(_METRICS) and not _is_from_here(scope, headers, host):
        return Refusal(404, "Not found.\n")
    return None


def _is_same_origin(origin: str | None, host: str, others: Iterable[str]) -> bool:
    """Compare an origin with the host; programs that are no browser send none."""
    if origin is None or origin in others:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        # Brackets that hold no address of version 6.
        return False
    default = _DEFAULT_PORTS.get(parts.scheme)
    if default is None:
        return False
    return _with_port(parts.netloc, default) == _with_port(host, default)


def _with_port(host: str, default: int) -> tuple[str, int] | None:
    found = _HOST.fullmatch(host)
    return None if found is None else (found["name"].lower().rstrip("."), int(found["port"] or default))


def _is_from_here(scope: Scope, headers: Headers, host: str) -> bool:
    """Return whether a request was made on this computer and by no proxy on it."""
    caller = (scope.get("client") or ("",))[0]
    forwarded = not all(_OWN_HEADERS.fullmatch(name) for name in headers)
    return caller in LOOPBACK and not forwarded and HostRules(tuple(LOOPBACK)).allow(host)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
