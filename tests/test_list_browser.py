"""The page "Your list" in a real browser with the network cut off: pasted, settled by a click, exported, kept, opened again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import ROOT, Visit, served

pytestmark = pytest.mark.browser

_LIST = "溧水区\n高淳区\n宜兴市\n朝阳区\n<img src=x onerror=alert(1)>{{7*191}}区\n"
_CANDIDATES = "stats().drawn > 4"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(ROOT / "app.py", tmp_path_factory.mktemp("server") / "log.txt") as where:
        yield where


def _paste(visit: Visit, address: str) -> None:
    visit.page.goto(address + "list")
    visit.page.get_by_role("textbox", name="名单或文件全文").fill(_LIST)
    visit.page.get_by_role("button", name="识别", exact=True).click()
    visit.page.wait_for_selector("iframe[title*=folium]")
    visit.frame = next(frame for frame in visit.page.frames if "streamlit_folium" in frame.url)
    visit.frame.wait_for_function(f"window.pilotmap && pilotmap.{_CANDIDATES}")


def _download(visit: Visit, button: str, target: Path) -> Path:
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("button", name=button, exact=True).click()
    waiting.value.save_as(target)
    return target


def _outside(visit: Visit, address: str) -> list[str]:
    return [url for url in visit.requests if not url.startswith((address, "data:", "blob:"))]


def test_a_list_is_pasted_settled_on_the_map_exported_and_opened_again(
    browser: Any, address: str, tmp_path: Path
) -> None:
    visit = Visit(browser, viewport={"width": 1400, "height": 1900})
    _paste(visit, address)
    visit.page.get_by_text("已识别 3 处，待定").wait_for()
    # The second candidate, clicked on the map.
    visit.frame.wait_for_function("map.getBounds().contains([39.95, 116.52])")
    visit.page.mouse.click(*visit.spot(39.95, 116.52))
    chosen = visit.page.get_by_role("radio", name="2. 北京市朝阳区 (110105)")
    chosen.and_(visit.page.locator(":checked")).wait_for()
    visit.page.get_by_role("button", name="保存决定").click()
    visit.page.get_by_text("已识别 4 处").wait_for()
    assert visit.stats()["mounts"] == 1
    # To another page and back: nothing is lost.
    visit.page.get_by_role("link", name="面积核查").click()
    visit.page.get_by_role("heading", name="面积核查", exact=True).wait_for()
    visit.page.get_by_role("link", name="你的名单").click()
    visit.page.get_by_text("已识别 4 处").wait_for()
    assert visit.page.get_by_role("textbox", name="名单或文件全文").input_value() == _LIST
    assert "?" not in visit.page.url
    visit.page.get_by_role("tab", name="下载").click()
    saved = json.loads(_download(visit, "成员图层（GeoJSON）", tmp_path / "members.geojson").read_bytes())
    codes = [feature["properties"]["adcode"] for feature in saved["features"]]
    assert codes[:4] == ["320117", "320118", "320282", "110105"]
    assert saved["provenance"]["permalink"] is None
    kept = _download(visit, "下载名单（ZIP）", tmp_path / "list.zip")
    assert not _outside(visit, address)
    assert not visit.errors
    visit.context.close()
    again = Visit(browser, viewport={"width": 1400, "height": 1900})
    again.page.goto(address + "list")
    again.page.get_by_role("tab", name="打开已保存的名单").click()
    again.page.locator("input[type=file]").nth(1).set_input_files(kept)
    again.page.get_by_role("button", name="打开名单").click()
    again.page.get_by_text("已识别 4 处").wait_for()
    assert not again.errors
    again.context.close()


def test_a_phone_in_the_dark(browser: Any, address: str) -> None:
    visit = Visit(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme="dark")
    _paste(visit, address)
    visit.page.get_by_role("heading", name="待定的地名").wait_for()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert visit.page.locator("[data-testid=stMain] img").count() == 0
    assert "1337" not in visit.page.content()
    assert not _outside(visit, address)
    assert not visit.errors
    visit.context.close()
