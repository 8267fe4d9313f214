"""Members joined to boundaries: every member stays, each with a status, a geometry quality and its polygon or point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from pilotzones.geo.boundaries.county_table import CountyTable
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.models import Member, Programme
from pilotzones.geo.errors import Problem, make_problem
from pilotzones.geo.geometry import crs
from pilotzones.geo.geometry.area import DEFAULT_METHOD, compute_area_km2
from pilotzones.geo.member_matching import find_doubt, match_members
from pilotzones.geo.member_record import GeometryQuality, HostCounty, MemberRecord

__all__ = ["JoinedProgramme", "check_join", "find_zone_at", "join", "join_members"]

_HOST_COLUMNS: Final = (
    "member_id", "zone", "listed_name", "host_adcode", "host_name", "prefecture", "host_is_listed", "geometry",
)  # fmt: skip
# Sentence for each code of `find_doubt`.


@dataclass(frozen=True)
class JoinedProgramme:
    """A programme on the polygons of one boundary source.

    Parameters
    ----------
    programme : Programme
    boundaries : Boundaries
    method : str
        How areas were computed.
    records : tuple of MemberRecord
        One a listed member, in document order.
    members : GeoDataFrame, shape (members, 17)
        The rows of the records; ``computed_area_km2`` [km²] is NaN where nothing was counted.
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
    records: tuple[MemberRecord, ...]
    members: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    hosts: gpd.GeoDataFrame

    @property
    def matched(self) -> int:
        """Number of members with a polygon of their own."""
        return len(self.counted)

    @cached_property
    def counted(self) -> gpd.GeoDataFrame:
        """Rows of the members with a polygon of their own."""
        return self.members[[record.is_counted for record in self.records]]

    @cached_property
    def points(self) -> gpd.GeoDataFrame:
        """Rows of the members that are a point."""
        return self.members[[record.quality is GeometryQuality.POINT for record in self.records]]

    def list_records(self, zones: Iterable[int]) -> list[MemberRecord]:
        """List the members of the zones with these numbers, in document order."""
        wanted = set(zones)
        return [record for record in self.records if record.member.zone in wanted]


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
    records = join_members(programme, boundaries, method=method)
    members = _make_frame([record.to_row() for record in records])
    zones = _make_frame(_make_zone_rows(programme, records))
    zones["union_area_km2"] = compute_area_km2(zones.geometry.to_numpy(), method=method)
    zones = zones.set_geometry(_add_points(zones, records))
    hosts = _make_frame(_list_host_rows(records), columns=_HOST_COLUMNS)
    return JoinedProgramme(programme, boundaries, method, records, members, zones, hosts)


def join_members(
    programme: Programme, boundaries: Boundaries, *, method: str = DEFAULT_METHOD
) -> tuple[MemberRecord, ...]:
    """Join the members alone, without the union of every zone, which takes far longer.

    Parameters
    ----------
    programme : Programme
    boundaries : Boundaries
    method : str, optional
        Area method.

    Returns
    -------
    tuple of MemberRecord
        As `JoinedProgramme.records`.
    """
    source = _BoundaryTable(boundaries)
    matches = match_members(programme, source.table)
    shapes = np.array([_make_geometry(match, source) for match in matches], dtype=object)
    counted = [match.is_counted for match in matches]
    areas = np.full(len(matches), np.nan)
    areas[counted] = compute_area_km2(shapes[counted], method=method)
    listed = {zone.order: {member.adcode for member in zone.members} for zone in programme.zones}
    return tuple(
        replace(
            match,
            geometry=shape,
            area_km2=float(area) if match.is_counted else None,
            hosts=_find_hosts(match.member, listed[match.member.zone], source),
        )
        for match, shape, area in zip(matches, shapes, areas, strict=True)
    )


def find_zone_at(joined: JoinedProgramme, lon: float, lat: float, *, among: Iterable[int] | None = None) -> int | None:
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
    polygons = joined.counted
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


def _make_geometry(match: MemberRecord, source: _BoundaryTable) -> shapely.Geometry | None:
    if len(match.rows) > 1:
        return shapely.union_all(source.geometry[list(match.rows)])
    if match.rows:
        polygon: shapely.Geometry = source.geometry[match.rows[0]]
        return polygon
    special = match.member.special
    if match.quality is GeometryQuality.POINT and special is not None and special.point is not None:
        return shapely.Point(special.point)
    return None


