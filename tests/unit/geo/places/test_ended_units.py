"""A unit of the boundary table that did not exist at the date of the document is asked about; the others are not."""

from __future__ import annotations

import pytest

from pilotzones.geo.places import resolve_names, resolve_text
from pilotzones.geo.places.history import Period, load_unit_index


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


@pytest.mark.parametrize("as_of", ["2010-06", "2019-06", "2024-06", "2025-12"])
def test_no_unit_that_stands_is_flagged(as_of: str) -> None:
    index, then = load_unit_index(), Period(as_of, as_of)
    units = [
        one
        for one in index.spells
        if one.is_in_force(then) and one.level == "county" and one.counties == (one.code,) and one.change != "misprint"
    ]
    parents = [index.find_parents(one, then) for one in units]
    found = resolve_names(
        [one.name for one in units],
        provinces=[province or None for province, _ in parents],
        prefectures=[prefecture or None for _, prefecture in parents],
        as_of=as_of,
    )
    flagged = [
        one.label
        for one, row in zip(units, found.rows, strict=True)
        if {reason.code for reason in row.reasons} & {"unit_ended", "unit_not_yet", "outside_given", "looks_alike"}
    ]
    assert len(units) > 2000
    assert flagged == []


@pytest.mark.parametrize(
    ("name", "as_of", "status", "codes"),
    [
        ("廊坊市", "1985", "accepted", ("131002", "131003")),
        ("廊坊市", None, "accepted", ("131000",)),
        ("绥中县", "1985", "accepted", ("211421",)),
        ("江北县", "1985", "accepted", ("500112",)),
        ("临平区", "2020", "review", ("330113",)),
        ("临平区", "2021", "accepted", ("330113",)),
        ("南湖区", "2025", "accepted", ("330402",)),
    ],
)
def test_a_name_is_that_of_the_date(name: str, as_of: str | None, status: str, codes: tuple[str, ...]) -> None:
    row = resolve_names([name], as_of=as_of).rows[0]
    assert (row.status, row.adcode) == (status, codes)


def test_the_end_of_a_name_is_not_that_of_its_code() -> None:
    (row,) = resolve_names(["平泉县"], as_of="1985").rows
    assert "ended by 2017-05" in str(row.reasons[0])
    assert resolve_names(["绥中县"], as_of="1985").rows[0].reasons == ()
