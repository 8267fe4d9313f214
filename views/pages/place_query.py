"""The page "What applies here": a name, a code, a coordinate, a click on a county, or a whole table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
import shapely
import streamlit as st

from pilotzones.geo.boundaries.county_table import County
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.messages import Language, append_detail, join_texts, translate
from pilotzones.geo.places.history import FIRST_YEAR, Period, get_last_year, read_period
from pilotzones.geo.query.applicability import Hit
from pilotzones.geo.query.place_query import PlaceAnswer, ask
from pilotzones.geo.query.sandboxed_table import answer_in_sandbox
from pilotzones.geo.statements.loader import load_statements
from pilotzones.layers.webmap.maps.highlight import find_county_features
from pilotzones.layers.webmap.maps.programme_overlays import add_overlays
from pilotzones.layers.webmap.state import ViewRequest
from pilotzones.views.components.downloads import offer_file
from pilotzones.views.components.frame.page_header import init_page, show_head
from pilotzones.views.components.frame.search_box import describe_county
from pilotzones.views.components.frame.sidebar import show_beside
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.components.themes.statements import describe_statement
from pilotzones.views.components.unit_history import show_history
from pilotzones.views.components.webmap.map import build_ground, place_map
from pilotzones.views.components.worker_progress import read_once
from pilotzones.views.components.zone.applicability import build_hit_row
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, publish
from pilotzones.views.state.widgets import MAX_QUERY_CHARS, from_widgets

__all__ = ["show"]

_MAX_DATE_CHARS: Final = 20
_HEIGHT: Final = 520
_MAX_PARTS: Final = 60
_MARGIN: Final = 0.4  # [degree]


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = init_page("here")
    lang = choices.lang
    show_head("here", translate("here_lead", lang), dropped, lang)
    place = choices.at
    if place is not None and not st.session_state.get("w_asked"):
        # Who comes with a place has asked about it.
        st.session_state["w_asked"] = f"{place[0]:.5f},{place[1]:.5f}"
    text = st.text_input(
        translate("here_ask", lang),
        key="w_asked",
        placeholder=translate("here_placeholder", lang),
        max_chars=MAX_QUERY_CHARS,
    )
    as_of = st.text_input(
        translate("here_as_of", lang),
        key="here_as_of",
        placeholder="2010",
        max_chars=_MAX_DATE_CHARS,
        help=translate("here_as_of_help", lang),
    ).strip()
    period = read_period(as_of)
    if as_of and period is None:
        st.warning(escape(translate("here_as_of_unread", lang, text=as_of)))
    answer = ask(cache.get_applicability(choices.source), text, period=period) if text.strip() else None
    left, right = st.columns([4, 6], gap="medium")
    with left:
        _show_map(answer, choices, period)
    with right:
        if answer is None:
            st.info(translate("here_welcome", lang), icon=":material/info:")
        else:
            _show_counties(answer, lang)
            show_history(answer, lang)
    _show_table(choices, as_of if period is not None else "")
    publish(programme, choices)


def _show_map(answer: PlaceAnswer | None, choices: Choices, period: Period | None) -> None:
    """Show all counties as a net over the main programme, those that were chosen laid over it; a click asks."""
    show_beside(choices.lang, hint=translate("here_beside_help", choices.lang))
    key = choices.join_key
    state = build_ground(choices, choices.source, view="here", year=_find_year(answer, period))
    with st.spinner(translate("loading", choices.lang)):
        applies = cache.get_applicability(choices.source)
    codes = {county.adcode for county, _ in answer.parts} if answer is not None else set()
    rows = [row for code in codes for row in applies.find_rows(code)]
    state = add_overlays(state, [cache.get_overlay(one, *key[1:]) for one in choices.beside], choices.lang)
    if rows:
        counties = [applies.index.counties[row] for row in sorted(rows)]
        state = replace(state, selected=find_county_features(state, cache.get_joined(*key), counties))
        if answer is not None and answer.text != st.session_state.get("here_clicked"):
            # Who clicked sees the place already.
            shapes = applies.index.geometry[rows]
            west, south, east, north = shapely.total_bounds(shapes) + np.array([-_MARGIN, -_MARGIN, _MARGIN, _MARGIN])
            bounds = ((float(south), float(west)), (float(north), float(east)))
            state = replace(state, view=ViewRequest(bounds=bounds, token=f"here-{answer.text}"))
    place_map(state, key="here_map", height=_HEIGHT, on_click=_ask_clicked)


def _find_year(answer: PlaceAnswer | None, period: Period | None) -> int | None:
    """Find the year that a question is of, for the names on the map; None for one of today, or of a year nothing is known of."""
    chosen = answer.period if answer is not None else period
    year = int(chosen.last[:4]) if chosen is not None else None
    return year if year is not None and FIRST_YEAR <= year <= get_last_year() else None


def _ask_clicked(lon: float, lat: float) -> None:
    """Put the county that was clicked into the box; a place in no county is asked about as it is."""
    choices = from_widgets(st.session_state["choices"])
    applies = cache.get_applicability(choices.source)
    county = applies.index.find_county_at(lon, lat)
    question = (county.adcode if county is not None else "") or f"{lon:.5f},{lat:.5f}"
    st.session_state["w_asked"] = st.session_state["here_clicked"] = question


def _show_counties(answer: PlaceAnswer, lang: Language) -> None:
    if answer.how in ("placeholder", "statistical"):
        return
    if answer.status == "review":
        st.warning(escape(translate("here_review", lang, text=answer.text, candidates="；".join(answer.candidates))))
        return
    if answer.status != "found":
        message = (
            translate("here_outside", lang)
            if answer.status == "outside"
            else translate("here_unresolved", lang, text=answer.text)
        )
        st.warning(escape(message))
        return
    if not answer.parts:
        # A unit of another time whose ground is not known lies in no county that could be asked about.
        st.warning(escape(translate("here_ground_unknown", lang, place=answer.text)))
        return
    touched = [(county, hits) for county, hits in answer.parts if hits]
    if not touched:
        places = join_texts((describe_county(county, lang) for county, _ in answer.parts[:3]), lang, en="; ")
        st.info(escape(translate("here_nothing", lang, place=places)), icon=":material/info:")
        return
    if len(answer.parts) > 1:
        st.caption(translate("here_several", lang, count=len(answer.parts), touched=len(touched)))
    for county, hits in touched[:_MAX_PARTS]:
        _show_county(county, hits, lang, is_open=len(touched) == 1)


def _show_county(county: County, hits: Sequence[Hit], lang: Language, *, is_open: bool) -> None:
    programmes = list(dict.fromkeys(hit.programme for hit in hits))
    head = translate(
        "here_found", lang, place=describe_county(county, lang), count=len(hits), programmes=len(programmes)
    )
    with st.expander(escape(head), expanded=is_open):
        for name in programmes:
            st.markdown(f"**{escape(load_programme(name).title(lang))}**")
            rows = [build_hit_row(hit, lang) for hit in hits if hit.programme == name]
            show_table(
                pd.DataFrame(rows),
                height="content",
                key=f"here_{county.adcode}_{name}",
                column_config={translate("here_name", lang): st.column_config.TextColumn(width=190)},
            )
            _show_themes(name, county.adcode, hits, lang)


def _show_themes(name: str, county: str, hits: Sequence[Hit], lang: Language) -> None:
    """Show what the document says in the zones that the county belongs to, by theme."""
    base = load_statements()
    zones = {hit.zone for hit in hits if hit.programme == name and hit.zone is not None}
    found = [one for one in base.select(document=name) if zones.intersection(one.zones)]
    if not found:
        return
    counts = {theme.id: sum(theme.id in one.themes for one in found) for theme in base.themes}
    chosen = st.selectbox(
        translate("here_themes", lang),
        [theme for theme, count in counts.items() if count],
        index=None,
        format_func=lambda theme: append_detail(base.get_theme(theme).name(lang), str(counts[theme]), lang),
        key=f"here_themes_{county}_{name}",
        placeholder=translate("own_choose", lang),
    )
    if chosen is not None:
        st.markdown("\n".join(describe_statement(base, one, lang) for one in found if chosen in one.themes))


def _show_table(choices: Choices, as_of: str) -> None:
    lang = choices.lang
    st.header(translate("here_table", lang), anchor=False)
    st.caption(translate("here_table_lead", lang))
    uploaded = st.file_uploader(translate("here_upload", lang), key="here_file")
    if uploaded is None:
        return

    def read() -> pd.DataFrame:
        applies, name, source = cache.get_applicability(choices.source), uploaded.name, choices.source
        return answer_in_sandbox(uploaded.getvalue(), applies, name=name, source=source, lang=lang, as_of=as_of)

    key = (uploaded.file_id, choices.source, as_of, lang)
    frame: pd.DataFrame | None = read_once("here", key, read, lang, refused=translate("here_refused", lang))
    if frame is None:
        return
    found = int((frame["status"] == "found").sum())
    st.markdown(translate("here_rows", lang, total=len(frame), found=found))
    show_table(frame, key="here_answers", height=min(420, 40 + 36 * len(frame)))
    offer_file(translate("here_download", lang), lambda: frame, "pilotzones_where.csv", key="here_download")
