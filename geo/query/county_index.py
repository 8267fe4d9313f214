"""Which county a coordinate lies in, which zone that county belongs to, and what borders on a zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from pilotzones.geo.boundaries.county_table import County, CountyTable
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.join import JoinedProgramme, find_zone_at

__all__ = ["County", "CountyIndex", "Neighbour", "PlaceOnMap", "list_neighbours", "map_zones_by_county"]

# Shared borders are drawn with the same vertices, but not everywhere: what is nearer than this [degree] touches.
_TOUCHING: Final = 0.0005


@dataclass(frozen=True, slots=True)
class PlaceOnMap:
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
    """A spatial index of the counties of one source.

    Parameters
    ----------
    boundaries : Boundaries
    """

    def __init__(self, boundaries: Boundaries) -> None:
        self.table = CountyTable.from_frame(boundaries.counties)
        self.geometry: NDArray[Any] = boundaries.counties.geometry.to_numpy()
        self._tree = shapely.STRtree(self.geometry)

    @property
    def counties(self) -> tuple[County, ...]:
        """Every county, in the order of the source."""
        return self.table.counties

    def find_county(self, code: str) -> County | None:
        """Find a county by its code."""
        row = self.table.by_code.get(code)
        return None if row is None else self.counties[row]

    def get_bounds(self, county: County) -> tuple[float, float, float, float]:
        """Return west, south, east and north of a county [degree]."""
        west, south, east, north = shapely.bounds(self.geometry[county.row]).tolist()
        return (west, south, east, north)

    def find_county_at(self, lon: float, lat: float) -> County | None:
        """Find the county at a coordinate [degree, WGS 84]; None outside the country."""
        row = int(self.find_rows(np.array([lon]), np.array([lat]))[0])
        return None if row < 0 else self.counties[row]

    def find_rows(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
        """Find the rows of the counties at n coordinates.

        Parameters
        ----------
        lon, lat : ndarray, shape (n,)
            [degree, WGS 84]

        Returns
        -------
        ndarray of int, shape (n,)
            -1 outside the country; on a border the first of the neighbours.
        """
        rows_of_points = np.full(len(lon), -1, dtype=np.int64)
        which, rows = _match_points(self.geometry, self._tree, lon, lat)
        # Ordered by county, and the last assignment stays: from the last row to the first.
        rows_of_points[which[::-1]] = rows[::-1]
        return rows_of_points

    def find_rows_touching(self, geometry: shapely.Geometry, *, distance: float = 0.0) -> list[int]:
        """List the rows of the counties that a geometry meets, or comes as near to as `distance` [degree], in order."""
        return sorted(self._tree.query(geometry, predicate="dwithin", distance=distance).tolist())

    def find_inner_point(self, county: County) -> tuple[float, float]:
        """Return a point inside a county [degree]."""
        point = shapely.point_on_surface(self.geometry[county.row])
        return (round(float(point.x), 5), round(float(point.y), 5))

    def list_touching(self, geometry: shapely.Geometry) -> list[County]:
        """List the counties that overlap a geometry or border on it, in the order of the source."""
        return [self.counties[row] for row in self.find_rows_touching(geometry, distance=_TOUCHING)]

    def find_place(self, joined: JoinedProgramme, lon: float, lat: float) -> PlaceOnMap:
        """Find what a programme has at a coordinate.

        Parameters
        ----------
        joined : JoinedProgramme
            On the same source.
        lon, lat : float
            [degree]

        Returns
        -------
        PlaceOnMap
        """
        zone = find_zone_at(joined, lon, lat)
        inside = shapely.intersects(joined.counted.geometry.to_numpy(), shapely.Point(lon, lat)).any()
        return PlaceOnMap(lon, lat, self.find_county_at(lon, lat), zone, is_host=zone is not None and not inside)


def _match_points(
    polygons: NDArray[Any], tree: shapely.STRtree, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Find every pair of a point [degree] and a polygon that it lies in or on the border of, ordered by polygon.

    The tree is over the same polygons.
    """
    points, rows = tree.query(shapely.points(lon, lat))
    # A test of coordinates polygon by polygon takes a sixth of the time of the tree's own predicate over points.
    order = np.argsort(rows, kind="stable")
    points, rows = points[order], rows[order]
    inside = shapely.intersects_xy(polygons[rows], lon[points], lat[points])
    return points[inside], rows[inside]


def map_zones_by_county(joined: JoinedProgramme) -> dict[str, int]:
    """Map the code of every county that is a member, or part of one, to the number of its zone.

    Parameters
    ----------
    joined : JoinedProgramme

    Returns
    -------
    dict of str to int
        A prefecture or province listed as a whole gives its counties.
    """
    table = CountyTable.from_frame(joined.boundaries.counties)
    zones: dict[str, int] = {}
    for record in joined.records:
        for row in record.rows if record.is_counted else ():
            code = table.codes[row]
            if code is not None:
                zones.setdefault(code, record.member.zone)
    return zones


def list_neighbours(joined: JoinedProgramme, index: CountyIndex, zone: int) -> list[Neighbour]:
    """List the counties that border on a zone.

    Parameters
    ----------
    joined : JoinedProgramme
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
    zones = map_zones_by_county(joined)
    neighbours = [Neighbour(county, zones.get(county.adcode)) for county in index.list_touching(shape)]
    return [one for one in neighbours if one.zone != zone]
