"""Pages in Chinese against the rules of axe-core, in the light; pages fit a phone; the order of focus."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpers.accessibility import faults, still
from tests.helpers.browsing import Visit

pytestmark = pytest.mark.browser


def test_no_page_has_a_serious_fault(visit: Visit, address: str, thorough: bool) -> None:
    found = faults(visit, address, "zh", thorough=thorough)
    assert not found, "\n".join(found)
    assert not visit.errors


def test_the_keyboard_comes_by_in_the_order_of_the_page(browser: Any, address: str) -> None:
    visit = Visit(browser, viewport={"width": 1400, "height": 1300})
    visit.open(address + "?lang=en", until="stats().drawn > 100")
    still(visit)
    listed = visit.page.locator(".st-key-panel").get_by_role("radio").first
    listed.wait_for()
    listed.focus()
    stops = []
    for _ in range(12):
        visit.page.keyboard.press("Tab")
        stops.append(
            visit.page.evaluate(
                "document.activeElement.tagName + (document.activeElement.getAttribute('aria-label') || '')"
            )
        )
    # From the list to the examples and into the map beside it, never back to the top.
    assert any(stop.startswith("IFRAME") for stop in stops), stops
    listed.focus()
    visit.page.keyboard.press("ArrowDown")
    visit.page.keyboard.press("ArrowDown")
    visit.page.get_by_role("heading", level=2).first.wait_for()
    visit.context.close()
