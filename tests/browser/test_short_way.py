"""The short way in a real browser: the map does not wait for the page, and does not need the way either."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helpers.browsing import Visit, pictured, served
from tools.serving import ROOT

pytestmark = pytest.mark.browser
_WATCH = "window.counts = []; addEventListener('pilotmap:updated', event => counts.push(event.detail.drawn));"


def _choose(visit: Visit, region: str) -> None:
    visit.page.get_by_role("button", name=region, exact=True).click()


def test_the_map_shows_an_answer_that_the_page_has_not_heard_yet(slow_visit: Visit, address: str) -> None:
    slow_visit.open(address, until="stats().drawn > 100")
    slow_visit.rest()
    everything = slow_visit.stats()
    slow_visit.page.evaluate("window.late = 3000")
    _choose(slow_visit, "东部地区")
    slow_visit.frame.wait_for_function(f"pilotmap.stats().drawn < {everything['drawn']}", timeout=2500)
    assert slow_visit.count_line(11).is_visible()
    slow_visit.count_line(5).wait_for()
    # The page brought the same message: it was not drawn twice.
    assert slow_visit.stats()["updates"] == everything["updates"] + 1
    assert slow_visit.stats()["mounts"] == 1
    assert not slow_visit.errors


def test_a_page_that_is_late_takes_no_answer_back(slow_visit: Visit, address: str) -> None:
    slow_visit.open(address, until="stats().drawn > 100")
    slow_visit.rest()
    slow_visit.frame.evaluate(_WATCH)
    slow_visit.page.evaluate("window.late = 1500")
    for number, region in enumerate(("东部地区", "中部地区"), start=1):
        _choose(slow_visit, region)
        slow_visit.frame.wait_for_function(f"counts.length === {number}")
    slow_visit.count_line(7).wait_for()
    slow_visit.rest()
    first, second = slow_visit.frame.evaluate("counts")
    assert second > first


def test_without_the_short_way_the_page_brings_everything(slow_visit: Visit, address: str) -> None:
    slow_visit.page.route_web_socket("**/short-way/*", lambda socket: socket.close())
    slow_visit.open(address, until="stats().drawn > 100")
    slow_visit.rest()
    before = slow_visit.stats()
    _choose(slow_visit, "东部地区")
    slow_visit.frame.wait_for_function(f"pilotmap.stats().drawn < {before['drawn']}")
    slow_visit.count_line(5).wait_for()
    assert slow_visit.stats()["updates"] == before["updates"] + 1
    assert not slow_visit.errors


def test_it_leads_below_a_base_path_and_asks_nobody_else(
    browser: Any, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    log = tmp_path_factory.mktemp("below") / "log.txt"
    with (
        served(ROOT / "tests" / "helpers" / "map_probe_app.py", log, **{"server.baseUrlPath": "some/zones"}) as where,
        pictured(Visit(browser), request) as visit,
    ):
        with visit.page.expect_websocket(lambda socket: "short-way" in socket.url) as opened:
            visit.open(where)
        heard: list[str] = []
        way = opened.value
        assert way.url.startswith(where.replace("http:", "ws:") + "short-way/")
        way.on("framereceived", lambda text: heard.append(str(text)))
        visit.rest()
        visit.tick("red")
        visit.rest()
        (told,) = heard
        assert '"turn":2' in told
        assert visit.outside(where) == []
