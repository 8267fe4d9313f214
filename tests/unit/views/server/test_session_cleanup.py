"""What belongs to a visitor goes when their session ends."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.session_manager import SessionInfo
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from pilotzones.layers.webmap.geometry.store import GeometryStore, PrivateGeometryStore
from pilotzones.views.server.session_cleanup import end_sessions


class _Session:
    def __init__(self, name: str) -> None:
        self.id = name
        self.ended = False

    def shutdown(self) -> None:
        self.ended = True


@pytest.fixture
def server() -> Any:
    """Streamlit's stores, with one session that is connected and one whose visitor has left."""
    here, left = _Session("here"), _Session("left")
    clock = SimpleNamespace(now=0.0)
    storage = MemorySessionStorage(ttl_seconds=30)
    storage._cache._timer = lambda: clock.now  # type: ignore[attr-defined]
    storage.save(SessionInfo(client=None, session=left, script_run_count=0))  # type: ignore[arg-type]
    manager = SimpleNamespace(
        _session_storage=storage,
        list_sessions=lambda: [SimpleNamespace(session=here), *storage.list()],
    )
    uploads = MemoryUploadedFileManager("/upload")
    for session in ("here", "left", "gone"):
        uploads.add_file(session, UploadedFileRec(file_id="a", name="a", type="b", data=b"c"))
    return SimpleNamespace(_session_mgr=manager, uploaded_file_mgr=uploads, clock=clock, left=left)


def test_files_and_geometry_go_with_the_session(server: Any) -> None:
    store = GeometryStore()
    public = store.put(b"{}", pinned=True)
    private = {name: PrivateGeometryStore(store, name).put(b"{}") for name in ("here", "left", "gone")}
    held = store.held_bytes
    server.clock.now = 29
    end_sessions(server, store)
    assert set(server.uploaded_file_mgr.file_storage) == {"here", "left"}
    assert store.find_entry(private["gone"]) is None
    assert not server.left.ended
    server.clock.now = 31
    end_sessions(server, store)
    assert set(server.uploaded_file_mgr.file_storage) == {"here"}
    assert server.left.ended
    assert store.find_entry(private["left"]) is None
    assert store.find_entry(private["here"]) is not None
    assert store.find_entry(public) is not None
    assert store.held_bytes == held // 2
