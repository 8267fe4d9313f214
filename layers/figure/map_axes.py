"""The map of a printed figure: one view drawn into one frame of the sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.join import JoinedProgramme
from pilotzones.layers.figure.projection import SheetView
from pilotzones.layers.style import palette
from pilotzones.layers.style.spec import Hatch, Style
from pilotzones.layers.webmap.geometry.builder import make_placeholder_points
from pilotzones.layers.webmap.geometry.geojson_encoder import simplify_coverage

__all__ = [
    "HATCHES",
    "MARKERS",
    "Background",
    "draw_background",
    "draw_frame",
    "draw_graticule",
    "draw_points",
    "draw_shapes",
    "draw_zones",
    "get_tolerance",
    "load_background",
]

HATCHES: Final[dict[Hatch | None, str | None]] = {
    None: None,
    "diagonal": "/////",
    "cross": "xxxxx",
    "horizontal": "-----",
    "dots": ".....",
}
MARKERS: Final = {"circle": "o", "diamond": "D", "square": "s", "triangle": "^"}
# A screen pixel of the map's styles on paper [point].
_POINTS_A_PIXEL: Final = 0.6
# Detail finer than this is not seen on paper [mm].
_DETAIL: Final = 0.12
_OUTLINE: Final = "#6b7280"
_COUNTY: Final = "#cdd3db"
_GRATICULE: Final = "#c3cad3"


@dataclass(frozen=True)
class Background:
    """Who published what lies behind the zones, and its polygons and lines."""

    source: Boundaries
    provinces: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame


def load_background(boundaries: Boundaries) -> Background:
    """Load provinces and national lines of a source, or of the default one where a user's file has none.

    Parameters
    ----------
    boundaries : Boundaries

    Returns
    -------
    Background

    Raises
    ------
    BoundaryError
        When the built-in source that has to help out cannot be read.
    """
    source = boundaries
    if source.provinces is None or source.lines is None:
        source = load()
    assert source.provinces is not None
    assert source.lines is not None
    return Background(source, source.provinces, source.lines)


def get_tolerance(view: SheetView) -> float:
    """Return the detail of a view that is not seen on paper [degree]."""
    return view.degrees_a_millimetre * _DETAIL


def _select_near(frame: gpd.GeoDataFrame, view: SheetView) -> gpd.GeoDataFrame:
    geometry = frame.geometry.to_numpy()
    shown = shapely.intersects(shapely.envelope(geometry), view.compute_geographic_box())
    return frame[shown].reset_index(drop=True)


def draw_shapes(axes: Any, geometries: Any, **style: Any) -> Any:
    """Draw polygons or lines in WGS 84 on a map's projection."""
    from frykit.plot import add_geometries  # imports cartopy: two seconds that only a figure needs

    return add_geometries(axes, geometries, **style)


def draw_background(
    axes: Any, view: SheetView, behind: Background, *, counties: gpd.GeoDataFrame | None = None
) -> None:
    """Draw provinces, the net of counties, the country's outline, and the national lines.

    Parameters
    ----------
    axes : GeoAxes
    view : SheetView
    behind : Background
    counties : GeoDataFrame or None
        Drawn as a fine net where given.
    """
    # The whole country's provinces as one coverage, so that its outline has no inner lines.
    provinces = simplify_coverage(behind.provinces, get_tolerance(view)).geometry.to_numpy()
    style = palette.get_province_style("light")
    draw_shapes(axes, provinces, facecolor=style.fill, edgecolor="none", zorder=1)
    if counties is not None:
        net = simplify_coverage(_select_near(counties, view), get_tolerance(view)).geometry.to_numpy()
        draw_shapes(axes, net, facecolor="none", edgecolor=_COUNTY, linewidth=0.25, zorder=1.2)
    draw_shapes(axes, provinces, facecolor="none", edgecolor=style.stroke, linewidth=0.45, zorder=1.4)
    outline = shapely.coverage_union_all(provinces)
    draw_shapes(axes, [outline], facecolor="none", edgecolor=_OUTLINE, linewidth=0.7, zorder=1.5)
    lines = shapely.simplify(behind.lines.geometry.to_numpy(), get_tolerance(view))
    draw_shapes(
        axes, lines, facecolor="none", edgecolor=palette.NATIONAL_LINE.stroke, linewidth=0.9, zorder=1.6
    ).set_gid("national lines")


