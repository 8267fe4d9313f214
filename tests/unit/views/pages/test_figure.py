"""The page Figure, without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.slow


def _page() -> None:
    import streamlit as st

    from pilotzones.views.pages import figure as figure_page

    if "choices" not in st.session_state:
        st.query_params.from_dict({"zone": "7", "lang": "en"})
    figure_page.show()


def test_the_sheet_is_shown_and_can_be_had_in_three_formats() -> None:
    page = AppTest.from_function(_page, default_timeout=60).run()
    assert not page.exception
    assert page.title[0].value == "Printed map"
    assert len(page.get("image")) == 1
    assert {button.label for button in page.get("download_button")} == {"Download PDF", "Download SVG", "Download PNG"}


def test_nothing_chosen_is_said() -> None:
    page = AppTest.from_function(_page, default_timeout=60).run()
    page.session_state["w_query"] = "nothing is called this"
    page.run()
    assert not page.exception
    assert not page.get("image")
    assert page.info
