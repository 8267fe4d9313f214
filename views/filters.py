"""The filters and display choices in the sidebar."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo.areas import METHODS
from geo.boundaries import BUILT_IN, source_info
from geo.programme import Programme
from geo.selection import Selection
from layers.wording import Language, say
from views.basemaps import show_basemap_choice
from views.state import COLOURS, Choices, seed_widgets

__all__ = ["show_display_choices", "show_filters"]

_LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


def show_filters(programme: Programme, lang: Language, *, with_colour: bool = True) -> None:
    """Draw the sidebar; what is chosen lands in the session under ``w_…`` keys.

    Parameters
    ----------
    programme : Programme
    lang : {"zh", "en"}
    with_colour : bool
        Whether the page lets the visitor choose how zones are coloured.
    """
    with st.sidebar:
        _show_language(lang)
        st.subheader(say("filters", lang))
        _show_selection(programme, lang)
        st.button(
            say("reset", lang),
            icon=":material/filter_alt_off:",
            on_click=_reset,
            width="stretch",
        )
        st.subheader(say("display", lang))
        if with_colour:
            _show_colour(programme, lang)
        _show_display(lang)


def show_display_choices(lang: Language) -> None:
    """Draw the sidebar of a page that filters nothing: language, boundary source, area method, background.

    Parameters
    ----------
    lang : {"zh", "en"}
    """
    with st.sidebar:
        _show_language(lang)
        st.subheader(say("display", lang))
        _show_display(lang)


def _show_language(lang: Language) -> None:
    st.segmented_control(
        say("language", lang),
        options=list(_LANGUAGE_NAMES),
        format_func=_LANGUAGE_NAMES.__getitem__,
        key="w_lang",
        required=True,
        label_visibility="collapsed",
    )


def _show_selection(programme: Programme, lang: Language) -> None:
    regions = {region.name_zh: region.name(lang) for region in programme.regions}
    tasks = {task.number: f"{task.number} {task.short(lang)}" for task in programme.tasks}
    zones = {zone.order: f"{zone.order} {zone.name(lang)}" for zone in programme.zones}
    st.pills(
        say("region", lang), list(regions), format_func=regions.__getitem__, selection_mode="multi", key="w_region"
    )
    st.multiselect(
        say("task", lang),
        list(tasks),
        format_func=tasks.__getitem__,
        key="w_task",
        placeholder=say("task_placeholder", lang),
    )
    st.radio(
        say("match", lang),
        ["any", "all"],
        format_func=lambda value: say(f"match_{value}", lang),
        key="w_match",
        horizontal=True,
    )
    st.multiselect(
        say("province", lang), programme.provinces, key="w_province", placeholder=say("province_placeholder", lang)
    )
    st.multiselect(
        say("zone", lang),
        list(zones),
        format_func=zones.__getitem__,
        key="w_zone",
        placeholder=say("zone_placeholder", lang),
    )
    st.text_input(say("search", lang), key="w_query", placeholder=say("search_placeholder", lang), max_chars=100)


def _show_colour(programme: Programme, lang: Language) -> None:
    chosen = st.selectbox(
        say("colour_by", lang), COLOURS, format_func=lambda value: say(f"colour_{value}", lang), key="w_colour"
    )
    if chosen == "task" and programme.tasks:
        if st.session_state.get("w_hue") is None:
            st.session_state["w_hue"] = programme.tasks[0].number
        st.selectbox(
            say("colour_task_which", lang),
            [task.number for task in programme.tasks],
            format_func=lambda number: f"{number} {programme.task(number).short(lang)}",
            key="w_hue",
        )


def _show_display(lang: Language) -> None:
    st.selectbox(
        say("source", lang), BUILT_IN, format_func=lambda source: source_info(source).name(lang), key="w_source"
    )
    st.selectbox(
        say("method", lang),
        list(METHODS),
        format_func=lambda method: say(f"method_{method}", lang),
        key="w_method",
        help=say("method_help", lang),
    )
    st.toggle(say("all_counties", lang), key="w_counties")
    show_basemap_choice(lang)


def _reset() -> None:
    """Clear what filters, and the place pointed at; how things are shown stays."""
    kept: Choices = st.session_state["choices"]
    seed_widgets(replace(kept, selection=Selection(), at=None))
