"""What the map shows of a joined programme for a selection: layers, legend, view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np

from pilotzones.geo.audit import Verdict
from pilotzones.geo.catalogue.models import Programme, Zone
from pilotzones.geo.geometry import crs
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, get_place_words, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.geo.query.unit_comparison import UnitsInYear
from pilotzones.layers.place_labels import compose_credit
from pilotzones.layers.style import palette
from pilotzones.layers.style.choropleth import ColourBy, Colouring, choose_colouring
from pilotzones.layers.style.spec import LegendItem, Theme
from pilotzones.layers.webmap.geometry.builder import ContextGeometry, CountyNet, MapGeometry
from pilotzones.layers.webmap.layer_spec import MapLayer
from pilotzones.layers.webmap.legend import build_programme_legend
from pilotzones.layers.webmap.maps.dimming import dim_members, dim_zones, name_units
from pilotzones.layers.webmap.state import Basemap, MapState, Selected, ViewRequest

__all__ = ["OtherOutline", "build_state"]

# From these zooms on the browser asks for the levels of `pilotzones.layers.webmap.geometry.lod_layers`.
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
# Zoom levels from which names are written, and from which polygons stand without a dot.
_PROVINCE_NAMES: Final = 5
_PREFECTURE_NAMES: Final = 7
_MEMBER_NAMES: Final = 8
_POLYGONS_FROM: Final = 6
# Cities lie above the ground and its lines, and below the zones, which they must not seem to belong to.
_CITIES: Final = 2
# A programme in as many provinces is one of the whole country, which its map then shows [number].
_NATIONWIDE: Final = 3
# The mainland, Hainan and Taiwan; the South China Sea stands in an inset [degree].
_CHINA: Final = ((17.6, 73.4), (53.8, 135.2))


@dataclass(frozen=True)
class OtherOutline:
    """Address of a zone's outline in another source, and the line of the legend that says whose and how it differs."""

    url: str
    label: str


def build_state(
    joined: JoinedProgramme,
    drawn: MapGeometry,
    context: ContextGeometry,
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
    dim_others: bool = False,
    year: int | None = None,
    in_year: UnitsInYear | None = None,
) -> MapState:
    """Return what the map shows for a selection.

    Parameters
    ----------
    joined : JoinedProgramme
    drawn : MapGeometry
        Of the same programme and source.
    context : ContextGeometry
    selection : Selection
    lang : {"zh", "en"}
    theme : {"light", "dark"}
    colour_by, colour_task : str, int or None
        As for `pilotzones.layers.style.choropleth.choose_colouring`.
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
    dim_others : bool
        Whether zones that do not pass the selection stay on the map, pale, instead of vanishing; the lines of the legend
        then turn filters on and off.
    year : int or None
        Members that were not on the list at the end of this year are pale.
    in_year : UnitsInYear or None
        The names of the map, where they are not those of the boundaries.

    Returns
    -------
    MapState
    """
    chosen = selection.apply(joined.programme)
    offered = _leave_own_filter(selection, colour_by).apply(joined.programme) if dim_others else chosen
    coloured = choose_colouring(
        joined, offered, selection, lang, colour_by=colour_by, verdicts=verdicts, task=colour_task, theme=theme
    )
    orders = {zone.order for zone in chosen}
    coloured = replace(coloured, items=[_count_zones(item, coloured, offered) for item in coloured.items])
    if dim_others:
        items = [_add_pick(item, coloured, offered, selection, colour_by) for item in coloured.items]
        coloured = replace(coloured, items=items)
    layers = [
        *_build_context_layers(context, theme, counties=counties, lines=lines, over_tiles=basemap is not None),
        *_build_zone_layers(joined.programme, drawn, coloured, theme=theme, focus=selection.focus),
    ]
    if dim_others:
        layers = [dim_zones(layer, joined.programme, orders, theme) for layer in layers]
    if year is not None:
        layers = [dim_members(layer, joined.programme, year, theme) for layer in layers]
    if in_year is not None:
        layers = [name_units(layer, in_year, lang) for layer in layers]
    if other is not None:
        layers.append(_build_other_layer(other, theme))
        line = LegendItem(label=other.label, style=palette.get_other_source_style(theme), shape="line")
        coloured = replace(coloured, items=[*coloured.items, line])
    if detailed:
        layers = [replace(layer, detail_zoom=_DETAIL.get(layer.id)) for layer in layers]
    # The mark of the chosen zone would cover the outline it is compared with.
    focus = selection.focus if selection.focus in orders and other is None else None
    return MapState(
        layers=layers,
        selected=_select_focus(joined.programme, drawn, focus),
        view=ViewRequest(bounds=_compute_box(joined.programme, drawn, list(view_zones)), token=view_token),
        legend=build_programme_legend(joined.programme, coloured, lang, theme=theme, full=full_legend),
        theme=theme,
        lang=lang,
        message=None if chosen else translate("nothing", lang),
        status=_write_status(joined.programme, len(chosen), lang),
        basemap=basemap,
        credit=compose_credit(joined.boundaries.info, lang),
        groups=None if dim_others else [str(order) for order in sorted(orders)],
    )


