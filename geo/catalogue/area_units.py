"""Areas as documents write them, in km², and figures fit for a file."""

from __future__ import annotations

import math
import re
import unicodedata

__all__ = ["KM2_PER_UNIT", "parse_area_km2", "round_for_file"]

# 1 mu (亩) is 10 000 / 15 m² by the metric definition of 1929, kept in GB 3100-93's annex of units going out of use.
KM2_PER_UNIT: dict[str, float] = {
    "平方公里": 1.0,
    "平方千米": 1.0,
    "km²": 1.0,
    "km2": 1.0,
    "公顷": 0.01,
    "亩": 1 / 1500,
    "平方米": 1e-6,
}
# Commas group by threes only: 3，5平方公里 could be two figures or one, and such a text is not guessed at.
_AREA = re.compile(
    r"(?<!\d)(?<!\d[,.])(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(?P<scale>万|亿)?\s*(?P<unit>平方公里|平方千米|km2|公顷|亩|平方米)"
)
_SCALE = {None: 1.0, "万": 1e4, "亿": 1e8}


def parse_area_km2(text: str) -> float | None:
    """First area named in a Chinese text.

    Parameters
    ----------
    text : str
        For instance ``面积约 10043 平方公里`` or ``2.5万亩``; full-width digits and spaces are understood.

    Returns
    -------
    float or None
        The area [km²], or None when the text names none.
    """
    found = _AREA.search(unicodedata.normalize("NFKC", text))
    if found is None:
        return None
    number = float(found["number"].replace(",", ""))
    return number * _SCALE[found["scale"]] * KM2_PER_UNIT[found["unit"]]


def round_for_file(value: float | None, digits: int = 3) -> float | None:
    """A figure fit for a file.

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
