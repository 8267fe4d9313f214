"""Places of a text of another year: codes of today on the ground that they had then."""

from __future__ import annotations

import pytest

from pilotzones.geo.places import Decisions, ResolvedRow, resolve_names, resolve_text
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.history import Period, find_ground, list_lowest, load_unit_index


def _resolve(name: str, as_of: str | None) -> ResolvedRow:
    (row,) = resolve_text(name, as_of=as_of).rows
    assert resolve_names([name], as_of=as_of).rows[0].adcode == row.adcode
    return row


@pytest.mark.parametrize(
    ("name", "as_of", "level", "codes"),
    [
        # 涪陵区 is one of five; 巢湖地区 became parts of three cities; 莱芜市 two districts.
        ("涪陵地区", "1994", "prefecture", {"500102", "500119", "500156", "500230", "500231"}),
        ("巢湖市", "2010", "prefecture", {"340124", "340181", "340281", "340522", "340523"}),
        ("莱芜市", "2017", "prefecture", {"370116", "370117"}),
        ("四川省", "1990", "province", {"510000", "500000"}),
        ("广东省", "1987", "province", {"440000", "460000"}),
        # 临平区 was founded on a part of 余杭区, 龙华区 and 光明区 on parts of 宝安区.
        ("余杭区", "2020", "county", {"330110", "330113"}),
        ("余杭区", "1994", "county", {"330110", "330113"}),
        ("余杭市", "1999", "county", {"330110", "330113"}),
        ("深圳市宝安区", "2010", "county", {"440306", "440309", "440311"}),
        ("深圳市宝安区", "2017", "county", {"440306", "440311"}),
        # Nothing but names and codes changed.
        ("襄樊市", "2009", "prefecture", {"420600"}),
        ("思茅市", "2005", "prefecture", {"530800"}),
        ("普洱市", "2008", "prefecture", {"530800"}),
        ("淮阴县", "2000", "county", {"320804"}),
        ("余杭区", "2022", "county", {"330110"}),
        # A county that became a prefecture, which took others in.
        ("通化市", "1985", "county", {"220502", "220503"}),
        ("日照县", "1985", "county", {"371102", "371103"}),
        ("成都市", "2018", "prefecture", {"510100"}),
        # 莱芜市 joined 济南市 on 2019-01-09, although a table of 2019-04 has it still.
        ("济南市", "2019", "prefecture", {"370100"}),
        ("莱芜市", "2018-12", "prefecture", {"370116", "370117"}),
    ],
)
def test_codes_cover_the_ground_of_the_time(name: str, as_of: str, level: str, codes: set[str]) -> None:
    row = _resolve(name, as_of)
    assert (row.status, row.level, set(row.adcode)) == ("accepted", level, codes)
    assert row.candidates == ()


@pytest.mark.parametrize(
    ("name", "as_of", "outside", "inside"),
    [
        ("成都市", "2012", "510185", "510104"),
        ("济南市", "2018", "370116", "370102"),
        ("合肥市", "2010", "340181", "340121"),
        ("重庆市", "1990", "500102", "500103"),
        ("四平市", "2019", "", "220184"),
    ],
)
def test_a_prefecture_has_the_counties_of_the_time(name: str, as_of: str, outside: str, inside: str) -> None:
    row = _resolve(name, as_of)
    assert row.status == "accepted"
    assert row.level == "prefecture"
    assert outside not in row.adcode
    assert inside in row.adcode
    assert "former_ground" in {reason.code for reason in row.reasons}
    assert row.ground_as_of == f"{as_of}-06"


@pytest.mark.parametrize(
    ("name", "as_of", "other"),
    [
        ("东城区（北京市）", "2009", "110103 崇文区"),
        ("萧山区", "2018", "330114 钱塘区"),
        ("铁力市", "2018", ""),
        ("武进区", "2014", "320411 新北区"),
    ],
)
def test_polygons_with_other_limits_are_said_to_be(name: str, as_of: str, other: str) -> None:
    (row,) = resolve_text(name, as_of=as_of).rows
    assert row.status == "accepted"
    (why,) = [reason for reason in row.reasons if reason.code == "limits_changed"]
    assert other in str(why)
    assert "limits_changed" not in {reason.code for reason in resolve_text(name).rows[0].reasons}


@pytest.mark.parametrize(("name", "as_of"), [("崇文区", "2009"), ("江干区", "2020"), ("萧山市", "1999")])
def test_a_county_that_ended_without_polygons_of_its_own_stays_in_review(name: str, as_of: str) -> None:
    assert _resolve(name, as_of).status == "review"


def test_a_text_without_a_date_is_as_of_today() -> None:
    for name in ("涪陵地区", "莱芜市", "成都市", "余杭区"):
        row = _resolve(name, None)
        assert row.ground_as_of == ""
        assert "former_ground" not in {reason.code for reason in row.reasons}


@pytest.mark.parametrize(
    ("code", "as_of", "codes", "former"),
    [
        ("512300", "1994", {"500102", "500119", "500156", "500230", "500231"}, "512300 涪陵地区"),
        ("341400", "2010", {"340124", "340181", "340281", "340522", "340523"}, "341400 巢湖市"),
        ("371200", "2017", {"370116", "370117"}, "371200 莱芜市"),
        ("330110", "2020", {"330110", "330113"}, "330110 余杭区"),
        ("420600", "2005", {"420600"}, "420600 襄樊市"),
    ],
)
def test_codes_of_the_time_have_its_ground(code: str, as_of: str, codes: set[str], former: str) -> None:
    (row,) = resolve_text(code, as_of=as_of).rows
    assert (row.status, set(row.adcode)) == ("accepted", codes)
    assert row.former_unit == former


def test_a_decision_for_a_unit_of_today_has_its_ground_at_the_date() -> None:
    (row,) = resolve_text("成都", as_of="2012").rows
    decisions = Decisions()
    decisions.decide(row, ["510100"], who="a", why="b")
    (decided,) = resolve_text("成都", as_of="2012", decisions=decisions).rows
    assert decided.method == "decision"
    assert "510185" not in decided.adcode
    assert set(decided.adcode) < {one.code for one in load_gazetteer().counties_of["510100"]}


@pytest.mark.parametrize("as_of", ["1985-06", "1994-06", "2008-06"])
def test_every_prefecture_and_province_of_a_year_has_its_ground(as_of: str) -> None:
    index, when = load_unit_index(), Period(as_of, as_of)
    units = [
        one for one in index.spells if one.level != "county" and one.is_in_force(when) and one.change != "misprint"
    ]
    units = [one for one in units if one.code[:2] not in {"71", "81", "82"}]
    provinces = [index.find_parents(one, when)[0] if one.level == "prefecture" else None for one in units]
    rows = resolve_names([one.name for one in units], as_of=as_of, provinces=provinces).rows
    for unit, row in zip(units, rows, strict=True):
        assert row.status == "accepted", unit.label
        assert {lowest for code in row.adcode for lowest in list_lowest(code)} == find_ground(unit, as_of).counties
