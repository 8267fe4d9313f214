"""The page "Area audit" in a real browser with the network cut off: charts drawn, choices carried between the pages."""

from __future__ import annotations

import html
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.browsing import Visit

pytestmark = pytest.mark.browser

_DRAWN = "stats().drawn > 20"


def _charts(visit: Visit, count: int) -> Any:
    """The drawings of the charts, once there are as many as wanted."""
    drawings = visit.page.locator("[data-testid=stVegaLiteChart]").locator("canvas, svg.marks")
    drawings.nth(count - 1).wait_for()
    assert drawings.count() == count
    return drawings


def _saved(visit: Visit, button: str, folder: Path) -> bytes:
    with visit.page.expect_download(timeout=60_000) as waiting:
        visit.page.get_by_role("button", name=button).click()
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target.read_bytes()


def test_a_planner_goes_from_the_map_to_the_reasons_and_back(browser: Any, address: str) -> None:
    # High enough that nothing has to be scrolled to: scrolling closes the list of the box.
    visit = Visit(browser, viewport={"width": 1400, "height": 1800})
    visit.open(address + "?region=west&lang=en&method=ellipsoid", until=_DRAWN)
    visit.page.get_by_role("link", name="Area audit").click()
    visit.page.get_by_text("3 zones:").wait_for()
    _charts(visit, 1)
    visit.page.get_by_text("area method: ellipsoid series").wait_for()
    visit.page.wait_for_url("**/audit?region=west&lang=en&method=ellipsoid")
    # A zone: chosen in the box, its way drawn, its evidence told.
    chooser = visit.page.get_by_role("combobox", name="Open a zone")
    chooser.fill("Xi'an")
    visit.page.get_by_role("option", name="Xi'an").click()
    visit.page.get_by_role("heading", name="10. Xi'an–Xianyang Junction Area, Shaanxi").wait_for()
    _charts(visit, 2)
    visit.page.get_by_text("Special area without a boundary").first.wait_for()
    links = visit.page.locator("[data-testid=stMain] a[href^='http']:not([href*='127.0.0.1'])")
    # The page draws them one after the other.
    visit.page.locator("[data-testid=stMain] a[href*='newton.com.tw']").first.wait_for()
    assert {link.get_attribute("href").split("/")[2] for link in links.all()} == {"www.www3333333.com", "newton.com.tw"}
    visit.page.wait_for_url("**focus=10**")
    visit.page.get_by_role("link", name="Map", exact=True).click()
    visit.page.get_by_text("3 / 11 zones").wait_for()
    visit.page.get_by_role("heading", name="10. Xi'an–Xianyang Junction Area, Shaanxi").wait_for()
    visit.page.wait_for_url("**/?region=west&focus=10&lang=en&method=ellipsoid")
    assert not visit.outside(address)
    assert not visit.errors
    visit.context.close()


def _check_drawn(visit: Visit, width: int) -> None:
    """Check that both charts are as high as they should be and that nothing is wider than the window."""
    drawings = _charts(visit, 2)
    for index in range(2):
        box = drawings.nth(index).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] > 150
    assert visit.measure_width() <= width


def test_a_link_to_a_zone_draws_everything_on_a_phone_in_the_dark(browser: Any, address: str) -> None:
    visit = Visit(browser, viewport={"width": 390, "height": 900}, color_scheme="dark")
    visit.open(address + "audit?focus=11&source=amap", until="stats().drawn > 100")
    visit.page.get_by_role("heading", name="11. 吉林长吉接合片区").wait_for()
    _check_drawn(visit, 390)
    assert visit.texts(".pilotmap-legend-title") == ["面积核查结论"]
    # Beside the chart the map is half a page wide: an open legend would hide zones of the west.
    assert visit.frame.locator(".pilotmap-legend-title").get_attribute("aria-expanded") == "false"
    visit.page.get_by_text("边界来源：高德").wait_for()
    assert not visit.outside(address)
    assert not visit.errors
    visit.context.close()


def test_a_row_of_the_table_opens_the_zone_and_its_files_are_real(browser: Any, address: str, tmp_path: Path) -> None:
    visit = Visit(browser, viewport={"width": 1400, "height": 1400})
    visit.open(address + "audit", until="stats().drawn > 100")
    table = visit.page.locator("[data-testid=stDataFrame]").first
    box = table.bounding_box()
    assert box is not None
    # The box before the first row: below the heading, at the left edge.
    table.click(position={"x": 16, "y": 52})
    visit.page.get_by_role("heading", name="1. 浙江嘉湖片区").wait_for()
    _check_drawn(visit, 1400)
    lines = _saved(visit, "核查结果（CSV）", tmp_path).decode("utf-8-sig").splitlines()
    assert len(lines) == 12
    assert lines[1].startswith("1,浙江嘉湖片区,∵ 差异可解释,10043.0,10103.854,")
    assert _saved(visit, "核查报告（PDF）", tmp_path).startswith(b"%PDF-")
    report = _saved(visit, "核查报告（网页，可打印）", tmp_path).decode()
    assert "面积核查报告" in report
    assert visit.page.url in html.unescape(report)
    assert zipfile.is_zipfile(io.BytesIO(_saved(visit, "核查工作簿（Excel）", tmp_path)))
    assert not visit.outside(address)
    visit.context.close()
