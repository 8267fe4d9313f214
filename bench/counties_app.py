"""All counties through `layers`, restyled by a choice.

The app itself draws its net of counties in one style, so no filter of it restyles them all; this small page does, with
the same prepared geometry, the same mounted map and the same kind of update.
"""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parents[1]


@st.cache_resource(show_spinner=False)
def prepared() -> tuple[str, dict[str, str]]:
    """Address of the geometry, and the code of each feature."""
    from geo.boundaries import load
    from layers.programme_map import prepare_counties

    boundaries = load("tianditu")
    return prepare_counties(boundaries), {f"c{row}": code for row, code in enumerate(boundaries.counties["adcode"])}


def show() -> None:
    """One run of the page."""
    from county_classes import CHOICES, COLOURS, class_of
    from streamlit_folium import st_folium

    from layers.base_map import ZoneMap, update_group
    from layers.payload import Layer, MapState, Style, View

    st.set_page_config(layout="wide")
    choice = st.pills("着色", CHOICES, default=CHOICES[0], required=True)
    url, codes = prepared()
    layer = Layer(
        id="counties",
        url=url,
        classes=[Style(fill=colour) for colour in COLOURS],
        feature_class={feature: class_of(code, choice) for feature, code in codes.items()},
    )
    view = View(bounds=((3.4, 73.0), (54.0, 136.0)), token="home")
    st_folium(
        ZoneMap(),
        key="map",
        height=640,
        use_container_width=True,
        returned_objects=["last_clicked"],
        feature_group_to_add=update_group(MapState(layers=[layer], view=view)),
    )


if __name__ == "__main__":
    show()
else:
    sys.path.insert(0, str(ROOT))
    from layers.routes import routes

    app = st.App(__file__, routes=routes())
