"""The page "Your boundaries": a boundary file of the visitor's own, its issue log, and the programme drawn on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.boundaries.upload.reader import UPLOAD
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.errors import IntakeError
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.report.issue_log import format_issue_csv, format_issue_xlsx, translate_issues
from pilotzones.layers.webmap.maps.programme import build_state
from pilotzones.views.components.audit.detail import show_audit_table
from pilotzones.views.components.audit.tables import build_zone_figures
from pilotzones.views.components.downloads import offer_file, show_layer_downloads
from pilotzones.views.components.frame.page_header import init_page, show_head
from pilotzones.views.components.frame.page_links import show_sibling_pages
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.components.tables.programme_tables import build_member_table, show_members
from pilotzones.views.components.tabs import show_tabs
from pilotzones.views.components.webmap.basemap_picker import get_chosen_basemap
from pilotzones.views.components.webmap.map import place_map
from pilotzones.views.components.worker_progress import show_worker_progress
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, get_theme, publish
from pilotzones.views.state.user_boundaries import (
    HELD_FILES,
    OwnFile,
    get_audited_file,
    get_drawn_file,
    get_joined_file,
    open_file,
)

__all__ = ["show"]

_HEIGHT: Final = 520
_LOG_FILES: Final = {"csv": format_issue_csv, "xlsx": format_issue_xlsx}


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = init_page("own")
    lang = choices.lang
    show_sibling_pages(("list", "own"), programme, choices)
    show_head("own", translate("own_lead", lang), dropped, lang)
    st.caption(translate("own_private", lang))
    _show_input(lang)
    own = HELD_FILES.get_current()
    if own is not None:
        _show_log(own, lang)
        if own.boundaries is not None:
            _show_programme(own, programme, choices)
    publish(programme, choices)


def _show_input(lang: Language) -> None:
    limit = UPLOAD.file_bytes // 1_000_000
    given = st.file_uploader(
        translate("own_file", lang, limit=limit), key="own_file", max_upload_size=limit, on_change=_forget_choices
    )
    repair = st.checkbox(translate("own_repair", lang), key="own_repair", help=translate("own_repair_help", lang))
    # What can be chosen is known once the file was opened, below.
    choices = st.container()
    pressed = st.button(
        translate("own_check", lang), type="primary", icon=":material/rule:", key="own_check", disabled=given is None
    )
    if pressed and given is not None:
        try:
            with show_worker_progress(lang, limit=UPLOAD.seconds, key="own_cancel"):
                open_file(
                    given.getvalue(), name=given.name, repair=repair, layer=_get_choice("layer"), crs=_get_choice("crs")
                )
        except IntakeError as error:
            st.error(translate("own_full", lang), icon=":material/error:")
            # As plain text: it quotes a file's name.
            st.text(error.describe(lang))
    with choices:
        _show_choice("layer", lang)
        _show_choice("crs", lang)


def _get_choice(what: str) -> str | None:
    chosen: str | None = st.session_state.get(f"own_{what}")
    return chosen


def _forget_choices() -> None:
    """Forget the choices of a file when another is given, which has other layers."""
    for what in ("layer", "crs"):
        st.session_state.pop(f"own_{what}", None)


def _show_choice(what: str, lang: Language) -> None:
    """Offer the layers or reference systems that the last file can be read with; the choice stays for the next check."""
    own, chosen = HELD_FILES.get_current(), _get_choice(what)
    offered = [] if own is None else own.list_choices(f"{what}_choice")
    options = list(dict.fromkeys([*offered, *([chosen] if chosen else [])]))
    if options:
        st.selectbox(
            translate(f"own_choice_{what}", lang),
            options,
            index=None,
            key=f"own_{what}",
            placeholder=translate("own_choose", lang),
        )


def _show_log(own: OwnFile, lang: Language) -> None:
    counts = {kind: sum(one.severity == kind for one in own.problems) for kind in ("error", "warning", "info")}
    if own.boundaries is None:
        asks = own.list_choices("layer_choice") or own.list_choices("crs_choice")
        found = "asks" if asks else "waits" if own.could_be_repaired else "refused"
        st.error(translate(f"own_state_{found}", lang), icon=":material/error:")
    elif own.could_be_repaired:
        st.warning(translate("own_offset", lang), icon=":material/warning:")
    else:
        st.success(translate("own_read", lang, count=len(own.boundaries.counties)), icon=":material/check:")
    st.header(translate("own_log", lang), anchor=False)
    st.text(own.name)
    st.markdown(translate("own_counts", lang, **counts))
    table = translate_issues(own.problems, lang)
    show_table(
        table,
        key="own_issues",
        height="content" if len(table) < 12 else 420,
    )
    _show_log_files(own, lang)


def _show_log_files(own: OwnFile, lang: Language) -> None:
    row = st.container(horizontal=True)
    for kind, make in _LOG_FILES.items():
        label, name = translate(f"own_download_{kind}", lang), f"pilotzones_issues_{own.token}_{lang}.{kind}"
        content = partial(make, own.problems, lang)
        offer_file(label, content, name, key=f"own_download_{kind}", place=row, width="stretch")
    row.button(
        translate("own_forget", lang),
        icon=":material/delete:",
        key="own_forget",
        on_click=HELD_FILES.forget,
        width="stretch",
    )


def _show_programme(own: OwnFile, programme: Programme, choices: Choices) -> None:
    lang = choices.lang
    joined = get_joined_file(own, programme, choices.method)
    st.header(escape(joined.programme.title(lang)), anchor=False)
    st.markdown(translate("own_matched", lang, matched=joined.matched, members=len(joined.members)))
    if not joined.matched:
        return
    touched = sorted({record.member.zone for record in joined.records if record.is_counted})
    _show_map(own, joined, touched, choices)

    def show_audit() -> None:
        names = {zone.order: zone.name(lang) for zone in joined.programme.zones}
        results = [zone for zone in get_audited_file(own, joined).zones if zone.zone in touched]
        show_audit_table(build_zone_figures(results, names, lang), lang, key="own_figures")

    whole = replace(choices, source="file", selection=Selection(zones=tuple(touched)))
    tabs: dict[str, Callable[[], None]] = {
        translate("page_audit", lang): show_audit,
        translate("members", lang): lambda: show_members(
            build_member_table(joined, touched, lang), lang, key="own_members"
        ),
        translate("download", lang): lambda: show_layer_downloads(joined, whole, linked=False),
    }
    show_tabs(tabs, lang, key="own_tabs")


def _show_map(own: OwnFile, joined: JoinedProgramme, touched: Sequence[int], choices: Choices) -> None:
    """Show all zones, and at first those the file has polygons for."""
    _, context = cache.get_map_geometry(joined.programme.id, DEFAULT_SOURCE, choices.method)
    state = build_state(
        joined,
        get_drawn_file(own, joined),
        context,
        Selection(),
        lang=choices.lang,
        theme=get_theme(),
        basemap=get_chosen_basemap(choices.lang),
        view_token=f"own-{own.token}",
        view_zones=touched,
    )
    place_map(state, key="own_map", height=_HEIGHT)
