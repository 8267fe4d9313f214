"""The audit as charts: all zones against their stated areas, and one zone's way from stated to computed.

Colour is never the only sign: every row carries its figure as a number and its verdict as a shape, a sign and a word.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import altair as alt

from pilotzones.geo.audit import DifferenceReason, ZoneAudit
from pilotzones.geo.messages import Language, append_detail, format_difference_percent, format_number, translate
from pilotzones.layers.charts.heatmap import join_layers
from pilotzones.layers.place_labels import name_place
from pilotzones.layers.style import palette
from pilotzones.layers.style.spec import Theme

__all__ = ["build_overview_chart", "build_waterfall_chart", "format_reason_figure", "format_reason_title"]

# Height of a row, and in it the line of text above and the marks below the middle [px].
_ROW: Final = 40
_TEXT_UP: Final = -9
_MARK_DOWN: Final = 9
# What the figure at the right of a row needs; the name at the left is cut before it gets there [px].
_FIGURE_ROOM: Final = 150
# A narrower axis would make noise look like news [percent of the stated area; km²].
_MIN_PERCENT: Final = 0.5
_MIN_KM2: Final = 1.0
# Below this a figure with one decimal reads 0.0 [km²].
_NOTHING_KM2: Final = 0.05


def build_overview_chart(
    zones: Sequence[ZoneAudit], names: Mapping[int, str], lang: Language = "zh", theme: Theme = "light"
) -> alt.LayerChart:
    """Draw every zone's computed area against its stated one: dot, interval, tolerance, verdict.

    Parameters
    ----------
    zones : sequence of ZoneAudit
        Drawn in this order, one row each.
    names : mapping of int to str
        Name of each zone by its number.
    lang : {"zh", "en"}
    theme : {"light", "dark"}

    Returns
    -------
    altair.LayerChart
        Horizontal axis: computed minus stated area [% of the stated area]; 0 is the stated area. The dot is the sum of the
        members counted, the bar behind it reaches to the most that can be added. A zone without a stated or a computed
        area keeps its row, with a dash for a figure.
    """
    ink = palette.get_chart_theme(theme)
    rows = [_make_overview_row(zone, names[zone.zone], lang) for zone in zones]
    extent = [row[key] for row in rows for key in ("pct", "low", "high", "tolerance")]
    domain = _compute_domain([*extent, 0.0, -_MIN_PERCENT, _MIN_PERCENT])
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=_make_row_axis([row["row"] for row in rows]), tooltip=_list_overview_tooltip(lang)
    )

    def make_axis(field: str) -> alt.X:
        return _make_x_axis(field, domain, translate("chart_axis_percent", lang))

    verdicts = list(palette.VERDICT_SIGNS)
    colour = alt.Scale(domain=verdicts, range=[palette.VERDICT_COLOURS[verdict] for verdict in verdicts])
    shape = alt.Scale(domain=verdicts, range=[palette.VERDICT_SHAPES[verdict] for verdict in verdicts])
    fill = alt.Fill("verdict:N", scale=colour, legend=None)
    dots = base.mark_point(yOffset=_MARK_DOWN, size=130, opacity=1, stroke=ink.paper, strokeWidth=1.2)
    layers = [
        base.mark_bar(yOffset=_MARK_DOWN, height=16, color=ink.band).encode(
            x=make_axis("tolerance_from"), x2="tolerance:Q"
        ),
        base.mark_tick(yOffset=_MARK_DOWN, thickness=2, height=22, color=ink.rule).encode(x=make_axis("zero")),
        base.mark_bar(yOffset=_MARK_DOWN, height=7, opacity=0.55, cornerRadius=3).encode(
            x=make_axis("low"), x2="high:Q", fill=fill
        ),
        base.mark_rule(yOffset=_MARK_DOWN, color=ink.quiet).encode(x=make_axis("stem"), x2="zero:Q"),
        dots.encode(x=make_axis("pct"), fill=fill, shape=alt.Shape("verdict:N", scale=shape, legend=None)),
        base.mark_text(yOffset=_MARK_DOWN, align="left", dx=11, color=ink.text, fontSize=13).encode(
            x=make_axis("pct"), text="open:N"
        ),
        *_draw_row_texts(base, ink),
        _draw_zero_caption(translate("chart_zero", lang), ink, make_axis("value")),
    ]
    described = translate("chart_overview_description", lang, count=len(rows))
    return _finish(layers, rows, described, ink)


def build_waterfall_chart(zone: ZoneAudit, lang: Language = "zh", theme: Theme = "light") -> alt.LayerChart:
    """Draw one zone's way from the stated to the computed area, a step for each reason.

    Parameters
    ----------
    zone : ZoneAudit
    lang : {"zh", "en"}
    theme : {"light", "dark"}

    Returns
    -------
    altair.LayerChart
        Horizontal axis: area [km²], not from zero: the steps are differences. Reasons nobody can put a figure to stand as
        "?"; what stays unexplained is grey with a dashed outline.
    """
    ink = palette.get_chart_theme(theme)
    rows = _build_waterfall_rows(zone, lang)
    reach = [row[key] for row in rows for key in ("start", "end")]
    domain = _compute_domain([*reach, *_apply_minimum(reach, zone.tolerance_km2)])
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=_make_row_axis([row["row"] for row in rows]), tooltip=_list_waterfall_tooltip(lang)
    )

    def make_axis(field: str) -> alt.X:
        return _make_x_axis(field, domain, translate("chart_axis_km2", lang))

    def filter_looks(*looks: str) -> alt.Chart:
        return base.transform_filter(alt.FieldOneOfPredicate(field="look", oneOf=list(looks)))

    colour = alt.Scale(domain=list(palette.STEP_COLOURS), range=list(palette.STEP_COLOURS.values()))
    bars = filter_looks("more", "less").mark_bar(yOffset=_MARK_DOWN, height=15, strokeWidth=1.2)
    grey = filter_looks("unexplained").mark_bar(
        yOffset=_MARK_DOWN, height=15, strokeDash=[4, 3], strokeWidth=1.4, stroke=ink.rule
    )
    marks = filter_looks("total").mark_tick(yOffset=_MARK_DOWN, thickness=4, height=17, color=ink.text)
    question_marks = filter_looks("unknown").mark_text(
        yOffset=_MARK_DOWN, color=ink.text, fontSize=15, fontWeight="bold"
    )
    layers = [
        *_draw_tolerance_band(zone, ink, make_axis("value")),
        base.transform_filter("isValid(datum.next)")
        .mark_rule(yOffset=_MARK_DOWN, y2Offset=_MARK_DOWN, color=ink.quiet, strokeDash=[2, 2])
        .encode(x=make_axis("end"), y2="next:N"),
        bars.encode(
            x=make_axis("start"),
            x2="end:Q",
            fill=alt.Fill("look:N", scale=colour, legend=None),
            stroke=alt.Stroke("look:N", scale=colour, legend=None),
            fillOpacity=alt.FillOpacity("solid:Q", scale=None),
        ),
        grey.encode(x=make_axis("start"), x2="end:Q", fill=alt.value(ink.band)),
        marks.encode(x=make_axis("end")),
        question_marks.encode(x=make_axis("end"), text=alt.value("?")),
        *_draw_row_texts(base, ink),
    ]
    described = translate(
        "chart_waterfall_description", lang, steps="; ".join(f"{row['title']} {row['figure']}" for row in rows)
    )
    return _finish(layers, rows, described, ink)


def format_reason_title(reason: DifferenceReason, lang: Language) -> str:
    """Format a reason in words, after the member it is about; by one name, a row of a chart has no room for two."""
    word = translate(f"reason_{reason.code}", lang)
    return f"{name_place(reason.member, lang)} · {word}" if reason.member else word


def format_reason_figure(reason: DifferenceReason) -> str:
    """Return what a reason carries [km²], signed; a question mark where nobody knows."""
    if reason.km2 is None:
        return "?"
    if reason.km2 == 0:
        return "0 km²"
    figure = "≈ 0" if abs(reason.km2) < _NOTHING_KM2 else format_number(reason.km2, 1, signed=True)
    return f"{figure} km²"


def _make_overview_row(zone: ZoneAudit, name: str, lang: Language) -> dict[str, Any]:
    # The whole verdict of low confidence would lie on the name of the zone in a narrow window.
    is_weak = zone.verdict == "explained_weakly"
    words = translate("chart_explained_weakly", lang) if is_weak else translate(f"verdict_{zone.verdict}", lang)
    verdict = f"{palette.VERDICT_SIGNS[zone.verdict]} {words}"
    percent = format_difference_percent(zone.difference_pct)
    tolerance = _compute_percent(zone.tolerance_km2, zone.stated_area_km2, 0.0)
    most = (
        translate("chart_unknown", lang) if zone.computed_high_km2 is None else format_number(zone.computed_high_km2, 1)
    )
    return {
        "row": f"{zone.zone}",
        "title": f"{zone.zone}  {name}",
        "figure": f"{percent}  {verdict}",
        "verdict": zone.verdict,
        "pct": zone.difference_pct,
        "low": _compute_percent(zone.computed_low_km2, zone.stated_area_km2),
        "high": _compute_percent(zone.computed_high_km2, zone.stated_area_km2),
        "zero": 0.0,
        # Where there is an interval, its bar leads to the dot.
        "stem": zone.difference_pct if zone.computed_high_km2 == zone.computed_low_km2 else None,
        "tolerance_from": None if tolerance is None else -tolerance,
        "tolerance": tolerance,
        # Nobody knows how far the interval reaches.
        "open": "→ ?" if zone.computed_high_km2 is None and zone.computed_area_km2 is not None else "",
        "stated": f"{format_number(zone.stated_area_km2)} km²",
        "computed": f"{format_number(zone.computed_area_km2, 1)} km²",
        "interval": f"{format_number(zone.computed_low_km2, 1)} … {most} km²",
        "difference": f"{format_number(zone.difference_km2, 1, signed=True)} km²",
    }


def _compute_percent(value: float | None, stated: float | None, zero: float | None = None) -> float | None:
    """Return how far `value` lies from `zero`, by default the stated area itself, in percent of the stated area."""
    if value is None or not stated:
        return None
    return 100 * (value - (stated if zero is None else zero)) / stated


def _build_waterfall_rows(zone: ZoneAudit, lang: Language) -> list[dict[str, Any]]:
    """Return steps whose km² add up: each starts where the one before it ends."""
    rows = []
    if zone.stated_area_km2 is not None:
        rows.append(_make_total_row("stated", zone.stated_area_km2, format_number(zone.stated_area_km2), lang))
    level = zone.stated_area_km2
    for index, reason in enumerate(zone.reasons):
        if level is None:
            break
        end = level + (reason.km2 or 0.0)
        rows.append(_make_reason_row(reason, level, end, index, lang))
        level = end
    if zone.computed_area_km2 is not None:
        rows.append(_make_total_row("computed", zone.computed_area_km2, format_number(zone.computed_area_km2, 1), lang))
    for row, after in pairwise(rows):
        row["next"] = after["row"]
    return rows


def _make_total_row(key: str, km2: float, figure: str, lang: Language) -> dict[str, Any]:
    word = translate("stated", lang) if key == "stated" else translate("computed", lang)
    return {
        "row": key,
        "title": word,
        "figure": f"{figure} km²",
        "start": km2,
        "end": km2,
        "look": "total",
        "solid": 1.0,
        "next": None,
        "based": "",
    }


def _make_reason_row(reason: DifferenceReason, start: float, end: float, index: int, lang: Language) -> dict[str, Any]:
    based = translate(f"basis_{reason.basis}", lang)
    figure = format_reason_figure(reason)
    if reason.km2 is None:
        look = "unknown"
    elif reason.code == "unexplained":
        look = "unexplained"
    else:
        look = "more" if reason.km2 > 0 else "less"
    return {
        "row": f"r{index}",
        "title": format_reason_title(reason, lang),
        # That only a bound is known is said beside the figure, not by the lighter bar alone.
        "figure": append_detail(figure, f"≤ {format_number(_find_maximum(reason))}", lang)
        if reason.basis == "bounded" and reason.km2 is not None
        else figure,
        "start": start,
        "end": end,
        "look": look,
        "solid": palette.BASIS_OPACITY[reason.basis],
        "next": None,
        "based": based,
    }


def _find_maximum(reason: DifferenceReason) -> float:
    """Find the upper bound of what a reason rests on [km²]."""
    return math.fsum(term.km2 if term.most_km2 is None else term.most_km2 for term in reason.evidence)


def _apply_minimum(values: Iterable[float], tolerance_km2: float | None) -> tuple[float, ...]:
    """Return the ends of an axis that is not narrower than the tolerance."""
    known = list(values)
    if not known:
        return (0.0, 1.0)
    half = max(tolerance_km2 or 0.0, _MIN_KM2)
    return known[0] - half, known[0] + half


def _compute_domain(values: Iterable[float | None]) -> list[float]:
    known = [value for value in values if value is not None and math.isfinite(value)]
    margin = 0.06 * (max(known) - min(known))
    return [min(known) - margin, max(known) + margin]


def _make_row_axis(order: list[str]) -> alt.Y:
    return alt.Y("row:N", axis=None, sort=order, scale=alt.Scale(domain=order, padding=0))


def _make_x_axis(field: str, domain: list[float], title: str) -> alt.X:
    axis = alt.Axis(orient="bottom", tickCount=6, domain=False, ticks=False, labelPadding=6, labelFlush=True)
    return alt.X(f"{field}:Q", title=title, axis=axis, scale=alt.Scale(domain=domain, nice=False, zero=False))


def _draw_zero_caption(text: str, ink: palette.ChartTheme, x: alt.X) -> alt.Chart:
    chart = alt.Chart(alt.InlineData(values=[{"value": 0.0, "text": text}]))
    marks = chart.mark_text(baseline="bottom", dy=-4, fontSize=11, color=ink.quiet)
    caption: alt.Chart = marks.encode(x=x, y=alt.value(0), text="text:N")
    return caption


def _draw_tolerance_band(zone: ZoneAudit, ink: palette.ChartTheme, x: alt.X) -> list[alt.Chart]:
    if zone.stated_area_km2 is None or zone.tolerance_km2 is None:
        return []
    ends = {"value": zone.stated_area_km2 - zone.tolerance_km2, "to": zone.stated_area_km2 + zone.tolerance_km2}
    return [alt.Chart(alt.InlineData(values=[ends])).mark_rect(color=ink.band, opacity=0.5).encode(x=x, x2="to:Q")]


def _draw_row_texts(base: alt.Chart, ink: palette.ChartTheme) -> list[alt.Chart]:
    """Name at the left, figure at the right, above the marks of the row."""
    room = alt.ExprRef(expr=f"max(width - {_FIGURE_ROOM}, 90)")
    name = base.mark_text(align="left", yOffset=_TEXT_UP, fontSize=12.5, color=ink.text, limit=room)
    figure = base.mark_text(align="right", yOffset=_TEXT_UP, fontSize=12.5, fontWeight="bold", color=ink.text)
    return [name.encode(x=alt.value(0), text="title:N"), figure.encode(x=alt.value("width"), text="figure:N")]


def _list_overview_tooltip(lang: Language) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("title:N", title=translate("zone", lang)),
        alt.Tooltip("stated:N", title=translate("stated", lang)),
        alt.Tooltip("computed:N", title=translate("computed", lang)),
        alt.Tooltip("interval:N", title=translate("interval", lang)),
        alt.Tooltip("difference:N", title=translate("difference", lang)),
        alt.Tooltip("figure:N", title=translate("verdict", lang)),
    ]


def _list_waterfall_tooltip(lang: Language) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("title:N", title=translate("reason", lang)),
        alt.Tooltip("figure:N", title="km²"),
        alt.Tooltip("based:N", title=translate("basis", lang)),
    ]


def _finish(
    layers: Sequence[alt.Chart], rows: Sequence[object], described: str, ink: palette.ChartTheme
) -> alt.LayerChart:
    chart = join_layers(layers, height=_ROW * max(len(rows), 1), described=described, right=2)
    finished: alt.LayerChart = chart.configure_axis(
        labelColor=ink.quiet,
        titleColor=ink.quiet,
        gridColor=ink.grid,
        labelFontSize=11,
        titleFontSize=11,
        titleFontWeight="normal",
    )
    return finished
