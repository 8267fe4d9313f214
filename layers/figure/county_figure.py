"""A printed sheet of one or several maps of counties: shaded by classes, with points, outlines of zones, legend and sources."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.messages import Language, translate
from pilotzones.layers.figure.content import FigureContent, describe_publisher
from pilotzones.layers.figure.drawing import draw_compass, draw_scale_bar, write_inset_caption
from pilotzones.layers.figure.font_subset import clean
from pilotzones.layers.figure.map_axes import (
    Background,
    draw_background,
    draw_graticule,
    draw_points,
    draw_shapes,
    get_tolerance,
    load_background,
)
from pilotzones.layers.figure.page_layout import Layout, Sheet
from pilotzones.layers.figure.projection import ALL_CHINA, SOUTH_SEA, Box, SheetView, make_china_view
from pilotzones.layers.figure.render import (
    DPI,
    FORMATS,
    FileFormat,
    check_coverage,
    encode_sheet,
    make_metadata,
    make_sheet_font,
    prepare_drawing,
)
from pilotzones.layers.figure.side_panel import write_head, write_panel, write_source
from pilotzones.layers.style.spec import Style
from pilotzones.layers.webmap.geometry.geojson_encoder import simplify_coverage

__all__ = ["MAX_PANELS", "CountyPanel", "list_ground_lines", "render_county_figure"]

MAX_PANELS: Final = 20
_OUTLINE: Final = "#111827"
# Room for the title of a small map and between maps [mm].
_CAPTION: Final = 5.0
_GAP: Final = 2.5


@dataclass(frozen=True)
class CountyPanel:
    """One map: its caption, the counties of each style, and points of each style as longitude and latitude [degree]."""

    title: str
    fills: Sequence[tuple[Style, frozenset[str]]]
    points: Sequence[tuple[Style, Sequence[tuple[float, float]]]] = ()


def list_ground_lines(boundaries: Boundaries, panels: int, lang: Language) -> list[str]:
    """List what a sheet of so many maps says of its boundaries, and of its projection and scale."""
    view = _list_views(panels, Layout.on("A4"))[0]
    scale = translate("figure_scale", lang, scale=f"{view.scale:,}", paper="A4")
    return [
        describe_publisher(boundaries.info, "boundaries", lang),
        translate("figure_between", lang).join([view.projection.describe(lang), scale]),
    ]


def render_county_figure(
    panels: Sequence[CountyPanel],
    content: FigureContent,
    boundaries: Boundaries,
    outlines: Sequence[frozenset[str]],
    *,
    file_format: FileFormat,
    lang: Language,
    dpi: int = 200,
) -> bytes:
    """Draw a sheet on A4.

    Parameters
    ----------
    panels : sequence of CountyPanel
        One map with its inset of the South China Sea, or small ones of which each shows all of the country.
    content : FigureContent
        Title, legend, list and sources.
    boundaries : Boundaries
    outlines : sequence of frozenset of str
        Codes of counties that are outlined together.
    file_format : {"pdf", "svg", "png"}
    lang : {"zh", "en"}
    dpi : int, optional
        Of a PNG [dot/inch].

    Returns
    -------
    bytes

    Raises
    ------
    ExportError
        When the format is none of those, or there is no map or too many.
    FontError
        When no font on this computer has a character of a text.
    """
    if file_format not in FORMATS or not DPI[0] <= dpi <= DPI[1]:
        facts: dict[str, object] = {"value": file_format, "known": ", ".join(FORMATS), "dpi": dpi}
        raise ExportError(make_problem("", "figure_format_or_dpi", facts=facts | {"first": DPI[0], "last": DPI[1]}))
    if not 1 <= len(panels) <= MAX_PANELS:
        raise ExportError(make_problem("", "figure_maps", facts={"most": MAX_PANELS, "count": len(panels)}))
    layout = Layout.on("A4")
    behind = load_background(boundaries)
    font = make_sheet_font([*content.list_texts(), *(clean(panel.title) for panel in panels)], lang)
    with prepare_drawing(font):
        sheet = Sheet.on(layout, font)
        views = _list_views(len(panels), layout)
        for panel, view in zip(panels, views, strict=True):
            axes = _draw_panel(sheet, panel, view, behind=behind, boundaries=boundaries, outlines=outlines)
            if len(panels) > 1:
                x, y, _, height = view.frame
                sheet.write(x, y + height + 1.2, clean(panel.title), 8, gid="panel title")
                continue
            draw_graticule(axes, size=layout.scale_text(6))
            draw_scale_bar(sheet, axes, view)
            draw_compass(sheet, axes, view)
            inset = make_china_view(view.projection.kind, layout.inset, shown=SOUTH_SEA)
            _draw_panel(sheet, panel, inset, behind=behind, boundaries=boundaries, outlines=outlines).set_gid(
                "South China Sea inset"
            )
            write_inset_caption(sheet, inset, lang)
        write_head(sheet, content)
        write_panel(sheet, content, layout.panel[1] + layout.panel[3], 0, lang=lang)
        write_source(sheet, content)
        check_coverage(sheet)
        # Nothing of the time, so that the same input gives the same bytes.
        metadata = make_metadata(file_format, content.title, " ".join(content.source))
        return encode_sheet(sheet, file_format, dpi, metadata)


def _list_views(count: int, layout: Layout) -> list[SheetView]:
    if count == 1:
        return [make_china_view("albers", layout.map)]
    return [make_china_view("albers", frame, shown=ALL_CHINA) for frame in _split_frame(layout.map, count)]


def _split_frame(frame: Box, count: int) -> Iterator[Box]:
    """Divide a sheet into frames of small maps, row by row, as large as they can be."""
    x, y, width, height = frame
    # The country with its southern sea is about as wide as it is high.
    columns = max(range(1, count + 1), key=lambda number: _measure_cell(width, height, number, count))
    rows = math.ceil(count / columns)
    wide, high = (width - (columns - 1) * _GAP) / columns, height / rows
    for number in range(count):
        row, column = divmod(number, columns)
        yield x + column * (wide + _GAP), y + height - (row + 1) * high, wide, high - _CAPTION


def _measure_cell(width: float, height: float, columns: int, count: int) -> float:
    rows = math.ceil(count / columns)
    return min((width - (columns - 1) * _GAP) / columns, height / rows - _CAPTION)


def _draw_panel(
    sheet: Sheet,
    panel: CountyPanel,
    view: SheetView,
    *,
    behind: Background,
    boundaries: Boundaries,
    outlines: Sequence[frozenset[str]],
) -> Any:
    axes = sheet.map(view)
    draw_background(axes, view, behind)
    counties = simplify_coverage(boundaries.counties, get_tolerance(view))
    codes, shapes = counties["adcode"].to_numpy(), counties.geometry.to_numpy()
    for style, own in panel.fills:
        chosen = shapes[np.isin(codes, list(own))]
        if len(chosen):
            drawn = draw_shapes(
                axes, chosen, facecolor=style.fill or "none", edgecolor=style.stroke or "none", linewidth=0.12,
                alpha=style.fill_opacity, zorder=1.1,
            )  # fmt: skip
            drawn.set_gid("counties")
    for own in outlines:
        chosen = shapes[np.isin(codes, list(own))]
        if len(chosen):
            rim = shapely.union_all(shapely.make_valid(chosen))
            draw_shapes(axes, [rim], facecolor="none", edgecolor=_OUTLINE, linewidth=0.5, zorder=3).set_gid("zone")
    for style, places in panel.points:
        draw_points(axes, view, [shapely.Point(place) for place in places], style)
    return axes
