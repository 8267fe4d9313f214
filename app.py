"""The web face. ``streamlit run app.py`` serves it.

Streamlit runs this file as a script on every interaction (``__main__``); the server imports it once to find the
application object, which adds our own addresses (map files, geometry, the feed) to Streamlit's.
"""

from __future__ import annotations

import streamlit as st

if __name__ == "__main__":
    from views.navigation import show

    show()
else:
    from layers.feed import feed_routes
    from layers.routes import routes
    from views.warming import start_warming

    start_warming()
    base = st.get_option("server.baseUrlPath")
    app = st.App(__file__, routes=[*routes(base_path=base), *feed_routes(base_path=base)])
