"""Take the pictures of the README and the docs anew: ``python tools/pictures.py``, with Chromium, without a network."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.serving import ROOT, open_chromium, run_server

# Name, address, and size of the window [px].
_PICTURES: Final = (
    ("map-zh", "", (1400, 900)),
    ("map-en", "?lang=en", (1400, 900)),
    ("audit-zh", "audit", (1400, 1000)),
)
_RESTED: Final = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  window.looks = app && app.dataset.testScriptState === "notRunning" ? (window.looks || 0) + 1 : 0;
  return window.looks > 20;
}"""


def main() -> None:
    """Serve the app, open each page, and write what it looks like."""
    with (
        tempfile.TemporaryDirectory() as folder,
        run_server(ROOT / "app.py", Path(folder) / "log.txt") as (_, port),
        open_chromium() as browser,
    ):
        for name, address, (width, height) in _PICTURES:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(f"http://127.0.0.1:{port}/{address}")
            page.wait_for_selector("h1", state="attached")
            if name.startswith("map"):
                frame = page.wait_for_selector("iframe[data-testid=stCustomComponentV1]").content_frame()
                frame.wait_for_function("window.pilotmap && pilotmap.stats().drawn > 100")
            page.wait_for_function(_RESTED, polling=60, timeout=60_000)
            page.screenshot(path=ROOT / "docs" / "images" / f"{name}.png")
            page.close()


if __name__ == "__main__":
    main()
