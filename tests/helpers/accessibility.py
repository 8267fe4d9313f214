"""Pages against the rules of axe-core (WCAG 2.2 A and AA), one after the other in one visit."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import axe_playwright_python

from pilotzones.geo.messages import LANGUAGES, Language, translate
from pilotzones.views.navigation import PAGES
from tests.helpers.browsing import Visit

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# What Streamlit itself does, by rule, with the part of the page it does it in.
STREAMLITS_OWN: dict[str, str] = {}
# Not serious to axe, but a screen reader finds its way by it: no level of headings is left out.
ORDER = ("heading-order", "page-has-heading-one")
# Only the page's own document: axe waits half a second for an answer of each frame that it is not in.
_RUN = "without => axe.run({include: document, exclude: without}, {resultTypes: ['violations'], iframes: false})"
# Each theme in one language: the elements are the same in both, words and colours are what differs.
SCHEMES: dict[Language, Literal["light", "dark"]] = {"zh": "light", "en": "dark"}


_DESK: Any = {"width": 1400, "height": 1000}
_PHONE: Any = {"width": 390, "height": 844}
# What fades in or out has colours on the way that no reader is left with; what turns for ever is no fading.
_NOTHING_FADES = """() => document.getAnimations().every(
    one => one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity)"""


def still(visit: Visit) -> None:
    """Wait until the server has nothing more to send and nothing fades any more."""
    visit.rest()
    visit.page.wait_for_function(_NOTHING_FADES)


def find_violations(visit: Visit, page: str, *without: str) -> list[str]:
    """Serious faults of the page that is open, each with the name `page`; not in what the selectors `without` find."""
    visit.page.evaluate("source => window.axe || new Function(source)()", AXE)
    found: dict[str, Any] = visit.page.evaluate(_RUN, list(without))
    return [
        f"{page}: {rule['id']} at {node['target']}: {node['html'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical") or rule["id"] in ORDER
        for node in rule["nodes"]
        if STREAMLITS_OWN.get(rule["id"], "nothing") not in node["html"]
    ]


def faults(visit: Visit, address: str, lang: Language, *, thorough: bool) -> list[str]:
    """Serious faults of pages in one language and its theme: of every second page every day, of all when thorough.

    The first page, the map, is looked at in both languages. That a page is wider than a phone is a fault as well.
    """
    found = []
    share = PAGES if thorough else (PAGES[0], *PAGES[1:][LANGUAGES.index(lang) :: len(LANGUAGES)])
    visit.page.emulate_media(color_scheme=SCHEMES[lang])
    visit.page.set_viewport_size(_DESK)
    query = f"?lang={lang}&focus=10&zone=3,10&task=3&at=120.3,30.4"
    visit.page.goto(f"{address}{query}")
    for page in share:
        # The pages of a section are behind its button.
        if page.is_listed and not page.section:
            visit.turn_to(translate(f"page_{page.url_path}", lang))
        else:
            visit.page.goto(f"{address}{page.url_path}{query}")
        visit.page.locator("h1").first.wait_for(state="attached")
        still(visit)
        found += find_violations(visit, page.url_path)
        visit.page.set_viewport_size(_PHONE)
        visit.page.wait_for_function(f"innerWidth === {_PHONE['width']}")
        still(visit)
        wide = visit.measure_width()
        found += [f"{page.url_path}: {wide} px wide on a phone"] if wide > _PHONE["width"] else []
        visit.page.set_viewport_size(_DESK)
    return found
