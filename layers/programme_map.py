"""A joined programme as map layers: geometry prepared once, and the state for a selection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import crs
from geo.audit import Verdict
from geo.boundaries import Boundaries
from geo.join import COUNTED, Joined
from geo.programme import Programme
from geo.selection import Selection
from layers import palette
from layers.detail import bundle_key, bundled
from layers.features import encode_features, simplify_coverage
from layers.geometry_store import GeometryStore, shared_store
from layers.map_cards import host_cards, member_cards, point_cards, town_labels, zone_labels
from layers.map_legend import programme_legend
from layers.payload import Basemap, Layer, LegendItem, MapState, Selected, Theme, View
from layers.wording import Language, say
from layers.zone_colouring import ColourBy, Colouring, colouring

__all__ = [
    "Context",
    "CountyNet",
    "Drawn",
    "OtherOutline",
    "host_features",
    "outlines",
    "prepare_context",
    "prepare_programme",
    "standing_points",
    "state_of",
]

# Tolerances of the display simplification [degree]: one screen pixel is about 0.02° at zoom 4 and 0.0007° at zoom 10.
_MEMBER_TOLERANCE: Final = 0.002
_PROVINCE_TOLERANCE: Final = 0.02
_CONTEXT_PRECISION: Final = 3  # decimals of a degree
# From these zooms on the browser asks for the levels of `layers.map_detail`.
_MEMBER_DETAIL: Final = 10
_PROVINCE_DETAIL: Final = 7
_COUNTY_DETAIL: Final = 6
_DETAIL: Final = {
    "members": _MEMBER_DETAIL,
    "zones": _MEMBER_DETAIL,
    "hosts": _MEMBER_DETAIL,
    "provinces": _PROVINCE_DETAIL,
    "counties": _COUNTY_DETAIL,
    "prefecture_lines": _COUNTY_DETAIL,
    "province_lines": _COUNTY_DETAIL,
}
_MARGIN: Final = 0.15


@dataclass(frozen=True)
class Drawn:
    """Addresses of a programme's geometry in the store, and the boxes of its zones."""

    members: str
    zones: str
    hosts: str
    points: str
    bounds: dict[int, tuple[float, float, float, float]]


@dataclass(frozen=True)
class Context:
    """Addresses of what lies behind every programme."""

    provinces: str
    lines: str


@dataclass(frozen=True)
class CountyNet:
    """Addresses of all counties of a source, their cards, and the lines of prefectures and provinces."""

    counties: str
    prefectures: str
    provinces: str
    cards: str


@dataclass(frozen=True)
class OtherOutline:
    """Address of a zone's outline in another source, and the line of the legend that says whose and how it differs."""

    url: str
    label: str


def prepare_programme(
    joined: Joined, *, store: GeometryStore | None = None, pinned: bool = True, tolerance: float = _MEMBER_TOLERANCE
) -> Drawn:
    """Simplify, encode and store the geometry of a joined programme.

    Parameters
    ----------
    joined : Joined
    store : GeometryStore, optional
        The process's own by default.
    pinned : bool, optional
        Whether it stays in the store for good, as what every visitor sees does.
    tolerance : float, optional
        Of the display simplification [degree].

    Returns
    -------
    Drawn
        Only the display is simplified, as one coverage, so that neighbours stay joined; areas are untouched.
    """
    held = shared_store() if store is None else store
    counted = joined.members[joined.members["geometry_quality"].isin(COUNTED)]
    members = simplify_coverage(counted.reset_index(drop=True), tolerance)
    zones = outlines(members, joined.programme)
    hosts = host_features(joined)
    hosts["geometry"] = shapely.simplify(hosts.geometry.to_numpy(), tolerance / 2)
    hosts = hosts[~hosts["member_id"].isin(_pointed_towns(joined))]
    points = _with_standing(joined)

    def put(frame: gpd.GeoDataFrame, column: str, **texts: Any) -> str:
        return held.put(encode_features(frame, id_column=column, group_column="zone", **texts), pinned=pinned)

    return Drawn(
        members=put(members, "member_id", cards=member_cards(members, joined)),
        zones=put(zones, "feature", labels=zone_labels(joined.programme)),
        hosts=put(hosts, "feature", cards=host_cards(hosts)),
        points=put(points, "member_id", cards=point_cards(points, joined), labels=town_labels(joined)),
        bounds=_zone_bounds(joined),
    )


