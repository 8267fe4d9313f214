"""Units of area in km², and figures fit for a file."""

from __future__ import annotations

import math

__all__ = ["KM2_PER_UNIT", "round_for_file"]

# 1 mu (亩) is 10 000 / 15 m² by the metric definition of 1929, kept in GB 3100-93's annex of units going out of use.
KM2_PER_UNIT: dict[str, float] = {
    "平方公里": 1.0,
    "平方千米": 1.0,
    "km²": 1.0,
    "km2": 1.0,
    "hm²": 0.01,
    "hm2": 0.01,
    "公顷": 0.01,
    "亩": 1 / 1500,
    "平方米": 1e-6,
    "m²": 1e-6,
    "m2": 1e-6,
}


def round_for_file(value: float | None, digits: int = 3) -> float | None:
    """Round a figure for a file.

    Parameters
    ----------
    value : float or None
    digits : int, optional
        Decimals kept.

    Returns
    -------
    float or None
        None for what is not a finite number; never a negative zero.
    """
    return None if value is None or not math.isfinite(value) else round(float(value), digits) + 0.0
