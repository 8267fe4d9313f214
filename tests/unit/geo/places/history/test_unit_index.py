"""The index of names and codes through time: every spell leads to today, and today leads back to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.history import Period, UnitSpell, load_unit_index, read_period

INDEX = load_unit_index()
SPELLS = st.sampled_from(INDEX.spells)


def test_every_spell_leads_to_today_without_a_circle() -> None:
    drawn = load_gazetteer().units
    for spell in INDEX.spells:
        fate = INDEX.follow(spell, spell.until or "9999-12")
        assert fate.today, spell
        assert all(not one.until for one in fate.today), spell
        assert fate.counties, spell
        assert all(code in drawn for code in fate.counties), spell


def test_a_unit_whose_ground_is_not_known_is_recorded_with_what_was_looked_for() -> None:
    unknown = {spell.label: spell for spell in INDEX.spells if spell.change == "dissolved"}
    assert set(unknown) == {"232701 加格达奇区", "232702 松岭区", "232703 新林区", "232704 呼中区"}
    assert all("looked for in vain" in spell.source for spell in unknown.values())


def test_a_city_that_ran_the_ground_itself_for_a_while_is_no_unit_of_another_time() -> None:
    (district,) = INDEX.find_by_code("330511", Period("1985-01", "1985-12"))
    assert [one.name for one in INDEX.follow(district, "1985-12").today] == ["吴兴区", "南浔区"]
    assert INDEX.follow(district, "1985-12", "1995-12").today == ()


def test_every_unit_of_today_leads_back_to_its_beginning() -> None:
    for spell in INDEX.spells:
        seen, level = {spell}, [spell]
        while level:
            level = [one for old in level for one in INDEX.preceding.get(old, ()) if one not in seen]
            assert all(one.since <= spell.since or one.since < (spell.until or "9") for one in level)
            seen |= set(level)
        firsts = [one for one in seen if one not in INDEX.preceding]
        # A misprint of the tables points at the right name, whose life is older.
        assert firsts, spell


@given(SPELLS)
def test_what_follows_knows_what_came_before(spell: UnitSpell) -> None:
    for after in INDEX.following.get(spell, ()):
        assert spell in INDEX.preceding[after]
        assert not after.until or after.until > spell.until
    assert spell in INDEX.members[INDEX.lineage[spell]]


@given(SPELLS, st.integers(1981, 2026))
def test_a_unit_is_traced_to_the_one_that_stood(spell: UnitSpell, year: int) -> None:
    period = Period(f"{year}-01", f"{year}-12")
    found = INDEX.trace(spell, period)
    if found is not None:
        assert found.is_in_force(period)
        assert INDEX.lineage[found] == INDEX.lineage[spell]
    if spell.is_in_force(period):
        assert found is spell


def test_a_life_is_a_line_of_names_and_codes() -> None:
    (county,) = INDEX.find_by_code("130823", Period("2001-01", "2001-12"))
    assert [one.label for one in INDEX.list_life(county)] == ["132624 平泉县", "130823 平泉县", "130881 平泉市"]
    (city,) = INDEX.find_by_code("130881", Period("2020-01", "2020-12"))
    assert INDEX.list_life(city) == INDEX.list_life(county)
    assert [change.kind for change in INDEX.list_changes(city)] == ["recoded", "renamed"]
    (district,) = INDEX.find_by_code("110102", Period("2020-01", "2020-12"))
    assert [str(change) for change in INDEX.list_changes(district)] == [
        "2010-06-28 110104 宣武区 → 110102 西城区 (merged)"
    ]


def test_a_unit_is_followed_to_another_year_and_back() -> None:
    (county,) = INDEX.find_by_code("440321", Period("1990-01", "1990-12"))
    assert {one.name for one in INDEX.follow(county, "1990-12", "2010-12").today} == {"宝安区", "龙岗区"}
    (district,) = INDEX.find_by_code("440309", Period("2020-01", "2020-12"))
    assert [one.label for one in INDEX.find_standing(district, Period("1990-01", "1990-12"))] == ["440321 宝安县"]
    assert INDEX.find_standing(county, Period("1991-01", "1991-12")) == (county,)


def test_a_unit_made_of_two_goes_back_to_both_whichever_gave_it_its_code() -> None:
    (district,) = INDEX.find_by_code("500111", Period("2020-01", "2020-12"))
    before = INDEX.find_standing(district, Period("2010-01", "2010-12"))
    assert {one.label for one in before} == {"500111 双桥区", "500225 大足县"}
    assert {change.kind for change in INDEX.list_changes(district)} == {"merged"}


def test_a_split_unit_has_all_that_stands_on_its_ground() -> None:
    (county,) = INDEX.find_by_code("440321", Period("1990-01", "1990-12"))
    fate = INDEX.follow(county, "1990-12")
    assert {one.name for one in fate.today} == {"宝安区", "龙岗区", "龙华区", "坪山区", "光明区"}
    assert [change.kind for change in fate.changes] == ["split", "founded", "founded", "founded"]
    # A county that stands in the boundary table is that county, whatever was founded on a part of it.
    (district,) = INDEX.find_by_code("440306", Period("2010-01", "2010-12"))
    assert INDEX.follow(district, "2010-12").counties == ("440306",)
    assert {one.name for one in INDEX.follow(district, "2010-12").parts} == {"龙华区", "光明区"}


def test_a_change_newer_than_the_polygons_is_known() -> None:
    (district,) = INDEX.find_by_code("500112", Period("2024-01", "2024-12"))
    fate = INDEX.follow(district, "2024-12")
    assert [one.label for one in fate.today] == ["500157 两江新区", "500109 北碚区"]
    assert fate.counties == ("500112",)
    assert "渝府发〔2025〕15号" in fate.changes[0].source


def test_parents_are_those_of_the_time() -> None:
    (county,) = INDEX.find_by_code("512221", Period("1990-01", "1990-12"))
    assert INDEX.find_parents(county, Period("1990-01", "1990-12")) == ("四川省", "万县地区")
    (district,) = INDEX.find_by_code("110101", Period("2020-01", "2020-12"))
    assert INDEX.find_parents(district) == ("北京市", "北京市")
    (city,) = INDEX.find_by_code("420600", Period("2005-01", "2005-12"))
    assert INDEX.find_parents(city) == ("湖北省", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2001", ("2001-01", "2001-12")), ("2001.0", ("2001-01", "2001-12")), ("２００１年", ("2001-01", "2001-12")),
        ("2001年底", ("2001-01", "2001-12")), ("2001-05", ("2001-05", "2001-05")), ("2001/5/31", ("2001-05", "2001-05")),
        ("20010531", ("2001-05", "2001-05")), ("2001年5月1日", ("2001-05", "2001-05")), ("1899", None),
        ("二〇〇一年", ("2001-01", "2001-12")),
        ("2001-12-31 00:00:00", ("2001-12", "2001-12")), ("2001Q4", ("2001-10", "2001-12")),
        ("2001年第一季度", ("2001-01", "2001-03")), ("31/12/2001", ("2001-01", "2001-12")), ("2,001", ("2001-01", "2001-12")),
        ("2001年上半年", ("2001-01", "2001-06")), ("2001下半年", ("2001-07", "2001-12")), ("2001H2", ("2001-07", "2001-12")),
        ("Dec 2001", ("2001-12", "2001-12")), ("2001 September", ("2001-09", "2001-09")), ("FY2001", None), ("Mart 2001", None),
        ("2001 年 5 月", ("2001-05", "2001-05")), ("200105.0", ("2001-05", "2001-05")),
        ("2001-13", None), ("2001-05-32", None), ("", None), ("98", None), ("2001-2002", None), ("36892", None), ("不详", None),
    ],
)  # fmt: skip
def test_years_and_dates_are_read(text: str, expected: tuple[str, str] | None) -> None:
    assert read_period(text) == expected


def test_ground_that_moved_is_told_of_both_sides() -> None:
    for code in ("130427", "130402"):
        (spell,) = INDEX.find_by_code(code, Period("2020-01", "2020-12"))
        assert any(one.kind == "boundary moved" and "高臾镇" in str(one) for one in INDEX.list_changes(spell))
    (county,) = INDEX.find_by_code("130427", Period("2010-01", "2010-12"))
    assert INDEX.follow(county, "2010-12").counties == ("130427",)
    assert len(INDEX.follow(county, "2010-12").changes) == 2
    assert INDEX.follow(county, "2017-12").changes == ()
