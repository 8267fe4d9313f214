"""A table of indicators to try the commands with, made of what the project computes itself."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from pilotzones.geo.documents.reader import TABLE, read_pasted
from pilotzones.geo.export import get_version
from pilotzones.geo.files.csv_writer import format_csv
from pilotzones.geo.indicators.dictionary import IndicatorEntry
from pilotzones.geo.indicators.joined import JoinedIndicators, join_places
from pilotzones.geo.indicators.tables.observations import OBSERVATION_COLUMNS
from pilotzones.geo.indicators.tables.reader import read_indicators
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.panel.builder import build_panel
from pilotzones.geo.panel.rules import LAST_YEAR, PanelRules
from pilotzones.geo.query.applicability import ApplicabilityIndex

__all__ = ["EXAMPLE_ENTRIES", "join_example", "make_example"]

# The dictionary of the example, by indicator.
EXAMPLE_ENTRIES: Final = MappingProxyType(
    {
        name: IndicatorEntry(name, name_zh=chinese, name_en=english)
        for name, chinese, english in (
            ("programmes", "在施政策数", "Programmes in force"),
            ("area", "面积", "Area"),
            ("tasks", "所属试验区的任务数", "Tasks of the zone"),
            ("zone_members", "所属试验区的组成单位数", "Members of the zone"),
        )
    }
)
# Years before the programme began, and after.
_BEFORE, _AFTER = 2, 5


def make_example(joined: JoinedProgramme, applies: ApplicabilityIndex) -> pd.DataFrame:
    """Make a tidy table in the words of SDMX: programmes in force in every county by year; area, tasks and members of the zone.

    Parameters
    ----------
    joined : JoinedProgramme
        Whose listed counties have an area, and tasks and members of their zone.
    applies : ApplicabilityIndex
        Of the programmes to count.

    Returns
    -------
    DataFrame
        No figure in it is from outside: areas are computed from the boundaries, counts from the documents' lists. Programmes
        count by the rules of the research panel: units of each year, listed as a whole.
    """
    rows = [*_count_programmes(joined, applies), *_describe_members(joined)]
    return pd.DataFrame(rows, columns=list(OBSERVATION_COLUMNS[:-1]))


def join_example(joined: JoinedProgramme, applies: ApplicabilityIndex) -> JoinedIndicators:
    """Make the table and read it as any other is read.

    Parameters
    ----------
    joined : JoinedProgramme
    applies : ApplicabilityIndex
        Of the programmes to count.

    Returns
    -------
    JoinedIndicators
    """
    content = format_csv(make_example(joined, applies)).encode()
    return join_places(read_indicators(read_pasted(content, name="example.csv", limits=TABLE)), applies)


def _count_programmes(joined: JoinedProgramme, applies: ApplicabilityIndex) -> Iterator[tuple[Any, ...]]:
    """Count the programmes in force at the end of each year in each county as it stood."""
    programme = joined.programme
    began = programme.effective_from[:4] or programme.document_date[:4]
    middle = int(began) if began.isdecimal() else LAST_YEAR - _AFTER
    panel = build_panel(applies, PanelRules(years=(middle - _BEFORE, min(middle + _AFTER, LAST_YEAR))))
    columns = [f"post_{one.suffix}" for one in panel.treatments]
    counts = panel.frame[columns].fillna(0).sum(axis=1).astype(int)
    source = "pilotzones：按各政策名单统计 / counted in the lists of its programmes"
    cells = zip(panel.frame["code"], panel.frame["year"], counts, panel.frame["name"], strict=True)
    for code, year, count, name in cells:
        yield code, str(year), "programmes", count, "count", 0, "A", source, get_version(), name


def _describe_members(joined: JoinedProgramme) -> Iterator[tuple[Any, ...]]:
    programme, info = joined.programme, joined.boundaries.info
    year = programme.effective_from[:4] or programme.document_date[:4]
    for record in joined.records:
        member = record.member
        if member.kind != "county" or record.area_km2 is None or record.adcode is None:
            continue
        zone = programme.get_zone(member.zone)
        computed = f"pilotzones：按{info.name('zh')}边界计算 / computed from {info.name('en')} boundaries"
        figures = (
            ("area", round(record.area_km2, 1), "km2", computed, info.as_of),
            ("tasks", len(zone.tasks), "count", programme.document_title, programme.document_date),
            ("zone_members", len(zone.members), "count", programme.document_title, programme.document_date),
        )
        for name, value, unit, source, vintage in figures:
            yield record.adcode, year, name, value, unit, 0, "A", source, vintage, member.listed_name
