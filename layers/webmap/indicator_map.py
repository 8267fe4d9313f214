"""Counties shaded by an indicator, in classes that stay the same over the years."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pilotzones.geo.messages import Language, format_number, translate
from pilotzones.layers.style.class_breaks import classify, make_color_ramp
from pilotzones.layers.style.spec import Legend, LegendItem, Style, Theme
from pilotzones.layers.webmap.state import MapState

__all__ = ["IndicatorClasses", "classify_indicator", "shade_counties"]

_COUNTIES: Final = "counties"
_ZONES: Final = "zones"
# Signs of the programme that would cover the figures; the outlines of its zones stay.
_LEFT_OUT: Final = frozenset({"hosts", "members", "points", "dots"})
_OUTLINE: Final = {"light": "#111827", "dark": "#f9fafb"}
_GAP: Final = Style(fill=None, stroke="#9ca3af", weight=0.4)


@dataclass(frozen=True)
class IndicatorClasses:
    """Lowest and highest figure of each class, over all years."""

    ranges: tuple[tuple[float, float], ...]

    def find_class(self, value: float) -> int:
        """Find the class of a figure."""
        return min(bisect_left([upper for _, upper in self.ranges], value), len(self.ranges) - 1)


def classify_indicator(values: list[float]) -> IndicatorClasses:
    """Put the figures of all years into classes by natural breaks.

    Parameters
    ----------
    values : list of float
        Of every place and year; not empty.

    Returns
    -------
    IndicatorClasses
    """
    return IndicatorClasses(classify(dict(enumerate(values))).ranges)


def shade_counties(
    state: MapState,
    values: Mapping[str, float],
    codes: Sequence[str],
    classes: IndicatorClasses,
    *,
    title: str,
    lang: Language,
    theme: Theme,
) -> MapState:
    """Shade the counties of a map state by their figures.

    Parameters
    ----------
    state : MapState
        With the net of all counties.
    values : mapping of str to float
        Figure by county code; a county without one stays an outline.
    codes : sequence of str
        Codes of all counties in the order of the source, which numbers the features.
    classes : IndicatorClasses
    title : str
        Of the legend: the indicator, its unit and the year.
    lang : {"zh", "en"}
    theme : {"light", "dark"}

    Returns
    -------
    MapState
    """
    shades = make_color_ramp(len(classes.ranges), dark=theme == "dark")
    styles = [Style(fill=shade, fill_opacity=0.8, stroke="#ffffff", weight=0.3) for shade in shades]
    found = {f"c{row}": classes.find_class(values[code]) for row, code in enumerate(codes) if code in values}
    shaded = {"classes": [*styles, _GAP], "feature_class": found, "all_class": len(styles), "z": 3}
    outline = Style(fill=None, stroke=_OUTLINE[theme], weight=1.4)
    outlined = {"classes": [outline], "feature_class": None, "group_class": None, "all_class": 0, "interactive": False}
    changes = {_COUNTIES: shaded, _ZONES: outlined}
    layers = [
        replace(layer, **changes.get(layer.id, {}), order_class=None)  # type: ignore[arg-type]  # fields of MapLayer
        for layer in state.layers
        if layer.id not in _LEFT_OUT
    ]
    counts = [sum(place == index for place in found.values()) for index in range(len(styles))]
    items = [
        LegendItem(label=_name_range(low, high), style=style, count=count)
        for (low, high), style, count in zip(classes.ranges, styles, counts, strict=True)
    ]
    items.append(LegendItem(label=translate("indicators_gap", lang), style=_GAP))
    items.append(LegendItem(label=translate("indicators_outline", lang), style=outline, layer=_ZONES))
    return replace(state, layers=layers, legend=Legend(title=title, items=items))


def _name_range(low: float, high: float) -> str:
    digits = 0 if abs(high) >= 1000 else 2
    return (
        format_number(low, digits) if low == high else f"{format_number(low, digits)} – {format_number(high, digits)}"
    )
