"""The map of a visitor's list: zones in colours of their own, the candidates of the open question, answers by click."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final

import streamlit as st
from streamlit_folium import st_folium

from geo.boundaries import load
from geo.catalogue import DEFAULT_PROGRAMME
from geo.join import zone_at
from geo.selection import Selection
from layers.base_map import ZoneMap, update_group
from layers.list_layers import Candidates, in_zone_colours, prepare_candidates, with_candidates
from layers.programme_map import state_of
from views import resources
from views.basemaps import basemap_chosen
from views.list_review import asked_now, candidates_of, choice_key
from views.list_state import ListWork, OnMap, drawn_list
from views.living_map import messages_to
from views.state import Choices, theme

__all__ = ["show_list_map"]

_KEY: Final = "list_map"
_HEIGHT: Final = 560


def show_list_map(work: ListWork, on_map: OnMap, choices: Choices) -> None:
    """Draw the map of the list.

    Parameters
    ----------
    work : ListWork
    on_map : OnMap
        The list on the source chosen.
    choices : Choices
    """
    _, context = resources.drawn(DEFAULT_PROGRAMME, choices.source, choices.method)
    basemap = basemap_chosen(choices.lang)
    focus: int | None = st.session_state.get("list_zone")
    state = state_of(
        on_map.joined,
        drawn_list(on_map),
        context,
        Selection(focus=focus),
        lang=choices.lang,
        theme=theme(),
        counties=resources.counties(choices.source) if choices.counties else None,
        lines=resources.counties(choices.source) if choices.lines else None,
        basemap=basemap,
        view_token=f"list-{work.token}-{focus or 0}",
        view_zones=[] if focus is None else [focus],
    )
    state = in_zone_colours(state, on_map.joined, choices.lang)
    asked = asked_now(work)
    candidates, choice = None, ""
    if asked is not None:
        candidates = prepare_candidates(load(choices.source), candidates_of(asked[1]))
        choice = choice_key(*asked)
    if candidates is not None:
        token = f"{work.token}-{choice}"
        shown = with_candidates(state, candidates, st.session_state.get(choice), token=token, lang=choices.lang)
        # Unless the map follows the question, it stays with the list.
        state = shown if st.session_state.get("list_follow", True) else replace(shown, view=state.view)
    st_folium(
        ZoneMap(),
        key=_KEY,
        height=_HEIGHT,
        use_container_width=True,
        returned_objects=["last_clicked"],
        feature_group_to_add=update_group(state, messages=messages_to(_KEY)),
        on_change=partial(_clicked, on_map, candidates, choice),
    )


def _clicked(on_map: OnMap, candidates: Candidates | None, choice: str) -> None:
    """Tick the candidate that was clicked, or else open the zone."""
    returned: Any = st.session_state.get(_KEY) or {}
    clicked = returned.get("last_clicked")
    if not clicked:
        return
    code = None if candidates is None else candidates.at(clicked["lng"], clicked["lat"])
    if code is not None:
        st.session_state[choice] = code
        return
    zone = zone_at(on_map.joined, clicked["lng"], clicked["lat"])
    if zone is not None:
        st.session_state["list_zone"] = zone
