"""Units of area in km², and figures fit for a file."""

from __future__ import annotations

import math
import re

__all__ = ["KM2_PER_UNIT", "UNIT_PATTERN", "get_unit_km2", "round_for_file"]

# Without blanks, in small letters. 1 mu (亩) is 10 000 / 15 m² by the metric definition of 1929, kept in the annex of units going
# out of use of GB 3100-93.
KM2_PER_UNIT: dict[str, float] = {
    "平方公里": 1.0,
    "平方千米": 1.0,
    "km²": 1.0,
    "km2": 1.0,
    "k㎡": 1.0,
    "㎢": 1.0,
    "km^2": 1.0,
    "sqkm": 1.0,
    "sq.km": 1.0,
    "squarekilometre": 1.0,
    "squarekilometres": 1.0,
    "squarekilometer": 1.0,
    "squarekilometers": 1.0,
    "hm²": 0.01,
    "hm2": 0.01,
    "公顷": 0.01,
    "公頃": 0.01,
    "ha": 0.01,
    "hectare": 0.01,
    "hectares": 0.01,
    "亩": 1 / 1500,
    "畝": 1 / 1500,
    "mu": 1 / 1500,
    "平方米": 1e-6,
    "m²": 1e-6,
    "m2": 1e-6,
    "㎡": 1e-6,
}


# A unit as a regular expression; 平 方 公 里 is set wide.
UNIT_PATTERN: str = "(?i:{})".format(
    "|".join(r"\s?".join(map(re.escape, unit)) for unit in sorted(KM2_PER_UNIT, key=len, reverse=True))
)


def get_unit_km2(words: str) -> float:
    """Give the size of a unit [km²].

    Parameters
    ----------
    words : str
        What `UNIT_PATTERN` matches.

    Returns
    -------
    float
    """
    return KM2_PER_UNIT[re.sub(r"\s", "", words).lower()]


def round_for_file(value: float | None) -> float | None:
    """Round a figure for a file to three decimals.

    Parameters
    ----------
    value : float or None

    Returns
    -------
    float or None
        None for what is not a finite number; never a negative zero.
    """
    return None if value is None or not math.isfinite(value) else round(float(value), 3) + 0.0
