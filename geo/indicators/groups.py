"""Means of an indicator for groups of places: a zone, its region, the rest of its province; members and others."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd

from pilotzones.geo.errors import IndicatorError, make_problem
from pilotzones.geo.panel.rules import PanelRules
from pilotzones.geo.panel.treatment import find_treatments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotzones.geo.catalogue.models import Programme
    from pilotzones.geo.indicators.joined import JoinedIndicators
    from pilotzones.geo.panel.treatment import Treatment, UnitTreatment
    from pilotzones.geo.query.applicability import ApplicabilityIndex

__all__ = ["Group", "compare_groups", "list_zone_counties", "summarise_programme", "tabulate_zones"]

Group = Literal["zone", "region", "province_rest", "member", "part", "other"]
SUMMARY_COLUMNS: Final = ("group", "name", "time_period", "mean", "count", "breaks")
_WHOLE: Final = ("member", "municipality")


@lru_cache(maxsize=32)
def list_zone_counties(applies: ApplicabilityIndex, programme: Programme) -> dict[int, frozenset[str]]:
    """List the counties of today that belong to each zone as a whole, listed themselves or with their prefecture.

    Parameters
    ----------
    applies : ApplicabilityIndex
        With the programme.
    programme : Programme

    Returns
    -------
    dict of int to frozenset of str
        Codes by number of the zone.
    """
    zone_of = {member.id: member.zone for member in programme.members}
    found: dict[int, set[str]] = {zone.order: set() for zone in programme.zones}
    for county, member, kind in applies.list_matches(programme.id):
        if kind in _WHOLE:
            found[zone_of[member]].add(county.adcode)
    return {order: frozenset(codes) for order, codes in found.items()}


def summarise_programme(
    joined: JoinedIndicators, applies: ApplicabilityIndex, programme: Programme, indicator: str
) -> pd.DataFrame:
    """Compute means of an indicator by year for each zone, its region, and the rest of its province.

    Parameters
    ----------
    joined : JoinedIndicators
    applies : ApplicabilityIndex
    programme : Programme
    indicator : str

    Returns
    -------
    DataFrame
        ``group`` (zone, region, province_rest), ``name`` (number of the zone, id of the region), ``time_period``, ``mean``,
        ``count`` (units with a figure), ``breaks`` (units that changed in the year). A unit belongs to a group with all
        of its ground; one that is listed in part is in no group. Means are unweighted: a description, not the value of the area.
    """
    frame = joined.select_located(indicator)
    counties = list_zone_counties(applies, programme)
    touched = _list_touched(applies, programme)
    grounds = [frozenset(today.split(" ")) for today in frame["today"]]
    is_free = np.array([ground.isdisjoint(touched) for ground in grounds], dtype=bool)
    rows: list[tuple[Any, ...]] = []
    for zone in programme.zones:
        rows += _mean_by_year(frame[_find_inside(grounds, counties[zone.order])], "zone", str(zone.order))
        if zone.province:
            rest = frame[is_free & (frame["province"] == zone.province).to_numpy()]
            rows += _mean_by_year(rest, "province_rest", str(zone.order))
    for region in programme.regions:
        codes = frozenset().union(*(counties[zone.order] for zone in programme.zones if zone.region == region.id))
        rows += _mean_by_year(frame[_find_inside(grounds, codes)], "region", region.id)
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))


def tabulate_zones(
    joined: JoinedIndicators,
    applies: ApplicabilityIndex,
    programme: Programme,
    indicators: Sequence[str],
    year: str,
) -> pd.DataFrame:
    """Tabulate the mean of each indicator over the units of each zone.

    Parameters
    ----------
    joined : JoinedIndicators
    applies : ApplicabilityIndex
    programme : Programme
    indicators : sequence of str
    year : str

    Returns
    -------
    DataFrame
        A row a zone that has any figure, a column an indicator; missing where no unit has a figure.
    """
    columns = {}
    for indicator in indicators:
        summary = summarise_programme(joined, applies, programme, indicator)
        own = summary[(summary["group"] == "zone") & (summary["time_period"] == year)]
        columns[indicator] = pd.Series(own["mean"].to_list(), index=own["name"].astype(int).to_list())
    return pd.DataFrame(columns).sort_index()


def compare_groups(
    joined: JoinedIndicators, applies: ApplicabilityIndex, programme: Programme, indicator: str
) -> pd.DataFrame:
    """Compare means of an indicator of members and of all other units, by year and by years since each joined.

    Parameters
    ----------
    joined : JoinedIndicators
    applies : ApplicabilityIndex
    programme : Programme
    indicator : str

    Returns
    -------
    DataFrame
        ``group``, ``time_period``, ``event_time``, ``mean``, ``count``, ``breaks``. Rows with a year are of members (from first to
        last year of the table), of units that are listed in part, and of others. Rows with an ``event_time`` count years since
        each member joined, by its own date; beside them stand the others in the same calendar years, each year
        weighted by its members. Figures of members after their exit are in neither. It describes and estimates no effect.
    """
    frame = joined.select_located(indicator)
    treatment = _find_treatment(applies, programme)
    rules = PanelRules(level="prefecture" if joined.find_level(indicator) == "prefecture" else "county")
    known: dict[str, UnitTreatment] = {
        today: treatment.treat_unit(tuple(today.split(" ")), rules) for today in frame["today"].unique()
    }
    treated = [known[today] for today in frame["today"]]
    groups = np.array(
        ["member" if one.ever else "part" if one.hit is not None else "other" for one in treated], dtype=object
    )
    starts = np.array([one.hit.first_year or 0 if one.ever and one.hit else 0 for one in treated], dtype=int)
    ends = np.array([one.hit.left_year or 9999 if one.hit else 9999 for one in treated], dtype=int)
    years = frame["time_period"].str[:4].astype(int).to_numpy()
    frame = frame.assign(group=groups, start=starts, year=years)[(years < ends) | (groups != "member")]
    rows: list[tuple[Any, ...]] = []
    for group in ("member", "part", "other"):
        rows += [(*row[:1], row[2], None, *row[3:]) for row in _mean_by_year(frame[frame["group"] == group], group, "")]
    rows += _mean_by_event_time(frame)
    table = pd.DataFrame(rows, columns=["group", "time_period", "event_time", "mean", "count", "breaks"])
    return table.astype({"event_time": "Int64"})


def _mean_by_event_time(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    members = frame[(frame["group"] == "member") & (frame["start"] > 0)].dropna(subset=["obs_value"])
    members = members.assign(event=members["year"] - members["start"])
    others = frame[frame["group"] == "other"].dropna(subset=["obs_value"])
    by_year: Mapping[Any, float] = others.groupby("year")["obs_value"].mean().to_dict()
    counts: Mapping[Any, int] = others.groupby("year")["obs_value"].count().to_dict()
    rows: list[tuple[Any, ...]] = []
    for event, own in members.groupby("event", sort=True):
        rows.append(("member", "", event, float(own["obs_value"].mean()), len(own), int((own["break"] != "").sum())))
        weights = own["year"].value_counts()
        there = [year for year in weights.index if year in by_year]
        if there:
            mean = sum(by_year[year] * weights[year] for year in there) / sum(weights[year] for year in there)
            rows.append(("other", "", event, float(mean), int(sum(counts[year] for year in there)), 0))
    return sorted(rows, key=lambda row: (row[0] != "member", row[2]))


@lru_cache(maxsize=32)
def _find_treatment(applies: ApplicabilityIndex, programme: Programme) -> Treatment:
    for one in find_treatments(applies, PanelRules()):
        if one.programme.id == programme.id:
            return one
    raise IndicatorError(make_problem("", "programme_not_loaded", facts={"programme": programme.id}))


def _list_touched(applies: ApplicabilityIndex, programme: Programme) -> frozenset[str]:
    """List the codes of the counties that the programme touches in any way."""
    return frozenset(county.adcode for county, _, _ in applies.list_matches(programme.id))


def _find_inside(grounds: Sequence[frozenset[str]], codes: frozenset[str]) -> Any:
    return np.array([ground <= codes for ground in grounds], dtype=bool)


def _mean_by_year(frame: pd.DataFrame, group: Group, name: str) -> list[tuple[Any, ...]]:
    known = frame.dropna(subset=["obs_value"])
    return [
        (group, name, str(year), float(own["obs_value"].mean()), len(own), int((own["break"] != "").sum()))
        for year, own in known.groupby("time_period", sort=True)
    ]
