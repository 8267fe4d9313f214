"""The filters and display choices in the sidebar."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from pilotzones.geo.boundaries.sources import BUILT_IN, get_source_info
from pilotzones.geo.catalogue.loader import list_titles
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.geometry.area import METHODS
from pilotzones.geo.messages import Language, translate
from pilotzones.geo.query.filters import ChoiceCounts, Selection
from pilotzones.layers.place_labels import name_place
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.webmap.basemap_picker import show_basemap_choice
from pilotzones.views.components.webmap.year_slider import show_year_choice
from pilotzones.views.state.choices import COLOURS, Choices, zoom_to
from pilotzones.views.state.widgets import from_widgets, restore_hidden_widgets, seed_widgets

__all__ = [
    "reset_filters",
    "show_colour",
    "show_display_choices",
    "show_filters",
    "show_layer_choices",
    "show_programmes",
    "show_selection",
]


def show_filters(programme: Programme, lang: Language, *, with_colour: bool = True) -> None:
    """Draw the sidebar; what is chosen lands in the session under ``w_…`` keys.

    Parameters
    ----------
    programme : Programme
    lang : {"zh", "en"}
    with_colour : bool
        Whether the page has a map, so that the visitor chooses how zones are coloured; one of figures opens the box of
        what they are computed from.
    """
    with st.sidebar:
        show_programmes(lang)
        st.header(translate("filters", lang))
        show_selection(programme, lang)
        st.button(translate("reset", lang), icon=":material/filter_alt_off:", on_click=reset_filters, width="stretch")
        if with_colour and programme.kind.states_areas:
            show_colour(programme, lang)
        _show_display(lang, expanded=not with_colour)
        show_basemap_choice(lang)


def show_display_choices(lang: Language) -> None:
    """Draw the sidebar of a page that filters nothing: language, boundary source, area method, background.

    Parameters
    ----------
    lang : {"zh", "en"}
    """
    with st.sidebar:
        _show_display(lang, expanded=True)
        show_basemap_choice(lang)


def show_programmes(lang: Language) -> None:
    """Ask which programme is looked at."""
    titles = list_titles(lang)
    st.selectbox(
        translate("programme", lang), list(titles), format_func=titles.__getitem__, key="w_programme", on_change=_switch
    )


def _switch() -> None:
    """Switch to another programme, which has other zones: its filters begin empty, and the map looks at all of it."""
    before: Choices = st.session_state["choices"]
    main = st.session_state["w_programme"]
    beside = tuple(one for one in st.session_state.get("w_beside", before.beside) if one != main)
    choices = replace(
        before, programme=main, beside=beside, selection=Selection(), colour_by="region", at=None, zoom=None, year=None
    )
    st.session_state["choices"] = choices
    seed_widgets(choices)
    zoom_to()


def show_selection(programme: Programme, lang: Language) -> None:
    """Draw the filters, only those that can choose something: a programme may have one region, one province or no tasks.

    Parameters
    ----------
    programme : Programme
    lang : {"zh", "en"}
    """
    regions = {region.name_zh: region.name(lang) for region in programme.regions}
    if len(regions) > 1:
        st.pills(
            translate("region", lang),
            list(regions),
            format_func=regions.__getitem__,
            selection_mode="multi",
            key="w_region",
        )
    if programme.tasks:
        _show_task_filter(programme, lang)
    query = str(st.session_state.get("w_query") or "")
    if query:
        # Only a link has one: the search box leads to what is typed, it filters nothing.
        st.button(escape(translate("query_chip", lang, query=query)), icon=":material/close:", on_click=_forget_query)
    is_open = _show_more(programme, lang)
    _show_counts(programme, lang, with_places=is_open)


def _show_counts(programme: Programme, lang: Language, *, with_places: bool) -> None:
    """Write beside each choice of a filter how many zones it leaves.

    The counts are style, not labels: Streamlit knows a choice by its label, and would forget what was chosen under a label
    that has changed meanwhile.
    """
    chosen = from_widgets(st.session_state["choices"]).selection
    match = st.session_state.get("w_match") or chosen.match
    counts = replace(chosen, match=match).count_choices(programme)
    regions = [
        f"button:nth-of-type({place}) p::after{{content:'\\a0 {counts.regions[region.name_zh]}'}}"
        for place, region in enumerate(programme.regions, start=1)
    ]
    rules = [
        f".st-key-w_region{{{''.join(regions)}}}",
        *_count_options(programme, counts, lang, with_places=with_places),
    ]
    st.html(f"<style>{''.join(rules)}</style>")


def _count_options(programme: Programme, counts: ChoiceCounts, lang: Language, *, with_places: bool) -> list[str]:
    """Write the same for the lists of boxes that are drawn, which are known by the words above them."""
    lists: dict[str, Sequence[int]] = {translate("task", lang): [counts.tasks[task.number] for task in programme.tasks]}
    if with_places:
        lists[translate("province", lang)] = [counts.provinces[name] for name in programme.provinces]
        lists[translate(f"unit_{programme.kind}", lang)] = [counts.zones[zone.order] for zone in programme.zones]
    return [
        f'[role="listbox"][aria-label={json.dumps(title, ensure_ascii=False)}]{{'
        + "".join(
            f"[data-key=\"{place}\"]>div{{{'' if count else 'opacity:.5;'}&::after{{content:'\\a0 {count}'}}}}"
            for place, count in enumerate(numbers)
        )
        + "}"
        for title, numbers in lists.items()
        if numbers
    ]


def _show_more(programme: Programme, lang: Language) -> bool:
    """Draw the box of what is asked less often, open from the start where something is chosen in it; tell whether it is open."""
    keys = ("w_province", "w_zone", "w_beside")
    # Open already, it stays so when the last choice in it is taken back: to Streamlit another start is another state.
    opened = any(st.session_state.get(key) for key in (*keys, "more_box"))
    box = st.expander(
        translate("more", lang), expanded=opened, icon=":material/tune:", key="more_box", on_change="rerun"
    )
    restore_hidden_widgets(*keys, drawn=bool(box.open))
    if box.open:
        with box:
            _show_places(programme, lang)
            show_beside(lang)
    return bool(box.open)


def _show_places(programme: Programme, lang: Language) -> None:
    if len(programme.provinces) > 1:
        st.multiselect(
            translate("province", lang),
            programme.provinces,
            format_func=partial(name_place, lang=lang),
            key="w_province",
            placeholder=translate("province_placeholder", lang),
            select_all=False,
        )
    has_zones = programme.kind.states_areas
    zones = {zone.order: f"{zone.order} {zone.name(lang)}" for zone in programme.zones}
    if len(zones) > 1:
        st.multiselect(
            translate(f"unit_{programme.kind}", lang),
            list(zones),
            format_func=zones.__getitem__,
            key="w_zone",
            placeholder=translate("zone_placeholder" if has_zones else "all_towns", lang),
            select_all=False,
        )


def show_beside(lang: Language, *, hint: str = "") -> None:
    """Ask which other programmes are laid over the one that is looked at.

    Parameters
    ----------
    lang : {"zh", "en"}
    hint : str, optional
        What the choice changes, where it is not the map of filters, list and tables.
    """
    titles = list_titles(lang)
    others = [name for name in titles if name != st.session_state.get("w_programme")]
    st.multiselect(
        translate("beside", lang),
        others,
        format_func=titles.__getitem__,
        key="w_beside",
        placeholder=translate("beside_placeholder", lang),
        help=hint or translate("beside_help", lang),
        select_all=False,
    )


def _show_task_filter(programme: Programme, lang: Language) -> None:
    tasks = {task.number: f"{task.number} {task.short(lang)}" for task in programme.tasks}
    chosen = st.multiselect(
        translate("task", lang),
        list(tasks),
        format_func=tasks.__getitem__,
        key="w_task",
        placeholder=translate("task_placeholder", lang),
        select_all=False,
    )
    # Gone with the second task, it comes back as it was: what is said again is not forgotten.
    st.session_state["w_match"] = st.session_state.get("w_match", "all")
    if len(chosen) > 1:
        # Zones with any of several tasks, or with all of them.
        st.radio(
            translate("match", lang),
            ["any", "all"],
            format_func=lambda value: translate(f"match_{value}", lang),
            key="w_match",
            horizontal=True,
        )


def show_colour(programme: Programme, lang: Language) -> None:
    """Draw the choice of what the zones are coloured by, and where that is one task, of the task.

    Parameters
    ----------
    programme : Programme
    lang : {"zh", "en"}
    """
    chosen = st.selectbox(
        translate("colour_by", lang),
        COLOURS,
        format_func=lambda value: translate(f"colour_{value}", lang),
        key="w_colour",
    )
    if chosen == "task" and programme.tasks:
        if st.session_state.get("w_hue") is None:
            st.session_state["w_hue"] = programme.tasks[0].number
        st.selectbox(
            translate("colour_task_which", lang),
            [task.number for task in programme.tasks],
            format_func=lambda number: f"{number} {programme.get_task(number).short(lang)}",
            key="w_hue",
        )


def _show_display(lang: Language, *, expanded: bool) -> None:
    """Ask what a map or an audit is made from; on a page with filters it is sent when somebody opens it."""
    opened = st.expander(
        translate("display", lang), expanded=expanded, icon=":material/layers:", key="display_box", on_change="rerun"
    )
    restore_hidden_widgets("w_source", "w_method", "w_lines", "w_counties", drawn=bool(opened.open))
    if not opened.open:
        return
    with opened:
        _show_sources(lang)


def _show_sources(lang: Language) -> None:
    st.selectbox(
        translate("source", lang),
        BUILT_IN,
        format_func=lambda source: get_source_info(source).name(lang),
        key="w_source",
    )
    st.selectbox(
        translate("method", lang),
        list(METHODS),
        format_func=lambda method: translate(f"method_{method}", lang),
        key="w_method",
        help=translate("method_help", lang),
    )
    st.toggle(translate("division_lines", lang), key="w_lines")
    st.toggle(translate("all_counties", lang), key="w_counties")


def show_layer_choices(year: int | None, lang: Language) -> None:
    """Draw the button of a map that opens its layers: boundary source, method, lines, year of the names, basemap.

    Parameters
    ----------
    year : int or None
        Whose names the map has.
    lang : {"zh", "en"}
    """
    opened = st.popover(translate("layers", lang), icon=":material/layers:", key="layers_box", on_change="rerun")
    restore_hidden_widgets("w_source", "w_method", "w_lines", "w_counties", drawn=bool(opened.open))
    if opened.open:
        with opened:
            _show_sources(lang)
            show_year_choice(year, lang)
            show_basemap_choice(lang)


def _forget_query() -> None:
    st.session_state["w_query"] = ""


def reset_filters() -> None:
    """Clear what filters, and the place pointed at; how things are shown stays."""
    choices: Choices = st.session_state["choices"]
    seed_widgets(replace(choices, selection=Selection(), at=None))
