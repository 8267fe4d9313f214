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
    import sys

    from layers.late_feed import late_feed
    from layers.routes import routes
    from views.warming import start_warming

    # The thread that sends must not wait for a script that computes: asked to yield five times as often [s], a page's
    # first answer leaves while the rest is still being made.
    sys.setswitchinterval(0.001)
    start_warming()
    base = st.get_option("server.baseUrlPath")
    app = st.App(__file__, routes=[*routes(base_path=base), late_feed(base_path=base)])
