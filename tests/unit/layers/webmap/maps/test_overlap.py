"""The map of overlapping programmes: a shade for each number, away from the colour of the page in either theme."""

from __future__ import annotations

import pytest

from pilotzones.layers.style.spec import Style
from pilotzones.layers.webmap.layer_spec import MapLayer
from pilotzones.layers.webmap.maps.overlap import shade_overlap
from pilotzones.layers.webmap.state import MapState

URL = f"geometry/{'0' * 64}.json"
TITLES = {"a": "甲", "b": "乙", "c": "丙", "d": "丁", "e": "戊"}
COVERED = [(), ("a",), ("a", "b"), tuple("abcd"), tuple("abcde")]


def _make_ground() -> MapState:
    layers = [
        MapLayer(id=name, url=URL, classes=[Style(fill="#123456")], all_class=0) for name in ("counties", "zones")
    ]
    return MapState(layers=layers, status="11 / 11")


def _get_light(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_county_has_the_shade_of_its_number_and_names_its_programmes() -> None:
    state = shade_overlap(_make_ground(), COVERED, TITLES, lang="zh", theme="light")
    (counties,) = state.layers
    assert counties.feature_class == {"c0": 0, "c1": 1, "c2": 2, "c3": 4, "c4": 4}
    assert counties.notes is not None
    assert counties.notes["c2"] == ["2 项政策：甲、乙"]
    assert "c0" not in counties.notes
    assert state.legend is not None
    assert [(item.label, item.count) for item in state.legend.items] == [
        ("0 项", 1), ("1 项", 1), ("2 项", 1), ("3 项", 0), ("4 项及以上", 2)
    ]  # fmt: skip
    assert state.status is None


@pytest.mark.parametrize(("theme", "direction"), [("light", -1), ("dark", 1)])
def test_more_programmes_stand_out_more_from_the_page(theme, direction) -> None:
    state = shade_overlap(_make_ground(), COVERED, TITLES, lang="en", theme=theme)
    lights = [_get_light(style.fill) for style in state.layers[0].classes]
    assert lights == sorted(lights, reverse=direction < 0)
    assert (lights[0] > 200) == (theme == "light")
