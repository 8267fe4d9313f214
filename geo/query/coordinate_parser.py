"""A coordinate as people type it: decimal degrees or degrees, minutes and seconds, in either order."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from pilotzones.geo.geometry import crs

__all__ = ["parse_point"]

# One half of a coordinate, with its letter before the number (东经116度23分29秒, E116.4) or, if at all, after it (116°23′29″E).
_NUMBER: Final = r"""(?P<degrees>\d{1,3}(?:\.\d+)?)(?:\s*(?:°|度))?
    (?:\s*(?P<minutes>\d{1,2}(?:\.\d+)?)\s*(?:'|分))?
    (?:\s*(?P<seconds>\d{1,2}(?:\.\d+)?)\s*(?:"|\'\'|秒))?"""
_HALVES: Final = (
    re.compile(rf"(?P<axis>东经|北纬|[ENen])\s*{_NUMBER}", re.VERBOSE),
    re.compile(rf"{_NUMBER}(?:\s*(?P<axis>[ENen]))?", re.VERBOSE),
)
_BETWEEN: Final = re.compile(r"[\s,;/、]*")
_MAX_CHARACTERS: Final = 80
_AXES: Final = {"东经": "lon", "e": "lon", "北纬": "lat", "n": "lat"}


def parse_point(text: str) -> tuple[float, float] | None:
    """Parse the coordinate in a text.

    Parameters
    ----------
    text : str
        ``120.3, 30.4``, ``30.4 120.3``, ``30°24′N 120°18′E`` or ``东经120°18′，北纬30°24′``. Which number is the longitude
        follows from the letters or, inside China, from the numbers: longitudes and latitudes do not overlap there.

    Returns
    -------
    tuple of float or None
        Longitude and latitude [degree]; None when the text is no coordinate in the box of China.
    """
    plain = unicodedata.normalize("NFKC", text.translate(_PRIMES)).strip()
    if len(plain) > _MAX_CHARACTERS:
        return None
    for half in _HALVES:
        if (first := half.match(plain)) is None:
            continue
        between = _BETWEEN.match(plain, first.end())
        start = between.end() if between else first.end()
        # Two numbers need something between them: 330110 is no coordinate.
        parted = start > first.end() or first["axis"] or first["minutes"]
        second = half.fullmatch(plain, start) if parted else None
        return None if second is None else _order_axes(first, second)
    return None


# NFKC would make a double prime two primes, which is what a person may also have typed.
_PRIMES: Final = str.maketrans({"″": '"', "”": '"', "“": '"', "′": "'", "’": "'", "‘": "'", "º": "°", "˚": "°"})


def _order_axes(first: re.Match[str], second: re.Match[str]) -> tuple[float, float] | None:
    halves = [(_AXES.get((half["axis"] or "").casefold(), ""), _compute_degrees(half)) for half in (first, second)]
    axes = [axis for axis, _ in halves]
    if any(axes) and (axes[0] == axes[1] or "" in axes):
        return None
    west, south, east, north = crs.CHINA_BOX
    (one, a), (_, b) = halves
    lon, lat = (b, a) if one == "lat" or (not one and a <= north) else (a, b)
    return (lon, lat) if west <= lon <= east and south <= lat <= north else None


def _compute_degrees(half: re.Match[str]) -> float:
    return float(half["degrees"]) + float(half["minutes"] or 0) / 60 + float(half["seconds"] or 0) / 3600
