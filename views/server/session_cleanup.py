"""What a visitor leaves behind goes with their session: uploads, and geometry that only they may fetch.

Streamlit keeps the session of a visitor who left for ``server.disconnectedSessionTTL``, but looks for sessions that are past it
only when another one ends, and leaves their files to the garbage collector.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from streamlit import runtime

from pilotzones.layers.webmap.geometry.store import GeometryStore, get_shared_store
from pilotzones.views.streamlit_internals import end_expired_sessions, list_session_ids, list_uploaded_files

__all__ = ["INTERVAL_S", "end_sessions", "sweep_sessions"]

INTERVAL_S: Final = 5.0


async def sweep_sessions() -> None:
    """End sessions whose visitor has left, again and again while the server runs."""
    while True:
        await asyncio.sleep(INTERVAL_S)
        if runtime.exists():
            end_sessions(runtime.get_instance(), get_shared_store())


def end_sessions(server: Any, store: GeometryStore) -> None:
    """Shut down the sessions that are past their time, and drop what belongs to none that is left.

    Parameters
    ----------
    server : Runtime
        Streamlit's runtime; called on its event loop.
    store : GeometryStore
    """
    end_expired_sessions(server)
    living = list_session_ids(server)
    for session in set(list_uploaded_files(server)) - living:
        server.uploaded_file_mgr.remove_session_files(session)
    store.drop_private(keep=living)
