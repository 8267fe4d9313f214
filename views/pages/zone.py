"""The page of one zone, with a link of its own: everything the project knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st

from pilotzones.geo.audit import ZoneAudit
from pilotzones.geo.catalogue.models import Programme, Zone
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import (
    Language,
    format_number,
    get_place_words,
    join_texts,
    translate,
)
from pilotzones.geo.query.county_index import list_neighbours
from pilotzones.geo.query.filters import Selection
from pilotzones.geo.query.task_matrix import build_matrix
from pilotzones.layers.labels import format_difference
from pilotzones.layers.place_labels import format_place_title, join_place_names, name_place
from pilotzones.layers.style.palette import format_verdict
from pilotzones.views.components.audit.detail import show_zone_audit
from pilotzones.views.components.downloads import show_layer_downloads
from pilotzones.views.components.frame.page_links import link_to
from pilotzones.views.components.frame.sidebar import show_display_choices
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.programme.panel import show_town_facts
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.components.tables.programme_tables import build_member_table, show_members
from pilotzones.views.components.themes.statements import show_zone_statements
from pilotzones.views.components.zone.applicability import show_applies
from pilotzones.views.components.zone.thumbnails import draw_zone_extracts, show_extract
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, build_permalink, get_choices, get_main_programme, publish
from pilotzones.views.state.widgets import from_widgets

__all__ = ["show"]


def show() -> None:
    """Draw the page."""
    programme = get_main_programme()
    before, dropped = get_choices(programme, "zone")
    _take_link(programme)
    choices = from_widgets(before)
    lang = choices.lang
    show_display_choices(lang)
    if dropped:
        st.warning(
            escape(translate("zone_unknown", lang, what="; ".join(dropped), **get_place_words(programme.kind, lang)))
        )
    zone = _choose(programme, lang)
    choices = from_widgets(choices)
    publish(programme, choices)
    key = choices.join_key
    with st.spinner(translate("loading", lang)):
        joined = cache.get_joined(*key)
        result = next(one for one in cache.get_audit(*key).zones if one.zone == zone.order)
    _show_head(programme, zone, choices)
    left, right = st.columns([5, 6], gap="large")
    with left:
        if programme.kind.lists_towns:
            show_town_facts(zone, lang)
        else:
            _show_facts(result, zone, lang)
        _show_clause(programme, zone, lang)
    with right:
        st.header(translate("zone_map", lang), anchor=False)
        pictures = draw_zone_extracts(joined, choices.source, [zone.order], lang)
        show_extract(pictures.get(zone.order), zone.name(lang), lang)
        table = build_member_table(joined, [zone.order], lang, with_zone=False)
        show_members(table, lang, key=f"zone_members_{zone.order}")
    if programme.states_areas:
        _show_audit(result, zone, choices)
    show_zone_statements(programme, zone.order, choices)
    show_applies(programme, zone.order, choices)
    if not programme.kind.lists_towns:
        _show_neighbours(joined, zone, choices)
    st.header(translate("download", lang), anchor=False)
    alone = replace(choices, selection=Selection(zones=(zone.order,), focus=zone.order))
    show_layer_downloads(joined, alone)


def _take_link(programme: Programme) -> None:
    """Take ``zone=8`` as the zone of this page; elsewhere it is a filter, which a link to one zone does not mean to set."""
    zones = st.session_state.get("w_zone", [])
    number = st.query_params.get("zone", "")
    if st.session_state.get("w_focus") is None and len(zones) == 1 and number:
        st.session_state["w_focus"], st.session_state["w_zone"] = zones[0], []
    if st.session_state.get("w_focus") is None:
        st.session_state["w_focus"] = programme.zones[0].order


def _choose(programme: Programme, lang: Language) -> Zone:
    order: int = st.selectbox(
        get_place_words(programme.kind, lang)["One"],
        [zone.order for zone in programme.zones],
        format_func=lambda number: f"{number}. {programme.get_zone(number).name(lang)}",
        key="w_focus",
    )
    return programme.get_zone(order)


def _show_head(programme: Programme, zone: Zone, choices: Choices) -> None:
    lang = choices.lang
    st.title(escape(f"{zone.order}. {zone.name(lang)}"), anchor=False)
    region = programme.get_region(zone.region).name(lang)
    st.caption(escape(f"{programme.title(lang)} · {region} · {name_place(zone.province, lang)}"))
    on_map = replace(choices, selection=Selection(focus=zone.order))
    link_to("map", translate("zone_on_map", lang), programme, on_map, icon=":material/map:")
    link = build_permalink(programme, choices)
    if link:
        st.caption(translate("zone_link", lang))
        st.code(link, language=None)


def _show_facts(result: ZoneAudit, zone: Zone, lang: Language) -> None:
    st.header(translate("zone_facts", lang), anchor=False)
    left, right = st.columns(2)
    counted = translate("counted_of", lang, counted=result.members_counted, total=result.members_total)
    facts = [(translate("members_counted", lang), counted)]
    if result.stated_area_km2 is not None:
        left.metric(
            translate("stated", lang),
            f"{format_number(result.stated_area_km2)} km²",
            help=escape(zone.stated_area_text),
        )
        facts[:0] = [
            (translate("difference", lang), format_difference(result)),
            (translate("verdict", lang), format_verdict(result.verdict, lang)),
        ]
    right.metric(translate("computed", lang), f"{format_number(result.computed_area_km2, 1)} km²")
    st.markdown(
        "\n".join(translate("pair", lang, name=f"- {escape(name)}", value=escape(value)) for name, value in facts)
    )
    if result.uncounted:
        st.info(
            escape(translate("without_polygon", lang, names=join_place_names(result.uncounted, lang))),
            icon=":material/info:",
        )


def _show_clause(programme: Programme, zone: Zone, lang: Language) -> None:
    """Show the document's own words, and what the tasks are called in the language of the page."""
    if zone.tasks:
        st.markdown(f"**{translate('tasks_of_zone', lang)}**")
        st.markdown("\n".join(f"- {escape(f'{task} {programme.get_task(task).name(lang)}')}" for task in zone.tasks))
        _show_alike(programme, zone, lang)
    st.markdown(f"**{translate('zone_clause', lang)}**")
    names = "；".join(f"（{programme.get_task(task).number}）{programme.get_task(task).name_zh}" for task in zone.tasks)
    scope = "".join(f"{text}。" for text in (zone.scope_text, zone.stated_area_text) if text)
    st.text(f"{zone.name_zh}\n{scope}\n{names}".rstrip())
    st.caption(escape(zone.where_in_document))


