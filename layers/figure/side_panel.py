"""The written parts of a printed figure: title, legend, lists, and the source line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pilotzones.geo.messages import Language, translate
from pilotzones.layers.figure.content import FigureContent, ListRow
from pilotzones.layers.figure.map_axes import HATCHES, MARKERS, convert_dashes
from pilotzones.layers.figure.page_layout import POINT, Sheet
from pilotzones.layers.style.spec import LegendItem

__all__ = ["QUIET", "write_head", "write_panel", "write_source"]

QUIET: Final = "#5b6472"
_LEGEND_GAP: Final = 1.25


def write_head(sheet: Sheet, content: FigureContent) -> None:
    """Write the title, as large as it fits, and the line below it."""
    x, y, room = sheet.layout.title
    points = 15.0
    while points > 8 and sheet.font.measure_width(content.title, sheet.layout.scale_text(points) * POINT) > room:
        points -= 0.5
    shown = sheet.wrap_text(content.title, points, room)
    sheet.write(x, y, shown[0] + ("…" if len(shown) > 1 else ""), points, gid="title")
    line = sheet.wrap_text(content.subtitle, 8, room)
    sheet.write(x, y - 6.2 * sheet.layout.scale, line[0] + ("…" if len(line) > 1 else ""), 8, color=QUIET)


def write_source(sheet: Sheet, content: FigureContent) -> None:
    """Write the source, document, projection and scale, method, date: under the map of every sheet."""
    x, y, room = sheet.layout.source
    lines = [part for text in content.source for part in sheet.wrap_text(text, 6.3, room)]
    step = sheet.compute_line_height(6.3)
    for index, line in enumerate(lines):
        sheet.write(x, y - (index + 1) * step, line, 6.3, color=QUIET, gid="source")


def write_panel(sheet: Sheet, content: FigureContent, top: float, unplaced: int, *, lang: Language) -> None:
    """Write the legend, then the list as far as it fits; what is left out is counted."""
    x, bottom, width, _ = sheet.layout.panel
    y = _write_heading(sheet, x, top, content.legend_title)
    for item in content.legend:
        y = _draw_legend_item(sheet, item, x, y, width)
    if content.tasks:
        # The tasks of the zone are never cut; the list of members above them may be cut.
        bottom += (len(content.tasks) + 1.6) * sheet.compute_line_height(7)
    note = translate("figure_unlabelled", lang, count=unplaced) if unplaced else ""
    y = _write_heading(sheet, x, y - 2 * sheet.layout.scale, content.list_title)
    y = _write_rows(
        sheet,
        content.rows,
        x,
        y,
        bottom=bottom + (sheet.compute_line_height(6) if note else 0),
        lang=lang,
        figures=content.list_column,
    )
    if note:
        sheet.write(x, y - sheet.compute_line_height(6), note, 6, color=QUIET)
        y -= sheet.compute_line_height(6)
    if content.tasks:
        y = _write_heading(sheet, x, y - 2 * sheet.layout.scale, translate("figure_tasks", lang))
        _write_rows(sheet, content.tasks, x, y, bottom=sheet.layout.panel[1], lang=lang)


def _write_heading(sheet: Sheet, x: float, y: float, text: str) -> float:
    y -= sheet.compute_line_height(8.5)
    sheet.write(x, y + 0.8, text, 8.5)
    sheet.surface.plot([x, x + sheet.layout.panel[2]], [y - 0.3, y - 0.3], color="#9aa3af", linewidth=0.5)
    return y - 0.8 * sheet.layout.scale


def _write_rows(
    sheet: Sheet, rows: Sequence[ListRow], x: float, y: float, *, bottom: float, lang: Language, figures: str = ""
) -> float:
    """Write a list in one column with figures; in two without, where it is long; what does not fit then is counted."""
    points, width = 7.0, sheet.layout.panel[2]
    step, indent = sheet.compute_line_height(points), 4.6 * sheet.layout.scale
    lines = [_fit_rows(sheet, row, width - indent) for row in rows]
    if y - sum(map(len, lines)) * step >= bottom:
        # Beside the heading, which stands above the first row.
        sheet.write(x + width, y + 1.6 * sheet.layout.scale, figures, 6, ha="right", color=QUIET)
        for row, own in zip(rows, lines, strict=True):
            sheet.write(x + width, y - step, row.detail, points, ha="right")
            y = _write_row(sheet, row.number, own, x + indent, y)
        return y
    room = max(int((y - bottom) / step), 1)
    listed = len(rows) if len(rows) <= 2 * room else 2 * room - 1
    for index, row in enumerate(rows[:listed]):
        column, place = divmod(index, room)
        own = _fit_rows(sheet, ListRow(row.number, row.name, ""), width / 2 - indent - 1)
        shown = own[0] if len(own) == 1 else f"{own[0][:-1]}…"
        _write_row(sheet, row.number, [shown], x + indent + column * width / 2, y - place * step)
    if listed < len(rows):
        more = translate("figure_more", lang, count=len(rows) - listed)
        _write_row(sheet, "", [more], x + indent + width / 2, y - (room - 1) * step)
    return y - room * step


def _fit_rows(sheet: Sheet, row: ListRow, room: float) -> list[str]:
    em = sheet.layout.scale_text(7.0) * POINT
    return sheet.wrap_text(
        row.name, 7.0, room - (sheet.font.measure_width(row.detail, em) + 2 * em if row.detail else 0)
    )


def _write_row(sheet: Sheet, number: str, lines: Sequence[str], x: float, y: float) -> float:
    """Write a number and the lines beside it, and return where the next row begins."""
    step = sheet.compute_line_height(7.0)
    sheet.write(x - 0.9 * sheet.layout.scale, y - step, number, 7.0, ha="right", color=QUIET)
    for line in lines:
        y -= step
        sheet.write(x, y, line, 7.0)
    return y


def _draw_legend_item(sheet: Sheet, item: LegendItem, x: float, y: float, width: float) -> float:
    points, s = 7.0, sheet.layout.scale
    step = sheet.compute_line_height(points)
    lines = sheet.wrap_text(item.label, points, width - 9 * s)
    y -= _LEGEND_GAP * s * 0.4
    _draw_swatch(sheet, item, x, y - step * 0.98, width=6.4 * s, height=step * 0.86)
    for line in lines:
        y -= step
        sheet.write(x + 8.2 * s, y + 0.28 * step, line, points)
    return y - _LEGEND_GAP * s * 0.4


def _draw_swatch(sheet: Sheet, item: LegendItem, x: float, y: float, *, width: float, height: float) -> None:
    from matplotlib.patches import Rectangle

    style = item.style
    if item.shape == "point":
        sheet.surface.plot(
            [x + width / 2], [y + height / 2], marker=MARKERS[style.shape], markersize=5, markerfacecolor=style.fill,
            markeredgecolor=style.stroke, linestyle="none",
        )  # fmt: skip
        return
    if item.shape == "line":
        sheet.surface.plot([x, x + width], [y + height / 2] * 2, color=style.stroke, linewidth=1.1)
        return
    if style.fill is not None:
        sheet.surface.add_patch(
            Rectangle((x, y), width, height, facecolor=style.fill, alpha=style.fill_opacity, edgecolor="none")
        )
    if style.hatch is not None:
        sheet.surface.add_patch(
            Rectangle(
                (x, y), width, height, fill=False, edgecolor=style.stroke, hatch=HATCHES[style.hatch], linewidth=0
            )
        )
    edge = "#6b7280" if style.fill is not None else style.stroke
    sheet.surface.add_patch(
        Rectangle((x, y), width, height, fill=False, edgecolor=edge, linewidth=0.5, linestyle=convert_dashes(style))
    )
