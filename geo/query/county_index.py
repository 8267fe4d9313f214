"""Which county a coordinate lies in, which zone that county belongs to, and what borders on a zone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from pilotzones.geo.join import COUNTED, zone_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pilotzones.geo.boundaries.models import Boundaries
    from pilotzones.geo.join import JoinedProgramme

__all__ = ["County", "CountyIndex", "Neighbour", "Place", "neighbours", "points_in", "zones_of_counties"]

# Shared borders are drawn with the same vertices, but not everywhere: what is nearer than this [degree] touches.
_TOUCHING: Final = 0.0005


@dataclass(frozen=True, slots=True)
class County:
    """A county of a boundary source: its row there, code (empty when the source has none) and names."""

    row: int
    adcode: str
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
        self._frame = boundaries.counties
        self.geometry: NDArray[Any] = self._frame.geometry.to_numpy()
        self._tree = shapely.STRtree(self.geometry)

    @cached_property
    def counties(self) -> tuple[County, ...]:
        """Every county, in the order of the source."""
        names = (self._frame[column].to_numpy(dtype=object) for column in ("adcode", "name", "prefecture", "province"))
        boxes = shapely.bounds(self.geometry)
        return tuple(
            County(row, _text(code), _text(name), _text(prefecture), _text(province), _box(boxes[row]))
            for row, (code, name, prefecture, province) in enumerate(zip(*names, strict=True))
        )

    @cached_property
    def by_code(self) -> dict[str, County]:
        """Counties by their code."""
        return {county.adcode: county for county in self.counties if county.adcode}

    def at(self, lon: float, lat: float) -> County | None:
        """The county at a coordinate [degree, WGS 84]; None outside the country."""
        row = int(self.rows_at(np.array([lon]), np.array([lat]))[0])
        return None if row < 0 else self.counties[row]

    def rows_at(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
        """Rows of the counties at n coordinates.

        Parameters
        ----------
        lon, lat : ndarray, shape (n,)
            [degree, WGS 84]

        Returns
        -------
        ndarray of int, shape (n,)
            -1 outside the country; on a border the first of the neighbours.
        """
        found = np.full(len(lon), -1, dtype=np.int64)
        which, rows = points_in(self.geometry, self._tree, lon, lat)
        # Ordered by county, and the last assignment stays: from the last row to the first.
        found[which[::-1]] = rows[::-1]
        return found

    def rows_of(self, code: str) -> list[int]:
        """Rows of the county, or of all counties of the prefecture or province, with this code."""
        if code in self.by_code:
            return [self.by_code[code].row]
        for column in ("prefecture_adcode", "province_adcode"):
            rows = np.flatnonzero((self._frame[column] == code).to_numpy())
            if len(rows):
                return [int(row) for row in rows]
        return []

    def rows_touching(self, geometry: shapely.Geometry, *, distance: float = 0.0) -> list[int]:
        """Rows of the counties that a geometry meets, or comes as near to as `distance` [degree], in order."""
        return sorted(self._tree.query(geometry, predicate="dwithin", distance=distance).tolist())

    def inside(self, county: County) -> tuple[float, float]:
        """A point inside a county [degree]."""
        point = shapely.point_on_surface(self.geometry[county.row])
        return (round(float(point.x), 5), round(float(point.y), 5))

    def touching(self, geometry: shapely.Geometry) -> list[County]:
        """Counties that overlap a geometry or border on it, in the order of the source."""
        return [self.counties[row] for row in self.rows_touching(geometry, distance=_TOUCHING)]

    def place(self, joined: JoinedProgramme, lon: float, lat: float) -> Place:
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


def points_in(
    polygons: NDArray[Any], tree: shapely.STRtree, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Every pair of a point and a polygon that it lies in or on the border of.

    Parameters
    ----------
    polygons : ndarray of shapely polygons, shape (m,)
    tree : STRtree
        Over the same polygons.
    lon, lat : ndarray, shape (n,)
        [degree]

    Returns
    -------
    points, rows : ndarray of int
        Ordered by polygon.
    """
    points, rows = tree.query(shapely.points(lon, lat))
    # Asked polygon by polygon, coordinates cost a sixth of the tree's own predicate over points.
    order = np.argsort(rows, kind="stable")
    points, rows = points[order], rows[order]
    inside = shapely.intersects_xy(polygons[rows], lon[points], lat[points])
    return points[inside], rows[inside]


def zones_of_counties(joined: JoinedProgramme) -> dict[str, int]:
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


def neighbours(joined: JoinedProgramme, index: CountyIndex, zone: int) -> list[Neighbour]:
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
    found = [Neighbour(county, zones.get(county.adcode)) for county in index.touching(shape)]
    return [one for one in found if one.zone != zone]


def _box(bounds: NDArray[np.float64]) -> tuple[float, float, float, float]:
    return (float(bounds[0]), float(bounds[1]), float(bounds[2]), float(bounds[3]))


def _text(value: Any) -> str:
    """A cell as text; unknown is empty."""
    return value if isinstance(value, str) else ""