def standing_points(joined: Joined) -> gpd.GeoDataFrame:
    """Towns without a sourced coordinate, each anywhere inside its county.

    Parameters
    ----------
    joined : Joined

    Returns
    -------
    GeoDataFrame, shape (towns, 20)
        Rows of the members, with a point for geometry and the county's name in ``county_name``.
    """
    open_ones = (joined.members["kind"] == "town") & (joined.members["geometry_quality"] == "host_only")
    towns = joined.members[open_ones].copy()
    hosts = joined.hosts[~joined.hosts.geometry.isna()].drop_duplicates("member_id").set_index("member_id")
    towns = towns[towns["member_id"].isin(hosts.index)]
    own = hosts.loc[towns["member_id"]]
    towns["county_name"] = own["host_name"].to_numpy()
    return towns.set_geometry(
        gpd.GeoSeries(own.geometry.to_numpy(), index=towns.index, crs=own.crs).representative_point()
    )


def _with_standing(joined: Joined) -> gpd.GeoDataFrame:
    """Members with a point, and towns that stand at their county."""
    pointed = joined.members[joined.members["geometry_quality"] == "point"]
    standing = standing_points(joined)
    return pd.concat([pointed, standing]) if len(standing) else pointed


def _pointed_towns(joined: Joined) -> list[str]:
    """Towns whose county need not be drawn for them."""
    towns = (joined.members["kind"] == "town") & (joined.members["geometry_quality"] == "point")
    return [str(identity) for identity in joined.members.loc[towns, "member_id"]]


def prepare_context(boundaries: Boundaries, *, store: GeometryStore | None = None) -> Context:
    """Provinces and national lines of a built-in source, prepared and stored.

    Parameters
    ----------
    boundaries : Boundaries
        With provinces and lines: a built-in source.
    store : GeometryStore, optional

    Returns
    -------
    Context
    """
    held = shared_store() if store is None else store
    assert boundaries.provinces is not None
    assert boundaries.lines is not None
    key = bundle_key(boundaries.info.sha256, f"context {_PROVINCE_TOLERANCE} {_CONTEXT_PRECISION}")
    return Context(**bundled(key, partial(_context, boundaries.provinces, boundaries.lines, held), store=held))


def _context(provinces: gpd.GeoDataFrame, lines: gpd.GeoDataFrame, store: GeometryStore) -> dict[str, str]:
    def put(frame: gpd.GeoDataFrame, column: str) -> str:
        return store.put(encode_features(frame, id_column=column, precision=_CONTEXT_PRECISION), pinned=True)

    return {
        "provinces": put(simplify_coverage(provinces, _PROVINCE_TOLERANCE), "province_adcode"),
        "lines": put(lines.assign(feature=[f"l{row}" for row in range(len(lines))]), "feature"),
    }


