"""Whether the points of a catalogue lie in the country, and in the counties they are said to lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.schema import ADCODE
from pilotzones.geo.errors import BoundaryError
from pilotzones.geo.geometry import crs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilotzones.geo.catalogue.validation import Tables
    from pilotzones.geo.errors import Problem
    from pilotzones.geo.files.csv_reader import Row

__all__ = ["check_points"]

# A point beside its county by less is a matter of generalised borders, not of a wrong place [degree, about 500 m].
_SLACK_DEGREES: Final = 0.005


def check_points(tables: Tables) -> Iterator[Problem]:
    """Compare the points of special areas and towns with the polygons of the default boundary source.

    Parameters
    ----------
    tables : Tables
        Points that are no numbers, or lie outside the box of China, are told elsewhere and passed over here.

    Yields
    ------
    Problem
        For a point in no county, or in another county than its hosts.
    """
    places = [(row, place) for row in tables["special_areas"] if (place := _place(row)) is not None]
    if not places:
        return
    try:
        counties = load().counties
    except BoundaryError:
        # A missing or altered source is told by the check of the sources.
        return
    points = shapely.points(np.array([place for _, place in places]))
    shapes = counties.geometry.to_numpy()
    which, county = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=_SLACK_DEGREES)
    codes, names = counties["adcode"].to_numpy(), counties["name"].to_numpy()
    for number, (row, _) in enumerate(places):
        near = county[which == number]
        hosts = row["host_adcodes"].split(";") if row["host_adcodes"] else []
        if not len(near):
            yield row.problem("lon", "the point lies in no county of the country")
        elif all(map(ADCODE.fullmatch, hosts)) and hosts and not np.isin(codes[near], hosts).any():
            inside = "、".join(f"{names[one]} {codes[one]}" for one in near)
            yield row.problem("lon", f"the point lies in {inside}, not in {row['host_adcodes']}")


def _place(row: Row) -> tuple[float, float] | None:
    try:
        lon, lat = float(row["lon"]), float(row["lat"])
    except ValueError:
        return None
    return (lon, lat) if bool(crs.inside_china(np.array([lon]), np.array([lat]))[0]) else None
