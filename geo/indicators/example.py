"""A table of indicators to try the commands with, made of what the project computes itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from pilotzones.geo.join import JoinedProgramme
    from pilotzones.geo.query.applicability import ApplicabilityIndex

__all__ = ["make_example"]


def make_example(joined: JoinedProgramme, applies: ApplicabilityIndex) -> pd.DataFrame:
    """Make a tidy table in the words of SDMX: area, tasks and members of the zone, and programmes of each listed county.

    Parameters
    ----------
    joined : JoinedProgramme
    applies : ApplicabilityIndex
        Of the programmes to count.

    Returns
    -------
    DataFrame
        No figure in it is from outside: areas are computed from the boundaries, counts from the document's list.
    """
    programme, info = joined.programme, joined.boundaries.info
    year = programme.effective_from[:4] or programme.document_date[:4]
    rows = []
    for record in joined.records:
        member, code = record.member, record.adcode
        if member.kind != "county" or record.area_km2 is None or code is None:
            continue
        zone = programme.zone(member.zone)
        touching = {hit.programme for row in applies.find_rows(code) for hit in applies.hits(row)}
        figures = (
            ("area", round(record.area_km2, 1), "km2", f"computed from {info.name('en')} boundaries"),
            ("tasks", len(zone.tasks), "count", programme.document_title),
            ("programmes", len(touching), "count", "the catalogue of programmes"),
            ("zone_members", len(zone.members), "count", programme.document_title),
        )
        rows += [
            (code, year, name, value, unit, 0, "A", source, member.listed_name) for name, value, unit, source in figures
        ]
    columns = (
        "ref_area",
        "time_period",
        "indicator",
        "obs_value",
        "unit_measure",
        "unit_mult",
        "obs_status",
        "source",
        "comment",
    )
    return pd.DataFrame(rows, columns=list(columns))
