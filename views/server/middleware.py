"""What stands before every request: the checks of host and origin, headers for browsers, and limits on uploads and sockets."""

from __future__ import annotations

from typing import Final

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pilotzones.views.server.connection_limits import limit_connections, raise_file_limit
from pilotzones.views.server.request_checks import LOOPBACK, HostRules, check_request
from pilotzones.views.server.socket_filter import SocketFilter
from pilotzones.views.server.upload_limits import UploadLimiter
from pilotzones.views.streamlit_internals import disable_address_lookup, hide_media_addresses

__all__ = ["SecurityMiddleware", "build_middleware"]

_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": "frame-ancestors 'self'",
}
_POLICY_VIOLATION: Final = 1008  # RFC 6455, section 7.4.1
_CLOSE: Final = {"Connection": "close"}


def build_middleware() -> list[Middleware]:
    """Build the middleware to hand to ``st.App(..., middleware=...)``, from the server's settings.

    Returns
    -------
    list of Middleware
    """
    disable_address_lookup()
    hide_media_addresses()
    limit_connections()
    raise_file_limit()
    allowed = tuple(st.get_option("server.allowedHosts"))
    is_private = st.get_option("server.address") in LOOPBACK
    rules = HostRules(
        # Its own computer may always ask, to see that it is well.
        (*allowed, *LOOPBACK),
        # Nobody named a server that others can reach: it is known by its number, which no page can rebind.
        any_address=not allowed and not is_private,
        origins=tuple(st.get_option("server.corsAllowedOrigins")),
    )
    # What a proxy says of the visitor's side is believed where the operator has named the hosts of one.
    scheme = None if allowed or not is_private else "https" if st.get_option("server.sslCertFile") else "http"
    return [
        Middleware(SecurityMiddleware, rules=rules, scheme=scheme),
        Middleware(UploadLimiter),
        Middleware(SocketFilter),
    ]


class SecurityMiddleware:
    """ASGI middleware that refuses strangers' requests and sockets, and sets headers for browsers.

    Parameters
    ----------
    app : ASGI application
    rules : HostRules
    scheme : {"http", "https"}, optional
        What links lead to, whatever a request says; by default what the request or its proxy says.
    """

    def __init__(self, app: ASGIApp, *, rules: HostRules, scheme: str | None = None) -> None:
        self._app = app
        self._rules = rules
        self._scheme = scheme

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = check_request(scope, self._rules)
        if scope["type"] == "websocket":
            if refusal is None:
                await self._app(scope, receive, send)
                return
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        if refusal is not None:
            await PlainTextResponse(refusal.text, refusal.status, _CLOSE)(scope, receive, _with_headers(send))
            return
        await self._app(
            scope if self._scheme is None else {**scope, "scheme": self._scheme}, receive, _with_headers(send)
        )


def _with_headers(send: Send) -> Send:
    async def send_more(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_more
