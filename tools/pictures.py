"""Take pictures of the app with Chromium, without a network: those of the README and the docs, or of every page.

``python tools/pictures.py`` takes those of the README anew. ``python tools/pictures.py --pages FOLDER [--beside CHECKOUT]`` takes
every page, wide and as on a phone, light and dark, Chinese and English, and those of an earlier state beside them
(``git worktree add ../before REVISION``); ``index.html`` in the folder shows the pairs.
"""

from __future__ import annotations

import argparse
import html
import itertools
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Error
from rich.progress import track

from tools.serving import ROOT, open_chromium, run_server

# Name, address, and size of the window [px].
_PICTURES: Final = (
    ("map-zh", "", (1400, 900)),
    ("map-en", "?lang=en", (1400, 900)),
    ("audit-zh", "audit", (1400, 1000)),
)
_PAGES: Final = (
    "", "audit", "here", "list", "about", "themes", "indicators", "projects", "overlay", "matrix", "compare", "zone", "own",
    "export", "figure", "panel", "overlap",
)  # fmt: skip
_WINDOWS: Final = ((1400, 900), (390, 844))
_RESTED: Final = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const whole = app && app.dataset.testScriptState === "notRunning" && !document.querySelector('[data-testid="stSkeleton"]');
  window.looks = whole ? (window.looks || 0) + 1 : 0;
  return window.looks > 20;
}"""


@contextmanager
def _serve(root: Path) -> Iterator[str]:
    """Serve the app of a checkout; yields its address."""
    environment = os.environ | {"PYTHONPATH": str(root)}
    with (
        tempfile.TemporaryDirectory() as folder,
        run_server(root / "app.py", Path(folder) / "log.txt", folder=root, environment=environment) as (_, port),
    ):
        yield f"http://127.0.0.1:{port}/"


def _take(page: Any, address: str, path: Path) -> None:
    """Open an address and write what it looks like when everything has come."""
    page.goto(address)
    page.wait_for_selector("h1", state="attached")
    page.wait_for_function(_RESTED, polling=60, timeout=60_000)
    if map_frame := page.query_selector("iframe[data-testid=stCustomComponentV1]"):
        map_frame.content_frame().wait_for_function("window.pilotmap && pilotmap.stats().lastUpdateMs > 0")
        page.wait_for_function(_RESTED, polling=60, timeout=60_000)
    page.screenshot(path=path)


def take_pictures_of_docs() -> None:
    """Take the pictures of the README and the docs anew."""
    with _serve(ROOT) as address, open_chromium() as browser:
        for name, path, (width, height) in _PICTURES:
            page = browser.new_page(viewport={"width": width, "height": height})
            _take(page, address + path, ROOT / "docs" / "images" / f"{name}.png")
            page.close()


def take_every_page(root: Path, folder: Path) -> list[str]:
    """Take every page of a checkout in all its forms.

    Parameters
    ----------
    root : Path
        The checkout.
    folder : Path
        Where the pictures go.

    Returns
    -------
    list of str
        Names of the forms; a page that a checkout does not have, or that does not come to rest, has no picture.
    """
    folder.mkdir(parents=True, exist_ok=True)
    forms = list(itertools.product(_PAGES, _WINDOWS, ("light", "dark"), ("zh", "en")))
    names = []
    with _serve(root) as address, open_chromium() as browser:
        for path, (width, height), scheme, lang in track(forms, description=str(root)):
            names.append(f"{path or 'map'}-{width}-{scheme}-{lang}")
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            try:
                _take(page, f"{address}{path}?lang={lang}", folder / f"{names[-1]}.png")
            except Error as error:
                print(f"{names[-1]}: {str(error).splitlines()[0]}")
            page.close()
    return names


def write_index(folder: Path, names: list[str], columns: list[str]) -> None:
    """Write the page that shows the pictures of each form side by side."""
    rows = [
        f"<h2>{html.escape(name)}</h2><p>"
        + " ".join(f'<img src="{column}/{name}.png" alt="{column}" style="max-width:49%">' for column in columns)
        for name in names
    ]
    head = "<!doctype html><meta charset=utf-8><title>pilotzones</title>"
    (folder / "index.html").write_text(head + "\n".join(rows), encoding="utf-8")


def main() -> None:
    """Take what the command line asks for."""
    flags = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    flags.add_argument("--pages", type=Path, help="take every page into this folder")
    flags.add_argument("--beside", type=Path, help="a checkout of an earlier state")
    arguments = flags.parse_args()
    if arguments.pages is None:
        take_pictures_of_docs()
        return
    checkouts = {"before": arguments.beside.resolve()} if arguments.beside else {}
    checkouts |= {"now": ROOT}
    for column, root in checkouts.items():
        names = take_every_page(root, arguments.pages / column)
    write_index(arguments.pages, names, list(checkouts))


if __name__ == "__main__":
    main()
