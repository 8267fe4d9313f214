"""All counties with pydeck, restyled by a choice: the leading alternative for large layers that draws without a network.

What its manual shows: a GeoJsonLayer of the frame whose fill comes from a column.
"""

from __future__ import annotations

import streamlit as st

from bench.county_classes import CHOICES, class_of
from bench.obvious_map import all_counties
from bench.pydeck_map import FILLS, show

st.set_page_config(layout="wide")
choice = st.pills("着色", CHOICES, default=CHOICES[0], required=True)
counties = all_counties()
fills = [FILLS[class_of(code, choice)] for code in counties["district_adcode"]]
show(counties.assign(fill=fills), get_fill_color="fill")
