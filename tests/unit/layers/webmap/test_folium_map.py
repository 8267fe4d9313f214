"""The base map: the same bytes on every run, our own files only, and no text that could be a template."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit_folium import _get_feature_group_string, _get_header, _get_html, generate_leaflet_string

from pilotzones.layers.style.spec import Legend
from pilotzones.layers.webmap.folium_map import (
    PersistentMap,
    ZoneMap,
    make_persistent_map,
    probe_is_inert,
    update_group,
)
from pilotzones.layers.webmap.state import MapState
from pilotzones.layers.webmap.state_diff import MapMessages
from tests.helpers.examples import examples

CALL = re.compile(r'pilotmap\.update\("([A-Za-z0-9+/=]*)"\);')
NASTY = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "`${alert(1)}`",
    "\\`\\\\",
    "${7*191}",
    "{{7*191}}",
    "{{123457*7919}}",
    "{% x",
    "{# #}",
    '"); alert(1); ("',
    "map_pilotzones_0 feature_group_1",
    "桥{#1#}东\u2028\u2029\x00",
]


def component_strings(state: MapState) -> tuple[str, str, str, str]:
    """What streamlit-folium sends: html, header, base script, script of the change."""
    return strings_of(make_persistent_map(), state)


def strings_of(zone_map: ZoneMap, state: MapState, messages: MapMessages | None = None) -> tuple[str, str, str, str]:
    zone_map.render()
    html, header = _get_html(zone_map), _get_header(zone_map)
    base = generate_leaflet_string(zone_map)
    return html, header, base, _get_feature_group_string(update_group(state, messages=messages), zone_map)


def sent_state(script: str) -> dict[str, Any]:
    calls = CALL.findall(script)
    assert len(calls) == 1
    state: dict[str, Any] = json.loads(base64.b64decode(calls[0]))
    return state


def test_only_the_change_differs_between_runs() -> None:
    zh = component_strings(MapState(lang="zh", theme="light"))
    en = component_strings(MapState(lang="en", theme="dark", message="nothing matches"))
    assert zh[:3] == en[:3]
    assert zh[3] != en[3]
    assert zh == component_strings(MapState(lang="zh", theme="light"))
    assert "pilotmap.start(map_div," in zh[2]


def test_one_living_map_for_all_says_what_a_new_map_says_and_keeps_nothing() -> None:
    state = MapState(message="one visitor's")
    html, header, base, change = strings_of(ZoneMap(), state)
    for _ in range(2):
        told = strings_of(make_persistent_map(), state)
        assert told[:3] == (html, header, base)
        assert CALL.findall(told[3]) == CALL.findall(change)
        assert not CALL.findall(make_persistent_map().get_root().render())
    assert not CALL.findall("".join(component_strings(MapState())[:3]))


def test_a_map_that_was_told_before_hears_the_difference() -> None:
    messages = MapMessages()
    first, second = (
        sent_state(strings_of(PersistentMap(), state, messages=messages)[3])
        for state in (MapState(message="one", credit="same " * 40), MapState(message="two", credit="same " * 40))
    )
    assert first["state"] | {"message": "one", "credit": "same " * 40} == first["state"]
    assert (second["base"], second["patch"]) == (first["name"], {"message": "two"})


def test_the_map_asks_for_our_files_only() -> None:
    zone_map = ZoneMap()
    links = [address for _, address in [*zone_map.default_js, *zone_map.default_css]]
    assert [link.rsplit("/", 1)[1] for link in links] == [
        "leaflet.js",
        "pilotmap.js",
        "leaflet.css",
        "map.css",
    ]
    assert all(link.startswith("../../assets/") for link in links)
    html, header, base, change = component_strings(MapState())
    assert "//" not in html + header.replace("https://", "//") + base + CALL.sub("", change)


@pytest.mark.parametrize("text", NASTY)
def test_text_is_never_template_script_or_markup(text: str) -> None:
    state = MapState(message=text, credit=text, legend=Legend(title=text, note=text))
    script = component_strings(state)[3]
    assert sent_state(script)["message"] == text
    assert "977655983" not in script
    assert text not in script
    zone_map = ZoneMap()
    update_group(state).add_to(zone_map)
    page = zone_map.get_root().render()
    assert sent_state(page)["credit"] == text
    assert "977655983" not in page


@examples(60)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_arrives_as_it_was(text: str) -> None:
    assert sent_state(component_strings(MapState(message=text))[3])["message"] == text


def test_the_probe_holds_and_notices_a_template_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert probe_is_inert()
    # A map that puts its message into the page as it is, as folium's own elements do, must be noticed.
    monkeypatch.setattr("pilotzones.layers.webmap.folium_map.base64.b64encode", lambda content: content)
    assert not probe_is_inert()
