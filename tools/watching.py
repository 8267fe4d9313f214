"""A server whose bytes are counted, and what a browser sees of it: times and bytes of one visit."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Error

from tools.relay import Relay, run_relay
from tools.serving import ROOT, run_server

# A frame of WebGL that is painted in software keeps a page busy for half a minute.
_PATIENCE_MS = 240_000
_QUIET = 0.4  # no byte for so long [s]: all that belongs to a change has come
_PAN_STEPS, _LONGEST_PAN = 90, 10  # [s]
_MAP = "iframe[data-testid=stCustomComponentV1], [data-testid=stDeckGlJsonChart] canvas"
_COUNT_FRAMES = """() => {
  window.counted = { frames: 0, since: performance.now() };
  const count = () => { counted.frames += 1; requestAnimationFrame(count); };
  requestAnimationFrame(count);
}"""
_FAULT = "document.querySelector('[data-testid=stException]')"
_WATCH = Path(__file__).with_name("watch.js")


class NotDrawnError(RuntimeError):
    """A page that shows no map: what it says instead, or that its time is over."""


@dataclass(frozen=True, slots=True)
class WatchingServer:
    """A running Streamlit server: the relay to it, and when its process was started [ms since 1970]."""

    relay: Relay
    started_ms: float
    pid: int = 0

    def measure_memory_mb(self) -> float:
        """Measure the memory of the process that is in use [MB]; Linux tells it."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return float(status.split("VmRSS:")[1].split()[0]) / 1000


@contextmanager
def serve_measured(
    script: Path, bytecode: Path, *, settings_of: Path, source: str = "tianditu"
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Serve a Streamlit script as `serving.run_server` does, in surroundings that are the same at every start.

    `bytecode` is where Python keeps what it compiles, so that every start but the first finds it there whatever the
    surroundings say, and nothing is written beside the sources. Streamlit reads its settings in `settings_of`.
    """
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment |= {
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, script.parent))),
        "PYTHONPYCACHEPREFIX": str(bytecode),
        "BENCH_SOURCE": source,
        # What is prepared once for a machine is prepared in the first, untimed start.
        "PILOTZONES_CACHE": str(bytecode / "prepared"),
    }
    log = bytecode / f"{script.stem}.log"
    with run_server(script, log, folder=settings_of, environment=environment) as server:
        yield server


@contextmanager
def serve(script: Path, bytecode: Path, *, settings_of: Path, source: str = "tianditu") -> Iterator[WatchingServer]:
    """Serve a Streamlit script behind a relay that counts bytes; parameters as for `serve_measured`."""
    started = time.time() * 1000
    with (
        serve_measured(script, bytecode, settings_of=settings_of, source=source) as (process, port),
        run_relay(port) as relay,
    ):
        yield WatchingServer(relay, started, process.pid)


@dataclass(frozen=True, slots=True)
class SourceChange:
    """One change of a filter: until drawn [ms], bytes sent to the browser, how often the map was mounted anew.

    `painted` is when a map of WebGL was painted as well [ms]; of others it is not known.
    """

    milliseconds: float
    sent: int
    mounts: int
    drawn: int
    painted: float | None = None


class Visit:
    """One visitor with an empty cache."""

    def __init__(self, browser: Any, server: WatchingServer) -> None:
        self.relay = server.relay
        self.context = browser.new_context(viewport={"width": 1400, "height": 1000})
        self.context.add_init_script(path=_WATCH)
        self.page = self.context.new_page()
        self.page.set_default_timeout(_PATIENCE_MS)

    def open(self, path: str = "") -> tuple[float, float]:
        """Open a page; when it was asked for and when its map was first drawn [ms since 1970]."""
        opened_ms = time.time() * 1000
        self.page.goto(f"http://127.0.0.1:{self.relay.port}/{path}", wait_until="commit")
        self._wait("watched.drawings.some(one => one.count)")
        drawn = self.page.evaluate("watched.drawings.find(one => one.count).at")
        self._wait_until_quiet()
        return opened_ms, float(drawn)

    def change(self, label: str) -> SourceChange:
        """Press a button of the page and wait until the map has drawn the answer and the wire is quiet."""
        # The app says beside a region how many zones it has.
        name = re.compile(rf"^{re.escape(label)}( \d+)?$")
        button = self.page.get_by_test_id("stButtonGroup").get_by_text(name)
        mounts, sent = self.page.evaluate("watched.mounts"), self.relay.to_browser
        self.page.evaluate("watched.drawings = []")
        button.click()
        self._wait("watched.drawings.length")
        self._wait_until_quiet()
        after = self.page.evaluate("watched")
        first = after["drawings"][0]
        return SourceChange(
            milliseconds=first["at"] - after["clicked"],
            sent=self.relay.to_browser - sent,
            mounts=after["mounts"] - mounts,
            drawn=first["count"],
            painted=first["painted"] - after["clicked"] if "painted" in first else None,
        )

    def measure_pan_fps(self) -> float:
        """Drag the map to and fro for a while and count how many frames a second its document shows."""
        shown = self.page.locator(_MAP).first
        box = shown.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        # A map of deck.gl has no document of its own.
        frame = shown.element_handle().content_frame() or self.page
        self.page.evaluate("watched.resting = true")
        frame.evaluate(_COUNT_FRAMES)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        ends = time.monotonic() + _LONGEST_PAN
        for step in range(_PAN_STEPS):
            if time.monotonic() > ends:
                break
            self.page.mouse.move(x + 150 * np.sin(step / 8), y + 60 * np.sin(step / 5))
            self.page.wait_for_timeout(16)
        self.page.mouse.up()
        frames = float(frame.evaluate("(counted.frames - 1) / (performance.now() - counted.since) * 1000"))
        self.page.evaluate("watched.resting = false")
        return max(0.0, frames)

    def measure_memory_mb(self) -> float:
        """Measure the memory that scripts of the page use [MB]."""
        session = self.context.new_cdp_session(self.page)
        session.send("HeapProfiler.collectGarbage")
        session.send("Performance.enable")
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in metrics if one["name"] == "JSHeapUsedSize")) / 1e6

    def close(self) -> None:
        """Forget the visitor."""
        self.context.close()

    def _wait(self, condition: str) -> None:
        try:
            self.page.wait_for_function(f"window.watched && ({condition} || {_FAULT})")
            fault = self.page.evaluate(f"{_FAULT}?.innerText")
        except Error as error:
            # It crashed, or its time is over.
            raise NotDrawnError(str(error).splitlines()[0]) from error
        if fault:
            raise NotDrawnError(fault.splitlines()[0])

    def _wait_until_quiet(self) -> None:
        while True:
            # A page still at work may have more to ask for.
            self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
            silent = time.monotonic() - self.relay.last_byte
            if silent > _QUIET:
                return
            self.page.wait_for_timeout(1000 * (_QUIET - silent) + 1)
