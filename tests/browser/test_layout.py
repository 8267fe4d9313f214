"""The map page as it meets the eye: how much of the first screen is map, where names stand, where the first click lands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpers.browsing import Visit, pictured
from tests.helpers.waiting import MAP_AT_REST

pytestmark = pytest.mark.browser
_DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 720}}
_PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# How much of the window is map, and how far the page can be scrolled [px].
_SHARE = """() => {
  const box = document.querySelector("iframe[data-testid=stCustomComponentV1]").getBoundingClientRect();
  const wide = Math.min(box.right, innerWidth) - Math.max(box.left, 0);
  const high = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
  const main = document.querySelector("[data-testid=stMain]");
  return [(wide * high) / (innerWidth * innerHeight), main.scrollHeight - main.clientHeight];
}"""
# Whether the outermost places of the mainland, Hainan and Taiwan are in the window.
_ENDS_IN_VIEW = """() => [[39.4, 73.6], [53.5, 123.3], [48.4, 134.8], [21.9, 120.9], [18.2, 109.5]].every(place => {
  const at = map.latLngToContainerPoint(place), size = map.getSize();
  return at.x >= 0 && at.y >= 0 && at.x <= size.x && at.y <= size.y;
})"""
# Names of zones, cities and divisions that lie on a zone that is not theirs, on one another, or are cut by the frame.
_MISPLACED = """() => {
  const frame = document.getElementById("map_div").getBoundingClientRect();
  const kinds = ["zone", "city", "context"].map(kind => `.pilotmap-label-${kind} span`);
  const boxes = [...document.querySelectorAll(kinds)].map(name => [name, name.getBoundingClientRect()]);
  const on = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const inside = (at, polygon) => polygon.getLatLngs().flat(8).length && polygon._containsPoint(map.latLngToLayerPoint(at));
  const zones = [];
  map.eachLayer(layer => layer.pilotLayer === "members" && zones.push(layer));
  const wrong = [];
  boxes.forEach(([name, box], place) => {
    if (box.right > frame.right || box.left < 0) wrong.push(["cut", name.textContent]);
    if (boxes.slice(0, place).some(([, other]) => on(box, other))) wrong.push(["on a name", name.textContent]);
    const number = name.textContent.split(".")[0];
    for (let x = box.left + 2; x < box.right; x += 4) {
      for (let y = box.top + 4; y < box.bottom - 3; y += 4) {
        const at = map.containerPointToLatLng([x, y]);
        const zone = zones.find(one => one.getBounds().contains(at) && inside(at, one));
        if (zone && zone.pilotFeature.properties.group !== number) wrong.push(["on zone", name.textContent]);
      }
    }
  });
  return [...new Set(wrong.map(String))];
}"""


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_the_map_is_most_of_the_first_screen_and_a_click_opens_what_is_under_the_pointer(
    browser: Any, address: str, request: pytest.FixtureRequest, device: str
) -> None:
    least, options = (0.6, _PHONE) if device == "phone" else (0.7, {"viewport": {"width": 1400, "height": 900}})
    with pictured(Visit(browser, **options), request) as visit:
        visit.open(address, until="stats().drawn > 100")
        visit.rest()
        _check_first_screen(visit, least)
        if device == "desk":
            visit.page.set_viewport_size({"width": 1920, "height": 1080})
            visit.frame.wait_for_function("map.getSize().x > 1100")
            visit.rest()
            visit.frame.wait_for_function(MAP_AT_REST, polling=300)
            _check_first_screen(visit, least)
            # On a low screen the first click once scrolled the page under the pointer.
            visit.page.set_viewport_size({"width": 1280, "height": 720})
            visit.frame.wait_for_function("map.getSize().x < 1100")
            visit.rest()
            visit.frame.wait_for_function(MAP_AT_REST, polling=300)
        # The dot of 陕西西咸接合片区 on the map of the country.
        dot = visit.frame.evaluate(
            "() => { let at; map.eachLayer(one => {"
            " if (one.pilotLayer === 'dots' && one.pilotFeature.id === '10') at = one.getLatLng(); });"
            " return [at.lat, at.lng]; }"
        )
        visit.page.mouse.click(*visit.spot(*dot))
        visit.asked("focus=10")
        visit.page.get_by_role("heading", name="10. 陕西西咸接合片区").wait_for()
        assert visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
        if device == "phone":
            visit.page.get_by_role("button", name="关闭").click()
            visit.page.locator(".st-key-tools").get_by_text("矩阵").click()
            heading = visit.page.locator(".st-key-sheet h2").first
            heading.wait_for()
            visit.rest()
            tools = [box.bounding_box() for box in visit.page.locator(".st-key-tools button").all()]
            assert max(box["y"] + box["height"] for box in tools if box) <= heading.bounding_box()["y"]


def _check_first_screen(visit: Visit, least: float) -> None:
    share, scrolled = visit.page.evaluate(_SHARE)
    assert share >= least
    assert scrolled <= 0
    # All of China, and what lies south of the frame in the inset.
    assert visit.frame.evaluate("map.options.crs.code") == "Albers"
    assert visit.frame.evaluate(_ENDS_IN_VIEW)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_name_lies_on_another_zone(visit: Visit, address: str, lang: str) -> None:
    visit.open(f"{address}?lang={lang}", until="stats().drawn > 100")
    visit.rest()
    for view in ("[36, 104], 4", "[30.5, 104.5], 7", "[36.5, 117.5], 7", "[31.5, 119.8], 8"):
        visit.frame.evaluate(f"() => {{ map.setView({view}, {{animate: false}}); }}")
        visit.frame.wait_for_selector(".pilotmap-label-zone span")
        assert visit.frame.evaluate(_MISPLACED) == [], view


# How far what is looked at lies below the legend or the page's card [px].
_COVERED = """order => {
  let zone; map.eachLayer(one => { if (one.pilotLayer === "zones" && one.pilotFeature.id === order) zone = one; });
  const places = zone.getLatLngs().flat(8).map(place => map.latLngToContainerPoint(place));
  const legend = document.querySelector(".pilotmap-legend").getBoundingClientRect();
  const frame = window.frameElement.getBoundingClientRect();
  const card = window.parent.document.querySelector(".st-key-card").getBoundingClientRect();
  const isCovered = at => (at.x < legend.right && at.y > legend.top) || at.x + frame.left > card.left || at.x < 0 || at.y < 0;
  return places.filter(isCovered).length;
}"""


def test_an_open_zone_is_fitted_beside_the_legend_and_the_card(visit: Visit, address: str) -> None:
    visit.open(address, until="stats().drawn > 100")
    visit.rest()
    for order in ("5", "10"):
        visit.page.locator(".st-key-w_focus [data-testid=stRadioOption]").nth(int(order) - 1).click()
        visit.asked(f"focus={order}")
        visit.rest()
        visit.frame.wait_for_function("map.getZoom() > 6 && !map._animatingZoom")
        visit.frame.wait_for_function(MAP_AT_REST, polling=300)
        assert visit.frame.evaluate(_COVERED, order) == 0


class _Fingers:
    """Fingers on a touch screen, as the browser gets them from the device."""

    def __init__(self, visit: Visit) -> None:
        self.page = visit.page
        self.device = visit.context.new_cdp_session(visit.page)

    def touch(self, kind: str, places: list[tuple[float, float]]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        self.device.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def drag(self, places: list[tuple[float, float]], moves: list[tuple[float, float]], steps: int = 10) -> None:
        """Put fingers down at places [px], move each of them, and lift them."""
        self.touch("touchStart", places)
        for step in range(1, steps + 1):
            part = step / steps
            ways = zip(places, moves, strict=True)
            self.touch("touchMove", [(x + right * part, y + down * part) for (x, y), (right, down) in ways])
        self.touch("touchEnd", [])


_SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
_CENTRE = "(() => { const at = map.getCenter(); return [at.lat, at.lng, map.getZoom()]; })()"


@pytest.mark.parametrize(("path", "guarded"), [("", False), ("here", True)])
def test_one_finger_scrolls_a_page_around_a_map_and_two_move_the_map(
    browser: Any, address: str, request: pytest.FixtureRequest, path: str, *, guarded: bool
) -> None:
    with pictured(Visit(browser, **_PHONE), request) as visit:
        visit.open(address + path, until="stats().lastUpdateMs > 0")
        visit.rest()
        # Close enough that the map need not glide back to the country.
        visit.frame.evaluate("() => { map.setView([33, 110], 8, {animate: false}); }")
        fingers, before = _Fingers(visit), visit.frame.evaluate(_CENTRE)
        scrolled = visit.page.evaluate(_SCROLLED)
        x, y = visit.spot(33, 110)
        fingers.drag([(x, y)], [(0, -120)])
        if guarded:
            visit.page.wait_for_function(f"{_SCROLLED} > {scrolled} + 60")
            assert visit.texts(".pilotmap-banner-hint") == ["用双指移动和缩放地图"]
            assert visit.frame.evaluate(_CENTRE) == before
        else:
            visit.frame.wait_for_function(f"{_CENTRE}[0] < {before[0]} - 0.2")
        visit.rest()
        visit.frame.wait_for_function(MAP_AT_REST, polling=300)
        before, scrolled = visit.frame.evaluate(_CENTRE), visit.page.evaluate(_SCROLLED)
        box = visit.page.locator("iframe[data-testid=stCustomComponentV1]").bounding_box()
        x, y = box["x"] + box["width"] / 2, max(box["y"], 60) + 120
        fingers.drag([(x - 50, y), (x + 50, y)], [(60, 60), (60, 60)])
        visit.frame.wait_for_function(f"{_CENTRE}[0] > {before[0]} + 0.1 && {_CENTRE}[1] < {before[1]} - 0.1")
        visit.frame.wait_for_function(MAP_AT_REST, polling=300)
        # Apart, they zoom in.
        fingers.drag([(x - 30, y), (x + 30, y)], [(-70, 0), (70, 0)])
        visit.frame.wait_for_function(f"{_CENTRE}[2] > {before[2]} + 0.5")
        assert visit.page.evaluate(_SCROLLED) == scrolled
        assert not visit.errors


def test_the_list_comes_all_the_same_where_no_map_can_be_drawn(
    browser: Any, address: str, request: pytest.FixtureRequest
) -> None:
    with pictured(Visit(browser, **_DESK), request) as visit:
        visit.context.route("**/pilotmap.js", lambda route: route.abort())
        visit.page.goto(f"{address}?region=west")
        visit.page.get_by_role("radio", name="8 四川成都西部片区").wait_for()
        visit.page.get_by_test_id("stTopNavLink").first.wait_for()
        visit.page.locator(".pilotzones-search").wait_for()
