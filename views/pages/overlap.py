"""The page Overlap: which programmes meet where and since when, and how much ground is under how many of them."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.catalogue.loader import list_programmes, list_titles, load_programme, read_title
from pilotzones.geo.messages import Language, join_texts, translate
from pilotzones.geo.panel.overlap import ProgrammeOverlap
from pilotzones.geo.panel.overlap_writer import encode_overlap, load_overlap
from pilotzones.geo.panel.rules import FIRST_YEAR, LAST_YEAR
from pilotzones.layers.charts.cooccurrence import build_counts_chart
from pilotzones.layers.webmap.maps.overlap import shade_overlap
from pilotzones.views.components.downloads import offer_file
from pilotzones.views.components.frame.page_header import init_page, show_head
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.components.tables.panel_tables import show_panel_table
from pilotzones.views.components.webmap.map import build_ground, place_map
from pilotzones.views.state.choices import Choices, get_theme, publish

__all__ = ["show"]

_MAP_HEIGHT = 520


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = init_page("overlap")
    lang = choices.lang
    show_head("overlap", translate("overlap_lead", lang), dropped, lang)
    publish(programme, choices)
    names = st.multiselect(
        translate("panel_programmes", lang),
        list_programmes(),
        default=list_programmes(),
        format_func=lambda name: read_title(name).name(lang),
        key="w_overlap_programmes",
    )
    year = st.number_input(translate("overlap_year", lang), FIRST_YEAR, LAST_YEAR, value=None, key="w_overlap_year")
    if not names:
        st.info(translate("overlap_none", lang))
        return
    with st.spinner(translate("loading", lang)):
        made = _measure(tuple(names), None if year is None else int(year))
    _show_matrix(made, lang)
    _show_map(made, choices)
    _show_tables(made, lang)
    _show_downloads(made, lang)


@st.cache_resource(show_spinner=False, max_entries=8)
def _measure(names: tuple[str, ...], year: int | None) -> ProgrammeOverlap:
    return load_overlap([load_programme(name) for name in names], year=year)


def _show_matrix(made: ProgrammeOverlap, lang: Language) -> None:
    st.header(translate("overlap_matrix", lang), anchor=False)
    pairs = made.pairs
    ids = list(dict.fromkeys([*pairs["programme"], *pairs["other"]]))
    if not ids:
        st.info(translate("overlap_none", lang))
        return
    names = {number: f"{number}  {read_title(name).name(lang)}" for number, name in enumerate(ids, 1)}
    counts = np.zeros((len(ids), len(ids)), dtype=int)
    for one, other, shared in zip(pairs["programme"], pairs["other"], pairs["counties"], strict=True):
        counts[ids.index(one), ids.index(other)] = counts[ids.index(other), ids.index(one)] = shared
    described = translate("overlap_matrix_description", lang)
    chart = build_counts_chart(counts, names, described=described, lang=lang, theme=get_theme())
    st.altair_chart(chart, theme=None, width="stretch", key="overlap_matrix")
    st.caption(translate("overlap_matrix_note", lang))
    with st.expander(translate("themes_table", lang)):
        table = pd.DataFrame(counts, columns=[str(number) for number in names], dtype="Int64")
        # A programme is not compared with itself.
        table = table.mask(np.eye(len(ids), dtype=bool))
        table.insert(0, translate("programme", lang), list(names.values()))
        show_table(table, key="overlap_matrix_table", height="content")
    if made.undated:
        undated = (f"{read_title(name).name(lang)} {count:,}" for name, count in made.undated.items())
        listing = join_texts(undated, lang, en="; ")
        st.caption(escape(translate("overlap_undated", lang, listing=listing)))


def _show_map(made: ProgrammeOverlap, choices: Choices) -> None:
    lang = choices.lang
    st.header(translate("overlap_map", lang), anchor=False)
    # What is measured on one source is drawn on the same.
    ground = build_ground(choices, DEFAULT_SOURCE, view="overlap")
    titles = list_titles(lang)
    place_map(
        shade_overlap(ground, map(_list_ids, made.counties["programme_ids"]), titles, lang=lang, theme=get_theme()),
        key="overlap_map",
        height=_MAP_HEIGHT,
    )


def _list_ids(cell: str) -> list[str]:
    """List the programmes of a county: the column has an id and the first year of each."""
    return [name.partition(" ")[0] for name in cell.split(";") if name]


def _show_tables(made: ProgrammeOverlap, lang: Language) -> None:
    st.header(translate("overlap_areas", lang), anchor=False)
    show_panel_table(made.areas, lang, key="overlap_areas")
    st.header(translate("overlap_pairs", lang), anchor=False)
    pairs = made.pairs[(made.pairs["counties"] > 0) | (made.pairs["touched"] > 0)]
    show_panel_table(pairs.drop(columns="county_codes"), lang, key="overlap_pairs")
    st.header(translate("overlap_zones", lang), anchor=False)
    show_panel_table(made.zones.drop(columns="county_codes"), lang, key="overlap_zones")


def _show_downloads(made: ProgrammeOverlap, lang: Language) -> None:
    row = st.container(horizontal=True)
    for suffix in (".xlsx", ".csv", ".geojson"):
        name = f"overlap{suffix}"
        label = translate("panel_companion", lang, name=name)
        offer_file(label, partial(encode_overlap, made, suffix), name, key=f"download_{name}", place=row)
