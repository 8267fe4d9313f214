"""How much visitors may have lying on the server: bytes counted as they arrive, for each session and for all.

Streamlit bounds one file (``server.maxUploadSize``), but neither how many there are nor how long one may take. It also stores
a file whose session ended while the file was arriving, and nobody would ever remove that.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime

from pilotzones.views.streamlit_internals import list_session_ids, list_uploaded_files

__all__ = ["MAX_FILES", "SESSION_BYTES", "TOTAL_BYTES", "UploadLimiter", "Uploads"]

_MEGABYTE: Final = 1_000_000
# All that one visitor may have lying on the server, and all visitors together [byte].
SESSION_BYTES: Final = 60 * _MEGABYTE
TOTAL_BYTES: Final = 200 * _MEGABYTE
# Files of one visitor, those on their way included.
MAX_FILES: Final = 20
# What a file counts beside its content: its record, its name and its identifier [byte].
_RECORD_BYTES: Final = 2_000
# An upload may pause this long [s], and after a first grace [s] it has to come at this pace [byte/s].
_MAX_PAUSE_S: Final = 10.0
_GRACE_S: Final = 30.0
_MIN_BYTES_PER_S: Final = 10_000
_UPLOAD_PATH: Final = re.compile(r"/_stcore/upload_file/(?P<session>[^/]*)/(?P<file>[^/]*)/?$")
# Streamlit names sessions and files by UUID.
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CLOSE: Final = {"Connection": "close"}
_FULL: Final = "The server holds as many uploaded files as it may. Remove one on the page, or try again in a minute.\n"
_SLOW: Final = "The file came too slowly and was not received. Try again.\n"
_UNKNOWN: Final = "There is no such upload.\n"


@dataclass(frozen=True, slots=True)
class Uploads:
    """What the server holds of one session.

    Parameters
    ----------
    files : int
    size : int
        [byte]
    """

    files: int
    size: int


@dataclass(slots=True)
class _Arriving:
    session: str
    size: int = 0


class UploadLimiter:
    """Bounds uploads by what has arrived, whatever their headers announce.

    Parameters
    ----------
    app : ASGI application
    session_bytes, total_bytes : int, optional
        [byte]
    max_pause_s : float, optional
        [s]
    held : callable, optional
        Returns what the server holds by session; by default what Streamlit holds.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        session_bytes: int = SESSION_BYTES,
        total_bytes: int = TOTAL_BYTES,
        max_pause_s: float = _MAX_PAUSE_S,
        held: Callable[[], Mapping[str, Uploads]] | None = None,
    ) -> None:
        self._app = app
        self._session_bytes = session_bytes
        self._total_bytes = total_bytes
        self._max_pause_s = max_pause_s
        self._held = held or _list_uploads
        self._arriving: list[_Arriving] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Receive one upload, or pass anything else on."""
        upload = _UPLOAD_PATH.search(scope["path"]) if scope["type"] == "http" else None
        if upload is None:
            await self._app(scope, receive, send)
            return
        if not (_UUID.fullmatch(upload["session"]) and _UUID.fullmatch(upload["file"])):
            await PlainTextResponse(_UNKNOWN, 404, _CLOSE)(scope, receive, send)
            return
        if scope["method"] != "PUT":
            await self._app(scope, receive, send)
            return
        await self._receive(upload["session"], scope, receive, send)

    async def _receive(self, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        announced = Headers(scope=scope).get("content-length", "")
        # What is announced may be refused at once, but takes no room from others: only what has arrived does.
        if not self._has_room(session, int(announced) if announced.isdecimal() else 0, new_file=True):
            await PlainTextResponse(_FULL, 413, _CLOSE)(scope, receive, send)
            return
        arriving = _Arriving(session)
        self._arriving.append(arriving)
        try:
            await self._app(scope, self._bound(arriving, receive), send)
        finally:
            self._arriving.remove(arriving)
            _remove_if_ended(session)

    def _has_room(self, session: str, size: int, *, new_file: bool = False) -> bool:
        held = self._held()
        own = held.get(session, Uploads(0, 0))
        on_the_way = [one for one in self._arriving if one.session == session]
        if new_file and own.files + len(on_the_way) >= MAX_FILES:
            return False
        own_size = own.size + sum(one.size for one in on_the_way) + size
        total = sum(one.size for one in held.values()) + sum(one.size for one in self._arriving) + size
        return own_size <= self._session_bytes and total <= self._total_bytes

    def _bound(self, arriving: _Arriving, receive: Receive) -> Receive:
        loop = asyncio.get_running_loop()
        start = loop.time()

        async def receive_bounded() -> Message:
            try:
                message = await asyncio.wait_for(receive(), self._max_pause_s)
            except TimeoutError:
                raise HTTPException(408, _SLOW, _CLOSE) from None
            size = len(message.get("body", b""))
            if not self._has_room(arriving.session, size):
                raise HTTPException(413, _FULL, _CLOSE)
            arriving.size += size
            if message.get("more_body") and loop.time() - start > _GRACE_S + arriving.size / _MIN_BYTES_PER_S:
                raise HTTPException(408, _SLOW, _CLOSE)
            return message

        return receive_bounded


def _list_uploads() -> dict[str, Uploads]:
    """List what Streamlit holds, by session."""
    if not runtime.exists():
        return {}
    return {
        session: Uploads(
            len(files),
            sum(len(file.data) + len(file.name) + len(file.type) + _RECORD_BYTES for file in list(files.values())),
        )
        for session, files in list(list_uploaded_files(runtime.get_instance()).items())
    }


def _remove_if_ended(session: str) -> None:
    """Remove the files of a session that ended while one of them was arriving."""
    if not runtime.exists():
        return
    server = runtime.get_instance()
    if session not in list_session_ids(server):
        server.uploaded_file_mgr.remove_session_files(session)
