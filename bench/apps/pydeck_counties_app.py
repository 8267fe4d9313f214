"""All counties with pydeck, restyled by a choice: the leading alternative for large layers that draws without a network.

What its manual shows: a GeoJsonLayer of the frame whose fill comes from a column.
"""

from __future__ import annotations

import streamlit as st

from bench.apps.county_classes import CHOICES, get_class
from bench.apps.obvious_map import load_all_counties
from bench.apps.pydeck_map import FILLS, show

st.set_page_config(layout="wide")
choice = st.pills("着色", CHOICES, default=CHOICES[0], required=True)
counties = load_all_counties()
fills = [FILLS[get_class(code, choice)] for code in counties["district_adcode"]]
show(counties.assign(fill=fills), get_fill_color="fill")
