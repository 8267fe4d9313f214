"""One listed member on one boundary source: what tables, cards, exports, reports and pages say of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from pilotzones.geo.bilingual import Bilingual

if TYPE_CHECKING:
    import shapely

    from pilotzones.geo.catalogue.models import Member
    from pilotzones.geo.places.history import Ground

__all__ = ["GeometryQuality", "HostCounty", "MemberRecord", "Status"]

Status = Literal[
    "matched", "matched_by_name", "matched_by_history", "whole", "coextensive", "no_polygon", "missing", "unresolved"
]


class GeometryQuality(StrEnum):
    """What stands for a member on the map: limits_changed are the counties of today, with other limits at its date."""

    EXACT = "exact"
    LIMITS_CHANGED = "limits_changed"
    COEXTENSIVE = "coextensive"
    HOST_ONLY = "host_only"
    POINT = "point"
    NONE = "none"

    @property
    def is_counted(self) -> bool:
        """Whether the polygon is the member itself, so that its area counts."""
        return self in (GeometryQuality.EXACT, GeometryQuality.LIMITS_CHANGED, GeometryQuality.COEXTENSIVE)


@dataclass(frozen=True, slots=True)
class HostCounty:
    """A county that holds a special area without a polygon; name, prefecture and geometry are None outside the source."""

    adcode: str
    name: str | None
    prefecture: str | None
    is_listed: bool
    geometry: shapely.Geometry | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class MemberRecord(Bilingual):
    """A member, the counties that its polygon is made of and, once it is joined, its geometry.

    Parameters
    ----------
    member : Member
    status : {"matched", "matched_by_name", "matched_by_history", "whole", "coextensive", "no_polygon", "missing",
        "unresolved"}
    quality : GeometryQuality
    rows : tuple of int
        Rows of the counties in the source; several for a prefecture, a province or a region, none without a polygon.
    adcode, county_name : str or None
        Code and name in the source, of the member for a prefecture or province.
    geometry : shapely.Geometry or None
        A polygon where the member is counted, a point for ``point``, else None; None before the join.
    area_km2 : float or None
        Computed area [km²]; None where nothing is counted, and before the join.
    hosts : tuple of HostCounty
        Empty before the join.
    ground : Ground or None
        Of a member of another year: what its counties were then, where today's do not show it.
    """

    member: Member
    status: Status
    quality: GeometryQuality
    rows: tuple[int, ...] = ()
    adcode: str | None = None
    county_name: str | None = None
    geometry: shapely.Geometry | None = field(default=None, repr=False)
    area_km2: float | None = None
    hosts: tuple[HostCounty, ...] = ()
    ground: Ground | None = None

    @property
    def is_counted(self) -> bool:
        """Whether it has a polygon of its own, so that its area counts."""
        return self.quality.is_counted

    @property
    def quality_code(self) -> str:
        """Code of the words for its quality: a polygon of its own is a county, a prefecture or a province, or what it was."""
        if self.quality is GeometryQuality.EXACT and self.ground is not None:
            return f"{self.quality}_former"
        larger = self.quality is GeometryQuality.EXACT and self.member.kind in {"prefecture", "province"}
        return f"{self.quality}_{self.member.kind}" if larger else self.quality.value

    @property
    def name_zh(self) -> str:
        """Name as the document lists it."""
        return self.member.listed_name

    @property
    def name_en(self) -> str:
        """Name in Latin letters; the document's own where there is none."""
        # Imported here: the commands that print no English name start without it.
        from pilotzones.geo.places.romanization import get_english_name

        return get_english_name(self.member.listed_name) or self.member.listed_name

    @property
    def host_names(self) -> list[str]:
        """Names of its hosts that are in the source."""
        return [host.name for host in self.hosts if host.name]

    def to_row(self) -> dict[str, Any]:
        """Return the columns that frames, files and the terminal have of a member, by name; areas [km²] may be NaN."""
        member = self.member
        return {
            "member_id": member.id,
            "zone": member.zone,
            "position": member.position,
            "listed_name": member.listed_name,
            "kind": member.kind,
            "status": self.status,
            "geometry_quality": self.quality.value,
            "adcode_2019": member.adcode,
            "adcode": self.adcode,
            "county_name": self.county_name,
            "province": member.province,
            "prefecture": member.prefecture,
            "host_adcodes": member.special.host_adcodes if member.special else (),
            "where_in_document": member.where_in_document,
            "official_name": member.name,
            "geometry": self.geometry,
            "computed_area_km2": math.nan if self.area_km2 is None else self.area_km2,
        }