def _write_status(programme: Programme, shown: int, lang: Language) -> str:
    """Say what a filter has left, for a screen reader."""
    words = get_place_words(programme.kind, lang)
    return translate("status_line", lang, shown=shown, total=len(programme.zones), **words)


def _leave_own_filter(selection: Selection, colour_by: ColourBy) -> Selection:
    """Take away the filter that belongs to a colouring: the legend offers what it leaves out at present."""
    return replace(selection, regions=()) if colour_by == "region" else replace(selection, zones=())


def _find_zones(item: LegendItem, coloured: Colouring, zones: Iterable[Zone]) -> list[Zone]:
    """List the zones that have the colour of a line of the legend."""
    if item.style not in coloured.styles:
        return []
    place = coloured.styles.index(item.style)
    return [zone for zone in zones if coloured.class_of.get(zone.order) == place]


def _count_zones(item: LegendItem, coloured: Colouring, zones: Iterable[Zone]) -> LegendItem:
    """Say beside a colour of the legend how many zones have it."""
    return replace(item, count=len(_find_zones(item, coloured, zones))) if item.style in coloured.styles else item


def _add_pick(
    item: LegendItem, coloured: Colouring, offered: Iterable[Zone], selection: Selection, colour_by: ColourBy
) -> LegendItem:
    """Let a line of the legend turn the filter of its colour on and off."""
    zones = _find_zones(item, coloured, offered)
    if not zones:
        return item
    if colour_by == "region":
        region = zones[0].region
        return replace(item, pick=f"region={region}", is_picked=region in selection.regions)
    orders = [zone.order for zone in zones]
    return replace(item, pick=f"zone={','.join(map(str, orders))}", is_picked=set(orders) <= set(selection.zones))


def _select_focus(programme: Programme, drawn: MapGeometry, focus: int | None) -> Selected | None:
    if focus is None or focus not in drawn.bounds:
        return None
    if programme.kind.lists_towns:
        return Selected(layer="points", ids=[member.id for member in programme.get_zone(focus).members])
    return Selected(layer="zones", ids=[str(focus)])


def _build_context_layers(
    context: ContextGeometry, theme: Theme, *, counties: CountyNet | None, lines: CountyNet | None, over_tiles: bool
) -> list[MapLayer]:
    """Return what lies behind the zones."""
    land = palette.get_province_style(theme, over_tiles=over_tiles)
    net = counties or lines
    if net is not None:
        # The net brings its own lines of provinces, which meet those of the counties at every zoom.
        land = replace(land, stroke=None)
    around = [] if over_tiles else [(("land", context.land), palette.get_land_style(theme), -5, None)]
    border = palette.get_national_border_style(theme)
    parts = [
        *around,
        (("provinces", context.provinces), land, -4, _PROVINCE_NAMES),
        (("country", context.country), border, -3, None),
        (("lines", context.lines), palette.NATIONAL_LINE, -2, None),
        (("cities", context.cities), palette.get_city_style(theme), _CITIES, _PREFECTURE_NAMES),
        # Names only: a sign in the middle of a prefecture would be read as its city.
        (("places", context.places), palette.NO_SIGN, -1, _PREFECTURE_NAMES),
    ]
    layers = [
        MapLayer(
            id=name,
            url=url,
            classes=[style],
            all_class=0,
            z=z,
            interactive=False,
            label_zoom=label_zoom,
            # Cities and other prefectures are drawn, and fetched, where their names are written.
            min_zoom=label_zoom if label_zoom == _PREFECTURE_NAMES else None,
        )
        for (name, url), style, z, label_zoom in parts
        if url
    ]
    if counties is not None:
        style = palette.get_county_style(theme)
        layers.append(
            MapLayer(id="counties", url=counties.counties, cards=counties.cards, classes=[style], all_class=0, z=0)
        )
    return layers if net is None else [*layers, *_build_division_lines(net, theme)]


