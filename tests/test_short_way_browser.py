"""The short way in a real browser: the map does not wait for the page, and does not need the way either."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsing import SLOW_PAGE, Visit, pictured, served
from serving import ROOT

pytestmark = pytest.mark.browser
_ALL = 11
_WATCH = "window.counts = []; addEventListener('pilotmap:updated', event => counts.push(event.detail.drawn));"


@pytest.fixture
def slow(browser: Any, request: pytest.FixtureRequest) -> Iterator[Visit]:
    visitor = Visit(browser, viewport={"width": 1400, "height": 1000})
    visitor.page.add_init_script(SLOW_PAGE)
    with pictured(visitor, request):
        yield visitor


def _choose(visit: Visit, region: str) -> None:
    visit.page.get_by_role("button", name=region, exact=True).click()


def _count(visit: Visit, shown: int) -> Any:
    return visit.page.get_by_text(f"显示 {_ALL} 个试验区中的 {shown} 个")


def test_the_map_shows_an_answer_that_the_page_has_not_heard_yet(slow: Visit, address: str) -> None:
    slow.open(address, until="stats().drawn > 100")
    slow.rest()
    everything = slow.stats()
    slow.page.evaluate("window.late = 3000")
    _choose(slow, "东部地区")
    slow.frame.wait_for_function(f"pilotmap.stats().drawn < {everything['drawn']}", timeout=2500)
    assert _count(slow, _ALL).is_visible()
    _count(slow, 5).wait_for()
    # The page brought the same message: it was not drawn twice.
    assert slow.stats()["updates"] == everything["updates"] + 1
    assert slow.stats()["mounts"] == 1
    assert not slow.errors


def test_a_page_that_is_late_takes_no_answer_back(slow: Visit, address: str) -> None:
    slow.open(address, until="stats().drawn > 100")
    slow.rest()
    slow.frame.evaluate(_WATCH)
    slow.page.evaluate("window.late = 1500")
    for number, region in enumerate(("东部地区", "中部地区"), start=1):
        _choose(slow, region)
        slow.frame.wait_for_function(f"counts.length === {number}")
    _count(slow, 7).wait_for()
    slow.rest()
    first, second = slow.frame.evaluate("counts")
    assert second > first


def test_without_the_short_way_the_page_brings_everything(slow: Visit, address: str) -> None:
    slow.page.route_web_socket("**/short-way/*", lambda socket: socket.close())
    slow.open(address, until="stats().drawn > 100")
    slow.rest()
    before = slow.stats()
    _choose(slow, "东部地区")
    slow.frame.wait_for_function(f"pilotmap.stats().drawn < {before['drawn']}")
    _count(slow, 5).wait_for()
    assert slow.stats()["updates"] == before["updates"] + 1
    assert not slow.errors


def test_it_leads_below_a_base_path_and_asks_nobody_else(
    browser: Any, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    log = tmp_path_factory.mktemp("below") / "log.txt"
    with (
        served(ROOT / "tests" / "map_probe_app.py", log, **{"server.baseUrlPath": "some/zones"}) as where,
        pictured(Visit(browser), request) as visit,
    ):
        ways: list[Any] = []
        visit.page.on("websocket", lambda socket: ways.append(socket) if "short-way" in socket.url else None)
        visit.open(where)
        visit.page.wait_for_timeout(300)
        heard: list[str] = []
        (way,) = ways
        assert way.url.startswith(where.replace("http:", "ws:") + "short-way/")
        way.on("framereceived", lambda text: heard.append(str(text)))
        visit.tick("red")
        visit.rest()
        (told,) = heard
        assert '"turn":2' in told
