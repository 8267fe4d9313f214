"""When and how a programme applies to counties: the year it began, how it hits a county, and the clause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pilotzones.geo.query.applicability import HIT_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotzones.geo.catalogue.models import Programme
    from pilotzones.geo.query.applicability import ApplicabilityIndex, HitKind

__all__ = ["HITS", "CountyHit", "Treatment", "UnitHit", "find_treatments"]

UnitHit = Literal["whole", "whole_prefecture", "town", "host", "part"]
HITS: Final[tuple[UnitHit, ...]] = ("whole", "whole_prefecture", "town", "host", "part")
_HIT_OF_KIND: Final[Mapping[HitKind, UnitHit]] = dict(
    zip(HIT_KINDS, ("whole", "whole_prefecture", "town", "host"), strict=True)
)


@dataclass(frozen=True, slots=True)
class CountyHit:
    """How a programme hits a county of today: the surest hit, and where the document says so."""

    hit: UnitHit
    clause: str


@dataclass(frozen=True, slots=True)
class Treatment:
    """A programme as a treatment.

    Parameters
    ----------
    programme : Programme
    first_year : int or None
        The year from which it counts; None when neither the catalogue nor the document has a date.
    left_year : int or None
        The first year in which it is no longer in force.
    counties : mapping of str to CountyHit
        By code of today.
    """

    programme: Programme
    first_year: int | None
    left_year: int | None
    counties: Mapping[str, CountyHit]

    def hit_unit(self, today: Sequence[str]) -> CountyHit | None:
        """Say how the programme hits a unit that counties of today cover.

        Parameters
        ----------
        today : sequence of str
            Codes; a unit is hit in part when some of them are not hit, or hit in different ways.

        Returns
        -------
        CountyHit or None
        """
        hits = [self.counties.get(code) for code in today]
        there = [hit for hit in hits if hit is not None]
        if not there:
            return None
        if len(there) == len(hits) and len({hit.hit for hit in there}) == 1:
            return there[0]
        return CountyHit("part", there[0].clause)


def find_treatments(applicability: ApplicabilityIndex, *, start_month: int = 12) -> list[Treatment]:
    """Find the treatments of all programmes.

    Parameters
    ----------
    applicability : ApplicabilityIndex
    start_month : int, optional
        A programme that begins after this month counts from the next year; one whose month is unknown counts from its
        year.

    Returns
    -------
    list of Treatment
        In the order of the programmes.
    """
    found: list[dict[str, CountyHit]] = [{} for _ in applicability.programmes]
    places = {programme.id: place for place, programme in enumerate(applicability.programmes)}
    for row, county in enumerate(applicability.counties):
        for hit in applicability.hits(row):
            counties = found[places[hit.programme]]
            made = CountyHit(_HIT_OF_KIND[hit.kind], hit.clause)
            known = counties.get(county.adcode)
            if known is None or HITS.index(made.hit) < HITS.index(known.hit):
                counties[county.adcode] = made
    return [
        Treatment(programme, _find_first_year(programme, start_month), _find_left_year(programme), counties)
        for programme, counties in zip(applicability.programmes, found, strict=True)
    ]


def _find_first_year(programme: Programme, start_month: int) -> int | None:
    stated = programme.effective_from or programme.document_date
    if not stated:
        return None
    # The document's date has the month where the beginning is only given as a year.
    precise = programme.document_date if programme.document_date.startswith(stated) else stated
    year, month = int(precise[:4]), int(precise[5:7] or 0)
    return year + (month > start_month)


def _find_left_year(programme: Programme) -> int | None:
    return int(programme.effective_to[:4]) + 1 if programme.effective_to else None
