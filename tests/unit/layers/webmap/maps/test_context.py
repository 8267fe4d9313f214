"""What lies behind the zones: cities at their point with a sign, other prefectures by name only."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pilotzones.geo.boundaries.cities import load_city_points
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.query.filters import Selection
from pilotzones.geo.query.unit_comparison import UnitsInYear
from pilotzones.layers.webmap.geometry.builder import prepare_context, prepare_programme
from pilotzones.layers.webmap.geometry.store import GeometryStore
from pilotzones.layers.webmap.maps.programme import build_state
from pilotzones.layers.webmap.state import MapState


@pytest.fixture(scope="module")
def store() -> GeometryStore:
    return GeometryStore()


def _build(joined: JoinedProgramme, store: GeometryStore, **options: Any) -> MapState:
    context = prepare_context(joined.boundaries, store=store)
    return build_state(joined, prepare_programme(joined, store=store), context, Selection(), **options)


def _features(state: MapState, layer: str, store: GeometryStore) -> dict[str, Any]:
    entry = store.find_entry(next(one.url for one in state.layers if one.id == layer))
    assert entry is not None
    return {feature["id"]: feature for feature in json.loads(entry.decompress())["features"]}


def test_cities_have_a_sign_where_they_are_and_others_a_name_only(
    joined: JoinedProgramme, store: GeometryStore
) -> None:
    state = _build(joined, store)
    layers = {layer.id: layer for layer in state.layers}
    cities, places = (_features(state, layer, store) for layer in ("cities", "places"))
    assert set(cities) == set(load_city_points())
    assert cities["610100"]["geometry"]["coordinates"] == pytest.approx(load_city_points()["610100"], abs=0.001)
    assert cities["110000"]["properties"]["label"] == {"zh": "北京市", "en": "Beijing"}
    assert "422800" in places
    assert set(places).isdisjoint(cities)
    assert layers["cities"].min_zoom == layers["places"].min_zoom == layers["cities"].label_zoom
    assert layers["cities"].classes[0].stroke
    assert layers["places"].classes[0].stroke is None
    # Below the zones: a city must not seem to belong to one.
    assert layers["lines"].z < layers["cities"].z < layers["hosts"].z
    assert [item.layer for item in state.legend.items if item.shape == "point"][-1] == "cities"


def test_a_year_names_cities_too(joined: JoinedProgramme, store: GeometryStore) -> None:
    in_year = UnitsInYear(members={}, names={"420600": ("襄樊市",), "610100": ()})
    named = next(layer for layer in _build(joined, store, in_year=in_year).layers if layer.id == "cities")
    assert named.names is not None
    assert named.names["420600"] == "襄樊市"
    assert named.names["610100"] == ""
