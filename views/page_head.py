"""How a page begins: what the visitor has chosen, the title, and which parts of a link were not understood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from geo.programme import Programme
from layers.wording import Language, say
from views.state import Choices, current, from_widgets, main_programme
from views.zone_panel import escaped

__all__ = ["Opened", "opened", "show_head"]


class Opened(NamedTuple):
    """What a page starts from; `dropped` are the parts of a link that nothing could be made of."""

    programme: Programme
    choices: Choices
    dropped: list[str]


def opened(page: str) -> Opened:
    """What the visitor has chosen, before any widget of the page is drawn.

    Parameters
    ----------
    page : str
        As the navigation names it.

    Returns
    -------
    Opened
    """
    programme = main_programme()
    before, dropped = current(programme, page)
    return Opened(programme, from_widgets(before), dropped)


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
    st.title(say(f"page_{page}", lang), anchor=False)
    st.caption(escaped(lead))
    if dropped:
        st.warning(escaped(say("dropped", lang, what="; ".join(dropped))))
