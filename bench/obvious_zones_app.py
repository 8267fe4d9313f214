"""The zones map by the obvious code: the members of the regions chosen, coloured by region."""

from __future__ import annotations

import streamlit as st
from obvious_map import show, zone_members

COLOURS = {"东部地区": "#4477aa", "中部地区": "#ee6677", "西部地区": "#228833", "东北地区": "#ccbb44"}

st.set_page_config(layout="wide")
regions = st.pills("地区", list(COLOURS), selection_mode="multi")
members = zone_members()
chosen = members[members["region"].isin(regions or list(COLOURS))]
show(chosen.assign(fill=chosen["region"].map(COLOURS)), colour="fill", tooltip=["listed_name", "name_zh"], fit=False)
