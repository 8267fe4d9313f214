"""All counties by the obvious code, restyled by a choice."""

from __future__ import annotations

import streamlit as st

from bench.apps.county_classes import CHOICES, COLOURS, get_class
from bench.apps.obvious_map import add_filled, load_all_counties, make_empty_map, show

st.set_page_config(layout="wide")
choice = st.pills("着色", CHOICES, default=CHOICES[0], required=True)
counties = load_all_counties()
fills = [COLOURS[get_class(code, choice)] for code in counties["district_adcode"]]
drawn = make_empty_map()
add_filled(drawn, counties.assign(fill=fills), tooltip=["district_name", "city_name", "province_name"])
show(drawn)
