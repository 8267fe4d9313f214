"""Measure a change of year on the map of the page "Indicators" in a browser, beside a bare slider of Streamlit."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tools.serving import ROOT, open_chromium, run_server

CHANGES = 30
_WATCH_MAP = """() => { window.seen = 0; addEventListener('pilotmap:updated', () => {
  window.seen = performance.timeOrigin + performance.now(); }, { once: true }); }"""
_WATCH_TEXT = """() => { window.seen = 0; const old = document.querySelector('#year').textContent;
  new MutationObserver((_, watcher) => { const now = document.querySelector('#year');
    if (now && now.textContent !== old) { window.seen = performance.timeOrigin + performance.now(); watcher.disconnect(); } })
    .observe(document.body, { childList: true, subtree: true, characterData: true }); }"""
_NOW = "() => performance.timeOrigin + performance.now()"


def main() -> None:
    """Print the median and the 95th percentile of both, and the ratio of the medians."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    bare = ROOT / "bench" / "apps" / "year_slider.py"
    with (
        tempfile.TemporaryDirectory() as folder,
        run_server(ROOT / "app.py", Path(folder, "ours"), environment=environment) as (_, ours),
        run_server(bare, Path(folder, "bare"), environment=environment) as (_, other),
        open_chromium() as browser,
    ):
        page = _open(browser, f"http://127.0.0.1:{ours}/indicators?lang=en")
        page.get_by_role("button", name="Try the example").click()
        page.wait_for_selector("iframe[data-testid=stCustomComponentV1]")
        frame = page.wait_for_selector("iframe[data-testid=stCustomComponentV1]").content_frame()
        frame.wait_for_function("window.pilotmap && pilotmap.stats().lastUpdateMs > 0")
        plain = _open(browser, f"http://127.0.0.1:{other}/")
        plain.wait_for_selector("#year")
        # Turn about, so that both meet the same load of the computer.
        times: dict[str, list[float]] = {"map": [], "bare": []}
        for number in range(CHANGES):
            times["map"].append(_change(page, frame, _WATCH_MAP, number))
            times["bare"].append(_change(plain, plain, _WATCH_TEXT, number))
    for name, taken in times.items():
        middle, high = np.percentile(taken[2:], [50, 95])
        print(f"{name}: median {middle:.0f} ms, 95th percentile {high:.0f} ms")
    print(f"ratio of the medians: {np.median(times['map'][2:]) / np.median(times['bare'][2:]):.1f}")


def _open(browser: Any, address: str) -> Any:
    page = browser.new_context(viewport={"width": 1400, "height": 1200}).new_page()
    page.set_default_timeout(180_000)
    page.goto(address)
    return page


def _change(page: Any, frame: Any, watch: str, number: int) -> float:
    """Press a key of the slider and wait until the page shows the year [ms]."""
    page.bring_to_front()
    page.get_by_role("slider").first.focus()
    frame.evaluate(watch)
    start = page.evaluate(_NOW)
    page.keyboard.press("ArrowLeft" if number // 7 % 2 == 0 else "ArrowRight")
    frame.wait_for_function("window.seen > 0")
    return float(frame.evaluate("window.seen") - start)


if __name__ == "__main__":
    main()
