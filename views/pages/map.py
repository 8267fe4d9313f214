"""The map page: filters, the living map, the panel of a zone, the tables and the downloads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pilotzones.geo.audit import ZoneAudit
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.catalogue.models import Zone
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, place_words, say
from pilotzones.views.components.audit.source_comparison import show_other
from pilotzones.views.components.downloads import show_layer_downloads
from pilotzones.views.components.example_links import show_guide
from pilotzones.views.components.map import show_map
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.programme_panel import count_line, show_about, show_measures, show_town
from pilotzones.views.components.search_box import show_place_summary, show_search_box
from pilotzones.views.components.sidebar import show_filters
from pilotzones.views.components.tables import member_table, show_members, show_rows, show_zones, town_table, zone_table
from pilotzones.views.components.zone_panel import choose_zone, show_zone
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, current, from_widgets, main_programme, publish, zoom_to

__all__ = ["show"]

_HEIGHT = 640


def show() -> None:
    """Draw the page."""
    programme = main_programme()
    before, dropped = current(programme, "map")
    choices = from_widgets(before)
    lang, selection = choices.lang, choices.selection
    head = st.container()
    left, right = st.columns([7, 4], gap="medium")
    with left:
        search = st.container()
        joined = _load(choices)
        # What has been chosen is known before any widget is drawn: the map's answer leaves first, the rest follows.
        show_map(joined, choices, key="map", height=_HEIGHT)
        here = st.container()
    show_filters(programme, lang)
    chosen = selection.apply(programme)
    orders = {zone.order for zone in chosen}
    audit = cache.get_audit(choices.programme, choices.source, choices.method)
    results = [result for result in audit.zones if result.zone in orders]
    with head:
        _show_head(joined, results, dropped, lang)
        show_guide(programme, choices)
        _show_downloads(joined, chosen, choices)
    with search:
        show_search_box(joined, choices)
    with here:
        show_place_summary(joined, choices, orders)
    with right:
        _show_panel(joined, chosen, results, choices)
    _show_tables(joined, chosen, results, lang)
    publish(programme, choices)


def _load(choices: Choices) -> JoinedProgramme:
    """The programme on the source chosen; who has not had it yet is told that it takes a moment."""
    asked = (choices.programme, choices.source, choices.method)
    had: set[tuple[str, str, str]] = st.session_state.setdefault("had", set())
    if asked not in had:
        with st.spinner(say("loading", choices.lang)):
            cache.get_map_geometry(*asked)
        had.add(asked)
    return cache.get_joined(*asked)


def _show_head(joined: JoinedProgramme, results: Sequence[ZoneAudit], dropped: Sequence[str], lang: Language) -> None:
    st.title(escape(joined.programme.title(lang)), anchor=False)
    st.markdown(_count_line(joined, results, lang))
    show_about(joined, lang)
    if dropped:
        st.warning(escape(say("dropped", lang, what="; ".join(dropped))))


def _count_line(joined: JoinedProgramme, results: Sequence[ZoneAudit], lang: Language) -> str:
    if joined.programme.kind != "zones":
        return count_line(joined.programme, [result.zone for result in results], lang)
    return say(
        "count_line",
        lang,
        shown=len(results),
        total=len(joined.programme.zones),
        matched=sum(result.members_counted for result in results),
        members=sum(result.members_total for result in results),
    )


def _show_panel(
    joined: JoinedProgramme, chosen: Sequence[Zone], results: Sequence[ZoneAudit], choices: Choices
) -> None:
    lang = choices.lang
    kind = joined.programme.kind
    focus = choose_zone(chosen, lang, label="" if kind == "zones" else say(f"open_{kind}", lang))
    if focus is None:
        welcome = say("welcome", lang) if kind == "zones" else say(f"welcome_{kind}", lang)
        st.info(welcome if chosen else say("nothing", lang), icon=":material/info:")
        return
    st.button(say("panel_zoom", lang), icon=":material/zoom_in:", on_click=zoom_to, args=(focus,))
    if joined.programme.kind == "towns":
        show_town(joined, joined.programme.zone(focus), lang)
        return
    result = next(result for result in results if result.zone == focus)
    show_other(choices, focus)
    show_zone(joined, joined.programme.zone(focus), result, choices.selection, lang)


def _show_tables(joined: JoinedProgramme, chosen: Sequence[Zone], results: Sequence[ZoneAudit], lang: Language) -> None:
    st.header(say("table", lang), anchor=False)
    if not chosen:
        st.info(say("nothing", lang))
        return
    kind = _choose_table(joined.programme.kind, lang)
    orders = [zone.order for zone in chosen]
    if kind == "members":
        show_members(member_table(joined, orders, lang), lang, key="members_all")
    elif kind is not None and joined.programme.kind == "towns":
        show_rows(town_table(joined, chosen, lang), on_select=_open_row, key=_row_key(orders))
    elif kind is not None:
        show_zones(zone_table(joined, chosen, results, lang), lang, on_select=_open_row, key=_row_key(orders))
    if joined.programme.measures:
        show_measures(joined.programme, lang)


def _choose_table(programme_kind: str, lang: Language) -> str | None:
    """Which table is asked for; None at first, for a browser draws a table anew with every answer."""
    kinds = {"zones": place_words(programme_kind, lang)["Many"]}
    if programme_kind != "towns":
        kinds["members"] = say("table_members", lang)
    state: Any = st.session_state
    # Streamlit forgets it on other pages, and another programme may not have it.
    wanted = state.get("table_kind", state.get("table_shown"))
    if "table_kind" not in state or wanted not in (*kinds, None):
        state["table_kind"] = wanted if wanted in kinds else None
    st.caption(say("table_choose", lang))
    state["table_shown"] = st.segmented_control(
        say("table", lang),
        list(kinds),
        format_func=kinds.__getitem__,
        key="table_kind",
        label_visibility="collapsed",
    )
    shown: str | None = state["table_shown"]
    return shown


def _row_key(orders: Sequence[int]) -> str:
    # Another set of rows is another table: its selection must not survive as a row number.
    return "zones_" + "_".join(map(str, orders))


def _open_row() -> None:
    choices = from_widgets(st.session_state["choices"])
    orders = [zone.order for zone in choices.selection.apply(load_programme(choices.programme))]
    rows: list[int] = st.session_state[_row_key(orders)]["selection"]["rows"]
    if rows:
        st.session_state["w_focus"] = orders[rows[0]]
        zoom_to(orders[rows[0]])


def _show_downloads(joined: JoinedProgramme, chosen: Sequence[Zone], choices: Choices) -> None:
    lang = choices.lang
    # What is in it is made and sent when somebody opens it, not with every change of a filter.
    opened = st.popover(say("download", lang), icon=":material/download:", key="download_box", on_change="rerun")
    if not opened.open:
        return
    with opened:
        if not chosen:
            st.info(say("nothing", lang))
            return
        name = joined.boundaries.info.name(lang)
        st.caption(
            escape(
                say("download_note", lang, shown=len(chosen), source=name, **place_words(joined.programme.kind, lang))
            )
        )
        show_layer_downloads(joined, choices)
