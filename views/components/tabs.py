"""Tabs of which only the open one is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pilotzones.geo.messages import Language

__all__ = ["show_tabs"]


def show_tabs(tabs: Mapping[str, Callable[[], None]], lang: Language, *, key: str) -> None:
    """Draw tabs; only what stands in the open one is made and sent. In another language the same one is open.

    Parameters
    ----------
    tabs : mapping of str to function
        By its title what draws a tab.
    lang : {"zh", "en"}
        Of the titles.
    key : str
    """
    state: Any = st.session_state
    titles, last = list(tabs), f"{key}_last"
    # To Streamlit other titles are other tabs.
    own = f"{key}_{lang}"
    drawn_in, place = state.get(last, (lang, 0))
    if drawn_in != lang and place < len(titles):
        state[own] = titles[place]
    for number, tab in enumerate(st.tabs(titles, key=own, on_change="rerun")):
        if tab.open:
            state[last] = (lang, number)
            with tab:
                tabs[titles[number]]()
