"""The page "Task matrix": zones against tasks, with the map and the table beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from pilotzones.geo.catalogue.models import Programme, Zone
from pilotzones.geo.messages import Language, place_words, say
from pilotzones.geo.query.filters import Selection
from pilotzones.geo.query.task_matrix import Matrix, build_matrix, closest
from pilotzones.layers.charts.cooccurrence import counts_chart, region_chart
from pilotzones.layers.charts.heatmap import PICKED
from pilotzones.layers.charts.task_matrix import matrix_chart
from pilotzones.views.components.map import show_map
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.page_header import init_page, show_head
from pilotzones.views.components.page_links import link_to
from pilotzones.views.components.sidebar import show_filters, show_match
from pilotzones.views.components.zone_panel import choose_zone
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, publish, theme, zoom_to

__all__ = ["show"]

# Takes over what a click picked.
Take = Callable[[dict[str, Any]], None]
_MAP_HEIGHT = 430
_HAS = "●"
# The controls beside the chart, and the filters of the sidebar that say the same.
_SAME: Final = {"matrix_regions_pick": "w_region", "matrix_tasks": "w_task", "matrix_match": "w_match"}


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = init_page("matrix")
    lang = choices.lang
    show_filters(programme, lang)
    matrix = build_matrix(programme)
    words = place_words(programme.kind, lang)
    show_head("matrix", say("matrix_lead", lang, **words) if matrix.tasks else "", dropped, lang)
    if not matrix.tasks:
        st.info(say("matrix_none", lang), icon=":material/info:")
        publish(programme, choices)
        return
    chosen = choices.selection.apply(programme)
    _show_picks(programme, matrix, choices, words)
    left, right = st.columns([7, 4], gap="medium")
    with left:
        _show_matrix(programme, matrix, chosen, choices)
    with right:
        _show_map(programme, chosen, choices)
    _show_tabs(programme, matrix, choices, words)
    publish(programme, choices)


def _show_picks(programme: Programme, matrix: Matrix, choices: Choices, words: dict[str, str]) -> None:
    """The same choices as in the chart, for the keyboard."""
    lang, selection, state = choices.lang, choices.selection, st.session_state
    state["matrix_tasks"], state["matrix_match"] = list(selection.tasks), selection.match
    state["matrix_regions_pick"] = list(selection.regions)
    counts = dict(zip(matrix.tasks, matrix.per_task.tolist(), strict=True))
    sizes = dict(zip(matrix.regions, matrix.region_sizes.tolist(), strict=True))
    st.pills(
        say("matrix_pick", lang, **words),
        list(matrix.tasks),
        format_func=lambda task: escape(f"{task} {programme.task(task).short(lang)} ({counts[task]})"),
        selection_mode="multi",
        key="matrix_tasks",
        on_change=_take,
        args=("matrix_tasks",),
    )
    if len(sizes) > 1:
        st.pills(
            say("matrix_pick_region", lang, **words),
            list(sizes),
            format_func=lambda name: escape(f"{programme.region(name).name(lang)} ({sizes[name]})"),
            selection_mode="multi",
            key="matrix_regions_pick",
            on_change=_take,
            args=("matrix_regions_pick",),
        )
    if len(selection.tasks) > 1:
        show_match(lang, key="matrix_match", on_change=_take)


def _take(key: str) -> None:
    state: Any = st.session_state
    state[_SAME[key]] = sorted(state[key]) if key == "matrix_tasks" else state[key]


def _show_matrix(programme: Programme, matrix: Matrix, chosen: Sequence[Zone], choices: Choices) -> None:
    selection = choices.selection
    chart = matrix_chart(
        matrix,
        programme,
        tasks=selection.tasks,
        zones=[zone.order for zone in chosen],
        regions=selection.regions,
        focus=selection.focus,
        lang=choices.lang,
        theme=theme(),
    )
    _show_chart(chart, "matrix", partial(_take_click, matrix))


def _show_chart(chart: alt.LayerChart, name: str, take: Take) -> None:
    """A chart that takes clicks, each at once forgotten by it: the filters are the truth, and the chart begins anew."""
    key = f"{name}_{st.session_state.get('matrix_clicks', 0)}"
    st.altair_chart(chart, theme=None, width="stretch", key=key, on_select=partial(_take_pick, key, take))


def _take_pick(key: str, take: Take) -> None:
    state: Any = st.session_state
    picked = state[key]["selection"].get(PICKED) or []
    state["matrix_clicks"] = state.get("matrix_clicks", 0) + 1
    if picked:
        take(picked[-1])


def _take_click(matrix: Matrix, picked: dict[str, Any]) -> None:
    """A cell chooses its task, and opens its zone or chooses its region; a total adds or removes what it is of."""
    state: Any = st.session_state
    zone, task, region = (int(picked[name]) for name in ("zone", "task", "region"))
    name = matrix.regions[region - 1] if region else ""
    if task:
        alone = bool(zone or region)
        state["w_task"] = [task] if alone else sorted(set(state.get("w_task", [])) ^ {task})
    if region:
        there = list(state.get("w_region", []))
        toggled = [one for one in matrix.regions if (one in there) != (one == name)]
        state["w_region"] = [name] if task else toggled
    if zone:
        _open(zone)


def _take_pair(picked: dict[str, Any]) -> None:
    """Zones that take on both tasks."""
    state: Any = st.session_state
    state["w_task"], state["w_match"] = sorted((int(picked["row"]), int(picked["column"]))), "all"


def _take_zones(picked: dict[str, Any]) -> None:
    zones = sorted((int(picked["row"]), int(picked["column"])))
    st.session_state["w_zone"] = zones
    zoom_to(*zones)


def _take_region(matrix: Matrix, picked: dict[str, Any]) -> None:
    st.session_state["w_region"] = [matrix.regions[int(picked["row"])]]
    st.session_state["w_task"] = [int(picked["column"])]


def _open(zone: int) -> None:
    st.session_state["w_focus"] = zone
    zoom_to(zone)


def _show_map(programme: Programme, chosen: Sequence[Zone], choices: Choices) -> None:
    lang = choices.lang
    key = (choices.programme, choices.source, choices.method)
    with st.spinner(say("loading", lang)):
        joined = cache.get_joined(*key)
        cache.get_map_geometry(*key)
    show_map(joined, choices, key="matrix_map", height=_MAP_HEIGHT, full_legend=False)
    choose_zone(chosen, lang, label="" if programme.kind == "zones" else say(f"open_{programme.kind}", lang))


def _show_tabs(programme: Programme, matrix: Matrix, choices: Choices, words: dict[str, str]) -> None:
    lang = choices.lang
    table, together, alike, regions = st.tabs(
        [
            say("matrix_table", lang, **words),
            say("matrix_together", lang),
            say("matrix_alike", lang, **words),
            say("matrix_regions", lang),
        ],
        key=f"matrix_tabs_{lang}",
        on_change="rerun",
    )
    if table.open:
        with table:
            _show_table(programme, matrix, lang, words)
    if together.open:
        with together:
            _show_together(programme, matrix, lang, words)
    if alike.open:
        with alike:
            _show_alike(programme, matrix, choices, words)
    if regions.open:
        with regions:
            chart = region_chart(matrix, programme, lang=lang, theme=theme())
            _show_chart(chart, "matrix_regions", partial(_take_region, matrix))
            st.caption(say("matrix_regions_note", lang, **words))


def _show_table(programme: Programme, matrix: Matrix, lang: Language, words: dict[str, str]) -> None:
    table = pd.DataFrame(
        {
            words["One"]: [f"{order} {programme.zone(order).name(lang)}" for order in matrix.zones],
            say("region", lang): [programme.region(region).name(lang) for region in matrix.region_of],
        }
        | {
            f"{task} {programme.task(task).short(lang)}": [_HAS if has else "" for has in matrix.has[:, column]]
            for column, task in enumerate(matrix.tasks)
        }
        | {say("matrix_sum", lang): matrix.per_zone}
    )
    st.dataframe(
        table,
        hide_index=True,
        key="matrix_table",
        height="content",
        on_select=partial(_open_row, matrix.zones),
        selection_mode="single-row",
    )


def _open_row(zones: Sequence[int]) -> None:
    state: Any = st.session_state["matrix_table"]
    if state["selection"]["rows"]:
        _open(zones[state["selection"]["rows"][0]])


def _show_together(programme: Programme, matrix: Matrix, lang: Language, words: dict[str, str]) -> None:
    names = {task: f"{task} {programme.task(task).short(lang)}" for task in matrix.tasks}
    _show_counts(matrix.together(), names, "together", _take_pair, lang=lang, words=words)
    st.caption(say("matrix_together_note", lang, **words))


def _show_alike(programme: Programme, matrix: Matrix, choices: Choices, words: dict[str, str]) -> None:
    lang, zones = choices.lang, choices.selection.zones
    names = {zone: f"{zone} {programme.zone(zone).name(lang)}" for zone in matrix.zones}
    _show_counts(matrix.alike(), names, "alike", _take_zones, lang=lang, words=words)
    if len(zones) == 2:
        told = say("matrix_compare", lang, first=names[zones[0]], second=names[zones[1]])
        two = replace(choices, selection=Selection(zones=zones))
        link_to("compare", told, programme, two, icon=":material/compare_arrows:")
    st.caption(say("matrix_alike_note", lang, **words))


def _show_counts(
    counts: NDArray[np.int_], names: Mapping[int, str], kind: str, take: Take, *, lang: Language, words: dict[str, str]
) -> None:
    """Draw how much every two have in common, and say which have the most."""
    described = say(f"matrix_{kind}", lang, **words)
    _show_chart(counts_chart(counts, names, described=described, lang=lang, theme=theme()), f"matrix_{kind}", take)
    pairs, most = closest(counts)
    if most:
        told = _pair_names(pairs, list(names.values()), lang)
        st.markdown(escape(say(f"matrix_most_{kind}", lang, names=told, count=most, **words)))


def _pair_names(pairs: Sequence[tuple[int, int]], names: Sequence[str], lang: Language) -> str:
    between = "；" if lang == "zh" else "; "
    return between.join(f"{names[a]} + {names[b]}" for a, b in pairs)
