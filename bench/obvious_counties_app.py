"""All counties by the obvious code, restyled by a choice."""

from __future__ import annotations

import streamlit as st

from bench.county_classes import CHOICES, COLOURS, class_of
from bench.obvious_map import add_filled, all_counties, empty_map, show

st.set_page_config(layout="wide")
choice = st.pills("着色", CHOICES, default=CHOICES[0], required=True)
counties = all_counties()
fills = [COLOURS[class_of(code, choice)] for code in counties["district_adcode"]]
drawn = empty_map()
add_filled(drawn, counties.assign(fill=fills), tooltip=["district_name", "city_name", "province_name"])
show(drawn)
