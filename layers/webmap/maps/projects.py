"""Projects on the map: counties by their number, points by stage, a hollow sign where only the county is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from pilotzones.geo.geometry import crs
from pilotzones.geo.messages import LANGUAGES, Language, format_number, translate
from pilotzones.geo.projects.models import KINDS, LOCATION_QUALITIES, STAGES, TYPES
from pilotzones.layers.style.project_styles import make_county_style, make_point_style
from pilotzones.layers.style.spec import Legend, LegendItem
from pilotzones.layers.webmap.geometry.geojson_encoder import encode_features
from pilotzones.layers.webmap.geometry.store import AnyStore
from pilotzones.layers.webmap.layer_spec import MapLayer
from pilotzones.layers.webmap.state import MapState

__all__ = ["add_projects", "name_kind"]

_LAYER: Final = "projects"
_MAX_CARD_LINES: Final = 8
_MAX_NAME_CHARACTERS: Final = 60


def name_kind(one: str, lang: Language) -> str:
    """Name the word of a kind or demonstration type; one of the user's own stays as it is."""
    if one in KINDS:
        return translate(f"project_kind_{one}", lang)
    return translate(f"project_type_{one}", lang) if one in TYPES else one


def add_projects(
    state: MapState,
    frame: pd.DataFrame,
    counties: Mapping[str, shapely.Geometry],
    *,
    lang: Language,
    store: AnyStore,
) -> MapState:
    """Add the projects of a register to a map.

    Parameters
    ----------
    state : MapState
    frame : DataFrame
        Of a `pilotzones.geo.projects.location.LocatedRegister`.
    counties : mapping of str to geometry
        Polygons by code.
    lang : {"zh", "en"}
        Of the legend; cards have both languages.
    store : AnyStore
        The visitor's own, as the register is private.

    Returns
    -------
    MapState
        Projects with a coordinate are circles in the colour of their stage, with a red rim when overdue; those of which
        only the county is known are one diamond a county and stage, inside the county.
    """
    own = frame[frame["location"] == "point"]
    rest = frame[(frame["location"] != "point") & (frame["adcode"] != "")]
    ids: list[str] = []
    shapes: list[shapely.Geometry] = []
    looks: dict[str, int] = {}
    cards: dict[str, dict[str, list[str]]] = {}
    stages = (*STAGES, "")
    styles = [
        *(make_point_style(stage) for stage in stages),
        *(make_point_style(stage, is_overdue=True) for stage in stages),
        *(make_county_style(stage) for stage in stages),
    ]
    for row in own.to_dict("records"):
        name = f"p{len(ids)}"
        ids.append(name)
        shapes.append(shapely.Point(row["lon"], row["lat"]))
        looks[name] = _place_stage(row["stage"]) + len(stages) * bool(row["is_overdue"])
        cards[name] = {one: _describe_project(row, one) for one in LANGUAGES}
    for (code, stage), group in rest.groupby(["adcode", "stage"], sort=True):
        if str(code) in counties:
            name = f"p{len(ids)}"
            ids.append(name)
            shapes.append(_find_sign_place(counties[str(code)], _place_stage(stage)))
            looks[name] = _place_stage(stage) + 2 * len(stages)
            cards[name] = {one: _describe_group(group, str(stage), one) for one in LANGUAGES}
    if not ids:
        return state
    encoded = encode_features(
        gpd.GeoDataFrame({"feature": ids}, geometry=shapes, crs=crs.GEOGRAPHIC), id_column="feature", cards=cards
    )
    layer = MapLayer(id=_LAYER, url=store.put(encoded), classes=styles, feature_class=looks, z=8)
    used = sorted(set(looks.values()))
    items = [
        LegendItem(
            label=_name_look(number, stages, lang), style=styles[number], shape="point", layer=_LAYER,
            count=list(looks.values()).count(number),
        )
        for number in used
    ]  # fmt: skip
    legend = state.legend or Legend(title="")
    return replace(state, layers=[*state.layers, layer], legend=replace(legend, items=[*legend.items, *items]))


def _place_stage(stage: Any) -> int:
    return STAGES.index(stage) if stage in STAGES else len(STAGES)


def _name_look(number: int, stages: tuple[str, ...], lang: Language) -> str:
    sign, place = divmod(number, len(stages))
    stage = stages[place]
    name = translate(f"stage_{stage}", lang) if stage else translate("projects_unknown", lang)
    if sign == 1:
        return f"{name} · {translate('projects_overdue', lang)}"
    return f"{name} · {translate('location_county', lang)}" if sign == 2 else name  # the third kind of sign


def _find_sign_place(county: shapely.Geometry, place: int) -> shapely.Geometry:
    """Find a point inside a county; signs of several stages stand side by side, as none of them is a place."""
    point = shapely.point_on_surface(county)
    west, _, east, _ = shapely.bounds(county)
    return shapely.Point(point.x + (place - len(STAGES) / 2) * (east - west) * 0.04, point.y)


def _describe_project(row: Mapping[Any, Any], lang: Language) -> list[str]:
    stage = translate(f"stage_{row['stage']}", lang) if row["stage"] in STAGES else str(row["stage"])
    due = f"{translate('projects_due', lang)}: {row['due_on']}" if pd.notna(row["due_on"]) else ""
    money = f"{translate('projects_money', lang)}: {format_number(row['money'])}" if pd.notna(row["money"]) else ""
    quality = row["location"] if row["location"] in LOCATION_QUALITIES else "open"
    overdue = translate("projects_overdue", lang) if row["is_overdue"] else ""
    lines = [
        str(row["name"])[:_MAX_NAME_CHARACTERS],
        " · ".join(filter(None, (stage, name_kind(row["kind"], lang), overdue))),
        " · ".join(filter(None, (row["county"], row["town"]))),
        translate(f"location_{quality}", lang),
        money,
        due,
        str(row["responsible"])[:_MAX_NAME_CHARACTERS],
    ]
    return [line for line in lines if line]


def _describe_group(group: pd.DataFrame, stage: str, lang: Language) -> list[str]:
    name = translate(f"stage_{stage}", lang) if stage in STAGES else translate("projects_unknown", lang)
    head = f"{group['county'].iloc[0]} · {name} · {len(group)}"
    names = [str(one)[:_MAX_NAME_CHARACTERS] for one in group["name"].head(_MAX_CARD_LINES)]
    more = [f"… {len(group)}"] if len(group) > _MAX_CARD_LINES else []
    return [head, translate("location_county", lang), *names, *more]
