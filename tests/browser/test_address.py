"""The address bar in a real browser: on a slow network, and through the history."""

from __future__ import annotations

import pytest

from tests.helpers.browsing import ANSWER_ON_ITS_WAY, Visit

pytestmark = pytest.mark.browser
_LATE = "window.late = 500"


def _shown(visit: Visit, count: int) -> None:
    visit.count_line(count).wait_for()
    visit.rest()


def test_two_quick_choices_both_count_on_a_slow_network(slow_visit: Visit, address: str) -> None:
    visit = slow_visit
    # An address with something in it: the second choice is sent with it, and must not take the first one back.
    visit.open(address + "?lines=1", until="stats().drawn > 100")
    visit.rest()
    visit.page.evaluate(_LATE)
    visit.page.get_by_role("button", name="东部地区 5", exact=True).click()
    visit.page.wait_for_function(ANSWER_ON_ITS_WAY)
    visit.page.get_by_role("button", name="中部地区 2", exact=True).click()
    visit.asked("region=east%2Ccentral", "lines=1")
    visit.rest()
    visit.asked("region=east%2Ccentral")
    assert not visit.errors


def test_a_link_wins_over_an_address_that_is_still_on_its_way(slow_visit: Visit, address: str) -> None:
    visit = slow_visit
    visit.open(address, until="stats().drawn > 100")
    visit.rest()
    visit.page.evaluate(_LATE)
    visit.page.get_by_role("button", name="东部地区 5", exact=True).click()
    visit.page.wait_for_function(ANSWER_ON_ITS_WAY)
    # At once, wherever it stands: the answer that is on its way takes the examples off the page.
    visit.page.get_by_role("link", name="哪些试验区同时承担").dispatch_event("click")
    visit.page.get_by_role("heading", name="任务矩阵").wait_for()
    visit.asked("match=all", "task=3%2C7")
    visit.rest()
    visit.asked("match=all", "task=3%2C7")
    assert not visit.errors


def test_one_press_is_one_step_back_and_forward(visit: Visit, address: str) -> None:
    page = visit.page
    card = page.get_by_role("heading", name="4. 江苏宁锡常接合片区").first
    visit.open(address, until="stats().drawn > 100")
    visit.rest()
    page.get_by_role("button", name="东部地区 5", exact=True).click()
    _shown(visit, 5)
    page.get_by_role("button", name="中部地区 2", exact=True).click()
    _shown(visit, 7)
    page.get_by_text("4 江苏宁锡常接合片区").click()
    card.wait_for()
    visit.asked("focus=4")
    visit.rest()
    # Another page is one step of the history, with the parameters of this one.
    visit.turn_to("数据说明")
    visit.asked("focus=4", "region=east")
    visit.rest()
    page.go_back()
    card.wait_for()
    visit.rest()
    page.go_back()
    card.wait_for(state="detached")
    _shown(visit, 7)
    page.go_back()
    _shown(visit, 5)
    # The first address said nothing, and that is what it meant.
    page.go_back()
    _shown(visit, 11)
    page.go_forward()
    _shown(visit, 5)
    page.go_forward()
    _shown(visit, 7)
    page.go_forward()
    card.wait_for()
    visit.rest()
    page.go_forward()
    page.get_by_role("heading", name="数据说明", level=1).wait_for()
    visit.asked("focus=4", "region=east")
    assert not visit.errors
