"""The points of cities are derived from GeoNames by name, population, and the kind of county they lie in."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.helpers.browsing import ROOT

sys.path.insert(0, str(ROOT))
from tools.tables.derive_city_points import find_points, read_places


def _place(
    number: int, names: list[str], place: tuple[float, float], population: int, country: str = "CN"
) -> dict[str, Any]:
    return {
        "geonameid": number,
        "alternatenames": names,
        "longitude": place[0],
        "latitude": place[1],
        "population": population,
        "countrycode": country,
    }


def test_the_most_populous_place_of_the_name_in_a_district_counts(tmp_path: Path) -> None:
    places = [
        _place(1, ["西安"], (108.93, 34.26), 100),
        _place(2, ["西安市", "Xi'an"], (108.95, 34.25), 200),
        _place(3, ["西安"], (109.32, 34.15), 900),  # in 蓝田县
        _place(4, ["咸阳"], (108.94, 34.26), 900),  # in another city
        _place(5, ["新乡"], (113.80, 35.19), 900),  # in 新乡县, around the city
        _place(6, ["喀什"], (75.99, 39.47), 10),  # a county-level city: the prefecture has no districts
        _place(7, ["西安市"], (108.93, 34.26), 999, "TW"),
        _place(8, ["凉山"], (102.26, 27.89), 999),  # 凉山彝族自治州 is not called so
    ]
    path = tmp_path / "cities500.json"
    path.write_text(json.dumps({str(place["geonameid"]): place for place in places}), encoding="utf-8")
    found = find_points(read_places(path))
    assert [(row[0], row[1], row[4]) for row in found] == [("610100", "西安市", 2), ("653100", "喀什地区", 6)]
