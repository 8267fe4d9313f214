"""Prefectures and provinces of another time: their counties are those on the ground that they had then."""

from __future__ import annotations

import pytest

from pilotzones.geo.places.history import (
    Period,
    UnitMatch,
    UnitQuery,
    find_ground,
    find_unit_of_code,
    find_units_on_ground,
    list_lowest,
    load_unit_index,
    match_unit,
    name_parents,
    restrict_to_ground,
)

INDEX = load_unit_index()


def _ground(code: str, year: int | None) -> tuple[UnitMatch, set[str]]:
    period = Period(f"{year}-01", f"{year}-12") if year else None
    found = restrict_to_ground(match_unit(UnitQuery(code=code, period=period)), period)
    assert found.fate is not None
    return found, set(found.fate.counties)


@pytest.mark.parametrize(
    ("code", "year", "counties"),
    [
        # What follows is one of five.
        ("512300", 1994, {"500102", "500119", "500156", "500230", "500231"}),
        ("512300", None, {"500102", "500119", "500156", "500230", "500231"}),
        # 简阳市 went to 成都市 in 2016.
        ("512000", 2012, {"510185", "512002", "512021", "512022"}),
        # What follows is a municipality, or a city that took more in.
        ("513500", 1996, {"500114", "500240", "500241", "500242", "500243"}),
        ("130100", 1990, {"130102", "130104", "130105", "130107", "130108", "130110", "130111", "130121", "130123"}),
    ],
)
def test_counties_are_those_of_the_time_and_a_note_says_so(code: str, year: int | None, counties: set[str]) -> None:
    found, ground = _ground(code, year)
    assert ground == counties
    assert "former_ground" in {note.code for note in found.notes}


def test_a_province_had_what_left_it_since() -> None:
    _, ground = _ground("510000", 1990)
    assert {"500101", "500103", "500114", "510104"} <= ground
    assert not {code for code in _ground("510000", 2000)[1] if code.startswith("50")}


@pytest.mark.parametrize(
    ("code", "year"),
    [
        *(("330100", 2015), ("441900", 2000), ("512000", 2020), ("341400", 2010), ("130000", 1990)),
        *(("440000", 2012), ("620000", 2012), ("150000", 1990), ("110000", 1990), ("330402", 2004)),
    ],
)
def test_units_with_the_counties_of_today_are_left_as_they_are(code: str, year: int) -> None:
    found, ground = _ground(code, year)
    period = Period(f"{year}-01", f"{year}-12")
    plain = match_unit(UnitQuery(code=code, period=period))
    assert plain.fate is not None
    assert (ground, found.notes) == (set(plain.fate.counties), plain.notes)


@pytest.mark.parametrize("year", [1990, 2005, 2018])
def test_hardly_any_county_is_on_the_ground_of_two_prefectures(year: int) -> None:
    period = Period(f"{year}-12", f"{year}-12")
    grounds = [
        set(found.fate.counties)
        for one in INDEX.spells
        if one.level == "prefecture" and one.is_in_force(period) and one.change != "misprint"
        if (found := restrict_to_ground(match_unit(UnitQuery(code=one.code, period=period)), period)).fate is not None
        and found.status == "found"
    ]
    every = set().union(*grounds)
    # Counties that were split among neighbours lie in both.
    assert sum(map(len, grounds)) - len(every) < 15


@pytest.mark.parametrize(
    ("code", "year", "inside", "outside"),
    [
        # The tables of 1984 to 1995 have county-level cities directly below the province; a prefecture governed them.
        ("330100", 1990, {"330109", "330114"}, set[str]()),
        ("330200", 1993, {"330281", "330282", "330213"}, set[str]()),
        ("410800", 1990, {"410882", "419001"}, set[str]()),
        ("220600", 1993, {"220681"}, set[str]()),
        ("130100", 1994, {"130181", "130183"}, set[str]()),
        ("420600", 1990, {"421303", "421321"}, set[str]()),
        # 潜江市 and 仙桃市 are directly below the province to this day.
        ("421000", 2000, {"421081"}, {"429004", "429005", "421303"}),
        # 日照市 had no counties; 五莲县 came later.
        ("371100", 1990, {"371102"}, {"371121"}),
        ("460200", 2000, {"460202", "460203", "460204", "460205"}, set[str]()),
        ("442100", 1987, {"460400", "469002"}, {"460202", "469001"}),
        ("440000", 1987, {"460202", "460321", "469001"}, set[str]()),
        # 观山湖区 was founded on parts of two counties.
        ("520100", 2010, {"520115"}, set[str]()),
    ],
)
def test_counties_of_the_time_by_who_governed_them(code: str, year: int, inside: set[str], outside: set[str]) -> None:
    period = Period(f"{year}-01", f"{year}-12")
    fate = restrict_to_ground(match_unit(UnitQuery(code=code, period=period)), period).fate
    assert fate is not None
    ground = {lowest for one in fate.counties for lowest in list_lowest(one)}
    assert inside <= ground
    assert not ground & outside


@pytest.mark.parametrize(
    ("code", "month", "labels"),
    [
        ("110101", "2009-12", {"110101 东城区", "110103 崇文区"}),
        ("510100", "2012-12", {"510100 成都市", "512000 资阳市"}),
        ("330114", "2020-12", {"330109 萧山区", "330104 江干区"}),
        ("500000", "1990-12", {"510000 四川省"}),
        ("230725", "2018-12", {"230781 铁力市", "230713 带岭区"}),
        ("330100", "1990-12", {"330100 杭州市"}),
    ],
)
def test_every_unit_that_had_ground_of_a_polygon_is_named(code: str, month: str, labels: set[str]) -> None:
    assert {one.label for one in find_units_on_ground(code, month)} == labels


def test_a_city_that_one_of_two_prefectures_governed_is_in_neither_and_said_to_be() -> None:
    for code, month in (("210700", "1990-12"), ("211400", "1990-12")):
        unit = find_unit_of_code(code, month)
        assert unit is not None
        ground = find_ground(unit, month)
        assert "211481" not in ground.counties
        assert "兴城市" in {one.name for one in ground.others}


def test_a_city_that_a_prefecture_governed_is_said_to_lie_in_it() -> None:
    period = Period("1990-01", "1990-12")
    unit = match_unit(UnitQuery("萧山市", period=period)).unit
    assert unit is not None
    assert name_parents(unit, period) == ("浙江省", "杭州市")
    later = match_unit(UnitQuery("仙桃市", period=Period("2010-01", "2010-12"))).unit
    assert later is not None
    assert name_parents(later) == ("湖北省", "")
