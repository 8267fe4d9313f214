"""A visitor's own list on the map: every zone in a colour of its own, and the candidates of the place in question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import shapely

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.geometry import crs
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import LANGUAGES, Language, translate
from pilotzones.layers.place_labels import format_place_title, name_place
from pilotzones.layers.style import palette
from pilotzones.layers.style.spec import Legend, LegendItem
from pilotzones.layers.webmap.geometry.geojson_encoder import encode_features, simplify_coverage
from pilotzones.layers.webmap.geometry.store import AnyStore, get_shared_store
from pilotzones.layers.webmap.layer_spec import MapLayer
from pilotzones.layers.webmap.state import MapState, ViewRequest

__all__ = ["Candidates", "color_by_zone", "prepare_candidates", "with_candidates"]

_TOLERANCE: Final = 0.002  # of the display simplification [degree]
_MARGIN: Final = 0.3  # around the candidates [degree]
_MAX_LEGEND_ITEMS: Final = 12


@dataclass(frozen=True)
class Candidates:
    """The polygons of the candidates of one question, in the store and at hand for a click.

    Parameters
    ----------
    url : str
        Address in the store.
    shapes : dict of str to geometry
        By code, in the order of the candidates; only those the source has.
    """

    url: str
    shapes: dict[str, Any]

    def find_code_at(self, lon: float, lat: float) -> str | None:
        """Return the code of the candidate at a coordinate [degree]; None beside all of them."""
        point = shapely.Point(lon, lat)
        return next((code for code, shape in self.shapes.items() if shapely.intersects(shape, point)), None)


def prepare_candidates(
    boundaries: Boundaries, names: Sequence[tuple[str, str]], *, store: AnyStore | None = None
) -> Candidates | None:
    """Store the polygons of candidates, numbered as they are listed.

    Parameters
    ----------
    boundaries : Boundaries
    names : sequence of (str, str)
        Code and full name of each candidate: counties, prefectures or provinces.
    store : AnyStore, optional
        The process's own by default; the geometry is not pinned.

    Returns
    -------
    Candidates or None
        None when the source has none of them.
    """
    counties = boundaries.counties
    found: dict[str, Any] = {}
    labels: dict[str, dict[str, str]] = {}
    cards: dict[str, dict[str, list[str]]] = {}
    for number, (code, name) in enumerate(names, start=1):
        rows = (counties[["adcode", "prefecture_adcode", "province_adcode"]] == code).any(axis=1)
        if not rows.any() or code in found:
            continue
        found[code] = shapely.union_all(counties.geometry[rows].to_numpy())
        labels[code] = {lang: f"{number} {name_place(name, lang)}" for lang in LANGUAGES}
        cards[code] = {
            lang: [format_place_title(name, lang), translate("list_card_candidate", lang, number=number, code=code)]
            for lang in LANGUAGES
        }
    if not found:
        return None
    frame = gpd.GeoDataFrame({"code": list(found)}, geometry=list(found.values()), crs=crs.GEOGRAPHIC)
    # One at a time: a prefecture may be a candidate beside one of its counties.
    simple = [simplify_coverage(frame.iloc[[row]], _TOLERANCE).geometry.iloc[0] for row in range(len(frame))]
    encoded = encode_features(frame.set_geometry(simple, crs=frame.crs), id_column="code", labels=labels, cards=cards)
    return Candidates((get_shared_store() if store is None else store).put(encoded), found)


def color_by_zone(state: MapState, joined: JoinedProgramme, lang: Language) -> MapState:
    """Give every zone of a map a colour of its own.

    Parameters
    ----------
    state : MapState
        Of `pilotzones.layers.webmap.maps.programme.state_of`.
    joined : JoinedProgramme
        The same programme.
    lang : {"zh", "en"}

    Returns
    -------
    MapState
        The legend names the first zones and says how many more there are.
    """
    zones = joined.programme.zones
    styles = palette.get_zone_fills(len(zones))
    looks = {"members": styles, "dots": palette.get_dot_styles(styles)}
    classes = {str(zone.order): place for place, zone in enumerate(zones)}
    layers = [
        replace(layer, classes=looks[layer.id], group_class=classes) if layer.id in looks else layer
        for layer in state.layers
    ]
    items = [
        LegendItem(
            id=f"zone:{zone.order}",
            label=translate("card_zone", lang, order=zone.order, name=zone.name(lang)),
            style=style,
        )
        for zone, style in zip(zones[:_MAX_LEGEND_ITEMS], styles, strict=False)
    ]
    more = len(zones) - len(items)
    note = translate("list_legend_more", lang, count=more) if more else None
    signs = [LegendItem(label=translate("legend_host", lang), style=palette.HOST_PALE)] if len(joined.hosts) else []
    return replace(
        state, layers=layers, legend=Legend(title=translate("zone", lang), items=[*items, *signs], note=note)
    )


def with_candidates(
    state: MapState, candidates: Candidates, chosen: str | None, *, token: str, lang: Language
) -> MapState:
    """Return the same map with the candidates of a question, looked at once.

    Parameters
    ----------
    state : MapState
    candidates : Candidates
    chosen : str or None
        Code of the candidate that is ticked.
    token : str
        Of the question: the map moves when it changes.
    lang : {"zh", "en"}

    Returns
    -------
    MapState
    """
    layer = MapLayer(
        id="candidates",
        url=candidates.url,
        classes=[palette.CANDIDATE, palette.CANDIDATE_CHOSEN],
        feature_class={code: int(code == chosen) for code in candidates.shapes},
        z=9,
        label_zoom=3,
    )
    legend = state.legend or Legend(title=translate("zone", lang))
    item = LegendItem(label=translate("list_legend_candidate", lang), style=palette.CANDIDATE)
    return replace(
        state,
        layers=[*state.layers, layer],
        legend=replace(legend, items=[*legend.items, item]),
        view=ViewRequest(bounds=_compute_box(candidates.shapes.values()), token=token),
    )


def _compute_box(shapes: Iterable[Any]) -> tuple[tuple[float, float], tuple[float, float]]:
    west, south, east, north = shapely.total_bounds(list(shapes)).tolist()
    return (south - _MARGIN, west - _MARGIN), (north + _MARGIN, east + _MARGIN)
