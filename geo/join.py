"""Members joined to boundaries: every member stays, each with a status, a geometry quality and its polygon or point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pilotzones.geo.boundaries.county_table import CountyTable
from pilotzones.geo.errors import Problem
from pilotzones.geo.geometry import crs
from pilotzones.geo.geometry.area import DEFAULT_METHOD, compute_area_km2
from pilotzones.geo.member_matching import COUNTED, GeometryQuality, MemberMatch, Status, find_end, match_members

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from pilotzones.geo.boundaries.models import Boundaries
    from pilotzones.geo.catalogue.models import Programme

__all__ = ["COUNTED", "GeometryQuality", "JoinedProgramme", "Status", "check_join", "join", "join_members", "zone_at"]

_HOST_COLUMNS: Final = (
    "member_id", "zone", "listed_name", "host_adcode", "host_name", "prefecture", "host_is_listed", "geometry",
)  # fmt: skip


@dataclass(frozen=True)
class JoinedProgramme:
    """A programme on the polygons of one boundary source.

    Parameters
    ----------
    programme : Programme
    boundaries : Boundaries
    method : str
        How areas were computed.
    members : GeoDataFrame, shape (members, 18)
        One row a listed member in document order; geometry is a polygon where `geometry_quality` is in `COUNTED`, a
        point for ``point``, else None. ``computed_area_km2`` [km²] is NaN where nothing was counted.
    zones : GeoDataFrame, shape (zones, 15)
        One row a zone; geometry is the union of its counted members, or the points of a zone that has nothing else.
        ``computed_area_km2`` is the sum over members, ``union_area_km2`` the area of the union: they differ when
        members overlap.
    hosts : GeoDataFrame, shape (hosts, 8)
        The counties that hold special areas without a polygon, one row for each pair.
    """

    programme: Programme
    boundaries: Boundaries
    method: str
    members: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    hosts: gpd.GeoDataFrame

    @property
    def matched(self) -> int:
        """Number of members with a polygon of their own."""
        return int(self.members["geometry_quality"].isin(COUNTED).sum())


def join(programme: Programme, boundaries: Boundaries, *, method: str = DEFAULT_METHOD) -> JoinedProgramme:
    """Join a programme's members to the polygons of a source.

    Parameters
    ----------
    programme : Programme
    boundaries : Boundaries
    method : str, optional
        Area method, see `pilotzones.geo.geometry.area.METHODS`.

    Returns
    -------
    JoinedProgramme
        As many members as the programme lists.
    """
    source = _BoundaryTable(boundaries)
    members = _join_rows(programme, source, method)
    zones = _make_frame(_make_zone_rows(programme, members))
    zones["union_area_km2"] = compute_area_km2(zones.geometry.to_numpy(), method=method)
    zones = zones.set_geometry(_add_points(zones, members))
    hosts = _make_frame(_list_host_rows(programme, source), columns=_HOST_COLUMNS)
    return JoinedProgramme(programme, boundaries, method, members, zones, hosts)


def join_members(programme: Programme, boundaries: Boundaries, *, method: str = DEFAULT_METHOD) -> gpd.GeoDataFrame:
    """Join the members alone, without the union of every zone, which takes far longer.

    Parameters
    ----------
    programme : Programme
    boundaries : Boundaries
    method : str, optional
        Area method.

    Returns
    -------
    GeoDataFrame
        As `JoinedProgramme.members`.
    """
    return _join_rows(programme, _BoundaryTable(boundaries), method)


def _join_rows(programme: Programme, source: _BoundaryTable, method: str) -> gpd.GeoDataFrame:
    members = _make_frame([_make_member_row(match, source) for match in match_members(programme, source.table)])
    counted = members["geometry_quality"].isin(COUNTED).to_numpy()
    areas = np.full(len(members), np.nan)
    areas[counted] = compute_area_km2(members.geometry.to_numpy()[counted], method=method)
    members["computed_area_km2"] = areas
    return members


def zone_at(joined: JoinedProgramme, lon: float, lat: float, *, among: Iterable[int] | None = None) -> int | None:
    """Find the zone of a coordinate: by a member's polygon first, then by the host of a special area.

    Parameters
    ----------
    joined : JoinedProgramme
    lon, lat : float
        Longitude and latitude [degree].
    among : iterable of int, optional
        Numbers of the zones to consider; all by default.

    Returns
    -------
    int or None
        Number of the zone; None when the place is in none.
    """
    point = shapely.Point(lon, lat)
    wanted = set(joined.zones["zone"]) if among is None else set(among)
    polygons = joined.members[joined.members["geometry_quality"].isin(COUNTED)]
    for zone in polygons.loc[shapely.intersects(polygons.geometry.to_numpy(), point), "zone"]:
        if zone in wanted:
            return int(zone)
    hosts = joined.hosts.loc[shapely.intersects(joined.hosts.geometry.to_numpy(), point), ["zone", "member_id"]]
    hosts = hosts[hosts["zone"].isin(wanted)]
    if hosts.empty:
        return None
    # Of several towns in one county the one whose point is nearest is meant.
    places = joined.members.set_index("member_id").geometry.loc[hosts["member_id"]].to_numpy()
    distances = np.nan_to_num(shapely.distance(places, point), nan=np.inf)
    return int(hosts["zone"].iloc[int(distances.argmin())])


class _BoundaryTable:
    """The counties of a source: their table and their polygons in the same order."""

    def __init__(self, boundaries: Boundaries) -> None:
        self.table = CountyTable.from_frame(boundaries.counties)
        self.geometry: NDArray[Any] = boundaries.counties.geometry.to_numpy()


def _make_member_row(match: MemberMatch, source: _BoundaryTable) -> dict[str, Any]:
    member = match.member
    return {
        "member_id": member.id,
        "zone": member.zone,
        "position": member.position,
        "listed_name": member.listed_name,
        "kind": member.kind,
        "status": match.status,
        "geometry_quality": match.quality,
        "adcode_2019": member.adcode,
        "adcode": match.adcode,
        "county_name": match.county_name,
        "province": member.province,
        "prefecture": member.prefecture,
        "host_adcodes": member.special.host_adcodes if member.special else (),
        "where_in_document": member.where_in_document,
        "official_name": member.name,
        "geometry": _make_geometry(match, source),
    }


def _make_geometry(match: MemberMatch, source: _BoundaryTable) -> shapely.Geometry | None:
    if len(match.rows) > 1:
        return shapely.union_all(source.geometry[list(match.rows)])
    if match.rows:
        polygon: shapely.Geometry = source.geometry[match.rows[0]]
        return polygon
    special = match.member.special
    if match.quality == "point" and special is not None and special.point is not None:
        return shapely.Point(special.point)
    return None


def _make_zone_rows(programme: Programme, members: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    # On arrays: a slice of a GeoDataFrame for each zone takes most of the time of a join.
    numbers = members["zone"].to_numpy()
    has_polygon = members["geometry_quality"].isin(COUNTED).to_numpy()
    areas, shapes = members["computed_area_km2"].to_numpy(), members.geometry.to_numpy()
    rows = []
    for zone in programme.zones:
        own = numbers == zone.order
        counted = own & has_polygon
        count = int(counted.sum())
        rows.append(
            {
                "zone": zone.order,
                "name_zh": zone.name_zh,
                "name_en": zone.name_en,
                "region": zone.region,
                "province": zone.province,
                "tasks": zone.tasks,
                "stated_area_text": zone.stated_area_text,
                "stated_area_km2": np.nan if zone.stated_area_km2 is None else zone.stated_area_km2,
                "computed_area_km2": float(areas[counted].sum()) if count else np.nan,
                "members_counted": count,
                "members_total": int(own.sum()),
                "where_in_document": zone.where_in_document,
                "geometry": shapely.union_all(shapes[counted]) if count else None,
            }
        )
    return rows


def _add_points(zones: gpd.GeoDataFrame, members: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the zones' geometry; a zone without a polygon gets the points of its members, where there are any."""
    points = members[members["geometry_quality"] == "point"]
    shapes = zones.geometry.to_numpy().copy()
    for row in np.flatnonzero(shapely.is_missing(shapes)):
        own = points.geometry[points["zone"] == zones["zone"].iloc[row]].to_numpy()
        if len(own):
            shapes[row] = own[0] if len(own) == 1 else shapely.multipoints(own)
    return gpd.GeoSeries(shapes, index=zones.index, crs=zones.crs)


