"""The zones map by the obvious code, with every layer that our map has.

Provinces, national lines, host counties, members, outlines of the zones and points of special areas.
"""

from __future__ import annotations

import streamlit as st

from bench.apps.obvious_map import (
    REGIONS,
    add_filled,
    add_plain,
    build_zone_layers,
    load_context,
    make_empty_map,
    select_zone_members,
    show,
)

st.set_page_config(layout="wide")
regions = st.pills("地区", list(REGIONS), selection_mode="multi") or list(REGIONS)
provinces, lines = load_context()
chosen = {
    name: frame[frame["region"].isin(regions)]
    for name, frame in (build_zone_layers() | {"members": select_zone_members()}).items()
}
drawn = make_empty_map()
add_plain(drawn, provinces, color="#999999", weight=1, fillOpacity=0.1)
add_plain(drawn, lines, color="#444444", weight=2)
add_plain(drawn, chosen["hosts"], color="#444444", weight=1, dashArray="4 3", fillOpacity=0)
add_filled(drawn, chosen["members"], tooltip=["listed_name", "name_zh"])
add_plain(drawn, chosen["outlines"], color="#111111", weight=2, fillOpacity=0)
if len(chosen["points"]):
    add_plain(drawn, chosen["points"], color="#111111")
show(drawn)
