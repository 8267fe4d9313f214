"""The whole of a printed figure: the map with its names, inset or locator, scale and north, and what is written beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely

from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.member_record import GeometryQuality
from pilotzones.geo.messages import Language, translate
from pilotzones.layers.figure.content import FigureContent
from pilotzones.layers.figure.font_subset import clean
from pilotzones.layers.figure.label_placement import Label, Placed, place
from pilotzones.layers.figure.map_axes import Background, draw_background, draw_graticule, draw_zones
from pilotzones.layers.figure.page_layout import POINT, Sheet
from pilotzones.layers.figure.projection import ALL_CHINA, SOUTH_SEA, SheetView, make_china_view
from pilotzones.layers.figure.side_panel import write_head, write_panel, write_source
from pilotzones.layers.place_labels import name_place
from pilotzones.layers.style.spec import Style
from pilotzones.layers.webmap.geometry.builder import make_placeholder_points

__all__ = ["Name", "draw_compass", "draw_scale_bar", "draw_sheet", "map_names", "write_inset_caption"]

_INK: Final = "#1f2937"
_CONTEXT: Final = "#7b8494"
# Size of the names on the map [point], and of a marker [mm].
_NAME: Final = 7.0
_MARKER: Final = 1.2


@dataclass(frozen=True, slots=True)
class Name:
    """A name for the map, what it names on the sheet [mm], whether it is only context, or one of neighbours."""

    text: str
    shape: shapely.Geometry
    quiet: bool = False
    tied: bool = False


def map_names(
    joined: JoinedProgramme, orders: Sequence[int], view: SheetView, behind: Background, *, lang: Language
) -> list[Name]:
    """List the names on the map: the zones, or the members where one zone is alone; provinces around a part of the country.

    Parameters
    ----------
    joined : JoinedProgramme
    orders : sequence of int
        Numbers of the zones shown.
    view : SheetView
    behind : Background
    lang : {"zh", "en"}

    Returns
    -------
    list of Name
    """
    if len(orders) == 1:
        named = _list_member_shapes(joined, orders[0], lang)
    else:
        zones = joined.zones[joined.zones["zone"].isin(orders)]
        standing = make_placeholder_points(joined)
        elsewhere = dict(zip(standing["zone"], standing.geometry, strict=True))
        named = [
            (f"{order} {joined.programme.get_zone(order).name(lang)}", elsewhere.get(order, shape))
            for order, shape in zip(zones["zone"], zones.geometry, strict=True)
        ]
    names = [Name(clean(text), shape, tied=len(orders) == 1) for text, shape in _project_to_sheet(view, named)]
    if not view.whole:
        provinces = behind.provinces
        points = shapely.points(provinces["lon"].to_numpy(), provinces["lat"].to_numpy())
        context = [(name_place(name, lang), point) for name, point in zip(provinces["province"], points, strict=True)]
        names += [Name(clean(text), shape, quiet=True) for text, shape in _project_to_sheet(view, context)]
    return names


def _list_member_shapes(
    joined: JoinedProgramme, order: int, lang: Language
) -> list[tuple[str, shapely.Geometry | None]]:
    """Return each member of a zone; one without a polygon or point at those of its hosts that are no members."""
    own = joined.list_records([order])
    filled = shapely.union_all([record.geometry for record in own if record.is_counted])
    named = []
    for record in own:
        shape = record.geometry
        if record.quality is GeometryQuality.HOST_ONLY:
            hosts = [host.geometry for host in record.hosts]
            shape = shapely.difference(shapely.union_all(hosts), filled)
        named.append((f"{record.member.position} {record.name(lang)}", shape))
    return named


def _project_to_sheet(
    view: SheetView, named: Sequence[tuple[str, shapely.Geometry | None]]
) -> list[tuple[str, shapely.Geometry]]:
    known = [(text, shape) for text, shape in named if shape is not None and not shapely.is_empty(shape)]
    shapes = view.on_sheet(np.array([shape for _, shape in known], dtype=object))
    return [(text, shape) for (text, _), shape in zip(known, shapes, strict=True)]


def draw_sheet(
    sheet: Sheet,
    content: FigureContent,
    view: SheetView,
    joined: JoinedProgramme,
    *,
    behind: Background,
    names: Sequence[Name],
    lang: Language,
) -> None:
    """Draw everything; the whole country never without the inset, no sheet without its source line.

    Parameters
    ----------
    sheet : Sheet
    content : FigureContent
    view : SheetView
        Of the map.
    joined : JoinedProgramme
    behind : Background
    names : sequence of Name
        Of `map_names`.
    lang : {"zh", "en"}
    """
    axes = sheet.map(view)
    draw_background(axes, view, behind, counties=None if view.whole else joined.boundaries.counties)
    draw_zones(axes, view, joined, content.styles)
    draw_graticule(axes, size=sheet.layout.scale_text(6))
    reserved = [draw_scale_bar(sheet, axes, view), draw_compass(sheet, axes, view)]
    panel_top = sheet.layout.panel[1] + sheet.layout.panel[3]
    if view.whole:
        reserved.append(_draw_inset(sheet, view, joined, behind, content.styles, lang=lang))
    else:
        _draw_locator(sheet, view, behind, lang=lang)
        panel_top = sheet.layout.locator[1] - 3 * sheet.layout.scale
    unplaced = _write_names(sheet, view, names, reserved, _list_special_shapes(joined, content.styles, view))
    write_head(sheet, content)
    write_panel(sheet, content, panel_top, unplaced, lang=lang)
    write_source(sheet, content)


def _draw_inset(
    sheet: Sheet,
    view: SheetView,
    joined: JoinedProgramme,
    behind: Background,
    styles: dict[int, Style],
    *,
    lang: Language,
) -> shapely.Geometry:
    inset = make_china_view(view.projection.kind, sheet.layout.inset, shown=SOUTH_SEA)
    axes = sheet.map(inset)
    axes.set_gid("South China Sea inset")
    draw_background(axes, inset, behind)
    draw_zones(axes, inset, joined, styles)
    return write_inset_caption(sheet, inset, lang)


def write_inset_caption(sheet: Sheet, inset: SheetView, lang: Language) -> shapely.Geometry:
    """Write what the inset shows and its scale; return the area it covers."""
    x, y, width, height = inset.frame
    _write_caption(sheet, x + width / 2, y + 1.2 * sheet.layout.scale, translate("figure_inset", lang))
    _write_caption(
        sheet,
        x + width / 2,
        y + 1.2 * sheet.layout.scale + sheet.compute_line_height(5.5),
        translate("figure_short_scale", lang, scale=f"{inset.scale:,}"),
    )
    return shapely.box(x, y, x + width, y + height)


def _write_caption(sheet: Sheet, x: float, y: float, text: str) -> None:
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85}
    sheet.write(x, y, text, 5.5, ha="center", va="bottom", bbox=box)


def _draw_locator(sheet: Sheet, view: SheetView, behind: Background, *, lang: Language) -> None:
    """Return the whole country, its southern sea included, with the part shown framed in it."""
    country = make_china_view(view.projection.kind, sheet.layout.locator, shown=ALL_CHINA)
    axes = sheet.map(country)
    axes.set_gid("locator")
    draw_background(axes, country, behind)
    edge = shapely.segmentize(view.compute_geographic_box(), 0.5)
    x, y = shapely.get_coordinates(country.on_sheet(np.array([edge]))).T
    sheet.surface.plot(x, y, color="#b91c1c", linewidth=1.0)
    left, bottom, _, _ = country.frame
    sheet.write(
        left + 1.5 * sheet.layout.scale, bottom + 1.5 * sheet.layout.scale, translate("figure_locator", lang), 6
    )


def draw_scale_bar(sheet: Sheet, axes: Any, view: SheetView) -> shapely.Geometry:
    """Draw the length of a round number of kilometres, about a fifth of the map, and return the area it covers."""
    from frykit.plot import add_scale_bar
    from matplotlib.patches import Rectangle

    x, y, width, height = view.frame
    target = width * view.scale / 1e6 / 5
    length = max(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if step <= target or step == 1)
    bar = add_scale_bar(axes, 0.03, 0.045, length=length)
    size = sheet.layout.scale_text(6)
    ticks = (0, length / 2, length)
    bar.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    bar.set_xlabel("km", fontsize=size, labelpad=1)
    bar.tick_params(labelsize=size, length=2.5, width=0.6, pad=1.5)
    bar.set_gid("scale bar")
    long, s = length * 1e6 / view.scale, sheet.layout.scale
    room = shapely.box(x, y, x + 0.03 * width + long + 6 * s, y + 14 * s)
    axes.add_patch(
        Rectangle(
            (0.008, 0.012), (0.03 * width + long + 3.6 * s) / width, 12 * s / height, transform=axes.transAxes,
            facecolor="white", alpha=0.75, edgecolor="none", zorder=4.9,
        )
    )  # fmt: skip
    return room


def draw_compass(sheet: Sheet, axes: Any, view: SheetView) -> shapely.Geometry:
    """Draw the north arrow; return the area it covers."""
    from frykit.plot import add_compass

    x, y, width, height = view.frame
    s = sheet.layout.scale
    size = 15 * s
    compass = add_compass(
        axes,
        0.035,
        0.905,
        size=size,
        pc_kwargs={"linewidth": 0.6},
        text_kwargs={"fontsize": sheet.layout.scale_text(8)},
    )
    compass.set_gid("north arrow")
    return shapely.box(x, y + 0.89 * height, x + 0.035 * width + 6 * s, y + height)


def _list_special_shapes(joined: JoinedProgramme, styles: dict[int, Style], view: SheetView) -> list[shapely.Geometry]:
    """Return points and hosts of special areas, and towns that stand at their county, as they lie on the sheet."""
    points = joined.points[joined.points["zone"].isin(styles)]
    hosts = joined.hosts[joined.hosts["zone"].isin(styles) & ~joined.hosts.geometry.isna()]
    standing = make_placeholder_points(joined)
    signs = [*points.geometry, *standing.geometry[standing["zone"].isin(styles)]]
    return list(view.on_sheet(np.array([*signs, *hosts.geometry], dtype=object)))


def _write_names(
    sheet: Sheet,
    view: SheetView,
    names: Sequence[Name],
    reserved: Sequence[shapely.Geometry],
    special: Sequence[shapely.Geometry],
) -> int:
    """Write the names, and count those that only their number fits for."""
    x, y, width, height = view.frame
    frame = shapely.box(x, y, x + width, y + height)
    inside = [_make_label(sheet, one) for one in names if frame.contains(shapely.Point(_find_anchor(one.shape)))]
    # A marker is never covered, nor what is drawn where that can be had.
    markers = [shapely.buffer(shape, _MARKER) for shape in special if _is_point(shape)]
    covered = [*special, *(one.shape for one in names if not one.quiet)]
    # Rings of a simplified polygon may cross: mended, or the union would fail.
    drawn = shapely.union_all(shapely.make_valid(shapely.simplify(covered, 0.3), method="structure"))
    taken = [*reserved, *markers]
    loud = [label for label in inside if not label.quiet]
    placed, without = place(loud, frame=frame.bounds, reserved=taken, drawn=drawn)
    # A name that does not fit leaves its number, which leads to the list.
    short = [_make_number_label(sheet, label) for label in without]
    for labels in (short, [label for label in inside if label.quiet]):
        around = [*taken, *(part for one in placed for part in one.taken)]
        placed += place(labels, frame=frame.bounds, reserved=around, drawn=drawn)[0]
    for one in placed:
        _write_name(sheet, one)
    return len(without)


def _make_label(sheet: Sheet, one: Name) -> Label:
    return Label(
        one.text,
        _find_anchor(one.shape),
        _measure_name(sheet, one.text),
        _find_home_polygon(one),
        quiet=one.quiet,
        tied=one.tied,
    )


def _make_number_label(sheet: Sheet, label: Label) -> Label:
    number = label.text.partition(" ")[0]
    return replace(label, text=number, size=_measure_name(sheet, number))


def _measure_name(sheet: Sheet, text: str) -> tuple[float, float]:
    """Return the width and height of a name's box [mm]."""
    size = sheet.layout.scale_text(_NAME) * POINT
    return sheet.font.measure_width(text, size) + 1.4, size * 1.35


