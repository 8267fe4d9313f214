"""The command ``pilotzones zones``: the zones with their tasks and members."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from pilotzones.cli.inputs import load_matches
from pilotzones.cli.options import FINE, add_filter_options, add_json_option, add_source_options
from pilotzones.cli.output import add_cells, format_figure, make_table, print_json, print_table
from pilotzones.geo.messages import format_count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotzones.geo.catalogue.models import Programme, Zone
    from pilotzones.geo.catalogue.provisions import Town
    from pilotzones.geo.member_record import MemberRecord

__all__ = ["add_options", "run"]

_MEMBER_COLUMNS: Final = (
    *("listed_name", "kind", "status", "adcode", "province", "prefecture", "host_adcodes", "geometry_quality"),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    add_filter_options(parser)
    add_source_options(parser)
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """List the zones that pass the filter.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    int
        0.

    Raises
    ------
    PilotzonesError
        When the inputs cannot be loaded.
    """
    programme, matches, selection = load_matches(arguments)
    chosen = selection.apply(programme)
    by_zone: dict[int, list[MemberRecord]] = {zone.order: [] for zone in programme.zones}
    for match in matches:
        by_zone[match.member.zone].append(match)
    if arguments.json:
        print_json([_make_zone_record(programme, zone, by_zone[zone.order]) for zone in chosen])
    elif programme.kind.lists_towns:
        _print_towns(programme, chosen)
    else:
        _print_zones(programme, chosen, by_zone)
        if programme.measures:
            _print_measures(programme)
    return FINE


def _print_zones(programme: Programme, chosen: Sequence[Zone], by_zone: Mapping[int, Sequence[MemberRecord]]) -> None:
    table = make_table(
        "序号 no.", "试验区 zone", "地区 region", "省 province", "面积 km² stated", "任务 tasks", "组成单位 members"
    )
    for zone in chosen:
        members = by_zone[zone.order]
        counted = sum(match.is_counted for match in members)
        tasks = " ".join(map(str, zone.tasks))
        area = format_figure(zone.stated_area_km2, 0)
        cells = (zone.order, zone.name_zh, zone.region, zone.province, area, tasks, f"{counted} of {len(members)}")
        add_cells(table, cells)
    total = len(programme.zones)
    print_table(table, f"{len(chosen)} of {format_count(total, 'zone')}; members counted with a polygon of their own")


def _print_towns(programme: Programme, chosen: Sequence[Zone]) -> None:
    table = make_table("序号 no.", "地区 list", "名单 listed", "今名 now", "县 then", "今属 now in", "坐标 point")
    for zone in chosen:
        for member in zone.members:
            town, special = member.town, member.special
            names = ("", "", "") if town is None else (town.present_name, *_name_counties(town))
            point = special.point if special is not None else None
            place = "– stands at its county" if point is None else f"{point[0]}, {point[1]}"
            add_cells(table, (zone.order, zone.region, zone.scope_text, *names, place))
    pointed = sum(member.has_point for zone in chosen for member in zone.members)
    print_table(
        table, f"{len(chosen)} of {format_count(len(programme.zones), 'town')}; {pointed} with a sourced coordinate"
    )


def _name_counties(town: Town) -> tuple[str, str]:
    """Return the counties of a town then and now, with their prefectures where it moved."""
    if not town.moved:
        return town.county_then, town.county_now
    return f"{town.prefecture_then} {town.county_then}", f"{town.prefecture_now} {town.county_now}"


def _print_measures(programme: Programme) -> None:
    table = make_table("序号 no.", "组 group", "措施 measure", "范围 scope", "出处 clause")
    for measure in programme.measures:
        scope = measure.scope_text_zh or "全部 all"
        group = programme.get_group(measure.group).name_zh
        add_cells(table, (measure.number, group, measure.name_zh, scope, measure.where_in_document))
    print_table(table, format_count(len(programme.measures), "measure or safeguard", "measures and safeguards"))


def _make_zone_record(programme: Programme, zone: Zone, matches: Sequence[MemberRecord]) -> dict[str, Any]:
    return {
        "programme": programme.id,
        "order": zone.order,
        "name": zone.name_zh,
        "name_en": zone.name_en,
        "region": zone.region,
        "province": zone.province,
        "stated_area_km2": zone.stated_area_km2,
        "stated_area_text": zone.stated_area_text,
        "tasks": list(zone.tasks),
        "members": [_make_member_record(match) for match in matches],
        "towns": [asdict(member.town) for member in zone.members if member.town is not None],
    }


def _make_member_record(match: MemberRecord) -> dict[str, Any]:
    row = match.to_row()
    return {name: row[name] for name in _MEMBER_COLUMNS}
