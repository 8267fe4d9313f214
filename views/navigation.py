"""Page set-up and the list of pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

import streamlit as st

from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.messages import Language, say
from pilotzones.layers.assets import ICON, STREAMLIT_CSS
from pilotzones.views.components.page_links import register_pages
from pilotzones.views.state import cache
from pilotzones.views.state.choices import language, main_programme

__all__ = ["PAGES", "PageEntry", "show"]


@dataclass(frozen=True)
class PageEntry:
    """One page: its module under `views.pages`, which has a function ``show``, and how it is listed.

    Its title is the message ``page_<url_path>``; the page of one place is called what the programme calls it. Pages of a
    menu, the message ``menu_<menu>``, are listed when it is opened; those of none stand in the bar.
    """

    module: str
    icon: str
    url_path: str
    menu: str = ""

    def title(self, kind: str, lang: Language) -> str:
        """What it is called beside a programme of this kind."""
        return say(f"unit_{kind}" if self.url_path == "zone" else f"page_{self.url_path}", lang)

    def draw(self) -> None:
        """Draw the page; its module is imported when somebody opens it, so that no other page waits for it."""
        page: Any = import_module(f"pilotzones.views.pages.{self.module}")
        page.show()


PAGES: Final = (
    PageEntry("map", "map", "map"),
    PageEntry("matrix", "grid_on", "matrix"),
    PageEntry("compare", "compare_arrows", "compare"),
    PageEntry("zone", "location_on", "zone"),
    PageEntry("audit", "rule", "audit"),
    PageEntry("place_query", "where_to_vote", "here", "places"),
    PageEntry("user_list", "playlist_add_check", "list", "places"),
    PageEntry("user_boundaries", "upload_file", "own", "places"),
    PageEntry("export", "download", "export", "away"),
    PageEntry("figure", "print", "figure", "away"),
    PageEntry("about", "info", "about", "away"),
)


def show() -> None:
    """Draw the page the visitor is on."""
    lang = language()
    if st.session_state.get("configured") != lang:
        # The browser keeps them until the page is loaded again, which begins another session.
        st.set_page_config(page_title=say("app_title", lang), page_icon=str(ICON), layout="wide")
        st.session_state["configured"] = lang
    st.html(STREAMLIT_CSS)
    if not cache.drawing_is_safe():
        st.error(say("unsafe", lang))
        return
    try:
        pages = _pages(lang)
        register_pages(pages)
        st.navigation(_menus(pages, lang), position="top").run()
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


def _menus(pages: Mapping[str, Any], lang: Language) -> dict[str, list[Any]]:
    """Pages under the heading of their menu; a bar of eleven is too wide, and drawn anew with every answer."""
    menus: dict[str, list[Any]] = {}
    for entry in PAGES:
        heading = say(f"menu_{entry.menu}", lang) if entry.menu else ""
        menus.setdefault(heading, []).append(pages[entry.url_path])
    return menus
