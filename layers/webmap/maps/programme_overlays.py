"""Programmes laid over another one: outlines and signs without fill, so that the colours below stay readable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import shapely

from pilotzones.geo.geometry import crs
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import LANGUAGES, Language, translate
from pilotzones.layers.style import palette
from pilotzones.layers.style.spec import Legend, LegendItem, Style
from pilotzones.layers.webmap.geometry.builder import make_placeholder_points
from pilotzones.layers.webmap.geometry.geojson_encoder import Cards, encode_features, simplify_coverage
from pilotzones.layers.webmap.geometry.store import GeometryStore, get_shared_store
from pilotzones.layers.webmap.layer_spec import MapLayer
from pilotzones.layers.webmap.state import MapState

__all__ = ["Overlay", "add_overlays", "prepare_beside"]

_TOLERANCE: Final = 0.002
# Above everything of the main programme: its highest layer is 6, and candidates of a list stand on 8.
_FIRST_Z: Final = 10
# From the lowest to the highest.
_KINDS: Final = ("areas", "points", "standing")


@dataclass(frozen=True)
class Overlay:
    """Addresses of what is drawn of a programme that lies over another; empty where there is nothing of the kind."""

    title_zh: str
    title_en: str
    areas: str
    points: str
    standing: str

    def title(self, lang: str) -> str:
        """Return the title in the language `lang` ("zh" or "en")."""
        return self.title_zh if lang == "zh" else self.title_en


def prepare_beside(joined: JoinedProgramme, *, store: GeometryStore | None = None) -> Overlay:
    """Prepare and store the outlines of the zones and the signs of the towns of a programme.

    Parameters
    ----------
    joined : JoinedProgramme
    store : GeometryStore, optional
        The process's own by default.

    Returns
    -------
    Overlay
    """
    held = get_shared_store() if store is None else store
    programme = joined.programme
    counted = joined.counted.reset_index(drop=True)
    simple = simplify_coverage(counted, _TOLERANCE)
    outlines = {
        zone.order: shapely.union_all(simple.geometry[simple["zone"] == zone.order].to_numpy())
        for zone in programme.zones
        if (simple["zone"] == zone.order).any()
    }
    pointed = joined.points

    def put(shapes: dict[int, Any]) -> str:
        if not shapes:
            return ""
        frame = gpd.GeoDataFrame(
            {"feature": list(map(str, shapes))}, geometry=list(shapes.values()), crs=crs.GEOGRAPHIC
        )
        cards: Cards = {
            str(order): {
                lang: [
                    programme.get_zone(order).name(lang),
                    translate("card_beside", lang, programme=programme.title(lang)),
                ]
                for lang in LANGUAGES
            }
            for order in shapes
        }
        return held.put(encode_features(frame, id_column="feature", cards=cards), pinned=True)

    standing = make_placeholder_points(joined)
    return Overlay(
        programme.title_zh,
        programme.title_en,
        areas=put(outlines),
        points=put(dict(zip(pointed["zone"].tolist(), pointed.geometry.tolist(), strict=True))),
        standing=put(dict(zip(standing["zone"].tolist(), standing.geometry.tolist(), strict=True))),
    )


def add_overlays(state: MapState, others: Sequence[Overlay], lang: Language) -> MapState:
    """Add other programmes to a map, each in a line and a sign of its own, named in the legend.

    Parameters
    ----------
    state : MapState
    others : sequence of Beside
        The first lies lowest.
    lang : {"zh", "en"}

    Returns
    -------
    MapState
    """
    if not others:
        return state
    layers: list[MapLayer] = []
    items: list[LegendItem] = []
    for number, other in enumerate(others):
        styles = palette.get_overlay_styles(number, state.theme)
        urls = (other.areas, other.points, other.standing)
        for place, (kind, url, style) in enumerate(zip(_KINDS, urls, styles, strict=True)):
            if url:
                z = _FIRST_Z + len(_KINDS) * number + place
                layers.append(MapLayer(id=f"beside{number}-{kind}", url=url, classes=[style], all_class=0, z=z))
                items.append(_make_legend_item(other, kind, style, number + 1, lang))
    legend = state.legend or Legend(title="")
    return replace(state, layers=[*state.layers, *layers], legend=replace(legend, items=[*legend.items, *items]))


def _make_legend_item(other: Overlay, kind: str, style: Style, number: int, lang: Language) -> LegendItem:
    """Return a line; the title stands in the first of a programme only, its number in all (lines have to differ)."""
    title = translate("legend_beside", lang, number=number, programme=other.title(lang))
    if kind == "areas":
        return LegendItem(label=title, style=style)
    if kind == "points" and not other.areas:
        return LegendItem(label=title, style=style, shape="point")
    label = translate("legend_beside_point" if kind == "points" else "legend_beside_standing", lang, number=number)
    return LegendItem(label=label, style=style, shape="point")
