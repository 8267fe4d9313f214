"""The panel of one zone: facts, tasks, members, areas."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pilotzones.geo.audit import ZoneAudit
from pilotzones.geo.catalogue.models import Zone
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, number, say
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.place_labels import listed, place_name
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables import member_table, show_members
from pilotzones.views.state.choices import zoom_to

__all__ = ["choose_zone", "show_zone"]


def choose_zone(chosen: Sequence[Zone], lang: Language, *, label: str = "") -> int | None:
    """Draw the box that opens a zone; the map moves to what is chosen in it.

    Parameters
    ----------
    chosen : sequence of Zone
        Zones that pass the filters.
    lang : {"zh", "en"}
    label : str, optional
        Of the box, where its zones are called something else.

    Returns
    -------
    int or None
        Number of the zone that is open.
    """
    by_order = {zone.order: zone for zone in chosen}
    if st.session_state.get("w_focus") not in by_order:
        st.session_state["w_focus"] = None
    return st.selectbox(
        label or say("panel_choose", lang),
        list(by_order),
        index=None,
        format_func=lambda order: f"{order}. {by_order[order].name(lang)}",
        key="w_focus",
        placeholder=say("panel_none", lang),
        on_change=_look_at_focus,
    )


def _look_at_focus() -> None:
    focus = st.session_state["w_focus"]
    if focus is not None:
        zoom_to(focus)


def show_zone(joined: JoinedProgramme, zone: Zone, result: ZoneAudit, selection: Selection, lang: Language) -> None:
    """Draw the panel of one zone.

    Parameters
    ----------
    joined : Joined
    zone : Zone
    result : ZoneAudit
        Of this zone.
    selection : Selection
        Its tasks are marked.
    lang : {"zh", "en"}
    """
    region = joined.programme.region(zone.region).name(lang)
    st.header(escape(f"{zone.order}. {zone.name(lang)}"), anchor=False)
    st.caption(escape(f"{region} · {place_name(zone.province, lang)} · {zone.where_in_document}"))
    _show_areas(result, zone, lang)
    if zone.tasks:
        st.markdown(f"**{say('tasks_of_zone', lang)}**")
        st.markdown("\n".join(_task_line(joined, order, selection, lang) for order in zone.tasks))
    st.markdown(f"**{say('members', lang)}**")
    show_members(member_table(joined, [zone.order], lang, with_zone=False), lang, key=f"members_{zone.order}")
    with st.expander(say("scope", lang)):
        st.text("".join(f"{text}。" for text in (zone.scope_text, zone.stated_area_text) if text))


def _task_line(joined: JoinedProgramme, order: int, selection: Selection, lang: Language) -> str:
    mark = say("task_matches", lang) if order in selection.tasks else ""
    line = escape(f"{order}  {joined.programme.task(order).name(lang)}{mark}")
    return f"- **{line}**" if mark else f"- {line}"


def _show_areas(result: ZoneAudit, zone: Zone, lang: Language) -> None:
    left, middle, right = st.columns(3)
    left.metric(say("stated", lang), f"{number(result.stated_area_km2)} km²", help=escape(zone.stated_area_text))
    middle.metric(say("computed", lang), f"{number(result.computed_area_km2, 1)} km²")
    percent = f"{number(result.difference_pct, 2, signed=True)} %"
    right.metric(say("difference", lang), f"{number(result.difference_km2, 1, signed=True)} km²", help=percent)
    counted = say("counted_of", lang, counted=result.members_counted, total=result.members_total)
    verdict = say(f"verdict_{result.verdict}", lang)
    st.markdown(f"{say('verdict', lang)}: **{verdict}** · {say('members_counted', lang)}: {counted} · {percent}")
    if result.uncounted:
        st.info(escape(say("without_polygon", lang, names=listed(result.uncounted, lang))), icon=":material/info:")
