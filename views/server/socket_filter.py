"""What a visitor's socket may ask Streamlit for, and how many sockets there may be.

Streamlit obeys messages that are meant for a developer at their own machine: ``clear_cache`` empties the caches of all
visitors, and the next page of each of them computes everything anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from pilotzones.views.streamlit_internals import BackMsg

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["ALLOWED", "MAX_QUERY_CHARACTERS", "MAX_SOCKETS", "SocketFilter"]

# What a page of a visitor sends; every other message is dropped.
ALLOWED: Final = frozenset(
    {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "backend_operation_request"}
)
# Parameters of a page's address that are longer are left out: no link of the app is, and each run parses them.
MAX_QUERY_CHARACTERS: Final = 20_000
# Open sockets of all visitors; each open page has one.
MAX_SOCKETS: Final = 1_000
_TRY_LATER: Final = 1013  # RFC 6455, registry of close codes


class SocketFilter:
    """Drops messages for developers and bounds the number of open sockets.

    Parameters
    ----------
    app : ASGI application
    max_sockets : int, optional
    """

    def __init__(self, app: ASGIApp, *, max_sockets: int = MAX_SOCKETS) -> None:
        self._app = app
        self._max_sockets = max_sockets
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket, or pass anything else on."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        if self._open >= self._max_sockets:
            await receive()
            await send({"type": "websocket.close", "code": _TRY_LATER})
            return

        async def receive_allowed() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive" or message.get("bytes") is None:
                    return message
                content = _filter_message(message["bytes"])
                if content is not None:
                    return {**message, "bytes": content}

        self._open += 1
        try:
            await self._app(scope, receive_allowed, send)
        finally:
            self._open -= 1


def _filter_message(content: bytes) -> bytes | None:
    """Return what Streamlit may read of a message, or None; it ends the socket of what cannot be parsed."""
    message = BackMsg()
    try:
        message.ParseFromString(content)
    except DecodeError:
        return content
    if message.WhichOneof("type") not in ALLOWED:
        return None
    if len(message.rerun_script.query_string) <= MAX_QUERY_CHARACTERS:
        return content
    message.rerun_script.query_string = ""
    filtered: bytes = message.SerializeToString()
    return filtered
