"""The overlay check in a real browser: files in, a check that is cancelled leaves its turn to the next, the result on a map."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from tests.helpers.browsing import Visit, pictured
from tests.helpers.polygon_layers import in_degrees

pytestmark = pytest.mark.browser
# Every disc of one layer meets every disc of the other: nearly as many conflicts as the server takes on.
DISCS = [shapely.Point(number, number % 7).buffer(900) for number in range(300)]


def _write(path: Path, shapes: list[Any]) -> Path:
    gpd.GeoDataFrame(geometry=[in_degrees(shape) for shape in shapes], crs="EPSG:4326").to_file(path)
    return path


def test_a_check_is_cancelled_and_the_next_one_drawn(visit: Visit, address: str, tmp_path: Path) -> None:
    page = visit.page
    page.goto(address + "overlay")
    # What is chosen stays chosen in another language.
    page.get_by_text("图层自身（重叠与缝隙）").click()
    visit.rest()
    for lang, name in (("EN", "itself (overlaps and gaps)"), ("中", "图层自身（重叠与缝隙）")):
        page.get_by_text(lang, exact=True).click()
        page.get_by_text(name).wait_for()
        visit.rest()
        assert page.get_by_role("radio", name=name).is_checked()
    page.get_by_text("另一个图层").click()
    visit.rest()
    uploads = page.locator("input[type=file]")
    many = _write(tmp_path / "many.gpkg", DISCS)
    for place in (0, 1):
        uploads.nth(place).set_input_files(many)
        page.get_by_text("many.gpkg").nth(place).wait_for()
        visit.rest()
    page.get_by_role("button", name="开始检查").click()
    page.get_by_role("button", name="取消", exact=True).click()
    page.get_by_text("检查已取消。").wait_for()
    page.get_by_role("button", name="取消", exact=True).wait_for(state="detached")
    assert not page.locator("iframe[data-testid=stCustomComponentV1]").count()
    # What is cancelled leaves its turn to the next.
    for place, shape in enumerate((shapely.box(0, 0, 100, 100), shapely.box(60, 20, 160, 80))):
        uploads.nth(place).set_input_files(_write(tmp_path / f"plan{place}.gpkg", [shape]))
        page.get_by_text(f"plan{place}.gpkg").first.wait_for()
        visit.rest()
    page.get_by_role("button", name="开始检查").click()
    visit.frame = page.wait_for_selector("iframe[data-testid=stCustomComponentV1]").content_frame()
    visit.frame.wait_for_function("window.pilotmap && pilotmap.stats().drawn > 1")
    page.get_by_text("plan0 × plan1").wait_for()
    assert not page.get_by_text("检查已取消。").count()
    assert visit.errors == []
    assert visit.outside(address) == []


def test_the_map_of_overlapping_programmes_is_dark_in_the_dark_and_its_cards_name_them(
    browser: Any, address: str, request: pytest.FixtureRequest
) -> None:
    dark = Visit(browser, viewport={"width": 1400, "height": 1000}, color_scheme="dark")
    with pictured(dark, request) as visit:
        visit.page.goto(address + "overlap")
        visit.rest()
        visit.frame = visit.page.wait_for_selector("iframe[data-testid=stCustomComponentV1]").content_frame()
        visit.frame.wait_for_function("window.pilotmap && pilotmap.stats().drawn > 1")
        shade = visit.frame.evaluate("getComputedStyle(map.getContainer()).backgroundColor")
        assert max(int(part) for part in re.findall(r"\d+", shade)[:3]) < 64, shade
        visit.page.locator("iframe[data-testid=stCustomComponentV1]").scroll_into_view_if_needed()
        visit.frame.evaluate("() => { map.setView([29.3, 105.9], 9, {animate: false}); }")
        visit.page.mouse.move(*visit.spot(29.35, 105.92))
        visit.frame.wait_for_selector("text=/\\d+ 项政策：/")
        assert visit.errors == []
        assert visit.outside(address) == []
