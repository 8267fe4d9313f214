"""Tabs of which only the open one is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

__all__ = ["show_tabs"]


def show_tabs(tabs: Mapping[str, Callable[[], None]], *, key: str) -> None:
    """Draw tabs; only what stands in the open one is made and sent.

    Parameters
    ----------
    tabs : mapping of str to function
        By its title what draws a tab.
    key : str
        Another one for each language: to Streamlit other titles are other tabs.
    """
    for tab, draw in zip(st.tabs(list(tabs), key=key, on_change="rerun"), tabs.values(), strict=True):
        if tab.open:
            with tab:
                draw()
