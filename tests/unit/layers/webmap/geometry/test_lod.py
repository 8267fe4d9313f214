"""Levels of detail: joined at every level, made when asked for, the same from the disk."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from starlette.applications import Starlette
from starlette.testclient import TestClient

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.files.disk_cache import get_bundle, get_cache_folder, put_bundle
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.query.unit_comparison import find_divisions_in_year
from pilotzones.layers.server.routes import make_routes
from pilotzones.layers.webmap.geometry.builder import load_or_build, prepare_context, prepare_programme
from pilotzones.layers.webmap.geometry.lod import Level, build_levels, get_or_build, make_bundle_key
from pilotzones.layers.webmap.geometry.lod_layers import prepare_counties, prepare_county_cards, register_details
from pilotzones.layers.webmap.geometry.lod_registry import FineLevels
from pilotzones.layers.webmap.geometry.store import GeometryStore


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PILOTZONES_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def _features(store: GeometryStore, address: str) -> dict[str, shapely.Geometry]:
    entry = store.find_entry(address)
    assert entry is not None
    return {
        feature["id"]: shapely.from_geojson(json.dumps(feature["geometry"]))
        for feature in json.loads(entry.decompress())["features"]
    }


def _wavy(rows: int) -> gpd.GeoDataFrame:
    """Strips with wavy borders in common."""
    x = np.linspace(0, 4, 200)
    lines = [np.column_stack([x, row + 0.1 * np.sin(9 * x + row)]) for row in range(rows + 1)]
    strips = [shapely.Polygon([*lines[row], *lines[row + 1][::-1]]) for row in range(rows)]
    frame = {"feature": [f"s{row}" for row in range(rows)], "part": ["a", *["b"] * (rows - 1)]}
    return gpd.GeoDataFrame(frame, geometry=strips, crs="EPSG:4326")


def test_neighbours_stay_joined_at_every_level_and_across_parts() -> None:
    store, frame = GeometryStore(), _wavy(4)
    levels = (Level(2, 0.08, 3), Level(5, 0.02, 4), Level(9, 0, 5))
    listed = json.loads(build_levels(frame, levels, {"all": lambda one: one}, part_column="part", store=store)["all"])[
        "levels"
    ]
    assert [level["zoom"] for level in listed] == [2, 5, 9]
    counts = []
    for level in listed:
        shapes = {}
        for part in level["parts"]:
            found = _features(store, part["url"])
            (south, west), (north, east) = part["bounds"]
            assert shapely.box(west, south, east, north).buffer(0.001).contains(shapely.union_all([*found.values()]))
            shapes |= found
        assert sorted(shapes) == ["s0", "s1", "s2", "s3"]
        together = shapely.union_all([*shapes.values()])
        assert together.geom_type == "Polygon"
        assert not together.interiors
        assert together.area == pytest.approx(sum(shape.area for shape in shapes.values()), rel=1e-9)
        counts.append(sum(shapely.get_num_coordinates(shape) for shape in shapes.values()))
    assert counts == sorted(counts)
    assert counts[-1] == shapely.get_num_coordinates(frame.geometry.to_numpy()).sum()


def test_members_are_drawn_as_the_source_has_them_when_close(joined: JoinedProgramme) -> None:
    store, levels = GeometryStore(), FineLevels()
    drawn, context = prepare_programme(joined, store=store), prepare_context(joined.boundaries, store=store)
    register_details(joined, drawn, context, store=store, levels=levels)
    listed = json.loads(levels.get_list(drawn.members) or "")["levels"]
    (finest,) = listed
    shapes: dict[str, shapely.Geometry] = {}
    for part in finest["parts"]:
        shapes |= _features(store, part["url"])
    counted = joined.members[joined.members["member_id"].isin(shapes)]
    assert len(counted) == len(shapes) == 80
    for row in counted.itertuples():
        assert shapely.hausdorff_distance(shapes[row.member_id], row.geometry) < 1e-5
    assert levels.get_list("geometry/" + "0" * 64 + ".json") is None


@pytest.mark.slow
def test_a_programme_comes_back_from_the_disk_as_it_was_prepared(
    joined: JoinedProgramme, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh, first, again = GeometryStore(), GeometryStore(), GeometryStore()
    prepared = prepare_programme(joined, store=fresh)
    assert load_or_build(joined, store=first) == prepared
    (bundle,) = folder.iterdir()
    written = bundle.stat().st_ino
    assert load_or_build(joined, store=again) == prepared
    assert bundle.stat().st_ino == written
    for address in (prepared.members, prepared.zones, prepared.hosts, prepared.points):
        assert again.find_entry(address) == fresh.find_entry(address)
    # Cards name areas and places: another way of computing them is another bundle, and so is another catalogue.
    load_or_build(replace(joined, method="planar"), store=again)
    assert len([*folder.iterdir()]) == 2
    monkeypatch.setattr("pilotzones.layers.webmap.geometry.builder.build_manifest", lambda: "another catalogue")
    load_or_build(joined, store=again)
    assert len([*folder.iterdir()]) == 3


@pytest.mark.slow
def test_all_counties_begin_small_and_come_back_from_the_disk(tianditu: Boundaries, folder: Path) -> None:
    first, again = GeometryStore(), GeometryStore()
    levels = FineLevels()
    net = prepare_counties(tianditu, store=first, levels=levels)
    base = first.find_entry(net.counties)
    assert base is not None
    assert len(base.gzipped) < 400_000
    shapes = _features(first, net.counties)
    assert len(shapes) == len(tianditu.counties) == 2891
    borders = _features(first, net.prefectures)
    # A prefecture's line runs along the very vertices of its counties.
    corners = {tuple(place) for shape in shapes.values() for place in shapely.get_coordinates(shape).tolist()}
    places = shapely.get_coordinates([*borders.values()]).tolist()
    # The source has a few counties that overlap by a hair; there the union puts vertices of its own.
    assert np.mean([tuple(place) in corners for place in places]) > 0.995
    assert len(_features(first, net.provinces)) == tianditu.counties["province_adcode"].nunique()
    assert len([*folder.iterdir()]) == 1
    assert prepare_counties(tianditu, store=again, levels=FineLevels()) == net
    assert again.find_entry(net.counties) == base


def test_the_cards_of_all_counties_are_those_of_a_year(tianditu: Boundaries) -> None:
    store = GeometryStore()
    codes = list(tianditu.counties["adcode"])
    today, then, later = (
        json.loads(kept.decompress())
        for in_year in (None, find_divisions_in_year(codes, 2001), find_divisions_in_year(codes, 2025))
        if (kept := store.find_entry(prepare_county_cards(tianditu, in_year, store=store))) is not None
    )
    pingquan, dongcheng, haidian, liangjiang, huyanghe = (
        f"c{codes.index(code)}" for code in ("130881", "110101", "110108", "500112", "659010")
    )
    assert today[pingquan]["zh"] == ["平泉市", "河北省 承德市 · 130881"]
    assert then[pingquan]["zh"][:3] == ["平泉县", "河北省 承德市 · 130823", "边界数据（2024-01）中为 130881 平泉市"]
    assert then[pingquan]["en"][:2] == ["Pingquan County 平泉县", "Chengde City, Hebei Province · 130823"]
    assert (
        then[haidian]
        == today[haidian]
        == {"zh": ["海淀区", "北京市 · 110108"], "en": ["Haidian District 海淀区", "Beijing · 110108"]}
    )
    assert then[dongcheng]["zh"][:2] == ["东城区、崇文区", "北京市 · 110101、110103"]
    assert then[huyanghe]["zh"][-1] == "2001 年末：代码表中无对应单位"
    assert later[liangjiang]["zh"][0] == "两江新区、北碚区"
    assert later[liangjiang]["zh"][-1] == "边界为 2024-01，早于 2025 年末的范围"
    changed = [card["zh"] for feature, card in then.items() if card != today[feature]]
    assert len(changed) > 600
    assert all(any("2024-01" in line or "2001 年末" in line for line in card) for card in changed)


def test_a_spoilt_bundle_is_made_again(folder: Path) -> None:
    key = make_bundle_key("source", "thing")
    made = []

    def make() -> dict[str, str]:
        made.append(1)
        return {"thing": store.put(b'{"features":[]}')}

    store = GeometryStore()
    names = get_or_build(key, make, store=store)
    assert get_or_build(key, make, store=GeometryStore()) == names
    assert len(made) == 1
    (path,) = folder.iterdir()
    for content in (b"", b"no archive", path.read_bytes()[:-30], path.read_bytes().replace(b"geometry/", b"geometrx/")):
        path.write_bytes(content)
        before = len(made)
        assert get_or_build(key, make, store=store) == names
        assert len(made) == before + 1
    assert make_bundle_key("other", "thing") != key


def test_without_a_folder_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = make_bundle_key("source")
    monkeypatch.setenv("PILOTZONES_CACHE", "")
    assert get_cache_folder() is None
    assert not put_bundle(key, {"a": b"b"})
    assert get_bundle(key) is None
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("PILOTZONES_CACHE", str(tmp_path / "file"))
    assert not put_bundle(key, {"a": b"b"})
    monkeypatch.setenv("PILOTZONES_CACHE", str(tmp_path))
    assert not put_bundle("../../elsewhere", {"a": b"b"})
    assert get_bundle("../../elsewhere") is None


def test_the_list_of_levels_is_served_when_there_is_one() -> None:
    levels = FineLevels()
    asked = []
    address = "geometry/" + "a" * 64 + ".json"
    levels.register(address, lambda: asked.append(1) or '{"levels":[]}')
    client = TestClient(Starlette(routes=make_routes(store=GeometryStore(), levels=levels)))
    for _ in range(2):
        answer = client.get("/" + address.replace(".json", "/levels.json"))
        assert (answer.status_code, answer.json()) == (200, {"levels": []})
        assert "immutable" in answer.headers["cache-control"]
    assert len(asked) == 1
    missing = client.get("/geometry/" + "b" * 64 + "/levels.json")
    assert missing.status_code == 404
    assert missing.headers["cache-control"] == "no-store"