def _build_division_lines(net: CountyNet, theme: Theme) -> list[MapLayer]:
    """Return lines of prefectures and provinces, above those of the counties if they are drawn."""
    layers = []
    for z, (name, url) in enumerate((("prefecture", net.prefectures), ("province", net.provinces)), start=1):
        style = palette.get_division_style(theme, name)
        layers.append(MapLayer(id=f"{name}_lines", url=url, classes=[style], all_class=0, z=z, interactive=False))
    return layers


def _build_other_layer(other: OtherOutline, theme: Theme) -> MapLayer:
    return MapLayer(
        id="other_source",
        url=other.url,
        classes=[palette.get_other_source_style(theme)],
        all_class=0,
        z=8,
        interactive=False,
    )


def _build_zone_layers(
    programme: Programme, drawn: MapGeometry, coloured: Colouring, *, theme: Theme, focus: int | None
) -> list[MapLayer]:
    """Return hosts of special areas, members, outlines, points of every zone; which of them are shown the state says."""
    groups = {str(zone.order): coloured.class_of.get(zone.order, 0) for zone in programme.zones}
    outline = palette.get_zone_style(theme)
    return [
        # Pale, so that a host is not taken for the zone itself; hatched when its zone is open.
        MapLayer(
            id="hosts",
            url=drawn.hosts,
            classes=[palette.HOST_PALE, palette.HOST],
            group_class=None if focus is None else {str(focus): 1},
            all_class=0,
            z=3,
            min_zoom=None if programme.kind.lists_towns else _POLYGONS_FROM,
            label_zoom=_MEMBER_NAMES,
        ),
        MapLayer(
            id="members",
            url=drawn.members,
            classes=coloured.styles,
            group_class=groups,
            z=4,
            label_zoom=_MEMBER_NAMES,
        ),
        MapLayer(
            id="zones",
            url=drawn.zones,
            classes=[outline],
            all_class=0,
            z=5,
            interactive=False,
            label_zoom=_POLYGONS_FROM,
        ),
        MapLayer(
            id="points",
            url=drawn.points,
            classes=[palette.POINT, palette.STANDING],
            feature_class=_find_towns_at_county(programme) or None,
            all_class=0,
            z=7,
            min_zoom=None if programme.kind.lists_towns else _POLYGONS_FROM,
            label_zoom=7 if programme.kind.lists_towns else None,
        ),
        *_build_dot_layers(drawn, coloured, groups),
    ]


def _build_dot_layers(drawn: MapGeometry, coloured: Colouring, groups: dict[str, int]) -> list[MapLayer]:
    """Return a point for each zone on a map of the country, where its polygon is some pixels wide."""
    classes = palette.get_dot_styles(coloured.styles)
    return [
        MapLayer(
            id="dots", url=drawn.dots, classes=classes, group_class=groups, z=6, max_zoom=_POLYGONS_FROM, label_zoom=0
        )
    ]


def _find_towns_at_county(programme: Programme) -> dict[str, int]:
    """Return towns that have no point, drawn in the second class."""
    return {
        m.id: 1 for m in programme.members if m.kind == "town" and m.special is not None and m.special.point is None
    }


def _compute_box(
    programme: Programme, drawn: MapGeometry, orders: Sequence[int]
) -> tuple[tuple[float, float], tuple[float, float]]:
    if not orders and len(programme.provinces) >= _NATIONWIDE:
        return _CHINA
    known = [drawn.bounds[order] for order in orders if order in drawn.bounds] or list(drawn.bounds.values())
    # A programme of towns alone has no polygon: the map then shows the country.
    boxes = np.array(known or [crs.CHINA_BOX])
    west, south = boxes[:, :2].min(axis=0) - _MARGIN
    east, north = boxes[:, 2:].max(axis=0) + _MARGIN
    return (float(south), float(west)), (float(north), float(east))
