"""The state of the map: checked values, the same text for the same state, and text that survives unchanged."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.errors import PilotzonesError
from pilotzones.layers.style.spec import Legend, LegendItem, PayloadError, Style
from pilotzones.layers.webmap.layer_spec import MapLayer
from pilotzones.layers.webmap.state import Basemap, MapState, Selected, ViewRequest

ADDRESS = f"geometry/{'0' * 64}.json"
PLAIN = Style(fill="#aabbcc")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def layer(**changes: Any) -> MapLayer:
    return MapLayer(**({"id": "members", "url": ADDRESS, "classes": (PLAIN,), "all_class": 0} | changes))


@pytest.mark.parametrize(
    "wrong",
    [
        {"fill": "red"},
        {"fill": "#fff"},
        {"fill": "#aabbcc;"},
        {"stroke": "#aabbcc\n"},
        {"stroke": "</script>"},
        {"fill_opacity": 1.1},
        {"fill_opacity": float("nan")},
        {"weight": -1},
        {"dash": "4,3"},
        {"dash": "x"},
        {"hatch": "waves"},
        {"radius": 0},
        {"shape": "star"},
    ],
)
def test_a_style_that_cannot_be_drawn_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(PayloadError):
        Style(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "9zones"},
        {"id": "a b"},
        {"id": ""},
        {"url": "https://elsewhere.test/x.json"},
        {"url": "../geometry/x.json"},
        {"url": ADDRESS + "?x"},
        {"all_class": 1},
        {"all_class": -1},
        {"all_class": None},
        {"feature_class": {"110101": 4}},
        {"feature_class": {"": 0}},
        {"feature_class": {"a\nb": 0}},
        {"hidden": ["x" * 129]},
    ],
)
def test_a_layer_that_cannot_be_drawn_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(PayloadError):
        layer(**wrong)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)//{z}{x}{y}",
        "https://tiles.test/{z}/{x}.png",
        "https://tiles.test/{z}/{x}/{y}/{key}",
        "/{z}/{x}/{y}",
    ],
)
def test_only_tile_addresses_are_basemaps(url: str) -> None:
    with pytest.raises(PayloadError):
        Basemap(url=url, attribution="")


def test_bounds_are_south_west_then_north_east() -> None:
    ViewRequest(bounds=((10, 100), (20, 110)), token="a")
    with pytest.raises(PayloadError):
        ViewRequest(bounds=((20, 100), (10, 110)), token="a")


def test_a_state_refers_only_to_its_own_layers() -> None:
    with pytest.raises(PayloadError):
        MapState(layers=[layer(), layer()])
    with pytest.raises(PayloadError):
        MapState(layers=[layer()], selected=Selected(layer="zones", ids=["1"]))
    with pytest.raises(PilotzonesError):
        MapState(lang="fr")  # type: ignore[arg-type]


def test_not_a_number_never_reaches_the_browser() -> None:
    with pytest.raises(PayloadError):
        MapState(layers=[layer(z=float("inf"))]).to_json()


def test_equal_states_give_equal_text_whatever_the_order_of_their_features() -> None:
    one = MapState(layers=[layer(feature_class={"1": 0, "2": 0}, hidden=["b", "a"])])
    other = MapState(layers=[layer(feature_class={"2": 0, "1": 0}, hidden=["a", "b"])])
    assert one.to_json() == other.to_json()


@given(TEXT, TEXT, TEXT)
def test_every_text_comes_through_unchanged(message: str, label: str, note: str) -> None:
    legend = Legend(title=label, items=[LegendItem(label=label, style=PLAIN)], note=note)
    state = json.loads(MapState(message=message, credit=note, legend=legend).to_json())
    assert (state["message"], state["credit"]) == (message, note)
    assert state["legend"]["items"][0]["label"] == label
    assert (state["legend"]["title"], state["legend"]["note"]) == (label, note)
