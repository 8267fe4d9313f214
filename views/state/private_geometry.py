"""Geometry of one visitor: what they brought or pointed at, under addresses that only their pages know."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pilotzones.layers.webmap.geometry.store import PrivateGeometryStore, get_shared_store
from pilotzones.views.streamlit_internals import get_session_id

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
        st.session_state[_KEY] = PrivateGeometryStore(get_shared_store(), get_session_id() or "no session")
    store: PrivateGeometryStore = st.session_state[_KEY]
    return store
