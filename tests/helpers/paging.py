"""Pages without a browser, through Streamlit's AppTest: how the tests of the pages open them."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = Path(__file__).resolve().parents[2] / "app.py"


def open_page(page: str, **query: str) -> AppTest:
    """One page by the name of its module, at an address with these parameters; it has run once, without an exception."""
    return _run(
        AppTest.from_string(f"from pilotzones.views.pages import {page}\n{page}.show()", default_timeout=120), query
    )


def open_app(**query: str) -> AppTest:
    """The whole app at its first page; the map, which comes alone, says that it is drawn."""
    app = _run(AppTest.from_file(str(APP), default_timeout=60), query)
    if getattr(app.session_state, "is_map_alone", False):
        app.run()
        assert not app.exception
    return app


def _run(app: AppTest, query: dict[str, str]) -> AppTest:
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app
