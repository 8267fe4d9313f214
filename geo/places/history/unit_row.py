"""What a row says of a unit, what it means, and the row while it is matched."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from pilotzones.geo.places.history.models import Period, UnitSpell
from pilotzones.geo.places.reason_codes import ReviewReason, make_reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotzones.geo.places.history.models import Fate
from pilotzones.geo.places.history.unit_index import UnitIndex

__all__ = ["NOW", "MatchKind", "UnitMatch", "UnitQuery", "UnitRow"]

MatchKind = Literal["unit", "placeholder", "statistical"]
NOW: Final = Period("2024-01", "9999-12")
# When the boundary table was made.
_DRAWN: Final = Period("2024-01", "2024-01")


@dataclass(frozen=True, slots=True)
class UnitQuery:
    """What a row says of a unit; what it does not say is empty or None.

    Parameters
    ----------
    name : str
    code : str
        Six digits.
    period : Period or None
        The year or date of the row.
    province, prefecture : str
        Names of what it lies in.
    level : str
        "county" or "prefecture" where the column of the name is one of those, which counts where a bare name is a city's and
        a county's.
    """

    name: str = ""
    code: str = ""
    period: Period | None = None
    province: str = ""
    prefecture: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """What a row means.

    Parameters
    ----------
    status : {"found", "review", "unresolved"}
    kind : {"unit", "placeholder", "statistical"}
        ``placeholder`` and ``statistical`` are known rows that are no unit.
    unit : UnitSpell or None
        The unit as it stood.
    fate : Fate or None
        What became of it.
    notes : tuple of ReviewReason
        What a reader should know.
    readings : tuple of UnitSpell
        Units it may be, when in review.
    """

    status: Literal["found", "review", "unresolved"]
    kind: MatchKind = "unit"
    unit: UnitSpell | None = None
    fate: Fate | None = None
    notes: tuple[ReviewReason, ...] = ()
    readings: tuple[UnitSpell, ...] = ()

    @property
    def is_dissolved(self) -> bool:
        """Whether the ground of a county is only known to lie in a prefecture: its counties are then not known."""
        return any(note.code == "unit_dissolved" for note in self.notes)


@dataclass
class UnitRow:
    """A query being matched, with the notes made on the way."""

    index: UnitIndex
    name: str
    code: str
    period: Period | None
    province: str
    prefecture: str
    level: str = ""
    notes: list[ReviewReason] = field(default_factory=list)

    @property
    def when(self) -> Period:
        """The period of the row, or what stands now."""
        return self.period or NOW

    def note(self, reason: str, /, **values: str) -> None:
        """Add what a reader should know."""
        self.notes.append(make_reason(reason, **values))

    def review(self, readings: Iterable[UnitSpell]) -> UnitMatch:
        """Put the row to review with the units it may mean."""
        return UnitMatch("review", notes=tuple(self.notes), readings=tuple(dict.fromkeys(readings)))

    def find(self, spell: UnitSpell) -> UnitMatch:
        """Answer the row with a unit, and tell what became of it."""
        month = max(self.when.last if self.period else spell.until or NOW.first, spell.since)
        fate = self.index.follow(spell, month)
        self._tell_fate(spell, fate)
        return UnitMatch("found", "unit", spell, fate, tuple(self.notes))

    def _tell_fate(self, spell: UnitSpell, fate: Fate) -> None:
        kinds = {change.kind for change in fate.changes}
        if len(fate.counties) > 1 and len(fate.today) > 1 and spell.level == "county":
            self.note("unit_split", name=spell.name, units="、".join(one.label for one in fate.today))
        elif "dissolved" in kinds:
            self.note("unit_dissolved", name=spell.name, unit="、".join(one.label for one in fate.today))
        elif "merged" in kinds:
            self.note("unit_merged", name=spell.name, unit="、".join(one.label for one in fate.today))
        if fate.parts and fate.counties == (spell.code,):
            self.note("parts_taken", name=spell.name, units="、".join(one.label for one in fate.parts))
        if spell.since > NOW.first and fate.counties != (spell.code,):
            held = [self.index.find_by_code(code, _DRAWN)[-1] for code in fate.counties]
            self.note("unit_newer", name=spell.label, units="、".join(one.label for one in held))
        if any(change.date > NOW.first for change in fate.changes):
            late = max(change.date for change in fate.changes)
            self.note("boundary_older", date=late, units="、".join(one.label for one in fate.today))
