"""First audit: stated against computed area of each zone, with a verdict that respects members without a polygon."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from geo.join import COUNTED, Joined

__all__ = ["ABSOLUTE_GATE_KM2", "RELATIVE_GATE", "Verdict", "ZoneAudit", "audit"]

Verdict = Literal["agrees", "explained", "differs", "cannot_tell"]
# A stated area is rounded to 1 km²; two sources of boundaries differ by about 0.1 % inland.
ABSOLUTE_GATE_KM2: Final = 1.0
RELATIVE_GATE: Final = 0.002


@dataclass(frozen=True, slots=True)
class ZoneAudit:
    """Stated and computed area of one zone [km²], and what may be said of their difference."""

    zone: int
    stated_area_km2: float | None
    computed_area_km2: float | None
    union_area_km2: float | None
    tolerance_km2: float | None
    verdict: Verdict
    members_counted: int
    members_total: int
    uncounted: tuple[str, ...]

    @property
    def difference_km2(self) -> float | None:
        """Computed minus stated [km²]."""
        if self.stated_area_km2 is None or self.computed_area_km2 is None:
            return None
        return self.computed_area_km2 - self.stated_area_km2

    @property
    def difference_pct(self) -> float | None:
        """Difference in percent of the stated area."""
        if self.difference_km2 is None or not self.stated_area_km2:
            return None
        return 100 * self.difference_km2 / self.stated_area_km2

    @property
    def overlap_km2(self) -> float:
        """How much members overlap: sum minus union [km²]."""
        if self.computed_area_km2 is None or self.union_area_km2 is None:
            return 0.0
        return self.computed_area_km2 - self.union_area_km2


def audit(joined: Joined, *, zones: Iterable[int] | None = None) -> list[ZoneAudit]:
    """Audit the zones of a joined programme.

    Parameters
    ----------
    joined : Joined
    zones : iterable of int, optional
        Numbers of the zones wanted; all by default.

    Returns
    -------
    list of ZoneAudit
        In document order.
    """
    wanted = None if zones is None else set(zones)
    members = joined.members
    missing = members[~members["geometry_quality"].isin(COUNTED)]
    results = []
    for row in joined.zones.itertuples():
        if wanted is not None and row.zone not in wanted:
            continue
        stated, computed = _number(row.stated_area_km2), _number(row.computed_area_km2)
        uncounted = tuple(missing.loc[missing["zone"] == row.zone, "listed_name"])
        tolerance = None if stated is None else max(ABSOLUTE_GATE_KM2, RELATIVE_GATE * stated)
        results.append(
            ZoneAudit(
                zone=row.zone,
                stated_area_km2=stated,
                computed_area_km2=computed,
                union_area_km2=_number(row.union_area_km2),
                tolerance_km2=tolerance,
                verdict=_verdict(stated, computed, tolerance, bool(uncounted)),
                members_counted=row.members_counted,
                members_total=row.members_total,
                uncounted=uncounted,
            )
        )
    return results


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _verdict(stated: float | None, computed: float | None, tolerance: float | None, open_members: bool) -> Verdict:
    if stated is None or computed is None or tolerance is None:
        return "cannot_tell"
    difference = computed - stated
    if open_members:
        # Members without a polygon can only add: too little proves nothing, too much is a difference all the same.
        return "differs" if difference > tolerance else "cannot_tell"
    return "agrees" if abs(difference) <= tolerance else "differs"
