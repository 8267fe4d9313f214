"""What a programme is: the document, its regions, tasks, zones and members, as plain records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeVar, get_args

from pilotzones.geo.bilingual import Bilingual
from pilotzones.geo.catalogue.kinds import PROGRAMME_KINDS, ProgrammeKind
from pilotzones.geo.catalogue.membership import Batch, Membership
from pilotzones.geo.catalogue.provisions import CityClass, Group, Measure, ProgrammeRule, StructurePart, Town

__all__ = [
    "MEMBER_KINDS",
    "Member",
    "MemberKind",
    "NamedEntry",
    "Overlap",
    "Programme",
    "PublishedArea",
    "SpecialArea",
    "Task",
    "Zone",
]

_Entry = TypeVar("_Entry")
MemberKind = Literal["county", "special", "town", "prefecture", "province", "review"]
MEMBER_KINDS: Final[tuple[MemberKind, ...]] = get_args(MemberKind)
Extent = Literal["coextensive", "inside_host", "inside_hosts", "unknown"]


@dataclass(frozen=True, slots=True)
class NamedEntry(Bilingual):
    """Something with an id and a name in both languages (a region, a theme)."""

    id: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Task(Bilingual):
    """One reform task, numbered as in the document."""

    number: int
    name_zh: str
    short_zh: str
    name_en: str
    short_en: str
    theme: str
    where_in_document: str

    def short(self, lang: str) -> str:
        """Get the short name in the language `lang`."""
        return self.short_zh if lang == "zh" else self.short_en


@dataclass(frozen=True, slots=True)
class PublishedArea:
    """What somebody publishes as the area of a member [km²], with source and date; empty date means undated."""

    area_km2: float
    meaning: str
    as_of: str
    source: str
    address: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """How far a special area overlaps a listed member.

    `overlap_km2` is None when nobody publishes it; `whole` says the special area lies inside the member altogether.
    """

    member: str
    overlap_km2: float | None
    whole: bool
    evidence: str
    source: str


@dataclass(frozen=True, slots=True)
class SpecialArea:
    """A functional area that is no administrative division: what is known of where it lies."""

    nature: str
    extent: Extent
    host_adcodes: tuple[str, ...]
    point: tuple[float, float] | None
    point_meaning: str
    point_source: str
    note: str
    overlaps: tuple[Overlap, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """One place as the document lists it; never dropped.

    A ``prefecture`` or ``province`` is listed as a whole, less the counties in `excluded`; a ``review`` is a place that
    nobody has settled yet, so it has no polygon. `official_name` is set where the document writes another one.
    `ground_as_of` is the date whose counties a division consists of; empty for that of the programme.
    """

    zone: int
    position: int
    listed_name: str
    kind: MemberKind
    division_type: str
    province: str
    prefecture: str
    adcode: str | None
    where_in_document: str
    special: SpecialArea | None = None
    published: tuple[PublishedArea, ...] = ()
    official_name: str = ""
    excluded: tuple[str, ...] = ()
    town: Town | None = None
    membership: Membership | None = None
    ground_as_of: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it goes by, the listed one first."""
        others = self.town.names if self.town is not None else ()
        return tuple(dict.fromkeys(filter(None, (self.listed_name, self.official_name, *others))))

    @property
    def has_point(self) -> bool:
        """Whether a source gives its point."""
        return self.special is not None and self.special.point is not None

    def describe_point(self, lang: str) -> str:
        """Say what its point is and who says so, in the language `lang` where the catalogue has that; empty without one."""
        if self.special is None or self.special.point is None:
            return ""
        own = self.town.point_zh if self.town is not None and lang == "zh" else ""
        return own or f"{self.special.point_meaning}; {self.special.point_source}"

    @property
    def name(self) -> str:
        """Name under which boundary sources know it."""
        return self.official_name or self.listed_name

    @property
    def id(self) -> str:
        """Stable id inside the programme: zone and position."""
        return f"{self.zone}-{self.position}"


