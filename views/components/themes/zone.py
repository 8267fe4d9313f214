"""What the document says for one zone, by theme."""

from __future__ import annotations

import streamlit as st

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import append_detail, get_place_words, translate
from pilotzones.geo.statements.loader import load_statements
from pilotzones.geo.statements.models import KINDS
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.themes.statements import describe_statement
from pilotzones.views.state.choices import Choices

__all__ = ["show_zone_statements"]


def show_zone_statements(programme: Programme, zone: int, choices: Choices) -> None:
    """Draw the section, a theme an expander; nothing for a programme that has no statements.

    Parameters
    ----------
    programme : Programme
    zone : int
    choices : Choices
    """
    lang, base = choices.lang, load_statements()
    found = base.select(zone=(programme.id, zone))
    if not found:
        return
    words = get_place_words(programme.kind, lang)
    st.header(translate("themes_zone_head", lang, **words), anchor=False)
    st.caption(escape(translate("themes_zone_note", lang, **words)))
    for theme in base.themes:
        own = sorted((one for one in found if theme.id in one.themes), key=lambda one: KINDS.index(one.kind))
        if own:
            with st.expander(escape(append_detail(theme.name(lang), str(len(own)), lang))):
                st.markdown("\n".join(describe_statement(base, one, lang) for one in own))
