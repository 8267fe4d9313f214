"""Units of a panel on the ground of their year."""

from __future__ import annotations

import pytest

from pilotzones.geo.panel.units import list_units


@pytest.mark.parametrize(
    ("year", "code", "today"),
    [
        (2018, "330110", {"330110", "330113"}),
        (2022, "330110", {"330110"}),
        (2010, "440306", {"440306", "440309", "440311"}),
        (2018, "330109", {"330109"}),
    ],
)
def test_a_county_has_what_was_founded_since_on_its_ground(year: int, code: str, today: set[str]) -> None:
    (unit,) = [one for one in list_units(year) if one.code == code]
    assert set(unit.today) == today


@pytest.mark.parametrize(
    ("year", "code", "inside"),
    [
        (2010, "440300", {"440309", "440310", "440311"}),
        (2015, "330100", {"330113", "330114"}),
        (1990, "330100", {"330109"}),
        (1990, "410800", {"410882", "419001"}),
        (2010, "520100", {"520115"}),
    ],
)
def test_a_prefecture_has_all_counties_of_today_on_its_ground(year: int, code: str, inside: set[str]) -> None:
    (unit,) = [one for one in list_units(year, "prefecture") if one.code == code]
    assert inside <= set(unit.today)


def test_cities_that_a_prefecture_governed_are_no_prefectures() -> None:
    direct = {one.name for one in list_units(1990, "prefecture") if one.code[2:4] == "90"}
    assert direct == {"兴城市", "密山市", "神农架林区", "石河子市"}
    (unit,) = [one for one in list_units(1990) if one.name == "萧山市"]
    assert unit.prefecture == "杭州市"
