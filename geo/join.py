"""Members joined to boundaries: every member kept, each with a status and a geometry quality.

A prefecture or province that is listed as a whole is the union of its counties, less those the document takes out. A
special area without a published boundary never gets its host's polygon; it is a point where a sourced coordinate
exists and otherwise only the names of its hosts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pilotzones.geo.errors import Problem
from pilotzones.geo.geometry import crs
from pilotzones.geo.geometry.area import DEFAULT_METHOD, area_km2

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from pilotzones.geo.boundaries.models import Boundaries
    from pilotzones.geo.catalogue.models import Member, Programme, Zone

__all__ = ["COUNTED", "GeometryQuality", "JoinedProgramme", "Status", "check_join", "join", "join_members", "zone_at"]

Status = Literal["matched", "matched_by_name", "whole", "coextensive", "no_polygon", "missing", "unresolved"]
GeometryQuality = Literal["exact", "coextensive", "host_only", "point", "none"]
# Qualities whose polygon is the member itself, so that its area counts.
COUNTED: Final = ("exact", "coextensive")


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
        """How many members have a polygon of their own."""
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
    Joined
        As many members as the programme lists.
    """
    index = _Index(boundaries)
    members = _join_rows(programme, index, method)
    zones = _frame([_zone_row(zone, members) for zone in programme.zones])
    zones["union_area_km2"] = area_km2(zones.geometry.to_numpy(), method=method)
    zones = zones.set_geometry(_with_points(zones, members))
    hosts = _frame(_host_rows(programme, index), columns=_HOST_COLUMNS)
    return JoinedProgramme(programme, boundaries, method, members, zones, hosts)


def join_members(programme: Programme, boundaries: Boundaries, *, method: str = DEFAULT_METHOD) -> gpd.GeoDataFrame:
    """The members alone: what they are on a source, without the union of every zone, which takes far longer.

    Parameters
    ----------
    programme : Programme
    boundaries : Boundaries
    method : str, optional
        Area method.

    Returns
    -------
    GeoDataFrame
        As `Joined.members`.
    """
    return _join_rows(programme, _Index(boundaries), method)


def _join_rows(programme: Programme, index: _Index, method: str) -> gpd.GeoDataFrame:
    members = _frame([_member_row(member, index) for member in programme.members])
    counted = members["geometry_quality"].isin(COUNTED).to_numpy()
    areas = np.full(len(members), np.nan)
    areas[counted] = area_km2(members.geometry.to_numpy()[counted], method=method)
    members["computed_area_km2"] = areas
    return members


