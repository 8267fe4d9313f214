"""The living map as a part of a page: drawn once, changed in place, and a click opens a zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st
from streamlit_folium import st_folium

from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.catalogue.membership import list_years
from pilotzones.geo.join import JoinedProgramme, find_zone_at
from pilotzones.geo.messages import translate
from pilotzones.geo.query.filters import Selection
from pilotzones.geo.query.unit_comparison import UnitsInYear
from pilotzones.layers.style.choropleth import ColourBy
from pilotzones.layers.webmap.folium_map import make_persistent_map, update_group
from pilotzones.layers.webmap.maps.highlight import find_county_features, make_highlight, with_found, with_view
from pilotzones.layers.webmap.maps.programme import build_state
from pilotzones.layers.webmap.maps.programme_overlays import add_overlays
from pilotzones.layers.webmap.state import MapState
from pilotzones.layers.webmap.state_diff import MapMessages
from pilotzones.views.components.audit.source_comparison import get_other_outline
from pilotzones.views.components.webmap.basemap_picker import get_chosen_basemap
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, ViewTarget, get_theme
from pilotzones.views.state.private_geometry import get_private_store
from pilotzones.views.state.widgets import from_widgets

__all__ = ["build_ground", "place_map", "show_map"]


def show_map(
    joined: JoinedProgramme,
    choices: Choices,
    *,
    key: str,
    height: int,
    colour_by: ColourBy | None = None,
    full_legend: bool = True,
    with_card: bool = False,
    announces: bool = False,
) -> None:
    """Draw the map of the zones chosen.

    Parameters
    ----------
    joined : JoinedProgramme
    choices : Choices
    key : str
        Of the component; one for each page.
    height : int
        [px]
    colour_by : str, optional
        What the visitor chose by default.
    full_legend : bool
    with_card : bool
        Whether the page puts a card over the map for what is open.
    announces : bool
        Whether the page runs again when the map is drawn.
    """
    drawn, context = cache.get_map_geometry(*choices.join_key)
    colouring = colour_by or choices.colour_by
    # The map waits for the audit only when it shows it.
    zones = cache.get_audit(*choices.join_key).zones if colouring == "verdict" else ()
    view: ViewTarget = st.session_state["view"]
    state = build_state(
        joined,
        drawn,
        context,
        choices.selection,
        lang=choices.lang,
        theme=get_theme(),
        colour_by=colouring,
        colour_task=choices.colour_task,
        verdicts={result.zone: result.verdict for result in zones},
        counties=cache.get_county_net(choices.source, choices.year) if choices.counties else None,
        lines=cache.get_county_net(choices.source) if choices.lines else None,
        other=get_other_outline(choices, _find_zone_on_map(joined, choices)),
        detailed=True,
        basemap=get_chosen_basemap(choices.lang),
        full_legend=full_legend,
        view_token=view.token,
        view_zones=view.zones,
        dim_others=True,
        # Of a list of one date the year is that of the names alone.
        year=choices.year if list_years(joined.programme) else None,
        in_year=_find_units(choices),
    )
    others = [cache.get_overlay(one, choices.source, choices.method) for one in choices.beside]
    state = add_overlays(state, others, choices.lang)
    state = _with_place(state, joined, choices, view)
    is_open = choices.at is not None or _find_zone_on_map(joined, choices) is not None
    state = replace(state, covered=with_card and is_open, announces=announces)
    place_map(state, key=key, height=height, on_click=_open_clicked, on_pick=_turn_filter)


def _find_units(choices: Choices) -> UnitsInYear | None:
    if choices.year is None:
        return None
    return cache.get_units_in_year(choices.programme, choices.source, choices.year)


def _find_zone_on_map(joined: JoinedProgramme, choices: Choices) -> int | None:
    """Return the zone that is read about, if the filters let it on the map."""
    shown = {zone.order for zone in choices.selection.apply(joined.programme)}
    return choices.selection.focus if choices.selection.focus in shown else None


def _with_place(state: MapState, joined: JoinedProgramme, choices: Choices, view: ViewTarget) -> MapState:
    """Return the state with the place somebody pointed at, and with a view of its own if there is one."""
    if choices.at is not None:
        index = cache.get_county_index(choices.source)
        county = index.find_county_at(*choices.at)
        marked = None if county is None else find_county_features(state, joined, [county])
        shape = index.geometry[county.row] if county is not None and marked is None else None
        state = replace(
            with_found(state, *make_highlight(*choices.at, shape, store=get_private_store())), marked=marked
        )
    state = replace(state, linked=True)
    return state if view.box is None else with_view(state, view.box, token=view.token, zoom=view.zoom)


def build_ground(choices: Choices, source: str, *, view: str, year: int | None = None) -> MapState:
    """Build the map of a programme with all counties, on which a page shows counties of its own.

    Parameters
    ----------
    choices : Choices
    source : str
        Whose boundaries are drawn.
    view : str
        Name of the view: the map looks at the programme once for each name.
    year : int, optional
        Of the names of the counties; today's by default.

    Returns
    -------
    MapState
    """
    key = (choices.programme, source, choices.method)
    with st.spinner(translate("loading", choices.lang)):
        drawn, context = cache.get_map_geometry(*key)
        return build_state(
            cache.get_joined(*key),
            drawn,
            context,
            Selection(),
            lang=choices.lang,
            theme=get_theme(),
            counties=cache.get_county_net(source, year),
            basemap=get_chosen_basemap(choices.lang),
            full_legend=False,
            view_token=view,
        )


def place_map(
    state: MapState,
    *,
    key: str,
    height: int,
    on_click: Callable[[float, float], None] | None = None,
    on_pick: Callable[[str], None] | None = None,
) -> None:
    """Draw a map, or change the one that stands there.

    Parameters
    ----------
    state : MapState
        All that is to be seen.
    key : str
        Of the component; one for each page. What this visitor's map has been sent so far is kept under it.
    height : int
        [px]
    on_click : callable, optional
        Called with longitude and latitude [degree] of a click, before the page runs again; without it clicks are not sent.
    on_pick : callable, optional
        Called with the filter of a pressed line of the legend, likewise.
    """
    messages: MapMessages = st.session_state.setdefault(f"{key}_messages", MapMessages(store=get_private_store()))
    st_folium(
        make_persistent_map(),
        key=key,
        # It is never a page of its own.
        render=False,
        height=height,
        use_container_width=True,
        returned_objects=[] if on_click is None else ["last_clicked"],
        feature_group_to_add=update_group(state, messages=messages),
        on_change=None if on_click is None else partial(_answer_map, key, on_click, on_pick),
    )


def _answer_map(key: str, on_click: Callable[[float, float], None], on_pick: Callable[[str], None] | None) -> None:
    returned: Any = st.session_state.get(key) or {}
    picked, clicked = returned.get("pick"), returned.get("last_clicked")
    if picked and on_pick is not None:
        on_pick(str(picked))
    elif clicked:
        on_click(clicked["lng"], clicked["lat"])


def _turn_filter(picked: str) -> None:
    """Turn a filter of the legend on, or off if all of it is on."""
    state: Any = st.session_state
    name, _, value = picked.partition("=")
    selection, _ = Selection.from_query(load_programme(state["choices"].programme), {name: value})
    for key, values in (("w_region", selection.regions), ("w_zone", selection.zones)):
        old = list(state.get(key) or [])
        is_on = set(values) <= set(old)
        state[key] = [one for one in old if one not in values] if is_on else [*dict.fromkeys([*old, *values])]


def _open_clicked(lon: float, lat: float) -> None:
    """Remember the place that was clicked, and open its zone if it has one."""
    st.session_state["w_at"] = (round(lon, 5), round(lat, 5))
    choices = from_widgets(st.session_state["choices"])
    joined = cache.get_joined(*choices.join_key)
    shown = [zone.order for zone in choices.selection.apply(joined.programme)]
    zone = find_zone_at(joined, lon, lat, among=shown)
    if zone is not None:
        st.session_state["w_focus"] = zone
