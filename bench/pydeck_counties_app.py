"""All counties with pydeck, restyled by a choice: the leading alternative for large layers that draws without a network.

What its manual shows: a GeoJsonLayer of the frame whose fill comes from a column. deck.gl is part of Streamlit's own pages;
``map_provider=None`` leaves the basemap out, which would be asked of another host.
"""

from __future__ import annotations

import pydeck
import streamlit as st
from county_classes import CHOICES, COLOURS, class_of
from obvious_map import all_counties

_FILLS = [[*bytes.fromhex(colour.removeprefix("#")), 153] for colour in COLOURS]

st.set_page_config(layout="wide")
choice = st.pills("着色", CHOICES, default=CHOICES[0], required=True)
counties = all_counties()
fills = [_FILLS[class_of(code, choice)] for code in counties["district_adcode"]]
layer = pydeck.Layer(
    "GeoJsonLayer",
    counties.assign(fill=fills),
    id="counties",
    get_fill_color="fill",
    get_line_color=[68, 68, 68],
    line_width_min_pixels=1,
    pickable=True,
)
# deck.gl counts zooms by tiles of 512 pixels: one less than Leaflet for the same map.
view = pydeck.ViewState(latitude=33.0, longitude=110.0, zoom=3)
tooltip = {"text": "{district_name} {city_name} {province_name}"}
st.pydeck_chart(pydeck.Deck(layer, initial_view_state=view, map_provider=None, tooltip=tooltip), height=640)
