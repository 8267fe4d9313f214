"""Geometry of a joined programme and of what lies behind it: simplified, encoded and stored once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pilotzones import geo, layers
from pilotzones.data import DATA, PLACES
from pilotzones.geo.boundaries import cities
from pilotzones.geo.boundaries.loader import load_land
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.files.checksums import build_manifest
from pilotzones.geo.files.disk_cache import make_code_key
from pilotzones.geo.geometry import crs
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.member_record import GeometryQuality
from pilotzones.geo.messages import LANGUAGES
from pilotzones.layers import place_labels
from pilotzones.layers.place_labels import name_place
from pilotzones.layers.webmap.geometry.geojson_encoder import encode_features, simplify_coverage
from pilotzones.layers.webmap.geometry.lod import get_or_build
from pilotzones.layers.webmap.geometry.store import AnyStore, GeometryStore, get_shared_store
from pilotzones.layers.webmap.tooltips import (
    build_host_cards,
    build_host_labels,
    build_member_cards,
    build_member_labels,
    build_point_cards,
    build_town_labels,
    build_zone_cards,
    build_zone_labels,
)

__all__ = [
    "ContextGeometry",
    "CountyNet",
    "MapGeometry",
    "build_host_features",
    "build_outlines",
    "list_cache_inputs",
    "load_or_build",
    "make_placeholder_points",
    "prepare_context",
    "prepare_programme",
]

# Tolerances of the display simplification [degree]: one screen pixel is about 0.02° at zoom 4 and 0.0007° at zoom 10.
_MEMBER_TOLERANCE: Final = 0.002
_PROVINCE_TOLERANCE: Final = 0.02
# The land around is a ground to tell from the sea: its coast is drawn coarsely, as far as the map can be pushed.
_LAND_TOLERANCE: Final = 0.1
_LAND_BOX: Final = (40.0, -15.0, 170.0, 70.0)
_CONTEXT_PRECISION: Final = 3  # decimals of a degree


@dataclass(frozen=True)
class MapGeometry:
    """Addresses of a programme's geometry in the store, and the boxes of its zones."""

    members: str
    zones: str
    hosts: str
    points: str
    dots: str
    bounds: dict[int, tuple[float, float, float, float]]

    def is_held(self, store: AnyStore) -> bool:
        """Whether a store still has all of it."""
        addresses = (self.members, self.zones, self.hosts, self.points, self.dots)
        return all(store.find_entry(address) is not None for address in addresses)


@dataclass(frozen=True)
class ContextGeometry:
    """Addresses of what lies behind every programme: land, provinces, the national boundary, lines, cities, other prefectures."""

    land: str
    provinces: str
    country: str
    lines: str
    cities: str
    places: str


@dataclass(frozen=True)
class CountyNet:
    """Addresses of all counties of a source, their cards, and the lines of prefectures and provinces."""

    counties: str
    prefectures: str
    provinces: str
    cards: str


def prepare_programme(
    joined: JoinedProgramme,
    *,
    store: AnyStore | None = None,
    pinned: bool = True,
    tolerance: float = _MEMBER_TOLERANCE,
) -> MapGeometry:
    """Simplify, encode and store the geometry of a joined programme.

    Parameters
    ----------
    joined : JoinedProgramme
    store : AnyStore, optional
        The process's own by default.
    pinned : bool, optional
        Whether it stays in the store for good, as what every visitor sees does.
    tolerance : float, optional
        Of the display simplification [degree].

    Returns
    -------
    MapGeometry
        Only the display is simplified, as one coverage, so that neighbours stay joined; areas are untouched.
    """
    held = get_shared_store() if store is None else store
    members = simplify_coverage(joined.counted.reset_index(drop=True), tolerance)
    zones = build_outlines(members, joined.programme)
    hosts = build_host_features(joined)
    hosts["geometry"] = shapely.simplify(hosts.geometry.to_numpy(), tolerance / 2)
    hosts = hosts[~hosts["member_id"].isin(_list_pointed_towns(joined))]
    points, dots = _with_standing(joined), _make_dots(zones)

    def put(frame: gpd.GeoDataFrame, column: str, **texts: Any) -> str:
        return held.put(encode_features(frame, id_column=column, group_column="zone", **texts), pinned=pinned)

    return MapGeometry(
        members=put(members, "member_id", cards=build_member_cards(joined), labels=build_member_labels(joined)),
        zones=put(zones, "feature", labels=build_zone_labels(joined.programme)),
        hosts=put(hosts, "feature", cards=build_host_cards(hosts), labels=build_host_labels(hosts)),
        points=put(points, "member_id", cards=build_point_cards(joined), labels=build_town_labels(joined)),
        dots=put(dots, "feature", cards=build_zone_cards(joined), labels=build_zone_labels(joined.programme)),
        bounds=_compute_zone_bounds(joined),
    )


