"""The twelve things a reader comes for, done with a mouse or a keyboard, in no more clicks and keys than each is worth."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.helpers.browsing import Visit, pictured

pytestmark = pytest.mark.browser
_LIST = "1.甲片区\n试验范围：南京市溧水区、高淳区，宜兴市，天府新区，增城区，花都区。"
_DESK: dict[str, Any] = {"viewport": {"width": 1400, "height": 900}, "accept_downloads": True}
_DOT = """order => { let at; map.eachLayer(one => {
  if (one.pilotLayer === 'dots' && one.pilotFeature.id === order) at = one.getLatLng(); }); return [at.lat, at.lng]; }"""


class Hand:
    """A reader's hand: it counts what it presses, and looks whether the page had to be scrolled."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.page = visit, visit.page
        self.begin()

    def begin(self) -> None:
        """Count from here, from a page that has all its parts."""
        self.clicks = self.keys = 0
        self.visit.rest()

    def click(self, target: Any) -> None:
        self.clicks += 1
        target.click()

    def point(self, latitude: float, longitude: float) -> None:
        self.clicks += 1
        self.page.mouse.click(*self.visit.spot(latitude, longitude))

    def find(self, typed: str, result: str) -> None:
        """Type into the search box; of several things that are meant, take one. Typing is no click."""
        box = self.page.get_by_label("查找地点、任务或坐标").first
        self.click(box)
        box.fill(typed)
        box.press("Enter")
        offered = self.page.locator(".st-key-found").get_by_role("button", name=result)
        offered.or_(self.page.locator(".st-key-card")).first.wait_for()
        if offered.count():
            self.click(offered.first)

    def press(self, *names: str) -> None:
        for name in names:
            self.keys += 1
            self.page.keyboard.press(name)

    @property
    def scrolled(self) -> float:
        found: float = self.page.get_by_test_id("stMain").evaluate("main => main.scrollTop")
        return found


@pytest.fixture
def hand(browser: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Hand]:
    with pictured(Visit(browser, **_DESK), request) as visit:
        visit.open(address, until="stats().drawn > 100")
        hand = Hand(visit)
        yield hand
        assert not visit.errors
        assert not visit.outside(address)


def _heading(hand: Hand, name: str) -> None:
    hand.page.get_by_role("heading", name=name).first.wait_for()


def find_zones_with_two_tasks(hand: Hand) -> None:
    hand.click(hand.page.get_by_role("combobox", name="试验任务"))
    hand.click(hand.page.get_by_role("option", name="3 集体经营性建设用地入市"))
    hand.click(hand.page.get_by_role("option", name="8 生态产品价值实现"))
    hand.visit.count_line(4).wait_for()
    # While its list is open, the box is all there is to a screen reader.
    assert hand.page.locator(".st-key-w_focus input[type=radio]").count() == 4
    assert (hand.clicks, hand.scrolled) == (3, 0)
    hand.page.keyboard.press("Escape")


def read_why_an_area_differs(hand: Hand) -> None:
    hand.point(*hand.visit.frame.evaluate(_DOT, "10"))
    hand.page.get_by_text("比文件载明面积少 828 km²：西咸新区 827 km²").wait_for()
    assert hand.clicks <= 2
    assert hand.scrolled == 0


def save_the_file_of_a_region(hand: Hand) -> None:
    hand.click(hand.visit.frame.get_by_role("button", name="西部地区"))
    hand.visit.count_line(3).wait_for()
    hand.click(hand.page.get_by_role("button", name="导出与分享"))
    with hand.page.expect_download() as waiting:
        hand.click(hand.page.get_by_role("button", name="试验区图层（GeoJSON）"))
    saved = json.loads(waiting.value.path().read_bytes())
    assert [feature["properties"]["order"] for feature in saved["features"]] == [8, 9, 10]
    assert (hand.clicks, hand.scrolled) == (3, 0)


def ask_what_applies_in_a_county(hand: Hand) -> None:
    hand.find("永吉县", "永吉县")
    hand.page.get_by_text("吉林省吉林市永吉县（220221）").wait_for()
    assert hand.clicks <= 2
    assert hand.scrolled == 0


def make_a_map_of_a_list(hand: Hand) -> None:
    hand.click(hand.page.get_by_test_id("stTopNavLink").filter(has_text="名单上图"))
    box = hand.page.get_by_label("名单或文件全文")
    hand.click(box)
    box.fill(_LIST)
    box.press("Control+Enter")
    hand.click(hand.page.get_by_role("button", name="识别"))
    hand.page.get_by_text("天府新区").first.wait_for()
    hand.page.locator("iframe[data-testid=stCustomComponentV1]").wait_for()
    assert hand.clicks <= 3


def compare_two_zones(hand: Hand) -> None:
    hand.click(hand.page.get_by_role("radiogroup", name="试验区列表").get_by_text("8 四川成都西部片区"))
    _heading(hand, "8. 四川成都西部片区")
    hand.visit.rest()
    assert hand.scrolled == 0
    hand.click(hand.page.get_by_role("combobox", name="与另一试验区对比"))
    hand.click(hand.page.get_by_role("option", name="9 重庆西部片区"))
    hand.visit.asked("zone=8%2C9")
    _heading(hand, "比较")
    assert hand.clicks == 3


