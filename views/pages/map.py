"""The map page: a list of the zones, the map, table or matrix of them, and the card of the one that is open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import streamlit as st

from pilotzones.geo.audit import ZoneAudit
from pilotzones.geo.catalogue.models import Programme, Zone
from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, get_place_words, translate
from pilotzones.geo.query.unit_comparison import MemberInYear
from pilotzones.views.components.audit.source_comparison import show_other
from pilotzones.views.components.frame.page_header import show_dropped, show_error
from pilotzones.views.components.frame.search_box import show_place_summary
from pilotzones.views.components.frame.sidebar import show_colour, show_layer_choices, show_programmes, show_selection
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.programme.data_sheet import show_tables
from pilotzones.views.components.programme.example_links import show_guide
from pilotzones.views.components.programme.panel import count_line, show_town
from pilotzones.views.components.webmap.map import show_map
from pilotzones.views.components.webmap.year_slider import show_year_slider
from pilotzones.views.components.zone.card import show_card_head, show_zone_card
from pilotzones.views.components.zone.list import show_status, show_zone_list
from pilotzones.views.state import cache
from pilotzones.views.state.choices import (
    MAP_VIEWS,
    Choices,
    MapView,
    get_choices,
    get_language,
    get_main_programme,
    publish,
    zoom_to,
)
from pilotzones.views.state.frame import draw_rest_in_time, is_frame_due, wait_for_map
from pilotzones.views.state.widgets import from_widgets

__all__ = ["show", "show_explorer"]

# The style sheet makes the map as high as the window; this is for a browser that does not read it [px].
_HEIGHT = 640


def show() -> None:
    """Draw the page."""
    show_explorer("map")


@st.fragment
def show_explorer(page: str, *, view: MapView = "map") -> None:
    """Draw the page under one of its addresses; what is chosen on it draws it again, without the app around it.

    Parameters
    ----------
    page : str
        As the navigation names it.
    view : {"map", "table", "matrix"}
        What is shown first at this address.
    """
    try:
        _show_explorer(page, view)
    except PilotzonesError as error:
        # Nothing around a fragment would catch it.
        show_error(error, get_language())


def _show_explorer(page: str, view: MapView) -> None:
    programme = get_main_programme()
    if is_frame_due(programme):
        st.rerun()
    is_opened = st.session_state.get("page") != page
    before, dropped = get_choices(programme, page)
    choices = from_widgets(before)
    if is_opened and view != "map" and choices.show == "map":
        st.session_state["w_show"] = view
        choices = replace(choices, show=view)
    chosen = choices.selection.apply(programme)
    _follow_filter(before, choices, chosen)
    # The order on the page is that of the keyboard: list, map, card. The map is drawn first, for its answer to leave first.
    panel, stage = st.container(key="panel"), st.container(key="stage")
    is_map_first = choices.show == "map" and wait_for_map()
    with stage:
        joined = _load(choices)
        show_map(joined, choices, key="map", height=_HEIGHT, with_card=True, announces=is_map_first)
    if is_map_first:
        with panel:
            _show_title(programme, choices.lang)
        draw_rest_in_time()
        publish(programme, choices)
        return
    sheet = None if choices.show == "map" else st.container(key="sheet")
    _show_tools(programme, choices.year, choices.lang)
    if choices.show == "map":
        _show_year(programme, choices)
    audit = cache.get_audit(*choices.join_key)
    orders = {zone.order for zone in chosen}
    results = [result for result in audit.zones if result.zone in orders]
    with panel:
        focus = _show_panel(joined, chosen, results, choices, dropped)
    if focus is not None or choices.at is not None:
        with st.container(key="card"):
            _show_card(joined, results, focus, replace(choices, selection=replace(choices.selection, focus=focus)))
    if sheet is not None:
        with sheet:
            _show_sheet(joined, chosen, results, choices)
    publish(programme, choices)


def _show_tools(programme: Programme, year: int | None, lang: Language) -> None:
    """Draw the row above the map: the choice between map, table and matrix, the colours, and the layers in one button."""
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


def _show_year(programme: Programme, choices: Choices) -> None:
    members: Collection[MemberInYear] = ()
    if choices.year is not None:
        members = cache.get_units_in_year(choices.programme, choices.source, choices.year).members.values()
    show_year_slider(programme, choices.year, members, choices.lang, with_counties=choices.counties)


def _follow_filter(before: Choices, choices: Choices, chosen: Sequence[Zone]) -> None:
    """Let the map look at what a filter has left, once; at the whole programme when nothing is filtered any more."""
    was, now = (replace(one.selection, focus=None) for one in (before, choices))
    if was == now or (not chosen and not now.is_everything):
        return
    zoom_to(*(() if now.is_everything else [zone.order for zone in chosen]))


def _load(choices: Choices) -> JoinedProgramme:
    """Load the programme on the source chosen; where nobody has had it yet, the page says that it takes a moment."""
    key = choices.join_key
    if not cache.has_map_geometry(*key):
        with st.spinner(translate("loading", choices.lang)):
            cache.get_map_geometry(*key)
    return cache.get_joined(*key)


def _show_title(programme: Programme, lang: Language) -> None:
    st.title(escape(programme.title(lang)), anchor=False)


def _show_panel(
    joined: JoinedProgramme,
    chosen: Sequence[Zone],
    results: Sequence[ZoneAudit],
    choices: Choices,
    dropped: Sequence[str],
) -> int | None:
    lang, programme = choices.lang, joined.programme
    _show_title(programme, lang)
    show_programmes(lang)
    show_dropped(dropped, lang)
    show_selection(programme, lang)
    show_status(joined, chosen, choices)
    focus = show_zone_list(joined, chosen, results, lang)
    st.caption(_count_line(programme, results, choices))
    show_guide(programme, choices)
    return focus


def _count_line(programme: Programme, results: Sequence[ZoneAudit], choices: Choices) -> str:
    lang = choices.lang
    if not programme.kind.states_areas:
        return count_line(programme, [result.zone for result in results], lang)
    return translate(
        "count_line",
        lang,
        shown=len(results),
        matched=sum(result.members_counted for result in results),
        members=sum(result.members_total for result in results),
    )


def _show_card(joined: JoinedProgramme, results: Sequence[ZoneAudit], focus: int | None, choices: Choices) -> None:
    """Draw the zone that is open, or else the place that somebody pointed at."""
    lang = choices.lang
    orders = [result.zone for result in results]
    if focus is None:
        show_card_head(translate("card_place_title", lang), lang)
        show_place_summary(joined, choices, orders)
        return
    zone = joined.programme.get_zone(focus)
    show_card_head(f"{zone.order}. {zone.name(lang)}", lang)
    if joined.programme.kind.lists_towns:
        show_town(joined, zone, lang)
        return
    show_place_summary(joined, choices, orders)
    show_zone_card(joined, zone, next(result for result in results if result.zone == focus), choices)
    show_other(choices, focus)


def _show_sheet(
    joined: JoinedProgramme, chosen: Sequence[Zone], results: Sequence[ZoneAudit], choices: Choices
) -> None:
    if choices.show == "table":
        show_tables(joined, chosen, results, choices.lang)
    elif choices.show == "matrix":
        # Its charts take a moment to import, and the map needs none.
        from pilotzones.views.components.programme.matrix import show_matrix

        show_matrix(joined.programme, chosen, choices, get_place_words(joined.programme.kind, choices.lang))
