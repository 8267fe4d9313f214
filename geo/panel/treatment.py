"""When and how programmes apply to counties and to units of them: first year, exit, hit, batch, clause and source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pilotzones.geo.catalogue.membership import find_left_on, find_listed_on, find_source
from pilotzones.geo.catalogue.models import Member, Programme
from pilotzones.geo.panel.rules import HITS, PanelRules, UnitHit
from pilotzones.geo.places.models import MUNICIPALITIES
from pilotzones.geo.query.applicability import HIT_KINDS, ApplicabilityIndex, HitKind

__all__ = ["CountyHit", "Treatment", "UnitTreatment", "find_treatments"]

_HIT_OF_KIND: Final[Mapping[HitKind, UnitHit]] = dict(
    zip(HIT_KINDS, ("whole", "whole_prefecture", "town", "host"), strict=True)
)


@dataclass(frozen=True, slots=True)
class CountyHit:
    """How a programme hits a county of today.

    Parameters
    ----------
    hit : {"whole", "whole_prefecture", "town", "host", "part"}
    first_year, left_year : int or None
        The first year in force, and the first year no longer in force; None when not known, or not left.
    batch, clause, source : str
    years : tuple of int
        Every first year under which it is listed, when it is listed more than once.
    is_shifted : bool
        Whether it counts from the year after its date.
    listed_as : str
        Kind of the member: county, prefecture, province, special, town.
    """

    hit: UnitHit
    first_year: int | None
    left_year: int | None
    batch: str = ""
    clause: str = ""
    source: str = ""
    years: tuple[int, ...] = ()
    is_shifted: bool = False
    listed_as: str = ""


@dataclass(frozen=True, slots=True)
class UnitTreatment:
    """How a unit is treated; `ever` is None when the counties of today that cover the unit are not known."""

    ever: bool | None
    hit: CountyHit | None = None


@dataclass(frozen=True, slots=True)
class Treatment:
    """A programme, one batch of it or one of its tasks as a treatment.

    Parameters
    ----------
    suffix : str
        Ends the names of its columns: p1, p1b2, p1t3.
    programme : Programme
    title_zh, title_en : str
    counties : mapping of str to CountyHit
        By code of today.
    """

    suffix: str
    programme: Programme
    title_zh: str
    title_en: str
    counties: Mapping[str, CountyHit]

    def treat_unit(self, today: Sequence[str], rules: PanelRules) -> UnitTreatment:
        """Say how a unit that counties of today cover is treated.

        Parameters
        ----------
        today : sequence of str
            Codes. A unit is treated while all of it is; it is hit in part when some of its counties are not hit, or some
            only in a way that does not count.
        rules : PanelRules

        Returns
        -------
        UnitTreatment
        """
        if not today:
            return UnitTreatment(None)
        there = [hit for code in today if (hit := self.counties.get(code)) is not None]
        if rules.level == "prefecture":
            there = [_see_from_prefecture(hit, today[0]) for hit in there]
        if not there:
            return UnitTreatment(ever=False)
        counted = [one for one in there if one.hit in rules.counted_hits]
        if len(there) == len(today) and (len(counted) == len(there) or len({one.hit for one in there}) == 1):
            least = max(there, key=lambda one: HITS.index(one.hit))
            return UnitTreatment(bool(counted), _span_years(least, there, latest=True))
        part = replace(_span_years(there[0], counted or there, latest=False), hit="part")
        return UnitTreatment(bool(counted) and rules.counts_parts, part)


def _see_from_prefecture(hit: CountyHit, code: str) -> CountyHit:
    """Turn the hit of a county into that of its prefecture: one that is listed itself is listed as a whole."""
    is_listed = hit.listed_as == "prefecture" or (hit.listed_as == "province" and code[:2] in MUNICIPALITIES)
    return replace(hit, hit="whole") if is_listed and hit.hit == "whole_prefecture" else hit


def _span_years(shown: CountyHit, hits: Sequence[CountyHit], *, latest: bool) -> CountyHit:
    """Take the years in which all of the hits apply, or any of them; unknown where one of them is."""
    starts = [one.first_year for one in hits]
    ends = [one.left_year for one in hits]
    known = [year for year in starts if year is not None]
    gone = [year for year in ends if year is not None]
    first = None if len(known) < len(starts) else max(known) if latest else min(known)
    left = min(gone) if latest and gone else max(gone) if len(gone) == len(ends) else None
    return replace(shown, first_year=first, left_year=left)


def find_treatments(applicability: ApplicabilityIndex, rules: PanelRules) -> list[Treatment]:
    """Find the treatments of all programmes.

    Parameters
    ----------
    applicability : ApplicabilityIndex
    rules : PanelRules

    Returns
    -------
    list of Treatment
        In the order of the programmes; batches and tasks follow their programme where the rules ask for them.
    """
    matches: list[list[tuple[str, str, UnitHit]]] = [[] for _ in applicability.programmes]
    for row, number, member, kind in applicability.matches:
        matches[number].append((applicability.counties[row].adcode, member, _HIT_OF_KIND[kind]))
    found = []
    for number, programme in enumerate(applicability.programmes):
        members = {member.id: member for member in programme.members}
        for suffix, title_zh, title_en, belongs in _list_columns(programme, number + 1, rules):
            hits: dict[str, list[CountyHit]] = {}
            for code, identity, hit in matches[number]:
                if belongs(members[identity]):
                    hits.setdefault(code, []).append(_make_hit(programme, members[identity], hit, rules))
            counties = {code: _choose_hit(own, rules) for code, own in hits.items()}
            found.append(Treatment(suffix, programme, title_zh, title_en, counties))
    return found


def _list_columns(
    programme: Programme, number: int, rules: PanelRules
) -> Iterator[tuple[str, str, str, Callable[[Member], bool]]]:
    if "programme" in rules.details:
        yield f"p{number}", programme.title_zh, programme.title_en, lambda _member: True
    for place, batch in enumerate(programme.batches if "batch" in rules.details else (), start=1):
        titles = (f"{programme.title_zh} · {batch.name_zh}", f"{programme.title_en} · {batch.name_en}")
        yield f"p{number}b{place}", *titles, _make_batch_test(batch.id)
    for task in programme.tasks if "task" in rules.details else ():
        titles = (f"{programme.title_zh} · {task.short_zh}", f"{programme.title_en} · {task.short_en}")
        zones = {zone.order for zone in programme.zones if task.number in zone.tasks}
        yield f"p{number}t{task.number}", *titles, _make_zone_test(zones)


def _make_batch_test(batch: str) -> Callable[[Member], bool]:
    return lambda member: member.membership is not None and member.membership.batch == batch


def _make_zone_test(zones: set[int]) -> Callable[[Member], bool]:
    return lambda member: member.zone in zones


def _make_hit(programme: Programme, member: Member, hit: UnitHit, rules: PanelRules) -> CountyHit:
    listed = find_listed_on(programme, member)
    # The document's date has the month where the beginning is only given as a year.
    if listed == programme.effective_from and programme.document_date.startswith(listed):
        listed = programme.document_date
    is_shifted = int(listed[5:7] or 0) > rules.start_month
    first = int(listed[:4]) + is_shifted if listed else None
    left = find_left_on(member)
    ends = [int(left[:4])] if left else []
    if programme.effective_to:
        ends.append(int(programme.effective_to[:4]) + 1)
    batch = "" if member.membership is None else member.membership.batch
    clause = (member.membership.clause if member.membership is not None else "") or member.where_in_document
    source = find_source(programme, member)
    left_year = min(ends, default=None)
    return CountyHit(hit, first, left_year, batch, clause, source, is_shifted=is_shifted, listed_as=member.kind)


def _choose_hit(hits: Iterable[CountyHit], rules: PanelRules) -> CountyHit:
    """Choose the surest hit of a county, with the earliest year of the hits that count and the last exit."""
    every = list(hits)
    counted = [one for one in every if one.hit in rules.counted_hits] or every
    if len(counted) == 1:
        return counted[0]
    earliest = min(counted, key=lambda one: (one.first_year is None, one.first_year or 0))
    surest = min(counted, key=lambda one: HITS.index(one.hit))
    years = tuple(sorted({one.first_year for one in counted if one.first_year is not None}))
    return replace(_span_years(earliest, counted, latest=False), hit=surest.hit, years=years)
