"""The page "Indicators": figures by place and year as map, lines and evaluation."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark
from pilotzones.geo.indicators.reader import OBSERVATION_COLUMNS
from pilotzones.geo.indicators.series import JoinedIndicators, select_year
from pilotzones.geo.messages import place_words, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.webmap.indicator_map import classify_indicator, shade_counties
from pilotzones.layers.webmap.state_builder import build_state
from pilotzones.views.components.indicators.evaluation import show_evaluation
from pilotzones.views.components.indicators.trend import show_trend
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.page_header import init_page, show_head
from pilotzones.views.components.sidebar import show_display_choices
from pilotzones.views.components.webmap.basemap_picker import get_chosen_basemap
from pilotzones.views.components.webmap.map import place_map
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, get_theme, publish
from pilotzones.views.state.indicators import current_indicators, load_example, open_indicators

__all__ = ["show"]

_HEIGHT_PX: Final = 520
_MAX_SHOWN_PROBLEMS: Final = 100
_TEMPLATE: Final = ",".join(OBSERVATION_COLUMNS[:-1]) + "\r\n"


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = init_page("indicators")
    lang = choices.lang
    show_display_choices(lang)
    show_head("indicators", translate("indicators_lead", lang), dropped, lang)
    _show_input(choices)
    joined = current_indicators()
    if joined is not None:
        _show_summary(joined, choices)
        _show_views(joined, programme, choices)
    publish(programme, choices)


def _show_input(choices: Choices) -> None:
    lang = choices.lang
    st.caption(translate("indicators_private", lang))
    st.file_uploader(
        translate("indicators_upload", lang), key="indicators_file", on_change=_open_file, args=(choices.source,)
    )
    with st.container(horizontal=True):
        st.button(
            translate("indicators_example", lang),
            key="indicators_example",
            icon=":material/science:",
            help=translate("indicators_example_note", lang),
            on_click=load_example,
            args=(choices.programme, choices.source, choices.method),
        )
        st.download_button(
            translate("indicators_template", lang),
            data=_TEMPLATE.encode("utf-8-sig"),
            file_name="pilotzones_indicators.csv",
            mime="text/csv",
            icon=":material/download:",
            key="indicators_template",
            on_click="ignore",
        )
    error = st.session_state.get("indicators_error")
    if error:
        st.error(translate("indicators_refused", lang))
        st.text(error)


def _open_file(source: str) -> None:
    uploaded: Any = st.session_state["indicators_file"]
    if uploaded is not None:
        open_indicators(uploaded.getvalue(), uploaded.name, source)


def _show_summary(joined: JoinedIndicators, choices: Choices) -> None:
    lang = choices.lang
    settled = sum(answer.status == "found" for answer in joined.answers)
    st.markdown(
        translate(
            "indicators_summary",
            lang,
            figures=f"{int(joined.frame['obs_value'].count()):,}",
            indicators=len(joined.indicators),
            years=len(joined.years),
            settled=f"{settled:,}",
            places=f"{len(joined.answers):,}",
        )
    )
    if joined.problems:
        with st.expander(translate("indicators_problems", lang, count=len(joined.problems))):
            st.text("\n".join(str(problem) for problem in joined.problems[:_MAX_SHOWN_PROBLEMS]))


def _show_views(joined: JoinedIndicators, programme: Programme, choices: Choices) -> None:
    lang = choices.lang
    left, middle, right = st.columns([4, 4, 4])
    indicator = left.selectbox(translate("indicators_indicator", lang), joined.indicators, key="indicators_indicator")
    years = [year for year in joined.years if _has_figures(joined, indicator, year)] or joined.years
    if len(years) > 1:
        year = middle.select_slider(translate("indicators_year", lang), years, value=years[-1], key="indicators_year")
    else:
        year = years[0]
        middle.markdown(translate("indicators_year_one", lang, year=year))
    zone = right.selectbox(
        place_words(programme.kind, lang)["One"],
        [one.order for one in programme.zones],
        format_func=lambda order: f"{order} {programme.zone(order).name(lang)}",
        key="indicators_zone",
    )
    names = ("map", "trend", "evaluate", "data")
    tabs = st.tabs(
        [translate(f"indicators_{name}", lang) for name in names], key=f"indicators_tabs_{lang}", on_change="rerun"
    )
    if tabs[0].open:
        with tabs[0]:
            _show_map(joined, indicator, year, choices)
    if tabs[1].open:
        with tabs[1]:
            show_trend(joined, programme, indicator, zone, lang)
    if tabs[2].open:
        with tabs[2]:
            show_evaluation(joined, programme, year, lang)
    if tabs[3].open:
        with tabs[3]:
            _show_data(joined, choices)


def _has_figures(joined: JoinedIndicators, indicator: str, year: str) -> bool:
    frame = joined.frame
    return bool(frame[(frame["indicator"] == indicator) & (frame["time_period"] == year)]["obs_value"].notna().any())


def _show_map(joined: JoinedIndicators, indicator: str, year: str, choices: Choices) -> None:
    lang = choices.lang
    key = (choices.programme, choices.source, choices.method)
    every = joined.frame[(joined.frame["indicator"] == indicator) & (joined.frame["adcode"] != "")][
        "obs_value"
    ].dropna()
    chosen = select_year(joined, indicator, year)
    figures = chosen.dropna(subset=["obs_value"])
    if figures.empty:
        st.info(translate("indicators_map_none", lang, year=year))
        return
    with st.spinner(translate("loading", lang)):
        drawn, context = cache.get_map_geometry(*key)
        state = build_state(
            cache.get_joined(*key),
            drawn,
            context,
            Selection(),
            lang=lang,
            theme=get_theme(),
            counties=cache.get_county_net(choices.source),
            basemap=get_chosen_basemap(lang),
            full_legend=False,
            view_token="indicators",  # noqa: S106  # no password: what the view belongs to
        )
    unit = figures.iloc[0]
    power = f"10^{unit['unit_mult']} " if unit["unit_mult"] else ""
    title = " · ".join(filter(None, (indicator, f"{power}{unit['unit_measure']}".strip(), year)))
    values = dict(zip(figures["adcode"], figures["obs_value"], strict=True))
    codes = [county.adcode for county in cache.get_county_index(choices.source).counties]
    state = shade_counties(
        state, values, codes, classify_indicator(every.to_list()), title=title, lang=lang, theme=get_theme()
    )
    place_map(state, key="indicators_map", height=_HEIGHT_PX)
    st.caption(translate("indicators_map_note", lang))
    sources = sorted({source for source in figures["source"] if source})
    if sources:
        st.caption(escape("; ".join(sources[:5])))


def _show_data(joined: JoinedIndicators, choices: Choices) -> None:
    frame = joined.frame.drop(columns="ref_area")
    st.dataframe(frame.head(2000), hide_index=True, key="indicators_data", height=420)
    st.download_button(
        translate("indicators_download", choices.lang),
        data=lambda: with_byte_order_mark(format_csv(frame)),
        file_name="pilotzones_indicators.csv",
        mime="text/csv",
        icon=":material/download:",
        key="indicators_csv",
        on_click="ignore",
    )