@dataclass(frozen=True, slots=True)
class Zone(Bilingual):
    """One pilot zone with its stated area, verbatim and in km².

    `published_prefectures` has published areas of prefectures that the zone lists whole, by name.
    """

    order: int
    name_zh: str
    name_en: str
    region: str
    province: str
    stated_area_text: str
    stated_area_km2: float | None
    scope_text: str
    where_in_document: str
    tasks: tuple[int, ...] = ()
    members: tuple[Member, ...] = ()
    published_prefectures: tuple[tuple[str, PublishedArea], ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    """One policy document's scheme, loaded and checked; `folder` is the one it was read from.

    Its members consist of the counties that they had at the date of `codes_as_of`; `checked_as_of` is a date at which these are
    known to be those of today.
    """

    id: str
    title_zh: str
    title_en: str
    document_title: str
    document_number: str
    document_date: str
    document_source: str
    effective_from: str
    effective_to: str
    issuer_zh: str
    issuer_en: str
    codes_as_of: str
    regions: tuple[NamedEntry, ...]
    themes: tuple[NamedEntry, ...]
    tasks: tuple[Task, ...]
    zones: tuple[Zone, ...]
    kind: ProgrammeKind = PROGRAMME_KINDS["zones"]
    groups: tuple[Group, ...] = ()
    measures: tuple[Measure, ...] = ()
    structure: tuple[StructurePart, ...] = ()
    rules: tuple[ProgrammeRule, ...] = ()
    cities: tuple[CityClass, ...] = ()
    document_source_zh: str = ""
    announced: str = ""
    dates_source: str = ""
    dates_source_zh: str = ""
    batches: tuple[Batch, ...] = ()
    checked_as_of: str = field(default="", compare=False)
    folder: Path | None = field(default=None, compare=False)

    def dates_basis(self, lang: str) -> str:
        """Say what the dates of the programme rest on, in the language `lang`; in English where there is no Chinese."""
        return (self.dates_source_zh if lang == "zh" else "") or self.dates_source

    def document_basis(self, lang: str) -> str:
        """Say what number and date rest on, in the language `lang`; in English where there is no Chinese."""
        return (self.document_source_zh if lang == "zh" else "") or self.document_source

    def title(self, lang: str) -> str:
        """Get the title in the language `lang`."""
        return self.title_zh if lang == "zh" else self.title_en

    def issuer(self, lang: str) -> str:
        """Say who issued the document, in the language `lang`."""
        return self.issuer_zh if lang == "zh" else self.issuer_en

    @property
    def members(self) -> tuple[Member, ...]:
        """Every member in document order."""
        return tuple(member for zone in self.zones for member in zone.members)

    @property
    def provinces(self) -> tuple[str, ...]:
        """Provinces in document order."""
        return tuple(dict.fromkeys(zone.province for zone in self.zones))

    @property
    def states_areas(self) -> bool:
        """Whether the document states the area of any zone, so that there is something to audit."""
        return any(zone.stated_area_km2 is not None for zone in self.zones)

    def get_zone(self, order: int) -> Zone:
        """Get the zone with this number.

        Raises
        ------
        KeyError
            When there is none.
        """
        return _find(self.zones, "order", order)

    def get_task(self, number: int) -> Task:
        """Get the task with this number.

        Raises
        ------
        KeyError
            When there is none.
        """
        return _find(self.tasks, "number", number)

    def get_group(self, identity: str) -> Group:
        """Get the group with this id.

        Raises
        ------
        KeyError
            When there is none.
        """
        return _find(self.groups, "id", identity)

    def get_region(self, name_zh: str) -> NamedEntry:
        """Get the region a zone names.

        Raises
        ------
        KeyError
            When there is none.
        """
        return _find(self.regions, "name_zh", name_zh)


def _find(entries: Iterable[_Entry], field_name: str, value: object) -> _Entry:
    for entry in entries:
        if getattr(entry, field_name) == value:
            return entry
    raise KeyError(value)
