"""What stands on the map: the choice between map, table and matrix, the colours, and the layers in one button."""

from __future__ import annotations

import streamlit as st

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import Language, translate
from pilotzones.views.components.frame.sidebar import show_colour, show_layer_choices
from pilotzones.views.state.choices import MAP_VIEWS

__all__ = ["show_map_tools"]


def show_map_tools(programme: Programme, year: int | None, lang: Language) -> None:
    """Draw the row of controls above the map.

    Parameters
    ----------
    programme : Programme
    year : int or None
        Whose names the map has.
    lang : {"zh", "en"}
    """
    with st.container(key="tools", horizontal=True, vertical_alignment="top", gap="small"):
        views = [view for view in MAP_VIEWS if view != "matrix" or programme.tasks]
        st.segmented_control(
            translate("view_choice", lang),
            views,
            format_func=lambda view: translate(f"view_{view}", lang),
            key="w_show",
            required=True,
            label_visibility="collapsed",
        )
        if programme.kind.states_areas:
            with st.container(key="colour"):
                show_colour(programme, lang)
        show_layer_choices(year, lang)
