"""Counties shaded by an indicator, in classes that stay the same over the years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from pilotzones.geo.messages import Language, translate
from pilotzones.layers.style.indicator_classes import IndicatorClasses
from pilotzones.layers.style.spec import Legend, LegendItem, Style, Theme
from pilotzones.layers.webmap.state import MapState, Selected

__all__ = ["shade_counties"]

_COUNTIES: Final = "counties"
_ZONES: Final = "zones"
# Signs of the programme that would cover the figures; the outlines of its zones stay.
_LEFT_OUT: Final = frozenset({"hosts", "members", "points", "dots"})
_OUTLINE: Final = {"light": "#111827", "dark": "#f9fafb"}
_GAP: Final = Style(fill=None, stroke="#9ca3af", weight=0.4)


def shade_counties(
    state: MapState,
    values: Mapping[str, float],
    codes: Sequence[str],
    classes: IndicatorClasses,
    *,
    title: str,
    lang: Language,
    theme: Theme,
    signed: bool = False,
    note: str | None = None,
    chosen: str = "",
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
    signed : bool, optional
        Whether the figures are changes.
    note : str, optional
        Below the legend.
    chosen : str, optional
        Code of the county that is marked.

    Returns
    -------
    MapState
    """
    styles = [Style(fill=shade, fill_opacity=0.8, stroke="#ffffff", weight=0.3) for shade in classes.colors]
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
        LegendItem(label=name, style=style, count=count)
        for name, style, count in zip(classes.name_ranges(signed=signed), styles, counts, strict=True)
    ]
    items.append(LegendItem(label=translate("indicators_gap", lang), style=_GAP))
    items.append(LegendItem(label=translate("indicators_outline", lang), style=outline, layer=_ZONES))
    marked = Selected(layer=_COUNTIES, ids=[f"c{codes.index(chosen)}"]) if chosen in codes else None
    return replace(state, layers=layers, legend=Legend(title=title, items=items, note=note), marked=marked)
