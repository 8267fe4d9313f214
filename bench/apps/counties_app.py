"""All counties through `layers`, restyled by a choice.

The app itself draws its net of counties in one style, so no filter of it restyles them all; this small page does, with
the same prepared geometry, the same mounted map and the same kind of update.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parents[2]
SOURCE = os.environ.get("BENCH_SOURCE", "tianditu")


@st.cache_resource(show_spinner=False)
def prepare() -> tuple[str, str, list[str]]:
    """Prepare addresses of the geometry and of the cards, and the code of each feature in their order."""
    from pilotzones.geo.boundaries.loader import load
    from pilotzones.layers.webmap.geometry.lod_layers import prepare_counties

    boundaries = load(SOURCE)
    net = prepare_counties(boundaries)
    return net.counties, net.cards, boundaries.counties["adcode"].fillna("000000").tolist()


def show() -> None:
    """Carry out one run of the page."""
    from streamlit_folium import st_folium

    from bench.apps.county_classes import CHOICES, COLOURS, get_class
    from pilotzones.layers.style.spec import Style
    from pilotzones.layers.webmap.folium_map import make_persistent_map, update_group
    from pilotzones.layers.webmap.layer_spec import MapLayer
    from pilotzones.layers.webmap.state import MapState, ViewRequest
    from pilotzones.layers.webmap.state_diff import MapMessages

    st.set_page_config(layout="wide")
    choice = st.pills("着色", CHOICES, default=CHOICES[0], required=True)
    url, cards, codes = prepare()
    layer = MapLayer(
        id="counties",
        url=url,
        cards=cards,
        classes=[Style(fill=colour) for colour in COLOURS],
        order_class=[get_class(code, choice) for code in codes],
        detail_zoom=6,
    )
    view = ViewRequest(bounds=((3.4, 73.0), (54.0, 136.0)), token="home")
    st_folium(
        make_persistent_map(),
        key="map",
        render=False,
        height=640,
        use_container_width=True,
        returned_objects=["last_clicked"],
        feature_group_to_add=update_group(
            MapState(layers=[layer], view=view),
            messages=st.session_state.setdefault("messages", MapMessages()),
        ),
    )


if __name__ == "__main__":
    show()
else:
    sys.path.insert(0, str(ROOT))
    from pilotzones.layers.server.routes import make_routes

    app = st.App(__file__, routes=make_routes())
