"""What one map is told: whole once, then what differs; and always enough for a map that was mounted anew."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pilotzones.layers.style.spec import Legend, LegendItem, Style
from pilotzones.layers.webmap.geometry.store import GeometryStore
from pilotzones.layers.webmap.layer_spec import MapLayer
from pilotzones.layers.webmap.state import Basemap, MapState
from pilotzones.layers.webmap.state_diff import MapMessages, merge_patch

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4)


def applied(base: Any, patch: Any) -> Any:
    """RFC 7396, section 2, word by word."""
    if not isinstance(patch, dict):
        return patch
    target = dict(base) if isinstance(base, dict) else {}
    for name, value in patch.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = applied(target.get(name), value)
    return target


def without_nulls(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}


@given(OBJECTS, OBJECTS)
def test_a_patch_leads_to_what_is_wanted(base: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert without_nulls(applied(base, merge_patch(base, wanted))) == without_nulls(wanted)


def told(messages: MapMessages, wanted: MapState) -> dict[str, Any]:
    """What a message says of the state."""
    message: dict[str, Any] = json.loads(messages.write_next(wanted))
    return message


def state(*groups: str) -> MapState:
    style = Style(fill="#0072b2")
    layer = MapLayer(id="members", url=f"geometry/{'0' * 64}.json", classes=[style], group_class={"1": 0, "2": 0})
    items = [LegendItem(label=f"地区 {group}", style=style) for group in groups]
    return MapState(layers=[layer], groups=groups, legend=Legend(title="地区", items=items), credit="边界" * 200)


def test_the_first_state_is_whole_and_the_next_only_what_differs() -> None:
    store = GeometryStore()
    messages = MapMessages(store=store)
    first = told(messages, state("1", "2"))
    kept = store.find_entry(first["name"])
    assert kept is not None
    assert json.loads(kept.decompress()) == first["state"]
    assert told(messages, state("2")) == {
        "base": first["name"],
        "patch": {"groups": ["2"], "legend": {"items": {"地区 1": None}}},
    }
    assert told(messages, state("1", "2")) == {"base": first["name"], "patch": {}}


def test_the_same_state_is_the_same_text_and_another_one_another() -> None:
    messages = MapMessages(store=GeometryStore())
    first = messages.write_next(state("1"))
    assert messages.write_next(state("1")) == first
    assert messages.write_next(state("2")) != first


def test_a_legend_in_another_order_says_so() -> None:
    messages = MapMessages(store=GeometryStore())
    messages.write_next(state("1", "2"))
    assert json.loads(messages.write_next(state("2", "1")))["patch"]["legend"]["order"] == ["地区 2", "地区 1"]


def test_what_differs_too_much_or_has_lost_its_base_is_sent_whole() -> None:
    messages = MapMessages(store=GeometryStore())
    messages.write_next(MapState(credit="一"))
    assert "state" in json.loads(messages.write_next(state("1")))
    small = GeometryStore(limit=1500)
    forgetful = MapMessages(store=small)
    forgetful.write_next(state("1"))
    small.put(random.Random(0).randbytes(1200))
    assert "state" in json.loads(forgetful.write_next(state("1", "2")))


def test_a_key_in_a_tile_address_never_reaches_the_shared_store() -> None:
    store = GeometryStore()
    messages = MapMessages(store=store)
    secret = "0123456789abcdef0123456789abcdef"
    tiles = Basemap(url="https://tiles.invalid/{z}/{x}/{y}?tk=" + secret, attribution="")
    first = json.loads(messages.write_next(MapState(basemap=tiles)))
    assert first["patch"]["basemap"]["url"] == tiles.url
    kept = store.find_entry(first["name"])
    assert kept is not None
    assert secret.encode() not in kept.decompress()
    later = json.loads(messages.write_next(MapState(basemap=tiles, lang="en", credit="x" * 2000)))
    assert secret not in json.dumps(later.get("state", {}))


def test_all_counties_change_colour_in_few_bytes() -> None:
    store = GeometryStore()
    messages = MapMessages(store=store)
    url = store.put(b"{}")
    classes = [Style(fill=f"#00000{number}") for number in range(6)]

    def told(shift: int) -> str:
        order = [(row // 480 + shift) % 6 for row in range(2891)]
        return messages.write_next(
            MapState(layers=[MapLayer(id="counties", url=url, classes=classes, order_class=order)])
        )

    told(0)
    assert len(told(1)) < 300
    layer = MapLayer(id="counties", url=url, classes=classes, order_class=[0, 0, 0, None, 5])
    assert layer.to_data()["order_class"] == "0x3 - 5"
