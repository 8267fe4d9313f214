"""Hostile text in a real browser: load, hover, click; what is shown is what was written, and nothing runs (T-X2, T-N1)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from pilotzones.geo.audit import audit
from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.export import build_provenance
from pilotzones.geo.join import JoinedProgramme, join
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.report.content import ReportInput
from pilotzones.layers.report.render import render_html
from pilotzones.layers.style.spec import Style
from pilotzones.layers.webmap.geometry.geojson_encoder import encode_features
from pilotzones.layers.webmap.layer_spec import MapLayer
from pilotzones.layers.webmap.state import MapState, ViewRequest
from tests.helpers.boundary_files import frame_of, written
from tests.helpers.browsing import Visit, served
from tests.helpers.hostile_programme import EVALUATED, PIECES, hostile
from tests.helpers.map_sinks import PROBES, RESULT, SINKS, URL, state_with

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
    visit.page.wait_for_selector("iframe[data-testid=stCustomComponentV1]")
    visit.frame = next(frame for frame in visit.page.frames if "streamlit_folium" in frame.url)
    visit.frame.wait_for_function("window.pilotmap && pilotmap.stats().drawn > 8")
    assert visit.page.get_by_text(name, exact=True).first.is_visible()
    # Hover and click a county of the file; its card is text.
    visit.page.locator("iframe[data-testid=stCustomComponentV1]").scroll_into_view_if_needed()
    spot = visit.spot(31.65, 119.02)
    visit.page.mouse.move(*spot)
    visit.page.mouse.click(*spot)
    visit.frame.wait_for_selector(".pilotmap-card")
    assert visit.frame.evaluate("!document.querySelector('#map_div img, #map_div iframe')")
    assert _ran(visit) == []
    assert visit.errors == []
    assert EVALUATED not in visit.page.content() + visit.frame.content()
    assert visit.outside(address) == []


_SHOWN = {
    "message": ".pilotmap-banner-message span",
    "credit": ".pilotmap-credit",
    "legend title": ".pilotmap-legend-title",
    "legend note": ".pilotmap-legend-note",
    "legend label": ".pilotmap-legend li span",
    "attribution": ".pilotmap-credit",
}


def test_every_sink_shows_every_probe_as_it_was_written(visit: Visit, address: str) -> None:
    # The map of the app, told states as the server tells them; polygons come from the test.
    squares = [shapely.box(100 + 2 * column, 30, 101.8 + 2 * column, 32) for column in range(len(PROBES))]
    codes = [f"p{number}" for number in range(len(PROBES))]
    texts = dict(zip(codes, PROBES, strict=True))
    frame = gpd.GeoDataFrame({"code": codes}, geometry=squares, crs="EPSG:4326")
    cards = {code: {"zh": (text, text)} for code, text in texts.items()}
    labels = {code: {"zh": text} for code, text in texts.items()}
    content = encode_features(frame, id_column="code", cards=cards, labels=labels)
    visit.page.route(f"**/{URL}", lambda route: route.fulfill(body=content, content_type="application/json"))
    visit.open(address, until="stats().drawn > 8")
    visit.rest()
    visit.frame.wait_for_function(
        "pilotmap.stats().lastUpdateMs > 0 && document.querySelector('.pilotmap-legend-title')?.textContent"
    )

    def tell(state: MapState) -> None:
        visit.frame.evaluate("told => pilotmap.update(told)", base64.b64encode(state.to_json().encode()).decode())

    for sink in SINKS:
        for probe in PROBES:
            tell(state_with(sink, probe))
            if sink in _SHOWN:
                shown = visit.frame.eval_on_selector_all(_SHOWN[sink], "found => found.map(one => one.textContent)")
                assert [text.removesuffix(" | Leaflet") for text in shown] == [probe], sink
    view = ViewRequest(bounds=((29, 99), (33, 123)), token="probes")
    tell(
        MapState(
            layers=[MapLayer(id="a", url=URL, classes=[Style(fill="#0000cc")], all_class=0, label_zoom=3)], view=view
        )
    )
    visit.frame.wait_for_function("pilotmap.stats().drawn >= 11")
    visit.page.locator("iframe[data-testid=stCustomComponentV1]").scroll_into_view_if_needed()
    for number, probe in enumerate(PROBES):
        spot = visit.spot(30.5, 100.9 + 2 * number)
        visit.page.mouse.move(*spot)
        visit.frame.wait_for_function(
            "probe => document.querySelector('.pilotmap-card')?.firstChild?.textContent === probe", arg=probe
        )
        assert visit.texts(".pilotmap-card div") == [probe, probe]
    written_out = visit.frame.eval_on_selector_all(".pilotmap-label", "found => found.map(one => one.textContent)")
    assert set(written_out) <= set(PROBES)
    assert written_out
    # A click goes to the server, whose own map follows.
    visit.page.mouse.click(*spot)
    visit.rest()
    assert visit.frame.evaluate(
        "!document.querySelector('#map_div img:not(.leaflet-tile), #map_div iframe, #map_div script')"
    )
    assert _ran(visit) == []
    assert visit.errors == []
    assert RESULT not in visit.frame.content()


def test_a_fault_of_ours_tells_a_visitor_nothing(visit: Visit, tmp_path: Path) -> None:
    # Under the settings of the app: neither message nor path nor code.
    script = tmp_path / "app.py"
    script.write_text(
        "import streamlit as st\nst.write('before')\nraise RuntimeError('secret of ' + __file__)\n", encoding="utf-8"
    )
    with served(script, tmp_path / "log.txt") as where:
        visit.page.goto(where)
        visit.page.get_by_text("before", exact=True).wait_for()
        visit.page.locator("[data-testid=stException]").wait_for()
        shown = visit.page.content()
    assert not [word for word in ("secret", str(tmp_path), "RuntimeError", "Traceback") if word in shown]


@pytest.fixture(scope="module")
def poisoned(joined: JoinedProgramme) -> JoinedProgramme:
    return join(hostile(joined.programme, (3, 10)), joined.boundaries)


def test_the_exported_report_from_disk_runs_nothing_and_asks_for_nothing(
    visit: Visit, poisoned: JoinedProgramme, tmp_path: Path
) -> None:
    path = tmp_path / "报告.html"
    path.write_bytes(render_html(ReportInput(audit(poisoned), poisoned, build_provenance(poisoned, Selection())), "en"))
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
