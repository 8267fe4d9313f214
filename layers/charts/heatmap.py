"""What the charts of rows and columns have in common: bands, names on the axes, size, and the name of a click."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

import altair as alt

from pilotzones.layers.style import palette

__all__ = ["NOTHING", "PICKED", "finish_chart", "join_layers", "make_axis", "make_band_scale"]

# Name of the selection that a click makes.
PICKED: Final = "picked"
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
# A chart is read as one picture with a description, and its table says the same: not mark by mark.
_SILENT: Final = alt.MarkConfig(aria=False)
_FONT: Final = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, Source Sans, sans-serif"
_WIDTH: Final = 640
_ROW: Final = 30
_LABEL: Final = 190
_NARROW: Final = 520


def make_band_scale(order: list[str]) -> alt.Scale:
    """Make a scale of rows or columns in this order, without a gap between them."""
    return alt.Scale(domain=order, paddingInner=0, paddingOuter=0)


def make_axis(
    names: Mapping[str, str], orient: Literal["top", "left"], *, narrow: Mapping[str, str] = NOTHING
) -> alt.Axis:
    """Make names for the keys on an axis; the scale itself keeps the keys, which are short and unique."""
    # On a phone there is room for numbers and the shortest names only.
    wanted = f"containerSize()[0] < {_NARROW} ? {_dump_literal(narrow)} : {_dump_literal(names)}"
    expression = f"({wanted})[datum.value] || datum.value"
    top = orient == "top"
    long = top and any(name != key for key, name in names.items())
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


def _dump_literal(words: Mapping[str, str]) -> str:
    """Return text as a literal of Vega's expressions."""
    return json.dumps(dict(words), ensure_ascii=False)


def finish_chart(layers: Sequence[alt.Chart], *, rows: int, described: str, look: palette.ChartTheme) -> alt.LayerChart:
    """Join layers of rows and columns into one chart."""
    joined = join_layers(layers, height=_ROW * max(rows, 1), described=described, right=12)
    finished: alt.LayerChart = joined.configure_axis(labelColor=look.text, labelFontSize=12, grid=False)
    return finished


def join_layers(layers: Sequence[alt.Chart], *, height: int, described: str, right: int) -> alt.LayerChart:
    """Join layers into one chart as wide as its place, with a description for those who cannot see it."""
    sized = alt.layer(*layers).properties(
        width=_WIDTH,
        height=height,
        description=described,
        # The width is that of the whole picture, the height that of the rows, wherever the chart is set.
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        padding={"left": 2, "right": right, "top": 4, "bottom": 4},
    )
    joined: alt.LayerChart = sized.configure(font=_FONT, background="transparent", mark=_SILENT).configure_view(
        stroke=None
    )
    return joined
