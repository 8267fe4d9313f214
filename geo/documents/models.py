"""What a document becomes: a draft programme, each value with its place in the document, and what was not understood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from pilotzones.geo.catalogue.models import MemberKind
from pilotzones.geo.notes import Note
from pilotzones.geo.places import Candidate
from pilotzones.geo.places.reason_codes import ReviewReason

__all__ = [
    "DocumentPlace",
    "Draft",
    "DraftMember",
    "DraftPair",
    "DraftTask",
    "DraftZone",
    "MemberStatus",
    "Unread",
    "Where",
]

MemberStatus = Literal["accepted", "not_a_county", "review", "unresolved", "duplicate"]
Where = Literal["list", "background", "furniture"]


@dataclass(frozen=True, slots=True)
class DocumentPlace:
    """Where in the document something stands: the headings above it, and characters of the document's text."""

    path: tuple[str, ...]
    start: int
    end: int

    def __str__(self) -> str:
        return "·".join(self.path)

    def append_path(self, *path: str) -> DocumentPlace:
        """Extend the path, with the same characters."""
        return DocumentPlace((*self.path, *path), self.start, self.end)


@dataclass(frozen=True, slots=True)
class DraftMember:
    """One place as the document lists it.

    Parameters
    ----------
    position : int
        Place in the list of its zone, from 1.
    listed_name, listed_text : str
        The name as the catalogue has it, and the text verbatim with the unit written before it.
    kind : {"county", "special", "town", "prefecture", "province", "review"}
        "review" for everything that a person has to settle; it never gets a polygon.
    status : {"accepted", "not_a_county", "review", "unresolved", "duplicate"}
        A duplicate stands earlier in the same zone.
    name, division_type, province, prefecture, adcode : str
        Of today; empty where unknown.
    hosts : tuple of str
        Codes of the counties a special area or town lies in, as far as known.
    whole_host : bool
        Whether a special area is its one host exactly.
    nature : str
        What kind of area it is, for special areas and towns.
    excluded : tuple of str
        Codes that the document takes out of a prefecture or province.
    ground : tuple of str
        Codes of today that cover a division as it was at the date of the document, where they are not `adcode` alone.
    ground_as_of : str
        Month (YYYY-MM) of that ground; set too where the limits changed since. `adcode` is then that of the unit today, or
        the one it had.
    batch : str
        Round of the list that it came with, as the document names it.
    listed_on, left_on : str
        Date on which it joined the list and left it, as far as given (YYYY, YYYY-MM or YYYY-MM-DD).
    method, reasons, candidates, context
        Of the resolver; `context` with `listed_text` is the key of a saved decision.
    """

    position: int
    listed_name: str
    listed_text: str
    kind: MemberKind
    status: MemberStatus
    place: DocumentPlace
    name: str = ""
    division_type: str = ""
    province: str = ""
    prefecture: str = ""
    adcode: str = ""
    hosts: tuple[str, ...] = ()
    whole_host: bool = False
    nature: str = ""
    excluded: tuple[str, ...] = ()
    ground: tuple[str, ...] = ()
    ground_as_of: str = ""
    batch: str = ""
    listed_on: str = ""
    left_on: str = ""
    method: str = ""
    reasons: tuple[ReviewReason, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    context: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a person has to settle it."""
        return self.status in {"review", "unresolved"}


@dataclass(frozen=True, slots=True)
class DraftTask:
    """One task of a document."""

    number: int
    name: str
    place: DocumentPlace


@dataclass(frozen=True, slots=True)
class DraftPair:
    """One zone takes on one task; `text` is the zone's wording, in review when it is not the task's own."""

    zone: int
    task: int
    text: str
    status: Literal["accepted", "review"]
    place: DocumentPlace


@dataclass(frozen=True, slots=True)
class DraftZone:
    """One zone with its members; `stated_area_km2` [km²] follows from the wording, None when there is none."""

    number: int
    name: str
    region: str
    province: str
    stated_area_text: str
    stated_area_km2: float | None
    scope_text: str
    place: DocumentPlace
    members: tuple[DraftMember, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """A passage that gave nothing: inside the list, in the text around it, or page furniture."""

    where: Where
    reason: str
    text: str
    place: DocumentPlace


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft programme.

    Parameters
    ----------
    title : str
        Of the document; empty when it has none.
    file : str
        What the document is called to its user.
    text : str
        The document's text; every offset counts its characters.
    document_date, document_number : str
        As the document gives them; empty when it does not.
    zones, tasks, pairs, regions
        In document order.
    unread : tuple of Unread
        All that was not used, with the reason.
    notes : tuple of Note
        What a reader should know of the whole.
    """

    title: str
    file: str
    text: str
    document_date: str = ""
    document_number: str = ""
    zones: tuple[DraftZone, ...] = ()
    tasks: tuple[DraftTask, ...] = ()
    pairs: tuple[DraftPair, ...] = ()
    regions: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
    notes: tuple[Note, ...] = field(default=())

    @property
    def members(self) -> Iterator[tuple[DraftZone, DraftMember]]:
        """Every member with its zone, in document order."""
        return ((zone, member) for zone in self.zones for member in zone.members)

    @property
    def total(self) -> int:
        """Number of members listed."""
        return sum(len(zone.members) for zone in self.zones)

    @property
    def matched(self) -> int:
        """Number of members recognised: accepted, or known to be no county."""
        return sum(member.status in {"accepted", "not_a_county"} for _, member in self.members)

    @property
    def review(self) -> tuple[tuple[DraftZone, DraftMember], ...]:
        """Members that wait for a person."""
        return tuple((zone, member) for zone, member in self.members if member.is_open)

    @property
    def needs_review(self) -> bool:
        """Whether a person has to look: open members, doubtful tasks, or words of the list that were not understood."""
        doubtful = any(pair.status == "review" for pair in self.pairs)
        return bool(self.review) or doubtful or any(one.where == "list" for one in self.unread)

    def to_dict(self, *, text: bool = False) -> dict[str, Any]:
        """Return plain data, ready for JSON.

        Parameters
        ----------
        text : bool, optional
            Whether the document's text goes with it.

        Returns
        -------
        dict
        """
        plain = asdict(self)
        for zone, plain_zone in zip(self.zones, plain["zones"], strict=True):
            for member, plain_member in zip(zone.members, plain_zone["members"], strict=True):
                plain_member["reasons"] = [str(reason) for reason in member.reasons]
                plain_member["reason_codes"] = [reason.code for reason in member.reasons]
        if not text:
            del plain["text"]
        return {"matched": self.matched, "total": self.total, "review": len(self.review), **plain}