def _make_dots(zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a point inside each zone that has a polygon, for a map of the whole country."""
    drawn = zones[~zones.geometry.is_empty & ~zones.geometry.isna()]
    # The largest part: of several, a point between them would lie in another zone.
    parts = drawn.explode(index_parts=False).reset_index(drop=True)
    order = parts.assign(size=shapely.area(parts.geometry.to_numpy())).sort_values("size", ascending=False)
    largest = order.drop_duplicates("zone").sort_values("zone").drop(columns="size")
    return largest.set_geometry(shapely.point_on_surface(largest.geometry.to_numpy()), crs=zones.crs)


def load_or_build(joined: JoinedProgramme, *, store: GeometryStore | None = None) -> MapGeometry:
    """Load the geometry of a programme of the catalogue, from the disk if a start before this one prepared the same.

    Parameters
    ----------
    joined : JoinedProgramme
        A programme of the catalogue on a built-in source.
    store : GeometryStore, optional
        The process's own by default.

    Returns
    -------
    MapGeometry
        As `prepare_programme` makes it.
    """
    held = get_shared_store() if store is None else store

    def make() -> dict[str, str]:
        made = asdict(prepare_programme(joined, store=held))
        del made["bounds"]
        return made

    key = make_code_key(
        joined.boundaries.info.sha256,
        f"programme {joined.programme.id} {joined.method}",
        build_manifest(),
        code=list_cache_inputs(),
    )
    return MapGeometry(**get_or_build(key, make, store=held), bounds=_compute_zone_bounds(joined))


def list_cache_inputs() -> list[Path]:
    """List the files that a cached programme depends on: all code of `geo` and `layers`, the messages and translations.

    Tooltips name areas, tasks and places in two languages, so that nearly any module can change what they say.

    Returns
    -------
    list of Path
        Resolved: in a checkout the packages are links, which a recursive search may not follow.
    """
    folders = [Path(str(package.__file__)).resolve().parent for package in (geo, layers)]
    modules = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return [*modules, *sorted((DATA / "messages").glob("*.toml")), DATA / "sources" / "chinese_texts.csv"]


def make_placeholder_points(joined: JoinedProgramme) -> gpd.GeoDataFrame:
    """Place towns without a sourced coordinate, each anywhere inside its county.

    Parameters
    ----------
    joined : JoinedProgramme

    Returns
    -------
    GeoDataFrame, shape (towns, 20)
        Rows of the members, with a point for geometry and the county's name in ``county_name``.
    """
    is_placed = [one.member.kind == "town" and one.quality is GeometryQuality.HOST_ONLY for one in joined.records]
    towns = joined.members[is_placed].copy()
    hosts = joined.hosts[~joined.hosts.geometry.isna()].drop_duplicates("member_id").set_index("member_id")
    towns = towns[towns["member_id"].isin(hosts.index)]
    own = hosts.loc[towns["member_id"]]
    towns["county_name"] = own["host_name"].to_numpy()
    return towns.set_geometry(
        gpd.GeoSeries(own.geometry.to_numpy(), index=towns.index, crs=own.crs).representative_point()
    )


def _with_standing(joined: JoinedProgramme) -> gpd.GeoDataFrame:
    """Return members with a point, and towns that stand at their county."""
    standing = make_placeholder_points(joined)
    return pd.concat([joined.points, standing]) if len(standing) else joined.points


def _list_pointed_towns(joined: JoinedProgramme) -> list[str]:
    """Return towns whose county need not be drawn for them."""
    return [str(identity) for identity in joined.points.loc[joined.points["kind"] == "town", "member_id"]]


def prepare_context(boundaries: Boundaries, *, store: GeometryStore | None = None) -> ContextGeometry:
    """Prepare and store the provinces and national lines of a built-in source.

    Parameters
    ----------
    boundaries : Boundaries
        With provinces and lines: a built-in source.
    store : GeometryStore, optional

    Returns
    -------
    ContextGeometry
    """
    held = get_shared_store() if store is None else store
    assert boundaries.provinces is not None
    assert boundaries.lines is not None
    assert boundaries.prefectures is not None
    key = make_code_key(
        boundaries.info.sha256,
        f"context {_PROVINCE_TOLERANCE} {_LAND_TOLERANCE} {_CONTEXT_PRECISION}",
        code=[Path(__file__), Path(place_labels.__file__), Path(cities.__file__), PLACES / "city_points.csv"],
    )
    return ContextGeometry(**get_or_build(key, partial(_store_context, boundaries, held), store=held))


def _store_context(boundaries: Boundaries, store: GeometryStore) -> dict[str, str]:
    provinces, lines, prefectures = boundaries.provinces, boundaries.lines, boundaries.prefectures
    assert provinces is not None
    assert lines is not None
    assert prefectures is not None

    def put(frame: gpd.GeoDataFrame, column: str, **texts: Any) -> str:
        encoded = encode_features(frame, id_column=column, precision=_CONTEXT_PRECISION, **texts)
        return store.put(encoded, pinned=True)

    simple = simplify_coverage(provinces, _PROVINCE_TOLERANCE)
    outline = shapely.boundary(shapely.coverage_union_all(simple.geometry.to_numpy()))
    land = shapely.simplify(load_land(_LAND_BOX), _LAND_TOLERANCE)
    located, named = _locate_prefectures(prefectures, provinces)
    return {
        "land": put(_make_single_frame("land", land), "feature"),
        "provinces": put(simple, "province_adcode", labels=_collect_names(simple, "province_adcode", "province")),
        "country": put(_make_single_frame("country", outline), "feature"),
        "lines": put(lines.assign(feature=[f"l{row}" for row in range(len(lines))]), "feature"),
        "cities": put(located, "feature", labels=_collect_names(located, "feature", "prefecture")),
        "places": put(named, "feature", labels=_collect_names(named, "feature", "prefecture")),
    }


def _locate_prefectures(
    prefectures: gpd.GeoDataFrame, provinces: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the prefectures whose city has a point, at that point, and the others in the middle of their polygon."""
    points = cities.load_city_points()
    # Of names that collide, a capital's or municipality's is written: its code ends so.
    frame = prefectures.sort_values(
        "prefecture_adcode", key=lambda codes: ~codes.str.endswith(("0000", "0100")), kind="stable"
    )
    frame = frame.assign(feature=frame["prefecture_adcode"].fillna(frame["prefecture"]))
    has_point = frame["feature"].isin(points)
    located = frame[has_point]
    located = located.set_geometry(shapely.points([points[code] for code in located["feature"]]), crs=crs.GEOGRAPHIC)
    # A province that is its own prefecture bears the name already.
    others = frame[~has_point & ~frame["prefecture"].isin(provinces["province"])]
    return located, others.set_geometry(shapely.point_on_surface(others.geometry.to_numpy()), crs=others.crs)


def _make_single_frame(name: str, shape: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"feature": [name]}, geometry=[shape], crs=crs.GEOGRAPHIC)


