"""Members on polygons: none dropped, each with a status, no special area with a polygon that is not its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.errors import Problem
from pilotzones.geo.geometry.area import compute_area_km2
from pilotzones.geo.join import JoinedProgramme, check_join, find_zone_at, join
from tests.helpers.examples import examples

if TYPE_CHECKING:
    import geopandas as gpd

    from pilotzones.geo.catalogue.models import Programme

UNMAPPED = {
    "英德市连樟样板区": "point",
    "济南高新技术产业开发区": "host_only",
    "西咸新区": "point",
    "长春新区": "host_only",
    "净月高新技术产业开发区": "host_only",
    "吉林市中新食品区": "point",
}
# Sum of the ordinary and coextensive members on Tianditu's polygons, as measured apart from this code [km²].
MEASURED = {1: 10103.9, 3: 9505.3, 4: 6319.9, 5: 12749.9, 6: 4981.3, 7: 3551.0, 8: 7670.4, 9: 15317.7, 11: 10284.8}


def member(joined: JoinedProgramme, name: str) -> dict[str, object]:
    rows = joined.members[joined.members["listed_name"] == name]
    assert len(rows) == 1
    return dict(rows.iloc[0])


def changed(boundaries: Boundaries, counties: gpd.GeoDataFrame) -> Boundaries:
    return replace(boundaries, counties=counties)


# --- the programme of 2019 on the built-in sources ---


@pytest.mark.parametrize("source", ["tianditu", "amap"])
def test_86_members_in_are_86_rows_out_in_document_order(programme: Programme, source: str) -> None:
    joined = join(programme, load(source))
    assert list(joined.members["member_id"]) == [member.id for member in programme.members]
    assert list(joined.members["listed_name"]) == [member.listed_name for member in programme.members]
    assert joined.members["status"].value_counts().to_dict() == {"matched": 78, "coextensive": 2, "no_polygon": 6}
    assert joined.matched == 80
    assert check_join(joined) == []


def test_namesakes_are_told_apart_by_code(joined: JoinedProgramme) -> None:
    row = member(joined, "市中区")
    assert (row["adcode"], row["prefecture"], row["status"]) == ("370103", "济南市", "matched")
    assert shapely.contains(row["geometry"], shapely.Point(116.99, 36.62))


def test_special_areas_never_have_a_polygon_that_is_not_their_own(joined: JoinedProgramme) -> None:
    special = joined.members[joined.members["status"] == "no_polygon"].set_index("listed_name")
    assert special["geometry_quality"].to_dict() == UNMAPPED
    assert special["computed_area_km2"].isna().all()
    assert special["adcode"].isna().all()
    for name, quality in UNMAPPED.items():
        geometry = special.loc[name, "geometry"]
        assert geometry.geom_type == "Point" if quality == "point" else geometry is None


def test_yingde_is_never_drawn_as_the_model_area_in_it(joined: JoinedProgramme) -> None:
    assert "441881" not in set(joined.members["adcode"])
    yingde = joined.boundaries.counties.set_index("adcode").loc["441881", "geometry"]
    for shape in (*joined.members.geometry, *joined.zones.geometry):
        if shape is not None:
            assert shapely.area(shapely.intersection(shape, yingde)) < 1e-9
    (host,) = joined.hosts[joined.hosts["listed_name"] == "英德市连樟样板区"].to_dict("records")
    assert (host["host_adcode"], host["host_name"], host["host_is_listed"]) == ("441881", "英德市", False)
    assert shapely.contains(yingde, member(joined, "英德市连樟样板区")["geometry"])


@pytest.mark.parametrize(
    ("name", "code", "county"),
    [("平潭综合实验区", "350128", "平潭县"), ("杨凌农业高新技术产业示范区", "610403", "杨陵区")],
)
def test_coextensive_areas_are_their_county(joined: JoinedProgramme, name: str, code: str, county: str) -> None:
    row = member(joined, name)
    assert (row["status"], row["geometry_quality"]) == ("coextensive", "coextensive")
    assert (row["adcode"], row["county_name"]) == (code, county)


def test_points_lie_in_their_hosts(joined: JoinedProgramme) -> None:
    points = joined.members[joined.members["geometry_quality"] == "point"]
    assert len(points) == 3
    for row in points.itertuples():
        hosts = joined.hosts[joined.hosts["member_id"] == row.member_id]
        assert shapely.contains(shapely.union_all(hosts.geometry.to_numpy()), row.geometry)


def test_hosts_that_are_members_are_marked(joined: JoinedProgramme) -> None:
    listed = joined.hosts[joined.hosts["host_is_listed"]]
    assert set(listed["host_adcode"]) == {"370112", "370113", "610481", "220113", "220221"}
    assert joined.hosts["host_name"].notna().all()


# --- areas ---


def test_zone_areas_are_those_measured_apart(joined: JoinedProgramme) -> None:
    found = joined.zones.set_index("zone")["computed_area_km2"]
    for zone, expected in MEASURED.items():
        assert found[zone] == pytest.approx(expected, abs=0.06)


def test_a_zones_sum_is_that_of_its_members_and_the_area_of_their_union(joined: JoinedProgramme) -> None:
    for zone in joined.zones.itertuples():
        own = joined.members[joined.members["zone"] == zone.zone]
        assert zone.computed_area_km2 == pytest.approx(own["computed_area_km2"].sum(), rel=1e-12)
        assert zone.union_area_km2 == pytest.approx(zone.computed_area_km2, rel=1e-9)
        assert zone.members_counted == own["geometry_quality"].isin(["exact", "coextensive"]).sum()
        assert zone.members_total == len(own)


def test_members_that_overlap_make_sum_and_union_differ(programme: Programme, tianditu: Boundaries) -> None:
    counties = tianditu.counties.set_index("adcode", drop=False)
    moved = counties.geometry.copy()
    # 建安区 lies round 魏都区: fill it up, and 魏都区 is counted twice.
    moved["411003"] = shapely.union(moved["411003"], moved["411002"])
    overlapping = join(programme, changed(tianditu, counties.set_geometry(moved).reset_index(drop=True)))
    zone = overlapping.zones.set_index("zone").loc[6]
    twice = float(compute_area_km2(np.array([counties.loc["411002", "geometry"]]))[0])
    assert zone["computed_area_km2"] - zone["union_area_km2"] == pytest.approx(twice, rel=1e-6)


def test_a_members_area_is_that_of_its_county(joined: JoinedProgramme) -> None:
    counties = joined.boundaries.counties.set_index("adcode")
    counted = joined.counted
    shapes = counties.loc[list(counted["adcode"]), "geometry"].to_numpy()
    np.testing.assert_allclose(counted["computed_area_km2"], compute_area_km2(shapes), rtol=1e-12)
    assert all(a is b or a.equals(b) for a, b in zip(counted.geometry, shapes, strict=True))


# --- sources that lack something ---


@pytest.mark.slow
@examples(25)
@given(data=st.data())
def test_whatever_a_source_lacks_no_member_is_lost(
    programme: Programme, tianditu: Boundaries, data: st.DataObject
) -> None:
    listed = sorted({m.adcode for m in programme.members if m.adcode} | {"441881", "610402", "220102"})
    removed = data.draw(st.sets(st.sampled_from(listed)) | st.just(set(listed)))
    counties = tianditu.counties[~tianditu.counties["adcode"].isin(removed)]
    poorer = join(programme, changed(tianditu, counties))
    assert list(poorer.members["member_id"]) == [m.id for m in programme.members]
    for row, entry in zip(poorer.members.itertuples(), programme.members, strict=True):
        if entry.special is not None and entry.special.extent != "coextensive":
            assert (row.status, row.geometry_quality) == ("no_polygon", UNMAPPED[row.listed_name])
            continue
        gone = entry.adcode in removed
        assert (row.status == "missing") == (row.geometry_quality == "none") == (row.geometry is None) == gone
        assert np.isnan(row.computed_area_km2) == gone
    missing = {problem.value for problem in check_join(poorer) if problem.field == "adcode_2019"}
    assert missing == {m.adcode for m in programme.members} & removed
    hosts = {problem.value for problem in check_join(poorer) if problem.field == "host_adcodes"}
    assert hosts == set(poorer.hosts["host_adcode"]) & removed
    assert list(poorer.zones["members_total"]) == [len(zone.members) for zone in programme.zones]
    assert poorer.matched == 80 - len(removed & {m.adcode for m in programme.members})


def test_a_zone_with_no_polygon_at_all_has_no_area(programme: Programme, tianditu: Boundaries) -> None:
    codes = {m.adcode for m in programme.get_zone(7).members}
    poorer = join(programme, changed(tianditu, tianditu.counties[~tianditu.counties["adcode"].isin(codes)]))
    zone = poorer.zones.set_index("zone").loc[7]
    assert np.isnan(zone["computed_area_km2"])
    assert zone["geometry"] is None
    assert (zone["members_counted"], zone["members_total"]) == (0, 3)


def recoded(boundaries: Boundaries, code: str, **values: object) -> Boundaries:
    counties = boundaries.counties.copy()
    for column, value in values.items():
        counties.loc[counties["adcode"] == code, column] = value
    return changed(boundaries, counties)


def test_a_county_with_another_code_is_found_by_name_in_its_prefecture(
    programme: Programme, tianditu: Boundaries
) -> None:
    joined = join(programme, recoded(tianditu, "330481", adcode="330499"))
    row = member(joined, "海宁市")
    assert (row["status"], row["geometry_quality"], row["adcode"]) == ("matched_by_name", "exact", "330499")
    assert row["adcode_2019"] == "330481"
    (problem,) = check_join(joined)
    assert (problem.file, problem.field, problem.value) == ("members.csv", "adcode_2019", "330481")
    assert "330499" in problem.message


def test_two_of_one_name_in_a_prefecture_are_not_guessed_between(programme: Programme, tianditu: Boundaries) -> None:
    twice = recoded(tianditu, "330481", adcode="330499")
    twice = recoded(twice, "330482", name="海宁市")
    assert member(join(programme, twice), "海宁市")["status"] == "missing"


def test_a_name_in_another_prefecture_is_no_match(programme: Programme, tianditu: Boundaries) -> None:
    # Without its own 市中区, Jinan's must not become that of Zaozhuang, Leshan or Neijiang.
    joined = join(programme, changed(tianditu, tianditu.counties[tianditu.counties["adcode"] != "370103"]))
    assert member(joined, "市中区")["status"] == "missing"


def test_another_name_under_the_same_code_is_told(programme: Programme, tianditu: Boundaries) -> None:
    joined = join(programme, recoded(tianditu, "330481", name="盐官市"))
    assert member(joined, "海宁市")["status"] == "matched"
    (problem,) = check_join(joined)
    assert "盐官市" in problem.message


def test_the_code_of_a_namesake_elsewhere_is_told(programme: Programme, tianditu: Boundaries) -> None:
    zone = programme.get_zone(5)
    wrong = tuple(replace(m, adcode="370402") if m.listed_name == "市中区" else m for m in zone.members)
    zones = tuple(replace(z, members=wrong) if z.order == 5 else z for z in programme.zones)
    (problem,) = check_join(join(replace(programme, zones=zones), tianditu))
    assert (problem.severity, problem.value) == ("warning", "370402")
    assert "枣庄市" in problem.message
    assert "济南市" in problem.message


def test_a_source_without_codes_is_joined_by_name(programme: Programme, tianditu: Boundaries) -> None:
    nameless = changed(tianditu, tianditu.counties.assign(adcode=None))
    joined = join(programme, nameless)
    ordinary = joined.members[joined.members["kind"] == "county"]
    assert set(ordinary["status"]) == {"matched_by_name"}
    # Unknown is None everywhere, never NaN.
    assert all(code is None for code in joined.members["adcode"])
    assert len(check_join(joined)) >= 78


def test_repairs_of_a_source_are_told_with_the_join(programme: Programme, tianditu: Boundaries) -> None:
    repair = Problem("f", "invalid_polygon", 1, "geometry", "330402", severity="warning")
    assert check_join(join(programme, replace(tianditu, repairs=(repair,)))) == [repair]


# --- clicks ---


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [
        (113.85, 34.03, 6),  # 魏都区
        (113.4, 24.2, 3),  # 英德市, host of the model area
        (116.4, 39.9, None),  # Beijing
        (0.0, 0.0, None),
    ],
)
def test_a_place_belongs_to_the_zone_of_its_member_or_host(
    joined: JoinedProgramme, lon: float, lat: float, expected: int | None
) -> None:
    assert find_zone_at(joined, lon, lat) == expected


def test_only_zones_on_screen_answer_a_click(joined: JoinedProgramme) -> None:
    assert find_zone_at(joined, 113.85, 34.03, among=[1, 2]) is None
    assert find_zone_at(joined, 113.85, 34.03, among=[6]) == 6


def test_every_counted_member_answers_with_its_zone(joined: JoinedProgramme) -> None:
    counted = joined.counted
    for row in counted.itertuples():
        point = row.geometry.representative_point()
        assert find_zone_at(joined, point.x, point.y) == row.zone


# --- every cell ---


def test_every_cell_says_what_the_programme_says(joined: JoinedProgramme) -> None:
    members, zones = joined.members, joined.zones
    own = "member_id zone position listed_name kind status geometry_quality adcode_2019 adcode county_name province prefecture"
    assert list(members.columns) == [
        *own.split(), "host_adcodes", "where_in_document", "official_name", "geometry", "computed_area_km2",
    ]  # fmt: skip
    for row, entry in zip(members.itertuples(), joined.programme.members, strict=True):
        assert (row.member_id, row.zone, row.position, row.kind) == (entry.id, entry.zone, entry.position, entry.kind)
        assert (row.listed_name, row.official_name) == (entry.listed_name, entry.name)
        assert (row.province, row.prefecture, row.adcode_2019) == (entry.province, entry.prefecture, entry.adcode)
        assert row.where_in_document == entry.where_in_document
        assert row.host_adcodes == (entry.special.host_adcodes if entry.special else ())
    assert any(members["host_adcodes"])
    own = (
        "zone name_zh name_en region province tasks stated_area_text stated_area_km2 computed_area_km2 members_counted"
    )
    assert list(zones.columns) == [*own.split(), "members_total", "where_in_document", "geometry", "union_area_km2"]
    for row, zone in zip(zones.itertuples(), joined.programme.zones, strict=True):
        assert (row.zone, row.name_zh, row.name_en) == (zone.order, zone.name_zh, zone.name_en)
        assert (row.region, row.province, row.tasks) == (zone.region, zone.province, zone.tasks)
        assert (row.stated_area_text, row.stated_area_km2) == (zone.stated_area_text, zone.stated_area_km2)
        assert row.where_in_document == zone.where_in_document


def test_a_prefecture_listed_whole_is_the_union_of_its_counties(programme: Programme, tianditu: Boundaries) -> None:
    first = programme.get_zone(6).members[0]
    whole = replace(first, kind="prefecture", adcode="411000", listed_name="许昌市", excluded=("411002",))
    unknown = replace(whole, position=first.position + 1, adcode="419900", excluded=())
    zone = replace(programme.get_zone(6), members=(whole, unknown))
    zones = tuple(zone if one.order == 6 else one for one in programme.zones)
    joined = join(replace(programme, zones=zones), tianditu)
    row, other = joined.members[joined.members["zone"] == 6].to_dict("records")
    assert (row["status"], row["geometry_quality"], row["adcode"], row["county_name"]) == (
        "whole", "exact", "411000", "许昌市",
    )  # fmt: skip
    counties = tianditu.counties
    parts = counties[(counties["prefecture_adcode"] == "411000") & (counties["adcode"] != "411002")]
    assert len(parts) > 3
    assert row["geometry"].equals(shapely.union_all(parts.geometry.to_numpy()))
    assert row["computed_area_km2"] == pytest.approx(compute_area_km2(parts.geometry.to_numpy()).sum(), rel=1e-9)
    assert (other["status"], other["geometry_quality"], other["adcode"], other["county_name"], other["geometry"]) == (
        "missing", "none", None, None, None,
    )  # fmt: skip


def test_every_problem_of_a_join_is_a_warning_with_its_place(programme: Programme, tianditu: Boundaries) -> None:
    codes = {"330481", "441881"}
    poorer = changed(tianditu, tianditu.counties[~tianditu.counties["adcode"].isin(codes)])
    told = {(one.file, one.field, one.value, one.severity) for one in check_join(join(programme, poorer))}
    assert told == {
        ("members.csv", "adcode_2019", "330481", "warning"),
        ("special_areas.csv", "host_adcodes", "441881", "warning"),
    }