def state_of(
    joined: Joined,
    drawn: Drawn,
    context: Context,
    selection: Selection,
    *,
    lang: Language = "zh",
    theme: Theme = "light",
    colour_by: ColourBy = "region",
    verdicts: Mapping[int, Verdict] = MappingProxyType({}),
    colour_task: int | None = None,
    counties: CountyNet | None = None,
    lines: CountyNet | None = None,
    other: OtherOutline | None = None,
    detailed: bool = False,
    basemap: Basemap | None = None,
    full_legend: bool = True,
    view_token: str = "home",  # noqa: S107  # no password: what the view belongs to
    view_zones: Iterable[int] = (),
) -> MapState:
    """What the map shows for a selection.

    Parameters
    ----------
    joined : Joined
    drawn : Drawn
        Of the same programme and source.
    context : Context
    selection : Selection
    lang : {"zh", "en"}
    theme : {"light", "dark"}
    colour_by, colour_task : str, int or None
        As for `layers.zone_colouring.colouring`.
    verdicts : mapping of int to str
        Of the audit, by number of the zone; ``verdict`` needs them.
    counties : CountyNet or None
        All counties when their net is wanted, with the lines of prefectures and provinces.
    lines : CountyNet or None
        The same net when those lines are wanted without the counties.
    other : OtherOutline or None
        Where the other boundary source draws a zone.
    detailed : bool
        Whether finer levels are to be had for who zooms in.
    basemap : Basemap or None
    full_legend : bool
        Without it the legend has the colours only, for a map that has no room for more.
    view_token : str
        The map moves to `view_zones` only when this changes.
    view_zones : iterable of int
        Zones to look at; all of the programme's when empty.

    Returns
    -------
    MapState
    """
    chosen = selection.apply(joined.programme)
    coloured = colouring(
        joined, chosen, selection, lang, colour_by=colour_by, verdicts=verdicts, task=colour_task, theme=theme
    )
    orders = {zone.order for zone in chosen}
    layers = [
        *_context_layers(context, theme, counties=counties, lines=lines, over_tiles=basemap is not None),
        *_zone_layers(joined.programme, drawn, coloured, theme=theme),
    ]
    if other is not None:
        layers.append(_other_layer(other, theme))
        line = LegendItem(label=other.label, style=palette.other_style(theme), shape="line")
        coloured = replace(coloured, items=[*coloured.items, line])
    if detailed:
        layers = [replace(layer, detail_zoom=_DETAIL.get(layer.id)) for layer in layers]
    # The mark of the chosen zone would cover the outline it is compared with.
    focus = selection.focus if selection.focus in orders and other is None else None
    return MapState(
        layers=layers,
        selected=_selected(joined.programme, drawn, focus),
        view=View(bounds=_box(drawn, list(view_zones)), token=view_token),
        legend=programme_legend(joined.programme, coloured, lang, full=full_legend),
        theme=theme,
        lang=lang,
        message=None if chosen else say("nothing", lang),
        basemap=basemap,
        credit=_credit(joined, lang),
        groups=[str(order) for order in sorted(orders)],
    )


def _selected(programme: Programme, drawn: Drawn, focus: int | None) -> Selected | None:
    if focus is None or focus not in drawn.bounds:
        return None
    if programme.kind == "towns":
        return Selected(layer="points", ids=[member.id for member in programme.zone(focus).members])
    return Selected(layer="zones", ids=[str(focus)])


def _context_layers(
    context: Context, theme: Theme, *, counties: CountyNet | None, lines: CountyNet | None, over_tiles: bool
) -> list[Layer]:
    """What lies behind the zones."""
    land = palette.province_style(theme, over_tiles=over_tiles)
    net = counties or lines
    if net is not None:
        # The net brings its own lines of provinces, which meet those of the counties at every zoom.
        land = replace(land, stroke=None)
    layers = [
        Layer(id="provinces", url=context.provinces, classes=[land], all_class=0, z=0, interactive=False),
        Layer(id="lines", url=context.lines, classes=[palette.NATIONAL_LINE], all_class=0, z=1, interactive=False),
    ]
    if counties is not None:
        style = palette.county_style(theme)
        layers.append(
            Layer(id="counties", url=counties.counties, cards=counties.cards, classes=[style], all_class=0, z=2)
        )
    return layers if net is None else [*layers, *_division_lines(net, theme)]


def _division_lines(net: CountyNet, theme: Theme) -> list[Layer]:
    """Lines of prefectures and provinces, above those of the counties if they are drawn."""
    layers = []
    for name, url in (("prefecture", net.prefectures), ("province", net.provinces)):
        style = palette.division_style(theme, name)
        layers.append(Layer(id=f"{name}_lines", url=url, classes=[style], all_class=0, z=2, interactive=False))
    return layers


