"""Readings: which published figures, put together, give a zone's stated area. Each is a hypothesis with its terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

from pilotzones.geo.audit.models import Hypothesis, Term
from pilotzones.geo.catalogue.models import Member, PublishedArea, Zone

__all__ = [
    "find_max_addition_km2",
    "find_member_reading",
    "list_prefecture_readings",
    "list_special_readings",
    "make_figure_term",
]

# Combinations of published extents are few (three areas with three figures each are 27); this bounds a hostile list.
_MAX_COMBINATIONS: Final = 5000
# Figures that do not say what a county's polygon should hold.
_NOT_LAND: Final = ("incl_sea", "total", "planned")


def list_special_readings(zone: Zone, needed_km2: float, computed: dict[str, float]) -> list[Hypothesis]:
    """List every combination of the special areas' published extents, minus documented overlaps.

    Parameters
    ----------
    zone : Zone
    needed_km2 : float
        Stated area less the zone's ordinary counties [km²].
    computed : dict of str to float
        Polygon area [km²] by member id, for special areas that have one.

    Returns
    -------
    list of Reading
        Closest first; empty when one special area has no figure at all, for then nothing can be added up.
    """
    choices = [_list_extent_terms(member, computed.get(member.id)) for member in zone.members if member.special]
    if not choices or not all(choices):
        return []
    readings = [
        _add_up(terms, needed_km2) for terms, _ in zip(product(*choices), range(_MAX_COMBINATIONS), strict=False)
    ]
    return sorted(readings, key=lambda reading: (abs(reading.rest_km2), not reading.determined))


def _list_extent_terms(member: Member, computed_km2: float | None) -> list[tuple[Term, ...]]:
    """List what one special area may add: for each published figure the extent and the overlaps taken out of it.

    The list is empty when nothing is known.
    """
    special = member.special
    assert special is not None
    inside = next((overlap for overlap in special.overlaps if overlap.whole), None)
    if inside is not None:
        term = Term(member.listed_name, 0.0, "published", source=inside.source, inside=inside.member)
        return [(term,)]
    if not member.published:
        return [] if computed_km2 is None else [(Term(member.listed_name, computed_km2, "computed"),)]
    known = [overlap for overlap in special.overlaps if overlap.overlap_km2 is not None]
    taken = tuple(
        Term(
            member.listed_name,
            -(overlap.overlap_km2 or 0.0),
            "published",
            "overlap",
            "",
            overlap.source,
            overlap_with=overlap.member,
        )
        for overlap in known
    )
    is_open = len(known) < len(special.overlaps)
    extents = [make_figure_term(member.listed_name, figure) for figure in member.published]
    if is_open:
        extents = [replace(term, km2=0.0, basis="bounded", most_km2=term.km2) for term in extents]
    return [(term, *taken) for term in extents]


def _add_up(choice: Iterable[Sequence[Term]], needed_km2: float) -> Hypothesis:
    """Fill what is only bounded with what is still needed, then add up."""
    terms = [term for group in choice for term in group]
    missing = needed_km2 - sum(term.km2 for term in terms if term.basis != "bounded")
    filled = []
    for term in terms:
        if term.basis == "bounded":
            part = min(max(missing, 0.0), term.most_km2 or 0.0)
            missing -= part
            filled.append(replace(term, km2=part))
        else:
            filled.append(term)
    return _make_hypothesis("special_areas", filled, needed_km2)


def find_max_addition_km2(member: Member) -> float | None:
    """Find the most a special area without polygon can add to its zone [km²]; None when nobody publishes an extent.

    Parameters
    ----------
    member : Member
        A special area.

    Returns
    -------
    float or None
    """
    choices = _list_extent_terms(member, None)
    if not choices:
        return None
    return max(sum(term.most_km2 if term.most_km2 is not None else term.km2 for term in terms) for terms in choices)


def list_prefecture_readings(zone: Zone, by_prefecture: dict[str, float]) -> list[Hypothesis]:
    """List the published areas of prefectures that the zone lists whole, against the stated area.

    Parameters
    ----------
    zone : Zone
    by_prefecture : dict of str to float
        Computed area [km²] of the zone's counties by prefecture, only for prefectures listed whole.

    Returns
    -------
    list of Reading
        Closest first; only combinations that cover the whole zone, so that nothing is mixed.
    """
    names = list(dict.fromkeys(member.prefecture for member in zone.members))
    figures: dict[str, list[Term]] = {}
    for name, figure in zone.published_prefectures:
        if name in by_prefecture:
            figures.setdefault(name, []).append(make_figure_term(name, figure))
    if zone.stated_area_km2 is None or set(figures) != set(names):
        return []
    readings = [
        _make_hypothesis("prefectures", terms, zone.stated_area_km2)
        for terms, _ in zip(product(*(figures[name] for name in names)), range(_MAX_COMBINATIONS), strict=False)
    ]
    return sorted(readings, key=lambda reading: abs(reading.rest_km2))


def find_member_reading(zone: Zone, computed: dict[str, float]) -> Hypothesis | None:
    """Find one reading from the members' own published figures, the first that is about land for each.

    Parameters
    ----------
    zone : Zone
        Without special areas.
    computed : dict of str to float
        Polygon area [km²] by member id, for members nobody publishes a figure of.

    Returns
    -------
    Hypothesis or None
        None when no member has a figure or one has neither. There is one reading, not the best of many: with
        several figures for each of many members some combination would fit by chance.
    """
    if zone.stated_area_km2 is None:
        return None
    terms = []
    for member in zone.members:
        figure = next((figure for figure in member.published if figure.meaning not in _NOT_LAND), None)
        if figure is not None:
            terms.append(make_figure_term(member.listed_name, figure))
        elif member.id in computed:
            terms.append(Term(member.listed_name, computed[member.id], "computed"))
        else:
            return None
    if all(term.basis == "computed" for term in terms):
        return None
    return _make_hypothesis("members", terms, zone.stated_area_km2)


def make_figure_term(name: str, figure: PublishedArea) -> Term:
    """Make the term of a published figure of `name`."""
    texts = (figure.meaning, figure.as_of, figure.source, figure.address)
    return Term(name, figure.area_km2, "published", *texts, confidence=figure.confidence)


def _make_hypothesis(kind: str, terms: Iterable[Term], needed_km2: float) -> Hypothesis:
    summands = tuple(terms)
    contribution = sum(term.km2 for term in summands)
    determined = all(term.basis != "bounded" for term in summands)
    return Hypothesis(kind, summands, needed_km2, contribution, contribution - needed_km2, determined)  # type: ignore[arg-type]  # a literal of the callers
