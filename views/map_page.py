"""The map page: filters, the living map, the panel of a zone, the tables and the downloads."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st
from streamlit_folium import st_folium

from geo.audit import ZoneAudit
from geo.catalogue import DEFAULT_PROGRAMME, load_programme
from geo.export import LAYERS, LayerName, geojson, layer
from geo.join import COUNTED, Joined, zone_at
from geo.programme import Zone
from geo.selection import Selection
from layers.base_map import ZoneMap, update_group
from layers.payload import Basemap
from layers.programme_map import state_of
from layers.wording import Language, say
from views import resources
from views.filters import show_filters
from views.state import Choices, current, from_widgets, look_at, publish, theme
from views.tables import member_table, show_members, show_zones, zone_table
from views.zone_panel import escaped, show_zone

__all__ = ["show"]

_OSM = Basemap(
    url="https://tile.openstreetmap.org/{z}/{x}/{y}.png", attribution="© OpenStreetMap contributors", max_zoom=19
)
_HEIGHT = 640
# A browser that has been given a new map and all the rest at once draws the map last. Given the map alone for this long
# [s], it shows the answer in half the time; the rest comes as much later. On a first visit the code that draws tables,
# 1.5 MB of it, would be fetched and parsed before the map: there the tables wait.
_HEAD_START = 0.05
_FIRST_HEAD_START = 0.6


def show() -> None:
    """Draw the page."""
    programme = load_programme(DEFAULT_PROGRAMME)
    before, dropped = current(programme)
    choices = from_widgets(before)
    lang, selection = choices.lang, choices.selection
    head = st.container()
    left, right = st.columns([7, 4], gap="medium")
    with left:
        with st.spinner(say("loading", lang)):
            joined = resources.joined(DEFAULT_PROGRAMME, choices.source)
            resources.drawn(DEFAULT_PROGRAMME, choices.source)
        # What has been chosen is known before any widget is drawn: the map's answer leaves first, the rest follows.
        is_first = "on_map" not in st.session_state
        _show_map(joined, choices)
    show_filters(programme, lang)
    chosen = selection.apply(programme)
    results = resources.audited(DEFAULT_PROGRAMME, choices.source, chosen)
    with head:
        _show_head(joined, chosen, dropped, lang)
    with right:
        _show_panel(joined, chosen, results, choices)
    if is_first:
        time.sleep(_FIRST_HEAD_START)
    _show_tables(joined, chosen, results, lang)
    _show_downloads(joined, chosen, choices)
    publish(programme, choices)


def _show_head(joined: Joined, chosen: Sequence[Zone], dropped: Sequence[str], lang: Language) -> None:
    st.title(escaped(joined.programme.title(lang)), anchor=False)
    st.markdown(_count_line(joined, chosen, lang))
    if dropped:
        st.warning(escaped(say("dropped", lang, what="; ".join(dropped))))


def _count_line(joined: Joined, chosen: Sequence[Zone], lang: Language) -> str:
    own = joined.members[joined.members["zone"].isin([zone.order for zone in chosen])]
    return say(
        "count_line",
        lang,
        shown=len(chosen),
        total=len(joined.programme.zones),
        matched=int(own["geometry_quality"].isin(COUNTED).sum()),
        members=len(own),
    )


def _show_map(joined: Joined, choices: Choices) -> None:
    drawn, context = resources.drawn(DEFAULT_PROGRAMME, choices.source)
    view = st.session_state["view"]
    state = state_of(
        joined,
        drawn,
        context,
        choices.selection,
        lang=choices.lang,
        theme=theme(),
        colour_by=choices.colour_by,
        counties=resources.counties(choices.source) if choices.counties else None,
        basemap=_OSM if st.session_state.get("basemap") == "osm" else None,
        view_token=view.token,
        view_zones=view.zones,
    )
    st_folium(
        ZoneMap(),
        key="map",
        height=_HEIGHT,
        use_container_width=True,
        returned_objects=["last_clicked"],
        feature_group_to_add=update_group(state),
        on_change=_open_clicked,
    )
    if state != st.session_state.get("on_map"):
        st.session_state["on_map"] = state
        time.sleep(_HEAD_START)


def _open_clicked() -> None:
    """Open the zone that was clicked; a click beside every zone changes nothing."""
    clicked = (st.session_state.get("map") or {}).get("last_clicked")
    choices: Choices = from_widgets(st.session_state["choices"])
    if not clicked:
        return
    joined = resources.joined(DEFAULT_PROGRAMME, choices.source)
    shown = [zone.order for zone in choices.selection.apply(joined.programme)]
    zone = zone_at(joined, clicked["lng"], clicked["lat"], among=shown)
    if zone is not None:
        st.session_state["w_focus"] = zone


def _show_panel(joined: Joined, chosen: Sequence[Zone], results: Sequence[ZoneAudit], choices: Choices) -> None:
    lang, by_order = choices.lang, {zone.order: zone for zone in chosen}
    if st.session_state.get("w_focus") not in by_order:
        st.session_state["w_focus"] = None
    focus = st.selectbox(
        say("panel_choose", lang),
        list(by_order),
        index=None,
        format_func=lambda order: f"{order}. {by_order[order].name(lang)}",
        key="w_focus",
        placeholder=say("panel_none", lang),
        on_change=_look_at_focus,
    )
    if focus is None:
        st.info(say("nothing" if not chosen else "welcome", lang), icon=":material/info:")
        return
    st.button(say("panel_zoom", lang), icon=":material/zoom_in:", on_click=look_at, args=(focus,))
    result = next(result for result in results if result.zone == focus)
    show_zone(joined, by_order[focus], result, choices.selection, lang)


def _look_at_focus() -> None:
    focus = st.session_state["w_focus"]
    if focus is not None:
        look_at(focus)


def _show_tables(joined: Joined, chosen: Sequence[Zone], results: Sequence[ZoneAudit], lang: Language) -> None:
    st.subheader(say("table", lang), anchor=False)
    if not chosen:
        st.info(say("nothing", lang))
        return
    # Only the open one is made and sent: the longer table is half of all that a filter change would send.
    zones, members = st.tabs(
        [say("table_zones", lang), say("table_members", lang)], key=f"tables_{lang}", on_change="rerun"
    )
    orders = [zone.order for zone in chosen]
    if zones.open:
        with zones:
            show_zones(zone_table(joined, chosen, results, lang), lang, on_select=_open_row, key=_row_key(orders))
    if members.open:
        with members:
            show_members(member_table(joined, orders, lang), lang, key="members_all")


def _row_key(orders: Sequence[int]) -> str:
    # Another set of rows is another table: its selection must not survive as a row number.
    return "zones_" + "_".join(map(str, orders))


def _open_row() -> None:
    choices = from_widgets(st.session_state["choices"])
    orders = [zone.order for zone in choices.selection.apply(load_programme(DEFAULT_PROGRAMME))]
    rows: list[int] = st.session_state[_row_key(orders)]["selection"]["rows"]
    if rows:
        st.session_state["w_focus"] = orders[rows[0]]
        look_at(orders[rows[0]])


def _show_downloads(joined: Joined, chosen: Sequence[Zone], choices: Choices) -> None:
    lang = choices.lang
    st.subheader(say("download", lang), anchor=False)
    if not chosen:
        st.info(say("nothing", lang))
        return
    name = joined.boundaries.info.name(lang)
    st.caption(escaped(say("download_note", lang, shown=len(chosen), source=name)))
    permalink = _permalink(choices.to_query(joined.programme))
    for column, kind in zip(st.columns(2), LAYERS, strict=True):
        column.download_button(
            say(f"download_{kind}", lang),
            # A callable is only run when somebody presses the button.
            data=partial(_file, joined, kind, choices.selection, permalink),
            file_name=f"pilotzones_{joined.programme.id}_{choices.source}_{kind}.geojson",
            mime="application/geo+json",
            icon=":material/download:",
            width="stretch",
            key=f"download_{kind}",
            on_click="ignore",
        )


def _permalink(query: dict[str, str]) -> str:
    # Streamlit drops the slash of a bare host; the address bar has it.
    page = urlsplit(st.context.url or "")
    return urlunsplit((page.scheme, page.netloc, page.path or "/", urlencode(query), "")) if page.netloc else ""


def _file(joined: Joined, kind: LayerName, selection: Selection, permalink: str) -> bytes:
    return geojson(layer(joined, kind, selection=selection, permalink=permalink))
