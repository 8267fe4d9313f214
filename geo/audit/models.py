"""The records an audit is made of: figures, terms of a reading, reasons, findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pilotzones.geo.member_record import MemberRecord

__all__ = [
    "Audit",
    "Basis",
    "DifferenceReason",
    "Finding",
    "FindingKind",
    "Hypothesis",
    "MemberAudit",
    "Owner",
    "ReasonCode",
    "Severity",
    "SourceComparison",
    "Term",
    "Verdict",
    "ZoneAudit",
]

Verdict = Literal["agrees", "explained", "explained_weakly", "differs", "cannot_tell"]
Severity = Literal["info", "warning", "error"]
Owner = Literal["document", "boundary_data", "catalogue"]
Basis = Literal["published", "bounded", "computed", "unknown"]
ReasonCode = Literal[
    "rounding",
    "boundary_source",
    "coast_or_water",
    "special_area_without_polygon",
    "part_of_member",
    "overlap",
    "vintage_change",
    "wrong_homonym",
    "repaired_geometry",
    "unexplained",
]
FindingKind = Literal[
    "zone_area",
    "member_area",
    "source_difference",
    "missing_member",
    "unsettled_member",
    "ended_member",
    "former_ground",
    "limits_changed",
    "ground_unknown",
    "recoded_member",
    "renamed_member",
    "no_polygon",
    "special_overlap",
    "detached_part",
    "overlap",
    "sliver",
    "repaired_geometry",
]


@dataclass(frozen=True, slots=True)
class Term:
    """One summand of a reading.

    Parameters
    ----------
    name : str
        Member, prefecture, or the members that are not named one by one.
    km2 : float
        What it adds [km²]; an overlap that is taken out is negative.
    basis : {"published", "bounded", "computed", "unknown"}
        ``bounded``: only an upper bound is published and the value is what would be needed of it.
    meaning, as_of, source, address : str
        Of the figure.
    most_km2 : float or None
        The upper bound [km²] of a ``bounded`` term.
    confidence : {"high", "medium", "low", ""}
        Of the source, as the catalogue grades it; empty where it does not.
    overlap_with : str
        The other member, for what two members share; empty for all else.
    inside : str
        The member that it lies in, so that it adds nothing; empty for all else.
    """

    name: str
    km2: float
    basis: Basis
    meaning: str = ""
    as_of: str = ""
    source: str = ""
    address: str = ""
    most_km2: float | None = None
    confidence: str = ""
    overlap_with: str = ""
    inside: str = ""

    @property
    def title(self) -> str:
        """The names it goes by in a file."""
        return f"{self.name} ∩ {self.overlap_with}" if self.overlap_with else self.name


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A hypothesis: which published figures, put together, give the stated area.

    `needed_km2` is what the document's figure needs of the parts the reading replaces, `contribution_km2` what the terms
    give, and `rest_km2` the second minus the first.
    """

    kind: Literal["special_areas", "prefectures", "members"]
    terms: tuple[Term, ...]
    needed_km2: float
    contribution_km2: float
    rest_km2: float
    determined: bool


@dataclass(frozen=True, slots=True)
class DifferenceReason:
    """One part of a difference [km², computed minus stated], with its evidence.

    `km2` is None where the reason is certain but nobody publishes how much it carries.
    """

    code: ReasonCode
    km2: float | None
    member: str
    basis: Basis
    evidence: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberAudit:
    """Figures of one member [km²]: published ones and those of each boundary source."""

    record: MemberRecord
    coastal: bool
    computed_km2: float | None
    other_sources_km2: dict[str, float]
    published: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class ZoneAudit:
    """Stated and computed area of one zone [km²], and what may be said of their difference."""

    zone: int
    stated_area_km2: float | None
    computed_area_km2: float | None
    computed_low_km2: float | None
    computed_high_km2: float | None
    needed_from_special_km2: float | None
    tolerance_km2: float | None
    verdict: Verdict
    members_counted: int
    members_total: int
    uncounted: tuple[str, ...]
    reasons: tuple[DifferenceReason, ...] = ()
    readings: tuple[Hypothesis, ...] = ()
    members: tuple[MemberAudit, ...] = ()

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


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of the audit: what was compared, the figures, and what follows; the module `finding_text` puts it in words.

    Parameters
    ----------
    kind : FindingKind
        What was found; it says also what was compared.
    zone : int
    members : tuple of str
        As the document lists them; empty when it is about the zone.
    expected_km2, found_km2, tolerance_km2 : float or None
        Figures compared [km²]; None when there are none.
    verdict, severity, owner, reason : str
    against : str
        The boundary source or the member that the member is compared with.
    values : mapping of str to str
        What the sentence about it names: codes, counts, distances.
    quoted : str
        Words of the document or the catalogue that it rests on.
    source, address : str
        Where those stand, or who publishes the figure.
    """

    kind: FindingKind
    zone: int
    members: tuple[str, ...]
    expected_km2: float | None
    found_km2: float | None
    tolerance_km2: float | None
    verdict: Verdict
    severity: Severity
    owner: Owner
    reason: ReasonCode | None
    against: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    quoted: str = ""
    source: str = ""
    address: str = ""

    @property
    def citation(self) -> str:
        """Source and address in a file."""
        return " ".join(filter(None, (self.source, self.address)))

    @property
    def member(self) -> str:
        """Its members in a file."""
        return "、".join(self.members)

    @property
    def difference_km2(self) -> float | None:
        """Found minus expected [km²]."""
        if self.expected_km2 is None or self.found_km2 is None:
            return None
        return self.found_km2 - self.expected_km2


@dataclass(frozen=True, slots=True)
class SourceComparison:
    """The counted members on other sources, and which of them depend on where the water's edge is drawn.

    Parameters
    ----------
    areas : dict of str to dict of str to float
        Area [km²] by member id, by id of the source.
    coastal : frozenset of str
        Ids of the members near the sea, and of those on a lake or estuary that one source shares out and the other does
        not.
    """

    areas: dict[str, dict[str, float]]
    coastal: frozenset[str]


@dataclass(frozen=True)
class Audit:
    """All results for one programme on one boundary source."""

    boundary_source: str
    area_method: str
    zones: tuple[ZoneAudit, ...]
    findings: tuple[Finding, ...]
    comparison: SourceComparison = field(repr=False)
