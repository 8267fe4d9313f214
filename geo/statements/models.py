"""Records of statements, claims, themes and pairs of statements."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal, get_args

from pilotzones.geo.bilingual import Bilingual
from pilotzones.geo.messages import append_detail

__all__ = [
    "KINDS",
    "LEVELS",
    "RELATIONS",
    "SUPPORTS",
    "CitedDocument",
    "ClaimEvidence",
    "ClaimSupport",
    "GovernmentLevel",
    "OutlinePlace",
    "PairRelation",
    "Statement",
    "StatementBase",
    "StatementKind",
    "StatementPair",
    "Theme",
]

StatementKind = Literal[
    "task", "measure", "guarantee", "problem", "feature", "strategy", "claim", "limit", "definition", "duty"
]
GovernmentLevel = Literal["nation", "province", "municipality", "zone", "town"]
ClaimSupport = Literal["supported", "unsupported", "contradicted"]
PairRelation = Literal["same", "narrower", "broader", "conflicts"]
KINDS: Final[tuple[StatementKind, ...]] = get_args(StatementKind)
LEVELS: Final[tuple[GovernmentLevel, ...]] = get_args(GovernmentLevel)
SUPPORTS: Final[tuple[ClaimSupport, ...]] = get_args(ClaimSupport)
RELATIONS: Final[tuple[PairRelation, ...]] = get_args(PairRelation)


@dataclass(frozen=True, slots=True)
class Theme(Bilingual):
    """A question that documents are followed by, with what belongs to it and what is left to others."""

    id: str
    name_zh: str
    name_en: str
    definition_zh: str
    definition_en: str
    left_out_zh: str
    left_out_en: str

    def definition(self, lang: str) -> str:
        """Say what belongs to it, in the language `lang`."""
        return self.definition_zh if lang == "zh" else self.definition_en

    def left_out(self, lang: str) -> str:
        """Say what belongs to another theme, in the language `lang`."""
        return self.left_out_zh if lang == "zh" else self.left_out_en


@dataclass(frozen=True, slots=True)
class OutlinePlace:
    """A section of a document that a statement may stand in."""

    place: str
    heading_zh: str
    heading_en: str


@dataclass(frozen=True, slots=True)
class CitedDocument(Bilingual):
    """A document with statements: a programme's document or a paper.

    `date` is as precise as known and may be empty; `programme` is empty for a paper.
    """

    id: str
    name_zh: str
    name_en: str
    type: Literal["policy", "paper"]
    date: str
    author: str
    note_zh: str
    note_en: str
    programme: str
    outline: tuple[OutlinePlace, ...] = ()

    def name_place(self, place: str, lang: str) -> str:
        """Name a section with its heading in the language `lang`: "四、重点任务 3 (Spatial pattern)"."""
        heading = {one.place: one.heading_zh if lang == "zh" else one.heading_en for one in self.outline}.get(place, "")
        if not heading or heading in place:
            return place
        return append_detail(place, heading, lang)

    def note(self, lang: str) -> str:
        """Say what is not known of it, in the language `lang`."""
        return self.note_zh if lang == "zh" else self.note_en


@dataclass(frozen=True, slots=True)
class ClaimEvidence:
    """Who is said to have published a claim's figure, and what was found of it."""

    claimed_source_zh: str
    claimed_source_en: str
    claimed_year: str
    support: ClaimSupport
    looked_at_zh: str
    looked_at_en: str
    source: str

    def claimed_source(self, lang: str) -> str:
        """Say who is said to have published it, in the language `lang`."""
        return self.claimed_source_zh if lang == "zh" else self.claimed_source_en

    def looked_at(self, lang: str) -> str:
        """Say what was looked at, in the language `lang`."""
        return self.looked_at_zh if lang == "zh" else self.looked_at_en


@dataclass(frozen=True, slots=True)
class Statement:
    """What a document says in one place, in our words.

    `actor` acts on `object` where `condition` holds; `value` and `unit` are the figure it names, as text, because figures
    such as "<30" and "5–8" are ranges. `zones` are the zones that it holds for; `themes_second` are the themes of a second
    tagger, empty where nobody tagged it a second time.
    """

    id: str
    document: str
    kind: StatementKind
    where_in_document: str
    text_zh: str
    text_en: str
    level: GovernmentLevel
    actor_zh: str = ""
    actor_en: str = ""
    object_zh: str = ""
    object_en: str = ""
    condition_zh: str = ""
    condition_en: str = ""
    value: str = ""
    unit: str = ""
    date: str = ""
    zones: tuple[int, ...] = ()
    themes: tuple[str, ...] = ()
    reason_zh: str = ""
    reason_en: str = ""
    themes_second: tuple[str, ...] = ()
    claim: ClaimEvidence | None = None

    def text(self, lang: str) -> str:
        """Get what it says, in the language `lang`."""
        return self.text_zh if lang == "zh" else self.text_en

    def actor(self, lang: str) -> str:
        """Say who acts, in the language `lang`."""
        return self.actor_zh if lang == "zh" else self.actor_en

    def object(self, lang: str) -> str:
        """Say what is acted on, in the language `lang`."""
        return self.object_zh if lang == "zh" else self.object_en

    def condition(self, lang: str) -> str:
        """Say under which condition, in the language `lang`."""
        return self.condition_zh if lang == "zh" else self.condition_en

    def reason(self, lang: str) -> str:
        """Say why it has its themes, in the language `lang`."""
        return self.reason_zh if lang == "zh" else self.reason_en


@dataclass(frozen=True, slots=True)
class StatementPair:
    """Two statements of which people settled how they relate: the first is `relation` to the second."""

    first: str
    second: str
    relation: PairRelation
    reason_zh: str
    reason_en: str

    def reason(self, lang: str) -> str:
        """Say why, in the language `lang`."""
        return self.reason_zh if lang == "zh" else self.reason_en


@dataclass(frozen=True)
class StatementBase:
    """All statements with their documents, themes and pairs."""

    themes: tuple[Theme, ...]
    documents: tuple[CitedDocument, ...]
    statements: tuple[Statement, ...]
    pairs: tuple[StatementPair, ...] = field(default=())

    @cached_property
    def by_id(self) -> dict[str, Statement]:
        """Statements by id."""
        return {statement.id: statement for statement in self.statements}

    def get_theme(self, identity: str) -> Theme:
        """Get the theme with this id.

        Raises
        ------
        KeyError
            When there is none.
        """
        return {theme.id: theme for theme in self.themes}[identity]

    def get_document(self, identity: str) -> CitedDocument:
        """Get the document with this id.

        Raises
        ------
        KeyError
            When there is none.
        """
        return {document.id: document for document in self.documents}[identity]

    def select(
        self,
        *,
        theme: str = "",
        document: str = "",
        kind: str = "",
        zone: tuple[str, int] | None = None,
    ) -> list[Statement]:
        """Select statements that meet every condition given.

        Parameters
        ----------
        theme, document, kind : str, optional
            Ids; empty for all.
        zone : tuple of (str, int), optional
            Id of a programme and number of its zone.

        Returns
        -------
        list of Statement
            In the order of the documents.
        """
        return [
            one
            for one in self.statements
            if (not theme or theme in one.themes)
            and (not document or one.document == document)
            and (not kind or one.kind == kind)
            and (zone is None or (one.document == zone[0] and zone[1] in one.zones))
        ]