def _list_host_rows(programme: Programme, source: _BoundaryTable) -> list[dict[str, Any]]:
    rows, table = [], source.table
    for member in programme.members:
        if member.special is None or member.special.extent == "coextensive":
            continue
        listed = {other.adcode for other in programme.zone(member.zone).members}
        for code in member.special.host_adcodes:
            row = table.by_code.get(code)
            rows.append(
                {
                    "member_id": member.id,
                    "zone": member.zone,
                    "listed_name": member.listed_name,
                    "host_adcode": code,
                    "host_name": None if row is None else table.names[row],
                    "prefecture": None if row is None else table.prefectures[row],
                    "host_is_listed": code in listed,
                    "geometry": None if row is None else source.geometry[row],
                }
            )
    return rows


def _make_frame(rows: list[dict[str, Any]], *, columns: tuple[str, ...] | None = None) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=crs.GEOGRAPHIC)
    # pandas turns None into NaN in a column of strings: unknown stays None here.
    for column in frame.columns[[dtype == "str" for dtype in frame.dtypes]]:
        if frame[column].isna().any():
            frame[column] = frame[column].astype(object).where(frame[column].notna(), None)
    return frame


def check_join(joined: JoinedProgramme) -> list[Problem]:
    """List what is uncertain in a join: members not found, found elsewhere or under another name, hosts missing.

    Parameters
    ----------
    joined : JoinedProgramme

    Returns
    -------
    list of Problem
        Warnings only; a special area that has no polygon anywhere is no problem of the join.
    """
    source, problems = joined.boundaries.info.id, list(joined.boundaries.repairs)
    counties = joined.boundaries.counties
    prefectures = dict(zip(counties["adcode"], counties["prefecture"], strict=True))
    for row in joined.members.itertuples():
        where = {"file": "members.csv", "field": "adcode_2019", "value": row.adcode_2019, "severity": "warning"}
        if row.status == "missing":
            problems.append(Problem(message=f"{row.listed_name} (zone {row.zone}) is not in {source}", **where))
        elif row.status == "matched_by_name":
            found = f"has another code in {source}: {row.adcode}" if row.adcode else f"has no code in {source}"
            problems.append(Problem(message=f"{row.listed_name} {found}; it was found by name", **where))
        elif row.status == "matched_by_history":
            found = f"{row.adcode} {row.county_name} in {source}"
            problems.append(Problem(message=f"{row.listed_name} is {found}: renamed or recoded since", **where))
        elif row.adcode and (end := find_end(row.adcode, joined.programme.codes_as_of)) is not None:
            message = f"{row.listed_name} ended on {end[0]}, after the polygons of {source} were made; then {end[1]}"
            problems.append(Problem(message=message, **where))
        elif row.status == "unresolved":
            problems.append(Problem(message=f"{row.listed_name} (zone {row.zone}) is not settled: review.csv", **where))
        elif row.status == "matched" and row.county_name != row.official_name:
            problems.append(Problem(message=f"{row.listed_name} is called {row.county_name} in {source}", **where))
        elif row.status == "matched" and _names_another(prefectures[row.adcode], row.prefecture):
            # The right name under the code of its namesake elsewhere: 市中区 of 枣庄 for 市中区 of 济南.
            place = f"{row.listed_name} of {prefectures[row.adcode]}, not of {row.prefecture}"
            problems.append(Problem(message=f"the code belongs to {place}, in {source}", **where))
    problems += [
        Problem(
            "special_areas.csv",
            f"host of {row.listed_name} is not in {source}",
            field="host_adcodes",
            value=row.host_adcode,
            severity="warning",
        )
        for row in joined.hosts[joined.hosts["host_name"].isna()].itertuples()
    ]
    return problems


def _names_another(found: Any, expected: str) -> bool:
    """Return whether a source names another prefecture; a missing name is no contradiction."""
    return not (pd.isna(found) or found in ("", expected))
