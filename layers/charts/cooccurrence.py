"""Counts as tables of shades: tasks that go together, zones that are alike, regions, and themes by document or zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import altair as alt
import numpy as np
from numpy.typing import NDArray

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import Language, append_detail, get_place_words, translate
from pilotzones.geo.query.task_matrix import Matrix
from pilotzones.geo.statements.models import StatementBase
from pilotzones.layers.charts.heatmap import NOTHING, PICKED, finish_chart, make_axis, make_band_scale
from pilotzones.layers.style import palette
from pilotzones.layers.style.class_breaks import choose_ink, make_color_ramp
from pilotzones.layers.style.spec import Theme

__all__ = ["build_counts_chart", "build_region_chart", "draw_theme_chart"]


_MAX_NARROW_CHARS: Final = 18


def build_counts_chart(
    counts: NDArray[np.int_],
    names: Mapping[int, str],
    *,
    described: str,
    lang: Language = "zh",
    theme: Theme = "light",
) -> alt.LayerChart:
    """Draw how much any two of a set have in common, as a triangle of numbers.

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
        A click selects ``row`` and ``column``, the numbers of the two as text, in the parameter `PICKED`.
    """
    numbers = list(names)
    cells = [
        {"row": str(a), "column": str(b), "count": int(counts[i, j]), "first": names[a], "second": names[b]}
        for i, a in enumerate(numbers)
        for j, b in enumerate(numbers)
        if j < i
    ]
    # The first row has no cell, but is where the name of the first stands.
    rows, columns = [str(number) for number in numbers], [str(number) for number in numbers[:-1]]
    tooltip = [
        alt.Tooltip("first:N", title="1"),
        alt.Tooltip("second:N", title="2"),
        alt.Tooltip("count:Q", title=translate("matrix_shared", lang)),
    ]
    heads = {str(number): str(number) for number in numbers}
    sides = {str(number): name for number, name in names.items()}
    return _draw_numbers_chart(cells, rows, columns, sides, heads, tooltip=tooltip, described=described, theme=theme)


def build_region_chart(
    matrix: Matrix, programme: Programme, *, lang: Language = "zh", theme: Theme = "light"
) -> alt.LayerChart:
    """Draw how many of a region's zones take on each task.

    Parameters
    ----------
    matrix : Matrix
    programme : Programme
    lang : {"zh", "en"}
    theme : {"light", "dark"}

    Returns
    -------
    altair.LayerChart
        The number is the count; the shade its share of the region's zones, since regions differ in size. A click selects
        ``row``, the place of the region in `matrix` from 0, and ``column``, the number of the task, in `PICKED`.
    """
    per_region, sizes = matrix.per_region, matrix.region_sizes
    words = get_place_words(programme.kind, lang)
    called = [programme.get_region(region).name(lang) for region in matrix.regions]
    names = {str(row): append_detail(name, str(sizes[row]), lang) for row, name in enumerate(called)}
    cells = [
        {
            "row": str(row),
            "column": str(task),
            "count": int(per_region[row, index]),
            "share": float(per_region[row, index] / sizes[row]),
            "first": names[str(row)],
            "second": programme.get_task(task).name(lang),
        }
        for row in range(len(matrix.regions))
        for index, task in enumerate(matrix.tasks)
    ]
    tooltip = [
        alt.Tooltip("first:N", title=translate("region", lang)),
        alt.Tooltip("second:N", title=translate("task", lang)),
        alt.Tooltip("count:Q", title=translate("matrix_zones", lang, **words)),
        alt.Tooltip("share:Q", title="%", format=".0%"),
    ]
    heads = {str(task): f"{task}  {programme.get_task(task).short(lang)}" for task in matrix.tasks}
    described = translate("matrix_region_description", lang, **words)
    narrow = {str(row): name for row, name in enumerate(called)}
    return _draw_numbers_chart(
        cells,
        list(names),
        list(heads),
        names,
        heads,
        tooltip=tooltip,
        described=described,
        theme=theme,
        narrow=narrow,
    )


def draw_theme_chart(
    base: StatementBase,
    counts: Mapping[str, Mapping[str, int]],
    heads: Mapping[str, str],
    *,
    described: str,
    lang: Language = "zh",
    theme: Theme = "light",
) -> alt.LayerChart:
    """Draw themes against documents or zones.

    Parameters
    ----------
    base : StatementBase
    counts : mapping
        For every theme the number by column.
    heads : mapping of str to str
        Names of the columns by key, in order.
    described : str
        What the chart shows, for those who cannot see it.
    lang : {"zh", "en"}
    theme : {"light", "dark"}

    Returns
    -------
    altair.LayerChart
        A click selects ``row``, the id of a theme, and ``column``.
    """
    names = {one.id: one.name(lang) for one in base.themes}
    cells = [
        {"row": row, "column": key, "count": counts[row].get(key, 0), "first": names[row], "second": head}
        for row in names
        for key, head in heads.items()
    ]
    tooltip = [
        alt.Tooltip("first:N", title=translate("themes_theme", lang)),
        alt.Tooltip("second:N", title=translate("themes_where", lang)),
        alt.Tooltip("count:Q", title=translate("themes_count", lang)),
    ]
    # Keys of zones are their numbers, which say enough; those of documents are words of the catalogue.
    are_numbered = all(key.isdigit() for key in heads)
    return _draw_numbers_chart(
        cells,
        list(names),
        list(heads),
        names,
        heads,
        tooltip=tooltip,
        described=described,
        theme=theme,
        narrow={key: _shorten(name) for key, name in names.items()},
        narrow_heads={} if are_numbered else {key: _shorten(head) for key, head in heads.items()},
    )


def _shorten(name: str) -> str:
    """Cut a name to what has room on a phone; a Chinese character is as wide as two letters."""
    most = _MAX_NARROW_CHARS if name.isascii() else _MAX_NARROW_CHARS // 2
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def _draw_numbers_chart(
    cells: list[dict[str, Any]],
    rows: list[str],
    columns: list[str],
    names: Mapping[str, str],
    heads: Mapping[str, str],
    *,
    tooltip: Sequence[alt.Tooltip],
    described: str,
    theme: Theme,
    narrow: Mapping[str, str] = NOTHING,
    narrow_heads: Mapping[str, str] = NOTHING,
) -> alt.LayerChart:
    """Draw cells with a number on a shade from little to much; dark cells have light numbers.

    A cell has ``row``, ``column``, ``count``, the fields of the tooltip, and ``share`` (0 to 1) where the shade is not by the
    count. On a narrow page the names of rows are `narrow`, and those of columns `narrow_heads` or else their keys. A click
    selects ``row`` and ``column`` in the parameter `PICKED`.
    """
    look = palette.get_chart_theme(theme)
    most = max((cell["count"] for cell in cells), default=1) or 1
    shades = [look.paper, *make_color_ramp(5, dark=theme == "dark")]
    for cell in cells:
        share = cell.get("share", cell["count"] / most)
        step = 0 if cell["count"] == 0 else 1 + min(int(share * 5), 4)
        cell["shade"], cell["ink"] = shades[step], choose_ink(shades[step])
    base = alt.Chart(alt.InlineData(values=cells)).encode(
        x=alt.X("column:N", scale=make_band_scale(columns), axis=make_axis(heads, "top", narrow=narrow_heads)),
        y=alt.Y("row:N", scale=make_band_scale(rows), axis=make_axis(names, "left", narrow=narrow)),
        tooltip=list(tooltip),
    )
    picked = alt.selection_point(name=PICKED, fields=["row", "column"], on="click", empty=False, clear=False)
    rects = base.mark_rect(stroke=look.grid, strokeWidth=1, cursor="pointer")
    layers = [
        rects.encode(fill=alt.Fill("shade:N", scale=None)).add_params(picked),
        base.mark_text(fontSize=13, cursor="pointer").encode(text="count:Q", color=alt.Color("ink:N", scale=None)),
    ]
    return finish_chart(layers, rows=len(rows), described=described, look=look)
