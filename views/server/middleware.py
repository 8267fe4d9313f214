"""What stands before every request: known hosts, headers for browsers, and a bound on all uploads together.

Streamlit bounds one file (``server.maxUploadSize``) but not how many are held; and it serves its page to whatever name a
browser believes this computer has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from streamlit import net_util, runtime

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["SESSION_BYTES", "TOTAL_BYTES", "SecurityMiddleware", "middleware_stack"]

_MEGABYTE: Final = 1_000_000
# All that one visitor may have lying on the server, and all visitors together [byte].
SESSION_BYTES: Final = 60 * _MEGABYTE
TOTAL_BYTES: Final = 200 * _MEGABYTE
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_UPLOAD: Final = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+$")
_METRICS: Final = "/_stcore/metrics"
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": "frame-ancestors 'self'",
}
_STRANGE_HOST: Final = (
    "This server does not go by that name. Whoever runs it: name its hosts in server.allowedHosts (docs/deploy.md).\n"
)
_FULL: Final = "The server holds as many uploaded files as it may. Remove one on the page, or try again in a minute.\n"


def middleware_stack() -> list[Middleware]:
    """Middleware to hand to ``st.App(..., middleware=...)``, from the server's settings.

    Returns
    -------
    list of Middleware
    """
    net_util.get_external_ip = _no_address
    allowed = st.get_option("server.allowedHosts")
    address = st.get_option("server.address")
    # Its own computer may always ask, to see that it is well. A server that nobody else can reach has no other names:
    # another one is a page that rebinds its name to this computer.
    is_private = address in _LOOPBACK
    hosts = (*allowed, *_LOOPBACK) if allowed or is_private else ()
    return [Middleware(SecurityMiddleware, hosts=hosts, largest=st.get_option("server.maxUploadSize") * 1024 * 1024)]


def _no_address() -> str | None:
    """In the place of Streamlit's question to a host elsewhere for this server's own address.

    It would be asked, everything else waiting, whenever a page of another site knocks, and at the start of a server that
    listens on all addresses.
    """
    return None


class SecurityMiddleware:
    """ASGI middleware; holds nothing but the sizes of uploads that are on their way.

    Parameters
    ----------
    app : ASGI application
    hosts : iterable of str, optional
        Names the server answers to, ``*.example.org`` for all below one; none means any.
    largest : int
        What an upload that does not announce its size may have [byte].
    session_bytes, total_bytes : int, optional
        [byte]
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Iterable[str] = (),
        largest: int,
        session_bytes: int = SESSION_BYTES,
        total_bytes: int = TOTAL_BYTES,
    ) -> None:
        self._app = app
        self._hosts = tuple(host.strip().lower().rstrip(".") for host in hosts)
        self._largest = largest
        self._session_bytes = session_bytes
        self._total_bytes = total_bytes
        self._coming: dict[object, tuple[str, int]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] != "http":
            # Streamlit checks origin and host of its socket, and the way to a map its own.
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, _with_headers(send))
            return
        upload = _UPLOAD.search(scope["path"]) if scope["method"] == "PUT" else None
        if upload is None:
            await self._app(scope, receive, _with_headers(send))
            return
        await self._receive_upload(upload[1], scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if self._hosts and not _is_among(headers.get("host", ""), self._hosts):
            return PlainTextResponse(_STRANGE_HOST, status_code=400)
        caller = (scope.get("client") or ("",))[0]
        outside = caller not in _LOOPBACK or "x-forwarded-for" in headers or "forwarded" in headers
        if scope["path"].rstrip("/").endswith(_METRICS) and outside:
            return PlainTextResponse("Not found.\n", status_code=404)
        return None

    async def _receive_upload(self, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        announced = Headers(scope=scope).get("content-length", "")
        size = int(announced) if announced.isdecimal() else self._largest
        # What is still arriving counts as if it were here.
        own, everything = _held(session)
        own += sum(bytes_ for who, bytes_ in self._coming.values() if who == session)
        everything += sum(bytes_ for _, bytes_ in self._coming.values())
        if own + size > self._session_bytes or everything + size > self._total_bytes:
            await PlainTextResponse(_FULL, status_code=413)(scope, receive, send)
            return
        ticket = object()
        self._coming[ticket] = session, size
        try:
            await self._app(scope, receive, send)
        finally:
            del self._coming[ticket]


def _held(session: str) -> tuple[int, int]:
    """Bytes of uploads that the server holds: of one session, and of all."""
    if not runtime.exists():
        return 0, 0
    storage = runtime.get_instance().uploaded_file_mgr.file_storage  # type: ignore[attr-defined]
    sizes = {key: sum(len(file.data) for file in list(files.values())) for key, files in list(storage.items())}
    return sizes.get(session, 0), sum(sizes.values())


def _is_among(host: str, hosts: Iterable[str]) -> bool:
    name = host.rsplit("]", 1)[0].lstrip("[") if host.startswith("[") else host.rsplit(":", 1)[0]
    name = name.lower().rstrip(".")
    return any(pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:])) for pattern in hosts)


def _with_headers(send: Send) -> Send:
    async def send_more(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_more
