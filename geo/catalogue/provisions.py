"""What a programme may hold beside zones and tasks: measures, towns, the structure it names, and rules to test it by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pilotzones.geo.bilingual import Bilingual

__all__ = [
    "ROLES",
    "SCOPES",
    "CityClass",
    "Group",
    "Measure",
    "ProgrammeRule",
    "Role",
    "Scope",
    "StructurePart",
    "Town",
]

Role = Literal["measure", "safeguard"]
ROLES: Final[tuple[Role, ...]] = ("measure", "safeguard")
Scope = Literal["whole", "conditional", "places"]
SCOPES: Final[tuple[Scope, ...]] = ("whole", "conditional", "places")


@dataclass(frozen=True, slots=True)
class Group(Bilingual):
    """A heading of the document that measures or safeguards stand under."""

    id: str
    role: Role
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Measure(Bilingual):
    """One measure or safeguard, in our words, with its number in the document.

    `scope` is ``whole`` for all of the programme's area, ``places`` for the counties in `scope_adcodes`, and
    ``conditional`` where the document names a condition instead of places; `scope_text_zh` is the document's wording.
    """

    id: int
    number: str
    group: str
    name_zh: str
    name_en: str
    summary_zh: str
    summary_en: str
    scope: Scope
    scope_text_zh: str
    scope_text_en: str
    scope_adcodes: tuple[str, ...]
    scope_source: str
    where_in_document: str

    def summary(self, lang: str) -> str:
        """Say what it says, in the language `lang`."""
        return self.summary_zh if lang == "zh" else self.summary_en

    def scope_text(self, lang: str) -> str:
        """Get the condition or the places it is tied to; empty for all of the area."""
        return self.scope_text_zh if lang == "zh" else self.scope_text_en


@dataclass(frozen=True, slots=True)
class StructurePart(Bilingual):
    """One figure of a structure the document sums itself up in (the 5 of "1+5+8"), with what it counts."""

    count: int
    name_zh: str
    name_en: str
    items_zh: tuple[str, ...]
    items_en: tuple[str, ...]
    where_in_document: str

    def items(self, lang: str) -> tuple[str, ...]:
        """List what is counted, in the language `lang`."""
        return self.items_zh if lang == "zh" else self.items_en


TownText = Literal["point_datum", "point_accuracy", "searched", "source", "note"]


@dataclass(frozen=True, slots=True)
class Town:
    """What became of a listed town: names, status and hosts then and now, and what its point rests on.

    A text has its Chinese beside it in the field with ``_zh`` behind its name; the English of `point_zh`, what the point
    is and who gives it, is in the special area's own fields.
    """

    note_in_list: str
    county_then: str
    prefecture_then: str
    county_now: str
    prefecture_now: str
    present_name: str
    present_status: str
    town_code: str
    aliases: tuple[str, ...]
    point_datum: str
    point_accuracy: str
    searched: str
    source: str
    note: str
    point_zh: str
    point_datum_zh: str
    point_accuracy_zh: str
    searched_zh: str
    source_zh: str
    note_zh: str

    def get_text(self, text: TownText, lang: str) -> str:
        """Get one of the texts in the language `lang`; the English one where there is no Chinese."""
        own: str = getattr(self, f"{text}_zh") if lang == "zh" else ""
        return own or str(getattr(self, text))

    @property
    def names(self) -> tuple[str, ...]:
        """Every other name it goes by."""
        return tuple(filter(None, (self.present_name, *self.aliases, self.note_in_list)))

    @property
    def moved(self) -> bool:
        """Whether its county or prefecture is another one now."""
        return (self.county_then, self.prefecture_then) != (self.county_now, self.prefecture_now)


@dataclass(frozen=True, slots=True)
class CityClass:
    """Size class of a city, with who says so."""

    prefecture: str
    size_class: str
    as_of: str
    source: str
    address: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class ProgrammeRule(Bilingual):
    """A statement of the document that can be tested on the catalogue; `kind` says how."""

    id: str
    kind: str
    parameter: str
    name_zh: str
    name_en: str
    where_in_document: str
    note: str
