"""The map of an indicator: a year, or the change between two; a click chooses the county for lines and tables."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from pilotzones.geo.files.figures import MeasureUnit, write_unit
from pilotzones.geo.indicators.joined import JoinedIndicators
from pilotzones.geo.indicators.year_map import compare_years, list_values, select_year
from pilotzones.geo.messages import translate
from pilotzones.layers.style.indicator_classes import IndicatorClasses, classify_change, classify_indicator
from pilotzones.layers.webmap.maps.indicators import shade_counties
from pilotzones.layers.webmap.state import MapState
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.components.webmap.basemap_picker import get_chosen_basemap
from pilotzones.views.components.webmap.map import build_ground, place_map
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, get_theme
from pilotzones.views.state.indicators import get_indicator_name

__all__ = ["CHOSEN", "show_change", "show_year_map"]

CHOSEN: Final = "indicators_county"
_IS_CLICKED: Final = "indicators_county_clicked"
_HEIGHT_PX: Final = 520
_MAX_SOURCES: Final = 5


@st.fragment
def show_year_map(joined: JoinedIndicators, indicator: str, choices: Choices) -> None:
    """Draw the slider of years and the map of the year; both run alone when the year changes.

    Parameters
    ----------
    joined : JoinedIndicators
    indicator : str
    choices : Choices
    """
    if st.session_state.pop(_IS_CLICKED, False):
        # The box of counties stands outside of the fragment.
        st.rerun()
    lang = choices.lang
    years = joined.list_years(indicator) or joined.years
    if len(years) > 1:
        if st.session_state.get("indicators_year") not in years:
            st.session_state["indicators_year"] = years[-1]
        year = st.select_slider(translate("indicators_year", lang), years, key="indicators_year")
    else:
        year = years[0]
        st.markdown(translate("indicators_year_one", lang, year=escape(year)))
    chosen = select_year(joined, indicator, year)
    figures = chosen.dropna(subset=["obs_value"])
    if figures.empty:
        st.info(translate("indicators_map_none", lang, year=escape(year)))
        return
    title = " · ".join(filter(None, (get_indicator_name(indicator, lang), joined.describe_unit(indicator, lang), year)))
    values = dict(zip(figures["adcode"], figures["obs_value"], strict=True))
    shared = int(chosen["is_shared"].sum())
    note = translate("indicators_shared", lang, count=shared) if shared else None
    _show(values, _classify(joined, indicator), choices, title=title, note=note)
    st.caption(translate("indicators_map_note", lang))
    _show_county(joined, indicator, choices)
    _show_sources(figures, choices)


def show_change(joined: JoinedIndicators, indicator: str, choices: Choices) -> None:
    """Draw the choice of two years, the map of the change between them, and the table.

    Parameters
    ----------
    joined : JoinedIndicators
    indicator : str
    choices : Choices
    """
    lang = choices.lang
    years = joined.list_years(indicator)
    if len(years) < 2:
        st.info(translate("indicators_change_none", lang))
        return
    if not set(st.session_state.get("indicators_span") or [""]) <= set(years):
        st.session_state["indicators_span"] = (years[0], years[-1])
    span: Any = st.select_slider(translate("indicators_span", lang), years, key="indicators_span")
    first, last = span
    if first == last:
        st.info(translate("indicators_change_same", lang))
        return
    change = compare_years(joined, indicator, first, last)
    known = change.dropna(subset=["difference"])
    if known.empty:
        st.info(translate("indicators_map_none", lang, year=f"{first}, {last}"))
        return
    rows = known.assign(adcode=known["today"].str.split(" ")).explode("adcode")
    values = dict(zip(rows["adcode"], rows["difference"], strict=True))
    title = " · ".join(
        filter(None, (get_indicator_name(indicator, lang), joined.describe_unit(indicator, lang), f"{first} → {last}"))
    )
    _show(values, classify_change(known["difference"]), choices, title=title, key="indicators_change_map", signed=True)
    moved = int((~change["is_comparable"]).sum())
    st.caption(translate("indicators_change_note", lang, units=len(change), moved=moved))
    show_table(
        change[["unit_code", "unit_name", "province", "first", "last", "difference", "percent", "obs_status", "source"]]
        .sort_values("difference", ascending=False)
        .rename(columns={name: translate(f"indicators_column_{name}", lang) for name in _CHANGE_NAMES}
                | {"first": first, "last": last}),
        key="indicators_change_table", height=320,
    )  # fmt: skip


_CHANGE_NAMES: Final = ("unit_code", "unit_name", "province", "difference", "percent", "obs_status", "source")


def _classify(joined: JoinedIndicators, indicator: str) -> IndicatorClasses:
    """Classify all years; computed once for each indicator and theme."""
    state: Any = st.session_state
    key = (id(joined), indicator, get_theme())
    if state.get("indicators_classes_key") != key:
        values = list_values(joined, indicator)
        state["indicators_classes"] = classify_indicator(values, dark=get_theme() == "dark")
        state["indicators_classes_key"] = key
    found: IndicatorClasses = state["indicators_classes"]
    return found


def _show(
    values: dict[str, float],
    classes: IndicatorClasses,
    choices: Choices,
    *,
    title: str,
    key: str = "indicators_map",
    signed: bool = False,
    note: str | None = None,
) -> None:
    codes = list_codes(choices.source)
    chosen = st.session_state.get(CHOSEN) or ""
    state = shade_counties(
        _build_ground(choices), values, codes, classes, title=title, lang=choices.lang, theme=get_theme(), signed=signed,
        note=note, chosen=chosen,
    )  # fmt: skip
    place_map(state, key=key, height=_HEIGHT_PX, on_click=partial(_choose_clicked, choices.source))


@st.cache_resource(show_spinner=False)
def list_codes(source: str) -> list[str]:
    """List the codes of all counties in the order of a source, which numbers the features."""
    return [county.adcode for county in cache.get_county_index(source).counties]


def _build_ground(choices: Choices) -> MapState:
    """Build the map without figures: outlines of zones and all counties; once for each choice."""
    session: Any = st.session_state
    look = (choices.lang, get_theme(), get_chosen_basemap(choices.lang))
    key = (*choices.join_key, *look)
    if session.get("indicators_ground_key") != key:
        session["indicators_ground"] = build_ground(choices, choices.source, view="indicators")
        session["indicators_ground_key"] = key
    state: MapState = session["indicators_ground"]
    return replace(state)


def _choose_clicked(source: str, lon: float, lat: float) -> None:
    county = cache.get_county_index(source).find_county_at(lon, lat)
    st.session_state[CHOSEN] = county.adcode if county is not None else None
    st.session_state[_IS_CLICKED] = True


def _show_county(joined: JoinedIndicators, indicator: str, choices: Choices) -> None:
    """Show every figure of the chosen county, with unit, status, source and vintage."""
    code = st.session_state.get(CHOSEN)
    if not code:
        return
    own = joined.follow_county(indicator, code)
    names = (
        "time_period",
        "unit_name",
        "obs_value",
        "unit_measure",
        "unit_mult",
        "obs_status",
        "source",
        "vintage",
        "break",
    )
    units = [write_unit(MeasureUnit(str(measure), 0), choices.lang) for measure in own["unit_measure"]]
    table = (
        own[list(names)]
        .assign(unit_measure=units)
        .rename(columns={name: translate(f"indicators_column_{name}", choices.lang) for name in names})
    )
    show_table(table, key="indicators_county_table", height=min(320, 40 + 36 * max(len(table), 1)))


def _show_sources(figures: pd.DataFrame, choices: Choices) -> None:
    sources = sorted({source for source in figures["source"] if source})
    vintages = sorted({vintage for vintage in figures["vintage"] if vintage})
    not_said = translate("indicators_not_said", choices.lang)
    sentence = translate(
        "indicators_figure_source",
        choices.lang,
        source="; ".join(sources[:_MAX_SOURCES]) or not_said,
        vintage=", ".join(vintages[:_MAX_SOURCES]) or not_said,
    )
    st.caption(escape(sentence))
