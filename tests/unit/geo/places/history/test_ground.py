"""Prefectures and provinces of another time: their counties are those on the ground that they had then."""

from __future__ import annotations

import pytest

from pilotzones.geo.places.history import Period, UnitMatch, UnitQuery, load_unit_index, match_unit, restrict_to_ground

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
