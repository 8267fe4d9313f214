"""The map of a visitor's list: zones in colours of their own, the candidates of the open question, answers by click."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.catalogue import DEFAULT_PROGRAMME
from pilotzones.geo.join import find_zone_at
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.webmap.maps.candidates import Candidates, color_by_zone, prepare_candidates, with_candidates
from pilotzones.layers.webmap.maps.programme import build_state
from pilotzones.views.components.user_list.review import get_pending, list_candidates, make_choice_key
from pilotzones.views.components.webmap.basemap_picker import get_chosen_basemap
from pilotzones.views.components.webmap.map import place_map
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, get_theme
from pilotzones.views.state.private_geometry import get_private_store
from pilotzones.views.state.user_list import JoinedDraft, ListWork, get_drawn_list

__all__ = ["show_list_map"]

_HEIGHT: Final = 560


def show_list_map(work: ListWork, on_map: JoinedDraft, choices: Choices) -> None:
    """Draw the map of the list.

    Parameters
    ----------
    work : ListWork
    on_map : JoinedDraft
        The list on the source chosen.
    choices : Choices
    """
    _, context = cache.get_map_geometry(DEFAULT_PROGRAMME, choices.source, choices.method)
    basemap = get_chosen_basemap(choices.lang)
    focus: int | None = st.session_state.get("list_zone")
    year = int(work.source.as_of[:4]) if work.source.as_of else None
    state = build_state(
        on_map.joined,
        get_drawn_list(on_map),
        context,
        Selection(focus=focus),
        lang=choices.lang,
        theme=get_theme(),
        counties=cache.get_county_net(choices.source, year) if choices.counties else None,
        lines=cache.get_county_net(choices.source) if choices.lines else None,
        basemap=basemap,
        view_token=f"list-{work.token}-{focus or 0}",
        view_zones=[] if focus is None else [focus],
    )
    state = color_by_zone(state, on_map.joined, choices.lang)
    pending = get_pending(work)
    candidates, choice = None, ""
    if pending is not None:
        candidates = prepare_candidates(load(choices.source), list_candidates(pending[1]), store=get_private_store())
        choice = make_choice_key(*pending)
    if candidates is not None:
        token = f"{work.token}-{choice}"
        shown = with_candidates(state, candidates, st.session_state.get(choice), token=token, lang=choices.lang)
        # Unless the map follows the question, it stays with the list.
        state = shown if st.session_state.get("list_follow", True) else replace(shown, view=state.view)
    place_map(state, key="list_map", height=_HEIGHT, on_click=partial(_handle_click, on_map, candidates, choice))


def _handle_click(on_map: JoinedDraft, candidates: Candidates | None, choice: str, lon: float, lat: float) -> None:
    """Tick the candidate that was clicked, or else open the zone."""
    code = None if candidates is None else candidates.find_code_at(lon, lat)
    if code is not None:
        st.session_state[choice] = code
        return
    zone = find_zone_at(on_map.joined, lon, lat)
    if zone is not None:
        st.session_state["list_zone"] = zone
