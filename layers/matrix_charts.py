"""Zones against tasks as charts: the matrix one navigates by, which tasks go together, how regions differ.

Nothing is told by colour alone: a full cell has a disc and an empty one a dot, every count is a number.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Literal

import altair as alt
import numpy as np
from numpy.typing import NDArray

from geo.matrix import Matrix
from geo.programme import Programme
from layers import palette
from layers.payload import Theme
from layers.shades import ink_on, ramp
from layers.wording import Language, say

__all__ = ["PICKED", "counts_chart", "matrix_chart", "region_chart"]

# Name of the selection, and of the value that stands for "the whole row" or "the whole column".
PICKED: Final = "picked"
_ALL: Final = 0
# A chart is read as one picture with a description, and its table says the same: not mark by mark.
_SILENT: Final = alt.MarkConfig(aria=False)
_FONT: Final = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, Source Sans, sans-serif"
_ROW: Final = 30
_LABEL: Final = 190
_NARROW: Final = 520
# The total's row and column; sorts after every number.
_TOTAL: Final = "Σ"


def matrix_chart(
    matrix: Matrix,
    programme: Programme,
    *,
    tasks: Collection[int] = (),
    zones: Collection[int] | None = None,
    focus: int | None = None,
    lang: Language = "zh",
    theme: Theme = "light",
) -> alt.LayerChart:
    """The matrix: a row a zone, a column a task, with the counts of both.

    Parameters
    ----------
    matrix : Matrix
    programme : Programme
        The same one.
    tasks : collection of int, optional
        Tasks that are chosen: their columns are marked.
    zones : collection of int, optional
        Zones that pass the filter; the others are pale. All by default.
    focus : int, optional
        The zone that is open: its row is marked.
    lang : {"zh", "en"}
    theme : {"light", "dark"}

    Returns
    -------
    altair.LayerChart
        A click on a cell selects ``zone`` and ``task`` in the parameter `PICKED`; one on a total has 0 for the other.
    """
    shown = set(matrix.zones) if zones is None else set(zones)
    names = {order: f"{order}  {programme.zone(order).name(lang)}" for order in matrix.zones}
    heads = {number: f"{number}  {programme.task(number).short(lang)}" for number in matrix.tasks}
    cells = _matrix_cells(matrix, names, heads, tasks=set(tasks), shown=shown, focus=focus, lang=lang)
    look = palette.ink(theme)
    order_y = [*(str(order) for order in matrix.zones), _TOTAL]
    order_x = [*(str(number) for number in matrix.tasks), _TOTAL]
    base = alt.Chart(alt.InlineData(values=cells)).encode(
        x=alt.X("column:N", scale=_bands(order_x), axis=_axis(heads, "top")),
        y=alt.Y("row:N", scale=_bands(order_y), axis=_axis(names, "left")),
        tooltip=[
            alt.Tooltip("zone_name:N", title=say("zone", lang)),
            alt.Tooltip("task_name:N", title=say("task", lang)),
            alt.Tooltip("told:N", title=" "),
        ],
    )
    layers = [_grid(base, look), *_signs(base, look)]
    described = say("matrix_description", lang, zones=len(matrix.zones), tasks=len(matrix.tasks))
    return _finished(layers, rows=len(order_y), described=described, look=look)


def _grid(base: alt.Chart, look: palette.Ink) -> alt.Chart:
    """The cells, marked or plain; a click selects one."""
    fill = alt.Scale(domain=["marked", "plain"], range=[look.band, look.paper])
    picked = alt.selection_point(name=PICKED, fields=["zone", "task"], on="click", empty=False, clear=False)
    cells = base.mark_rect(stroke=look.grid, strokeWidth=1, cursor="pointer")
    grid: alt.Chart = cells.encode(fill=alt.Fill("ground:N", scale=fill, legend=None)).add_params(picked)
    return grid


def _signs(base: alt.Chart, look: palette.Ink) -> tuple[alt.Chart, alt.Chart]:
    """What stands in the cells: discs and dots, and the totals."""
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


def counts_chart(
    counts: NDArray[np.int_],
    names: Mapping[int, str],
    *,
    described: str,
    lang: Language = "zh",
    theme: Theme = "light",
) -> alt.LayerChart:
    """How much any two of a set have in common, as a triangle of numbers.

    Parameters
    ----------
    counts : ndarray of int, shape (n, n)
        Symmetric; what the two share.
    names : mapping of int to str
        Names by number, in the order of the rows.
    described : str
        What the chart shows, for those who cannot see it.
    lang : {"zh", "en"}
    theme : {"light", "dark"}

    Returns
    -------
    altair.LayerChart
    """
    numbers = list(names)
    cells = [
        {"row": str(a), "column": str(b), "count": int(counts[i, j]), "first": names[a], "second": names[b]}
        for i, a in enumerate(numbers)
        for j, b in enumerate(numbers)
        if j < i
    ]
    rows, columns = [str(number) for number in numbers[1:]], [str(number) for number in numbers[:-1]]
    tooltip = [
        alt.Tooltip("first:N", title="1"),
        alt.Tooltip("second:N", title="2"),
        alt.Tooltip("count:Q", title=say("matrix_shared", lang)),
    ]
    heads = {number: str(number) for number in numbers}
    return _numbers(cells, rows, columns, dict(names), heads, tooltip=tooltip, described=described, theme=theme)


def region_chart(
    matrix: Matrix, programme: Programme, *, lang: Language = "zh", theme: Theme = "light"
) -> alt.LayerChart:
    """How many of a region's zones take on each task.

    Parameters
    ----------
    matrix : Matrix
    programme : Programme
    lang : {"zh", "en"}
    theme : {"light", "dark"}

    Returns
    -------
    altair.LayerChart
        The number is the count; the shade its share of the region's zones, since regions differ in size.
    """
    per_region, sizes = matrix.per_region, matrix.region_sizes
    names = {row: f"{programme.region(region).name(lang)} ({sizes[row]})" for row, region in enumerate(matrix.regions)}
    cells = [
        {
            "row": str(row),
            "column": str(task),
            "count": int(per_region[row, index]),
            "share": float(per_region[row, index] / sizes[row]),
            "first": names[row],
            "second": programme.task(task).name(lang),
        }
        for row in range(len(matrix.regions))
        for index, task in enumerate(matrix.tasks)
    ]
    tooltip = [
        alt.Tooltip("first:N", title=say("region", lang)),
        alt.Tooltip("second:N", title=say("task", lang)),
        alt.Tooltip("count:Q", title=say("matrix_zones", lang)),
        alt.Tooltip("share:Q", title="%", format=".0%"),
    ]
    columns = [str(task) for task in matrix.tasks]
    heads = {task: f"{task}  {programme.task(task).short(lang)}" for task in matrix.tasks}
    described = say("matrix_region_description", lang)
    return _numbers(
        cells, [str(row) for row in names], columns, names, heads, tooltip=tooltip, described=described, theme=theme
    )


def _matrix_cells(
    matrix: Matrix,
    names: Mapping[int, str],
    heads: Mapping[int, str],
    *,
    tasks: set[int],
    shown: set[int],
    focus: int | None,
    lang: Language,
) -> list[dict[str, Any]]:
    cells = [
        _cell(
            matrix, row, column, names, heads, marked=zone == focus or task in tasks, pale=zone not in shown, lang=lang
        )
        for row, zone in enumerate(matrix.zones)
        for column, task in enumerate(matrix.tasks)
    ]
    for zone, count in zip(matrix.zones, matrix.per_zone.tolist(), strict=True):
        told = say("matrix_told_zone", lang, count=count)
        marked, pale = zone == focus, zone not in shown
        cells.append(_total(zone, _ALL, count, zone_name=names[zone], told=told, marked=marked, pale=pale))
    for task, count in zip(matrix.tasks, matrix.per_task.tolist(), strict=True):
        told = say("matrix_told_task", lang, count=count)
        cells.append(_total(_ALL, task, count, task_name=heads[task], told=told, marked=task in tasks, pale=False))
    return cells


def _cell(
    matrix: Matrix,
    row: int,
    column: int,
    names: Mapping[int, str],
    heads: Mapping[int, str],
    *,
    marked: bool,
    pale: bool,
    lang: Language,
) -> dict[str, Any]:
    zone, task, has = matrix.zones[row], matrix.tasks[column], bool(matrix.has[row, column])
    colours = palette.region_styles(matrix.regions)
    return {
        "zone": zone,
        "task": task,
        "row": str(zone),
        "column": str(task),
        "zone_name": names[zone],
        "task_name": heads[task],
        "told": say("matrix_told_yes" if has else "matrix_told_no", lang),
        "shape": "disc" if has else "dot",
        "size": 230 if has else 8,
        "ink": colours[matrix.region_of[row]].fill if has else "#8a93a0",
        "strength": 0.25 if pale else 1.0,
        "ground": "marked" if marked else "plain",
        "count": None,
    }


def _total(
    zone: int, task: int, count: int, *, zone_name: str = "", task_name: str = "", told: str, marked: bool, pale: bool
) -> dict[str, Any]:
    return {
        "zone": zone,
        "task": task,
        "row": str(zone) if zone else _TOTAL,
        "column": str(task) if task else _TOTAL,
        "zone_name": zone_name,
        "task_name": task_name,
        "told": told,
        "strength": 0.4 if pale else 1.0,
        "ground": "marked" if marked else "plain",
        "count": count,
    }


def _numbers(
    cells: list[dict[str, Any]],
    rows: list[str],
    columns: list[str],
    names: Mapping[int, str],
    heads: Mapping[int, str],
    *,
    tooltip: Sequence[alt.Tooltip],
    described: str,
    theme: Theme,
) -> alt.LayerChart:
    """Cells with a number on a shade from light to dark; dark cells have light numbers."""
    look = palette.ink(theme)
    most = max((cell["count"] for cell in cells), default=1) or 1
    shades = [look.paper, *ramp(5)]
    for cell in cells:
        share = cell.get("share", cell["count"] / most)
        step = 0 if cell["count"] == 0 else 1 + min(int(share * 5), 4)
        cell["shade"], cell["ink"] = shades[step], ink_on(shades[step])
    base = alt.Chart(alt.InlineData(values=cells)).encode(
        x=alt.X("column:N", scale=_bands(columns), axis=_axis(heads, "top")),
        y=alt.Y("row:N", scale=_bands(rows), axis=_axis(names, "left")),
        tooltip=list(tooltip),
    )
    layers = [
        base.mark_rect(stroke=look.grid, strokeWidth=1).encode(fill=alt.Fill("shade:N", scale=None)),
        base.mark_text(fontSize=13).encode(text="count:Q", color=alt.Color("ink:N", scale=None)),
    ]
    return _finished(layers, rows=len(rows), described=described, look=look)


def _bands(order: list[str]) -> alt.Scale:
    return alt.Scale(domain=order, paddingInner=0, paddingOuter=0)


def _axis(names: Mapping[int, str], orient: Literal["top", "left"]) -> alt.Axis:
    """Names for the numbers on an axis; the scale itself keeps the numbers, which are short and unique."""
    words = {str(number): name for number, name in names.items()}
    # On a phone there is room for the numbers only. JSON is how a text becomes a literal of Vega's expressions.
    expression = f"containerSize()[0] < {_NARROW} ? datum.value : (({_json(words)})[datum.value] || datum.value)"
    top = orient == "top"
    long = top and any(name != str(number) for number, name in names.items())
    return alt.Axis(
        orient=orient,
        title=None,
        labelExpr=expression,
        labelAngle=-35 if long else 0,
        labelAlign="left" if long else ("center" if top else "right"),
        labelLimit=_LABEL,
        labelOverlap=False,
        ticks=False,
        domain=False,
        labelPadding=6,
    )


def _json(words: Mapping[str, str]) -> str:
    return json.dumps(words, ensure_ascii=False)


def _finished(layers: Sequence[alt.Chart], *, rows: int, described: str, look: palette.Ink) -> alt.LayerChart:
    sized = alt.layer(*layers).properties(
        width=640,
        height=_ROW * max(rows, 1),
        description=described,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        padding={"left": 2, "right": 12, "top": 4, "bottom": 4},
    )
    finished: alt.LayerChart = (
        sized.configure(font=_FONT, background="transparent", mark=_SILENT)
        .configure_view(stroke=None)
        .configure_axis(labelColor=look.text, labelFontSize=12, grid=False)
    )
    return finished
