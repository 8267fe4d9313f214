"""What both pages with pydeck have: the map they show, drawn like the obvious one.

deck.gl is part of Streamlit's own pages; without a provider there is no basemap, which would be asked of another host.
"""

from __future__ import annotations

from typing import Any

import pydeck
import streamlit as st

from bench.apps.county_classes import COLOURS

# As the obvious map fills: 0.6 of 255.
FILLS = [[*bytes.fromhex(colour.removeprefix("#")), 153] for colour in COLOURS]


def show(data: Any, **style: Any) -> None:
    """Put a layer of counties on the page: a frame, or the address of one."""
    layer = pydeck.Layer(
        "GeoJsonLayer",
        data,
        # The layer of another run with this name is changed, not made anew.
        id="counties",
        get_line_color=[68, 68, 68],
        line_width_min_pixels=1,
        pickable=True,
        **style,
    )
    # deck.gl counts zooms by tiles of 512 pixels: one less than Leaflet for the same map.
    view = pydeck.ViewState(latitude=33.0, longitude=110.0, zoom=3)
    tooltip = {"text": "{district_name} {city_name} {province_name}"}
    st.pydeck_chart(pydeck.Deck(layer, initial_view_state=view, map_provider=None, tooltip=tooltip), height=640)
