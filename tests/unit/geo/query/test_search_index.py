"""Search and whereabouts: every way a name may be typed, coordinates, counties by point, neighbours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.query.coordinate_parser import parse_point
from pilotzones.geo.query.county_index import CountyIndex, list_neighbours, map_zones_by_county
from pilotzones.geo.query.search_index import SearchIndex, build_index


@pytest.fixture(scope="module")
def counties(tianditu: Boundaries) -> CountyIndex:
    return CountyIndex(tianditu)


@pytest.fixture(scope="module")
def index(joined: JoinedProgramme, counties: CountyIndex) -> SearchIndex:
    return build_index(joined, counties)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("余杭", "county", "余杭区"),
        ("餘杭區", "county", "余杭区"),
        ("yuhang", "county", "余杭区"),
        ("Yu Hang Qu", "county", "余杭区"),
        ("yuhang district", "county", "余杭区"),
        ("330110", "county", "余杭区"),
        ("ｙｕｈａｎｇ", "county", "余杭区"),
        ("海盐", "county", "海盐县"),
        ("hyx", "county", "海盐县"),
        ("济南市中区", "county", "市中区"),
        ("chongqing", "province", "重庆市"),
        ("cq", "province", "重庆市"),
        ("changxing", "county", "长兴县"),
        ("Xi'an", "prefecture", "西安市"),
        ("xian", "prefecture", "西安市"),
        ("lvliang", "prefecture", "吕梁市"),
        ("Urumqi", "prefecture", "乌鲁木齐市"),
        ("浙江嘉湖", "zone", "浙江嘉湖片区"),
        ("Western Chengdu", "zone", "四川成都西部片区"),
        ("8", "zone", "四川成都西部片区"),
        ("集体经营性建设用地", "task", "集体经营性建设用地入市"),
        ("jtjyxjsydrs", "task", "集体经营性建设用地入市"),
        ("Collective commercial", "task", "集体经营性建设用地入市"),
        ("建立农村集体经营性建设用地入市制度", "task", "集体经营性建设用地入市"),
        ("西咸新区", "member", "西咸新区"),
        ("haiyann", "county", "海盐县"),
    ],
)
def test_a_name_is_found_however_it_is_typed(index: SearchIndex, typed: str, kind: str, name: str) -> None:
    first = index.find(typed)[0]
    assert (first.kind, first.name_zh) == (kind, name)


def test_results_say_whose_zone_and_where(index: SearchIndex) -> None:
    first = index.find("海盐县")[0]
    assert first.zones == (1,)
    assert first.within == ("浙江省", "嘉兴市")
    assert first.box is not None
    assert {entry.within[-1] for entry in index.find("市中区")} == {"济南市", "枣庄市", "内江市", "乐山市"}
    task = index.find("集体经营性建设用地入市")[0]
    assert len(task.zones) == 10


@pytest.mark.parametrize("typed", ["", "   ", "'", "999999", "<img onerror>", "{{7*191}}", "没有这个地方啊"])
def test_what_is_nothing_finds_nothing(index: SearchIndex, typed: str) -> None:
    assert index.find(typed) == []


@pytest.mark.slow
@given(st.text(max_size=80))
def test_any_text_may_be_typed(index: SearchIndex, typed: str) -> None:
    assert len(index.find(typed, most=5)) <= 5
    parse_point(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "120.3,30.4",
        "120.3 30.4",
        "30.4 120.3",
        "30.4，120.3",
        "120.3E 30.4N",
        "N30.4 E120.3",
        "30°24′N 120°18′E",
        "东经120°18′，北纬30°24′",
        "120°18'0\"E, 30°24'0\"N",
        "东经120度18分0秒 北纬30度24分",
    ],
)
def test_a_coordinate_is_read_in_either_order(typed: str) -> None:
    assert parse_point(typed) == pytest.approx((120.3, 30.4))


@pytest.mark.parametrize(
    "typed", ["120.3", "330110", "120.3E 30.4E", "120.3, 30.4, 5", "0,0", "200 30", "120.3E 30.4", "abc"]
)
def test_what_is_no_coordinate_of_china_is_none(typed: str) -> None:
    assert parse_point(typed) is None


def test_every_county_says_which_zone_it_belongs_to_or_none(joined: JoinedProgramme, counties: CountyIndex) -> None:
    zones = map_zones_by_county(joined)
    assert len(zones) == joined.matched
    for county in counties.counties[::60]:
        lon, lat = counties.find_inner_point(county)
        place = counties.find_place(joined, lon, lat)
        assert place.county == county
        if county.adcode in zones:
            assert (place.zone, place.is_host) == (zones[county.adcode], False)


def test_a_host_of_a_special_area_is_told_apart_and_the_sea_is_nowhere(
    joined: JoinedProgramme, counties: CountyIndex
) -> None:
    host = counties.find_county("610402")  # 秦都区 holds a part of 西咸新区
    place = counties.find_place(joined, *counties.find_inner_point(host))
    assert (place.zone, place.is_host) == (10, True)
    nowhere = counties.find_place(joined, 125.0, 30.0)
    assert (nowhere.county, nowhere.zone) == (None, None)


def test_neighbours_border_and_do_not_belong(joined: JoinedProgramme, counties: CountyIndex) -> None:
    found = {one.county.name: one.zone for one in list_neighbours(joined, counties, 4)}
    assert found["长兴县"] == 1
    assert found["江宁区"] is None
    assert "宜兴市" not in found
    assert {one.county.name for one in list_neighbours(joined, counties, 1) if one.zone} == {"宜兴市"}


@pytest.mark.parametrize(
    ("typed", "name", "former"),
    [
        ("平泉县", "平泉市", "平泉县"), ("pingquanxian", "平泉市", "平泉县"), ("宣武区", "西城区", "宣武区"),
        ("襄樊", "襄阳市", "襄樊市"),
        ("平泉", "平泉市", ""), ("西城区", "西城区", ""),
    ],
)  # fmt: skip
def test_an_old_name_finds_what_it_is_today(index: SearchIndex, typed: str, name: str, former: str) -> None:
    entry = index.find(typed)[0]
    assert (entry.name_zh, entry.find_former_name(typed)) == (name, former)
