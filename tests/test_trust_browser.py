"""Hostile text in a real browser: load, hover, click; what is shown is what was written, and nothing runs (T-X2, T-N1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from boundary_files import frame_of, written
from browsing import Visit
from hostile_programme import EVALUATED, PIECES, hostile

from geo.audit import audit
from geo.boundaries import load
from geo.export import provenance
from geo.join import Joined, join
from geo.selection import Selection
from layers.audit_content import Dossier
from layers.audit_report import html

pytestmark = pytest.mark.browser
NASTY = (
    '<img src=x onerror="window.__ran=1">',
    "</script><script>window.__ran=1</script>",
    "`${window.__ran=1}`",
    "\\`${window.__ran=1}\\\\`",
    "{{123457*7919}}",
    "{% x {# #}",
    "![x](https://evil.test/b.png) [a](javascript:window.__ran=1)",
    "<iframe srcdoc='<script>parent.__ran=1</script>'>",
)


@pytest.fixture
def visit(browser: Any) -> Iterator[Visit]:
    visitor = Visit(browser, viewport={"width": 1400, "height": 1400}, accept_downloads=True)
    visitor.page.on("dialog", lambda dialog: visitor.errors.append(f"a dialog opened: {dialog.message}"))
    yield visitor
    visitor.context.close()


def _ran(visit: Visit) -> list[str]:
    return [frame.url for frame in visit.page.frames if frame.evaluate("window.__ran !== undefined")]


def test_a_file_of_hostile_names_is_shown_as_written(visit: Visit, address: str, tmp_path: Path) -> None:
    counties = load("tianditu").counties
    codes = ["320117", "320118", "320282", "320481", "320413", "330402", "330411", "330421"]
    shapes = [shapely.simplify(counties.loc[counties["adcode"] == code].geometry.iloc[0], 0.01) for code in codes]
    path = written(frame_of({"adcode": codes, "name": list(NASTY)}, *shapes), tmp_path / "x.gpkg")
    name = "{{123457*7919}} <img src=x onerror=window.__ran=1>.gpkg"
    visit.page.goto(f"{address}own?lang=en")
    visit.page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": path.read_bytes()}
    )
    visit.page.get_by_role("button", name="Check the file", exact=True).click()
    visit.page.wait_for_selector("iframe[title*=folium]")
    visit.frame = next(frame for frame in visit.page.frames if "streamlit_folium" in frame.url)
    visit.frame.wait_for_function("window.pilotmap && pilotmap.stats().drawn > 8")
    assert visit.page.get_by_text(name, exact=True).first.is_visible()
    # Hover and click a county of the file; its card is text.
    visit.page.locator("iframe[title*=folium]").scroll_into_view_if_needed()
    spot = visit.spot(31.65, 119.02)
    visit.page.mouse.move(*spot)
    visit.page.mouse.click(*spot)
    visit.frame.wait_for_selector(".pilotmap-card")
    assert visit.frame.evaluate("!document.querySelector('#map_div img, #map_div iframe')")
    assert _ran(visit) == []
    assert visit.errors == []
    assert EVALUATED not in visit.page.content() + visit.frame.content()
    assert visit.outside(address) == []


@pytest.fixture(scope="module")
def poisoned(joined: Joined) -> Joined:
    return join(hostile(joined.programme, (3, 10)), joined.boundaries)


def test_the_exported_report_from_disk_runs_nothing_and_asks_for_nothing(
    visit: Visit, poisoned: Joined, tmp_path: Path
) -> None:
    path = tmp_path / "报告.html"
    path.write_bytes(html(Dossier(audit(poisoned), poisoned, provenance(poisoned, Selection())), "en"))
    visit.page.goto(path.as_uri())
    for element in visit.page.locator("td, summary, h2").all()[:12]:
        element.hover()
    visit.page.locator("body").click()
    shown = visit.page.evaluate("document.body.textContent")
    assert all(piece in shown for piece in PIECES)
    assert EVALUATED not in shown
    assert _ran(visit) == []
    assert visit.errors == []
    assert [url for url in visit.requests if not url.startswith(("file://", "data:"))] == []
    assert visit.page.evaluate("!document.querySelector('script, iframe, [onerror]')")
