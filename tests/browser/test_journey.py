"""One reader's journey through the real app in a real browser, with the network cut off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.browsing import Visit

pytestmark = pytest.mark.browser


def _click_zone(visit: Visit, latitude: float, longitude: float) -> None:
    visit.page.mouse.click(*visit.spot(latitude, longitude))


def test_a_researcher_filters_clicks_reads_and_downloads(visit: Visit, address: str, tmp_path: Path) -> None:
    visit.open(address, until="stats().drawn > 100")
    everything = visit.stats()
    # Whatever shares the page with it, an untouched map keeps all zones in view.
    visit.page.set_viewport_size({"width": 900, "height": 900})
    visit.frame.wait_for_function("map.getSize().x < 600 && map.getBounds().contains([[23.2, 103.1], [44.4, 126.8]])")
    visit.page.set_viewport_size({"width": 1400, "height": 1000})
    visit.frame.wait_for_function("map.getSize().x > 600 && map.getBounds().contains([[23.2, 103.1], [44.4, 126.8]])")
    # One region: the map changes in place, looks at it, and the other zones are pale; the list has what is left.
    visit.page.get_by_role("button", name="西部地区 3", exact=True).click()
    visit.frame.wait_for_function(f"pilotmap.stats().updates > {everything['updates']} && map.getZoom() > 5")
    assert visit.stats()["mounts"] == 1
    assert visit.frame.evaluate("map.getBounds().contains([[29.0, 103.0], [34.9, 109.0]])")
    visit.count_line(3).wait_for()
    assert visit.page.get_by_role("radiogroup", name="试验区列表").get_by_role("radio").count() == 3
    visit.page.wait_for_url("**region=west**")
    # A zone: clicked on the map, read in the panel.
    _click_zone(visit, 30.6, 103.6)
    panel = visit.page.get_by_role("heading", name="8. 四川成都西部片区")
    panel.wait_for()
    visit.page.get_by_text("7,670.4 km²").first.wait_for()
    assert "focus=8" in visit.page.url
    assert visit.stats()["mounts"] == 1
    # The download is what is on screen.
    visit.page.get_by_role("button", name="导出与分享").click()
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name="试验区图层（GeoJSON）").click()
    target = tmp_path / "zones.geojson"
    waiting.value.save_as(target)
    saved = json.loads(target.read_bytes())
    assert [feature["properties"]["order"] for feature in saved["features"]] == [8, 9, 10]
    assert saved["provenance"]["filter"] == {"region": "west", "focus": "8"}
    assert saved["provenance"]["permalink"] == visit.page.url
    assert not visit.outside(address)
    assert not visit.errors


def test_a_link_opens_the_same_state_in_a_fresh_session(visit: Visit, address: str) -> None:
    visit.open(address + "?task=3,5&match=all&focus=4&lang=en&colour=tasks", until="stats().drawn > 20")
    visit.page.get_by_role("heading", name="4. Nanjing–Wuxi–Changzhou Junction Area, Jiangsu").wait_for()
    assert visit.texts(".pilotmap-legend-title") == ["Matching tasks"]
    visit.page.get_by_text("/ 11 zones").wait_for()
    assert not visit.outside(address)


def test_hovering_shows_the_member(visit: Visit, address: str) -> None:
    visit.open(address + "?zone=5", until="stats().drawn > 5")
    visit.page.mouse.move(*visit.spot(36.62, 116.95))
    visit.frame.wait_for_selector(".pilotmap-card")
    lines = visit.texts(".pilotmap-card div")
    assert lines[0] == "市中区"
    assert "370103" in " ".join(lines)


def test_the_basemap_is_asked_for_only_on_wish_and_may_fail(visit: Visit, address: str) -> None:
    visit.open(address, until="stats().drawn > 100")
    assert not visit.outside(address)
    visit.choose_basemap("OpenStreetMap")
    visit.frame.wait_for_selector(".pilotmap-banner-tiles")
    assert all(url.startswith("https://tile.openstreetmap.org/") for url in visit.outside(address))
    assert visit.stats()["drawn"] > 100


# Names that lie on each other or below what stands around the map.
_HIDDEN_NAMES = """() => {
  const box = part => part.getBoundingClientRect();
  const names = [...document.querySelectorAll(".pilotmap-label span")];
  const around = [...document.querySelectorAll(".pilotmap-legend, .pilotmap-credit, .leaflet-control-scale, .leaflet-bar")];
  const on = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return names.filter((name, place) => [...around, ...names.slice(0, place)].some(part => on(box(name), box(part))))
    .map(name => name.textContent);
}"""


def test_a_phone_in_the_dark(browser: Any, address: str) -> None:
    visitor = Visit(
        browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme="dark"
    )
    visitor.open(address + "?lang=en", until="stats().drawn > 100")
    visitor.rest()
    assert visitor.measure_width() <= 390
    # Long names on a narrow map: where one has no room its number stands alone.
    names = visitor.texts(".pilotmap-label span")
    assert {name.partition(".")[0] for name in names} == {str(order) for order in range(1, 12)}
    assert visitor.frame.evaluate(_HIDDEN_NAMES) == []
    assert visitor.frame.locator(".pilotmap-legend-title").get_attribute("aria-expanded") == "false"
    assert visitor.frame.evaluate("document.querySelector('.pilotmap').className.includes('dark')")
    assert not visitor.outside(address)
    visitor.context.close()
