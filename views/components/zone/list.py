"""The list beside the map: what a filter has left, one line each, opened as by a click; on other pages a box that opens a zone."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pilotzones.geo.audit import ZoneAudit
from pilotzones.geo.catalogue.models import Zone
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, format_number, get_place_words, translate
from pilotzones.layers.style.palette import VERDICT_SIGNS
from pilotzones.views.components.frame.sidebar import reset_filters
from pilotzones.views.components.markdown import escape
from pilotzones.views.state.choices import Choices, zoom_to

__all__ = ["choose_zone", "show_status", "show_zone_list"]


def show_status(joined: JoinedProgramme, chosen: Sequence[Zone], choices: Choices) -> None:
    """Say how many of the zones pass the filters, with a button that clears them.

    Parameters
    ----------
    joined : JoinedProgramme
    chosen : sequence of Zone
        Zones that pass.
    choices : Choices
    """
    lang = choices.lang
    words = get_place_words(joined.programme.kind, lang)
    with st.container(key="status", horizontal=True, vertical_alignment="center"):
        st.markdown(translate("status_count", lang, shown=len(chosen), total=len(joined.programme.zones), **words))
        if not choices.selection.is_everything or choices.at is not None:
            st.button(
                translate("reset", lang), icon=":material/filter_alt_off:", on_click=reset_filters, type="tertiary"
            )
        is_open = bool(st.session_state.get("sheet_open"))
        st.button(
            translate("sheet_close" if is_open else "sheet_open", lang),
            icon=":material/expand_more:" if is_open else ":material/expand_less:",
            key="sheet_button",
            on_click=_turn_sheet,
        )
    if is_open:
        # Nothing to see: a sign for the style sheet, by which the list is high on a phone.
        st.container(key="sheet_is_open").empty()


def _turn_sheet() -> None:
    st.session_state["sheet_open"] = not st.session_state.get("sheet_open")


def show_zone_list(
    joined: JoinedProgramme, chosen: Sequence[Zone], results: Sequence[ZoneAudit], lang: Language
) -> int | None:
    """Draw the list.

    Parameters
    ----------
    joined : JoinedProgramme
    chosen : sequence of Zone
        Zones that pass the filters.
    results : sequence of ZoneAudit
        Of these zones.
    lang : {"zh", "en"}

    Returns
    -------
    int or None
        Number of the zone that is open.
    """
    by_order = _index_zones(chosen)
    words = get_place_words(joined.programme.kind, lang)
    if not chosen:
        st.info(translate("nothing", lang, **words))
        return None
    by_zone = {result.zone: result for result in results}
    focus: int | None = st.radio(
        translate("list_label", lang, **words),
        list(by_order),
        index=None,
        format_func=lambda order: _format_line(joined, by_order[order], by_zone.get(order), lang),
        key="w_focus",
        label_visibility="collapsed",
        on_change=_look_at_focus,
    )
    return focus


def _index_zones(chosen: Sequence[Zone]) -> dict[int, Zone]:
    """Index the zones by number; one that is open and not among them is closed."""
    by_order = {zone.order: zone for zone in chosen}
    if st.session_state.get("w_focus") not in by_order:
        st.session_state["w_focus"] = None
    return by_order


def _format_line(joined: JoinedProgramme, zone: Zone, result: ZoneAudit | None, lang: Language) -> str:
    """Format number and name, then stated area and verdict; of what has none the region it lies in. Markdown."""
    if result is None or result.stated_area_km2 is None:
        more = joined.programme.get_region(zone.region).name(lang)
    else:
        more = f"{format_number(result.stated_area_km2)} km² {VERDICT_SIGNS[result.verdict]}"
    return f"{escape(f'{zone.order} {zone.name(lang)}')} :small[:gray[{escape(more)}]]"


def _look_at_focus() -> None:
    focus = st.session_state["w_focus"]
    if focus is not None:
        st.session_state["w_at"] = None
        st.session_state["sheet_open"] = False
        zoom_to(focus)


def choose_zone(chosen: Sequence[Zone], lang: Language) -> int | None:
    """Draw the box that opens a zone; the map moves to what is chosen in it.

    Parameters
    ----------
    chosen : sequence of Zone
        Zones that pass the filters.
    lang : {"zh", "en"}

    Returns
    -------
    int or None
        Number of the zone that is open.
    """
    by_order = _index_zones(chosen)
    return st.selectbox(
        translate("panel_choose", lang),
        list(by_order),
        index=None,
        format_func=lambda order: f"{order}. {by_order[order].name(lang)}",
        key="w_focus",
        placeholder=translate("panel_none", lang),
        on_change=_zoom_to_focus,
    )


def _zoom_to_focus() -> None:
    if st.session_state["w_focus"] is not None:
        zoom_to(st.session_state["w_focus"])
