"""Exploring in a real browser with the network cut off: matrix, search, comparison, a zone's page, colours, paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.helpers.browsing import Visit, pictured

pytestmark = pytest.mark.browser
_SEARCH = re.compile("查找地点、任务或坐标|Find a place, a task or a coordinate")


@pytest.fixture
def visit(browser: Any, request: pytest.FixtureRequest) -> Iterator[Visit]:
    with pictured(Visit(browser, viewport={"width": 1400, "height": 1300}), request) as visitor:
        yield visitor


def _find(visit: Visit, typed: str, suggestion: str = "") -> None:
    """Type into the search box; choose the suggestion that begins so, or press Enter where there is none."""
    visit.rest()
    box = visit.page.get_by_role("combobox", name=_SEARCH).first
    box.click()
    if not suggestion:
        box.fill(typed)
        box.press("Enter")
        return
    offered = "[...document.querySelectorAll('#pilotzones-suggestions option')].map((option) => option.value)"
    visit.page.wait_for_function(f"({offered}).length > 3000")
    box.fill(next(name for name in visit.page.evaluate(offered) if name.startswith(suggestion)))


def _cell(visit: Visit, row: int, column: int) -> None:
    """Click a cell of the matrix; row and column are counted from 0, the totals stand last."""
    cells = visit.page.locator("[data-testid=stVegaLiteChart] svg .mark-rect").first.locator("path")
    # The disc in the middle of a cell lies above it and belongs to it.
    cells.nth(row * 11 + column).click(force=True)


def test_a_place_is_found_by_pinyin_by_coordinate_and_by_a_click(visit: Visit, address: str) -> None:
    visit.open(address, until="stats().drawn > 100")
    _find(visit, "余杭", "余杭区 · 浙江省")
    visit.page.get_by_text("浙江省杭州市余杭区（330110） 不属于任何试验区").wait_for()
    visit.frame.wait_for_function("map.getZoom() > 8")
    visit.asked("at=1")
    _find(visit, "30°45′N 120°36′E")
    visit.page.get_by_text("浙江省嘉兴市秀洲区（330411） 属于：1. 浙江嘉湖片区").wait_for()
    _find(visit, "集体经营性建设用地入市", "3 集体经营性建设用地入市")
    visit.count_line(10).wait_for()
    visit.frame.evaluate("() => { map.setView([39.9, 116.4], 7, {animate: false}); }")
    visit.page.mouse.click(*visit.spot(39.9, 116.4))
    visit.page.get_by_text("（110101） 不属于任何试验区").wait_for()
    assert visit.stats()["mounts"] == 1
    assert not visit.outside(address)
    assert not visit.errors


def test_what_the_matrix_picks_the_map_shows(visit: Visit, address: str) -> None:
    visit.open(address + "matrix?lang=en", until="stats().drawn > 100")
    before = visit.stats()["updates"]
    _cell(visit, 4, 1)
    visit.asked("task=2", "focus=5")
    visit.frame.wait_for_function(f"pilotmap.stats().updates > {before}")
    assert visit.page.get_by_role("radio", name="5 Jinan").is_checked()
    # The total below a column adds its task; the same by keyboard takes it away again.
    _cell(visit, 11, 11 + 2)
    visit.asked("task=2%2C3")
    visit.page.get_by_role("button", name="Close").click()
    visit.page.get_by_role("radio", name="Map", exact=True).click()
    visit.page.get_by_text("5 / 11 zones").wait_for()
    assert not visit.outside(address)
    assert not visit.errors


def test_colours_change_in_place_a_question_is_a_link_and_a_region_and_a_comparison_follow(
    visit: Visit, address: str
) -> None:
    page = visit.page
    visit.open(address, until="stats().drawn > 100")
    visit.rest()
    page.get_by_label("着色方式").first.click()
    page.get_by_role("option", name="计算面积").click()
    visit.frame.wait_for_function("document.querySelector('.pilotmap-legend-title').textContent.startsWith('计算面积')")
    assert "3,387–4,981 km²" in " ".join(visit.texts(".pilotmap-legend li span"))
    page.get_by_label("着色方式").first.click()
    page.get_by_role("option", name="是否承担一项任务").click()
    visit.frame.wait_for_function("document.querySelector('.pilotmap-legend-title').textContent.startsWith('任务：1 ')")
    assert visit.stats()["mounts"] == 1
    page.get_by_role("link", name="哪些试验区同时承担“集体经营性建设用地入市”和“城乡产业协同”任务？").click()
    page.get_by_role("heading", name="任务矩阵").wait_for()
    visit.asked("match=all", "task=3%2C7")
    # The fourth row of counts by region, in its last column: the zones of the region.
    _cell(visit, 11, 2 * 11 + 3 * 12 + 11)
    visit.asked("region=northeast")
    visit.count_line(1).wait_for()
    page.goto(address + "compare?zone=1,5")
    page.get_by_text("共有的任务：2 农村权益自愿有偿转让退出").wait_for()
    assert not visit.outside(address)
    assert not visit.errors


def test_in_english_a_place_is_found_and_its_link_opens_the_same_view(visit: Visit, browser: Any, address: str) -> None:
    page = visit.page
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.open(address + "?lang=en", until="stats().drawn > 100")
    _find(visit, "minhang", "Minhang District")
    page.get_by_text("Minhang District, Shanghai (310112) belongs to no zone.").wait_for()
    visit.open_layers("Layers")
    page.get_by_text("Show prefecture and province lines").click()
    visit.asked("lines=1")
    page.keyboard.press("Escape")
    visit.frame.evaluate("() => { map.setView([31.1, 121.4], 10, {animate: false}); }")
    visit.frame.get_by_role("button", name="Copy a link to this view").click()
    visit.frame.get_by_text("Link copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    other = Visit(browser, viewport={"width": 1100, "height": 900})
    other.open(link, until="stats().drawn > 100")
    # The link shows the same view; a place that nobody pointed at is not in it.
    assert "view=121.40000,31.10000,10" in link.replace("%2C", ",")
    assert other.frame.evaluate("[map.getZoom(), map.getCenter().lat.toFixed(2), map.getCenter().lng.toFixed(2)]") == [
        10,
        "31.10",
        "121.40",
    ]
    other.context.close()
    assert not visit.outside(address)
    assert not visit.errors


def test_links_to_a_comparison_and_a_zone_open_in_a_fresh_session(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(address + "compare?zone=1,3,8,11&lang=en")
    pictures = page.locator("[data-testid=stImage] img")
    pictures.nth(3).wait_for()
    # None is shrunk to fit: all are at one scale.
    assert pictures.evaluate_all("n => n.every(i => i.complete && Math.abs(i.naturalWidth - i.clientWidth) < 1)")
    assert all(pictures.nth(number).get_attribute("alt") for number in range(4))
    page.get_by_role("link", name="Open this zone's page").nth(1).click()
    page.get_by_role("heading", name="3. Guangzhou–Qingyuan Junction Area, Guangdong").wait_for()
    visit.asked("focus=3")
    page.get_by_text("广州市增城区、花都区、从化区").first.wait_for()
    page.get_by_text("Counties that border on the zone without belonging to it").wait_for()
    assert not visit.outside(address)
    assert not visit.errors


def test_on_paper_there_is_what_there_is_to_read(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(address + "zone?focus=8")
    page.get_by_role("heading", name="下载").wait_for()
    page.emulate_media(media="print")
    for gone in ("stSidebar", "stHeader", "stDownloadButton"):
        page.get_by_test_id(gone).first.wait_for(state="hidden")
    assert page.get_by_test_id("stMain").evaluate("n => getComputedStyle(n).overflow") == "visible"
    # The whole page is printed, not the part that was on the screen.
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4"))) >= 2
