"""Counties shaded by the number of programmes that cover each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from pilotzones.geo.messages import Language, translate
from pilotzones.layers.style.spec import Legend, LegendItem, Style, Theme
from pilotzones.layers.webmap.state import MapState

__all__ = ["shade_overlap"]

_COUNTIES: Final = "counties"
# The zones of one programme say nothing of how many there are.
_LEFT_OUT: Final = frozenset({"hosts", "members", "zones", "points", "dots"})
# None, one, two, three, four and more programmes: away from the colour of the page.
_SHADES: Final[dict[Theme, tuple[str, ...]]] = {
    "light": ("#f2f0ec", "#cfe1f2", "#93c3df", "#4b97c9", "#1864aa"),
    "dark": ("#262c36", "#1d4468", "#2c6ea3", "#5ba4d6", "#c0e0f5"),
}
_BORDERS: Final[dict[Theme, str]] = {"light": "#8b93a1", "dark": "#12161c"}


def shade_overlap(
    state: MapState, covered: Iterable[Sequence[str]], titles: Mapping[str, str], *, lang: Language, theme: Theme
) -> MapState:
    """Shade the counties of a map state by the number of programmes that cover each.

    Parameters
    ----------
    state : MapState
        With the net of all counties.
    covered : iterable of sequence of str
        Ids of the programmes that cover each county, in the order of the source, which numbers the features.
    titles : mapping of str to str
        Title of each programme.
    lang : {"zh", "en"}
    theme : {"light", "dark"}

    Returns
    -------
    MapState
        The card of a county names its programmes.
    """
    styles = [Style(fill=shade, fill_opacity=0.9, stroke=_BORDERS[theme], weight=0.3) for shade in _SHADES[theme]]
    between = {"zh": "、", "en": "; "}[lang]
    places: dict[str, int] = {}
    notes: dict[str, list[str]] = {}
    for row, ids in enumerate(covered):
        places[f"c{row}"] = min(len(ids), len(styles) - 1)
        if ids:
            listing = between.join(titles[name] for name in ids)
            notes[f"c{row}"] = [translate("overlap_card", lang, count=len(ids), listing=listing)]
    counts = [list(places.values()).count(place) for place in range(len(styles))]
    items = [
        LegendItem(
            label=translate("overlap_more" if place == len(styles) - 1 else "overlap_number", lang, count=place),
            style=style,
            count=counts[place],
        )
        for place, style in enumerate(styles)
    ]
    layers = [
        replace(layer, classes=styles, feature_class=places, all_class=0, notes=notes)
        if layer.id == _COUNTIES
        else layer
        for layer in state.layers
        if layer.id not in _LEFT_OUT
    ]
    legend = Legend(title=translate("overlap_map", lang), items=items)
    return replace(state, layers=layers, legend=legend, status=None, groups=None)
