"""The smallest possible st_folium app: an empty map with one square on it.

What it takes from the start of its process to that square is what no page with st_folium can do without.
"""

from __future__ import annotations

import folium

from bench.apps.obvious_map import make_empty_map, show

drawn = make_empty_map()
folium.Rectangle([[30, 100], [40, 110]]).add_to(drawn)
show(drawn)
