"""Links from one page to another that carry what is to be seen there."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import translate
from pilotzones.views.components.markdown import escape
from pilotzones.views.state.choices import Choices

__all__ = ["link_to", "register_pages", "show_sibling_pages"]


def register_pages(pages: dict[str, Any]) -> None:
    """Remember the pages by name, so that each can link to the others.

    Parameters
    ----------
    pages : dict of str to streamlit.Page
    """
    st.session_state["pages"] = pages


def link_to(page: str, label: str, programme: Programme, choices: Choices, *, icon: str | None = None) -> None:
    """Draw a link that opens a page with these choices, as a link of its own would.

    Parameters
    ----------
    page : str
        Name of the page.
    label : str
        Plain text.
    programme : Programme
    choices : Choices
    icon : str, optional
    """
    pages = st.session_state.get("pages", {})
    if page in pages:
        st.page_link(pages[page], label=escape(label), icon=icon, query_params=choices.to_query(programme))


def show_sibling_pages(names: tuple[str, ...], programme: Programme, choices: Choices) -> None:
    """Draw a row of links between pages that stand behind one entry of the bar.

    Parameters
    ----------
    names : tuple of str
        Of the pages.
    programme : Programme
    choices : Choices
    """
    with st.container(horizontal=True, gap="small", key="sibling_pages"):
        for name in names:
            link_to(name, translate(f"page_{name}", choices.lang), programme, choices)
