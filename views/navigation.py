"""Page set-up and the list of pages."""

from __future__ import annotations

import streamlit as st

from geo.errors import PilotzonesError
from layers.offline import ICON, PAGE_CSS
from layers.wording import say
from views import audit_page, list_page, map_page, own_page, resources
from views.state import language

__all__ = ["show"]


def show() -> None:
    """Draw the page the visitor is on."""
    lang = language()
    if st.session_state.get("configured") != lang:
        # The browser keeps them until the page is loaded again, which begins another session.
        st.set_page_config(page_title=say("app_title", lang), page_icon=str(ICON), layout="wide")
        st.session_state["configured"] = lang
    st.html(PAGE_CSS)
    pages = [
        st.Page(map_page.show, title=say("page_map", lang), icon=":material/map:", url_path="map", default=True),
        st.Page(audit_page.show, title=say("page_audit", lang), icon=":material/rule:", url_path="audit"),
        st.Page(list_page.show, title=say("page_list", lang), icon=":material/playlist_add_check:", url_path="list"),
        st.Page(own_page.show, title=say("page_own", lang), icon=":material/upload_file:", url_path="boundaries"),
    ]
    if not resources.drawing_is_safe():
        st.error(say("unsafe", lang))
        return
    try:
        st.navigation(pages, position="top").run()
    except PilotzonesError as error:
        st.error(say("error", lang, what=""))
        # As plain text: an error may quote what somebody typed.
        st.text(str(error))