def _show_alike(programme: Programme, zone: Zone, lang: Language) -> None:
    matrix = build_matrix(programme)
    row = matrix.count_common_tasks()[matrix.zones.index(zone.order)]
    others = {other: int(count) for other, count in zip(matrix.zones, row, strict=True) if other != zone.order}
    most = max(others.values(), default=0)
    if most:
        alike = [programme.get_zone(other).name(lang) for other, count in others.items() if count == most]
        names = join_texts(alike, lang, en="; ")
        st.caption(escape(translate("zone_alike", lang, names=names, count=most)))


def _show_audit(result: ZoneAudit, zone: Zone, choices: Choices) -> None:
    lang = choices.lang
    section = st.expander(translate("zone_audit", lang), key=f"zone_audit_{lang}", on_change="rerun")
    # The other boundary source is read and compared only for those who want the reasons.
    if not section.open:
        return
    with section, st.spinner(translate("auditing", lang)):
        key = choices.join_key
        full = next(one for one in cache.get_audit_with_other_source(*key).zones if one.zone == result.zone)
        variants = [variant for variant in cache.get_audit_variants(*key) if variant.zone == result.zone]
        show_zone_audit(full, zone, variants, choices.source, lang)


def _show_neighbours(joined: JoinedProgramme, zone: Zone, choices: Choices) -> None:
    lang, programme = choices.lang, joined.programme
    words = get_place_words(programme.kind, lang)
    found = list_neighbours(joined, cache.get_county_index(choices.source), zone.order)
    st.header(translate("zone_neighbours", lang), anchor=False)
    zones = sorted({one.zone for one in found if one.zone is not None})
    names: Mapping[int, str] = {other: f"{other}. {programme.get_zone(other).name(lang)}" for other in zones}
    sentence = translate("zone_neighbours_zones", lang, names=join_texts(names.values(), lang, en="; "), **words)
    st.markdown(escape(sentence if zones else translate("zone_neighbours_none", lang, **words)))
    for other in zones:
        own = replace(choices, selection=Selection(focus=other))
        link_to("zone", names[other], programme, own, icon=":material/arrow_forward:")
    st.caption(translate("zone_neighbours_note", lang, count=len(found), **words))
    if not found:
        return
    table = pd.DataFrame(
        {
            translate("found_county", lang).capitalize(): [format_place_title(one.county.name, lang) for one in found],
            translate("prefecture", lang): [format_place_title(one.county.prefecture, lang) for one in found],
            translate("province", lang): [format_place_title(one.county.province, lang) for one in found],
            translate("adcode", lang): [one.county.adcode or "–" for one in found],
            translate("zone_of", lang, **words): [names[one.zone] if one.zone is not None else "" for one in found],
        }
    )
    show_table(table, key=f"zone_neighbours_{zone.order}", height="content" if len(found) < 15 else 420)
