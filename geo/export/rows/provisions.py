"""Rows of the layers that not every programme has: what became of listed towns, and measures; which layers there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pilotzones.geo.catalogue.models import Member, Programme
from pilotzones.geo.export.models import LAYERS, LayerName
from pilotzones.geo.export.rows.programme import make_member_id
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.projects.catalogue import has_projects
from pilotzones.geo.statements.loader import has_statements, load_statements

__all__ = ["build_measure_rows", "build_statement_rows", "build_town_rows", "list_layers"]

# Fields of a town that are exported under their own names.
_TOWN_TEXTS: Final = (
    "note_in_list",
    "county_then",
    "prefecture_then",
    "county_now",
    "prefecture_now",
    "present_name",
    "present_status",
    "town_code",
    "point_datum",
    "point_accuracy",
    "searched",
    "note",
    "point_zh",
    "searched_zh",
    "note_zh",
)


def list_layers(programme: Programme) -> tuple[LayerName, ...]:
    """List the layers a programme has, in the order of `LAYERS`.

    Parameters
    ----------
    programme : Programme

    Returns
    -------
    tuple of str
        Without special areas, tasks, towns, measures, statements and projects where the catalogue has none.
    """
    there = {
        "special_areas": any(member.special is not None for member in programme.members),
        "tasks": any(zone.tasks for zone in programme.zones),
        "towns": any(member.town is not None for member in programme.members),
        "measures": bool(programme.measures),
        "statements": has_statements(programme.id),
        "projects": has_projects(programme),
    }
    return tuple(name for name in LAYERS if there.get(name, True))


def build_town_rows(joined: JoinedProgramme, orders: Sequence[int]) -> list[dict[str, Any]]:
    """Build one row a town; its geometry is the sourced coordinate, and null where it stands at its county."""
    return [
        _build_town_row(joined, record.member, record.geometry)
        for record in joined.list_records(orders)
        if record.member.town is not None
    ]


def _build_town_row(joined: JoinedProgramme, member: Member, shape: Any) -> dict[str, Any]:
    town, special, zone = member.town, member.special, joined.programme.get_zone(member.zone)
    has_point = special is not None and special.point is not None
    return {name: getattr(town, name) or None for name in _TOWN_TEXTS} | {
        "id": make_member_id(member.zone, member.position),
        "zone": zone.order,
        "name_en": zone.name_en,
        "region": zone.region,
        "province": member.province or None,
        "listed_name": member.listed_name,
        "aliases": [] if town is None else list(town.aliases),
        "host_adcodes": [] if special is None else list(special.host_adcodes),
        "placed": "point" if has_point else "county",
        "point_meaning": (special.point_meaning or None) if special is not None else None,
        "point_source": (special.point_source or None) if special is not None else None,
        "town_source": None if town is None else town.source,
        "where_in_document": member.where_in_document,
        "geometry": shape if has_point else None,
    }


def build_measure_rows(joined: JoinedProgramme, _: Sequence[int]) -> list[dict[str, Any]]:
    """Build one row a measure or safeguard; they belong to the programme, whichever zones are chosen."""
    programme = joined.programme
    groups = {group.id: group for group in programme.groups}
    return [
        {
            "id": str(measure.id),
            "measure_number": measure.number,
            "measure_role": groups[measure.group].role,
            "measure_group": groups[measure.group].name_zh,
            "measure_group_en": groups[measure.group].name_en,
            "measure_name": measure.name_zh,
            "measure_name_en": measure.name_en,
            "summary": measure.summary_zh,
            "summary_en": measure.summary_en,
            "scope": measure.scope,
            "scope_text": measure.scope_text_zh or None,
            "scope_text_en": measure.scope_text_en or None,
            "scope_adcodes": list(measure.scope_adcodes),
            "scope_source": measure.scope_source or None,
            "where_in_document": measure.where_in_document,
        }
        for measure in programme.measures
    ]


def build_statement_rows(joined: JoinedProgramme, orders: Sequence[int]) -> list[dict[str, Any]]:
    """Build one row a statement that holds for any of the zones chosen."""
    return [
        {
            "id": one.id.partition(":")[2],
            "statement_kind": one.kind,
            "statement": one.text_zh,
            "statement_en": one.text_en,
            "actor": one.actor_zh or None,
            "actor_en": one.actor_en or None,
            "object": one.object_zh or None,
            "object_en": one.object_en or None,
            "condition": one.condition_zh or None,
            "condition_en": one.condition_en or None,
            "statement_level": one.level,
            "statement_themes": list(one.themes),
            "theme_reason": one.reason_zh or None,
            "theme_reason_en": one.reason_en or None,
            "zone_numbers": list(one.zones),
            "where_in_document": one.where_in_document,
        }
        for one in load_statements().select(document=joined.programme.id)
        if set(orders).intersection(one.zones)
    ]
