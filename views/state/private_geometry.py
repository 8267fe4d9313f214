"""Geometry of one visitor: what they brought or pointed at, under addresses that only their pages know."""

from __future__ import annotations

from typing import Final

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pilotzones.layers.webmap.geometry.store import PrivateGeometryStore, get_shared_store

__all__ = ["get_private_store"]

_KEY: Final = "private_geometry"


def get_private_store() -> PrivateGeometryStore:
    """Return this session's part of the store of geometry.

    Returns
    -------
    PrivateGeometryStore
        What is put there is dropped when the session ends (`pilotzones.views.server.session_cleanup`).
    """
    if _KEY not in st.session_state:
        context = get_script_run_ctx()
        st.session_state[_KEY] = PrivateGeometryStore(
            get_shared_store(), context.session_id if context else "no session"
        )
    store: PrivateGeometryStore = st.session_state[_KEY]
    return store
