"""Page set-up and the list of pages."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import streamlit as st

from geo.errors import PilotzonesError
from layers.offline import ICON, PAGE_CSS
from layers.wording import Language, say
from views import resources
from views.linking import know_pages
from views.state import language, main_programme

__all__ = ["PAGES", "PageEntry", "show"]


@dataclass(frozen=True)
class PageEntry:
    """One page: its module under `views`, which has a function ``show``, and how it is listed.

    Its title is the message ``page_<url_path>``; the page of one place is called what the programme calls it.
    """

    module: str
    icon: str
    url_path: str

    def title(self, kind: str, lang: Language) -> str:
        """What it is called beside a programme of this kind."""
        return say(f"unit_{kind}" if self.url_path == "zone" else f"page_{self.url_path}", lang)

    def draw(self) -> None:
        """Draw the page; its module is imported when somebody opens it, so that no other page waits for it."""
        page: Any = import_module(f"views.{self.module}")
        page.show()


PAGES: Final = (
    PageEntry("map_page", "map", "map"),
    PageEntry("matrix_page", "grid_on", "matrix"),
    PageEntry("compare_page", "compare_arrows", "compare"),
    PageEntry("zone_page", "location_on", "zone"),
    PageEntry("audit_page", "rule", "audit"),
    PageEntry("here_page", "where_to_vote", "here"),
    PageEntry("list_page", "playlist_add_check", "list"),
    PageEntry("own_page", "upload_file", "own"),
    PageEntry("export_page", "download", "export"),
    PageEntry("figure_page", "print", "figure"),
    PageEntry("about_page", "info", "about"),
)


def show() -> None:
    """Draw the page the visitor is on."""
    lang = language()
    if st.session_state.get("configured") != lang:
        # The browser keeps them until the page is loaded again, which begins another session.
        st.set_page_config(page_title=say("app_title", lang), page_icon=str(ICON), layout="wide")
        st.session_state["configured"] = lang
    st.html(PAGE_CSS)
    if not resources.drawing_is_safe():
        st.error(say("unsafe", lang))
        return
    try:
        pages = _pages(lang)
        know_pages(pages)
        st.navigation(list(pages.values()), position="top").run()
    except PilotzonesError as error:
        st.error(say("error", lang, what=""))
        # As plain text: an error may quote what somebody typed.
        st.text(str(error))


def _pages(lang: Language) -> dict[str, Any]:
    """Pages by the name under which they link to one another."""
    kind = main_programme().kind
    return {
        entry.url_path: st.Page(
            entry.draw,
            title=entry.title(kind, lang),
            icon=f":material/{entry.icon}:",
            url_path=entry.url_path,
            default=entry is PAGES[0],
        )
        for entry in PAGES
    }
