"""Rows of the layers that say what the programme is: zones, members, special areas, tasks, findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from pilotzones.geo.audit import audit
from pilotzones.geo.audit.serialization import build_audit_tables
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.area_units import round_for_file
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.member_record import MemberRecord

__all__ = ["build_finding_rows", "build_member_rows", "build_special_rows", "build_task_rows", "build_zone_rows"]

ExportRow = dict[str, Any]
_MEMBER_COLUMNS: Final = (
    *("position", "listed_name", "kind", "status", "geometry_quality", "adcode", "adcode_2019", "county_name"),
    *("province", "prefecture"),
)


def build_zone_rows(joined: JoinedProgramme, orders: Sequence[int]) -> list[ExportRow]:
    """Build one row a zone, with the audit's figures."""
    records = []
    zones = joined.zones.set_index("zone")
    for result in audit(joined, zones=orders).zones:
        row = zones.loc[result.zone]
        records.append(
            {
                "id": str(result.zone),
                "order": result.zone,
                "name": row["name_zh"],
                "name_en": row["name_en"],
                "region": row["region"],
                "province": row["province"],
                "tasks": list(row["tasks"]),
                "stated_area_text": row["stated_area_text"] or None,
                "stated_area_km2": result.stated_area_km2,
                "computed_area_km2": round_for_file(result.computed_area_km2),
                "difference_km2": round_for_file(result.difference_km2),
                "difference_pct": round_for_file(result.difference_pct),
                "verdict": result.verdict,
                "members_counted": result.members_counted,
                "members_total": result.members_total,
                "members_without_polygon": list(result.uncounted),
                "area_method": joined.method,
                "boundary_source": joined.boundaries.info.id,
                "where_in_document": row["where_in_document"],
                "geometry": row["geometry"],
            }
        )
    return records


def make_member_id(zone: int, position: int) -> str:
    """Name a member in a form that no program takes for a number or a date, as spreadsheets do with 1-1."""
    return f"z{zone}m{position}"


def build_member_rows(joined: JoinedProgramme, orders: Sequence[int]) -> list[ExportRow]:
    """Build one row a listed member."""
    rows = []
    for record in joined.list_records(orders):
        zone, row = joined.programme.get_zone(record.member.zone), record.to_row()
        rows.append(
            {
                "id": make_member_id(zone.order, record.member.position),
                "zone": zone.order,
                "zone_name": zone.name_zh,
                "region": zone.region,
                "tasks": list(zone.tasks),
                **{name: row[name] for name in _MEMBER_COLUMNS},
                "host_adcodes": list(row["host_adcodes"]),
                "computed_area_km2": round_for_file(record.area_km2),
                "area_method": joined.method,
                "boundary_source": joined.boundaries.info.id,
                "where_in_document": row["where_in_document"],
                "geometry": record.geometry,
            }
        )
    return rows


def build_special_rows(joined: JoinedProgramme, orders: Sequence[int]) -> list[ExportRow]:
    """Build one row for the special area itself and one for each county it lies in."""
    return [row for record in joined.list_records(orders) for row in _list_special_rows(joined, record)]


def _list_special_rows(joined: JoinedProgramme, record: MemberRecord) -> Iterator[ExportRow]:
    member, special = record.member, record.member.special
    if special is None:
        return
    shared = {
        "zone": member.zone,
        "zone_name": joined.programme.get_zone(member.zone).name_zh,
        "listed_name": member.listed_name,
        "nature": special.nature or None,
        "extent": special.extent,
        "note": special.note or None,
        "boundary_source": joined.boundaries.info.id,
    }
    identity = make_member_id(member.zone, member.position)
    yield shared | {
        "id": identity,
        "part": record.quality.value if record.geometry is not None else "unplaced",
        "host_adcode": record.adcode,
        "host_name": record.county_name,
        "prefecture": member.prefecture or None,
        "point_meaning": special.point_meaning or None,
        "point_source": special.point_source or None,
        "geometry": record.geometry,
    }
    for host in record.hosts:
        yield shared | {
            "id": f"{identity}h{host.adcode}",
            "part": "host",
            "host_adcode": host.adcode,
            "host_name": host.name,
            "prefecture": host.prefecture,
            "host_is_listed": host.is_listed,
            "geometry": host.geometry,
        }


def build_task_rows(joined: JoinedProgramme, orders: Sequence[int]) -> list[ExportRow]:
    """Build one row for each pair of a zone and a task."""
    programme = joined.programme
    themes = {theme.id: theme.name_zh for theme in programme.themes}
    pairs = [(zone, programme.get_task(number)) for zone in map(programme.get_zone, orders) for number in zone.tasks]
    return [
        {
            "id": f"z{zone.order}t{task.number}",
            "zone": zone.order,
            "zone_name": zone.name_zh,
            "zone_name_en": zone.name_en,
            "region": zone.region,
            "province": zone.province,
            "task": task.number,
            "task_name": task.name_zh,
            "task_name_en": task.name_en,
            "task_short": task.short_zh,
            "task_short_en": task.short_en,
            "theme": themes.get(task.theme, task.theme or None),
            "where_in_document": task.where_in_document or None,
        }
        for zone, task in pairs
    ]


# The audit's column by ours, where a name of its own would mean two things in one dictionary.
_FINDING_COLUMNS: Final = {"kind": "finding", "difference_km2": "gap_km2", "source": "evidence_source"}


def build_finding_rows(joined: JoinedProgramme, others: Sequence[Boundaries], orders: Sequence[int]) -> list[ExportRow]:
    """Build one row for each result of the audit."""
    table = build_audit_tables(audit(joined, others=others, zones=orders), joined)["findings"]
    rows = []
    for number, row in enumerate(table.to_dict("records"), start=1):
        # An empty text is unknown; 0 is a figure.
        compared = {
            _FINDING_COLUMNS.get(str(name), str(name)): None if value == "" else value for name, value in row.items()
        }
        rows.append(
            compared
            | {
                "id": str(number),
                "zone_name": joined.programme.get_zone(row["zone"]).name_zh,
                "area_method": joined.method,
                "boundary_source": joined.boundaries.info.id,
            }
        )
    return rows
