"""Find what applies in a county: every zone, task, measure, town and special area of every programme that touches it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from pilotzones.geo.bilingual import Bilingual
from pilotzones.geo.places.romanization import get_english_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pilotzones.geo.boundaries.county_table import County, CountyTable
    from pilotzones.geo.catalogue.models import Member, Programme
    from pilotzones.geo.catalogue.provisions import Measure
    from pilotzones.geo.query.county_index import CountyIndex

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
# Row of a county, number of the programme, id of the member, and why.
CountyMatch = tuple[int, int, str, HitKind]


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
        """Get the condition in the language `lang`."""
        return self.condition_zh if lang == "zh" else self.condition_en


@dataclass(frozen=True, slots=True)
class OtherProgrammeMatch:
    """What another programme has in counties of a zone: the hit by its surest reason, and where."""

    hit: Hit
    counties: tuple[County, ...]


class ApplicabilityIndex:
    """Everything that applies in each county of one boundary source.

    Parameters
    ----------
    programmes : sequence of Programme
        In the order in which they are reported.
    table : CountyTable
        The counties of the source.
    matches : iterable of CountyMatch
        Which member touches which county, see `pilotzones.geo.query.county_matches`.
    load_index : callable
        Loads the spatial index of the source; called when somebody looks for a coordinate.
    """

    def __init__(
        self,
        programmes: Sequence[Programme],
        table: CountyTable,
        matches: Iterable[CountyMatch],
        load_index: Callable[[], CountyIndex],
    ) -> None:
        self.programmes = tuple(programmes)
        self.matches = tuple(matches)
        self._table = table
        self._load_index = load_index
        self._at: dict[int, list[CountyMatch]] = defaultdict(list)
        for match in self.matches:
            self._at[match[0]].append(match)
        self._members = [{member.id: member for member in programme.members} for programme in self.programmes]

    @cached_property
    def index(self) -> CountyIndex:
        """The spatial index of the counties."""
        return self._load_index()

    @property
    def counties(self) -> tuple[County, ...]:
        """Every county, in the order of the source."""
        return self._table.counties

    def find_rows(self, code: str) -> list[int]:
        """Find the row of the county, or the rows of all counties of the prefecture or province, with a code."""
        return self._table.find_rows(code)

    def list_hits(self, row: int) -> tuple[Hit, ...]:
        """List everything that applies in the county of a row.

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
        code = self.counties[row].adcode
        for number in sorted({match[1] for match in self._at[row]}):
            own = [(self._members[number][match[2]], match[3]) for match in self._at[row] if match[1] == number]
            for hit in _find_hits(self.programmes[number], own, code):
                key = (hit.programme, hit.subject, hit.id, hit.zone)
                known = best.get(key)
                if known is None or HIT_KINDS.index(hit.kind) < HIT_KINDS.index(known.kind):
                    best[key] = hit
        return tuple(sorted(best.values(), key=self._rank))

    def list_counties(self, programme: str, zone: int) -> list[County]:
        """List the counties that a zone's members are, or lie in, in the order of the source."""
        number = [one.id for one in self.programmes].index(programme)
        own = {member.id for member in self.programmes[number].get_zone(zone).members}
        rows = sorted({county.row for county, member, _ in self.list_matches(programme) if member in own})
        return [self.counties[row] for row in rows]

    def list_matches(self, programme: str) -> Iterator[tuple[County, str, HitKind]]:
        """List the county, the id of the member and the kind of every match of a programme, which is one of these."""
        number = [one.id for one in self.programmes].index(programme)
        return ((self.counties[row], member, kind) for row, which, member, kind in self.matches if which == number)

    def find_elsewhere(self, programme: str, zone: int) -> tuple[OtherProgrammeMatch, ...]:
        """List what the other programmes have in the counties of a zone.

        Parameters
        ----------
        programme : str
            Id of the zone's own programme, one of these.
        zone : int

        Returns
        -------
        tuple of OtherProgrammeMatch
            Programme by programme, as in `list_hits`, zone by zone; each thing once, with every county it applies in.
        """
        matches: dict[tuple[str, Subject, str, int | None], list[tuple[Hit, County]]] = defaultdict(list)
        for county in self.list_counties(programme, zone):
            for hit in self.list_hits(county.row):
                if hit.programme != programme:
                    matches[hit.programme, hit.subject, hit.id, hit.zone].append((hit, county))
        return tuple(
            OtherProgrammeMatch(
                min((hit for hit, _ in own), key=lambda hit: HIT_KINDS.index(hit.kind)),
                tuple(county for _, county in own),
            )
            for _, own in sorted(matches.items(), key=lambda item: (self._rank(item[1][0][0]), item[0][3] or 0))
        )

    def _rank(self, hit: Hit) -> tuple[int, int]:
        """Rank programme by programme, then subject by subject; what is equal keeps its order."""
        return ([one.id for one in self.programmes].index(hit.programme), SUBJECTS.index(hit.subject))


def _find_hits(programme: Programme, matches: Sequence[tuple[Member, HitKind]], code: str) -> Iterator[Hit]:
    """Find hits of one programme in one county that a member of it matches."""
    for member, kind in matches:
        yield from _find_member_hits(programme, member, kind)
    surest = min((kind for _, kind in matches), key=HIT_KINDS.index)
    for measure in programme.measures:
        hit = _make_measure_hit(programme, measure, surest)
        if measure.scope != "places":
            yield hit
        elif code in measure.scope_adcodes:
            yield replace(hit, kind="member")


def _find_member_hits(programme: Programme, member: Member, kind: HitKind) -> Iterator[Hit]:
    zone = programme.get_zone(member.zone)
    base = {"programme": programme.id, "zone": zone.order, "kind": kind}
    if not programme.kind.lists_towns:
        yield Hit(
            subject="zone",
            id=str(zone.order),
            name_zh=zone.name_zh,
            name_en=zone.name_en,
            clause=member.where_in_document,
            **base,  # type: ignore[arg-type]
        )
    if member.special is not None:
        name_en = (
            zone.name_en if programme.kind.lists_towns else get_english_name(member.listed_name) or member.listed_name
        )
        yield Hit(
            subject="town" if member.kind == "town" else "special",
            id=member.id,
            name_zh=member.listed_name,
            name_en=name_en,
            clause=member.where_in_document,
            **base,  # type: ignore[arg-type]
        )
    for number in zone.tasks:
        task = programme.get_task(number)
        yield Hit(
            subject="task",
            id=str(number),
            name_zh=task.name_zh,
            name_en=task.name_en,
            clause=task.where_in_document,
            **base,  # type: ignore[arg-type]
        )


def _make_measure_hit(programme: Programme, measure: Measure, kind: HitKind) -> Hit:
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
