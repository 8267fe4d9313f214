"""Programmes, zones, members and audits of the catalogue, or of a folder, as frames."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.catalogue.loader import list_programmes, load_programme
from pilotzones.geo.catalogue.membership import find_left_on, find_listed_on, find_source
from pilotzones.geo.errors import PilotzonesError
from pilotzones.notebook.frames import MapFrame, get_joined, get_programme

__all__ = ["audit", "members", "programmes", "zones"]


def programmes() -> pd.DataFrame:
    """List the programmes of the catalogue.

    Returns
    -------
    DataFrame
        By id: title_zh, title_en, zones, members, announced, effective_from, effective_to, source.
    """
    rows = [
        {
            "id": one.id,
            "title_zh": one.title_zh,
            "title_en": one.title_en,
            "zones": len(one.zones),
            "members": len(one.members),
            "announced": one.announced or one.document_date,
            "effective_from": one.effective_from,
            "effective_to": one.effective_to,
            "source": one.document_source,
        }
        for one in map(load_programme, list_programmes())
    ]
    return pd.DataFrame(rows).set_index("id")


def zones(programme: str | Path | None = None, *, source: str = DEFAULT_SOURCE) -> MapFrame:
    """List the zones of a programme with their polygons.

    Parameters
    ----------
    programme : str or Path, optional
        Id in the catalogue or a folder; the national zones by default.
    source : str, optional
        Boundary source: tianditu or amap.

    Returns
    -------
    MapFrame
        By zone: name_zh, name_en, region, province, tasks (numbers), stated_area_km2, computed_area_km2,
        members_counted, members_total, geometry (WGS 84).

    Raises
    ------
    PilotzonesError
        When the programme or the source is not there; the text says what there is.
    """
    columns = ["name_zh", "name_en", "region", "province", "tasks", "stated_area_km2", "computed_area_km2"]
    frame = get_joined(programme, source).zones.set_index("zone")
    return MapFrame(frame[[*columns, "members_counted", "members_total", "geometry"]])


def members(programme: str | Path | None = None, *, source: str = DEFAULT_SOURCE) -> MapFrame:
    """List the members of a programme with their polygons, tasks and dates.

    Parameters
    ----------
    programme, source
        As of `zones`.

    Returns
    -------
    MapFrame
        By member_id: zone, zone_name, listed_name, kind, status, adcode, county_name, province, prefecture, tasks
        (numbers of the zone's), batch, listed_on, left_on, clause, source, computed_area_km2, geometry (WGS 84; None without
        a polygon or point).

    Raises
    ------
    PilotzonesError
        When the programme or the source is not there; the text says what there is.
    """
    joined = get_joined(programme, source)
    loaded = joined.programme
    frame = joined.members.set_index("member_id")
    listed = {member.id: member for member in loaded.members}
    own = [listed[str(identity)] for identity in frame.index]
    frame["zone_name"] = [loaded.get_zone(member.zone).name_zh for member in own]
    frame["tasks"] = [loaded.get_zone(member.zone).tasks for member in own]
    frame["batch"] = [member.membership.batch if member.membership is not None else "" for member in own]
    frame["listed_on"] = [find_listed_on(loaded, member) for member in own]
    frame["left_on"] = [find_left_on(member) for member in own]
    frame["clause"] = frame["where_in_document"]
    frame["source"] = [find_source(loaded, member) for member in own]
    columns = ["zone", "zone_name", "listed_name", "kind", "status", "adcode", "county_name", "province", "prefecture"]
    columns += ["tasks", "batch", "listed_on", "left_on", "clause", "source", "computed_area_km2", "geometry"]
    return MapFrame(frame[columns])


def audit(programme: str | Path | None = None, *, table: str = "zones", source: str = DEFAULT_SOURCE) -> pd.DataFrame:
    """Audit the stated areas of a programme.

    Parameters
    ----------
    programme, source
        As of `zones`.
    table : str, optional
        zones, members, reasons, readings, findings or changes (entries and exits by year).

    Returns
    -------
    DataFrame
        A row a record; the columns of ``pilotzones audit --csv --table TABLE``.

    Raises
    ------
    PilotzonesError
        When the programme, the table or the source is not there; the text says what there is.
    """
    from pilotzones.geo.audit import audit as run_audit
    from pilotzones.geo.audit.serialization import TABLES, build_audit_tables

    if table not in TABLES:
        raise PilotzonesError(f"no table {table!r:.80}: there are {', '.join(TABLES)}")
    get_programme(programme)
    joined = get_joined(programme, source)
    return build_audit_tables(run_audit(joined), joined)[table]
