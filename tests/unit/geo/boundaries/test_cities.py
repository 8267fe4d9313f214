"""Points of cities: in their own polygon on both sources, in a county of the kind of a seat, and none for the others."""

from __future__ import annotations

import csv

import geopandas as gpd
import pytest

from pilotzones.data import PLACES
from pilotzones.geo.boundaries.cities import load_city_points
from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.sources import BUILT_IN
from pilotzones.geo.geometry import crs


@pytest.fixture(scope="module")
def points() -> gpd.GeoDataFrame:
    found = load_city_points()
    return gpd.GeoDataFrame(
        {"code": list(found)}, geometry=gpd.points_from_xy(*zip(*found.values(), strict=True)), crs=crs.GEOGRAPHIC
    )


@pytest.mark.parametrize("source", BUILT_IN)
def test_a_point_lies_in_the_unit_of_its_code_on_either_source(source: str, points: gpd.GeoDataFrame) -> None:
    inside = points.sjoin(load(source).counties, predicate="within")
    assert len(inside) == len(points)
    assert inside.loc[inside["code"] != inside["prefecture_adcode"], "code"].tolist() == []
    # A city with districts is in one of them, that of a prefecture in a county-level city; 东莞市 has neither.
    kinds = inside["name"].str.endswith(("区", "市")) | (inside["adcode"] == inside["code"])
    assert inside.loc[~kinds, "name"].tolist() == []


def test_no_point_is_guessed() -> None:
    codes = load_city_points()
    # Units whose name is that of no city, and those that GeoNames has outside of the city's districts.
    assert {"422800", "433100", "232700", "410700", "710000"}.isdisjoint(codes)
    assert {"110000", "500000", "610100", "653100", "441900", "810000"} <= set(codes)
    with (PLACES / "divisions.csv").open(encoding="utf-8") as stream:
        prefectures = [row["code"] for row in csv.DictReader(stream) if row["level"] == "prefecture"]
    assert sum(code in codes for code in prefectures) == 298
    assert len(prefectures) == 333
