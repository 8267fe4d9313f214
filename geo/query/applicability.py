"""What applies in a county: every zone, task, measure, town and special area of every programme that touches it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import shapely

from pilotzones.geo.bilingual import Bilingual
from pilotzones.geo.join import COUNTED
from pilotzones.geo.places.romanization import english_name
from pilotzones.geo.query.county_index import CountyIndex, points_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from pilotzones.geo.catalogue.models import Member, Programme
    from pilotzones.geo.catalogue.provisions import Measure
    from pilotzones.geo.join import JoinedProgramme
    from pilotzones.geo.query.county_index import County

__all__ = [
    "HIT_KINDS",
    "SUBJECTS",
    "ApplicabilityIndex",
    "CountyMatch",
    "Hit",
    "HitKind",
    "OtherProgrammeMatch",
    "Subject",
]

HitKind = Literal["member", "municipality", "town", "host"]
# From the surest to the least: what is a member is not called a host as well.
HIT_KINDS: Final[tuple[HitKind, ...]] = ("member", "municipality", "town", "host")
Subject = Literal["zone", "task", "measure", "town", "special"]
SUBJECTS: Final[tuple[Subject, ...]] = ("zone", "town", "special", "task", "measure")


@dataclass(frozen=True, slots=True)
class Hit(Bilingual):
    """One thing that applies.

    Parameters
    ----------
    programme : str
        Its id.
    subject : {"zone", "town", "special", "task", "measure"}
    id : str
        Number of a zone, task or measure, id of a member.
    zone : int or None
        Zone it comes with; None for a measure.
    name_zh, name_en : str
    kind : {"member", "municipality", "town", "host"}
        Why: the county is a member, all of a municipality or prefecture is listed, a listed town lies in it, or it
        holds a special area of which nobody publishes a boundary, so that it applies in a part nobody can draw.
    clause : str
        Where in the document.
    condition_zh, condition_en : str
        What else the document asks for; empty when nothing.
    """

    programme: str
    subject: Subject
    id: str
    zone: int | None
    name_zh: str
    name_en: str
    kind: HitKind
    clause: str
    condition_zh: str = ""
    condition_en: str = ""

    def condition(self, lang: str) -> str:
        """The condition in the language `lang`."""
        return self.condition_zh if lang == "zh" else self.condition_en


@dataclass(frozen=True, slots=True)
class OtherProgrammeMatch:
    """What another programme has in counties of a zone: the hit by its surest reason, and where."""

    hit: Hit
    counties: tuple[County, ...]


# Row of a county, number of the programme, id of the member, and why.
CountyMatch = tuple[int, int, str, HitKind]


@dataclass(frozen=True)
class _Shapes:
    """Polygons and points of the members of all programmes, with what they are, in one order."""

    geometry: NDArray[Any]
    owners: tuple[tuple[int, str, HitKind], ...]


class ApplicabilityIndex:
    """Everything that applies in each county of one boundary source.

    Parameters
    ----------
    joined : sequence of Joined
        Programmes on the same boundaries, in the order they are to be told.
    index : CountyIndex, optional
        Of the same boundaries, when there is one already.

    Raises
    ------
    ValueError
        When there is none, or they are not on the same boundaries.
    """

    def __init__(self, joined: Sequence[JoinedProgramme], *, index: CountyIndex | None = None) -> None:
        if not joined or len({one.boundaries.info.sha256 for one in joined}) > 1:
            raise ValueError("programmes on one and the same boundary source are expected")
        self.programmes: tuple[Programme, ...] = tuple(one.programme for one in joined)
        self.index = CountyIndex(joined[0].boundaries) if index is None else index
        self.touches: tuple[CountyMatch, ...] = _touches(joined, self.index)
        self._at: dict[int, list[CountyMatch]] = defaultdict(list)
        for touch in self.touches:
            self._at[touch[0]].append(touch)

    def hits(self, row: int) -> tuple[Hit, ...]:
        """Everything that applies in the county of a row.

        Parameters
        ----------
        row : int
            Of the counties of the boundary source.

        Returns
        -------
        tuple of Hit
            Programme by programme: zones, towns, special areas, tasks, measures; each once, by its surest reason.
        """
        if row not in self._at:
            return ()
        best: dict[tuple[str, Subject, str, int | None], Hit] = {}
        code = self.index.counties[row].adcode
        for number, programme in enumerate(self.programmes):
            own = [touch for touch in self._at[row] if touch[1] == number]
            for hit in _find_hits(programme, own, code):
                key = (hit.programme, hit.subject, hit.id, hit.zone)
                known = best.get(key)
                if known is None or HIT_KINDS.index(hit.kind) < HIT_KINDS.index(known.kind):
                    best[key] = hit
        return tuple(sorted(best.values(), key=self._rank))

    def counties_of(self, programme: str, zone: int) -> list[County]:
        """Counties that a zone's members are, or lie in, in the order of the source."""
        number = [one.id for one in self.programmes].index(programme)
        own = {member.id for member in self.programmes[number].zone(zone).members}
        rows = sorted({touch[0] for touch in self.touches if touch[1] == number and touch[2] in own})
        return [self.index.counties[row] for row in rows]

    def elsewhere(self, programme: str, zone: int) -> tuple[OtherProgrammeMatch, ...]:
        """What the other programmes have in the counties of a zone.

        Parameters
        ----------
        programme : str
            Id of the zone's own programme, one of these.
        zone : int

        Returns
        -------
        tuple of Elsewhere
            Programme by programme, as in `hits`, zone by zone; each thing once, with every county of the zone that it applies in.
        """
        found: dict[tuple[str, Subject, str, int | None], list[tuple[Hit, County]]] = defaultdict(list)
        for county in self.counties_of(programme, zone):
            for hit in self.hits(county.row):
                if hit.programme != programme:
                    found[hit.programme, hit.subject, hit.id, hit.zone].append((hit, county))
        return tuple(
            OtherProgrammeMatch(
                min((hit for hit, _ in own), key=lambda hit: HIT_KINDS.index(hit.kind)),
                tuple(county for _, county in own),
            )
            for _, own in sorted(found.items(), key=lambda item: (self._rank(item[1][0][0]), item[0][3] or 0))
        )

    def _rank(self, hit: Hit) -> tuple[int, int]:
        """Programme by programme, then subject by subject; what is equal keeps its order."""
        return ([one.id for one in self.programmes].index(hit.programme), SUBJECTS.index(hit.subject))


