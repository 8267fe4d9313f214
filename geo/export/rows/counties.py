"""Rows of the layers made of whole sources: every county, and what two sources draw differently."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.area_units import round_for_file
from pilotzones.geo.geometry.area import compute_area_km2
from pilotzones.geo.join import JoinedProgramme, join

__all__ = ["build_context_rows", "build_difference_rows"]


# Differences are on the grid that text formats write [degree]: rounded afterwards, slivers would turn invalid.
_GRID = 1e-7


def build_context_rows(joined: JoinedProgramme, orders: Iterable[int]) -> list[dict[str, Any]]:
    """Build a row for every county of the source, with the zone it belongs to among those given.

    Parameters
    ----------
    joined : JoinedProgramme
    orders : iterable of int
        Numbers of zones.

    Returns
    -------
    list of dict
        In the order of the source; a county that is no member has no zone.
    """
    wanted, programme = set(orders), joined.programme
    relations = _find_relations(joined, wanted)
    rows = []
    for number, county in enumerate(joined.boundaries.counties.itertuples(index=False), start=1):
        code = None if pd.isna(county.adcode) else county.adcode
        zone, relation = relations.get(code or (county.name, county.prefecture), (None, None))
        rows.append(
            {
                "id": code or f"row-{number}",
                "adcode": code,
                "name": county.name,
                "prefecture": county.prefecture,
                "prefecture_adcode": county.prefecture_adcode,
                "province": county.province,
                "province_adcode": county.province_adcode,
                "zone": zone,
                "zone_name": None if zone is None else programme.get_zone(zone).name_zh,
                "relation": relation,
                "boundary_source": joined.boundaries.info.id,
                "geometry": county.geometry,
            }
        )
    return rows


_Key = str | tuple[str, str]


def _find_relations(joined: JoinedProgramme, wanted: set[int]) -> dict[_Key, tuple[int, str]]:
    """Find zone and relation of each county that has one, by code or, without a code, by name and prefecture."""
    found: dict[_Key, tuple[int, str]] = {}
    # The weaker relation first: a host that is itself a member is a member.
    records = joined.list_records(wanted)
    for record in records:
        found |= {host.adcode: (record.member.zone, "host") for host in record.hosts}
    counties = joined.boundaries.counties
    keys = list(zip(counties["adcode"], counties["name"], counties["prefecture"], strict=True))
    for relation in ("part", "member"):
        for record in records:
            if record.county_name is None or (record.status == "whole") != (relation == "part"):
                continue
            for row in record.rows:
                code, name, prefecture = keys[row]
                found[(name, prefecture) if pd.isna(code) else code] = (record.member.zone, relation)
    return found


def build_difference_rows(
    joined: JoinedProgramme, others: Sequence[Boundaries], orders: Sequence[int]
) -> list[dict[str, Any]]:
    """List what belongs to a zone in one source and not in another, as polygons.

    Parameters
    ----------
    joined : JoinedProgramme
    others : sequence of Boundaries
        Sources to compare with.
    orders : sequence of int
        Numbers of zones.

    Returns
    -------
    list of dict
        At most two for each zone and source; none where both draw the same. Areas [km²] by the method of `joined`.
    """
    own = joined.zones.set_index("zone").geometry
    info, rows = joined.boundaries.info, []
    for boundaries in others:
        theirs = join(joined.programme, boundaries, method=joined.method).zones.set_index("zone").geometry
        for order in orders:
            pair = {info.id: own[order], boundaries.info.id: theirs[order]}
            if None in pair.values():
                continue
            sources = list(pair)
            for here, there in (sources, sources[::-1]):
                shape = shapely.difference(pair[here], pair[there], grid_size=_GRID)
                if shape.is_empty:
                    continue
                rows.append(
                    {
                        "id": f"{order}-{here}-not-{there}",
                        "zone": order,
                        "zone_name": joined.programme.get_zone(order).name_zh,
                        "boundary_source": info.id,
                        "compared_source": boundaries.info.id,
                        "only_in": here,
                        "part_area_km2": round_for_file(
                            float(compute_area_km2(np.array([shape], dtype=object), method=joined.method)[0])
                        ),
                        "area_method": joined.method,
                        "geometry": shape,
                    }
                )
    return rows
