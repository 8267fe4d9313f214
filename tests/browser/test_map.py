"""The living map in a real browser, without any network but its own server, below a base path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.helpers.browsing import ROOT, Visit, served
from tests.helpers.map_probe_app import NASTY, STATE
from tests.helpers.waiting import MAP_AT_REST

pytestmark = pytest.mark.browser
SAMPLER = """() => {
  const canvas = document.querySelector(".leaflet-pilotmap-data-pane canvas");
  const box = document.getElementById("map_div").getBoundingClientRect();
  const at = map.latLngToContainerPoint([30.5, 100.5]), own = canvas.getBoundingClientRect();
  const x = Math.round(at.x + box.left - own.left), y = Math.round(at.y + box.top - own.top);
  window.samples = [];
  const take = () => {
    window.samples.push([...canvas.getContext("2d").getImageData(x, y, 1, 1).data]);
    if (window.samples.length < 600) requestAnimationFrame(take);
  };
  take();
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with served(ROOT / "tests" / "helpers" / "map_probe_app.py", log, **{"server.baseUrlPath": "some/zones"}) as where:
        yield where


@pytest.fixture
def visit(browser: Any) -> Iterator[Visit]:
    visitor = Visit(browser, viewport={"width": 1000, "height": 900})
    yield visitor
    visitor.context.close()


def test_the_map_lives_on_through_every_change(visit: Visit, address: str) -> None:
    visit.open(address)
    # Without `reset` Leaflet pans by whole pixels, where the zoom is the same.
    visit.frame.evaluate("() => { map.setView([31, 103], 6, {animate: false, reset: true}); }")
    visit.frame.evaluate(SAMPLER)
    for label in ("red", "dark", "english", "fewer"):
        visit.tick(label)
    stats = visit.stats()
    assert (stats["mounts"], stats["fetches"], stats["drawn"]) == (1, 2, 3)
    samples = visit.frame.evaluate("window.samples")
    assert [0, 0, 204, 255] in samples
    assert samples[-1][3] == 255
    assert samples[-1] != [0, 0, 204, 255]
    assert all(pixel[3] == 255 for pixel in samples), "the map was blank for a moment"
    zoom, latitude = visit.frame.evaluate("[map.getZoom(), map.getCenter().lat]")
    assert (zoom, latitude) == (6, pytest.approx(31, abs=1e-6))
    visit.tick("fewer")
    assert visit.stats()["drawn"] == 4
    host = address.removesuffix("/some/zones/")
    assert not [url for url in visit.requests if not url.startswith((host, "data:", "blob:"))]
    assert not visit.errors


def test_text_stays_text(visit: Visit, address: str) -> None:
    visit.open(address)
    visit.page.mouse.move(*visit.spot(31, 101.5))
    visit.frame.wait_for_selector(".pilotmap-card")
    assert visit.texts(".pilotmap-card div") == list(NASTY)
    assert visit.texts(".pilotmap-legend-title") == [STATE]
    assert visit.texts(".pilotmap-legend li span") == [NASTY[0]]
    assert visit.texts(".pilotmap-legend-note") == [NASTY[1]]
    assert visit.texts(".pilotmap-banner-message span") == [NASTY[2]]
    assert visit.texts(".pilotmap-credit") == [f"{NASTY[3]} | Leaflet"]
    assert visit.frame.eval_on_selector_all(".pilotmap-label", "n => n.map(e => e.textContent)") == [NASTY[0]]
    visit.page.mouse.move(*visit.spot(33, 103))
    visit.frame.wait_for_function("document.querySelector('.pilotmap-card').textContent === '特'")
    visit.page.mouse.move(*visit.spot(33.5, 105))
    visit.frame.wait_for_selector(".pilotmap-card", state="hidden")
    assert visit.frame.evaluate("window.__ran === undefined && !document.querySelector('#map_div img')")
    assert visit.page.evaluate("window.__ran === undefined")
    assert not visit.errors


def test_a_click_reaches_the_page_and_a_drag_does_not(visit: Visit, address: str) -> None:
    visit.open(address)
    x, y = visit.spot(31, 103)
    visit.page.mouse.move(x, y)
    visit.page.mouse.down()
    visit.page.mouse.move(x + 60, y + 20, steps=4)
    visit.page.mouse.up()
    visit.page.mouse.wheel(0, -200)
    visit.frame.wait_for_function(MAP_AT_REST, polling=300)
    assert visit.page.get_by_text("runs 1", exact=True).is_visible()
    # How far a drag glides depends on how busy the machine is; the place to click has to be on the map.
    visit.frame.evaluate("() => { map.setView([31, 103], 7, {animate: false}); }")
    visit.page.mouse.click(*visit.spot(31.5, 100.8))
    # Had the drag brought a run of the page, this would be the third.
    visit.page.get_by_text("runs 2", exact=True).wait_for()
    assert "'lat': 3" in visit.page.get_by_text("clicked").inner_text()
    assert visit.stats()["mounts"] == 1


def test_geometry_that_fails_is_named_and_can_be_asked_for_again(visit: Visit, address: str) -> None:
    visit.page.route("**/geometry/*.json", lambda route: route.fulfill(status=404, body="gone"))
    visit.open(address, until="stats().lastUpdateMs > 0")
    (banner,) = visit.texts(".pilotmap-banner-error span")
    assert "counties (HTTP 404)" in banner
    # A page that is drawn once more asks again by itself.
    visit.rest()
    visit.page.unroute("**/geometry/*.json")
    visit.frame.click(".pilotmap-retry")
    visit.frame.wait_for_function("pilotmap.stats().drawn === 4")
    assert not visit.texts(".pilotmap-banner-error")


def test_tiles_are_asked_for_only_on_wish_and_their_absence_is_said(visit: Visit, address: str) -> None:
    visit.open(address)
    visit.tick("tiles")
    visit.frame.wait_for_selector(".pilotmap-banner-tiles")
    assert visit.texts(".pilotmap-credit") == [f"{NASTY[3]} | {NASTY[0]} | Leaflet"]
    assert visit.frame.eval_on_selector_all("img", "n => n.every(e => e.className.includes('leaflet-tile'))")
    visit.tick("tiles")
    assert not visit.texts(".pilotmap-banner-tiles")
    assert visit.stats()["drawn"] == 4


def test_a_phone_starts_with_a_folded_legend_and_a_tap_shows_the_card(browser: Any, address: str) -> None:
    visitor = Visit(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    visitor.open(address)
    title = visitor.frame.locator(".pilotmap-legend-title")
    assert title.get_attribute("aria-expanded") == "false"
    title.tap()
    assert title.get_attribute("aria-expanded") == "true"
    assert visitor.texts(".pilotmap-legend li span") == [NASTY[0]]
    title.tap()
    visitor.page.touchscreen.tap(*visitor.spot(31, 103))
    visitor.frame.wait_for_selector(".pilotmap-card")
    assert visitor.texts(".pilotmap-card-title") == ["乙"]
    names = visitor.frame.eval_on_selector_all(
        "#map_div button, #map_div [role=button]",
        "n => n.map(e => e.getAttribute('aria-label') || e.textContent)",
    )
    assert all(names)
    visitor.context.close()
