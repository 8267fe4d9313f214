"""A slider of years and the year as text: what a change of year costs in Streamlit before anything is drawn."""

import streamlit as st

year = st.select_slider("Year", [str(year) for year in range(2017, 2025)], value="2024")
st.markdown(f"<p id='year'>{year}</p>", unsafe_allow_html=True)
