"""Indicators joined to units of the name history and to the counties of today, and their series for groups of places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

from pilotzones.geo.errors import IndicatorError, Problem
from pilotzones.geo.query.place_query import PlaceAnswer, ask_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotzones.geo.catalogue.models import Programme
    from pilotzones.geo.indicators.reader import IndicatorTable
    from pilotzones.geo.query.applicability import ApplicabilityIndex

__all__ = ["GROUPS", "Group", "JoinedIndicators", "compare_groups", "join_places", "select_year", "summarise_programme"]

Group = Literal["zone", "region", "province_rest", "member", "other"]
GROUPS: Final[tuple[Group, ...]] = ("zone", "region", "province_rest", "member", "other")
JOINED_COLUMNS: Final = (
    "unit_code", "unit_name", "today", "adcode", "county", "prefecture", "province", "place_status", "break",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class JoinedIndicators:
    """Observations with their places.

    `frame` has the columns of the table and `JOINED_COLUMNS`: the unit as it stood, codes of the counties of today that cover it
    (``today``, blanks between), the one county when there is one, and what happened to the unit in the year (``break``).
    `open_places` are those that nobody has settled: their figures are kept and drawn nowhere.
    """

    frame: pd.DataFrame
    answers: list[PlaceAnswer]
    problems: list[Problem]

    @property
    def indicators(self) -> list[str]:
        """Indicators in the order of the table."""
        return list(dict.fromkeys(self.frame["indicator"]))

    @property
    def years(self) -> list[str]:
        """Periods in order."""
        return sorted(set(self.frame["time_period"]))


def join_places(
    table: IndicatorTable, applies: ApplicabilityIndex, *, progress: Callable[[int], None] | None = None
) -> JoinedIndicators:
    """Find the place of every observation as of its year.

    Parameters
    ----------
    table : IndicatorTable
    applies : ApplicabilityIndex
        Of the boundary source that maps are drawn with.
    progress : callable, optional
        Called now and then with the number of places done.

    Returns
    -------
    JoinedIndicators
        With a problem for every place that was not found or is in doubt.
    """
    answers = ask_all(applies, table.places, progress=progress)
    rows = [_describe(answer) for answer in answers]
    frame = table.observations.join(pd.DataFrame(rows, columns=list(JOINED_COLUMNS)), on="ref_area")
    first = table.observations.drop_duplicates("ref_area").set_index("ref_area")["row"]
    problems = list(table.problems)
    file = table.problems[0].file if table.problems else "table"
    for number, answer in enumerate(answers):
        if answer.status != "found" and number in first.index:
            told = "; ".join(answer.candidates) or "no such place"
            message = f"the place was not settled ({answer.status}): {told}; its figures are on no map"
            problems.append(Problem(file, message, int(first[number]), "ref_area", answer.text, "warning"))
    return JoinedIndicators(frame, answers, problems)


def _describe(answer: PlaceAnswer) -> tuple[str, ...]:
    if answer.status != "found":
        return ("", "", "", "", "", "", "", answer.status, "")
    match, counties = answer.match, [county for county, _ in answer.parts]
    unit = match.unit if match is not None else None
    one = counties[0] if len(counties) == 1 else None
    year = answer.period.text[:4] if answer.period is not None else ""
    changes = match.fate.changes if match is not None and match.fate is not None else ()
    happened = [change.kind for change in changes if change.date[:4] == year]
    provinces = {county.province for county in counties}
    return (
        unit.code if unit is not None else (one.adcode if one else ""),
        unit.name if unit is not None else (one.name if one else ""),
        " ".join(county.adcode for county in counties),
        one.adcode if one else "",
        one.name if one else "",
        one.prefecture if one else "",
        provinces.pop() if len(provinces) == 1 else "",
        answer.status,
        " ".join(dict.fromkeys(happened)),
    )


def select_year(joined: JoinedIndicators, indicator: str, year: str) -> pd.DataFrame:
    """Select what a map of one indicator and year draws: one county of today a row.

    Parameters
    ----------
    joined : JoinedIndicators
    indicator, year : str

    Returns
    -------
    DataFrame
        ``adcode``, ``obs_value``, ``unit_measure``, ``unit_mult``, ``obs_status``, ``source``, ``unit_name``, ``break``; gaps
        stay gaps. A unit that several counties of today cover, such as a prefecture, is no county's figure and left out.

    Raises
    ------
    IndicatorError
        When there is no such indicator or year.
    """
    frame = joined.frame
    if indicator not in joined.indicators:
        raise IndicatorError(f"no indicator {indicator}: the table has {', '.join(joined.indicators)}")
    if year not in joined.years:
        raise IndicatorError(f"no figures of {year}: the table has {', '.join(joined.years)}")
    chosen = frame[(frame["indicator"] == indicator) & (frame["time_period"] == year) & (frame["adcode"] != "")]
    columns = ["adcode", "obs_value", "unit_measure", "unit_mult", "obs_status", "source", "unit_name", "break"]
    return chosen.drop_duplicates("adcode")[columns].reset_index(drop=True)


def summarise_programme(joined: JoinedIndicators, programme: Programme, indicator: str) -> pd.DataFrame:
    """Means of an indicator by year for each zone, its region, and the rest of its province.

    Parameters
    ----------
    joined : JoinedIndicators
    programme : Programme
    indicator : str

    Returns
    -------
    DataFrame
        ``group`` (zone, region, province_rest), ``name`` (number of the zone, id of the region), ``time_period``, ``mean``,
        ``count`` (places with a figure), ``breaks`` (places that changed in the year). Means are unweighted: a description,
        not the value of the area.
    """
    frame = _counties_of(joined, indicator)
    rows = []
    listed = {member.adcode for member in programme.members if member.adcode}
    for zone in programme.zones:
        codes = {member.adcode for member in zone.members if member.adcode}
        rows += _mean_by_year(frame[frame["adcode"].isin(codes)], "zone", str(zone.order))
        rest = frame[(frame["province"] == zone.province) & ~frame["adcode"].isin(listed)]
        rows += _mean_by_year(rest, "province_rest", str(zone.order))
    for region in programme.regions:
        codes = {
            member.adcode
            for zone in programme.zones
            if zone.region == region.id
            for member in zone.members
            if member.adcode
        }
        rows += _mean_by_year(frame[frame["adcode"].isin(codes)], "region", region.id)
    return pd.DataFrame(rows, columns=["group", "name", "time_period", "mean", "count", "breaks"])


def compare_groups(joined: JoinedIndicators, programme: Programme, indicator: str) -> pd.DataFrame:
    """Means of an indicator for members of a programme and for all other counties, by year and by years since it began.

    Parameters
    ----------
    joined : JoinedIndicators
    programme : Programme
    indicator : str

    Returns
    -------
    DataFrame
        ``group`` (member, other), ``time_period``, ``event_time``, ``mean``, ``count``, ``breaks``. It describes the
        two groups and estimates no effect.
    """
    frame = _counties_of(joined, indicator)
    listed = {member.adcode for member in programme.members if member.adcode}
    rows = _mean_by_year(frame[frame["adcode"].isin(listed)], "member", programme.id)
    rows += _mean_by_year(frame[~frame["adcode"].isin(listed)], "other", "")
    table = pd.DataFrame(rows, columns=["group", "name", "time_period", "mean", "count", "breaks"])
    began = programme.effective_from[:4]
    table.insert(
        3, "event_time", [int(year[:4]) - int(began) if began.isdigit() else None for year in table["time_period"]]
    )
    return table.drop(columns="name")


def _counties_of(joined: JoinedIndicators, indicator: str) -> pd.DataFrame:
    if indicator not in joined.indicators:
        raise IndicatorError(f"no indicator {indicator}: the table has {', '.join(joined.indicators)}")
    frame = joined.frame[(joined.frame["indicator"] == indicator) & (joined.frame["adcode"] != "")]
    return frame.drop_duplicates(["adcode", "time_period"])


def _mean_by_year(frame: pd.DataFrame, group: Group, name: str) -> list[tuple[str, str, str, float, int, int]]:
    return [
        (
            group,
            name,
            str(year),
            float(own["obs_value"].mean()),
            int(own["obs_value"].count()),
            int((own["break"] != "").sum()),
        )
        for year, own in frame.groupby("time_period", sort=True)
        if own["obs_value"].count()
    ]
