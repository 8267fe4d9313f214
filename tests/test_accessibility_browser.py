"""Every page against the rules of axe-core (WCAG 2.2 A and AA), light and dark; pages fit a phone; the order of focus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from browsing import ROOT, Visit, pictured, served

from layers.wording import Language, say
from views.navigation import PAGES

pytestmark = pytest.mark.browser
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# What Streamlit itself does, by rule, with the part of the page it does it in.
STREAMLITS_OWN: dict[str, str] = {}
# Not serious to axe, but a screen reader finds its way by it: no level of headings is left out.
ORDER = ("heading-order", "page-has-heading-one")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(ROOT / "app.py", tmp_path_factory.mktemp("server") / "log.txt") as where:
        yield where


def _still(visit: Visit) -> None:
    """Wait until the server has nothing more to send."""
    visit.page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'", timeout=40_000
    )
    visit.page.wait_for_timeout(200)


def _violations(visit: Visit, page: str) -> list[str]:
    visit.page.evaluate("source => window.axe || new Function(source)()", AXE)
    found: dict[str, Any] = visit.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{page}: {rule['id']} at {node['target']}: {node['html'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical") or rule["id"] in ORDER
        for node in rule["nodes"]
        if STREAMLITS_OWN.get(rule["id"], "nothing") not in node["html"]
    ]


# They take seconds to make; in English their words are the same messages that every page uses.
SLOW = ("audit", "export", "figure")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_has_a_serious_fault(
    browser: Any, address: str, request: pytest.FixtureRequest, lang: Language
) -> None:
    found = []
    with pictured(Visit(browser, viewport={"width": 1400, "height": 1000}), request) as visit:
        visit.page.goto(f"{address}?lang={lang}&focus=10&zone=3,10&task=3&at=120.3,30.4")
        for page in PAGES:
            if lang == "en" and page.url_path in SLOW:
                continue
            visit.page.get_by_role("link", name=say(f"page_{page.url_path}", lang), exact=True).first.click()
            visit.page.locator("h1").first.wait_for()
            for scheme in ("light", "dark"):
                visit.page.emulate_media(color_scheme=scheme)
                _still(visit)
                found += _violations(visit, f"{page.url_path} {scheme}")
        assert not visit.errors
    assert not found, "\n".join(found)


def test_pages_fit_a_phone(browser: Any, address: str, request: pytest.FixtureRequest) -> None:
    with pictured(
        Visit(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True), request
    ) as visit:
        for path in ("matrix", "compare", "zone", "about"):
            visit.page.goto(f"{address}{path}?lang=en&focus=10&zone=3,10")
            visit.page.locator("h1").first.wait_for()
            _still(visit)
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_the_keyboard_comes_by_in_the_order_of_the_page(browser: Any, address: str) -> None:
    visit = Visit(browser, viewport={"width": 1400, "height": 1300})
    visit.open(address + "?lang=en", until="stats().drawn > 100")
    _still(visit)
    visit.page.get_by_label("Find a place, a task or a coordinate").focus()
    stops = []
    for _ in range(6):
        visit.page.keyboard.press("Tab")
        stops.append(
            visit.page.evaluate(
                "document.activeElement.tagName + (document.activeElement.getAttribute('aria-label') || '')"
            )
        )
    # From the search box into the map beside it, never back to the top.
    assert stops[0].startswith("IFRAME"), stops
    visit.context.close()
