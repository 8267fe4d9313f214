"""Check that the points of a catalogue lie in the country, and in the counties that are named as their hosts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pilotzones.geo.boundaries.columns import ADCODE
from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE, get_source_info
from pilotzones.geo.catalogue.validation import Tables
from pilotzones.geo.errors import BoundaryError, Problem
from pilotzones.geo.files.csv_reader import CsvRow
from pilotzones.geo.files.disk_cache import get_bundle, make_code_key, put_bundle
from pilotzones.geo.geometry import crs

__all__ = ["check_points"]

# A point beside its county by less is a matter of generalised borders, not of a wrong place [degree, about 500 m].
_SLACK_DEGREES: Final = 0.005


def check_points(tables: Tables) -> list[Problem]:
    """Compare the points of special areas and towns with the polygons of the default boundary source.

    That no problem was found is kept in the disk cache, so that a programme is loaded without reading polygons.

    Parameters
    ----------
    tables : Tables
        Points that are no numbers, or lie outside the box of China, are reported elsewhere and skipped here.

    Returns
    -------
    list of Problem
        One for each point in no county, or in another county than its hosts.
    """
    rows = [row for row in tables["special_areas"] if _read_point(row) is not None]
    if not rows:
        return []
    try:
        key = _make_key(rows)
        if get_bundle(key) is not None:
            return []
        problems = _compare_points(rows)
    except BoundaryError:
        # A missing or altered source is reported by the check of the sources.
        return []
    if not problems:
        put_bundle(key, {})
    return problems


def _make_key(rows: Sequence[CsvRow]) -> str:
    cells = [[row[column] for column in ("lon", "lat", "host_adcodes")] for row in rows]
    return make_code_key(get_source_info(DEFAULT_SOURCE).sha256, "points", repr(cells), code=[Path(__file__)])


def _compare_points(rows: Sequence[CsvRow]) -> list[Problem]:
    # Imported here: they are slow, and needed only for points that were not compared before.
    import numpy as np
    import shapely

    from pilotzones.geo.boundaries.loader import load

    counties = load().counties
    points = shapely.points(np.array([_read_point(row) for row in rows]))
    shapes = counties.geometry.to_numpy()
    which, county = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=_SLACK_DEGREES)
    codes, names = counties["adcode"].to_numpy(), counties["name"].to_numpy()
    problems = []
    for number, row in enumerate(rows):
        near = county[which == number]
        hosts = row["host_adcodes"].split(";") if row["host_adcodes"] else []
        if not len(near):
            problems.append(row.make_problem("lon", "point_nowhere"))
        elif all(map(ADCODE.fullmatch, hosts)) and hosts and not np.isin(codes[near], hosts).any():
            inside = "、".join(f"{names[one]} {codes[one]}" for one in near)
            problems.append(row.make_problem("lon", "point_in_other", inside=inside, hosts=row["host_adcodes"]))
    return problems


def _read_point(row: CsvRow) -> tuple[float, float] | None:
    """Read longitude and latitude [degree]; None for what is no number or lies outside the box of China."""
    try:
        lon, lat = float(row["lon"]), float(row["lat"])
    except ValueError:
        return None
    west, south, east, north = crs.CHINA_BOX
    return (lon, lat) if west <= lon <= east and south <= lat <= north else None