def draw_zones(axes: Any, view: SheetView, joined: JoinedProgramme, styles: dict[int, Style]) -> None:
    """Draw hosts of special areas, members, outlines of zones, and points.

    Parameters
    ----------
    axes : GeoAxes
    view : SheetView
    joined : JoinedProgramme
    styles : dict of int to Style
        Of each zone shown; others are not drawn.
    """
    tolerance = get_tolerance(view)
    hosts = joined.hosts[joined.hosts["zone"].isin(styles) & joined.hosts["host_name"].notna()]
    _fill(axes, shapely.simplify(hosts.geometry.to_numpy(), tolerance), palette.HOST, zorder=2, gid="hosts")
    shown = joined.counted["zone"].isin(styles)
    members = simplify_coverage(joined.counted[shown].reset_index(drop=True), tolerance)
    for style, orders in _group_by_style(styles):
        own = members[members["zone"].isin(orders)].geometry.to_numpy()
        # At the scale of the country the white lines between members would leave no colour.
        _fill(axes, own, replace(style, stroke=None) if view.whole else style, zorder=3, gid="members")
    outlines = [
        shapely.union_all(members.geometry[members["zone"] == order].to_numpy()) for order in members["zone"].unique()
    ]
    rim = palette.get_zone_style("light")
    weight = rim.weight * (_POINTS_A_PIXEL / 2 if view.whole else _POINTS_A_PIXEL)
    draw_shapes(axes, outlines, facecolor="none", edgecolor=rim.stroke, linewidth=weight, zorder=4)
    points = joined.points[joined.points["zone"].isin(styles)]
    draw_points(axes, view, points.geometry, palette.POINT)
    standing = make_placeholder_points(joined)
    draw_points(axes, view, standing.geometry[standing["zone"].isin(styles)], palette.STANDING)


def draw_points(axes: Any, view: SheetView, points: Iterable[shapely.Geometry], style: Style) -> None:
    """Draw special areas of which a point alone is known, and towns that stand at their county, as the map's own marker."""
    shown = [point for point in points if point is not None]
    if not shown:
        return
    left, bottom, width, height = view.frame
    at = shapely.get_coordinates(view.on_sheet(np.array(shown))) - (left, bottom)
    drawn = axes.plot(
        at[:, 0] / width,
        at[:, 1] / height,
        transform=axes.transAxes,
        linestyle="none",
        marker=MARKERS[style.shape],
        markersize=style.radius,
        markerfacecolor=style.fill,
        markeredgecolor=style.stroke,
        markeredgewidth=0.5 * style.weight,
        zorder=6,
    )
    drawn[0].set_gid("points")


def _group_by_style(styles: dict[int, Style]) -> list[tuple[Style, list[int]]]:
    """Return zones of one look together, in the order of the first."""
    groups: dict[Style, list[int]] = {}
    for order, style in styles.items():
        groups.setdefault(style, []).append(order)
    return list(groups.items())


def _fill(axes: Any, geometries: Sequence[Any], style: Style, *, zorder: float, gid: str) -> None:
    """Draw polygons in a style of the map: fill, hatch over it, outline over both."""
    if not len(geometries):
        return
    if style.fill is not None:
        draw_shapes(
            axes, geometries, facecolor=style.fill, alpha=style.fill_opacity, edgecolor="none", zorder=zorder
        ).set_gid(gid)
    if style.hatch is not None:
        draw_shapes(
            axes,
            geometries,
            facecolor="none",
            # A hatch is drawn in the colour of the edge; on a filled polygon in white.
            edgecolor=style.stroke or "#ffffff",
            hatch=HATCHES[style.hatch],
            linewidth=0.0,
            zorder=zorder + 0.1,
        ).set_gid(f"{gid} hatched")
    if style.stroke is None:
        return
    draw_shapes(
        axes,
        geometries,
        facecolor="none",
        edgecolor=style.stroke,
        linewidth=style.weight * _POINTS_A_PIXEL,
        linestyle=convert_dashes(style),
        zorder=zorder + 0.2,
    )


def convert_dashes(style: Style) -> Any:
    """Return matplotlib's line style for the dashes of the map's."""
    if style.dash is None:
        return "solid"
    return (0, tuple(float(part) * _POINTS_A_PIXEL for part in style.dash.split()))


def draw_graticule(axes: Any, *, size: float) -> None:
    """Draw meridians and parallels with their degrees on the left and lower edge.

    Parameters
    ----------
    axes : GeoAxes
    size : float
        Of the labels [point].
    """
    grid = axes.gridlines(
        draw_labels={"left": "y", "bottom": "x"},
        x_inline=False,
        y_inline=False,
        linewidth=0.35,
        color=_GRATICULE,
        zorder=0.5,
        rotate_labels=False,
    )
    grid.xlabel_style = grid.ylabel_style = {"size": size, "color": "#4b5563"}
    grid.xpadding = grid.ypadding = 3


def draw_frame(axes: Any) -> None:
    """Draw the edge of a map."""
    axes.spines["geo"].set(linewidth=0.8, edgecolor="#374151")
