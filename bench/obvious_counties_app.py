"""All counties by the obvious code, restyled by a choice."""

from __future__ import annotations

import streamlit as st
from county_classes import CHOICES, COLOURS, class_of
from obvious_map import all_counties, show

st.set_page_config(layout="wide")
choice = st.pills("着色", CHOICES, default=CHOICES[0], required=True)
counties = all_counties()
fills = [COLOURS[class_of(str(code), choice)] for code in counties["district_adcode"]]
show(counties.assign(fill=fills), colour="fill", tooltip=["district_name", "city_name", "province_name"], fit=False)
