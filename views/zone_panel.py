"""The panel of one zone: facts, tasks, members, areas."""

from __future__ import annotations

import streamlit as st

from geo.audit import ZoneAudit
from geo.join import Joined
from geo.programme import Zone
from geo.selection import Selection
from layers.wording import Language, number, say
from views.tables import member_table, show_members

__all__ = ["escaped", "show_zone"]

_MARKDOWN = str.maketrans({char: f"\\{char}" for char in r"\`*_{}[]()<>#+-.!|~$:&"})


def escaped(text: str) -> str:
    """Text as Markdown that shows it as it is: nothing in it becomes a link, an image or a formula."""
    return text.translate(_MARKDOWN)


def show_zone(joined: Joined, zone: Zone, result: ZoneAudit, selection: Selection, lang: Language) -> None:
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
    st.subheader(escaped(f"{zone.order}. {zone.name(lang)}"), anchor=False)
    st.caption(escaped(f"{region} · {zone.province} · {zone.where_in_document}"))
    _show_areas(result, zone, lang)
    st.markdown(f"**{say('tasks_of_zone', lang)}**")
    for order in zone.tasks:
        mark = say("task_matches", lang) if order in selection.tasks else ""
        line = escaped(f"{order}  {joined.programme.task(order).name(lang)}{mark}")
        st.markdown(f"- **{line}**" if mark else f"- {line}")
    st.markdown(f"**{say('members', lang)}**")
    show_members(member_table(joined, [zone.order], lang, with_zone=False), lang, key=f"members_{zone.order}")
    with st.expander(say("scope", lang)):
        st.text(f"{zone.scope_text}。{zone.stated_area_text}。")


def _show_areas(result: ZoneAudit, zone: Zone, lang: Language) -> None:
    left, middle, right = st.columns(3)
    left.metric(say("stated", lang), f"{number(result.stated_area_km2)} km²", help=escaped(zone.stated_area_text))
    middle.metric(say("computed", lang), f"{number(result.computed_area_km2, 1)} km²")
    percent = f"{number(result.difference_pct, 2, signed=True)} %"
    right.metric(say("difference", lang), f"{number(result.difference_km2, 1, signed=True)} km²", help=percent)
    counted = say("counted_of", lang, counted=result.members_counted, total=result.members_total)
    verdict = say(f"verdict_{result.verdict}", lang)
    st.markdown(f"{say('verdict', lang)}: **{verdict}** · {say('members_counted', lang)}: {counted} · {percent}")
    if result.uncounted:
        st.info(escaped(say("without_polygon", lang, names="、".join(result.uncounted))), icon=":material/info:")
