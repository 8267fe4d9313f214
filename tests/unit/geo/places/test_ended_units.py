"""A unit that stands in the boundary table but had ended by the date of the document is asked about."""

from __future__ import annotations

import pytest

from pilotzones.geo.places import resolve_names, resolve_text


@pytest.mark.parametrize(
    ("as_of", "status"), [(None, "accepted"), ("2025", "accepted"), ("2026-01-01", "review"), ("2026", "review")]
)
def test_a_district_that_ended_after_the_polygons_is_flagged(as_of: str | None, status: str) -> None:
    for row in (resolve_text("重庆市渝北区", as_of=as_of).rows[0], resolve_names(["渝北区"], as_of=as_of).rows[0]):
        assert (row.status, row.adcode) == (status, ("500112",))
        assert ("unit_ended" in [reason.code for reason in row.reasons]) == (status == "review")
    assert resolve_text("海淀区", as_of=as_of).rows[0].status == "accepted"


def test_the_flag_names_what_came_after() -> None:
    (row,) = resolve_text("江北区、", province="500000", as_of="2026-05").rows
    assert "500157 两江新区" in str(row.reasons[-1])
    assert [one.adcode for one in row.candidates] == ["500105"]
