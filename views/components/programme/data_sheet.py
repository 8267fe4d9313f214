"""The zones in view as tables, in place of the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pilotzones.geo.audit import ZoneAudit
from pilotzones.geo.catalogue.kinds import ProgrammeKind
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.catalogue.models import Zone
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, get_place_words, translate
from pilotzones.views.components.programme.panel import show_measures
from pilotzones.views.components.tables.programme_tables import (
    build_member_table,
    build_town_table,
    build_zone_table,
    show_members,
    show_rows,
    show_zones,
)
from pilotzones.views.state.choices import zoom_to
from pilotzones.views.state.widgets import from_widgets

__all__ = ["show_tables"]


def show_tables(joined: JoinedProgramme, chosen: Sequence[Zone], results: Sequence[ZoneAudit], lang: Language) -> None:
    """Draw the tables of the zones that pass the filters.

    Parameters
    ----------
    joined : JoinedProgramme
    chosen : sequence of Zone
        Zones that pass.
    results : sequence of ZoneAudit
        Of these zones.
    lang : {"zh", "en"}
    """
    words = get_place_words(joined.programme.kind, lang)
    st.header(translate("table", lang, **words), anchor=False)
    if not chosen:
        st.info(translate("nothing", lang, **words))
        return
    orders = [zone.order for zone in chosen]
    kind = _choose_table(joined.programme.kind, lang)
    if kind == "members":
        show_members(build_member_table(joined, orders, lang), lang, key="members_all")
    elif joined.programme.kind.lists_towns:
        show_rows(build_town_table(joined, chosen, lang), on_select=_open_row, key=_make_row_key(orders))
    else:
        show_zones(
            build_zone_table(joined, chosen, results, lang), lang, on_select=_open_row, key=_make_row_key(orders)
        )
    if joined.programme.measures:
        show_measures(joined.programme, lang)


def _choose_table(programme_kind: ProgrammeKind, lang: Language) -> str:
    """Ask which table is shown: of the zones at first, and of these alone where each has one place."""
    kinds = {"zones": get_place_words(programme_kind, lang)["Many"]}
    if not programme_kind.lists_towns:
        kinds["members"] = translate("table_members", lang)
    state: Any = st.session_state
    # Streamlit forgets it on other pages, and another programme may not have it.
    wanted = state.get("table_kind", state.get("table_shown"))
    if "table_kind" not in state or wanted not in kinds:
        state["table_kind"] = wanted if wanted in kinds else "zones"
    if len(kinds) == 1:
        return "zones"
    state["table_shown"] = st.segmented_control(
        translate("table_choose", lang),
        list(kinds),
        format_func=kinds.__getitem__,
        key="table_kind",
        required=True,
        label_visibility="collapsed",
    )
    shown: str = state["table_shown"]
    return shown


def _make_row_key(orders: Sequence[int]) -> str:
    # Another set of rows is another table: its selection must not survive as a row number.
    return "zones_" + "_".join(map(str, orders))


def _open_row() -> None:
    choices = from_widgets(st.session_state["choices"])
    orders = [zone.order for zone in choices.selection.apply(load_programme(choices.programme))]
    rows: list[int] = st.session_state[_make_row_key(orders)]["selection"]["rows"]
    if rows:
        st.session_state["w_focus"] = orders[rows[0]]
        zoom_to(orders[rows[0]])
