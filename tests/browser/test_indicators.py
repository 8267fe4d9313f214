"""The pages of indicators and projects in a real browser: a click is the county of map, chart and table; tabs against axe-core."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pilotzones.geo.messages import Language, translate
from tests.helpers.accessibility import find_violations
from tests.helpers.browsing import Visit, pictured

pytestmark = pytest.mark.browser
# Each tab in one language and at one width; all in both would take minutes.
TABS: dict[Language, tuple[str, ...]] = {"zh": ("years", "evaluate"), "en": ("change", "trend", "groups", "data")}
# Made-up figures of counties of two zones; the middle one is Nanhu in Jiaxing.
CODES = ("330411", "330402", "330424", "500118", "500153", "500102")
NANHU = (30.72, 120.87)


def write_table(path: Path) -> Path:
    rows = [
        f"{code},{year},{number * 10 + year - 2000},{number * 7 % 5 + 1}.5"
        for year in (2018, 2020, 2022)
        for number, code in enumerate(CODES, start=1)
    ]
    path.write_text(
        "行政区划代码,年份,地区生产总值（亿元）,常住人口（万人）\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    return path


def read_cells(page: Any) -> list[str]:
    """The cells of the table of the open tab, as a screen reader has them."""
    cells = page.get_by_test_id("stDataFrame").last.locator("[role=gridcell]")
    cells.first.wait_for(state="attached")
    read: list[str] = cells.all_text_contents()
    return read


def open_tab(visit: Visit, name: str, lang: Language) -> None:
    visit.page.get_by_role("tab", name=translate(f"indicators_{name}", lang), exact=True).click()
    visit.rest()


def test_a_click_chooses_the_county_of_map_chart_and_table_and_tabs_have_no_serious_fault(
    visit: Visit, address: str, tmp_path: Path
) -> None:
    page = visit.page
    page.goto(f"{address}indicators?lang=zh")
    page.locator("input[type=file]").first.set_input_files(write_table(tmp_path / "figures.csv"))
    visit.frame = page.wait_for_selector("iframe[data-testid=stCustomComponentV1]").content_frame()
    visit.frame.wait_for_function("window.pilotmap && pilotmap.stats().drawn > 1")
    page.locator("iframe[data-testid=stCustomComponentV1]").scroll_into_view_if_needed()
    page.mouse.click(*visit.spot(*NANHU))
    # The county of the map is the one of the box, of the table below, of the lines and of the tidy table.
    box = page.get_by_role("combobox", name=translate("indicators_county", "zh"))
    box.and_(page.locator("[value*=南湖区]")).or_(
        page.locator(".st-key-indicators_county", has_text="南湖区")
    ).wait_for()
    visit.rest()
    cells = read_cells(page)
    assert {"2018", "2020", "2022", "南湖区", "38", "40", "42"} <= set(cells)
    open_tab(visit, "trend", "zh")
    assert "南湖区" in read_cells(page)
    open_tab(visit, "data", "zh")
    assert set(read_cells(page)) & {"南湖区", "秀洲区", "永川区"} == {"南湖区"}
    # And the other way round: a county of the box is outlined on the map.
    open_tab(visit, "map", "zh")
    box.click()
    box.fill("500118")
    box.press("Enter")
    visit.rest()
    assert "永川区" in read_cells(page)
    check_tabs(visit, "zh", 1400)
    assert visit.outside(address) == []


def check_tabs(visit: Visit, lang: Language, width: int) -> None:
    """Open the tabs of a language: each fits the window and has no serious fault."""
    found = []
    for name in TABS[lang]:
        open_tab(visit, name, lang)
        assert visit.measure_width() <= width, name
        # On a phone Streamlit's own list of pages is in the side bar.
        found += find_violations(visit, name, "[data-testid=stSidebarNav]")
    assert not found, "\n".join(found)
    assert visit.errors == []


def test_tabs_have_no_serious_fault_and_fit_a_phone(
    browser: Any, address: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with pictured(Visit(browser, viewport={"width": 390, "height": 1000}), request) as visit:
        visit.page.goto(f"{address}indicators?lang=en")
        visit.page.locator("input[type=file]").first.set_input_files(write_table(tmp_path / "figures.csv"))
        visit.page.wait_for_selector("iframe[data-testid=stCustomComponentV1]")
        check_tabs(visit, "en", 390)
