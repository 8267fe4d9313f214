"""The task matrix: zones against tasks, and what they have in common, in place of the map."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from pilotzones.geo.catalogue.models import Programme, Zone
from pilotzones.geo.messages import Language, join_texts, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.geo.query.task_matrix import Matrix, build_matrix, find_closest_pairs
from pilotzones.layers.charts.cooccurrence import build_counts_chart, build_region_chart
from pilotzones.layers.charts.heatmap import PICKED
from pilotzones.layers.charts.task_matrix import build_matrix_chart
from pilotzones.views.components.frame.page_links import link_to
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.components.tabs import show_tabs
from pilotzones.views.state.choices import Choices, get_theme, zoom_to

__all__ = ["show_matrix"]

# Takes over what a click picked.
Take = Callable[[dict[str, Any]], None]
_HAS = "●"


def show_matrix(programme: Programme, chosen: Sequence[Zone], choices: Choices, words: dict[str, str]) -> None:
    """Draw the matrix of zones and tasks, and below it what tasks and zones have in common.

    Parameters
    ----------
    programme : Programme
    chosen : sequence of Zone
        Zones that pass the filters; the others are pale.
    choices : Choices
    words : dict of str to str
        What the programme calls its zones.
    """
    matrix = build_matrix(programme)
    st.header(translate("page_matrix", choices.lang), anchor=False)
    if not matrix.tasks:
        st.info(translate("matrix_none", choices.lang), icon=":material/info:")
        return
    st.caption(escape(translate("matrix_lead", choices.lang, **words)))
    _show_matrix(programme, matrix, chosen, choices)
    _show_tabs(programme, matrix, choices, words)


def _show_matrix(programme: Programme, matrix: Matrix, chosen: Sequence[Zone], choices: Choices) -> None:
    selection = choices.selection
    chart = build_matrix_chart(
        matrix,
        programme,
        tasks=selection.tasks,
        zones=[zone.order for zone in chosen],
        regions=selection.regions,
        focus=selection.focus,
        lang=choices.lang,
        theme=get_theme(),
    )
    _show_chart(chart, "matrix", partial(_take_click, matrix))


def _show_chart(chart: alt.LayerChart, name: str, take: Take) -> None:
    """Show a chart that forgets each click at once: the filters hold the choice, and the chart begins anew."""
    key = f"{name}_{st.session_state.get('matrix_clicks', 0)}"
    st.altair_chart(chart, theme=None, width="stretch", key=key, on_select=partial(_take_pick, key, take))


def _take_pick(key: str, take: Take) -> None:
    state: Any = st.session_state
    picked = state[key]["selection"].get(PICKED) or []
    state["matrix_clicks"] = state.get("matrix_clicks", 0) + 1
    if picked:
        take(picked[-1])


def _take_click(matrix: Matrix, picked: dict[str, Any]) -> None:
    """Handle a click: a cell chooses its task, and opens its zone or chooses its region; a total adds or removes what it is of."""
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
    """Choose the zones that take on both tasks."""
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


def _show_tabs(programme: Programme, matrix: Matrix, choices: Choices, words: dict[str, str]) -> None:
    lang = choices.lang

    def show_regions() -> None:
        chart = build_region_chart(matrix, programme, lang=lang, theme=get_theme())
        _show_chart(chart, "matrix_regions", partial(_take_region, matrix))
        st.caption(translate("matrix_regions_note", lang, **words))

    tabs: dict[str, Callable[[], None]] = {
        translate("matrix_table", lang, **words): lambda: _show_table(programme, matrix, lang, words),
        translate("matrix_together", lang): lambda: _show_together(programme, matrix, lang, words),
        translate("matrix_alike", lang, **words): lambda: _show_alike(programme, matrix, choices, words),
        translate("matrix_regions", lang): show_regions,
    }
    show_tabs(tabs, lang, key="matrix_tabs")


def _show_table(programme: Programme, matrix: Matrix, lang: Language, words: dict[str, str]) -> None:
    table = pd.DataFrame(
        {
            words["One"]: [f"{order} {programme.get_zone(order).name(lang)}" for order in matrix.zones],
            translate("region", lang): [programme.get_region(region).name(lang) for region in matrix.region_of],
        }
        | {
            f"{task} {programme.get_task(task).short(lang)}": [_HAS if has else "" for has in matrix.has[:, column]]
            for column, task in enumerate(matrix.tasks)
        }
        | {translate("matrix_sum", lang): matrix.per_zone}
    )
    show_table(
        table,
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
    names = {task: f"{task} {programme.get_task(task).short(lang)}" for task in matrix.tasks}
    _show_counts(matrix.count_common_zones(), names, "together", _take_pair, lang=lang, words=words)
    st.caption(translate("matrix_together_note", lang, **words))


def _show_alike(programme: Programme, matrix: Matrix, choices: Choices, words: dict[str, str]) -> None:
    lang, zones = choices.lang, choices.selection.zones
    names = {zone: f"{zone} {programme.get_zone(zone).name(lang)}" for zone in matrix.zones}
    _show_counts(matrix.count_common_tasks(), names, "alike", _take_zones, lang=lang, words=words)
    if len(zones) == 2:
        label = translate("matrix_compare", lang, first=names[zones[0]], second=names[zones[1]])
        two = replace(choices, selection=Selection(zones=zones))
        link_to("compare", label, programme, two, icon=":material/compare_arrows:")
    st.caption(translate("matrix_alike_note", lang, **words))


def _show_counts(
    counts: NDArray[np.int_], names: Mapping[int, str], kind: str, take: Take, *, lang: Language, words: dict[str, str]
) -> None:
    """Draw how much every two have in common, and say which have the most."""
    described = translate(f"matrix_{kind}", lang, **words)
    _show_chart(
        build_counts_chart(counts, names, described=described, lang=lang, theme=get_theme()), f"matrix_{kind}", take
    )
    pairs, most = find_closest_pairs(counts)
    if most:
        labels = list(names.values())
        pair_names = join_texts((f"{labels[a]} + {labels[b]}" for a, b in pairs), lang, zh="；", en="; ")
        st.markdown(escape(translate(f"matrix_most_{kind}", lang, names=pair_names, count=most, **words)))
