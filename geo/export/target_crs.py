"""The coordinates an export can be in, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.geometry import crs as known_crs
from pilotzones.geo.geometry.gcj02 import to_bd09, to_gcj02
from pilotzones.geo.geometry.repair import make_valid

__all__ = ["CRS", "CoordinateSystem", "CrsId", "get_coordinate_system", "transform_layer"]

CrsId = Literal["wgs84", "cgcs2000", "web_mercator", "albers", "gcj02", "bd09"]
Points = NDArray[np.float64]


@dataclass(frozen=True)
class CoordinateSystem:
    """Coordinates to export in.

    Parameters
    ----------
    id : str
    title : mapping of str to str
        By language.
    epsg : int or None
        Code, where there is one.
    definition : str
        What `pyproj.CRS` reads.
    decimals : int
        Decimals kept in text: about 1 cm in degrees, 1 mm in metres.
    warning : mapping of str to str
        What a user must know; empty where there is nothing to know.
    """

    id: CrsId
    title: Mapping[str, str]
    epsg: int | None
    definition: str
    decimals: int
    warning: Mapping[str, str]

    @property
    def crs(self) -> pyproj.CRS:
        """As pyproj knows it."""
        return _parse_crs(self.definition)

    @property
    def text(self) -> str:
        """Name and code, or name and definition, for a reader."""
        code = f"EPSG:{self.epsg}" if self.epsg else known_crs.EQUAL_AREA_CHINA if self.id == "albers" else ""
        return f"{self.title['en']} ({code})" if code else self.title["en"]


@cache
def _parse_crs(definition: str) -> pyproj.CRS:
    return pyproj.CRS.from_user_input(definition)


def _define_web_map_system(name: str) -> str:
    # A datum of its own name, so that no program takes these coordinates for WGS 84 and "corrects" them.
    return (
        f'GEOGCRS["{name} (offset of Chinese web maps)",DATUM["{name} (no geodetic datum)",'
        'ELLIPSOID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],CS[ellipsoidal,2],'
        'AXIS["longitude",east],AXIS["latitude",north],ANGLEUNIT["degree",0.0174532925199433]]'
    )


# With a name and a datum: of the bare parameters programs say "unknown".
_ALBERS: Final = (
    'PROJCRS["Albers equal-area conic for China (25 N, 47 N, 105 E)",BASEGEOGCRS["WGS 84",'
    'DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563]],ID["EPSG",4326]],'
    'CONVERSION["Albers for China",METHOD["Albers Equal Area",ID["EPSG",9822]],'
    'PARAMETER["Latitude of false origin",0,ANGLEUNIT["degree",0.0174532925199433]],'
    'PARAMETER["Longitude of false origin",105,ANGLEUNIT["degree",0.0174532925199433]],'
    'PARAMETER["Latitude of 1st standard parallel",25,ANGLEUNIT["degree",0.0174532925199433]],'
    'PARAMETER["Latitude of 2nd standard parallel",47,ANGLEUNIT["degree",0.0174532925199433]],'
    'PARAMETER["Easting at false origin",0,LENGTHUNIT["metre",1]],'
    'PARAMETER["Northing at false origin",0,LENGTHUNIT["metre",1]]],'
    'CS[Cartesian,2],AXIS["easting",east],AXIS["northing",north],LENGTHUNIT["metre",1]]'
)
_OFFSET_WARNING: Final = {
    "zh": "坐标已按公开还原的公式偏移数百米，只用于叠加到该网络地图上；不可量算，不可当作 WGS 84 使用",
    "en": "moved by some hundred metres with the formula users recovered: only for drawing over that web map, neither for "
    "measuring nor as WGS 84",
}
_PLANE_WARNING: Final = {
    "zh": "平面坐标，单位米；面积不可在 Web 墨卡托上量算",
    "en": "plane coordinates in metres; areas must not be measured in Web Mercator",
}
CRS: Final[Mapping[CrsId, CoordinateSystem]] = {
    entry.id: entry
    for entry in (
        CoordinateSystem("wgs84", {"zh": "WGS 84", "en": "WGS 84"}, 4326, known_crs.GEOGRAPHIC, 7, {}),
        CoordinateSystem(
            "cgcs2000",
            {"zh": "2000 国家大地坐标系", "en": "CGCS 2000"},
            4490,
            known_crs.CGCS2000,
            7,
            {
                "zh": "坐标值与 WGS 84 相同：两者相差不到一米，未作转换",
                "en": "same numbers as in WGS 84: the two differ by less than a metre and nothing was moved",
            },
        ),
        CoordinateSystem(
            "web_mercator", {"zh": "Web 墨卡托", "en": "Web Mercator"}, 3857, "EPSG:3857", 3, _PLANE_WARNING
        ),
        CoordinateSystem(
            "albers",
            {"zh": "阿尔伯斯等积圆锥投影（中国）", "en": "Albers equal-area conic for China"},
            None,
            _ALBERS,
            3,
            {
                "zh": "标准纬线 25°、47°，中央经线 105°，单位米",
                "en": "standard parallels 25° and 47° N, central meridian 105° E, metres",
            },
        ),
        CoordinateSystem(
            "gcj02",
            {"zh": "GCJ-02（高德、腾讯地图）", "en": "GCJ-02 (AMap, Tencent Maps)"},
            None,
            _define_web_map_system("GCJ-02"),
            7,
            _OFFSET_WARNING,
        ),
        CoordinateSystem(
            "bd09",
            {"zh": "BD-09（百度地图）", "en": "BD-09 (Baidu Maps)"},
            None,
            _define_web_map_system("BD-09"),
            7,
            _OFFSET_WARNING,
        ),
    )
}


def get_coordinate_system(name: str) -> CoordinateSystem:
    """Return the coordinates of this name.

    Raises
    ------
    ExportError
        When there are none; the text lists what there is.
    """
    if name not in CRS:
        raise ExportError(make_problem("", "coordinates_unknown", facts={"name": name, "known": ", ".join(CRS)}))
    return CRS[name]  # type: ignore[index]  # just asked


def transform_layer(shapes: NDArray[Any], to: CoordinateSystem) -> NDArray[Any]:
    """Transform geometries of WGS 84 into other coordinates, vertex by vertex.

    Parameters
    ----------
    shapes : ndarray of shapely geometries, shape (n,)
        Longitude and latitude [degree]; None stays None.
    to : CoordinateSystem

    Returns
    -------
    ndarray, shape (n,)
    """
    if to.id in ("wgs84", "cgcs2000"):
        return shapes
    moved: NDArray[Any] = shapely.transform(shapes, _MOVES.get(to.id) or _make_projection(to))
    # Where two borders nearly touch, moving their vertices can make them cross.
    for place in np.flatnonzero(~shapely.is_valid(moved) & ~shapely.is_missing(moved)):
        moved[place] = make_valid(moved[place])
    return moved


_MOVES: Final[Mapping[CrsId, Callable[[Points], Points]]] = {"gcj02": to_gcj02, "bd09": to_bd09}


def _make_projection(to: CoordinateSystem) -> Callable[[Points], Points]:
    transformer = pyproj.Transformer.from_crs(known_crs.GEOGRAPHIC, to.crs, always_xy=True)
    return lambda points: np.column_stack(transformer.transform(points[:, 0], points[:, 1]))
