"""The page Research panel: who was treated when, by unit and year, seen before it is downloaded, or added to a panel."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.catalogue.loader import list_programmes, load_programme, read_title
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.messages import Language, join_texts, translate
from pilotzones.geo.panel.builder import Panel
from pilotzones.geo.panel.onto import AttachedPanel
from pilotzones.geo.panel.rules import DETAILS, FIRST_YEAR, HITS, LAST_YEAR, MERGERS, PanelRules
from pilotzones.geo.query.applicability import ApplicabilityIndex
from pilotzones.geo.query.applicability_loader import load_applicability
from pilotzones.views.components.downloads import offer_file
from pilotzones.views.components.frame.page_header import init_page, show_head
from pilotzones.views.components.frame.page_links import link_to
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.components.tables.panel_tables import show_panel_table
from pilotzones.views.components.worker_progress import show_worker_progress
from pilotzones.views.state.choices import Choices, publish
from pilotzones.views.state.user_list import open_input

__all__ = ["show"]

_MAX_PREVIEW_ROWS = 200
_MAX_NAMES = 2_000


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = init_page("panel")
    lang = choices.lang
    show_head("panel", translate("panel_lead", lang), dropped, lang)
    publish(programme, choices)
    names = st.multiselect(
        translate("panel_programmes", lang),
        list_programmes(),
        default=[programme.id] if programme.id in list_programmes() else [],
        format_func=lambda name: read_title(name).name(lang),
        key="w_panel_programmes",
    )
    uploaded = st.file_uploader(
        translate("panel_upload", lang),
        type=["dta", "csv", "xlsx", "parquet"],
        key="w_panel_file",
        help=translate("panel_upload_help", lang),
    )
    rules = _choose_rules(lang, has_own=uploaded is not None)
    if rules is not None and st.button(
        translate("panel_build", lang), type="primary", disabled=not names, key="build_panel"
    ):
        st.session_state["panel_made"] = _make(names, uploaded, rules, lang)
    made = st.session_state.get("panel_made")
    if made is not None:
        _show_made(made, programme, choices)


def _choose_rules(lang: Language, *, has_own: bool) -> PanelRules | None:
    left, right = st.columns(2)
    level: Any = left.radio(
        translate("panel_units", lang),
        ["county", "prefecture"],
        format_func=lambda name: translate(f"panel_level_{name}", lang),
        horizontal=True,
        disabled=has_own,
        key="w_panel_level",
    )
    years = right.slider(
        translate("panel_years", lang), FIRST_YEAR, LAST_YEAR, (2010, 2024), disabled=has_own, key="w_panel_years"
    )
    with st.expander(translate("panel_rules", lang)):
        hits: Any = st.multiselect(
            translate("panel_hits", lang),
            HITS,
            default=["whole", "whole_prefecture"],
            format_func=lambda name: translate(f"panel_hit_{name}", lang),
            key="w_panel_hits",
        )
        month = st.slider(translate("panel_month", lang), 1, 12, 12, key="w_panel_month")
        mergers: Any = st.radio(
            translate("panel_mergers", lang),
            MERGERS,
            format_func=lambda name: translate(f"panel_mergers_{name}", lang),
            key="w_panel_mergers",
        )
        details: Any = st.multiselect(
            translate("panel_details", lang),
            DETAILS,
            default=["programme"],
            format_func=lambda name: translate(f"panel_detail_{name}", lang),
            key="w_panel_details",
        )
        base = st.number_input(
            translate("panel_base", lang), FIRST_YEAR, LAST_YEAR, value=None, disabled=has_own, key="w_panel_base"
        )
    if not hits or not details:
        st.info(translate("panel_rules_missing", lang))
        return None
    return PanelRules(
        level=level,
        years=years,
        base_year=None if base is None else int(base),
        counted_hits=tuple(hits),
        start_month=month,
        mergers=mergers,
        details=tuple(details),
    )


def _make(names: list[str], uploaded: Any, rules: PanelRules, lang: Language) -> Panel | AttachedPanel | None:
    try:
        applicability = load_applicability([load_programme(name) for name in names], DEFAULT_SOURCE)
        if uploaded is not None:
            from pilotzones.geo.panel.sandboxed import PANEL_UPLOAD, attach_in_sandbox

            raw, name = uploaded.getvalue(), uploaded.name
            with show_worker_progress(lang, limit=PANEL_UPLOAD.seconds, key="panel_cancel"):
                return attach_in_sandbox(raw, applicability, rules, name=name, source=DEFAULT_SOURCE)
        return _build(applicability, rules, lang)
    except PilotzonesError as error:
        st.error(escape(error.describe(lang)))
        return None


def _build(applicability: ApplicabilityIndex, rules: PanelRules, lang: Language) -> Panel:
    from pilotzones.geo.panel.builder import build_panel

    bar = st.progress(0.0, translate("panel_working", lang))

    def report(done: int, total: int) -> None:
        bar.progress(done / max(total, 1), translate("panel_working", lang))

    panel = build_panel(applicability, rules, progress=report)
    bar.empty()
    return panel


def _show_made(made: Panel | AttachedPanel, programme: Programme, choices: Choices) -> None:
    from pilotzones.geo.panel.onto import AttachedPanel

    lang = choices.lang
    frame = made.frame
    shown = min(len(frame), _MAX_PREVIEW_ROWS)
    st.markdown(f"**{escape(translate('panel_preview', lang, rows=len(frame), shown=shown))}**")
    show_table(frame.head(_MAX_PREVIEW_ROWS), key="panel_preview")
    if isinstance(made, AttachedPanel):
        _show_report(made, programme, choices)
    else:
        st.markdown(f"**{escape(translate('panel_summary', lang))}**")
        show_panel_table(made.moved, lang, key="panel_hits")
        show_panel_table(made.rule_counts, lang, key="panel_rule_counts")
    _show_downloads(made, lang)


def _show_report(made: AttachedPanel, programme: Programme, choices: Choices) -> None:
    lang = choices.lang
    counted = {way.replace(" ", "_"): rows for way, rows in made.ways.items()}
    counts = (translate(f"panel_way_{way}", lang) + f" {rows:,}" for way, rows in counted.items())
    ways = join_texts(counts, lang, zh="；", en="; ")
    balance = translate("panel_balanced" if made.is_balanced else "panel_unbalanced", lang)
    st.markdown(escape(translate("panel_report", lang, ways=ways, duplicates=made.duplicates, balance=balance)))
    if made.undated:
        st.markdown(escape(translate("panel_undated", lang, rows=made.undated)))
    show_panel_table(made.treated, lang, key="panel_treated")
    if not len(made.open_rows):
        return
    st.markdown(f"**{escape(translate('panel_open', lang, count=len(made.open_rows)))}**")
    show_table(made.open_rows, key="panel_open")
    column = made.columns.name
    if column is None:
        return
    names = list(dict.fromkeys(str(name) for name in made.open_rows[column] if str(name).strip()))[:_MAX_NAMES]
    if names and st.button(translate("panel_settle", lang), key="settle_open"):
        open_input("\n".join(names), name="panel", as_of=None, province=None)
        st.session_state["panel_sent"] = True
    if st.session_state.get("panel_sent"):
        link_to("list", translate("page_list", lang), programme, choices, icon=":material/playlist_add_check:")


def _show_downloads(made: Panel | AttachedPanel, lang: Language) -> None:
    from pilotzones.geo.panel.builder import Panel
    from pilotzones.geo.panel.codebook import label_columns
    from pilotzones.geo.panel.writer import PANEL_SUFFIXES, encode_frame, list_companions

    labels = label_columns(made) if isinstance(made, Panel) else made.labels
    row = st.container(horizontal=True)
    for suffix in PANEL_SUFFIXES:
        name, make = f"panel{suffix}", partial(encode_frame, made.frame, suffix, labels)
        offer_file(name, make, name, key=f"download_{name}", place=row)
    texts = list_companions(made, "panel.dta") if isinstance(made, Panel) else {".codebook.md": made.describe()}
    for suffix, text in texts.items():
        label = translate("panel_companion", lang, name=f"panel{suffix}")
        offer_file(label, text.encode(), f"panel{suffix}", key=f"download_companion{suffix}", place=row, icon=None)
