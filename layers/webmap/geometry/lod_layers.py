"""The finer levels of the map's layers, and the net of all counties with the lines of prefectures and provinces.

Tolerances follow the size of a screen pixel: about 0.02° at zoom 6, 0.006° at zoom 8, 0.0014° at zoom 10.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import partial
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.query.unit_comparison import MemberInYear
from pilotzones.layers.webmap.geometry.builder import (
    ContextGeometry,
    CountyNet,
    MapGeometry,
    build_host_features,
    build_outlines,
)
from pilotzones.layers.webmap.geometry.geojson_encoder import encode_features, simplify_coverage
from pilotzones.layers.webmap.geometry.lod import Level, Shape, build_levels, get_or_build, make_bundle_key
from pilotzones.layers.webmap.geometry.lod_registry import FineLevels, get_shared_levels
from pilotzones.layers.webmap.geometry.store import GeometryStore, get_shared_store
from pilotzones.layers.webmap.tooltips import build_county_cards

__all__ = ["prepare_counties", "prepare_county_cards", "register_details"]

# Where members are drawn large, they are drawn as the source has them.
_AS_SOURCE: Final = Level(zoom=10, tolerance=0, precision=5)
_PROVINCE_LEVELS: Final = (Level(zoom=7, tolerance=0.004, precision=4), _AS_SOURCE)
_COUNTY_LEVELS: Final = (Level(zoom=6, tolerance=0.005, precision=3), Level(zoom=9, tolerance=0, precision=5))
# The whole country at once: under a pixel up to zoom 5.5.
_COUNTRY: Final = Level(zoom=0, tolerance=0.03, precision=2)


def register_details(
    joined: JoinedProgramme,
    drawn: MapGeometry,
    context: ContextGeometry,
    *,
    store: GeometryStore | None = None,
    levels: FineLevels | None = None,
) -> None:
    """Say how the finer levels of a programme and of what lies behind it are made, should a browser ask.

    Parameters
    ----------
    joined : JoinedProgramme
    drawn : MapGeometry
        Of the same join.
    context : ContextGeometry
        Of the same boundary source, which has provinces.
    store : GeometryStore, optional
        The process's own by default.
    levels : FineLevels, optional
        The process's own by default.
    """
    held = get_shared_store() if store is None else store
    finer = get_shared_levels() if levels is None else levels

    def build_zone_levels(kind: str) -> str:
        frame = joined.counted.assign(feature=joined.counted["member_id"])
        shapes: dict[str, Shape] = {"members": _as_it_is, "zones": partial(build_outlines, programme=joined.programme)}
        return build_levels(frame, (_AS_SOURCE,), {kind: shapes[kind]}, part_column="zone", store=held)[kind]

    def build_host_levels() -> str:
        return build_levels(
            build_host_features(joined), (_AS_SOURCE,), {"hosts": _as_it_is}, part_column="zone", store=held
        )["hosts"]

    def build_province_levels() -> str:
        provinces = joined.boundaries.provinces
        assert provinces is not None
        frame = provinces.assign(feature=provinces["province_adcode"])
        make = partial(
            build_levels, frame, _PROVINCE_LEVELS, {"provinces": _as_it_is}, part_column="province_adcode", store=held
        )
        return get_or_build(make_bundle_key(joined.boundaries.info.sha256, "provinces"), make, store=held)["provinces"]

    finer.register(drawn.members, partial(build_zone_levels, "members"))
    finer.register(drawn.zones, partial(build_zone_levels, "zones"))
    finer.register(drawn.hosts, build_host_levels)
    finer.register(context.provinces, build_province_levels)


def prepare_counties(
    boundaries: Boundaries, *, store: GeometryStore | None = None, levels: FineLevels | None = None
) -> CountyNet:
    """Prepare and store all counties of a source as one layer; only when somebody asks to see them.

    Parameters
    ----------
    boundaries : Boundaries
        A built-in source; its prepared geometry is kept on disk too.
    store : GeometryStore, optional
        The process's own by default.
    levels : FineLevels, optional
        The process's own by default.

    Returns
    -------
    CountyNet
        The finer levels are made when a browser asks for them.
    """
    held = get_shared_store() if store is None else store
    finer = get_shared_levels() if levels is None else levels
    counties = boundaries.counties
    frame = _number_features(counties).assign(
        division=counties["prefecture_adcode"].fillna(counties["adcode"]).fillna(counties["name"]),
    )
    made_from = boundaries.info.sha256
    base = get_or_build(make_bundle_key(made_from, "counties"), partial(_store_whole_country, frame, held), store=held)
    fine: dict[str, str] = {}
    lock = threading.Lock()

    def build_county_levels(kind: str) -> str:
        # One simplification serves all three; the browser asks for them together.
        with lock:
            if not fine:
                make = partial(
                    build_levels, frame, _COUNTY_LEVELS, _COUNTY_KINDS, part_column="province_adcode", store=held
                )
                fine.update(get_or_build(make_bundle_key(made_from, "counties in detail"), make, store=held))
            return fine[kind]

    for kind, address in base.items():
        finer.register(address, partial(build_county_levels, kind))
    return CountyNet(**base, cards=prepare_county_cards(boundaries, store=held))


def prepare_county_cards(
    boundaries: Boundaries,
    in_year: Mapping[str, MemberInYear] | None = None,
    *,
    store: GeometryStore | None = None,
) -> str:
    """Store the cards of all counties of a source.

    Parameters
    ----------
    boundaries : Boundaries
    in_year : mapping of str to MemberInYear, optional
        By code, what stood on the ground of each at the end of the year that the cards are of.
    store : GeometryStore, optional
        The process's own by default.

    Returns
    -------
    str
        Their address, for `CountyNet.cards`.
    """
    held = get_shared_store() if store is None else store
    cards = build_county_cards(_number_features(boundaries.counties), in_year or {})
    written = json.dumps(cards, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return held.put(written.encode(), pinned=True)


def _number_features(counties: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return counties.assign(feature=[f"c{row}" for row in range(len(counties))])


def _store_whole_country(frame: gpd.GeoDataFrame, store: GeometryStore) -> dict[str, str]:
    simple = simplify_coverage(frame, _COUNTRY.tolerance)
    return {
        kind: store.put(encode_features(shape(simple), id_column="feature", precision=_COUNTRY.precision), pinned=True)
        for kind, shape in _COUNTY_KINDS.items()
    }


def _as_it_is(simple: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return simple


def _build_borders(simple: gpd.GeoDataFrame, *, column: str) -> gpd.GeoDataFrame:
    """Return outlines of groups of counties, from the very vertices the counties are drawn with."""
    present = simple[~simple.geometry.isna()]
    rows = present.groupby(column, sort=True)
    lines = [shapely.boundary(shapely.coverage_union_all(group.geometry.to_numpy())) for _, group in rows]
    names = [f"d{name}" for name in rows.groups]
    provinces = [group["province_adcode"].iloc[0] for _, group in rows]
    return gpd.GeoDataFrame({"feature": names, "province_adcode": provinces}, geometry=np.array(lines), crs=simple.crs)


_COUNTY_KINDS: Final[dict[str, Shape]] = {
    "counties": _as_it_is,
    "prefectures": partial(_build_borders, column="division"),
    "provinces": partial(_build_borders, column="province_adcode"),
}