def _touches(joined: Sequence[JoinedProgramme], index: CountyIndex) -> tuple[CountyMatch, ...]:
    """Which member touches which county: areas by a point inside each county, towns by their own."""
    areas, points = _areas(joined), _points(joined)
    inside = shapely.point_on_surface(index.geometry)
    tree = shapely.STRtree(areas.geometry)
    rows, owners = points_in(areas.geometry, tree, shapely.get_x(inside), shapely.get_y(inside))
    found = {(row, *areas.owners[owner]) for row, owner in zip(rows.tolist(), owners.tolist(), strict=True)}
    for point, owner in zip(points.geometry, points.owners, strict=True):
        # On a border it is in both counties.
        found |= {(row, *owner) for row in index.rows_touching(point)}
    return tuple(sorted(found))


def _areas(joined: Sequence[JoinedProgramme]) -> _Shapes:
    """Polygons of members, and of the counties that hold special areas and towns without a point."""
    shapes: list[Any] = []
    owners: list[tuple[int, str, HitKind]] = []
    for number, one in enumerate(joined):
        columns = (one.members[name].tolist() for name in ("member_id", "status", "geometry_quality"))
        for identity, status, quality, shape in zip(*columns, one.members.geometry.to_numpy(), strict=True):
            if quality in COUNTED:
                shapes.append(shape)
                owners.append((number, identity, "municipality" if status == "whole" else "member"))
        members = {member.id: member for member in one.programme.members}
        for identity, shape in zip(one.hosts["member_id"].tolist(), one.hosts.geometry.to_numpy(), strict=True):
            member = members[identity]
            has_point = member.special is not None and member.special.point is not None
            if shape is None or (member.kind == "town" and has_point):
                continue
            shapes.append(shape)
            owners.append((number, identity, "town" if member.kind == "town" else "host"))
    return _Shapes(np.array(shapes, dtype=object), tuple(owners))


def _points(joined: Sequence[JoinedProgramme]) -> _Shapes:
    """Towns that have a point."""
    shapes: list[Any] = []
    owners: list[tuple[int, str, HitKind]] = []
    for number, one in enumerate(joined):
        for member in one.programme.members:
            if member.kind == "town" and member.special is not None and member.special.point is not None:
                shapes.append(shapely.Point(member.special.point))
                owners.append((number, member.id, "town"))
    return _Shapes(np.array(shapes, dtype=object), tuple(owners))


def _find_hits(programme: Programme, touches: Iterable[CountyMatch], code: str) -> Iterator[Hit]:
    """Hits of one programme in one county."""
    members = {member.id: member for member in programme.members}
    kinds: list[HitKind] = []
    for _row, _number, identity, kind in touches:
        member = members[identity]
        kinds.append(kind)
        yield from _member_hits(programme, member, kind)
    if kinds:
        surest = min(kinds, key=HIT_KINDS.index)
        for measure in programme.measures:
            hit = _measure_hit(programme, measure, surest)
            if measure.scope != "places":
                yield hit
            elif code in measure.scope_adcodes:
                yield replace(hit, kind="member")


def _member_hits(programme: Programme, member: Member, kind: HitKind) -> Iterator[Hit]:
    zone = programme.zone(member.zone)
    base = {"programme": programme.id, "zone": zone.order, "kind": kind}
    if programme.kind != "towns":
        yield Hit(
            subject="zone",
            id=str(zone.order),
            name_zh=zone.name_zh,
            name_en=zone.name_en,
            clause=member.where_in_document,
            **base,  # type: ignore[arg-type]
        )
    if member.special is not None:
        name_en = zone.name_en if programme.kind == "towns" else english_name(member.listed_name) or member.listed_name
        yield Hit(
            subject="town" if member.kind == "town" else "special",
            id=member.id,
            name_zh=member.listed_name,
            name_en=name_en,
            clause=member.where_in_document,
            **base,  # type: ignore[arg-type]
        )
    for number in zone.tasks:
        task = programme.task(number)
        yield Hit(
            subject="task",
            id=str(number),
            name_zh=task.name_zh,
            name_en=task.name_en,
            clause=task.where_in_document,
            **base,  # type: ignore[arg-type]
        )


def _measure_hit(programme: Programme, measure: Measure, kind: HitKind) -> Hit:
    return Hit(
        programme=programme.id,
        subject="measure",
        id=str(measure.id),
        zone=None,
        name_zh=measure.name_zh,
        name_en=measure.name_en,
        kind=kind,
        clause=measure.where_in_document,
        condition_zh=measure.scope_text_zh,
        condition_en=measure.scope_text_en,
    )
