"""How far two figures of one area may lie apart before it means something: a fixed rule of source and coast.

The gates are not a statistic of the list under audit. They come from comparing the two built-in boundary sources over
the whole country, inland and on the coast apart; ``bench/tolerances.py`` prints the quantiles they were read from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["Tolerance", "get_member_tolerance", "get_zone_tolerance"]

# A stated area is rounded to 1 km²; less than that nobody can have meant.
_ABSOLUTE_KM2: Final = 1.0
# Sums over many counties: 63 % of the inland prefectures agree between the two sources to this share.
_ZONE_RELATIVE: Final = 0.002
# One county: three quarters of the inland counties agree to 0.8 %, three quarters of the coastal ones to 13 %.
_INLAND_RELATIVE: Final = 0.01
_COAST_RELATIVE: Final = 0.13


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A tolerance [km²] and the rule it follows from: an absolute gate and a relative one, whichever is wider."""

    km2: float
    absolute_km2: float
    relative: float
    basis: str


def get_zone_tolerance(area_km2: float) -> Tolerance:
    """Return the tolerance for the sum of a zone's members.

    Parameters
    ----------
    area_km2 : float
        The stated area [km²].

    Returns
    -------
    Tolerance
        The coast gives no wider gate here: what a coast carries is a reason to be shown, not a difference to be hidden.
    """
    return _choose_wider(area_km2, _ZONE_RELATIVE, "sum")


def get_member_tolerance(area_km2: float, *, coastal: bool) -> Tolerance:
    """Return the tolerance for one county against a published figure.

    Parameters
    ----------
    area_km2 : float
        The published area [km²].
    coastal : bool
        Whether the county touches the sea.

    Returns
    -------
    Tolerance
    """
    return _choose_wider(area_km2, _COAST_RELATIVE if coastal else _INLAND_RELATIVE, "coast" if coastal else "inland")


def _choose_wider(area_km2: float, relative: float, basis: str) -> Tolerance:
    return Tolerance(max(_ABSOLUTE_KM2, relative * area_km2), _ABSOLUTE_KM2, relative, basis)
