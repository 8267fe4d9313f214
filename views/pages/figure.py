"""The page Figure: what is chosen as a sheet to print, seen before it is downloaded."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from pilotzones.geo.messages import Language, get_place_words, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.views.components.downloads import offer_file
from pilotzones.views.components.frame.page_header import init_page, show_head
from pilotzones.views.components.frame.sidebar import show_filters
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, build_permalink, publish

__all__ = ["show"]

_FORMATS = ("pdf", "svg", "png")
_PREVIEW_DPI = 110
_PRINT_DPI = 300


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = init_page("figure", has_filters=True)
    lang = choices.lang
    show_filters(programme, lang)
    show_head("figure", translate("figure_page_about", lang, **get_place_words(programme.kind, lang)), dropped, lang)
    publish(programme, choices)
    if not choices.selection.apply(programme):
        st.info(translate("nothing", lang))
        return
    paper, projection = _choose_sheet(lang)
    with st.spinner(translate("figure_drawing", lang)):
        sheet = {"paper": paper, "projection": projection, "permalink": build_permalink(programme, choices)}
        preview = _render(choices, **sheet, file_format="png", dpi=_PREVIEW_DPI)
    st.image(preview, width="stretch", alt=f"{translate('page_figure', lang)} · {programme.title(lang)}")
    _draw_downloads(choices, sheet)


def _choose_sheet(lang: Language) -> tuple[str, str]:
    left, right = st.columns(2)
    paper: str = left.radio(translate("figure_paper", lang), ["A4", "A3"], key="w_figure_paper", horizontal=True)
    projection: str = right.radio(
        translate("figure_projection", lang),
        ["albers", "lambert"],
        format_func=lambda name: translate(f"figure_short_{name}", lang),
        key="w_figure_projection",
        horizontal=True,
    )
    return paper, projection


def _draw_downloads(choices: Choices, sheet: dict[str, str]) -> None:
    for column, kind in zip(st.columns(len(_FORMATS)), _FORMATS, strict=True):
        offer_file(
            translate("figure_download", choices.lang, kind=kind.upper()),
            partial(_render, choices, **sheet, file_format=kind, dpi=_PRINT_DPI),
            f"pilotzones_{choices.programme}_{choices.source}_{sheet['paper']}_{choices.lang}.{kind}",
            key=f"download_figure_{kind}",
            place=column,
            icon=":material/print:",
            width="stretch",
        )


def _render(choices: Choices, **how: Any) -> bytes:
    key = choices.join_key
    colours = {"colour_by": choices.colour_by, "colour_task": choices.colour_task}
    return _render_cached(key, choices.selection, lang=choices.lang, **colours, **how)


@st.cache_data(show_spinner=False, max_entries=24, hash_funcs={Selection: repr})
def _render_cached(key: tuple[str, str, str], selection: Selection, **how: Any) -> bytes:
    # The drawing library takes two seconds to import, and most visitors ask for no figure.
    from pilotzones.layers.figure.render import render_figure

    return render_figure(cache.get_joined(*key), selection=selection, **how)
