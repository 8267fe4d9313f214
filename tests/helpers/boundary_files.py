"""Small boundary files for the tests of the intake."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely

from pilotzones.geo.boundaries.loader import load

if TYPE_CHECKING:
    from pathlib import Path

NAMES = {"330402": "南湖区", "330411": "秀洲区", "330421": "嘉善县"}
BOX = shapely.box(120, 30, 121, 31)
_DRIVERS = {"geojson": "GeoJSON", "gpkg": "GPKG", "fgb": "FlatGeobuf", "kml": "KML", "shp": "ESRI Shapefile"}


def three_counties() -> gpd.GeoDataFrame:
    frame = load("tianditu").counties
    return frame[frame["adcode"].isin(NAMES)][["adcode", "name", "geometry"]].reset_index(drop=True)


def frame_of(columns: dict[str, list[Any]], *polygons: shapely.Geometry | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(polygons), crs="EPSG:4326")


def written(frame: gpd.GeoDataFrame, path: Path, kind: str = "", **options: Any) -> Path:
    frame.to_file(path, driver=_DRIVERS[kind or path.suffix[1:]], **options)
    return path


def archive_of(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as sink:
        for name, content in entries.items():
            sink.writestr(name, content)
    return path


def parts_of(shp: Path) -> dict[str, bytes]:
    return {part.name: part.read_bytes() for part in sorted(shp.parent.glob(f"{shp.stem}.*")) if part.suffix != ".zip"}


def zipped(shp: Path, *, leave_out: str = "") -> Path:
    parts = {name: content for name, content in parts_of(shp).items() if not leave_out or not name.endswith(leave_out)}
    return archive_of(shp.with_suffix(".zip"), parts)
