"""From a difference to its reasons: parts with evidence, and what is left; together they are the difference."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pilotzones.geo.audit.hypotheses import find_member_reading, list_prefecture_readings, list_special_readings
from pilotzones.geo.audit.models import Basis, DifferenceReason, Hypothesis, ReasonCode, Term, Verdict
from pilotzones.geo.catalogue.models import Member, Zone

__all__ = ["Evidence", "explain"]

# Half of the last digit a stated area is written with [km²].
_ROUNDING_KM2: Final = 0.5


@dataclass(frozen=True)
class Evidence:
    """What is known of one zone before its difference is explained.

    Parameters
    ----------
    zone : Zone
    computed : dict of str to float
        Area [km²] by member id, for the members counted.
    overlap_km2 : float
        Sum of the members less the area of their union.
    coastal : frozenset of str
        Members with sea or unassigned water on their border, by id.
    whole_prefectures : dict of str to float
        Computed area [km²] of prefectures the zone lists whole.
    tolerance_km2 : float
    """

    zone: Zone
    computed: dict[str, float]
    overlap_km2: float
    coastal: frozenset[str]
    whole_prefectures: dict[str, float]
    tolerance_km2: float

    @property
    def special(self) -> list[Member]:
        """The zone's special areas."""
        return [member for member in self.zone.members if member.special]

    @property
    def open_members(self) -> list[Member]:
        """Members without a polygon that may add something."""
        return [member for member in self.zone.members if member.id not in self.computed and not _adds_nothing(member)]


def explain(evidence: Evidence) -> tuple[Verdict, tuple[DifferenceReason, ...], tuple[Hypothesis, ...]]:
    """Give the verdict, reasons and readings of one zone.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    verdict : {"agrees", "explained", "explained_weakly", "differs", "cannot_tell"}
        ``explained`` needs published figures that leave no more than the tolerance; ``explained_weakly`` when they leave
        more without those of low confidence; what rests on an upper bound only, or on members nobody publishes a figure
        of, is ``cannot_tell``.
    reasons : tuple of Reason
        Their km² add up to the difference.
    readings : tuple of Reading
        Every hypothesis tried, closest first.
    """
    zone = evidence.zone
    if zone.stated_area_km2 is None or not evidence.computed:
        return "cannot_tell", (), ()
    difference = math.fsum(evidence.computed.values()) - zone.stated_area_km2
    readings = _list_readings(evidence)
    inside = [
        DifferenceReason("part_of_member", 0.0, m.listed_name, "published") for m in zone.members if _adds_nothing(m)
    ]
    overlap = _explain_overlap(evidence)
    rest = difference - math.fsum(reason.km2 or 0.0 for reason in overlap)
    if abs(rest) <= evidence.tolerance_km2 and not evidence.open_members:
        verdict: Verdict = "explained" if overlap and abs(difference) > evidence.tolerance_km2 else "agrees"
        return verdict, (*overlap, *inside, *_explain_rest(rest, evidence.tolerance_km2)), readings
    chosen = _choose(readings, evidence.tolerance_km2)
    if chosen is None:
        unknown = [
            DifferenceReason(
                "special_area_without_polygon" if m.special else "unexplained", None, m.listed_name, "unknown"
            )
            for m in evidence.open_members
        ]
        # Members that are not counted can only add: too little proves nothing, too much is a difference all the same.
        short = bool(evidence.open_members) and rest <= evidence.tolerance_km2
        return "cannot_tell" if short else "differs", (*overlap, *inside, *unknown, *_explain_rest(rest, 0.0)), readings
    parts = [*overlap, *inside, *_explain_parts(chosen, evidence)]
    left = difference - math.fsum(reason.km2 or 0.0 for reason in parts)
    # A reading may fit and yet leave more: a member that adds nothing by the documents, but has a polygon and was counted.
    settled = chosen.determined and abs(left) <= evidence.tolerance_km2
    verdict = "cannot_tell" if not settled else _grade_explanation(difference, parts, evidence.tolerance_km2)
    return verdict, (*parts, *_explain_rest(left, evidence.tolerance_km2)), readings


