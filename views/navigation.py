"""Page set-up and the list of pages."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import streamlit as st

from pilotzones.geo.catalogue.kinds import ProgrammeKind
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.messages import Language, translate
from pilotzones.layers.assets import ICON, STREAMLIT_CSS
from pilotzones.views.components.frame.page_header import show_error
from pilotzones.views.components.frame.page_links import register_pages
from pilotzones.views.components.frame.streamlit_words import show_streamlit_words
from pilotzones.views.components.frame.top_bar import show_bar
from pilotzones.views.state import cache
from pilotzones.views.state.choices import get_language, get_main_programme
from pilotzones.views.state.frame import begin_frame, is_first_page, is_map_alone
from pilotzones.views.state.url_sync import get_address
from pilotzones.views.state.widgets import from_widgets, refresh_labels

__all__ = ["PAGES", "PageEntry", "show"]

# The default page has no path.
_MAP_PAGES: Final = ("", "map", "matrix")


@dataclass(frozen=True)
class PageEntry:
    """One page: its module under `views.pages`, which has a function ``show``, and how it is listed.

    Its title is the message ``page_<url_path>``; the page of one place is called what the programme calls it. Pages that are
    not listed are reached from the others, and by their addresses. Those of a `section` stand together in a menu that is
    called ``section_<section>``.
    """

    module: str
    icon: str
    url_path: str
    is_listed: bool = True
    section: str = ""

    def title(self, kind: ProgrammeKind, lang: Language) -> str:
        """Return what it is called beside a programme of this kind."""
        return translate(f"unit_{kind}" if self.url_path == "zone" else f"page_{self.url_path}", lang)

    def draw(self) -> None:
        """Draw the page; its module is imported when somebody opens it, so that no other page waits for it."""
        page: Any = import_module(f"pilotzones.views.pages.{self.module}")
        page.show()


PAGES: Final = (
    PageEntry("map", "map", "map"),
    PageEntry("audit", "rule", "audit"),
    PageEntry("place_query", "where_to_vote", "here"),
    PageEntry("user_list", "playlist_add_check", "list"),
    PageEntry("about", "info", "about"),
    PageEntry("themes", "category", "themes", section="tools"),
    PageEntry("indicators", "monitoring", "indicators", section="tools"),
    PageEntry("projects", "assignment", "projects", section="tools"),
    PageEntry("overlay", "join_inner", "overlay", section="tools"),
    PageEntry("matrix", "grid_on", "matrix", is_listed=False),
    PageEntry("compare", "compare_arrows", "compare", is_listed=False),
    PageEntry("zone", "location_on", "zone", is_listed=False),
    PageEntry("user_boundaries", "upload_file", "own", is_listed=False),
    PageEntry("export", "download", "export", is_listed=False),
    PageEntry("figure", "print", "figure", is_listed=False),
    PageEntry("panel", "table_chart", "panel", is_listed=False),
    PageEntry("overlap", "layers", "overlap", is_listed=False),
)


def show() -> None:
    """Draw the page the visitor is on."""
    lang = get_language()
    if st.session_state.get("configured") != lang:
        # The browser keeps them until the page is loaded again, which begins another session.
        st.set_page_config(page_title=translate("app_title", lang), page_icon=str(ICON), layout="wide")
        refresh_labels()
        st.session_state["configured"] = lang
    st.html(STREAMLIT_CSS)
    if not cache.is_drawing_safe():
        st.error(translate("unsafe", lang))
        return
    try:
        pages = _build_pages(lang)
        register_pages(pages)
        get_address().carry_to_page()
        # The list of pages takes the browser as long as half a map: at the first page it stands when that is drawn.
        has_list = not is_first_page()
        page = st.navigation(_group_pages(pages, lang), position="top" if has_list else "hidden")
        wanted = st.session_state.pop("wanted_page", None)
        if wanted is not None and page.url_path != wanted and (wanted != "map" or page.url_path not in _MAP_PAGES):
            # What was chosen with the wish for another page goes there, too.
            st.session_state["choices"] = from_widgets(st.session_state["choices"])
            st.switch_page(pages[wanted])
        begin_frame(get_main_programme())
        page.run()
        if is_map_alone():
            return
        if not has_list:
            st.navigation(_group_pages(pages, lang), position="top")
        # A page leaves its choices in the session; after it the bar finds its widgets seeded.
        show_bar(get_main_programme(), st.session_state["choices"])
        show_streamlit_words(lang)
    except PilotzonesError as error:
        show_error(error, lang)


def _has_content(entry: PageEntry, programme: Programme) -> bool:
    """Return whether a page has something to show of a programme: without stated areas there is nothing to audit."""
    return entry.url_path != "audit" or programme.states_areas


def _group_pages(pages: dict[str, Any], lang: Language) -> dict[str, list[Any]]:
    """Group the pages by the title of their section; those of none stand in the bar itself."""
    grouped: dict[str, list[Any]] = {}
    for entry in PAGES:
        title = translate(f"section_{entry.section}", lang) if entry.section else ""
        grouped.setdefault(title, []).append(pages[entry.url_path])
    return grouped


def _build_pages(lang: Language) -> dict[str, Any]:
    """Build the pages by the name under which they link to one another."""
    programme = get_main_programme()
    return {
        entry.url_path: st.Page(
            entry.draw,
            title=entry.title(programme.kind, lang),
            icon=f":material/{entry.icon}:",
            url_path=entry.url_path,
            default=entry is PAGES[0],
            visibility="visible" if entry.is_listed and _has_content(entry, programme) else "hidden",
        )
        for entry in PAGES
    }
