"""What the app uses of Streamlit beyond its documented interface, all of it in this module.

A release of Streamlit may change any of it without notice: `tests/unit/views/test_streamlit_internals.py` names the part that
is gone.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from streamlit import net_util
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime import memory_media_file_storage
from streamlit.runtime.scriptrunner import get_script_run_ctx

__all__ = [
    "BackMsg",
    "disable_address_lookup",
    "end_expired_sessions",
    "get_page_hash",
    "get_session_id",
    "goes_through_history",
    "hide_media_addresses",
    "list_session_ids",
    "list_uploaded_files",
]


def get_session_id() -> str:
    """Return the id of the session whose script runs; empty outside a run."""
    context = get_script_run_ctx()
    return "" if context is None else context.session_id


def get_page_hash() -> str:
    """Return by what Streamlit knows the page that is asked for, before and while it is drawn."""
    context = get_script_run_ctx()
    return "" if context is None else context.page_script_hash


def goes_through_history() -> bool:
    """Return whether the browser's button back or forward brought the visitor here."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def list_session_ids(server: Any) -> set[str]:
    """List the sessions that are connected or may come back.

    Parameters
    ----------
    server : Runtime
        Streamlit's runtime; called on its event loop.

    Returns
    -------
    set of str
    """
    return {info.session.id for info in server._session_mgr.list_sessions()}  # noqa: SLF001


def end_expired_sessions(server: Any) -> None:
    """Shut down the sessions whose visitor left longer ago than ``server.disconnectedSessionTTL``.

    Parameters
    ----------
    server : Runtime
        Streamlit's runtime; called on its event loop.
    """
    stored = server._session_mgr._session_storage._cache  # noqa: SLF001
    before = dict(stored._data)  # noqa: SLF001
    stored.expire()
    for name, ended in before.items():
        if name not in stored:
            ended.session.shutdown()


def list_uploaded_files(server: Any) -> Mapping[str, Mapping[str, Any]]:
    """List the uploaded files that Streamlit holds.

    Parameters
    ----------
    server : Runtime

    Returns
    -------
    mapping of str to mapping of str to UploadedFileRec
        By session, then by id of the file.
    """
    files: Mapping[str, Mapping[str, Any]] = server.uploaded_file_mgr.file_storage
    return files


def disable_address_lookup() -> None:
    """Keep Streamlit from asking a host elsewhere for this server's own address.

    It would ask, everything else waiting, whenever a page of another site knocks, and at the start of a server that listens on
    all addresses.
    """
    net_util.get_external_ip = _return_no_address


def _return_no_address() -> str | None:
    return None


def hide_media_addresses() -> None:
    """Make the addresses of files that pages offer for download unguessable.

    Streamlit derives them from the content: who can make the same file, of each county in turn, could learn which of them
    somebody else is offered.
    """
    original = memory_media_file_storage._calculate_file_id  # noqa: SLF001
    if hasattr(original, "keyed"):
        return
    key = secrets.token_bytes(32)

    def calculate_keyed_id(data: bytes, mimetype: str, filename: str | None = None) -> str:
        return hmac.new(key, original(data, mimetype, filename).encode(), hashlib.sha256).hexdigest()

    calculate_keyed_id.keyed = True  # type: ignore[attr-defined]
    memory_media_file_storage._calculate_file_id = calculate_keyed_id  # noqa: SLF001
