"""One journey through the programmes in a browser: choose, lay over, open a town, ask what applies there."""

from __future__ import annotations

import pytest

from tests.helpers.browsing import Visit

pytestmark = pytest.mark.browser
TOWNS = "jilin_demonstration_towns_2013"
NATIONAL = "urban_rural_integration_2019"


def test_a_visitor_looks_at_towns_over_zones_and_asks_about_a_county(visit: Visit, address: str) -> None:
    visit.open(f"{address}?programme={TOWNS},{NATIONAL}", until="stats().drawn > 30")
    page = visit.page
    page.get_by_text("吉林省省级示范城镇").first.wait_for()
    assert any("叠加 1：国家城乡融合发展试验区" in text for text in visit.texts(".pilotmap-legend *"))
    page.mouse.click(*visit.spot(43.7104, 125.0728))
    page.get_by_text("长春市 公主岭市（已改隶）").wait_for()
    assert f"programme={TOWNS}" in page.url
    visit.turn_to("查政策")
    page.wait_for_selector("iframe[data-testid=stCustomComponentV1]")
    box = page.get_by_label("名称、代码或经度,纬度")
    box.fill("永川区")
    box.press("Enter")
    page.get_by_text("重庆市永川区（500118）").first.wait_for()
    assert visit.errors == []
    assert visit.outside(address) == []


def test_the_names_on_the_map_are_those_of_the_year(visit: Visit, address: str) -> None:
    visit.open(f"{address}?programme=broadband_china_2014&year=2009&view=112.1,32.0,9", until="stats().drawn > 3")
    label = visit.frame.locator(".pilotmap-label span", has_text="襄樊市")
    label.wait_for()
    visit.page.mouse.move(*visit.spot(31.9, 111.9))
    visit.frame.get_by_text("2009 年末：420600 襄樊市").wait_for()
    # A year on by the keyboard.
    visit.page.get_by_role("slider", name="名单年份").press("ArrowRight")
    visit.asked("year=2010")
    visit.frame.locator(".pilotmap-label span", has_text="襄阳市").wait_for()
    visit.page.get_by_role("slider", name="名单年份").press("Home")
    visit.page.wait_for_function("() => !location.search.includes('year=')")
    assert visit.errors == []


def test_all_counties_have_the_names_of_the_year_and_say_what_their_polygon_is_of(visit: Visit, address: str) -> None:
    visit.open(f"{address}?year=2001&counties=1&view=118.69,41.0,9", until="stats().drawn > 3")
    visit.rest()
    visit.page.mouse.move(*visit.spot(41.0, 118.69))
    card = visit.frame.locator(".pilotmap-card")
    card.get_by_text("平泉县", exact=True).wait_for()
    card.get_by_text("边界数据（2024-01）中为 130881 平泉市").wait_for()
    visit.page.get_by_text("所有县：名称、代码和隶属为 2001 年末，界线为 2024-01").wait_for()
    assert visit.errors == []