def zone_at(joined: JoinedProgramme, lon: float, lat: float, *, among: Iterable[int] | None = None) -> int | None:
    """The zone a coordinate belongs to: by a member's polygon first, then by the host of a special area.

    Parameters
    ----------
    joined : Joined
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


class _Index:
    """Counties of a source by code, and by name within their prefecture."""

    def __init__(self, boundaries: Boundaries) -> None:
        counties = boundaries.counties
        self.geometry: NDArray[Any] = counties.geometry.to_numpy()
        self.names: list[str] = counties["name"].tolist()
        self.prefectures: list[str] = counties["prefecture"].tolist()
        self.codes: list[str | None] = [None if pd.isna(code) else code for code in counties["adcode"]]
        self.prefecture_codes: list[str | None] = counties["prefecture_adcode"].tolist()
        self.province_codes: list[str | None] = counties["province_adcode"].tolist()
        self.by_code = {code: row for row, code in enumerate(self.codes) if code}
        self.by_name: dict[tuple[str, str], list[int]] = {}
        for row, (name, prefecture) in enumerate(zip(self.names, self.prefectures, strict=True)):
            self.by_name.setdefault((name, prefecture), []).append(row)

    def find(self, code: str | None, name: str, prefecture: str) -> tuple[int | None, Status]:
        """Row of a county, and how it was found."""
        if code in self.by_code:
            return self.by_code[code], "matched"
        rows = self.by_name.get((name, prefecture), [])
        # Two rows of one name in one prefecture would be a guess.
        return (rows[0], "matched_by_name") if len(rows) == 1 else (None, "missing")

    def parts(self, member: Member) -> list[int]:
        """Rows of the counties of a prefecture or province that a member lists as a whole."""
        above = self.province_codes if member.kind == "province" else self.prefecture_codes
        return [
            row for row, code in enumerate(above) if code == member.adcode and self.codes[row] not in member.excluded
        ]


_WHOLE: Final = ("prefecture", "province")


def _place(member: Member, index: _Index) -> tuple[int | None, Status, GeometryQuality]:
    if member.kind == "review":
        return None, "unresolved", "none"
    if member.special is None:
        row, status = index.find(member.adcode, member.name, member.prefecture)
        return row, status, "none" if row is None else "exact"
    if member.special.extent == "coextensive":
        row = index.by_code.get(member.special.host_adcodes[0])
        return (None, "missing", "none") if row is None else (row, "coextensive", "coextensive")
    if member.special.point:
        return None, "no_polygon", "point"
    return None, "no_polygon", "host_only" if member.special.host_adcodes else "none"


def _whole_row(member: Member, index: _Index) -> dict[str, Any]:
    """Row of a prefecture or province: the union of its counties."""
    rows = index.parts(member)
    status: Status = "whole" if rows else "missing"
    return {
        **_cells(member, status, "exact" if rows else "none"),
        "adcode": member.adcode if rows else None,
        "county_name": member.name if rows else None,
        "geometry": shapely.union_all(index.geometry[rows]) if rows else None,
    }


def _member_row(member: Member, index: _Index) -> dict[str, Any]:
    if member.kind in _WHOLE:
        return _whole_row(member, index)
    row, status, quality = _place(member, index)
    special = member.special
    geometry = None if row is None else index.geometry[row]
    if quality == "point" and special is not None and special.point is not None:
        geometry = shapely.Point(special.point)
    return {
        **_cells(member, status, quality),
        "adcode": None if row is None else index.codes[row],
        "county_name": None if row is None else index.names[row],
        "geometry": geometry,
    }


def _cells(member: Member, status: Status, quality: GeometryQuality) -> dict[str, Any]:
    """What a row says of a member besides its polygon, in the order of the columns."""
    return {
        "member_id": member.id,
        "zone": member.zone,
        "position": member.position,
        "listed_name": member.listed_name,
        "kind": member.kind,
        "status": status,
        "geometry_quality": quality,
        "adcode_2019": member.adcode,
        "adcode": None,
        "county_name": None,
        "province": member.province,
        "prefecture": member.prefecture,
        "host_adcodes": member.special.host_adcodes if member.special else (),
        "where_in_document": member.where_in_document,
        "official_name": member.name,
    }


def _zone_row(zone: Zone, members: gpd.GeoDataFrame) -> dict[str, Any]:
    own = members[members["zone"] == zone.order]
    counted = own[own["geometry_quality"].isin(COUNTED)]
    return {
        "zone": zone.order,
        "name_zh": zone.name_zh,
        "name_en": zone.name_en,
        "region": zone.region,
        "province": zone.province,
        "tasks": zone.tasks,
        "stated_area_text": zone.stated_area_text,
        "stated_area_km2": np.nan if zone.stated_area_km2 is None else zone.stated_area_km2,
        "computed_area_km2": float(counted["computed_area_km2"].sum()) if len(counted) else np.nan,
        "members_counted": len(counted),
        "members_total": len(own),
        "where_in_document": zone.where_in_document,
        "geometry": shapely.union_all(counted.geometry.to_numpy()) if len(counted) else None,
    }


def _with_points(zones: gpd.GeoDataFrame, members: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Geometry of the zones; one without a polygon of its own stands at the points of its members, where it has any."""
    points = members[members["geometry_quality"] == "point"]
    shapes = zones.geometry.to_numpy().copy()
    for place in np.flatnonzero(shapely.is_missing(shapes)):
        own = points.geometry[points["zone"] == zones["zone"].iloc[place]].to_numpy()
        if len(own):
            shapes[place] = own[0] if len(own) == 1 else shapely.multipoints(own)
    return gpd.GeoSeries(shapes, index=zones.index, crs=zones.crs)


def _host_rows(programme: Programme, index: _Index) -> list[dict[str, Any]]:
    rows = []
    for member in programme.members:
        if member.special is None or member.special.extent == "coextensive":
            continue
        listed = {other.adcode for other in programme.zone(member.zone).members}
        for code in member.special.host_adcodes:
            row = index.by_code.get(code)
            rows.append(
                {
                    "member_id": member.id,
                    "zone": member.zone,
                    "listed_name": member.listed_name,
                    "host_adcode": code,
                    "host_name": None if row is None else index.names[row],
                    "prefecture": None if row is None else index.prefectures[row],
                    "host_is_listed": code in listed,
                    "geometry": None if row is None else index.geometry[row],
                }
            )
    return rows


_HOST_COLUMNS: Final = (
    "member_id", "zone", "listed_name", "host_adcode", "host_name", "prefecture", "host_is_listed", "geometry",
)  # fmt: skip


def _frame(rows: list[dict[str, Any]], *, columns: tuple[str, ...] | None = None) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=crs.GEOGRAPHIC)
    # pandas turns None into NaN in a column of strings: unknown stays None here.
    for column in frame.columns[[dtype == "str" for dtype in frame.dtypes]]:
        if frame[column].isna().any():
            frame[column] = frame[column].astype(object).where(frame[column].notna(), None)
    return frame


def check_join(joined: JoinedProgramme) -> list[Problem]:
    """What a reader should know about a join: members not found, found elsewhere or under another name, hosts missing.

    Parameters
    ----------
    joined : Joined

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
        elif row.status == "unresolved":
            problems.append(Problem(message=f"{row.listed_name} (zone {row.zone}) is not settled: review.csv", **where))
        elif row.status == "matched" and row.county_name != row.official_name:
            problems.append(Problem(message=f"{row.listed_name} is called {row.county_name} in {source}", **where))
        elif row.status == "matched" and _elsewhere(prefectures[row.adcode], row.prefecture):
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


def _elsewhere(found: Any, expected: str) -> bool:
    """Whether a source names another prefecture; one that names none says nothing."""
    return not (pd.isna(found) or found in ("", expected))
