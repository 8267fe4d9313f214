"""The first click on the map, without any scrolling before it, is answered for the place under the pointer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpers.browsing import Visit, pictured

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "options",
    [
        {"viewport": {"width": 1280, "height": 720}},
        {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    ],
    ids=["desk", "phone"],
)
def test_the_first_click_opens_what_is_under_the_pointer(
    browser: Any, address: str, request: pytest.FixtureRequest, options: dict[str, Any]
) -> None:
    with pictured(Visit(browser, **options), request) as visit:
        visit.open(address, until="stats().drawn > 100")
        # 三原县 in 陕西西咸接合片区.
        x, y = visit.spot(34.75, 109.1)
        before = visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
        visit.page.mouse.move(x, y)
        visit.page.mouse.down()
        visit.page.mouse.up()
        visit.asked("focus=10")
        assert visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == before
