"""The zones map by the obvious code, nothing but the members: those of the regions chosen, coloured by region."""

from __future__ import annotations

import streamlit as st

from bench.apps.obvious_map import REGIONS, add_filled, make_empty_map, select_zone_members, show

st.set_page_config(layout="wide")
regions = st.pills("地区", list(REGIONS), selection_mode="multi") or list(REGIONS)
members = select_zone_members()
drawn = make_empty_map()
add_filled(drawn, members[members["region"].isin(regions)], tooltip=["listed_name", "name_zh"])
show(drawn)
