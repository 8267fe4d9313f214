"""The web app. ``streamlit run app.py`` serves it.

Streamlit runs this file as a script on every interaction (``__main__``); the server imports it once to find the
application object, which adds our own addresses (map files, geometry, the feed) to Streamlit's, and our guard before all of
them.
"""

from __future__ import annotations

import streamlit as st

if __name__ == "__main__":
    from pilotzones.layers.webmap.folium_import import import_drawing_libraries

    import_drawing_libraries()
    from pilotzones.views.navigation import show

    show()
else:
    from pilotzones.layers.server.ogc_features.lazy_mount import make_lazy_feed
    from pilotzones.layers.server.routes import make_routes
    from pilotzones.views.server.middleware import build_middleware
    from pilotzones.views.server.startup import run_lifespan

    base = st.get_option("server.baseUrlPath")
    app = st.App(
        __file__,
        lifespan=run_lifespan,
        routes=[*make_routes(base_path=base), make_lazy_feed(base_path=base)],
        middleware=build_middleware(),
    )
