"""The page "Task matrix": zones against tasks, with the map and the table beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from geo.matrix import Matrix, closest, matrix_of
from geo.programme import Programme, Zone
from layers.matrix_charts import PICKED, counts_chart, matrix_chart, region_chart
from layers.wording import Language, say
from views import resources
from views.filters import show_filters
from views.living_map import show_map
from views.page_head import opened, show_head
from views.state import Choices, look_at, publish, theme
from views.zone_panel import choose_zone, escaped

__all__ = ["show"]

_MAP_HEIGHT = 430
_HAS = "●"


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = opened("matrix")
    lang = choices.lang
    show_filters(programme, lang)
    show_head("matrix", say("matrix_lead", lang), dropped, lang)
    matrix = matrix_of(programme)
    if not matrix.tasks:
        st.info(say("matrix_none", lang), icon=":material/info:")
        publish(programme, choices)
        return
    chosen = choices.selection.apply(programme)
    _show_tasks(programme, matrix, choices)
    left, right = st.columns([7, 4], gap="medium")
    with left:
        _show_matrix(programme, matrix, chosen, choices)
    with right:
        _show_map(chosen, choices)
    _show_tabs(programme, matrix, lang)
    publish(programme, choices)


def _show_tasks(programme: Programme, matrix: Matrix, choices: Choices) -> None:
    """The same choice as in the chart, for the keyboard."""
    counts = dict(zip(matrix.tasks, matrix.per_task.tolist(), strict=True))
    st.session_state["matrix_tasks"] = list(choices.selection.tasks)
    st.pills(
        say("matrix_pick", choices.lang),
        list(matrix.tasks),
        format_func=lambda task: escaped(f"{task} {programme.task(task).short(choices.lang)} ({counts[task]})"),
        selection_mode="multi",
        key="matrix_tasks",
        on_change=_take_tasks,
    )


def _take_tasks() -> None:
    st.session_state["w_task"] = sorted(st.session_state["matrix_tasks"])


def _show_matrix(programme: Programme, matrix: Matrix, chosen: Sequence[Zone], choices: Choices) -> None:
    selection = choices.selection
    chart = matrix_chart(
        matrix,
        programme,
        tasks=selection.tasks,
        zones=[zone.order for zone in chosen],
        focus=selection.focus,
        lang=choices.lang,
        theme=theme(),
    )
    # A click is taken over into the filters and forgotten by the chart, which begins anew: the filters are the truth.
    key = f"matrix_{st.session_state.get('matrix_clicks', 0)}"
    st.altair_chart(chart, theme=None, width="stretch", key=key, on_select=partial(_take_click, key))


def _take_click(key: str) -> None:
    state: Any = st.session_state
    picked = state[key]["selection"].get(PICKED) or []
    state["matrix_clicks"] = state.get("matrix_clicks", 0) + 1
    if not picked:
        return
    zone, task = int(picked[-1]["zone"]), int(picked[-1]["task"])
    tasks = list(state.get("w_task", []))
    if zone and task:
        state["w_task"] = [task]
    elif task:
        state["w_task"] = sorted(set(tasks) ^ {task})
    if zone:
        _open(zone)


def _open(zone: int) -> None:
    st.session_state["w_focus"] = zone
    look_at(zone)


def _show_map(chosen: Sequence[Zone], choices: Choices) -> None:
    lang = choices.lang
    key = (choices.programme, choices.source, choices.method)
    with st.spinner(say("loading", lang)):
        joined = resources.joined(*key)
        resources.drawn(*key)
    show_map(joined, choices, key="matrix_map", height=_MAP_HEIGHT, full_legend=False)
    choose_zone(chosen, lang)


def _show_tabs(programme: Programme, matrix: Matrix, lang: Language) -> None:
    table, together, alike, regions = st.tabs(
        [
            say("matrix_table", lang),
            say("matrix_together", lang),
            say("matrix_alike", lang),
            say("matrix_regions", lang),
        ],
        key=f"matrix_tabs_{lang}",
        on_change="rerun",
    )
    if table.open:
        with table:
            _show_table(programme, matrix, lang)
    if together.open:
        with together:
            _show_together(programme, matrix, lang)
    if alike.open:
        with alike:
            _show_alike(programme, matrix, lang)
    if regions.open:
        with regions:
            chart = region_chart(matrix, programme, lang=lang, theme=theme())
            st.altair_chart(chart, theme=None, width="stretch", key="matrix_regions")
            st.caption(say("matrix_regions_note", lang))


def _show_table(programme: Programme, matrix: Matrix, lang: Language) -> None:
    table = pd.DataFrame(
        {
            say("zone", lang): [f"{order} {programme.zone(order).name(lang)}" for order in matrix.zones],
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


def _show_together(programme: Programme, matrix: Matrix, lang: Language) -> None:
    names = {task: f"{task} {programme.task(task).short(lang)}" for task in matrix.tasks}
    _show_counts(matrix.together(), names, "together", say("matrix_together", lang), lang)
    st.caption(say("matrix_together_note", lang))


def _show_alike(programme: Programme, matrix: Matrix, lang: Language) -> None:
    names = {zone: f"{zone} {programme.zone(zone).name(lang)}" for zone in matrix.zones}
    _show_counts(matrix.alike(), names, "alike", say("matrix_alike", lang), lang)
    st.caption(say("matrix_alike_note", lang))


def _show_counts(counts: NDArray[np.int_], names: Mapping[int, str], kind: str, described: str, lang: Language) -> None:
    """Draw how much every two have in common, and say which have the most."""
    chart = counts_chart(counts, names, described=described, lang=lang, theme=theme())
    st.altair_chart(chart, theme=None, width="stretch", key=f"matrix_{kind}")
    pairs, most = closest(counts)
    if most:
        told = _pair_names(pairs, list(names.values()), lang)
        st.markdown(escaped(say(f"matrix_most_{kind}", lang, names=told, count=most)))


def _pair_names(pairs: Sequence[tuple[int, int]], names: Sequence[str], lang: Language) -> str:
    between = "；" if lang == "zh" else "; "
    return between.join(f"{names[a]} + {names[b]}" for a, b in pairs)