def _collect_names(frame: gpd.GeoDataFrame, column: str, name: str) -> dict[str, dict[str, str]]:
    """Return names of divisions in both languages, by their id on the map."""
    named = zip(frame[column], frame[name], strict=True)
    return {key: {lang: name_place(text, lang) for lang in LANGUAGES} for key, text in named}


def build_host_features(joined: JoinedProgramme) -> gpd.GeoDataFrame:
    """Return counties that hold a special area, each with its id on the map."""
    hosts = joined.hosts[~joined.hosts.geometry.isna()].copy()
    hosts["feature"] = hosts["member_id"] + ":" + hosts["host_adcode"]
    return hosts


def build_outlines(members: gpd.GeoDataFrame, programme: Programme) -> gpd.GeoDataFrame:
    """Build each zone as the union of its members' polygons, with its id on the map."""
    shapes = {
        zone.order: shapely.union_all(members.geometry[members["zone"] == zone.order].to_numpy())
        for zone in programme.zones
    }
    return gpd.GeoDataFrame(
        {"feature": [str(order) for order in shapes], "zone": list(shapes)},
        geometry=list(shapes.values()),
        crs=members.crs,
    )


def _compute_zone_bounds(joined: JoinedProgramme) -> dict[int, tuple[float, float, float, float]]:
    boxes = shapely.bounds(joined.zones.geometry.to_numpy())
    hosts = joined.hosts[~joined.hosts.geometry.isna()]
    for place in np.flatnonzero(np.isnan(boxes).any(axis=1)):
        # A zone without polygons and points is found at its counties.
        own = hosts.geometry[hosts["zone"] == joined.zones["zone"].iloc[place]]
        if len(own):
            boxes[place] = own.total_bounds
    return {
        int(order): (float(box[0]), float(box[1]), float(box[2]), float(box[3]))
        for order, box in zip(joined.zones["zone"], boxes, strict=True)
        if not np.isnan(box).any()
    }
