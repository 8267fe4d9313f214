"""One zone under audit: from the stated to the computed area, with reasons, evidence and what was tried."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pilotzones.geo.audit import DifferenceReason, Variant, ZoneAudit
from pilotzones.geo.catalogue.models import Zone
from pilotzones.geo.messages import Language, format_number, translate
from pilotzones.layers.charts.audit import build_waterfall_chart, format_reason_figure, format_reason_title
from pilotzones.layers.labels import format_difference, format_interval
from pilotzones.layers.place_labels import join_place_names
from pilotzones.layers.style.palette import format_verdict
from pilotzones.views.components.audit.tables import (
    build_member_figures,
    build_reading_table,
    build_variant_table,
    get_number_columns,
    round_figures,
)
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.source_links import format_term_line
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.state.choices import get_theme

__all__ = ["show_audit_table", "show_zone_audit"]

# More readings than anyone will go through; the closest come first.
_MAX_READINGS = 20
_MAX_TABLE_HEIGHT_PX = 420


def show_zone_audit(result: ZoneAudit, zone: Zone, variants: Sequence[Variant], source: str, lang: Language) -> None:
    """Draw the audit of one zone.

    Parameters
    ----------
    result : ZoneAudit
    zone : Zone
        The same one.
    variants : sequence of Variant
        Of this zone.
    source : str
        The boundary source audited.
    lang : {"zh", "en"}
    """
    st.subheader(escape(f"{zone.order}. {zone.name(lang)}"), anchor=False)
    st.markdown(
        f"**{escape(format_verdict(result.verdict, lang))}** · {translate(f'report_glance_{result.verdict}', lang)}"
    )
    _show_figures(result, zone, lang)
    left, right = st.columns([6, 5], gap="large")
    with left:
        chart = build_waterfall_chart(result, lang, get_theme())
        st.altair_chart(chart, theme=None, width="stretch", key="waterfall")
        st.caption(translate("audit_step_note", lang))
    with right:
        _show_reasons(result, lang)
    _show_evidence(result, variants, source, lang)


def show_audit_table(table: pd.DataFrame, lang: Language, *, key: str) -> None:
    """Draw a table of `pilotzones.views.components.audit.tables` that sorts and searches."""
    show_table(
        round_figures(table, lang),
        key=key,
        height="content" if len(table) < 12 else _MAX_TABLE_HEIGHT_PX,
        column_config=get_number_columns(table, lang),
    )


def _show_figures(result: ZoneAudit, zone: Zone, lang: Language) -> None:
    stated, computed, interval, difference = st.columns(4)
    stated.metric(
        translate("stated", lang), f"{format_number(result.stated_area_km2)} km²", help=escape(zone.stated_area_text)
    )
    computed.metric(translate("computed", lang), f"{format_number(result.computed_area_km2, 1)} km²")
    interval.metric(translate("interval", lang), format_interval(result, lang))
    difference.metric(translate("difference", lang), format_difference(result))
    counted = translate("counted_of", lang, counted=result.members_counted, total=result.members_total)
    lines = [translate("audit_facts", lang, counted=counted, tolerance=format_number(result.tolerance_km2, 1))]
    if result.needed_from_special_km2 is not None:
        lines.append(translate("audit_needed", lang, needed=format_number(result.needed_from_special_km2, 1)))
    if result.uncounted:
        lines.append(translate("without_polygon", lang, names=join_place_names(result.uncounted, lang)))
    st.caption(escape(" ".join(lines)))


def _show_reasons(result: ZoneAudit, lang: Language) -> None:
    st.markdown(f"**{translate('audit_reasons', lang)}**")
    if not result.reasons:
        st.info(translate("audit_no_reason" if result.difference_km2 is None else "report_label_reasons_none", lang))
        return
    for reason in result.reasons:
        with st.container(border=True, gap="small"):
            _show_reason(reason, lang)
    total = math.fsum(reason.km2 or 0.0 for reason in result.reasons)
    st.caption(escape(translate("audit_reasons_sum", lang, sum=format_number(total, 1, signed=True))))


def _show_reason(reason: DifferenceReason, lang: Language) -> None:
    st.markdown(f"**{escape(format_reason_figure(reason))}** · {escape(format_reason_title(reason, lang))}")
    basis = translate("audit_basis", lang, basis=translate(f"basis_{reason.basis}", lang))
    st.caption(escape(f"{translate(f'because_{_choose_reason_sentence(reason)}', lang)} {basis}"))
    if reason.evidence:
        st.caption("\n".join(f"- {format_term_line(term, lang)}" for term in reason.evidence))


def _choose_reason_sentence(reason: DifferenceReason) -> str:
    """Choose the sentence that explains a reason: by its code, or a nearer word for what the code covers."""
    if reason.code == "special_area_without_polygon":
        ends = {"bounded": "special_area_bounded", "unknown": "special_area_unknown"}
        return ends.get(reason.basis, reason.code)
    if reason.code == "boundary_source" and not reason.evidence:
        return "within_tolerance"
    return reason.code


def _show_evidence(result: ZoneAudit, variants: Sequence[Variant], source: str, lang: Language) -> None:
    members, readings, moved = st.tabs(
        [
            translate("audit_tab_members", lang),
            translate("audit_tab_readings", lang),
            translate("audit_tab_variants", lang),
        ]
    )
    with members:
        st.caption(translate("audit_members_note", lang))
        show_audit_table(build_member_figures(result.members, source, lang), lang, key=f"figures_{result.zone}")
    with readings:
        if result.readings:
            shown = result.readings[:_MAX_READINGS]
            note = translate("report_readings_note", lang, tried=len(result.readings), shown=len(shown))
            st.caption(note)
            show_audit_table(build_reading_table(shown, lang), lang, key=f"readings_{result.zone}")
        else:
            st.info(translate("audit_readings_none", lang))
    with moved:
        st.caption(translate("audit_variants_note", lang))
        show_audit_table(build_variant_table(variants, lang), lang, key=f"variants_{result.zone}")