def _grade_explanation(difference: float, parts: Iterable[DifferenceReason], tolerance_km2: float) -> Verdict:
    """Distinguish an explanation that stands without figures of low confidence from one that needs them."""
    sound = math.fsum(part.km2 or 0.0 for part in parts if not _is_weak(part.evidence))
    return "explained" if abs(difference - sound) <= tolerance_km2 else "explained_weakly"


def _is_weak(terms: Iterable[Term]) -> bool:
    return any(term.confidence == "low" for term in terms)


def _adds_nothing(member: Member) -> bool:
    return member.special is not None and any(overlap.whole for overlap in member.special.overlaps)


def _explain_overlap(evidence: Evidence) -> list[DifferenceReason]:
    # Less than a square metre is arithmetic, not overlap.
    if abs(evidence.overlap_km2) < 1e-6:
        return []
    return [DifferenceReason("overlap", evidence.overlap_km2, "", "computed")]


def _list_readings(evidence: Evidence) -> tuple[Hypothesis, ...]:
    zone = evidence.zone
    assert zone.stated_area_km2 is not None
    if evidence.special:
        ordinary = math.fsum(evidence.computed.get(m.id, 0.0) for m in zone.members if not m.special)
        return tuple(list_special_readings(zone, zone.stated_area_km2 - ordinary, evidence.computed))
    readings = list_prefecture_readings(zone, evidence.whole_prefectures)
    own = find_member_reading(zone, evidence.computed)
    return tuple(readings if own is None else [*readings, own])


def _choose(readings: Iterable[Hypothesis], tolerance_km2: float) -> Hypothesis | None:
    """Choose the closest reading within the tolerance: a determined one before one on a bound, then one of sound figures."""
    good = [reading for reading in readings if abs(reading.rest_km2) <= tolerance_km2]
    return min(
        good, key=lambda reading: (not reading.determined, _is_weak(reading.terms), abs(reading.rest_km2)), default=None
    )


def _explain_parts(reading: Hypothesis, evidence: Evidence) -> list[DifferenceReason]:
    if reading.kind == "prefectures":
        return [_explain_prefecture(term, evidence) for term in reading.terms]
    parts = []
    for member in evidence.zone.members:
        terms = tuple(term for term in reading.terms if term.name == member.listed_name)
        if not terms or _adds_nothing(member) or all(term.basis == "computed" for term in terms):
            continue
        extent = math.fsum(term.km2 for term in terms)
        basis: Basis = "bounded" if any(term.basis == "bounded" for term in terms) else "published"
        computed = evidence.computed.get(member.id)
        code: ReasonCode = "special_area_without_polygon"
        if computed is not None:
            code = "coast_or_water" if member.id in evidence.coastal else "boundary_source"
        parts.append(DifferenceReason(code, (computed or 0.0) - extent, member.listed_name, basis, terms))
    return parts


def _explain_prefecture(term: Term, evidence: Evidence) -> DifferenceReason:
    own = {member.id for member in evidence.zone.members if member.prefecture == term.name}
    code: ReasonCode = "coast_or_water" if own & evidence.coastal else "boundary_source"
    return DifferenceReason(code, evidence.whole_prefectures[term.name] - term.km2, term.name, "published", (term,))


def _explain_rest(rest_km2: float, tolerance_km2: float) -> list[DifferenceReason]:
    """Return what no figure accounts for: rounding, then what two sources may differ by, else unexplained."""
    if rest_km2 == 0:
        return []
    if abs(rest_km2) <= _ROUNDING_KM2:
        return [DifferenceReason("rounding", rest_km2, "", "computed")]
    if abs(rest_km2) <= tolerance_km2:
        return [DifferenceReason("boundary_source", rest_km2, "", "computed")]
    return [DifferenceReason("unexplained", rest_km2, "", "unknown")]
