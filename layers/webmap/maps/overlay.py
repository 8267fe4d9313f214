"""The map of an overlay check: both layers, and the conflicts in the colours of their classes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.geometry import crs
from pilotzones.geo.messages import LANGUAGES, Language, format_number, translate
from pilotzones.geo.overlay.models import ConflictClass, OverlayResult, PolygonLayer
from pilotzones.layers.labels import name_overlay_class, name_overlay_reason
from pilotzones.layers.place_labels import compose_credit, name_place
from pilotzones.layers.style import palette
from pilotzones.layers.style.spec import Legend, LegendItem, Style, Theme
from pilotzones.layers.webmap.geometry.geojson_encoder import encode_features
from pilotzones.layers.webmap.geometry.store import AnyStore
from pilotzones.layers.webmap.layer_spec import MapLayer
from pilotzones.layers.webmap.state import Basemap, MapState, ViewRequest

__all__ = ["OverlayMap", "build_overlay_state", "prepare_overlay_map"]

MAX_CONFLICTS: Final = 2_000
MAX_FEATURES: Final = 3_000
MAX_VERTICES: Final = 150_000
MAX_COUNTIES: Final = 150
# Seven decimals are a centimetre: slivers are drawn as they are.
_DECIMALS: Final = 7
_FIRST_TOLERANCE: Final = 2e-6
_MARGIN: Final = 0.05
_LEAST_MARGIN_DEGREES: Final = 0.0005
_COUNTY_LABELS_FROM: Final = 8
# The map fits a box only down to some zoom level; a view of plots is closer. Its width is three tiles.
_VIEW_TILES: Final = 3
_LEAST_SPOT_ZOOM: Final = 11
_MOST_ZOOM: Final = 18
# Distinguishable with every kind of colour vision (Okabe and Ito), and by their hatches in grey.
_CLASSES: Final = {
    ConflictClass.DRAFTING_SLIVER: Style(fill="#f0e442", fill_opacity=0.9, stroke="#8a7d00", weight=1.5),
    ConflictClass.EDGE_DISAGREEMENT: Style(
        fill="#56b4e9", fill_opacity=0.8, stroke="#0072b2", weight=1.5, hatch="horizontal"
    ),
    ConflictClass.REAL_OVERLAP: Style(
        fill="#d55e00", fill_opacity=0.75, stroke="#a34800", weight=1.5, hatch="diagonal"
    ),
}
_SIDES: Final[dict[Theme, dict[str, Style]]] = {
    "light": {
        "a": Style(fill="#009e73", fill_opacity=0.14, stroke="#00694d", weight=1.2),
        "b": Style(fill="#cc79a7", fill_opacity=0.14, stroke="#9c3f73", weight=1.2, dash="5 3"),
    },
    "dark": {
        "a": Style(fill="#009e73", fill_opacity=0.25, stroke="#4fd6ae", weight=1.2),
        "b": Style(fill="#cc79a7", fill_opacity=0.25, stroke="#f0a6cd", weight=1.2, dash="5 3"),
    },
}


@dataclass(frozen=True)
class OverlayMap:
    """Addresses of what the map draws.

    Parameters
    ----------
    urls : dict of str to str
        By "counties", "a", "b" and the class of a conflict; what is empty is left out.
    names : tuple of two str
        Of the layers.
    counts : dict of str to int
        Conflicts of each class.
    drawn : int
        Conflicts on the map.
    box : tuple of float
        West, south, east, north of what is drawn [degree].
    credit : dict of str to str
        By language.
    """

    urls: dict[str, str]
    names: tuple[str, str]
    counts: dict[str, int]
    drawn: int
    box: tuple[float, float, float, float]
    credit: dict[str, str]


def prepare_overlay_map(result: OverlayResult, boundaries: Boundaries, *, store: AnyStore) -> OverlayMap:
    """Store the geometry of the map.

    Parameters
    ----------
    result : OverlayResult
    boundaries : Boundaries
        Whose counties are drawn behind the layers.
    store : AnyStore

    Returns
    -------
    OverlayMap
        With the largest conflicts and the features that take part in them first, as far as a browser draws them well.
    """
    conflicts = result.conflicts.head(MAX_CONFLICTS)
    urls: dict[str, str] = {}
    boxes = []
    layers = {"a": result.a} if result.a is result.b else {"a": result.a, "b": result.b}
    for side, layer in layers.items():
        shapes = _choose_features(
            layer, set(conflicts[f"{side}_id"]) | (set(conflicts["b_id"]) if len(layers) == 1 else set())
        )
        if len(shapes):
            boxes.append(shapely.total_bounds(shapes))
            ids = [f"{side}{place}" for place in range(len(shapes))]
            urls[side] = store.put(_encode(_thin_out(shapes), ids))
    for name in _CLASSES:
        rows = conflicts[conflicts["class"] == name.value]
        if len(rows):
            cards = {row["conflict_id"]: _make_card(row) for row in rows.to_dict("records")}
            urls[name.value] = store.put(_encode(rows.geometry.to_numpy(), list(rows["conflict_id"]), cards=cards))
    if len(conflicts):
        boxes = [conflicts.total_bounds]
    box = _join_boxes(boxes)
    counties = _encode_counties(boundaries, box)
    if counties is not None:
        urls["counties"] = store.put(counties)
    return OverlayMap(
        urls=urls,
        names=(result.a.name, result.b.name),
        counts={name.value: int((result.conflicts["class"] == name.value).sum()) for name in _CLASSES},
        drawn=len(conflicts),
        box=box,
        credit={lang: compose_credit(boundaries.info, lang) for lang in LANGUAGES},
    )


def _choose_features(layer: PolygonLayer, in_conflict: set[str]) -> NDArray[Any]:
    there = ~shapely.is_missing(layer.geometry)
    hit = np.array([name in in_conflict for name in layer.ids], dtype=bool) & there
    rest = np.flatnonzero(there & ~hit)[: max(0, MAX_FEATURES - int(hit.sum()))]
    chosen: NDArray[Any] = layer.geometry[np.concatenate([np.flatnonzero(hit), rest])]
    return chosen


def _thin_out(shapes: NDArray[Any]) -> NDArray[Any]:
    """Simplify shapes that have more vertices than a browser draws well."""
    tolerance, thin = _FIRST_TOLERANCE, shapes
    while shapely.get_num_coordinates(thin).sum() > MAX_VERTICES and tolerance < 1:
        thin = shapely.simplify(shapes, tolerance)
        tolerance *= 2
    return thin


def _encode(shapes: NDArray[Any], ids: Sequence[str], *, cards: dict[str, dict[str, list[str]]] | None = None) -> bytes:
    frame = gpd.GeoDataFrame({"key": ids}, geometry=shapes, crs=crs.GEOGRAPHIC)
    return encode_features(frame, id_column="key", cards=cards, precision=_DECIMALS)


def _make_card(row: dict[str, Any]) -> dict[str, list[str]]:
    return {
        lang: [
            f"{row['conflict_id']} {name_overlay_class(row['class'], lang)}",
            f"A: {row['a_id']}",
            f"B: {row['b_id']}",
            f"{translate('overlay_col_area_m2', lang)}: {format_number(row['area_m2'], 1)}",
            *_describe_width(row["inner_width_m"], lang),
            *([name_overlay_reason(row["reason"], lang)] if row["reason"] else []),
        ]
        for lang in LANGUAGES
    }


def _describe_width(width: float, lang: Language) -> list[str]:
    return [] if pd.isna(width) else [f"{translate('overlay_col_inner_width', lang)}: {format_number(width, 2)}"]


def _join_boxes(boxes: Sequence[Any]) -> tuple[float, float, float, float]:
    if not boxes:
        return crs.CHINA_BOX
    edges = np.array(boxes)
    west, south = edges[:, :2].min(axis=0)
    east, north = edges[:, 2:].max(axis=0)
    margin = max(_LEAST_MARGIN_DEGREES, _MARGIN * max(east - west, north - south))
    return float(west - margin), float(south - margin), float(east + margin), float(north + margin)


def _encode_counties(boundaries: Boundaries, box: tuple[float, float, float, float]) -> bytes | None:
    """Encode the counties around the conflicts; none when there are too many to be a help."""
    counties = boundaries.counties
    near = counties[shapely.intersects(counties.geometry.to_numpy(), shapely.box(*box))]
    if not 0 < len(near) <= MAX_COUNTIES:
        return None
    ids = list(near["adcode"].astype(str) + np.arange(len(near)).astype(str))
    labels: dict[str, dict[str, str]] = {
        key: {str(lang): name_place(name, lang) for lang in LANGUAGES}
        for key, name in zip(ids, near["name"], strict=True)
    }
    frame = gpd.GeoDataFrame({"key": ids}, geometry=_thin_out(near.geometry.to_numpy()), crs=crs.GEOGRAPHIC)
    return encode_features(frame, id_column="key", labels=labels, precision=5)


def build_overlay_state(
    drawn: OverlayMap, *, lang: Language, theme: Theme, view_token: str, basemap: Basemap | None = None
) -> MapState:
    """Say what the map shows.

    Parameters
    ----------
    drawn : OverlayMap
    lang : {"zh", "en"}
    theme : {"light", "dark"}
    view_token : str
        The map moves to the conflicts when this changes.
    basemap : Basemap, optional

    Returns
    -------
    MapState
    """
    looks = {
        "counties": replace(palette.get_county_style(theme), fill=palette.get_land_style(theme).fill, fill_opacity=1.0),
        **_SIDES[theme],
        **{name.value: style for name, style in _CLASSES.items()},
    }
    layers = [
        MapLayer(
            id=name,
            url=drawn.urls[name],
            classes=[style],
            all_class=0,
            z=z,
            interactive=z > 2,
            label_zoom=_COUNTY_LABELS_FROM if name == "counties" else None,
        )
        for z, (name, style) in enumerate(looks.items())
        if name in drawn.urls
    ]
    west, south, east, north = drawn.box
    return MapState(
        layers=layers,
        view=ViewRequest(bounds=((south, west), (north, east)), token=view_token, spot=_find_spot(drawn.box)),
        legend=_make_legend(drawn, lang, theme),
        theme=theme,
        lang=lang,
        basemap=basemap,
        credit=drawn.credit[lang],
        message=None if drawn.drawn else translate("overlay_none", lang),
    )


def _find_spot(box: tuple[float, float, float, float]) -> tuple[float, float, float] | None:
    """Find the middle and the zoom of a view that is smaller than the map would show by itself."""
    west, south, east, north = box
    size = max(east - west, 2 * (north - south))
    zoom = math.floor(math.log2(_VIEW_TILES * 360 / size))
    return None if zoom <= _LEAST_SPOT_ZOOM else ((south + north) / 2, (west + east) / 2, float(min(zoom, _MOST_ZOOM)))


def _make_legend(drawn: OverlayMap, lang: Language, theme: Theme) -> Legend:
    items = [
        LegendItem(label=name_overlay_class(name.value, lang), style=style, count=drawn.counts[name.value])
        for name, style in reversed(_CLASSES.items())
        if name.value in drawn.urls
    ]
    items += [
        LegendItem(
            label=translate("overlay_legend_features", lang, side=side.upper(), name=name), style=_SIDES[theme][side]
        )
        for side, name in zip("ab", drawn.names, strict=True)
        if side in drawn.urls
    ]
    left_out = sum(drawn.counts.values()) > drawn.drawn
    note = translate("overlay_legend_left_out", lang, count=f"{drawn.drawn:,}") if left_out else None
    return Legend(title=translate("overlay_legend", lang), items=items, note=note)
