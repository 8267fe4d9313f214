"""What stands around a page (its bar, its list of pages), and whether a run of the page alone has to leave it to one of the whole.

A page may be a fragment: what is chosen on it draws the page again, and nothing around it. The first page of a visitor who
comes to the map is the map alone; all else follows when the map is drawn, as the browser needs most of its time for that.
"""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from pilotzones.geo.catalogue.models import Programme

__all__ = ["begin_frame", "draw_rest_in_time", "is_first_page", "is_frame_due", "is_map_alone", "wait_for_map"]

# The rest follows after this time even if no map says that it is drawn [s].
_MAX_WAIT_S: Final = 2.0


def begin_frame(programme: Programme) -> None:
    """Remember what a run of the whole app draws around the page.

    Parameters
    ----------
    programme : Programme
        Its pages are listed.
    """
    state: Any = st.session_state
    state["framed"] = programme.id
    state["is_map_alone"] = False


def is_frame_due(programme: Programme) -> bool:
    """Return whether the page is drawn alone although what stands around it is missing or of something else.

    Parameters
    ----------
    programme : Programme
        The one that the page shows.
    """
    state: Any = st.session_state
    return "wanted_page" in state or state.get("is_map_alone", False) or state.get("framed") not in {None, programme.id}


def is_first_page() -> bool:
    """Return whether nothing has been drawn yet for this visitor."""
    return "framed" not in st.session_state


def is_map_alone() -> bool:
    """Return whether the run that is under way draws the map and nothing around it."""
    return bool(st.session_state.get("is_map_alone"))


def wait_for_map() -> bool:
    """Leave everything but the map to a second run, once in a session.

    Returns
    -------
    bool
        Whether this run is the first.
    """
    state: Any = st.session_state
    # A page that is drawn without the app around it has nothing to wait for.
    if "framed" not in state or state.get("has_waited"):
        return False
    state["has_waited"] = state["is_map_alone"] = True
    return True


@st.fragment(run_every=_MAX_WAIT_S)
def draw_rest_in_time() -> None:
    """Run the whole app after a while, whatever has become of the map."""
    state: Any = st.session_state
    if state.get("is_rest_due"):
        st.rerun()
    state["is_rest_due"] = True
