"""Codes that stand beside names in running text."""

from __future__ import annotations

import pytest

from pilotzones.geo.places.resolve import resolve_text


@pytest.mark.parametrize(
    "text",
    [
        "德清县（330782）",
        "德清县(代码：330782)",
        "330782 德清县",
        "德清县330782",
        "德清县 330782、安吉县",
        "德清县【330782000000】、安吉县",
    ],
)
def test_a_code_of_another_unit_is_a_question(text: str) -> None:
    row = resolve_text(text).rows[0]
    assert row.status == "review"
    assert "name_code_differ" in [reason.code for reason in row.reasons]
    assert {one.adcode for one in row.candidates} == {"330521", "330782"}


@pytest.mark.parametrize(
    "text",
    [
        "德清县（330521）、义乌市（330782）",
        "330521 德清县\n330782 义乌市",
        "德清县（330521000000）",
        "德清县（313200）",
    ],
)
def test_a_code_of_the_unit_and_a_number_that_is_no_code_change_nothing(text: str) -> None:
    rows = resolve_text(text).rows
    assert {row.status for row in rows} == {"accepted"}
    assert rows[0].adcode == ("330521",)


def test_a_former_code_of_the_unit_is_no_contradiction() -> None:
    (row,) = resolve_text("平泉市（130823）").rows
    assert (row.status, row.adcode) == ("accepted", ("130881",))


def test_a_code_decides_between_units_of_one_name() -> None:
    (row,) = resolve_text("朝阳区（220104）").rows
    assert (row.status, row.adcode, row.listed_text) == ("accepted", ("220104",), "朝阳区")
