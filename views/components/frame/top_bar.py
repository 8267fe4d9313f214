"""The bar above every page: one search box, what can be exported or shared, and the language."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.messages import Language, get_place_words, translate
from pilotzones.views.components.downloads import show_layer_downloads
from pilotzones.views.components.frame.page_links import link_to
from pilotzones.views.components.frame.search_box import show_search_box
from pilotzones.views.components.markdown import escape
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices

__all__ = ["show_bar"]

_LANGUAGE_NAMES: Final = {"zh": "中", "en": "EN"}


def show_bar(programme: Programme, choices: Choices) -> None:
    """Draw the bar; the page below has been drawn before, so that nothing waits for it.

    Parameters
    ----------
    programme : Programme
    choices : Choices
    """
    lang = choices.lang
    with st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"):
        show_search_box(choices)
        _show_exports(programme, choices)
        _show_language(lang)


def _show_language(lang: Language) -> None:
    st.segmented_control(
        translate("language", lang),
        options=list(_LANGUAGE_NAMES),
        format_func=_LANGUAGE_NAMES.__getitem__,
        key="w_lang",
        required=True,
        label_visibility="collapsed",
    )


def _show_exports(programme: Programme, choices: Choices) -> None:
    lang = choices.lang
    # What is in it is made and sent when somebody opens it, not with every change of a filter.
    opened = st.popover(
        translate("export_share", lang), icon=":material/ios_share:", key="download_box", on_change="rerun"
    )
    if not opened.open:
        return
    with opened:
        chosen = choices.selection.apply(programme)
        if not chosen:
            st.info(translate("nothing", lang))
        else:
            _show_downloads(len(chosen), choices)
        link_to("export", translate("page_export", lang), programme, choices, icon=":material/download:")
        link_to("figure", translate("page_figure", lang), programme, choices, icon=":material/print:")
        link_to("panel", translate("page_panel", lang), programme, choices, icon=":material/table_chart:")
        link_to("overlap", translate("page_overlap", lang), programme, choices, icon=":material/layers:")
        st.caption(translate("share_hint", lang))


def _show_downloads(count: int, choices: Choices) -> None:
    lang = choices.lang
    key = choices.join_key
    try:
        joined = cache.get_joined(*key)
    except PilotzonesError as error:
        st.text(error.describe(lang))
        return
    words: dict[str, Any] = get_place_words(joined.programme.kind, lang)
    name = joined.boundaries.info.name(lang)
    st.caption(escape(translate("download_note", lang, shown=count, source=name, **words)))
    show_layer_downloads(joined, choices)
