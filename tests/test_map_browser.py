"""The living map in a real browser, without any network but its own server, below a base path."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from map_probe_app import NASTY, STATE

playwright_api = pytest.importorskip("playwright.sync_api")

ROOT = Path(__file__).resolve().parent.parent
BROWSER = os.environ.get("PILOTZONES_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs Chromium; set PILOTZONES_CHROMIUM")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Only the test's own server can be reached.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
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


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    log = tmp_path_factory.mktemp("server") / "log.txt"
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "tests" / "map_probe_app.py")]
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.baseUrlPath": "some/zones",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    command += [f"--{name}={value}" for name, value in options.items()]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output) as server,
    ):
        try:
            yield wait_for(f"http://127.0.0.1:{port}/some/zones", server) + "/"
            assert server.poll() is None, f"the test's server stopped by itself: {log.read_text()}"
        finally:
            server.terminate()


def wait_for(url: str, server: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return url
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    pytest.fail("the test's server did not start")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=BROWSER, args=SWITCHES)
        yield started
        started.close()


class Visit:
    """One visitor: a page, the frame of its map, and everything it asked for."""

    def __init__(self, browser: Any, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(
        self, address: str, *, until: str = "stats().drawn === 4 && pilotmap.stats().lastUpdateMs > 0"
    ) -> None:
        self.page.goto(address)
        self.page.wait_for_selector("iframe[title*=folium]")
        self.frame = next(frame for frame in self.page.frames if "streamlit_folium" in frame.url)
        self.frame.wait_for_function(f"window.pilotmap && pilotmap.{until}")

    def stats(self) -> dict[str, float]:
        result: dict[str, float] = self.frame.evaluate("pilotmap.stats()")
        return result

    def tick(self, label: str) -> None:
        """Change one control of the page and wait until the map has drawn the answer."""
        before = self.stats()["updates"]
        self.frame.evaluate(
            "() => { window.seen = false; addEventListener('pilotmap:updated', () => { window.seen = true; }, {once: true}); }"
        )
        self.page.get_by_text(label, exact=True).click()
        self.frame.wait_for_function("window.seen")
        assert self.stats()["updates"] == before + 1

    def spot(self, latitude: float, longitude: float) -> tuple[float, float]:
        at = self.frame.evaluate(
            "p => { const q = map.latLngToContainerPoint(p), b = map.getContainer().getBoundingClientRect();"
            " return [q.x + b.left, q.y + b.top]; }",
            [latitude, longitude],
        )
        box = self.page.locator("iframe[title*=folium]").bounding_box()
        return box["x"] + at[0], box["y"] + at[1]

    def texts(self, selector: str) -> list[str]:
        found: list[str] = self.frame.eval_on_selector_all(
            selector, "nodes => nodes.filter(n => n.offsetParent).map(n => n.textContent)"
        )
        return found


@pytest.fixture
def visit(browser: Any) -> Iterator[Visit]:
    visitor = Visit(browser, viewport={"width": 1000, "height": 900})
    yield visitor
    visitor.context.close()


def test_the_map_lives_on_through_every_change(visit: Visit, address: str) -> None:
    visit.open(address)
    visit.frame.evaluate("map.setView([31, 103], 6, {animate: false})")
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
    assert visit.frame.evaluate("[map.getZoom(), map.getCenter().lat.toFixed(3)]") == [6, "31.000"]
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
    visit.page.wait_for_timeout(900)
    assert visit.page.get_by_text("runs 1", exact=True).is_visible()
    visit.page.mouse.click(*visit.spot(31, 103))
    visit.page.get_by_text("runs 2", exact=True).wait_for()
    assert "'lat': 3" in visit.page.get_by_text("clicked").inner_text()
    assert visit.stats()["mounts"] == 1


def test_geometry_that_fails_is_named_and_can_be_asked_for_again(visit: Visit, address: str) -> None:
    visit.page.route("**/geometry/*.json", lambda route: route.fulfill(status=404, body="gone"))
    visit.open(address, until="stats().lastUpdateMs > 0")
    (banner,) = visit.texts(".pilotmap-banner-error span")
    assert "counties (HTTP 404)" in banner
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
