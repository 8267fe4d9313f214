"""The page "Area audit": do the stated areas hold, and if not, why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from pilotzones.geo.audit import Audit
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, join_texts, translate
from pilotzones.layers.charts.audit import build_overview_chart
from pilotzones.layers.labels import get_source_name
from pilotzones.layers.style import palette
from pilotzones.views.components.audit.detail import show_audit_table, show_zone_audit
from pilotzones.views.components.audit.tables import (
    build_finding_table,
    build_zone_figures,
    get_number_columns,
    round_figures,
)
from pilotzones.views.components.downloads import offer_file, show_layer_downloads, show_report_downloads
from pilotzones.views.components.frame.page_header import init_page, show_head
from pilotzones.views.components.frame.sidebar import show_filters
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.components.webmap.map import show_map
from pilotzones.views.components.zone.list import choose_zone
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, get_theme, publish, zoom_to

__all__ = ["show"]

_MAP_HEIGHT = 480


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = init_page("audit", has_filters=True)
    lang = choices.lang
    show_filters(programme, lang, with_colour=False)
    show_head("audit", translate("audit_lead", lang, programme=programme.title(lang)), dropped, lang)
    chosen = choices.selection.apply(programme)
    if not (chosen and programme.states_areas):
        st.info(translate("nothing" if not chosen else "no_stated_area", lang), icon=":material/info:")
        publish(programme, choices)
        return
    with st.spinner(translate("auditing", lang)):
        key = choices.join_key
        joined = cache.get_joined(*key)
        cache.get_map_geometry(*key)
        audit = _select_zones(cache.get_audit_with_other_source(*key), [zone.order for zone in chosen])
        variants = cache.get_audit_variants(*key)
    names = {zone.order: zone.name(lang) for zone in chosen}
    st.markdown(_count_line(audit, lang))
    _show_overview(joined, audit, names, choices)
    _show_zones(audit, names, lang)
    st.header(translate("audit_zone", lang), anchor=False)
    focus = choose_zone(chosen, lang)
    if focus is None:
        st.info(translate("audit_welcome", lang), icon=":material/info:")
    else:
        result = next(result for result in audit.zones if result.zone == focus)
        own = [variant for variant in variants if variant.zone == focus]
        show_zone_audit(result, programme.get_zone(focus), own, choices.source, lang)
    _show_findings(audit, names, lang)
    _show_downloads(audit, joined, names, choices)
    show_report_downloads(audit, joined, variants, choices)
    publish(programme, choices)


def _select_zones(audit: Audit, orders: Sequence[int]) -> Audit:
    """Return the part of an audit that is about the zones given."""
    return replace(
        audit,
        zones=tuple(zone for zone in audit.zones if zone.zone in orders),
        findings=tuple(finding for finding in audit.findings if finding.zone in orders),
    )


def _count_line(audit: Audit, lang: Language) -> str:
    counts = Counter(zone.verdict for zone in audit.zones)
    verdicts = (f"{palette.format_verdict(verdict, lang)} **{counts[verdict]}**" for verdict in palette.VERDICT_SIGNS)
    return translate(
        "audit_count",
        lang,
        count=len(audit.zones),
        verdicts=join_texts(verdicts, lang, zh="，"),
        source=escape(get_source_name(audit.boundary_source, lang)),
        method=escape(translate(f"method_{audit.area_method}", lang)),
    )


def _show_overview(joined: JoinedProgramme, audit: Audit, names: Mapping[int, str], choices: Choices) -> None:
    lang = choices.lang
    left, right = st.columns([1, 1], gap="medium")
    with left:
        st.header(translate("audit_overview", lang), anchor=False)
        chart = build_overview_chart(audit.zones, names, lang, get_theme())
        st.altair_chart(chart, theme=None, width="stretch", key="overview")
        st.caption(translate("audit_overview_note", lang))
    with right:
        st.header(translate("audit_map", lang), anchor=False)
        show_map(joined, choices, key="audit_map", height=_MAP_HEIGHT, colour_by="verdict", full_legend=False)
        st.caption(translate("audit_map_note", lang))


def _show_zones(audit: Audit, names: Mapping[int, str], lang: Language) -> None:
    st.header(translate("audit_table", lang), anchor=False)
    there = [verdict for verdict in palette.VERDICT_SIGNS if any(zone.verdict == verdict for zone in audit.zones)]
    wanted = st.pills(
        translate("verdict", lang),
        there,
        format_func=lambda verdict: palette.format_verdict(verdict, lang),
        selection_mode="multi",
        key="audit_verdicts",
    )
    zones = [zone for zone in audit.zones if not wanted or zone.verdict in wanted]
    table = build_zone_figures(zones, names, lang)
    orders = [zone.zone for zone in zones]
    # Another set of rows is another table: its selection must not survive as a row number.
    key = "audit_zones_" + "_".join(map(str, orders))
    show_table(
        round_figures(table, lang),
        key=key,
        height="content",
        on_select=partial(_open_row, key, orders),
        selection_mode="single-row",
        column_config=get_number_columns(table, lang),
    )
    st.caption(translate("audit_table_note", lang))


def _open_row(key: str, orders: Sequence[int]) -> None:
    table: Any = st.session_state[key]
    if table["selection"]["rows"]:
        zone = orders[table["selection"]["rows"][0]]
        st.session_state["w_focus"] = zone
        zoom_to(zone)


def _show_findings(audit: Audit, names: Mapping[int, str], lang: Language) -> None:
    st.header(translate("audit_findings", lang), anchor=False)
    kinds = list(dict.fromkeys(finding.kind for finding in audit.findings))
    left, middle, right = st.columns([3, 4, 4])
    kind = left.multiselect(
        translate("column_kind", lang),
        kinds,
        format_func=lambda name: translate(f"finding_{name}", lang),
        key="finding_kinds",
        placeholder=translate("audit_all_kinds", lang),
        select_all=False,
    )
    verdict = middle.pills(
        translate("verdict", lang),
        list(palette.VERDICT_SIGNS),
        format_func=lambda name: palette.format_verdict(name, lang),
        selection_mode="multi",
        key="finding_verdicts",
    )
    owner = right.pills(
        translate("column_owner", lang),
        ["document", "boundary_data", "catalogue"],
        format_func=lambda name: translate(f"owner_{name}", lang),
        selection_mode="multi",
        key="finding_owners",
    )
    shown = [
        finding
        for finding in audit.findings
        if (not kind or finding.kind in kind)
        and (not verdict or finding.verdict in verdict)
        and (not owner or finding.owner in owner)
    ]
    st.caption(translate("audit_findings_count", lang, shown=len(shown), total=len(audit.findings)))
    if shown:
        show_audit_table(build_finding_table(shown, names, lang), lang, key="findings")


def _show_downloads(audit: Audit, joined: JoinedProgramme, names: Mapping[int, str], choices: Choices) -> None:
    lang = choices.lang
    st.header(translate("download", lang), anchor=False)
    st.caption(translate("audit_download_note", lang, shown=len(audit.zones)))
    tables = (
        ("zones", lambda: build_zone_figures(audit.zones, names, lang).round(3)),
        ("findings", lambda: build_finding_table(audit.findings, names, lang).round(3)),
    )
    for column, (name, make) in zip(st.columns(len(tables)), tables, strict=True):
        offer_file(
            translate(f"download_audit_{name}", lang),
            make,
            f"pilotzones_{joined.programme.id}_{choices.source}_audit_{name}.csv",
            key=f"download_audit_{name}",
            place=column,
            width="stretch",
        )
    show_layer_downloads(joined, choices)
