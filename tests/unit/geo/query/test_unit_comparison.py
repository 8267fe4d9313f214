"""What became of the members of a programme between two years."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pilotzones.cli.main import run
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.places.history import Period
from pilotzones.geo.query.unit_comparison import (
    compare_members,
    find_divisions_in_year,
    find_members_in_year,
    find_names_in_year,
    list_changes_since_listed,
)
from pilotzones.layers.history_labels import describe_member, join_unit_names

PROGRAMME = load_programme("urban_rural_integration_2019")


def year(number: int) -> Period:
    """The period of a year."""
    return Period(f"{number}-01", f"{number}-12")


def test_every_member_is_listed_with_what_stood_in_both_years() -> None:
    rows = {row.listed_name: row for row in compare_members(PROGRAMME, year(1990), year(2024))}
    assert len(compare_members(PROGRAMME, year(1990), year(2024))) == len(PROGRAMME.members)
    row = rows["南湖区"]
    assert ([one.label for one in row.before], [one.label for one in row.after]) == (["330402 城区"], ["330402 南湖区"])
    assert [change.date for change in row.changes] == ["1993", "2007"]
    special = next(member for member in PROGRAMME.members if member.special is not None)
    assert rows[special.listed_name].before == ()


@pytest.mark.parametrize(
    ("listed", "code", "codes_as_of", "changes"),
    [
        ("大丰市", "320904", "2023", ["renamed"]),
        ("平泉县", "130823", "2010", ["renamed"]),
        ("平泉市", "130881", "2023", []),
        ("宣武区", "110104", "2005", ["merged"]),
        ("渝北区", "500112", "2019", ["split", "founded", "boundary moved"]),
    ],
)
def test_what_happened_to_a_member_since_it_was_listed(
    listed: str, code: str, codes_as_of: str, changes: list[str]
) -> None:
    member = next(one for one in PROGRAMME.members if one.special is None)
    old = replace(member, listed_name=listed, official_name="", adcode=code)
    assert {one.kind for one in list_changes_since_listed(old, codes_as_of)} == set(changes)


def test_within_a_year_nothing_changes() -> None:
    assert all(row.is_same and not row.changes for row in compare_members(PROGRAMME, year(2022), year(2023)))
    with pytest.raises(PilotzonesError, match="later than"):
        compare_members(PROGRAMME, year(2024), year(2010))


def test_the_terminal_lists_the_members_that_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", "--from", "2010", "--to", "2024"]) == 0
    out = capsys.readouterr().out
    assert "500224 铜梁县" in out
    assert "19 of 86 members changed between 2010 and 2024" in out
    assert run(["compare", "--from", "2010", "--to", "2024", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 86
    assert {change["kind"] for row in rows for change in row["changes"]} >= {"renamed"}
    assert run(["compare", "--from", "2024", "--to", "2010"]) == 1
    assert run(["compare", "--from", "never", "--to", "2010"]) == 1


def test_members_have_the_names_of_a_year_and_say_whether_their_polygon_is_of_it() -> None:
    cities = load_programme("broadband_china_2014")
    member = next(one.id for one in cities.members if one.listed_name == "襄阳市")
    before, after = (find_members_in_year(cities, number)[member] for number in (2009, 2010))
    names = [unit.name for unit in before.units]
    assert (join_unit_names(names, "zh"), join_unit_names(names, "en")) == ("襄樊市", "Xiangfan City")
    assert describe_member(before, "zh") == [
        "2009 年末：420600 襄樊市",
        "2010：420600 襄樊市 更名或改设为 420600 襄阳市",
    ]
    assert (before.has_other_limits, after.is_same, describe_member(after, "zh")) == (False, True, [])
    counties = load_programme("poverty_counties_2016")
    deqin = next(one.id for one in counties.members if one.listed_name == "德钦县")
    # Two townships joined it after its polygon was drawn.
    assert [find_members_in_year(counties, number)[deqin].is_same for number in (2023, 2025)] == [True, False]
    assert (
        describe_member(find_members_in_year(counties, 2025)[deqin], "zh")[-1] == "边界为 2024-01，早于 2025 年末的范围"
    )
    # The tables of 2000 have neither the district nor what it was made of: no name of today is passed off as one of then.
    nanxun = next(one.id for one in PROGRAMME.members if one.listed_name == "南浔区")
    assert describe_member(find_members_in_year(PROGRAMME, 2000)[nanxun], "zh") == ["2000 年末：代码表中无对应单位"]
    assert not {one.id for one in PROGRAMME.members if one.special is not None} & set(
        find_members_in_year(PROGRAMME, 2000)
    )


def test_provinces_and_prefectures_have_the_names_of_a_year() -> None:
    names = find_names_in_year(["420600", "500000", "460000", "371000", "999900"], 1985)
    assert names == {"420600": ("襄樊市",), "460000": ("海南行政区",), "371000": ()}


def test_divisions_stand_as_in_the_year_beside_their_polygon() -> None:
    found = find_divisions_in_year(["130881", "110101", "110108", "340506", "659010", "500112", "999999"], 2001)
    assert sorted(found) == ["110101", "110108", "130881", "340506", "500112", "659010"]
    assert [unit.label for unit in found["130881"].units] == ["130823 平泉县"]
    assert found["110108"].is_same
    # Its polygon of today has another district of 2001 too.
    assert [unit.label for unit in found["110101"].units] == ["110101 东城区", "110103 崇文区"]
    assert found["110101"].has_other_limits
    # A city that nobody can say the ground of, in a year before it was set up.
    assert found["659010"].units == ()
    later = find_divisions_in_year(["500112"], 2025)["500112"]
    assert [unit.label for unit in later.units] == ["500157 两江新区", "500109 北碚区"]
    assert (later.is_before, later.has_other_limits) == (False, True)
