"""How a page begins: what the visitor has chosen, the title, and which parts of a link were not understood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.messages import Language, translate
from pilotzones.views.components.frame.sidebar import show_display_choices
from pilotzones.views.components.markdown import escape
from pilotzones.views.state.choices import Choices, get_choices, get_main_programme
from pilotzones.views.state.widgets import from_widgets

__all__ = ["PageContext", "init_page", "show_error", "show_head"]


class PageContext(NamedTuple):
    """What a page starts from; `dropped` are the parts of a link that nothing could be made of."""

    programme: Programme
    choices: Choices
    dropped: list[str]


def init_page(page: str, *, has_filters: bool = False) -> PageContext:
    """Read what the visitor has chosen, before any widget of the page is drawn, and draw the sidebar of a page without filters.

    Parameters
    ----------
    page : str
        As the navigation names it.
    has_filters : bool, optional
        Whether the page draws a sidebar with filters itself.

    Returns
    -------
    PageContext
    """
    programme = get_main_programme()
    before, dropped = get_choices(programme, page)
    choices = from_widgets(before)
    if not has_filters:
        show_display_choices(choices.lang)
    return PageContext(programme, choices, dropped)


def show_head(page: str, lead: str, dropped: Sequence[str], lang: Language) -> None:
    """Draw the title of a page, one sentence that says what it is for, and what of a link was left out.

    Parameters
    ----------
    page : str
        As the navigation names it.
    lead : str
        The sentence, as plain text.
    dropped : sequence of str
        Parts of the link.
    lang : {"zh", "en"}
    """
    st.title(translate(f"page_{page}", lang), anchor=False)
    st.caption(escape(lead))
    show_dropped(dropped, lang)


def show_dropped(dropped: Sequence[str], lang: Language) -> None:
    """Say which parts of a link were not understood, where there are any."""
    if dropped:
        st.warning(escape(translate("dropped", lang, what="; ".join(dropped))))


def show_error(error: PilotzonesError, lang: Language) -> None:
    """Draw what has gone wrong, as plain text: an error may quote what somebody typed.

    Parameters
    ----------
    error : PilotzonesError
    lang : {"zh", "en"}
    """
    st.error(translate("error", lang, what=""))
    st.text(error.describe(lang))
