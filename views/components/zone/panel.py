"""The box that opens a zone, on pages that have no list of them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pilotzones.geo.catalogue.models import Zone
from pilotzones.geo.messages import Language, translate
from pilotzones.views.state.choices import zoom_to

__all__ = ["choose_zone"]


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
    by_order = {zone.order: zone for zone in chosen}
    if st.session_state.get("w_focus") not in by_order:
        st.session_state["w_focus"] = None
    return st.selectbox(
        translate("panel_choose", lang),
        list(by_order),
        index=None,
        format_func=lambda order: f"{order}. {by_order[order].name(lang)}",
        key="w_focus",
        placeholder=translate("panel_none", lang),
        on_change=_look_at_focus,
    )


def _look_at_focus() -> None:
    focus = st.session_state["w_focus"]
    if focus is not None:
        zoom_to(focus)
