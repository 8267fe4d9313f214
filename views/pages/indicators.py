"""The page "Indicators": figures by place and year as map, lines and evaluation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import streamlit as st

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.indicators.dictionary import make_dictionary, name_indicator
from pilotzones.geo.indicators.joined import JoinedIndicators
from pilotzones.geo.indicators.ratios import AREA
from pilotzones.geo.indicators.sandboxed import INDICATOR_UPLOAD
from pilotzones.geo.indicators.tables.reader import write_observation_template
from pilotzones.geo.messages import Language, append_detail, get_place_words, translate
from pilotzones.layers.place_labels import format_place_title, name_place
from pilotzones.views.components.downloads import offer_file
from pilotzones.views.components.frame.page_header import init_page, show_head
from pilotzones.views.components.indicators.evaluation import show_evaluation
from pilotzones.views.components.indicators.trend import show_event_time, show_trend
from pilotzones.views.components.indicators.year_map import CHOSEN, list_codes, show_change, show_year_map
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.components.tables.problem_table import show_problems
from pilotzones.views.components.tabs import show_tabs
from pilotzones.views.components.worker_progress import show_worker_progress
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, publish
from pilotzones.views.state.indicators import (
    choose_ratio,
    get_current_entries,
    get_current_indicators,
    get_indicator_name,
    list_table_indicators,
    load_example,
    open_dictionary,
    open_indicators,
)

__all__ = ["show"]

_MAX_SHOWN_ROWS: Final = 2_000
_MAX_PICTURE_YEARS: Final = 12


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = init_page("indicators")
    lang = choices.lang
    show_head("indicators", translate("indicators_lead", lang), dropped, lang)
    _show_input(choices)
    joined = get_current_indicators()
    if joined is not None:
        _show_summary(joined, choices)
        _show_views(joined, programme, choices)
    publish(programme, choices)


def _show_input(choices: Choices) -> None:
    lang = choices.lang
    st.caption(translate("indicators_private", lang))
    left, right = st.columns([3, 2])
    table = left.file_uploader(translate("indicators_upload", lang), key="indicators_file")
    dictionary = right.file_uploader(
        translate("indicators_upload_dictionary", lang),
        key="indicators_dictionary",
        help=translate("indicators_dictionary_note", lang),
    )
    with st.container(horizontal=True):
        st.button(
            translate("indicators_example", lang),
            key="indicators_example",
            icon=":material/science:",
            help=translate("indicators_example_note", lang),
            on_click=load_example,
            args=choices.join_key,
        )
        label, template = translate("indicators_template", lang), write_observation_template()
        offer_file(label, template, "pilotzones_indicators.csv", key="indicators_template")
    _open_once("dictionary", dictionary, open_dictionary, choices)
    _open_once("table", table, open_indicators, choices)
    error = st.session_state.get("indicators_error")
    if error:
        st.error(translate("indicators_refused", lang))
        st.text(error[lang])


def _open_once(what: str, uploaded: Any, read: Callable[[bytes, str, str], None], choices: Choices) -> None:
    """Open a file in another process; one that was cancelled is opened when it is brought again."""
    state: Any = st.session_state
    place = f"indicators_{what}_opened"

    def note_opened() -> None:
        state[place] = uploaded.file_id

    if uploaded is None or state.get(place) == uploaded.file_id:
        return
    with show_worker_progress(
        choices.lang, limit=INDICATOR_UPLOAD.seconds, key=f"indicators_{what}_cancel", on_cancel=note_opened
    ):
        read(uploaded.getvalue(), uploaded.name, choices.source)
    note_opened()


def _show_summary(joined: JoinedIndicators, choices: Choices) -> None:
    lang = choices.lang
    st.markdown(
        translate(
            "indicators_summary",
            lang,
            figures=f"{int(joined.observations['obs_value'].count()):,}",
            indicators=len(joined.indicators),
            years=len(joined.years),
            settled=f"{joined.settled:,}",
            places=f"{len(joined.places):,}",
        )
    )
    show_problems(joined.problems, lang, key="indicators_problems")


def _show_views(joined: JoinedIndicators, programme: Programme, choices: Choices) -> None:
    lang = choices.lang
    indicator, zone = _choose_subject(programme, choices)
    # A ratio is one more indicator of the table.
    joined = get_current_indicators() or joined
    applies, entries = cache.get_applicability(choices.source), get_current_entries()
    if indicator in entries and entries[indicator].definition:
        st.caption(escape(entries[indicator].definition))
    drawn: dict[str, Callable[[], None]] = {
        "map": lambda: show_year_map(joined, indicator, choices),
        "years": lambda: _show_years(joined, indicator, programme, choices),
        "change": lambda: show_change(joined, indicator, choices),
        "trend": lambda: show_trend(
            joined, applies, programme, indicator=indicator, zone=zone, county=st.session_state.get(CHOSEN), lang=lang
        ),
        "groups": lambda: show_event_time(joined, applies, programme, indicator, lang),
        "evaluate": lambda: show_evaluation(joined, applies, programme, entries, lang),
        "data": lambda: _show_data(joined, indicator, choices),
    }
    tabs = {translate(f"indicators_{name}", lang): draw for name, draw in drawn.items()}
    show_tabs(tabs, lang, key="indicators_tabs")


def _choose_subject(programme: Programme, choices: Choices) -> tuple[str, int]:
    """Ask what map, lines and tables are about: indicator, what it is divided by, zone and county."""
    lang = choices.lang
    first, second, third, fourth = st.columns(4)
    plain = list_table_indicators()
    name_one = partial(name_indicator, entries=get_current_entries(), lang=lang)
    indicator = first.selectbox(
        translate("indicators_indicator", lang), plain, key="indicators_indicator", format_func=name_one
    )
    bases = ["", *dict.fromkeys([AREA, *(name for name in plain if name != indicator)])]

    def name_base(base: str) -> str:
        if not base:
            return translate("indicators_per_nothing", lang)
        return translate("indicators_per_area", lang) if base == AREA and AREA not in plain else name_one(base)

    base = second.selectbox(translate("indicators_per", lang), bases, key="indicators_per", format_func=name_base)
    zone = third.selectbox(
        get_place_words(programme.kind, lang)["One"],
        [one.order for one in programme.zones],
        format_func=lambda order: f"{order} {programme.get_zone(order).name(lang)}",
        key="indicators_zone",
    )
    names = _name_counties(choices.source, lang)
    fourth.selectbox(
        translate("indicators_county", lang),
        list_codes(choices.source),
        index=None,
        format_func=lambda code: names.get(code, code),
        key=CHOSEN,
        placeholder=translate("indicators_county_none", lang),
    )
    if base:
        ratio = choose_ratio(indicator, base, choices.source)
        if ratio is not None:
            return ratio, zone
        st.warning(translate("indicators_per_none", lang))
    return indicator, zone


@st.cache_resource(show_spinner=False)
def _name_counties(source: str, lang: Language) -> dict[str, str]:
    return {
        county.adcode: append_detail(
            format_place_title(county.name, lang),
            f"{name_place(county.prefecture or county.province, lang)} {county.adcode}",
            lang,
        )
        for county in cache.get_county_index(source).counties
    }


def _show_years(joined: JoinedIndicators, indicator: str, programme: Programme, choices: Choices) -> None:
    """Show small maps of several years on one sheet, and the sheet as a picture for a report."""
    from pilotzones.layers.figure.indicator_figure import FORMATS

    lang = choices.lang
    years = joined.list_years(indicator)
    if st.session_state.get("indicators_years_of") != indicator:
        step = max((len(years) - 1) // 5, 1)
        st.session_state["indicators_years_chosen"] = years[::-1][::step][:6][::-1]
        st.session_state["indicators_years_of"] = indicator
    chosen = st.multiselect(
        translate("indicators_years_choose", lang),
        years,
        key="indicators_years_chosen",
        max_selections=_MAX_PICTURE_YEARS,
        placeholder=translate("own_choose", lang),
    )
    if not chosen:
        return
    wanted = tuple(sorted(chosen))
    with st.spinner(translate("loading", lang)):
        picture = _draw_sheet(joined, indicator, wanted, programme=programme, choices=choices, kind="png")
    alt = " · ".join((translate("indicators_years", lang), get_indicator_name(indicator, lang), ", ".join(wanted)))
    st.image(picture, width="stretch", caption=translate("indicators_years_note", lang), alt=alt)
    row = st.container(horizontal=True)
    for kind in FORMATS:
        label = translate("indicators_picture", lang, kind=kind.upper())
        make = partial(_draw_sheet, joined, indicator, wanted, programme=programme, choices=choices, kind=kind)
        offer_file(label, make, f"pilotzones_indicator.{kind}", key=f"indicators_picture_{kind}", place=row)


def _draw_sheet(
    joined: JoinedIndicators,
    indicator: str,
    years: tuple[str, ...],
    *,
    programme: Programme,
    choices: Choices,
    kind: Any,
) -> bytes:
    """Draw the sheet of maps; the last one that was drawn stays."""
    from pilotzones.layers.figure.indicator_figure import IndicatorFigure, render_indicator_figure

    state: Any = st.session_state
    key = (id(joined), indicator, years, programme.id, choices.source, choices.lang, kind)
    if state.get("indicators_sheet_key") != key:
        figure = IndicatorFigure(joined, indicator, years, entries=get_current_entries())
        applies = cache.get_applicability(choices.source)
        state["indicators_sheet"] = render_indicator_figure(
            figure, load(choices.source), programme, applies, file_format=kind, lang=choices.lang, dpi=150
        )
        state["indicators_sheet_key"] = key
    content: bytes = state["indicators_sheet"]
    return content


def _show_data(joined: JoinedIndicators, indicator: str, choices: Choices) -> None:
    """Show the figures of what is chosen, and offer all of them as files."""
    lang = choices.lang
    county = st.session_state.get(CHOSEN)
    frame = joined.follow_county(indicator, county) if county else joined.select(indicator)
    frame = frame.drop(columns="ref_area")
    show_table(frame.head(_MAX_SHOWN_ROWS), key="indicators_data", height=420)
    if len(frame) > _MAX_SHOWN_ROWS:
        st.caption(translate("indicators_more_rows", lang, shown=f"{_MAX_SHOWN_ROWS:,}", total=f"{len(frame):,}"))
    with st.container(horizontal=True):
        label, name = translate("indicators_download", lang), "pilotzones_indicators.csv"
        offer_file(label, lambda: joined.frame.drop(columns="ref_area"), name, key="indicators_csv")
        label, name = translate("indicators_download_dictionary", lang), "pilotzones_indicator_dictionary.csv"
        offer_file(label, partial(make_dictionary, joined), name, key="indicators_dictionary_csv")
