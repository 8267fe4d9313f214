"""The page "Export" through Streamlit's AppTest and once in a browser: choices, preview, what cannot be, the file made."""

from __future__ import annotations

import io
import json
import zipfile
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from pilotzones.geo.export import build_layer, encode
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.style.export_styles import style_layer
from tests.helpers.browsing import ROOT, Visit, pictured, served
from tests.helpers.paging import open_page

pytestmark = pytest.mark.slow

_open = partial(open_page, "export")


def _made(app: AppTest) -> tuple[str, bytes]:
    _, name, content = app.session_state["export_made"]
    return name, content


def _press(app: AppTest) -> None:
    app.button(key="export_make").click().run()
    assert not app.exception


def _texts(app: AppTest) -> str:
    return "\n".join(
        str(element.value) for kind in (app.markdown, app.caption, app.success, app.info) for element in kind
    )


def test_nothing_is_made_before_it_is_asked_for() -> None:
    app = _open(region="central")
    assert "筛选后保留 **2** / 11 个试验区，**9** 个组成单位" in _texts(app)
    assert "2 行，0 行没有图形" in _texts(app)
    assert "export_made" not in app.session_state
    assert not app.get("download_button")
    _press(app)
    name, content = _made(app)
    assert name == "pilotzones_urban_rural_integration_2019_tianditu_zones.geojson"
    document = json.loads(content)
    assert len(document["features"]) == 2
    assert document["provenance"]["filter"] == {"region": "central"}
    assert len(app.get("download_button")) == 1


def test_another_choice_puts_the_file_away() -> None:
    app = _open(region="central")
    _press(app)
    app.selectbox(key="export_format").set_value("csv").run()
    assert not app.get("download_button")
    assert "WKT" in _texts(app)


def test_several_layers_are_one_zip_in_the_coordinates_asked_for() -> None:
    app = _open(region="central", lang="en")
    app.session_state["export_kept"] = {
        "export_layers": ["zones", "members"],
        "export_format": "flatgeobuf",
        "export_crs": "gcj02",
        "export_detail": "coarse",
    }
    app.session_state["export_layers"] = ["zones", "members"]
    app.session_state["export_format"] = "flatgeobuf"
    app.session_state["export_crs"] = "gcj02"
    app.run()
    assert "only for drawing over that web map" in _texts(app)
    _press(app)
    name, content = _made(app)
    assert name == "pilotzones_urban_rural_integration_2019_tianditu_gcj02_flatgeobuf.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    assert any(entry.endswith("zones_gcj02.fgb") for entry in names)
    assert {"README.md", "datapackage.json", "dcat.jsonld"} < set(names)
    assert "is ready: 11 rows" in _texts(app).replace("\\", "")


def test_what_cannot_be_is_said_and_has_no_button() -> None:
    app = _open(region="central")
    app.session_state["export_layers"] = ["tasks"]
    app.session_state["export_format"] = "kml"
    app.run()
    assert [warning.value for warning in app.warning] == ["这样的组合不能导出："]
    assert "KML 只存几何" in app.text[0].value
    assert not any(button.key == "export_make" for button in app.button)


def test_no_layer_and_no_zone_are_said() -> None:
    app: Any = _open(region="central")
    app.session_state["export_layers"] = []
    app.run()
    assert "请选择至少一个图层" in _texts(app)
    assert "没有" in _texts(_open(task="5,6", match="all"))


@pytest.mark.browser
def test_a_visitor_takes_a_file_home(
    browser: Any,
    joined: JoinedProgramme,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")
    with served(ROOT / "app.py", tmp_path / "server.log") as root, pictured(Visit(browser), request) as visit:
        page = visit.page
        page.goto(f"{root}export?region=central&lang=en")
        _choose(visit, "Format", "GeoPackage")
        _choose(visit, "Coordinates", "GCJ-02 (AMap, Tencent Maps)")
        page.get_by_text("only for drawing over that web map").wait_for()
        _choose(visit, "Format", "KML")
        page.get_by_text("This format allows WGS 84 only.").wait_for()
        _choose(visit, "Format", "GeoJSON")
        _choose(visit, "Coordinates", "WGS 84")
        page.get_by_role("button", name="Create file").click()
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save file").click()
        content = Path(saved.value.path()).read_bytes()
        assert page.get_by_text(f"{root}feed", exact=True).is_visible()
        assert visit.errors == []
    assert saved.value.suggested_filename.endswith("_zones.geojson")
    link = json.loads(content)["provenance"]["permalink"]
    assert urlsplit(link).netloc == urlsplit(root).netloc
    assert dict(parse_qsl(urlsplit(link).query)) == {"lang": "en", "region": "central"}
    made = build_layer(joined, "zones", selection=Selection(regions=("中部地区",)), permalink=link)
    assert content == encode(style_layer(made, joined.programme), format="geojson")


def _choose(visit: Visit, label: str, option: str) -> None:
    # A list that opens while the page is still at work closes again.
    visit.rest()
    visit.page.get_by_role("combobox", name=label).click()
    visit.page.get_by_role("option", name=option, exact=True).click()
    visit.page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')")
