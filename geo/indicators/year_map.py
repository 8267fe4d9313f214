"""What a map of one indicator draws: the figure of each county of today, and the change between two years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from pilotzones.geo.errors import IndicatorError, make_problem

if TYPE_CHECKING:
    from pilotzones.geo.indicators.joined import JoinedIndicators

__all__ = ["CHANGE_COLUMNS", "YEAR_COLUMNS", "compare_years", "list_values", "select_year"]

YEAR_COLUMNS: Final = (
    "adcode", "obs_value", "unit_measure", "unit_mult", "obs_status", "source", "vintage", "unit_code", "unit_name", "break",
    "is_shared",
)  # fmt: skip
CHANGE_COLUMNS: Final = (
    "unit_code", "unit_name", "province", "first", "last", "difference", "percent", "unit_measure", "unit_mult",
    "obs_status", "source", "is_comparable", "today",
)  # fmt: skip


def select_year(joined: JoinedIndicators, indicator: str, year: str) -> pd.DataFrame:
    """Select what a map of one indicator and year draws: one county of today a row.

    Parameters
    ----------
    joined : JoinedIndicators
    indicator, year : str

    Returns
    -------
    DataFrame
        `YEAR_COLUMNS`; gaps stay gaps. Figures are those of the level that most figures of the indicator have: one of a
        prefecture, or of a county that was divided since, stands in each of its counties of today. Where several units of
        the year lie in one county of today, none of them is its figure: ``is_shared`` is true and the value missing.

    Raises
    ------
    IndicatorError
        When there is no such indicator or year.
    """
    _check_years(joined, indicator, year)
    by_year = joined.remember(("maps", indicator), lambda: _split_years(joined, indicator))
    empty = joined.select(indicator).iloc[:0].assign(adcode="", is_shared=False)
    return by_year.get(year, empty)[list(YEAR_COLUMNS)].copy()


def _check_years(joined: JoinedIndicators, indicator: str, *years: str) -> None:
    """Raise when there is no such indicator, or one of the years is none of the table."""
    joined.select(indicator)
    for year in years:
        if year not in joined.years:
            facts = {"year": year, "years": ", ".join(joined.years)}
            raise IndicatorError(make_problem("", "year_unknown", facts=facts))


def _split_years(joined: JoinedIndicators, indicator: str) -> dict[str, pd.DataFrame]:
    """Prepare what the map of each year draws; once for all years, so that a change of year is quick."""
    drawn = joined.select_located(indicator)
    rows = drawn.assign(adcode=drawn["today"].str.split(" ")).explode("adcode")
    is_shared = rows.groupby(["time_period", "adcode"])["unit_code"].transform("nunique") > 1
    rows = rows.assign(is_shared=is_shared, obs_value=rows["obs_value"].mask(is_shared))
    rows = rows.drop_duplicates(["time_period", "adcode"])
    return {str(year): own.reset_index(drop=True) for year, own in rows.groupby("time_period", sort=False)}


def list_values(joined: JoinedIndicators, indicator: str) -> list[float]:
    """List every figure that maps of an indicator draw, of all places and years, for classes that stay the same.

    Parameters
    ----------
    joined : JoinedIndicators
    indicator : str

    Returns
    -------
    list of float
    """
    values: list[float] = joined.select_located(indicator)["obs_value"].dropna().tolist()
    return values


def compare_years(joined: JoinedIndicators, indicator: str, first: str, last: str) -> pd.DataFrame:
    """Compute the change of an indicator between two years for every unit that has both figures.

    Parameters
    ----------
    joined : JoinedIndicators
    indicator : str
    first, last : str
        Years.

    Returns
    -------
    DataFrame
        `CHANGE_COLUMNS`, a unit a row. ``percent`` is missing where the first figure is not above zero. ``is_comparable`` is false
        where the unit covers other counties of today in one year than in the other, or was merged, split or changed its
        ground between them: then there is no difference. A new code or name alone changes nothing.

    Raises
    ------
    IndicatorError
        When there is no such indicator or year, or both years are the same.
    """
    _check_years(joined, indicator, first, last)
    if first == last:
        raise IndicatorError(make_problem("", "year_same"))
    own = joined.select_located(indicator)
    early, late = (own[own["time_period"] == year].dropna(subset=["obs_value"]) for year in (first, last))
    # Units are followed by their ground, because codes and names change; ground that several units share follows none.
    early = early[~early["today"].duplicated(keep=False)]
    late = late[~late["today"].duplicated(keep=False)]
    before = ["obs_value", "obs_status", "ref_area"]
    both = late.merge(early[["today", *before]], on="today", suffixes=("", "_first"))
    # A unit that covers other counties now than then is named, and has no change.
    rest = late[~late["today"].isin(both["today"])]
    rest = rest.merge(early[["unit_code", *before]], on="unit_code", suffixes=("", "_first"))
    is_comparable = np.array(
        [not joined.has_moved(place, last) for place in both["ref_area_first"]] + [False] * len(rest), dtype=bool
    )
    both = pd.concat([both, rest], ignore_index=True)
    difference = (both["obs_value"] - both["obs_value_first"]).where(is_comparable)
    percent = (difference / both["obs_value_first"] * 100).where(both["obs_value_first"] > 0)
    status = [
        one if one != "A" else other for one, other in zip(both["obs_status"], both["obs_status_first"], strict=True)
    ]
    return both.assign(
        first=both["obs_value_first"], last=both["obs_value"], difference=difference, percent=percent,
        obs_status=status, is_comparable=is_comparable,
    )[list(CHANGE_COLUMNS)].reset_index(drop=True)  # fmt: skip
