"""Themes against documents and against zones, as charts one can click and as tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import Language, translate
from pilotzones.geo.statements.models import StatementBase
from pilotzones.geo.statements.tables import count_by_document, count_by_zone
from pilotzones.layers.charts.cooccurrence import draw_theme_chart
from pilotzones.layers.charts.heatmap import PICKED
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.state.choices import get_theme

__all__ = ["show_counts"]


def show_counts(base: StatementBase, programme: Programme, lang: Language) -> None:
    """Draw how many statements of each document carry each theme, and how many tasks of each zone.

    Parameters
    ----------
    base : StatementBase
    programme : Programme
        The one whose zones are counted.
    lang : {"zh", "en"}
    """
    st.header(translate("themes_by_document", lang), anchor=False)
    heads = {one.id: one.name(lang) for one in base.documents}
    counts: Mapping[str, Mapping[str, int]] = count_by_document(base, base.statements)
    _show_chart(base, counts, heads, "themes_by_document", lang)
    st.caption(translate("themes_by_document_note", lang))
    if not programme.tasks:
        return
    st.header(translate("themes_by_zone", lang), anchor=False)
    zones = {str(zone.order): f"{zone.order} {zone.name(lang)}" for zone in programme.zones}
    by_zone = {
        name: {str(zone): number for zone, number in row.items()}
        for name, row in count_by_zone(base, programme.id).items()
    }
    _show_chart(base, by_zone, zones, "themes_by_zone", lang)
    st.caption(escape(translate("themes_by_zone_note", lang, programme=programme.title(lang))))


def _show_chart(
    base: StatementBase,
    counts: Mapping[str, Mapping[str, int]],
    heads: Mapping[str, str],
    name: str,
    lang: Language,
) -> None:
    chart = draw_theme_chart(base, counts, heads, described=translate(name, lang), lang=lang, theme=get_theme())
    # A click is forgotten by the chart at once: the boxes above are what is chosen.
    key = f"{name}_{st.session_state.get('theme_clicks', 0)}"
    st.altair_chart(chart, theme=None, width="stretch", key=key, on_select=partial(_take_click, key))
    with st.expander(translate("themes_table", lang)):
        table = pd.DataFrame(
            {translate("themes_theme", lang): [one.name(lang) for one in base.themes]}
            | {head: [counts[one.id].get(column, 0) for one in base.themes] for column, head in heads.items()}
        )
        show_table(table, key=f"{name}_table", height="content")


def _take_click(key: str) -> None:
    state: Any = st.session_state
    picked = state[key]["selection"].get(PICKED) or []
    state["theme_clicks"] = state.get("theme_clicks", 0) + 1
    if picked:
        state["w_topic"] = picked[-1]["row"]
        # A column of digits is a zone, which is no choice of this page.
        state["w_theme_document"] = "" if picked[-1]["column"].isdigit() else picked[-1]["column"]