def _write_name(sheet: Sheet, one: Placed) -> None:
    from matplotlib.patches import Rectangle

    (x, y), (width, height) = one.centre, one.label.size
    if one.label.quiet:
        sheet.write(x, y, one.label.text, _NAME, ha="center", va="center_baseline", color=_CONTEXT, gid="label")
        return
    if one.leader:
        (x0, y0), (x1, y1) = one.leader
        sheet.surface.plot([x0, x1], [y0, y1], color=_INK, linewidth=0.45, zorder=7)
    box = Rectangle(
        (x - width / 2, y - height / 2), width, height, facecolor="white", alpha=0.8, edgecolor="none", zorder=8
    )
    box.set_gid("label box")
    sheet.surface.add_patch(box)
    sheet.write(x, y, one.label.text, _NAME, ha="center", va="center_baseline", zorder=9, gid="label")


def _find_anchor(shape: shapely.Geometry) -> tuple[float, float]:
    point = shapely.point_on_surface(_find_largest_part(shape))
    return float(point.x), float(point.y)


def _find_home_polygon(name: Name) -> shapely.Geometry | None:
    return None if _is_point(name.shape) else _find_largest_part(name.shape)


def _is_point(shape: shapely.Geometry) -> bool:
    return bool(shapely.get_dimensions(shape) == 0)


def _find_largest_part(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    largest: shapely.Geometry = parts[int(shapely.area(parts).argmax())]
    return largest