def _find_hosts(member: Member, listed: set[str | None], source: _BoundaryTable) -> tuple[HostCounty, ...]:
    if member.special is None or member.special.extent == "coextensive":
        return ()
    table, hosts = source.table, []
    for code in member.special.host_adcodes:
        row = table.by_code.get(code)
        if row is None:
            hosts.append(HostCounty(code, None, None, code in listed, None))
        else:
            found = (table.names[row], table.prefectures[row], code in listed, source.geometry[row])
            hosts.append(HostCounty(code, *found))
    return tuple(hosts)


def _make_zone_rows(programme: Programme, records: Sequence[MemberRecord]) -> list[dict[str, Any]]:
    rows = []
    for zone in programme.zones:
        own = [record for record in records if record.member.zone == zone.order]
        counted = [record for record in own if record.is_counted]
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
                "computed_area_km2": float(np.sum([record.area_km2 for record in counted])) if counted else np.nan,
                "members_counted": len(counted),
                "members_total": len(own),
                "where_in_document": zone.where_in_document,
                "geometry": shapely.union_all([record.geometry for record in counted]) if counted else None,
            }
        )
    return rows


def _add_points(zones: gpd.GeoDataFrame, records: Sequence[MemberRecord]) -> gpd.GeoSeries:
    """Return the zones' geometry; a zone without a polygon gets the points of its members, where there are any."""
    shapes = zones.geometry.to_numpy().copy()
    for row in np.flatnonzero(shapely.is_missing(shapes)):
        order = zones["zone"].iloc[row]
        own = [one.geometry for one in records if one.quality is GeometryQuality.POINT and one.member.zone == order]
        if own:
            shapes[row] = own[0] if len(own) == 1 else shapely.multipoints(own)
    return gpd.GeoSeries(shapes, index=zones.index, crs=zones.crs)


def _list_host_rows(records: Sequence[MemberRecord]) -> list[dict[str, Any]]:
    return [
        {
            "member_id": record.member.id,
            "zone": record.member.zone,
            "listed_name": record.member.listed_name,
            "host_adcode": host.adcode,
            "host_name": host.name,
            "prefecture": host.prefecture,
            "host_is_listed": host.is_listed,
            "geometry": host.geometry,
        }
        for record in records
        for host in record.hosts
    ]


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
    for record in joined.records:
        found = _find_join_doubt(record, source, joined.programme.codes_as_of, prefectures)
        if found is not None:
            doubt, facts = found
            where: dict[str, Any] = {"field": "adcode_2019", "value": record.member.adcode, "severity": "warning"}
            problems.append(make_problem("members.csv", f"join_{doubt}", facts=facts, **where))
    problems += [
        make_problem(
            "special_areas.csv",
            "host_missing",
            field="host_adcodes",
            value=host.adcode,
            severity="warning",
            facts={"name": record.member.listed_name, "source": source},
        )
        for record in joined.records
        for host in record.hosts
        if host.name is None
    ]
    return problems


def _find_join_doubt(
    record: MemberRecord, source: str, as_of: str, prefectures: Mapping[str, Any]
) -> tuple[str, dict[str, Any]] | None:
    """Find what is uncertain about a member, as the ending of a code and its facts; None for nothing."""
    member, code = record.member, record.adcode
    place = {"name": member.listed_name, "zone": member.zone, "source": source}
    doubt = find_doubt(record, as_of)
    if doubt is not None:
        ending = "by_name_without_code" if doubt[0] == "by_name" and not code else doubt[0]
        return ending, {**place, "code": code, "county": record.county_name, **doubt[1]}
    if record.status == "matched" and code and _names_another(prefectures[code], member.prefecture):
        # The right name under the code of its namesake elsewhere: 市中区 of 枣庄 for 市中区 of 济南.
        return "elsewhere", {**place, "prefecture": prefectures[code], "listed": member.prefecture}
    return None


def _names_another(found: Any, expected: str) -> bool:
    """Return whether a source names another prefecture; a missing name is no contradiction."""
    return not (pd.isna(found) or found in ("", expected))
