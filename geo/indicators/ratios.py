"""Figures per head, per area or per any other indicator, with the unit and the source of both sides."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.errors import IndicatorError, make_problem
from pilotzones.geo.geometry.area import compute_area_km2
from pilotzones.geo.indicators.joined import JoinedIndicators
from pilotzones.geo.places.history import SAME_GROUND

__all__ = ["AREA", "RATIO_SIGN", "add_area_ratio", "add_ratio", "name_ratio", "parse_ratio"]

# The word for the area computed from the boundaries, where the table has no indicator of that name.
AREA: Final = "area"
RATIO_SIGN: Final = " / "
_KM2: Final = "km2"
# Changes after which the counties of today together are what the unit was.
_SAME_TOTAL: Final = SAME_GROUND | {"split"}


def name_ratio(numerator: str, denominator: str) -> str:
    """Name of the indicator that a ratio becomes."""
    return f"{numerator}{RATIO_SIGN}{denominator}"


def parse_ratio(text: str) -> tuple[str, str]:
    """Take ``NUMERATOR=DENOMINATOR`` apart.

    Raises
    ------
    IndicatorError
        When it is not written so.
    """
    numerator, sign, denominator = text.rpartition("=")
    if not (numerator and sign and denominator):
        raise IndicatorError(make_problem("", "ratio_form", facts={"text": text}))
    return numerator, denominator


def add_ratio(joined: JoinedIndicators, numerator: str, denominator: str) -> JoinedIndicators:
    """Add an indicator divided by another, for every unit and year that has both.

    Parameters
    ----------
    joined : JoinedIndicators
    numerator, denominator : str
        Indicators; population as denominator gives figures per head.

    Returns
    -------
    JoinedIndicators
        With one more indicator, named by `name_ratio`. Its figures are in plain units (元/人, and not 10^4 元/10^4 人), their
        source is that of both sides, their status the less sure of the two; where a side is missing, or the denominator is not
        above zero, is a gap.

    Raises
    ------
    IndicatorError
        When there is no such indicator, or no unit and year has both.
    """
    above, below = joined.select(numerator), joined.select(denominator)
    columns = ["ref_area", "obs_value", "unit_measure", "unit_mult", "obs_status", "source", "vintage"]
    # Rows of one unit and year may name it differently, so they meet by code and year.
    key = ["unit_code", "time_period"]
    left = above[above["unit_code"] != ""]
    right = below[below["unit_code"] != ""].drop_duplicates(key)
    both = left.merge(right[[*key, *columns]], on=key, suffixes=("", "_below"))
    return _add(joined, both, numerator, denominator)


def add_area_ratio(joined: JoinedIndicators, numerator: str, boundaries: Boundaries) -> JoinedIndicators:
    """Add an indicator per square kilometre of the area computed from boundaries.

    Parameters
    ----------
    joined : JoinedIndicators
    numerator : str
    boundaries : Boundaries
        Of today: only units that still cover the same counties have an area.

    Returns
    -------
    JoinedIndicators
        As for `add_ratio`.

    Raises
    ------
    IndicatorError
        When there is no such indicator, or no unit has an area.
    """
    counties = boundaries.counties
    areas = dict(zip(counties["adcode"], compute_area_km2(counties.geometry.to_numpy()), strict=True))
    above = joined.select(numerator)
    both = above[above["unit_code"] != ""]
    both = both.assign(
        obs_value_below=[
            np.nan
            # The counties of today that cover a unit are larger than it was, unless it was only divided.
            if joined.has_moved(place, allowed=_SAME_TOTAL)
            else sum(areas.get(code, np.nan) for code in today.split(" "))
            for place, today in zip(both["ref_area"], both["today"], strict=True)
        ]
    )
    info = boundaries.info
    source = " ".join(filter(None, (info.publisher or info.name("en"), info.as_of)))
    both = both.assign(
        unit_measure_below=_KM2, unit_mult_below=0, obs_status_below="A", vintage_below="",
        source_below=f"area computed from the boundaries of {source}",
    )  # fmt: skip
    return _add(joined, both, numerator, AREA)


def _add(joined: JoinedIndicators, both: pd.DataFrame, numerator: str, denominator: str) -> JoinedIndicators:
    name = name_ratio(numerator, denominator)
    above = both["obs_value"] * 10.0 ** both["unit_mult"].astype(float)
    below = both["obs_value_below"] * 10.0 ** both["unit_mult_below"].astype(float)
    value = (above / below).where(below > 0)
    if not value.notna().any():
        facts = {"numerator": numerator, "denominator": denominator}
        raise IndicatorError(make_problem("", "ratio_empty", facts=facts))
    measure = [
        _join_units(one, other) for one, other in zip(both["unit_measure"], both["unit_measure_below"], strict=True)
    ]
    status = [
        "M" if is_gap else one if one != "A" else other
        for is_gap, one, other in zip(value.isna(), both["obs_status"], both["obs_status_below"], strict=True)
    ]
    made = pd.DataFrame(
        {
            "ref_area": both["ref_area"],
            "time_period": both["time_period"],
            "indicator": name,
            "obs_value": value,
            "unit_measure": measure,
            "unit_mult": 0,
            "obs_status": status,
            "source": _join_texts(both["source"], both["source_below"]),
            "vintage": _join_texts(both["vintage"], both["vintage_below"]),
            "comment": "",
            "row": both["row"],
        }
    )
    if name in joined.indicators:
        return joined
    return joined.add(made)


def _join_units(above: str, below: str) -> str:
    if not above and not below:
        return ""
    return f"{above or '?'}/{below or '?'}"


def _join_texts(first: Any, second: Any) -> list[str]:
    return ["; ".join(dict.fromkeys(filter(None, pair))) for pair in zip(first, second, strict=True)]
