"""A real browser against a real server: how the browser tests start both, and what they see of a visit."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tools.serving import ROOT, run_server

# Holds back what the server says to the page, by `window.late` [ms]: it arrives in order but late, as on a slow network.
SLOW_PAGE = """(() => {
  if (window !== window.top) return;
  window.heldBack = 0;
  const add = WebSocket.prototype.addEventListener;
  WebSocket.prototype.addEventListener = function (kind, take, options) {
    const late = event => {
      window.heldBack += 1;
      setTimeout(() => { window.heldBack -= 1; take.call(this, event); }, window.late || 0);
    };
    return add.call(this, kind, kind === "message" ? late : take, options);
  };
})()"""
ANSWER_ON_ITS_WAY = "() => window.heldBack > 0"
# Nothing of a page's script has run for a while, and no widget is a grey bar that waits for its script file to load.
_RESTED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const whole = app.dataset.testScriptState === "notRunning" && !document.querySelector('[data-testid="stSkeleton"]');
  window.restfulLooks = whole ? (window.restfulLooks || 0) + 1 : 0;
  return window.restfulLooks > 4;
}"""
_POLL_MS = 100
# Names follow the shapes when these are painted.
_NAMED = "!pilotmap.stats().unnamed"
# Where a failing browser test leaves what it saw.
ARTEFACTS = ROOT / "artefacts"


@contextmanager
def served(script: Path, log: Path, **options: object) -> Iterator[str]:
    """Serve a Streamlit script on a free port of this computer; yields its address."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    below = f"{options.get('server.baseUrlPath', '')}/".lstrip("/")
    with run_server(script, log, environment=environment, **options) as (server, port):
        yield f"http://127.0.0.1:{port}/{below}"
        assert server.poll() is None, f"the test's server stopped by itself: {log.read_text()}"


class Visit:
    """One visitor: a page, the frame of its map, and everything it asked for."""

    def __init__(self, browser: Any, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(45_000)
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, address: str, *, until: str = "stats().drawn === 4 && pilotmap.stats().lastUpdateMs > 0") -> None:
        """Open a page and wait for its map; a map that did not come is asked for once more, as a reader would."""
        self.page.goto(address)
        try:
            self._wait_for_map(until)
        except PlaywrightTimeoutError:
            print(f"the map of {address} did not come: loaded again")
            self.page.reload()
            self._wait_for_map(until)

    def _wait_for_map(self, until: str) -> None:
        # The frame is there before it has an address. On a busy machine Chromium may draw no frame of a page that nobody looks
        # at, and what waits for one would not see that the map has been there for long.
        self.frame: Any = self.page.wait_for_selector("iframe[data-testid=stCustomComponentV1]").content_frame()
        self.frame.wait_for_function(f"window.pilotmap && pilotmap.{until} && {_NAMED}", polling=_POLL_MS)

    def stats(self) -> dict[str, float]:
        result: dict[str, float] = self.frame.evaluate("pilotmap.stats()")
        return result

    def outside(self, address: str) -> list[str]:
        """What was asked of anybody but the server at an address."""
        return [url for url in self.requests if not url.startswith((address, "data:", "blob:"))]

    def count_line(self, shown: int) -> Any:
        """The line of a Chinese map page that says how many of the 11 zones it shows."""
        return self.page.get_by_text(f"{shown} / 11 个试验区", exact=True)

    def asked(self, *parts: str) -> None:
        """Wait until the address asks for all of these."""
        for part in parts:
            self.page.wait_for_function("part => location.search.includes(part)", arg=part)

    def tick(self, label: str) -> None:
        """Change one control of the page and wait until the map has drawn the answer."""
        before = self.stats()["updates"]
        self.frame.evaluate(
            "() => { window.seen = false; addEventListener('pilotmap:updated', () => { window.seen = true; }, {once: true}); }"
        )
        self.page.get_by_text(label, exact=True).click()
        self.frame.wait_for_function(f"window.seen && {_NAMED}")
        assert self.stats()["updates"] == before + 1

    def rest(self) -> None:
        """Wait until the whole page is there: what comes after the map moves it, and closes a list that is open."""
        if not self.page.locator('[data-testid="stApp"]').count():
            return
        # Several looks in a row: on a busy machine one run follows another, as what a map first says of itself asks for a second.
        self.page.evaluate("() => { window.restfulLooks = 0; }")
        self.page.wait_for_function(_RESTED, polling=60, timeout=60_000)

    def turn_to(self, title: str) -> None:
        """To another page by the bar of pages."""
        self.page.get_by_test_id("stTopNavLink").filter(has=self.page.get_by_text(title, exact=True)).click()

    def measure_width(self) -> int:
        """How wide what is on the page is [px]: it scrolls within its main part, not as a document."""
        width: int = self.page.evaluate(
            "Math.max(...[document.documentElement, document.querySelector('[data-testid=stMain]')].map(n => n.scrollWidth))"
        )
        return width

    def open_layers(self, label: str) -> None:
        """Open the button of the map's layers; its choices come from the server."""
        self.rest()
        self.page.get_by_role("button", name=label).click()
        self.page.get_by_test_id("stPopoverBody").get_by_test_id("stSelectbox").nth(2).wait_for()
        self.rest()

    def choose_basemap(self, name: str) -> None:
        """Pick an online basemap on a Chinese page."""
        self.open_layers("图层")
        chooser = self.page.get_by_role("combobox", name="在线底图")
        chooser.click()
        chooser.fill(name)
        chooser.press("Enter")
        self.rest()
        self.page.keyboard.press("Escape")

    def spot(self, latitude: float, longitude: float) -> tuple[float, float]:
        self.rest()
        at = self.frame.evaluate(
            "p => { const q = map.latLngToContainerPoint(p), b = map.getContainer().getBoundingClientRect();"
            " return [q.x + b.left, q.y + b.top]; }",
            [latitude, longitude],
        )
        box = self.page.locator("iframe[data-testid=stCustomComponentV1]").bounding_box()
        return box["x"] + at[0], box["y"] + at[1]

    def texts(self, selector: str) -> list[str]:
        found: list[str] = self.frame.eval_on_selector_all(
            selector, "nodes => nodes.filter(n => n.offsetParent).map(n => n.textContent)"
        )
        return found


@contextmanager
def pictured(visit: Visit, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A visit that leaves a screenshot under ``artefacts/`` when the test fails, and is closed in any case."""
    before = request.session.testsfailed
    try:
        yield visit
    finally:
        if request.session.testsfailed > before:
            ARTEFACTS.mkdir(exist_ok=True)
            name = "".join(char if char.isalnum() else "_" for char in request.node.name)
            visit.page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)
        visit.context.close()


class Reader:
    """Somebody who opens pages from a disk, offline: everything they asked for, said, or were refused."""

    def __init__(self, browser: Any, **options: Any) -> None:
        self.context = browser.new_context(offline=True, **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('refused ' + e.violatedDirective));"
            "window.alert = text => console.error('alert ' + text);"
        )

    def close(self) -> None:
        """Leave, and check that nothing outside the disk was asked for and nothing went wrong."""
        self.context.close()
        assert [address for address in self.asked if not address.startswith("file:")] == []
        assert self.said == []
