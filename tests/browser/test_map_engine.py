"""The map of the real app, closer: finer geometry, the datum of other hosts' tiles, and no word to the server for a pan."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.helpers.browsing import Visit
from tests.helpers.waiting import MAP_AT_REST

pytestmark = pytest.mark.browser
_METRES = 111_320  # of a degree of latitude, near enough for a bound of one metre


def _gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    """The transform in its usual form, term by term, to compare the map's own with."""
    x, y, pi = longitude - 105.0, latitude - 35.0, math.pi
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (20.0 * math.sin(6.0 * x * pi) + 20.0 * math.sin(2.0 * x * pi)) * 2.0 / 3.0
    north += (20.0 * math.sin(y * pi) + 40.0 * math.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * pi) + 320.0 * math.sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (20.0 * math.sin(6.0 * x * pi) + 20.0 * math.sin(2.0 * x * pi)) * 2.0 / 3.0
    east += (20.0 * math.sin(x * pi) + 40.0 * math.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * pi) + 300.0 * math.sin(x / 30.0 * pi)) * 2.0 / 3.0
    axis, e2 = 6378245.0, 0.00669342162296594323
    magic = 1 - e2 * math.sin(math.radians(latitude)) ** 2
    north = north * 180.0 / (axis * (1 - e2) / (magic * math.sqrt(magic)) * pi)
    east = east * 180.0 / (axis / math.sqrt(magic) * math.cos(math.radians(latitude)) * pi)
    return latitude + north, longitude + east


_IN_FRAME = "at => { const point = map.latLngToContainerPoint(at); return [point.x, point.y]; }"


def _choose_amap(visit: Visit) -> None:
    visit.choose_basemap("高德")
    visit.frame.wait_for_selector(".pilotmap-banner-datum")


def test_a_closer_look_brings_finer_geometry_and_panning_tells_the_server_nothing(visit: Visit, address: str) -> None:
    sent: list[str] = []
    visit.page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append("frame")))
    visit.open(address + "?focus=8", until="stats().drawn > 100")
    visit.page.get_by_role("heading", name="8. 四川成都西部片区").wait_for()
    visit.rest()
    # The zone that is open is looked at closely from the start.
    visit.frame.evaluate("() => { map.setView([33, 110], 5, {animate: false}); }")
    visit.frame.wait_for_function("pilotmap.stats().finer === 0")
    visit.frame.wait_for_function(MAP_AT_REST, polling=300)
    before, told = visit.stats(), len(sent)
    visit.frame.evaluate("() => { map.setView([30.6, 103.6], 11, {animate: false}); }")
    visit.frame.wait_for_function("pilotmap.stats().finer > 5")
    # What hovers is the finer path, under the same card.
    visit.page.mouse.move(*visit.spot(30.5, 103.5))
    visit.frame.wait_for_selector(".pilotmap-card")
    assert visit.texts(".pilotmap-card div")[0] == "大邑县"
    x, y = visit.spot(30.6, 103.6)
    visit.page.mouse.move(x, y)
    visit.page.mouse.down()
    visit.page.mouse.move(x + 120, y + 40, steps=6)
    visit.page.mouse.up()
    visit.page.mouse.wheel(0, 400)
    visit.frame.wait_for_function(MAP_AT_REST, polling=300)
    assert len(sent) == told
    visit.frame.evaluate("() => { map.setView([33, 110], 5, {animate: false}); }")
    visit.frame.wait_for_function("pilotmap.stats().finer === 0")
    after = visit.stats()
    assert (after["mounts"], after["updates"], after["drawn"]) == (1, before["updates"], before["drawn"])
    assert len(sent) == told
    assert not visit.errors


def test_over_amaps_tiles_everything_moves_and_a_click_is_taken_back(visit: Visit, address: str) -> None:
    visit.open(address, until="stats().drawn > 100")
    places = [[lat, lng] for lat in np.arange(4.0, 54, 2.5).tolist() for lng in np.arange(74.0, 135, 3.1).tolist()]
    moved = visit.frame.evaluate("places => places.map(p => pilotmap.toGcj(...p))", places)
    back = visit.frame.evaluate("places => places.map(p => pilotmap.fromGcj(...p))", moved)
    assert np.abs(np.array(moved) - [_gcj02(*place) for place in places]).max() * _METRES < 0.01
    assert np.abs(np.array(back) - places).max() * _METRES < 0.01
    assert visit.frame.evaluate("[pilotmap.toGcj(51.5, 0), pilotmap.toGcj(35, 139)]") == [[51.5, 0], [35, 139]]
    visit.frame.evaluate("() => { map.setView([30.6, 103.6], 12, {animate: false}); }")
    plain = visit.frame.evaluate(_IN_FRAME, [30.65, 103.65])
    assert not [url for url in visit.requests if "autonavi" in url]
    _choose_amap(visit)
    assert "GCJ-02" in visit.texts(".pilotmap-credit")[0]
    # The middle of the view is the same place, and what is drawn stands where the tiles have it.
    assert visit.frame.evaluate("[map.getCenter().lat.toFixed(4), map.getCenter().lng.toFixed(4)]") == [
        "30.6000",
        "103.6000",
    ]
    offsets = visit.frame.evaluate(
        """([lat, lng]) => {
          const centre = L.CRS.EPSG3857.latLngToPoint(L.latLng(pilotmap.toGcj(30.6, 103.6)), 12);
          const there = L.CRS.EPSG3857.latLngToPoint(L.latLng(pilotmap.toGcj(lat, lng)), 12);
          const drawn = map.latLngToContainerPoint([lat, lng]), middle = map.latLngToContainerPoint([30.6, 103.6]);
          const back = map.containerPointToLatLng(drawn);
          return [there.x - centre.x - drawn.x + middle.x, there.y - centre.y - drawn.y + middle.y,
                  back.lat - lat, back.lng - lng];
        }""",
        [30.65, 103.65],
    )
    assert np.abs(offsets[:2]).max() < 1.5
    assert np.abs(offsets[2:]).max() * _METRES < 40  # a pixel here
    assert math.dist(plain, visit.frame.evaluate(_IN_FRAME, [30.65, 103.65])) < 3
    visit.page.mouse.click(*visit.spot(30.6, 103.6))
    visit.page.get_by_role("heading", name="8. 四川成都西部片区").wait_for()
    assert visit.stats()["mounts"] == 1
    assert not visit.errors


def test_the_other_source_and_the_net_of_counties(visit: Visit, address: str) -> None:
    visit.open(address + "?focus=4&counties=1&other=1&lang=en", until="stats().drawn > 3300")
    visit.page.get_by_text("Dashed:").wait_for()
    assert any("Outline by" in line and "km²" in line for line in visit.texts(".pilotmap-legend li span"))
    visit.frame.evaluate("() => { map.setView([34.3, 110.5], 7, {animate: false}); }")
    visit.page.mouse.move(*visit.spot(35.0, 111.2))
    visit.frame.wait_for_selector(".pilotmap-card")
    visit.frame.wait_for_function("document.querySelector('.pilotmap-card').textContent.includes('· 1408')")
    visit.page.get_by_text("Show the other source's outline").click()
    visit.frame.wait_for_function("!document.querySelector('.pilotmap-legend').textContent.includes('Outline by')")
    visit.page.wait_for_url(lambda url: "other=" not in url)
    assert not visit.errors
