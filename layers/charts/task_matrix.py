"""Zones against tasks as a chart: the matrix one navigates by.

Nothing is shown by colour alone: a full cell has a disc and an empty one a dot, every count is a number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import altair as alt

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import Language, get_place_words, translate
from pilotzones.geo.query.task_matrix import Matrix
from pilotzones.layers.charts.heatmap import PICKED, finish_chart, make_axis, make_band_scale
from pilotzones.layers.style import palette
from pilotzones.layers.style.spec import Theme

__all__ = ["build_matrix_chart"]

# Stands for "the whole row" or "the whole column".
_ALL: Final = 0
# The total's row and column.
_TOTAL: Final = "Σ"
# Rows of regions have keys of their own: numbers are those of zones.
_REGION: Final = "r"


def build_matrix_chart(
    matrix: Matrix,
    programme: Programme,
    *,
    tasks: Collection[int] = (),
    zones: Collection[int] | None = None,
    regions: Collection[str] = (),
    focus: int | None = None,
    lang: Language = "zh",
    theme: Theme = "light",
) -> alt.LayerChart:
    """Build the matrix: a row a zone, a column a task, with the counts of both; below them a row a region.

    Parameters
    ----------
    matrix : Matrix
    programme : Programme
        The same one.
    tasks : collection of int, optional
        Tasks that are chosen: their columns are marked.
    zones : collection of int, optional
        Zones that pass the filter; the others are pale. All by default.
    regions : collection of str, optional
        Regions that are chosen: their rows are marked.
    focus : int, optional
        The zone that is open: its row is marked.
    lang : {"zh", "en"}
    theme : {"light", "dark"}

    Returns
    -------
    altair.LayerChart
        A click on a cell selects ``zone``, ``task`` and ``region`` (from 1, in the order of `matrix`) in the parameter
        `PICKED`; what it is not about is 0.
    """
    shown = set(matrix.zones) if zones is None else set(zones)
    words = get_place_words(programme.kind, lang)
    names = {str(order): f"{order}  {programme.get_zone(order).name(lang)}" for order in matrix.zones}
    heads = {str(number): f"{number}  {programme.get_task(number).short(lang)}" for number in matrix.tasks}
    areas = {
        f"{_REGION}{row}": programme.get_region(name).name(lang) for row, name in enumerate(matrix.regions, start=1)
    }
    cells = _list_matrix_cells(matrix, names, heads, tasks=set(tasks), shown=shown, focus=focus, words=words, lang=lang)
    cells += _list_region_cells(matrix, areas, heads, chosen=set(regions), tasks=set(tasks), words=words, lang=lang)
    look = palette.get_chart_theme(theme)
    order_y = [*names, _TOTAL, *areas]
    order_x = [*heads, _TOTAL]
    base = alt.Chart(alt.InlineData(values=cells)).encode(
        x=alt.X("column:N", scale=make_band_scale(order_x), axis=make_axis(heads, "top")),
        y=alt.Y("row:N", scale=make_band_scale(order_y), axis=make_axis(names | areas, "left", narrow=areas)),
        tooltip=[
            alt.Tooltip("row_name:N", title=f"{words['One']} / {translate('region', lang)}"),
            alt.Tooltip("task_name:N", title=translate("task", lang)),
            alt.Tooltip("tooltip:N", title=" "),
        ],
    )
    layers = [_draw_grid(base, look), *_draw_signs(base, look)]
    described = translate("matrix_description", lang, zones=len(matrix.zones), tasks=len(matrix.tasks), **words)
    return finish_chart(layers, rows=len(order_y), described=described, look=look)


def _draw_grid(base: alt.Chart, look: palette.ChartTheme) -> alt.Chart:
    """Draw the cells, marked or plain; a click selects one."""
    fill = alt.Scale(domain=["marked", "plain"], range=[look.band, look.paper])
    picked = alt.selection_point(name=PICKED, fields=["zone", "task", "region"], on="click", empty=False, clear=False)
    cells = base.mark_rect(stroke=look.grid, strokeWidth=1, cursor="pointer")
    grid: alt.Chart = cells.encode(fill=alt.Fill("ground:N", scale=fill, legend=None)).add_params(picked)
    return grid


def _draw_signs(base: alt.Chart, look: palette.ChartTheme) -> tuple[alt.Chart, alt.Chart]:
    """Draw what stands in the cells: discs and dots, and the totals."""
    strength = alt.Opacity("strength:Q", scale=None)
    discs = base.mark_point(filled=True, opacity=1, cursor="pointer").encode(
        shape=alt.Shape("shape:N", scale=alt.Scale(domain=["disc", "dot"], range=["circle", "circle"]), legend=None),
        size=alt.Size("size:Q", scale=None),
        fill=alt.Fill("ink:N", scale=None),
        stroke=alt.Stroke("ink:N", scale=None),
        opacity=strength,
    )
    totals = base.transform_filter("isValid(datum.count)").mark_text(
        fontSize=13, fontWeight="bold", cursor="pointer", color=look.text
    )
    return discs.transform_filter("!isValid(datum.count)"), totals.encode(text="count:Q", opacity=strength)


def _list_matrix_cells(
    matrix: Matrix,
    names: Mapping[str, str],
    heads: Mapping[str, str],
    *,
    tasks: set[int],
    shown: set[int],
    focus: int | None,
    words: Mapping[str, str],
    lang: Language,
) -> list[dict[str, Any]]:
    cells = [
        _make_cell(
            matrix, row, column, names, heads, marked=zone == focus or task in tasks, pale=zone not in shown, lang=lang
        )
        for row, zone in enumerate(matrix.zones)
        for column, task in enumerate(matrix.tasks)
    ]
    for zone, count in zip(matrix.zones, matrix.per_zone.tolist(), strict=True):
        sentence = translate("matrix_tooltip_zone", lang, count=count)
        marked, pale = zone == focus, zone not in shown
        row = _AxisEntry(str(zone), names[str(zone)], zone=zone)
        cells.append(_count(row, _EVERY, count, sentence=sentence, marked=marked, pale=pale))
    for task, count in zip(matrix.tasks, matrix.per_task.tolist(), strict=True):
        sentence = translate("matrix_tooltip_task", lang, count=count, **words)
        column = _AxisEntry(str(task), heads[str(task)], task=task)
        cells.append(_count(_EVERY, column, count, sentence=sentence, marked=task in tasks))
    return cells


def _list_region_cells(
    matrix: Matrix,
    areas: Mapping[str, str],
    heads: Mapping[str, str],
    *,
    chosen: set[str],
    tasks: set[int],
    words: Mapping[str, str],
    lang: Language,
) -> list[dict[str, Any]]:
    """Return zones of each region that take on each task, and how many zones it has."""
    cells = []
    rows = zip(areas.items(), matrix.regions, matrix.per_region.tolist(), matrix.region_sizes.tolist(), strict=True)
    for number, ((key, name), region, counts, size) in enumerate(rows, start=1):
        row = _AxisEntry(key, name, region=number)
        for task, count in zip(matrix.tasks, counts, strict=True):
            sentence = translate("matrix_tooltip_task", lang, count=count, **words)
            column = _AxisEntry(str(task), heads[str(task)], task=task)
            cells.append(_count(row, column, count, sentence=sentence, marked=region in chosen or task in tasks))
        sentence = translate("matrix_tooltip_region", lang, count=size, **words)
        cells.append(_count(row, _EVERY, size, sentence=sentence, marked=region in chosen))
    return cells


def _make_cell(
    matrix: Matrix,
    row: int,
    column: int,
    names: Mapping[str, str],
    heads: Mapping[str, str],
    *,
    marked: bool,
    pale: bool,
    lang: Language,
) -> dict[str, Any]:
    zone, task, has = matrix.zones[row], matrix.tasks[column], bool(matrix.has[row, column])
    colours = palette.get_region_styles(matrix.regions)
    return {
        "zone": zone,
        "task": task,
        "region": _ALL,
        "row": str(zone),
        "column": str(task),
        "row_name": names[str(zone)],
        "task_name": heads[str(task)],
        "tooltip": translate("matrix_tooltip_yes" if has else "matrix_tooltip_no", lang),
        "shape": "disc" if has else "dot",
        "size": 230 if has else 8,
        "ink": colours[matrix.region_of[row]].fill if has else "#8a93a0",
        "strength": 0.25 if pale else 1.0,
        "ground": "marked" if marked else "plain",
        "count": None,
    }


@dataclass(frozen=True, slots=True)
class _AxisEntry:
    """A row or a column of counts: its place on the axis, its name, and what a click on it is about."""

    key: str
    name: str = ""
    zone: int = _ALL
    task: int = _ALL
    region: int = _ALL


_EVERY: Final = _AxisEntry(_TOTAL)


def _count(
    row: _AxisEntry, column: _AxisEntry, count: int, *, sentence: str, marked: bool, pale: bool = False
) -> dict[str, Any]:
    return {
        "zone": row.zone,
        "task": column.task,
        "region": row.region,
        "row": row.key,
        "column": column.key,
        "row_name": row.name,
        "task_name": column.name,
        "tooltip": sentence,
        "strength": 0.4 if pale else 1.0,
        "ground": "marked" if marked else "plain",
        "count": count,
    }
