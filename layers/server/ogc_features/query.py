"""The questions a client of the feed asks: box, page, properties; and which features answer them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.export import ExportField
from pilotzones.geo.places.history import FIRST_YEAR, Period, get_last_year, is_outside_tables, read_period
from pilotzones.layers.server.ogc_features.coordinate_systems import (
    CRS84,
    FEED_SYSTEMS,
    FeedSystem,
    UnknownSystemError,
    find_feed_system,
    read_geometry,
)
from pilotzones.layers.server.ogc_features.cql2_filter import (
    FILTER_LANGUAGES,
    MAX_FILTER_CHARS,
    FilterError,
    apply_filter,
    parse_filter,
)
from pilotzones.layers.server.ogc_features.feature_collections import Collection, Held
from pilotzones.layers.server.ogc_features.feature_times import Interval, find_features_at, read_interval
from pilotzones.layers.server.ogc_features.units_as_of import CODE_FIELDS, find_codes

__all__ = [
    "DEFAULT_LIMIT",
    "MAX_ITEMS",
    "ItemQuery",
    "QueryError",
    "check_names",
    "find_matching_rows",
    "read_as_of",
    "read_system",
]

DEFAULT_LIMIT: Final = 100
MAX_ITEMS: Final = 1000
_MAX_PARAMETER_CHARS: Final = 200
_WHOLE: Final = re.compile(r"[0-9]{1,100}")


class QueryError(PilotzonesError):
    """A parameter of an address is unknown or cannot be read."""


def check_names(given: Sequence[tuple[str, str]], known: Sequence[str]) -> dict[str, str]:
    """Check that each parameter is known and given once, and return them by name.

    Parameters
    ----------
    given : sequence of tuple of str
        As they stand in the address.
    known : sequence of str

    Returns
    -------
    dict of str to str

    Raises
    ------
    QueryError
        When one is unknown, given twice or too long.
    """
    found: dict[str, str] = {}
    for name, value in given:
        if name not in known:
            raise QueryError(f"unknown parameter {name[:60]!r}: there is {', '.join(known)}")
        if name in found:
            raise QueryError(f"parameter {name!r} is given twice")
        most = MAX_FILTER_CHARS if name == "filter" else _MAX_PARAMETER_CHARS
        if len(value) > most:
            raise QueryError(f"parameter {name!r} is longer than {most} characters")
        found[name] = value
    return found


@dataclass(frozen=True)
class ItemQuery:
    """Which features of a collection a request selects.

    Parameters
    ----------
    box : shapely geometry or None
        Longitude and latitude [degree].
    limit, offset : int
    filters : dict of str to object
        Property name to the value it must have; a set of values of which it must have one.
    period : Period or None
        The year or date that codes are of.
    time : Interval or None
        First and last day of what `datetime` says.
    system : FeedSystem
        What the features are answered in.
    condition : object or None
        A filter of CQL2, as JSON.
    condition_system : FeedSystem
        What the geometries of the filter are in.
    """

    box: shapely.Geometry | None = None
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    filters: dict[str, Any] = field(default_factory=dict)
    period: Period | None = None
    time: Interval | None = None
    system: FeedSystem = FEED_SYSTEMS[0]
    condition: Any = None
    condition_system: FeedSystem = FEED_SYSTEMS[0]

    @classmethod
    def read(cls, values: Mapping[str, str], collection: Collection, root: str) -> ItemQuery:
        """Read the parameters of an address.

        Parameters
        ----------
        values : mapping of str to str
            Of `check_names`.
        collection : Collection
            Whose properties may be asked for.
        root : str
            Address of the feed.

        Returns
        -------
        ItemQuery
            A `limit` above the most is the most, as the standard has it.

        Raises
        ------
        QueryError
            When a value cannot be read.
        """
        fields = {one.name: one for one in collection.fields}
        period = read_as_of(values)
        return cls(
            box=_read_box(values["bbox"], read_system(values, "bbox-crs", root)) if "bbox" in values else None,
            limit=min(_parse_whole_number("limit", values["limit"], least=1), MAX_ITEMS)
            if "limit" in values
            else DEFAULT_LIMIT,
            offset=_parse_whole_number("offset", values["offset"], least=0) if "offset" in values else 0,
            filters={name: _parse_value(fields[name], text, period) for name, text in values.items() if name in fields},
            period=period,
            time=_read_time(values["datetime"]) if "datetime" in values else None,
            system=read_system(values, "crs", root),
            condition=_read_condition(values),
            condition_system=read_system(values, "filter-crs", root),
        )


def read_system(values: Mapping[str, str], name: str, root: str) -> FeedSystem:
    """Read a parameter that names a reference system.

    Parameters
    ----------
    values : mapping of str to str
    name : str
        Of the parameter.
    root : str
        Address of the feed.

    Returns
    -------
    FeedSystem
        Longitude and latitude of WGS 84 where it is not given.

    Raises
    ------
    QueryError
        When the feed has no such system.
    """
    try:
        return find_feed_system(values.get(name, CRS84), root)
    except UnknownSystemError as error:
        raise QueryError(f"{name}: {error}") from None


def _read_condition(values: Mapping[str, str]) -> Any:
    language = values.get("filter-lang", FILTER_LANGUAGES[0])
    if language not in FILTER_LANGUAGES:
        raise QueryError(f"filter-lang is {' or '.join(FILTER_LANGUAGES)}, not {language[:40]!r}")
    if "filter" not in values:
        return None
    try:
        return parse_filter(values["filter"], language)
    except FilterError as error:
        raise QueryError(str(error)) from None


def read_as_of(values: Mapping[str, str]) -> Period | None:
    """Read the parameter that says which year or date codes are of.

    Parameters
    ----------
    values : mapping of str to str

    Returns
    -------
    Period or None

    Raises
    ------
    QueryError
        When it is no year and no date, or one of which nothing is known.
    """
    if "as_of" not in values:
        return None
    period = read_period(values["as_of"])
    if period is None:
        raise QueryError(f"as_of is a year or a date such as 2010 or 2010-05-31, not {values['as_of'][:40]!r}")
    if is_outside_tables(period):
        raise QueryError(
            f"as_of: names and codes are known from {FIRST_YEAR} to {get_last_year()}, not of {period.text}"
        )
    return period


def _parse_whole_number(name: str, text: str, *, least: int) -> int:
    if not _WHOLE.fullmatch(text) or int(text) < least:
        raise QueryError(f"{name} is a whole number from {least}, not {text!r}")
    return int(text)


def _parse_number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise QueryError(f"{name}: {text[:40]!r} is no number")
    return value


def _read_box(text: str, stated_in: FeedSystem) -> shapely.Geometry:
    parts = [_parse_number("bbox", part) for part in text.split(",")]
    if len(parts) == 6:
        # With heights: our features have none, so they are at any height.
        parts = [*parts[:2], *parts[3:5]]
    if len(parts) != 4:
        raise QueryError(f"bbox has 4 numbers (or 6, with heights), not {len(parts)}")
    if stated_in.latitude_first:
        parts = [parts[1], parts[0], parts[3], parts[2]]
    west, south, east, north = parts
    if stated_in.coordinates not in ("wgs84", "cgcs2000"):
        if not (west <= east and south <= north):
            raise QueryError("bbox is the lower corner and the upper corner")
        return _read_plane_box(shapely.box(west, south, east, north), stated_in)
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise QueryError("bbox is west,south,east,north in degrees, south not above north")
    if west <= east:
        return shapely.box(west, south, east, north)
    return shapely.union(shapely.box(west, south, 180, north), shapely.box(-180, south, east, north))


def _read_plane_box(box: shapely.Geometry, stated_in: FeedSystem) -> shapely.Geometry:
    try:
        return read_geometry(box, stated_in)
    except UnknownSystemError as error:
        raise QueryError(f"bbox: {error}") from None


def _read_time(text: str) -> Interval:
    time = read_interval(text)
    if time is None:
        raise QueryError(f"datetime is an instant or an interval of RFC 3339, not {text[:60]!r}")
    return time


def _parse_value(one: ExportField, text: str, period: Period | None) -> Any:
    if period is not None and one.name in CODE_FIELDS:
        codes, why = find_codes(text, period)
        if why:
            raise QueryError(f"{one.name}={text[:40]} as of {period.text}: {why}")
        return codes
    if one.type in ("integer", "integers"):
        return _parse_whole_number(one.name, text, least=0)
    if one.type == "number":
        return _parse_number(one.name, text)
    if one.type == "boolean":
        if text not in ("true", "false"):
            raise QueryError(f"{one.name} is true or false, not {text!r}")
        return text == "true"
    return text


def find_matching_rows(held: Held, query: ItemQuery) -> NDArray[np.intp]:
    """Find the rows of the features that a query selects, before paging.

    Parameters
    ----------
    held : Held
    query : ItemQuery

    Returns
    -------
    ndarray of int
        In the order of the layer. A feature whose property is a list passes when the list has the value; one without
        geometry lies in no box, one without time is at any time.

    Raises
    ------
    QueryError
        When the filter asks for what the layer does not have.
    """
    frame = held.layer.frame
    passed = np.ones(len(frame), dtype=bool)
    for name, wanted in query.filters.items():
        passed &= np.fromiter((_has(value, wanted) for value in frame[name].tolist()), dtype=bool, count=len(frame))
    if query.box is not None and len(frame):
        shapely.prepare(query.box)
        passed &= shapely.intersects(query.box, held.layer.shapes)
    if query.time is not None:
        passed &= find_features_at(held.layer, query.time)
    if query.condition is not None:
        try:
            passed &= apply_filter(query.condition, held.layer, query.condition_system)
        except (FilterError, UnknownSystemError) as error:
            raise QueryError(str(error)) from None
    return np.flatnonzero(passed)


def _has(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, frozenset):
        return not wanted.isdisjoint(value if isinstance(value, list | tuple) else (value,))
    return wanted in value if isinstance(value, list | tuple) else bool(value == wanted)
