"""Pages against the rules of axe-core (WCAG 2.2 A and AA), light and dark, one after the other in one visit."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import axe_playwright_python
from browsing import Visit

from layers.wording import Language, say
from views.navigation import PAGES

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# What Streamlit itself does, by rule, with the part of the page it does it in.
STREAMLITS_OWN: dict[str, str] = {}
# Not serious to axe, but a screen reader finds its way by it: no level of headings is left out.
ORDER = ("heading-order", "page-has-heading-one")
# Only the page's own document: axe waits half a second for an answer of each frame that it is not in. A page in the dark
# has the same elements as in the light, so only the rules about colours can find something else there.
_RUN = {
    "light": "axe.run(document, {resultTypes: ['violations'], iframes: false})",
    "dark": "axe.run(document, {resultTypes: ['violations'], iframes: false, runOnly: ['color-contrast', 'link-in-text-block']})",
}


def still(visit: Visit) -> None:
    """Wait until the server has nothing more to send."""
    visit.page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'", timeout=40_000
    )
    visit.page.wait_for_timeout(200)


def _violations(visit: Visit, page: str, scheme: str) -> list[str]:
    visit.page.evaluate("source => window.axe || new Function(source)()", AXE)
    found: dict[str, Any] = visit.page.evaluate(_RUN[scheme])
    return [
        f"{page} {scheme}: {rule['id']} at {node['target']}: {node['html'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical") or rule["id"] in ORDER
        for node in rule["nodes"]
        if STREAMLITS_OWN.get(rule["id"], "nothing") not in node["html"]
    ]


def faults(visit: Visit, address: str, lang: Language, *, without: Iterable[str] = ()) -> list[str]:
    """Serious faults of every page but those left out, by page and scheme."""
    found = []
    visit.page.goto(f"{address}?lang={lang}&focus=10&zone=3,10&task=3&at=120.3,30.4")
    for page in PAGES:
        if page.url_path in without:
            continue
        visit.turn_to(say(f"page_{page.url_path}" if page.url_path != "zone" else "unit_zones", lang))
        visit.page.locator("h1").first.wait_for()
        for scheme in ("light", "dark"):
            visit.page.emulate_media(color_scheme=scheme)
            still(visit)
            found += _violations(visit, page.url_path, scheme)
    return found
