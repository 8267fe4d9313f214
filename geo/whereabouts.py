"""Which county a coordinate lies in, which zone that county belongs to, and what borders on a zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from geo.join import COUNTED, zone_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.boundaries import Boundaries
    from geo.join import Joined

__all__ = ["County", "CountyIndex", "Neighbour", "Place", "neighbours", "zones_of_counties"]

# Shared borders are drawn with the same vertices, but not everywhere: what is nearer than this [degree] touches.
_TOUCHING: Final = 0.0005


@dataclass(frozen=True, slots=True)
class County:
    """A county of a boundary source: its row there, code (None when the source has none) and names."""

    row: int
    adcode: str | None
    name: str
    prefecture: str
    province: str
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """What is at a coordinate: the county, and the zone if there is one; `is_host` when only a special area's host."""

    lon: float
    lat: float
    county: County | None
    zone: int | None
    is_host: bool


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A county that borders on a zone without belonging to it; `zone` is the zone it belongs to, if any."""

    county: County
    zone: int | None


class CountyIndex:
    """The counties of one source behind a spatial index.

    Parameters
    ----------
    boundaries : Boundaries
    """

    def __init__(self, boundaries: Boundaries) -> None:
        frame = boundaries.counties
        self.geometry: NDArray[Any] = frame.geometry.to_numpy()
        self._tree = shapely.STRtree(self.geometry)
        boxes = shapely.bounds(self.geometry)
        columns = zip(frame["adcode"], frame["name"], frame["prefecture"], frame["province"], strict=True)
        self.counties = tuple(
            County(row, _text(code) or None, str(name), _text(prefecture), _text(province), _box(boxes[row]))
            for row, (code, name, prefecture, province) in enumerate(columns)
        )
        self.by_code = {county.adcode: county for county in self.counties if county.adcode}

    def at(self, lon: float, lat: float) -> County | None:
        """The county at a coordinate [degree]; of two that share the border there the first in the source."""
        rows = self._tree.query(shapely.Point(lon, lat), predicate="intersects")
        return self.counties[int(rows.min())] if len(rows) else None

    def inside(self, county: County) -> tuple[float, float]:
        """A point inside a county [degree]."""
        point = shapely.point_on_surface(self.geometry[county.row])
        return (round(float(point.x), 5), round(float(point.y), 5))

    def touching(self, geometry: shapely.Geometry) -> list[County]:
        """Counties that overlap a geometry or border on it, in the order of the source."""
        rows = self._tree.query(geometry, predicate="dwithin", distance=_TOUCHING)
        return [self.counties[int(row)] for row in np.sort(rows)]

    def place(self, joined: Joined, lon: float, lat: float) -> Place:
        """What a programme has at a coordinate.

        Parameters
        ----------
        joined : Joined
            On the same source.
        lon, lat : float
            [degree]

        Returns
        -------
        Place
        """
        zone = zone_at(joined, lon, lat)
        members = joined.members[joined.members["geometry_quality"].isin(COUNTED)]
        inside = shapely.intersects(members.geometry.to_numpy(), shapely.Point(lon, lat)).any()
        return Place(lon, lat, self.at(lon, lat), zone, is_host=zone is not None and not inside)


def zones_of_counties(joined: Joined) -> dict[str, int]:
    """Number of the zone by code of the county, for every county that is a member or part of one.

    Parameters
    ----------
    joined : Joined

    Returns
    -------
    dict of str to int
        A prefecture or province listed as a whole gives its counties.
    """
    counties = joined.boundaries.counties
    found: dict[str, int] = {}
    for row in joined.members[joined.members["geometry_quality"].isin(COUNTED)].itertuples():
        if row.kind not in ("prefecture", "province"):
            found.setdefault(row.adcode, row.zone)
            continue
        member = next(one for one in joined.programme.zone(row.zone).members if one.id == row.member_id)
        above = counties["prefecture_adcode" if row.kind == "prefecture" else "province_adcode"]
        for code in counties.loc[above == row.adcode, "adcode"].dropna():
            if code not in member.excluded:
                found.setdefault(code, row.zone)
    return found


def neighbours(joined: Joined, index: CountyIndex, zone: int) -> list[Neighbour]:
    """Counties that border on a zone.

    Parameters
    ----------
    joined : Joined
    index : CountyIndex
        Of the same source.
    zone : int

    Returns
    -------
    list of Neighbour
        In the order of the source; empty for a zone without polygons.
    """
    shape = joined.zones.loc[joined.zones["zone"] == zone, "geometry"].iloc[0]
    if shape is None or shape.is_empty:
        return []
    zones = zones_of_counties(joined)
    found = [Neighbour(county, zones.get(county.adcode or "")) for county in index.touching(shape)]
    return [one for one in found if one.zone != zone]


def _box(bounds: NDArray[np.float64]) -> tuple[float, float, float, float]:
    return (float(bounds[0]), float(bounds[1]), float(bounds[2]), float(bounds[3]))


def _text(value: Any) -> str:
    """A cell as text; unknown is empty."""
    return value if isinstance(value, str) else ""