def copy_a_link_to_what_is_seen(hand: Hand) -> None:
    hand.visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hand.click(hand.visit.frame.get_by_role("button", name="复制当前视图链接"))
    hand.visit.frame.get_by_text("链接已复制").wait_for()
    assert "view=" in hand.page.evaluate("navigator.clipboard.readText()")
    assert (hand.clicks, hand.scrolled) == (1, 0)


def draw_a_printed_figure(hand: Hand) -> None:
    hand.click(hand.page.get_by_role("button", name="导出与分享"))
    hand.click(hand.page.get_by_role("link", name="专题图"))
    _heading(hand, "专题图")
    hand.visit.rest()
    if hand.page.get_by_role("button", name="生成").count():
        hand.click(hand.page.get_by_role("button", name="生成").first)
    hand.page.get_by_role("button", name="下载").first.wait_for()
    assert hand.clicks <= 3


def find_a_special_area_by_name(hand: Hand) -> None:
    hand.find("长春新区", "长春新区")
    _heading(hand, "11. 吉林长吉接合片区")
    assert hand.clicks <= 2
    assert hand.scrolled == 0


def choose_another_programme(hand: Hand) -> None:
    hand.click(hand.page.get_by_role("combobox", name="政策"))
    hand.click(hand.page.get_by_role("option", name="吉林").first)
    hand.visit.asked("programme=jilin")
    hand.visit.rest()
    assert (hand.clicks, hand.scrolled) == (2, 0)


def open_a_zone_by_keyboard(hand: Hand) -> None:
    """From the top of the page to the card of a zone, and closed again."""
    hand.page.evaluate("() => { document.activeElement.blur(); }")
    hand.press("Tab", "Enter")
    for _ in range(12):
        if hand.page.evaluate("Boolean(document.activeElement.closest('.st-key-w_focus'))"):
            break
        hand.press("Tab")
    hand.press("Space")
    hand.page.get_by_role("heading", level=2).first.wait_for()
    assert hand.keys <= 12
    assert hand.scrolled == 0


def turn_a_filter_on_and_off_in_the_legend(hand: Hand) -> None:
    line = hand.visit.frame.get_by_role("button", name="西部地区")
    line.click()
    hand.visit.count_line(3).wait_for()
    hand.visit.asked("region=west")
    # A screen reader hears what is left, and by what names it goes about.
    hand.visit.frame.get_by_role("status").get_by_text("共 11 个试验区，符合条件的 3 个").wait_for(state="attached")
    assert hand.page.locator("iframe[title=试验区地图]").count() == 1
    assert hand.page.locator("html").get_attribute("lang") == "zh-CN"
    hand.visit.frame.locator(".pilotmap-legend-pick[aria-pressed=true]").wait_for()
    hand.visit.rest()
    line.click()
    hand.visit.count_line(11).wait_for()


def point_at_a_zone_in_map_and_list(hand: Hand) -> None:
    hand.page.mouse.move(*hand.visit.spot(*hand.visit.frame.evaluate(_DOT, "10")))
    hand.page.locator("[data-pointed]", has_text="10 陕西西咸接合片区").wait_for()
    hand.page.get_by_text("4 江苏宁锡常接合片区").hover()
    hand.visit.frame.wait_for_function(
        "(() => { let marks = 0; map.eachLayer(one => { marks += one.options.pane === 'pilotmap-marks' && !one.options.interactive"
        " && one.getBounds && one.getBounds().contains([31.5, 119.5]) ? 1 : 0; }); return marks; })() > 0"
    )


# What follows on one visit does not disturb what comes after it; loading the page anew for each would take most of the time.
JOURNEYS: dict[str, tuple[Callable[[Hand], None], ...]] = {
    "link, pointer, legend and file": (
        copy_a_link_to_what_is_seen,
        point_at_a_zone_in_map_and_list,
        turn_a_filter_on_and_off_in_the_legend,
        save_the_file_of_a_region,
    ),
    "reason, county, special area and programme": (
        read_why_an_area_differs,
        ask_what_applies_in_a_county,
        find_a_special_area_by_name,
        choose_another_programme,
    ),
    "tasks, figure and list": (find_zones_with_two_tasks, draw_a_printed_figure, make_a_map_of_a_list),
    "keyboard and comparison": (open_a_zone_by_keyboard, compare_two_zones),
}


@pytest.mark.parametrize("journey", JOURNEYS)
def test_what_a_reader_comes_for(hand: Hand, journey: str) -> None:
    for task in JOURNEYS[journey]:
        hand.begin()
        task(hand)


def test_a_page_that_scrolls_is_not_caught_by_its_map(visit: Visit, address: str) -> None:
    page = visit.page
    visit.open(f"{address}here", until="stats().lastUpdateMs > 0")
    frame = visit.frame
    visit.rest()
    box = page.locator("iframe[data-testid=stCustomComponentV1]").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 100)
    zoom = frame.evaluate("map.getZoom()")
    page.mouse.wheel(0, 200)
    frame.get_by_text("按住 Ctrl 键滚动滚轮，可缩放地图").wait_for()
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 0")
    assert frame.evaluate("map.getZoom()") == zoom
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    frame.wait_for_function(f"map.getZoom() > {zoom}")
