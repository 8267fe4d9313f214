"""The coordinates an export can be in, by name."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, get_args

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from pilotzones.data import EXPORTS
from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.geometry import crs as known_crs
from pilotzones.geo.geometry.gcj02 import to_bd09, to_gcj02
from pilotzones.geo.geometry.repair import make_valid
from pilotzones.geo.messages import LANGUAGES

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


def _read_systems() -> Iterator[CoordinateSystem]:
    table = tomllib.loads((EXPORTS / "coordinates.toml").read_text(encoding="utf-8"))
    for name in get_args(CrsId):
        row = table[name]
        title: Mapping[str, str] = {lang: row[f"title_{lang}"] for lang in LANGUAGES}
        warning: Mapping[str, str] = {lang: row[f"warning_{lang}"] for lang in LANGUAGES if f"warning_{lang}" in row}
        yield CoordinateSystem(name, title, row.get("epsg"), row["definition"], row["decimals"], warning)


CRS: Final[Mapping[CrsId, CoordinateSystem]] = {system.id: system for system in _read_systems()}


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
