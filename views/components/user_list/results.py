"""What a visitor's list gives: tables of its zones and members, the audit, and the layers to download."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from pilotzones.geo.messages import get_place_words, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.views.components.audit.detail import show_audit_table, show_zone_audit
from pilotzones.views.components.audit.tables import build_finding_table, build_zone_figures
from pilotzones.views.components.downloads import show_layer_downloads, show_report_downloads
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.programme_tables import build_member_table, show_members
from pilotzones.views.components.tabs import show_tabs
from pilotzones.views.state.choices import Choices
from pilotzones.views.state.user_list import JoinedDraft, ListWork, get_audited_list

__all__ = ["show_results"]


def show_results(work: ListWork, on_map: JoinedDraft, choices: Choices) -> None:
    """Draw the tables, the audit and the downloads of the list.

    Parameters
    ----------
    work : ListWork
    on_map : JoinedDraft
    choices : Choices
    """
    lang = choices.lang
    orders = [zone.order for zone in on_map.joined.programme.zones]
    tabs: dict[str, Callable[[], None]] = {
        translate("members", lang): lambda: show_members(
            build_member_table(on_map.joined, orders, lang), lang, key="list_members"
        ),
        # The audit beside the other source takes a second.
        translate("page_audit", lang): lambda: _show_audit(on_map, choices),
        translate("download", lang): lambda: _show_files(work, on_map, choices),
    }
    show_tabs(tabs, lang, key="list_tabs")


def _show_audit(on_map: JoinedDraft, choices: Choices) -> None:
    lang = choices.lang
    with st.spinner(translate("auditing", lang)):
        audit, variants = get_audited_list(on_map)
    zones = on_map.joined.programme.zones
    names = {zone.order: zone.name(lang) for zone in zones}
    show_audit_table(build_zone_figures(audit.zones, names, lang), lang, key="list_figures")
    if not on_map.has_stated_area:
        st.info(translate("list_no_stated_area", lang), icon=":material/info:")
        return
    st.caption(translate("list_zone_note", lang))
    if st.session_state.get("list_zone") not in names:
        st.session_state["list_zone"] = None
    focus = st.selectbox(
        translate("panel_choose", lang),
        list(names),
        index=None,
        format_func=lambda order: f"{order}. {names[order]}",
        key="list_zone",
        placeholder=translate("panel_none", lang),
    )
    if focus is not None:
        result = next(result for result in audit.zones if result.zone == focus)
        own = [variant for variant in variants if variant.zone == focus]
        show_zone_audit(result, on_map.joined.programme.get_zone(focus), own, choices.source, lang)
    if audit.findings:
        st.markdown(f"**{translate('audit_findings', lang)}**")
        show_audit_table(build_finding_table(audit.findings, names, lang), lang, key="list_findings")


def _show_files(work: ListWork, on_map: JoinedDraft, choices: Choices) -> None:
    lang = choices.lang
    name = on_map.joined.boundaries.info.name(lang)
    # Filters belong to the programme of the catalogue.
    whole = replace(choices, selection=Selection())
    if work.draft.review:
        st.warning(translate("list_download_open", lang, count=len(work.draft.review)), icon=":material/pending:")
    programme = on_map.joined.programme
    words = get_place_words(programme.kind, lang)
    st.caption(escape(translate("download_note", lang, shown=len(programme.zones), source=name, **words)))
    show_layer_downloads(on_map.joined, whole, linked=False)
    if on_map.has_stated_area:
        audit, variants = get_audited_list(on_map)
        show_report_downloads(audit, on_map.joined, variants, whole, linked=False)