def _other_layer(other: OtherOutline, theme: Theme) -> Layer:
    return Layer(
        id="other_source", url=other.url, classes=[palette.other_style(theme)], all_class=0, z=7, interactive=False
    )


def _zone_layers(programme: Programme, drawn: Drawn, coloured: Colouring, *, theme: Theme) -> list[Layer]:
    """Hosts of special areas, members, outlines, points of every zone; which of them are shown the state says."""
    groups = {str(zone.order): coloured.class_of.get(zone.order, 0) for zone in programme.zones}
    outline = palette.zone_style(theme)
    return [
        Layer(id="hosts", url=drawn.hosts, classes=[palette.HOST], all_class=0, z=3),
        Layer(id="members", url=drawn.members, classes=coloured.styles, group_class=groups, z=4),
        Layer(id="zones", url=drawn.zones, classes=[outline], all_class=0, z=5, interactive=False, label_zoom=4),
        Layer(
            id="points",
            url=drawn.points,
            classes=[palette.POINT, palette.STANDING],
            feature_class=_standing(programme) or None,
            all_class=0,
            z=6,
            label_zoom=7 if programme.kind == "towns" else None,
        ),
    ]


def _standing(programme: Programme) -> dict[str, int]:
    """Towns that have no point, drawn in the second class."""
    return {
        m.id: 1 for m in programme.members if m.kind == "town" and m.special is not None and m.special.point is None
    }


def host_features(joined: Joined) -> gpd.GeoDataFrame:
    """Counties that hold a special area, each with its id on the map."""
    hosts = joined.hosts[~joined.hosts.geometry.isna()].copy()
    hosts["feature"] = hosts["member_id"] + ":" + hosts["host_adcode"]
    return hosts


def outlines(members: gpd.GeoDataFrame, programme: Programme) -> gpd.GeoDataFrame:
    """Each zone as the union of its members' polygons, with its id on the map."""
    shapes = {
        zone.order: shapely.union_all(members.geometry[members["zone"] == zone.order].to_numpy())
        for zone in programme.zones
    }
    return gpd.GeoDataFrame(
        {"feature": [str(order) for order in shapes], "zone": list(shapes)},
        geometry=list(shapes.values()),
        crs=members.crs,
    )


def _zone_bounds(joined: Joined) -> dict[int, tuple[float, float, float, float]]:
    boxes = shapely.bounds(joined.zones.geometry.to_numpy())
    hosts = joined.hosts[~joined.hosts.geometry.isna()]
    for place in np.flatnonzero(np.isnan(boxes).any(axis=1)):
        # Nothing of its own to look at: its counties will do.
        own = hosts.geometry[hosts["zone"] == joined.zones["zone"].iloc[place]]
        if len(own):
            boxes[place] = own.total_bounds
    return {
        int(order): (float(box[0]), float(box[1]), float(box[2]), float(box[3]))
        for order, box in zip(joined.zones["zone"], boxes, strict=True)
        if not np.isnan(box).any()
    }


def _box(drawn: Drawn, orders: Sequence[int]) -> tuple[tuple[float, float], tuple[float, float]]:
    known = [drawn.bounds[order] for order in orders if order in drawn.bounds] or list(drawn.bounds.values())
    # A programme of towns alone has no polygon: the map then shows the country.
    boxes = np.array(known or [crs.CHINA_BOX])
    west, south = boxes[:, :2].min(axis=0) - _MARGIN
    east, north = boxes[:, 2:].max(axis=0) + _MARGIN
    return (float(south), float(west)), (float(north), float(east))


def _credit(joined: Joined, lang: Language) -> str:
    info = joined.boundaries.info
    review = f" {info.review_number}" if info.review_number else ""
    return say("credit", lang, name=info.name(lang), review=review)
