"""The web face. ``streamlit run app.py`` serves it.

Streamlit runs this file as a script on every interaction (``__main__``); the server imports it once to find the
application object, which adds our own addresses (map files and geometry) to Streamlit's.
"""

from __future__ import annotations

import streamlit as st

if __name__ == "__main__":
    from views.navigation import show

    show()
else:
    from layers.base_map import probe_is_inert
    from layers.routes import routes

    if not probe_is_inert():
        raise SystemExit("pilotzones: a drawing library evaluates text as a template; refusing to serve")
    app = st.App(__file__, routes=routes(base_path=st.get_option("server.baseUrlPath")))
