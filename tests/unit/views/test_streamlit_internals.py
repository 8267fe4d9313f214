"""Streamlit still has what the app uses of it beyond its documented interface; each failure names the part that is gone."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from pathlib import Path

import pytest
import streamlit
from streamlit import net_util
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime import Runtime, memory_media_file_storage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.runtime.session_manager import SessionManager
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager
from streamlit.testing.v1 import AppTest

from pilotzones.layers.assets import STREAMLIT_CSS
from pilotzones.views.server.socket_filter import ALLOWED
from pilotzones.views.streamlit_internals import get_page_hash, get_session_id, goes_through_history

_STATIC = Path(streamlit.__file__).parent / "static" / "static" / "js"


def _gone(part: str) -> str:
    return f"Streamlit {streamlit.__version__} has no {part} any more: see views/streamlit_internals.py"


@pytest.mark.parametrize("name", ["session_id", "page_script_hash", "is_history_navigation"])
def test_the_context_of_a_run_has(name: str) -> None:
    assert name in {field.name for field in fields(ScriptRunContext)} | set(dir(ScriptRunContext)), _gone(name)


def test_a_run_knows_its_session_and_its_page() -> None:
    def show() -> None:
        import streamlit as st

        from pilotzones.views.streamlit_internals import get_page_hash, get_session_id, goes_through_history

        st.json([get_session_id(), get_page_hash(), goes_through_history()])

    app = AppTest.from_function(show).run()
    assert not app.exception, _gone("context of a run as it was")
    assert (get_session_id(), get_page_hash(), goes_through_history()) == ("", "", False)


def test_sessions_that_left_are_kept_where_they_are_ended() -> None:
    source = inspect.getsource(Runtime.__init__)
    assert "self._session_mgr" in source, _gone("Runtime._session_mgr")
    assert "self._session_storage" in inspect.getsource(WebsocketSessionManager.__init__), _gone("_session_storage")
    assert hasattr(SessionManager, "list_sessions"), _gone("SessionManager.list_sessions")
    cache = MemorySessionStorage()._cache
    assert hasattr(cache, "expire"), _gone("MemorySessionStorage._cache.expire")
    assert hasattr(cache, "_data"), _gone("MemorySessionStorage._cache._data")


def test_uploads_are_listed_by_session() -> None:
    uploads = MemoryUploadedFileManager("/upload")
    assert isinstance(uploads.file_storage, dict), _gone("MemoryUploadedFileManager.file_storage")
    assert hasattr(uploads, "remove_session_files"), _gone("remove_session_files")


def test_files_have_an_id_of_their_content_and_servers_an_address() -> None:
    parameters = list(inspect.signature(memory_media_file_storage._calculate_file_id).parameters)
    assert parameters == ["data", "mimetype", "filename"], _gone("_calculate_file_id(data, mimetype, filename)")
    used = inspect.getsource(memory_media_file_storage.MemoryMediaFileStorage)
    assert "_calculate_file_id(" in used, _gone("use of _calculate_file_id")
    assert hasattr(net_util, "get_external_ip"), _gone("net_util.get_external_ip")


def test_messages_of_a_page_have_their_names() -> None:
    kinds = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    assert kinds >= ALLOWED, _gone(f"messages {sorted(ALLOWED - kinds)}")


@pytest.mark.slow
def test_the_style_sheet_names_parts_of_the_page_that_there_are() -> None:
    css = STREAMLIT_CSS.read_text(encoding="utf-8")
    named = set(re.findall(r'data-testid="?([\w-]+)"?\]', css))
    assert len(named) > 20
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in _STATIC.glob("*.js"))
    # Buttons are called stBaseButton-<kind>, table tools stElementToolbar…: a part may be put together from a stem.
    gone = sorted(name for name in named if name not in scripts and name.partition("-")[0] not in scripts)
    assert not gone, _gone(f"element called {', '.join(gone)} (layers/static/streamlit.css)")
