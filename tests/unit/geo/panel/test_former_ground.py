"""Units of a panel on the ground of their year."""

from __future__ import annotations

import pandas as pd
import pytest

from pilotzones.geo.panel.row_matching import UnitColumns, match_rows
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


def test_a_city_without_counties_stands_among_the_counties_until_it_has_districts() -> None:
    for year, stands in ((1990, True), (2010, True), (2016, False)):
        units = {one.code: one for one in list_units(year)}
        assert ("460200" in units) == stands
        if stands:
            assert set(units["460200"].today) == {"460202", "460203", "460204", "460205"}
    # 乌兰察布盟 has become 乌兰察布市 at the end of the year, whose counties stand on its ground.
    assert "152600" not in {one.code for one in list_units(2003)}


@pytest.mark.parametrize(
    ("row", "code", "today"),
    [
        (
            ("632100", "海东地区", "", "", "2013"),
            "632100",
            {"630202", "630203", "630222", "630223", "630224", "630225"},
        ),
        (("460200", "三亚市", "", "", "2000"), "460200", {"460202", "460203", "460204", "460205"}),
        (("330109", "萧山区", "", "", "2000"), "330181", {"330109"}),
        (("", "萧山市", "浙江省", "杭州市", "1990"), "339005", {"330109"}),
        (("330110", "余杭区", "", "", "2019"), "330110", {"330110", "330113"}),
        (("512300", "涪陵地区", "", "", "1994"), "512300", {"500102", "500119", "500156", "500230", "500231"}),
    ],
)
def test_rows_of_a_panel_have_the_ground_of_their_year(row: tuple[str, ...], code: str, today: set[str]) -> None:
    frame = pd.DataFrame([row], columns=["code", "name", "province", "prefecture", "year"])
    matches, _ = match_rows(frame, UnitColumns("code", "name", "province", "prefecture", "year"))
    assert (matches[0].code, set(matches[0].today)) == (code, today)
