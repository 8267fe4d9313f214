"""The search box in a real browser: suggestions come when somebody goes into it, and choosing one opens it."""

from __future__ import annotations

import pytest

from tests.helpers.browsing import Visit

pytestmark = pytest.mark.browser

_OFFERED = "[...document.querySelectorAll('#pilotzones-suggestions option')].map((option) => option.value)"


def test_suggestions_come_with_the_first_focus_and_lead_to_what_is_chosen(visit: Visit, address: str) -> None:
    visit.open(address, until="stats().drawn > 100")
    box = visit.page.get_by_role("combobox", name="查找地点、任务或坐标")
    box.wait_for()
    assert visit.page.evaluate(_OFFERED) == []
    box.click()
    visit.page.keyboard.type("永吉")
    visit.page.wait_for_function(f"({_OFFERED}).length > 3000")
    # What was typed meanwhile stands, and the box is still the place of the keyboard.
    assert box.input_value() == "永吉"
    assert box.evaluate("box => box === document.activeElement")
    (county,) = [name for name in visit.page.evaluate(_OFFERED) if "永吉" in name]
    assert county == "永吉县 · 吉林省 吉林市 · 区县 · 属试验区 11"
    box.fill(county)
    visit.asked("at=", "focus=11")
    assert box.input_value() == ""
    # Enter looks up what no suggestion says.
    box.fill("西咸新区")
    box.press("Enter")
    visit.asked("focus=10")
    box.fill("yongji")
    box.press("Enter")
    visit.page.get_by_test_id("stButtonGroup").get_by_text("永吉县").wait_for()
    assert not visit.outside(address)
    assert not visit.errors
