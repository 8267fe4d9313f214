"""A tiny app for the browser test: three counties, two themes of colour, and text that means harm if it is ever parsed."""

from __future__ import annotations

import geopandas as gpd
import streamlit as st
from shapely.geometry import Point, box

NASTY = (
    '<img src=x onerror="window.__ran=1">',
    "</script><script>window.__ran=1</script>",
    "`${window.__ran=1}`",
    "${7*191} {{7*191}} {% x {# #}",
    "\\` \\\\` 桥{#1#}东",
)
STATE = "A & <b>legend</b> {{7*191}}"


def show() -> None:
    """One run of the page."""
    from streamlit_folium import st_folium

    from pilotzones.layers.style.spec import Legend, LegendItem, Style
    from pilotzones.layers.webmap.folium_map import make_persistent_map, update_group
    from pilotzones.layers.webmap.geometry.geojson_encoder import encode_features
    from pilotzones.layers.webmap.geometry.store import get_shared_store
    from pilotzones.layers.webmap.layer_spec import MapLayer
    from pilotzones.layers.webmap.state import Basemap, MapState, Selected, ViewRequest
    from pilotzones.layers.webmap.state_diff import MapMessages

    squares = [box(100 + 2 * column, 30, 101.9 + 2 * column, 32) for column in range(3)]
    counties = gpd.GeoDataFrame({"code": ["a", "b", "c"]}, geometry=squares, crs="EPSG:4326")
    towns = gpd.GeoDataFrame({"code": ["t"]}, geometry=[Point(103, 33)], crs="EPSG:4326")
    cards = {"a": {"zh": NASTY, "en": ("plain",)}, "b": {"zh": ("乙", "第二行")}}
    labels = {"a": {"zh": NASTY[0], "en": "plain"}}
    store = get_shared_store()
    where = store.put(encode_features(counties, id_column="code", cards=cards, labels=labels))
    points = store.put(encode_features(towns, id_column="code", cards={"t": {"zh": ("特",)}}))

    dark = st.checkbox("dark")
    red = st.checkbox("red")
    fewer = st.checkbox("fewer")
    english = st.checkbox("english")
    tiles = st.checkbox("tiles")
    style = Style(fill="#cc0000" if red else "#0000cc", fill_opacity=1, hatch="dots" if red else None)
    layers = [
        MapLayer(
            id="counties",
            url=where,
            classes=[style],
            all_class=0,
            hidden=["c"] if fewer else [],
            label_zoom=3,
        ),
        MapLayer(id="towns", url=points, classes=[Style(fill="#00aa00", shape="diamond")], all_class=0, z=2),
    ]
    state = MapState(
        layers=layers,
        selected=Selected(layer="counties", ids=["b"]),
        view=ViewRequest(bounds=((29, 99), (34, 107)), token="start"),
        legend=Legend(title=STATE, items=[LegendItem(label=NASTY[0], style=style)], note=NASTY[1]),
        theme="dark" if dark else "light",
        lang="en" if english else "zh",
        message=NASTY[2],
        credit=NASTY[3],
        basemap=Basemap(url="https://tiles.invalid/{z}/{x}/{y}.png", attribution=NASTY[0]) if tiles else None,
    )
    messages = st.session_state.setdefault("messages", MapMessages())
    answer = st_folium(
        make_persistent_map(),
        key="map",
        height=400,
        use_container_width=True,
        returned_objects=["last_clicked"],
        feature_group_to_add=update_group(state, messages=messages),
    )
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    st.text(f"runs {st.session_state['runs']}")
    st.text(f"clicked {answer.get('last_clicked')}")


if __name__ == "__main__":
    show()
else:
    from pilotzones.layers.server.routes import make_routes

    app = st.App(__file__, routes=make_routes(base_path=st.get_option("server.baseUrlPath")))
