"""Which addresses a session takes for a wish of the visitor, and which for one that was merely late."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pilotzones.views.state import url_sync

_PAGE = """
import streamlit as st
from pilotzones.views.state import url_sync
from pilotzones.views.state.url_sync import get_address
st.toggle("a filter", key="filter")
st.button("work", key="work")
known = get_address()
st.text(" ".join(str(known.was_changed({"q": name})) for name in ("now", "before", "never")))
known.publish({"q": "before"})
known.publish({"q": "now"})
"""


def _answers(page: AppTest) -> list[bool]:
    """Whether an address that is shown, one of before and one that was never had would be followed."""
    assert not page.exception
    return [word == "True" for word in page.text[0].value.split()]


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_string(_PAGE, default_timeout=30).run()


def test_an_address_of_before_is_followed_when_no_widget_asked(page: AppTest) -> None:
    assert _answers(page.run()) == [False, True, True]


def test_an_address_of_before_is_late_when_a_widget_asked(page: AppTest) -> None:
    assert _answers(page.toggle(key="filter").set_value(True).run()) == [False, False, True]


def test_from_another_page_it_is_a_link_whatever_the_widgets_say(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A button is pressed for one run, and let go in the next.
    page.button(key="work").click().run()
    assert _answers(page.run()) == [False, False, True]
    page.button(key="work").click().run()
    monkeypatch.setattr(url_sync, "get_page_hash", lambda: "another")
    assert _answers(page.run()) == [False, True, True]


def test_the_history_is_followed_always(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(url_sync, "goes_through_history", lambda: True)
    assert _answers(page.run()) == [True, True, True]
