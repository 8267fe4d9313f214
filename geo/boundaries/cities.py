"""Points of cities, as GeoNames places them: a sign for the map and nothing that is measured."""

from __future__ import annotations

from functools import cache

from pilotzones.data import PLACES
from pilotzones.geo.errors import CatalogueError, raise_problems
from pilotzones.geo.files.csv_reader import read_table

__all__ = ["load_city_points"]

_COLUMNS = ("code", "name", "lon", "lat", "geonameid", "source")


@cache
def load_city_points() -> dict[str, tuple[float, float]]:
    """Load the point of each municipality, prefecture and county directly under a province that has one.

    Returns
    -------
    dict of str to tuple of float
        Longitude and latitude [degree, WGS 84] by code, from ``data/places/city_points.csv``.

    Raises
    ------
    CatalogueError
        When the table cannot be read.
    """
    rows, problems = read_table(PLACES / "city_points.csv", _COLUMNS, key=("code",))
    raise_problems(CatalogueError, "places/city_points.csv", problems)
    return {row["code"]: (float(row["lon"]), float(row["lat"])) for row in rows}
