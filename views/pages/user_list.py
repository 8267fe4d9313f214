"""The page "Your list": a visitor's own list of places, recognised, settled, on the map, audited and exported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.documents.drafts.list_archive import pack_list, unpack_list
from pilotzones.geo.documents.models import Draft
from pilotzones.geo.errors import IntakeError
from pilotzones.geo.messages import Language, translate
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.views.components.downloads import offer_file
from pilotzones.views.components.frame.page_header import init_page, show_head
from pilotzones.views.components.frame.page_links import show_sibling_pages
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.components.user_list.map import show_list_map
from pilotzones.views.components.user_list.messages import list_notes
from pilotzones.views.components.user_list.results import show_results
from pilotzones.views.components.user_list.review import show_decisions, show_review
from pilotzones.views.components.worker_progress import show_worker_progress
from pilotzones.views.state.choices import Choices, publish
from pilotzones.views.state.user_list import (
    LIMITS,
    ListWork,
    get_current_list,
    get_joined_list,
    open_input,
    open_list,
    take_requested,
)
from pilotzones.views.state.widgets import remember_widgets

__all__ = ["show"]

_MIN_DATE: Final = date(1949, 10, 1)
_TEXT_HEIGHT_PX: Final = 180
# What the visitor typed.
_TYPED: Final = ("list_text", "list_date", "list_province", "list_who", "list_why")


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = init_page("list")
    lang = choices.lang
    show_sibling_pages(("list", "own"), programme, choices)
    show_head("list", translate("list_lead", lang), dropped, lang)
    st.caption(translate("list_private", lang))
    remember_widgets("list_kept", *_TYPED)
    _show_input(lang)
    # The place of the progress is there in every run: what stands below it, such as the map, stays where it is.
    with st.container(key="list_progress"):
        requested = take_requested()
        if requested is not None:
            _run(partial(open_list, requested), lang, is_new=False)
    _show_trouble(lang)
    work = get_current_list()
    if work is not None:
        _show_work(work, choices)
    publish(programme, choices)


def _show_input(lang: Language) -> None:
    hints = _show_hints(lang)
    paste, upload, saved = st.tabs(
        [translate("list_paste", lang), translate("list_upload", lang), translate("list_saved", lang)]
    )
    with paste:
        text = st.text_area(
            translate("list_text", lang),
            key="list_text",
            height=_TEXT_HEIGHT_PX,
            placeholder=translate("list_placeholder", lang),
        )
        with st.container(horizontal=True):
            pressed = st.button(
                translate("list_recognise", lang), type="primary", icon=":material/search:", key="list_recognise"
            )
            pressed |= st.button(
                translate("list_example", lang),
                icon=":material/science:",
                key="list_example",
                help=translate("list_example_note", lang),
                on_click=_fill_in_example,
            )
        if pressed:
            _run(partial(open_input, text, name=translate("list_pasted_name", lang), **hints), lang)
    with upload:
        limit = LIMITS.file_bytes // 1_000_000
        given = st.file_uploader(translate("list_file", lang, limit=limit), key="list_file", max_upload_size=limit)
        pressed = st.button(
            translate("list_recognise_file", lang),
            icon=":material/search:",
            key="list_recognise_file",
            disabled=given is None,
        )
        if pressed and given is not None:
            _run(partial(open_input, given.getvalue(), name=given.name, **hints), lang)
    with saved:
        archive = st.file_uploader(translate("list_saved_file", lang), key="list_saved_file", max_upload_size=limit)
        pressed = st.button(
            translate("list_saved_open", lang),
            icon=":material/folder_open:",
            key="list_saved_open",
            disabled=archive is None,
        )
        if pressed and archive is not None:
            _run(lambda: open_list(unpack_list(archive.getvalue(), name=archive.name)), lang)


def _fill_in_example() -> None:
    """Fill in the list of zones of the first programme, in the words of its document, unless something was typed."""
    state: Any = st.session_state
    if state["list_text"].strip():
        return
    state["list_text"] = "\n".join(
        f"{zone.order}. {zone.name_zh}：{zone.scope_text}。{zone.stated_area_text}。" for zone in load_programme().zones
    )
    # The hints are those of another document.
    state["list_date"] = state["list_province"] = None


def _show_hints(lang: Language) -> dict[str, Any]:
    """Ask for the two hints that a reader may give: date of the document, and its province."""
    left, right = st.columns(2)
    day: date | None = left.date_input(
        translate("list_date", lang),
        value=None,
        min_value=_MIN_DATE,
        max_value="today",
        key="list_date",
        help=translate("list_date_help", lang),
    )
    provinces = {unit.code: unit.name for unit in load_gazetteer().units.values() if unit.level == "province"}
    code = right.selectbox(
        translate("list_province", lang),
        list(provinces),
        index=None,
        format_func=provinces.__getitem__,
        key="list_province",
        placeholder=translate("list_province_placeholder", lang),
        help=translate("list_province_help", lang),
    )
    return {"as_of": None if day is None else day.isoformat(), "province": code}


def _run(make: Callable[[], ListWork], lang: Language, *, is_new: bool = True) -> None:
    """Read and draft, showing how far it is; what was there before stays when it fails or is cancelled."""
    state: Any = st.session_state
    try:
        with show_worker_progress(lang, limit=LIMITS.seconds, key="list_cancel"):
            work = make()
    except IntakeError as error:
        # That there is no text is all that can be said of it.
        details = {} if error.code == "empty" else error.describe_in_languages()
        state["list_trouble"] = (error.code, details)
    else:
        state["list_trouble"] = None if work.draft.zones else ("no_place", {})
        if is_new:
            state["list_question"], state["list_zone"] = "", None


def _show_trouble(lang: Language) -> None:
    trouble: tuple[str, dict[str, str]] | None = st.session_state.get("list_trouble")
    if trouble is not None:
        key, details = trouble
        said = translate(f"list_trouble_{key}", lang)
        st.error(said, icon=":material/error:")
        # As plain text: it may quote a file's name.
        if details and details[lang] != said:
            st.text(details[lang])


def _show_work(work: ListWork, choices: Choices) -> None:
    lang, draft = choices.lang, work.draft
    if draft.title:
        st.header(translate("list_title", lang), anchor=False)
        st.text(draft.title)
    if draft.zones:
        st.markdown(_count_line(draft, lang))
    for note in list_notes(draft.notes, lang):
        st.text(note)
    if work.trouble is not None:
        st.error(translate("list_unsound", lang), icon=":material/error:")
        st.text(work.trouble.describe(lang))
    if work.programme is None:
        _show_unread(draft, lang)
        return
    with st.spinner(translate("loading", lang)):
        on_map = get_joined_list(work, choices.source, choices.method)
    left, right = st.columns([7, 4], gap="medium")
    with left:
        show_list_map(work, on_map, choices)
    with right:
        show_review(work, lang)
        show_decisions(work, lang)
    _show_unread(draft, lang)
    show_results(work, on_map, choices)
    _show_saving(work, lang)


def _count_line(draft: Draft, lang: Language) -> str:
    return translate(
        "list_count",
        lang,
        zones=len(draft.zones),
        matched=draft.matched,
        total=draft.total,
        waiting=len(draft.review),
        apart=sum(member.status == "not_a_county" for _, member in draft.members),
        twice=sum(member.status == "duplicate" for _, member in draft.members),
    )


def _show_unread(draft: Draft, lang: Language) -> None:
    """List what gave nothing: first what stands inside the list."""
    unread = sorted(draft.unread, key=lambda one: one.where != "list")
    inside = sum(one.where == "list" for one in unread)
    if not unread:
        return
    label = translate("list_unread", lang, count=len(unread), inside=inside)
    with st.expander(label, icon=":material/visibility_off:", expanded=bool(inside)):
        rows = [
            {
                translate("list_unread_where", lang): translate(f"list_where_{one.where}", lang),
                translate("list_unread_text", lang): " ".join(one.text.split()),
                translate("list_unread_place", lang): one.place.start,
            }
            for one in unread
        ]
        show_table(pd.DataFrame(rows), key="list_unread")


def _show_saving(work: ListWork, lang: Language) -> None:
    st.header(translate("list_keep", lang), anchor=False)
    st.caption(translate("list_keep_note", lang))
    label, name = translate("list_keep_download", lang), f"pilotzones_list_{work.token}.zip"
    make = partial(pack_list, work.source, work.files)
    offer_file(label, make, name, key="list_keep_download", icon=":material/save:")
