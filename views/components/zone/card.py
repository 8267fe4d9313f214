"""The card of one zone over the map: verdict, why, tasks, members, and what leads on from it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from pilotzones.geo.audit import DifferenceReason, ZoneAudit
from pilotzones.geo.catalogue.models import Zone
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import (
    Language,
    append_detail,
    format_difference_percent,
    format_number,
    get_place_words,
    join_texts,
    translate,
)
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.labels import describe_confidence, label
from pilotzones.layers.place_labels import join_place_names, name_place
from pilotzones.layers.style.palette import format_verdict
from pilotzones.views.components.downloads import encode_layer, offer_file
from pilotzones.views.components.frame.page_links import link_to
from pilotzones.views.components.markdown import escape
from pilotzones.views.state.choices import Choices, build_permalink, zoom_to

__all__ = ["show_card_head", "show_zone_card"]

_MAX_REASONS = 2
# A part of a difference that is smaller [km²] is no answer to why there is one.
_LEAST_REASON_KM2 = 1.0


def show_card_head(title: str, lang: Language) -> None:
    """Draw the title of a card and the button that closes it.

    Parameters
    ----------
    title : str
        Plain text.
    lang : {"zh", "en"}
    """
    with st.container(key="card_head", horizontal=True, vertical_alignment="center"):
        st.header(escape(title), anchor=False)
        st.button(
            translate("card_close", lang), icon=":material/close:", key="card_close", on_click=_close, type="tertiary"
        )


def _close() -> None:
    st.session_state["w_focus"] = st.session_state["w_at"] = None


def show_zone_card(joined: JoinedProgramme, zone: Zone, result: ZoneAudit, choices: Choices) -> None:
    """Draw what is to be said of one zone.

    Parameters
    ----------
    joined : JoinedProgramme
    zone : Zone
    result : ZoneAudit
        Of this zone.
    choices : Choices
        Its tasks are marked.
    """
    lang = choices.lang
    region = joined.programme.get_region(zone.region).name(lang)
    st.caption(escape(f"{region} · {name_place(zone.province, lang)} · {zone.where_in_document}"))
    if result.stated_area_km2 is not None:
        _show_verdict(result, lang)
    if zone.tasks:
        st.markdown(f"**{translate('tasks_of_zone', lang)}**")
        st.markdown(" ".join(_format_task_chip(joined, order, choices.selection, lang) for order in zone.tasks))
    st.markdown(translate("noted", lang, text=f"**{translate('members', lang)}**", note=len(zone.members)))
    st.markdown(escape(join_place_names([member.listed_name for member in zone.members], lang)))
    if result.uncounted:
        st.caption(escape(translate("without_polygon", lang, names=join_place_names(result.uncounted, lang))))
    with st.expander(translate("scope", lang)):
        st.text("".join(f"{text}。" for text in (zone.scope_text, zone.stated_area_text) if text))
    _show_links(joined, zone, choices)


def _format_task_chip(joined: JoinedProgramme, order: int, selection: Selection, lang: Language) -> str:
    colour = "blue" if order in selection.tasks else "gray"
    return f":{colour}-badge[{escape(f'{order} {joined.programme.get_task(order).short(lang)}')}]"


def _show_verdict(result: ZoneAudit, lang: Language) -> None:
    """Show the verdict, stated against computed area as two bars, and one sentence why they differ."""
    verdict, percent = format_verdict(result.verdict, lang), format_difference_percent(result.difference_pct)
    st.markdown(f"**{escape(translate('card_verdict', lang, verdict=verdict, percent=percent))}**")
    stated, computed = result.stated_area_km2, result.computed_area_km2
    most = max(stated or 0, computed or 0, 1)
    for name, km2, digits in ((translate("stated", lang), stated, 0), (translate("computed", lang), computed, 1)):
        st.progress((km2 or 0) / most, text=escape(f"{name} {format_number(km2, digits)} km²"))
    st.markdown(escape(_explain_difference(result, lang)))


def _explain_difference(result: ZoneAudit, lang: Language) -> str:
    """Explain in one sentence how far computed and stated area are apart, and what carries most of it; empty without both."""
    difference = result.difference_km2
    if difference is None:
        return ""
    if result.verdict == "agrees":
        return translate("why_agrees", lang, km2=format_number(abs(difference), 1))
    parts = sorted(
        (reason for reason in result.reasons if reason.km2 is None or abs(reason.km2) >= _LEAST_REASON_KM2),
        key=lambda reason: -abs(reason.km2 or 0),
    )
    why = join_texts((_describe_reason(reason, lang) for reason in parts[:_MAX_REASONS]), lang, zh="；", en="; ")
    key = "why_less" if difference < 0 else "why_more"
    return translate(key, lang, km2=format_number(abs(difference)), why=why or label("reason", "unexplained", lang))


def _describe_reason(reason: DifferenceReason, lang: Language) -> str:
    name = join_place_names(reason.member.split("、"), lang) if reason.member else ""
    size = "" if reason.km2 is None else f"{format_number(abs(reason.km2))} km²"
    text = " ".join(filter(None, (name, size, label("why", reason.code, lang))))
    grades = dict.fromkeys(filter(None, (describe_confidence(term, lang) for term in reason.evidence)))
    return append_detail(text, join_texts(grades, lang), lang) if grades else text


def _show_links(joined: JoinedProgramme, zone: Zone, choices: Choices) -> None:
    """Link to the zone's page, its audit, the comparison with another one; its file, and the map to its place."""
    lang, programme = choices.lang, joined.programme
    words = get_place_words(programme.kind, lang)
    own = replace(choices, selection=Selection(focus=zone.order))
    with st.container(key="card_links", horizontal=True, gap="small"):
        link_to("zone", translate("open_page", lang, **words), programme, own, icon=":material/article:")
        if zone.stated_area_km2 is not None:
            link_to("audit", translate("page_audit", lang), programme, own, icon=":material/rule:")
        st.button(translate("panel_zoom", lang), icon=":material/zoom_in:", on_click=zoom_to, args=(zone.order,))
        alone, link = Selection(zones=(zone.order,)), build_permalink(programme, own)
        make = partial(encode_layer, joined, "zones", alone, link)
        name = f"pilotzones_{programme.id}_{choices.source}_{zone.order}.geojson"
        offer_file(translate("download_this", lang, **words), make, name, key="download_this")
    others = {one.order: f"{one.order} {one.name(lang)}" for one in programme.zones if one.order != zone.order}
    if programme.kind.states_areas and others:
        st.selectbox(
            translate("compare_with", lang, **words),
            list(others),
            index=None,
            format_func=others.__getitem__,
            key="compare_with",
            placeholder=translate("compare_with", lang, **words),
            label_visibility="collapsed",
            on_change=_compare,
            args=(zone.order,),
        )


def _compare(order: int) -> None:
    """Turn to the page that compares this zone with the one that was chosen."""
    state: Any = st.session_state
    other, state["compare_with"] = state["compare_with"], None
    if other is not None:
        state["w_zone"] = sorted((order, other))
        state["wanted_page"] = "compare"
