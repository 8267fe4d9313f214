"""The one-file map in a real browser, from a disk, with the network cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.join import JoinedProgramme, join
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.site.single_file import render_page
from tests.helpers.browsing import Reader
from tests.helpers.hostile_programme import hostile

pytestmark = pytest.mark.browser
Opener = Callable[..., "MapReader"]


class MapReader(Reader):
    """Somebody who opens the one-file map."""

    def open(self, path: Path, fragment: str = "") -> None:
        self.page.goto(path.as_uri() + fragment)
        self.page.wait_for_function("pilotmap.stats().lastUpdateMs > 0")

    def drawn(self) -> int:
        # What was chosen is drawn in the next frame.
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        count: int = self.page.evaluate("pilotmap.stats().drawn")
        return count

    def names(self) -> list[str]:
        found: list[str] = self.page.locator("#zones tbody td:nth-child(2)").all_text_contents()
        return found

    def numbers(self) -> list[int]:
        return [int(text) for text in self.page.locator("#zones tbody td:first-child").all_text_contents()]


@pytest.fixture(scope="module")
def file(joined: JoinedProgramme, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("page") / "地图 map.html"
    path.write_bytes(render_page(joined, selection=Selection(), lang="zh"))
    return path


@pytest.fixture
def reader(browser: Any) -> Iterator[Opener]:
    opened: list[MapReader] = []

    def make(**options: Any) -> MapReader:
        opened.append(MapReader(browser, **options))
        return opened[-1]

    yield make
    for one in opened:
        one.close()
        assert len(one.asked) <= 1


def test_filters_do_what_the_terminals_do(reader: Opener, file: Path, programme: Programme) -> None:
    visit = reader(viewport={"width": 1400, "height": 900})
    visit.open(file)
    everything = visit.drawn()
    assert visit.numbers() == [zone.order for zone in programme.zones]
    page = visit.page

    page.get_by_label("东部地区").check()
    page.get_by_label("2 农村权益自愿有偿转让退出").check()
    page.get_by_label("3 集体经营性建设用地入市").check()
    any_of = Selection(regions=("东部地区",), tasks=(2, 3))
    assert visit.numbers() == [zone.order for zone in any_of.apply(programme)]
    page.get_by_label("同时满足").check()
    all_of = Selection(regions=("东部地区",), tasks=(2, 3), match="all")
    assert visit.numbers() == [zone.order for zone in all_of.apply(programme)]
    assert 0 < visit.drawn() < everything

    address = page.evaluate("location.hash")
    assert address == "#region=east&task=2%2C3&match=all"
    other = reader(viewport={"width": 1400, "height": 900})
    other.open(file, address)
    assert other.numbers() == visit.numbers()

    page.get_by_role("button", name="清除").click()
    assert visit.drawn() == everything
    page.get_by_label("按名称查找").fill("海盐")
    assert visit.numbers() == [1]
    page.get_by_label("按名称查找").fill("没有这个地方")
    assert page.locator("#zones").inner_text() == page.locator(".pilotmap-banner-message").inner_text()
    page.get_by_label("按名称查找").fill("")
    page.get_by_label("陕西省").check()
    assert visit.numbers() == [10]


def test_a_click_on_the_map_opens_a_zone_and_the_table_does_by_keyboard(reader: Opener, file: Path) -> None:
    visit = reader(viewport={"width": 1400, "height": 900})
    visit.open(file)
    page = visit.page
    box = page.locator("#map").bounding_box()
    # The name of zone 6 stands at the right of its dot.
    label = page.locator(".pilotmap-label span", has_text="6. 河南许昌").bounding_box()
    page.mouse.click(label["x"] - 14, label["y"] + label["height"] / 2)
    page.wait_for_selector(".pilotmap-card:not([hidden])")
    assert page.locator("#panel h2").inner_text() == "6. 河南许昌"
    assert box["width"] > 600
    page.get_by_role("button", name="关闭").press("Enter")
    assert page.evaluate("document.activeElement.dataset.zone") == "6"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#panel h2").inner_text() == "7. 江西鹰潭"
    assert page.evaluate("document.activeElement.tagName") == "H2"
    zoom = "getComputedStyle(document.querySelector('.leaflet-control-scale-line')).width"
    before = page.evaluate(zoom)
    page.get_by_role("button", name="缩放到此处").click()
    page.wait_for_function(f"{zoom} !== {before!r}")


def test_both_languages_and_both_lights(reader: Opener, file: Path) -> None:
    visit = reader(viewport={"width": 1400, "height": 900}, color_scheme="dark")
    visit.open(file, "#focus=3")
    page = visit.page
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert visit.names()[0].endswith("Zhejiang")
    assert "Without a published boundary" in page.locator("#panel").inner_text()
    assert "Lianzhang Model Area, Yingde City 英德市连樟样板区" in page.locator("#panel").inner_text()
    assert "Boundaries: Tianditu GS(2024)0650号" in page.locator(".pilotmap-credit").inner_text()
    page.get_by_role("button", name="Light", exact=True).click()
    assert page.evaluate("document.querySelector('#map').classList.contains('pilotmap-light')")
    page.get_by_label("Colour by").select_option(label="Audit verdict")
    legend = page.locator(".pilotmap-legend li span")
    page.wait_for_function("document.querySelector('.pilotmap-legend-title').textContent === 'Verdict on the area'")
    verdicts = ["✓ agrees", "∵ explained", "≈ explained by low-confidence sources", "? inconclusive"]
    assert legend.all_text_contents()[:4] == verdicts
    page.get_by_label("Colour by").select_option(label="Number of matching tasks")
    page.get_by_label("2 Voluntary paid transfer of or exit from rural rights").check()
    page.get_by_label("3 Market entry of collective commercial construction land").check()
    page.wait_for_function("document.querySelector('.pilotmap-legend-title').textContent === 'Matching tasks'")
    assert legend.all_text_contents()[:2] == ["1", "2"]
    assert page.evaluate("location.hash") == "#task=2%2C3&colour=tasks&lang=en"
    assert barriers(page) == []


def barriers(page: Any) -> list[tuple[str, str, list[str]]]:
    """What axe-core finds with everything folded open."""
    for summary in page.locator("#filters summary, #members summary, #about summary").all():
        if summary.locator("..").get_attribute("open") is None:
            summary.click()
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["impact"], [node["html"][:120] for node in one["nodes"]][:3]) for one in found]


def test_hostile_names_are_shown_as_text_on_a_phone(
    reader: Opener, programme: Programme, tianditu: Boundaries, tmp_path: Path
) -> None:
    poisoned = hostile(programme, (1, 11))
    path = tmp_path / "hostile.html"
    path.write_bytes(render_page(join(poisoned, tianditu), selection=Selection(), lang="zh"))
    visit = reader(viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True, is_mobile=True)
    visit.open(path, "#focus=11&q=%3Cimg%20src%3Dx%3E")
    visit.page.locator("#filters summary").click()
    visit.page.get_by_label("按名称查找").fill("")
    assert visit.names() == [zone.name_zh for zone in poisoned.zones]
    visit.page.get_by_role("button", name=poisoned.zones[1].name_zh).click()
    assert visit.page.locator("#panel h2").text_content() == f"11. {poisoned.zones[1].name_zh}"
    visit.page.get_by_role("button", name="English").click()
    assert visit.page.title() == poisoned.title_en
    assert visit.page.locator("img").count() == 0
    assert "977655983" not in visit.page.content()
    assert barriers(visit.page) == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_on_paper_it_is_light_and_whole(reader: Opener, file: Path) -> None:
    visit = reader(viewport={"width": 1400, "height": 900}, color_scheme="dark")
    visit.open(file)
    visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    visit.page.emulate_media(media="print")
    assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not visit.page.locator("#filters").is_visible()
    assert visit.page.locator("#members tbody tr").last.is_visible()
    assert visit.page.locator("#about dl").is_visible()
    visit.page.emulate_media(media="screen")
    visit.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert visit.page.locator("html").get_attribute("data-theme") == "dark"
