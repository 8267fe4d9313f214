"""Units that may only head places of their own."""

from __future__ import annotations

import pytest

from pilotzones.geo.places import resolve_text


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("嘉兴/南湖/秀洲", ["review", "accepted", "accepted"]),
        ("杭州/宁波/温州", ["accepted"] * 3),
        ("嘉兴市/南湖区", ["accepted"]),
        ("嘉兴市、南湖区", ["accepted", "accepted"]),
        ("浙江省、南湖区", ["review", "accepted"]),
    ],
)
def test_a_unit_before_a_place_of_its_own_may_be_the_way_to_it(text: str, statuses: list[str]) -> None:
    assert [row.status for row in resolve_text(text).rows] == statuses
