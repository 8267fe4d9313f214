"""Small boundary files for the tests of the intake."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyogrio
import pytest
import shapely
import topojson

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.upload.reader import read_boundary_file
from pilotzones.geo.errors import PilotzonesError

if TYPE_CHECKING:
    from pathlib import Path

    from pilotzones.geo.boundaries.models import Boundaries

NAMES = {"330402": "南湖区", "330411": "秀洲区", "330421": "嘉善县"}
BOX = shapely.box(120, 30, 121, 31)
_DRIVERS = {"geojson": "GeoJSON", "gpkg": "GPKG", "fgb": "FlatGeobuf", "kml": "KML", "shp": "ESRI Shapefile"}


def list_repairs(boundaries: Boundaries, severity: str = "warning") -> str:
    return "\n".join(str(problem) for problem in boundaries.repairs if problem.severity == severity)


def read_refusal(path: Path, **options: Any) -> str:
    with pytest.raises(PilotzonesError) as refused:
        read_boundary_file(path, **options)
    assert refused.value.problems
    return str(refused.value)


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


DRIVERS_BY_NAME: dict[str, tuple[str, dict[str, str]]] = {
    "x.sqlite": ("SQLite", {}),
    "x.gml": ("GML", {}),
    "x.geojsonl": ("GeoJSONSeq", {}),
    "x.kmz": ("LIBKML", {}),
    "x.mif": ("MapInfo File", {"FORMAT": "MIF"}),
    "x.tab": ("MapInfo File", {}),
    "x.csv": ("CSV", {"GEOMETRY": "AS_WKT"}),
}


def write_counties(name: str, folder: Path) -> Path:
    """Three counties in a file of this name, in the format of its ending."""
    frame, path = three_counties(), folder / name
    if name in DRIVERS_BY_NAME:
        driver, options = DRIVERS_BY_NAME[name]
        frame.to_file(path, driver=driver, **options)
    elif name.endswith(".parquet"):
        frame.to_parquet(path)
    elif name.endswith(".topojson"):
        path.write_text(topojson.Topology(frame, prequantize=1_000_000_000).to_json(), encoding="utf-8")
    elif ".gdb" in name:
        frame.to_file(folder / "x.gdb", driver="OpenFileGDB")
        parts = {f"x.gdb/{part.name}": part.read_bytes() for part in sorted((folder / "x.gdb").iterdir())}
        return archive_of(path, parts) if name.endswith(".zip") else folder / "x.gdb"
    else:
        table = frame.assign(wkt=frame.geometry.to_wkt()).drop(columns="geometry")
        pyogrio.write_dataframe(table, path, driver=path.suffix[1:].upper())
    return path
