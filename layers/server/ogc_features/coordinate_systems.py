"""The coordinate reference systems of the feed, by reference (OGC API - Features, part 2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.export import ExportLayer
from pilotzones.geo.export.target_crs import CoordinateSystem, CrsId, get_coordinate_system, transform_layer

__all__ = [
    "CRS84",
    "FEED_SYSTEMS",
    "FeedSystem",
    "UnknownSystemError",
    "describe_system",
    "find_feed_system",
    "read_geometry",
    "transform_feed_layer",
]

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/{}"
_SHORT: Final = re.compile(r"\[(?P<authority>EPSG|OGC):(?P<code>\w{1,8})\]|urn:ogc:def:crs:EPSG::(?P<urn>\d{1,6})")
# Edges of a box are straight in their own system: on the ground they are followed by this many points each.
_POINTS_AN_EDGE: Final = 100


class UnknownSystemError(PilotzonesError):
    """A reference system is none of the feed's."""


@dataclass(frozen=True)
class FeedSystem:
    """A reference system as the feed serves it.

    Parameters
    ----------
    id : str
        Name below ``/crs``, for systems that no register has; also that of the coordinates of an export.
    address : str
        URI of the register; empty where the feed describes the system itself.
    coordinates : str
        Which of `pilotzones.geo.export.target_crs.CRS` it is.
    latitude_first : bool
        Whether the register has latitude before longitude, which part 2 keeps.
    """

    id: str
    address: str
    coordinates: CrsId
    latitude_first: bool = False

    @property
    def system(self) -> CoordinateSystem:
        """The coordinates of exports that it is."""
        return get_coordinate_system(self.coordinates)

    def build_address(self, root: str) -> str:
        """Build the URI of the system below a feed at `root`."""
        return self.address or f"{root}/crs/{self.id}"

    def order_axes(self, shapes: NDArray[Any]) -> NDArray[Any]:
        """Turn longitude and latitude round where the register has them so."""
        if not self.latitude_first:
            return shapes
        turned: NDArray[Any] = shapely.transform(shapes, lambda points: points[:, ::-1])
        return turned


FEED_SYSTEMS: Final[tuple[FeedSystem, ...]] = (
    FeedSystem("crs84", CRS84, "wgs84"),
    FeedSystem("4326", _EPSG.format(4326), "wgs84", latitude_first=True),
    FeedSystem("4490", _EPSG.format(4490), "cgcs2000", latitude_first=True),
    FeedSystem("3857", _EPSG.format(3857), "web_mercator"),
    FeedSystem("albers", "", "albers"),
)


def find_feed_system(stated: str, root: str) -> FeedSystem:
    """Find the system of a URI, a URN or a safe CURIE such as ``[EPSG:4490]``.

    Parameters
    ----------
    stated : str
    root : str
        Address of the feed.

    Returns
    -------
    FeedSystem

    Raises
    ------
    UnknownSystemError
        When the feed has no such system.
    """
    short = _SHORT.fullmatch(stated)
    if short is not None:
        stated = CRS84 if short["authority"] == "OGC" and short["code"] == "CRS84" else stated
        stated = _EPSG.format(short["urn"] or short["code"]) if short["authority"] != "OGC" else stated
    for one in FEED_SYSTEMS:
        if one.build_address(root) == stated.replace("https://www.opengis.net", "http://www.opengis.net"):
            return one
    known = ", ".join(one.build_address(root) for one in FEED_SYSTEMS)
    raise UnknownSystemError(f"the feed has no reference system {stated[:100]!r}: there are {known}")


def transform_feed_layer(layer: ExportLayer, to: FeedSystem) -> ExportLayer:
    """Bring a layer into a system of the feed, its axes in the order of the register.

    Parameters
    ----------
    layer : ExportLayer
        In WGS 84, longitude first.
    to : FeedSystem

    Returns
    -------
    ExportLayer
    """
    if not layer.has_geometry or to.address == CRS84:
        return layer
    shapes = to.order_axes(transform_layer(layer.shapes, to.system))
    return layer.with_shapes(shapes, crs=to.coordinates, detail=layer.detail)


def read_geometry(geometry: shapely.Geometry, stated_in: FeedSystem) -> shapely.Geometry:
    """Bring a geometry of a request to longitude and latitude of WGS 84.

    Parameters
    ----------
    geometry : shapely geometry
        In the order of the axes that the register has.
    stated_in : FeedSystem

    Returns
    -------
    shapely geometry

    Raises
    ------
    UnknownSystemError
        When a position of it cannot be brought to WGS 84.
    """
    (turned,) = stated_in.order_axes(np.array([geometry], dtype=object))
    if stated_in.coordinates in ("wgs84", "cgcs2000"):
        found = turned
    else:
        length = shapely.length(turned)
        dense = shapely.segmentize(turned, length / _POINTS_AN_EDGE / 4) if length > 0 else turned
        transform = _get_transformer(stated_in.coordinates).transform
        found = shapely.transform(dense, lambda points: np.column_stack(transform(points[:, 0], points[:, 1])))
    if not np.isfinite(shapely.get_coordinates(found)).all():
        raise UnknownSystemError("a position of the geometry lies outside its reference system")
    read: shapely.Geometry = found
    return read


@cache
def _get_transformer(coordinates: CrsId) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(get_coordinate_system(coordinates).crs, 4326, always_xy=True)


def describe_system(one: FeedSystem) -> Mapping[str, Any]:
    """Describe a system as PROJJSON.

    Parameters
    ----------
    one : FeedSystem

    Returns
    -------
    mapping
    """
    described: Mapping[str, Any] = one.system.crs.to_json_dict()
    return described
