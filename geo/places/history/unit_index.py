"""The one index of names and codes through time, and the walks along its changes; `history.loader` reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeVar

from pilotzones.geo.places.history.models import (
    SAME_GROUND,
    Fate,
    Founding,
    Period,
    StatisticalCode,
    UnitChange,
    UnitSpell,
)
from pilotzones.geo.places.models import MUNICIPALITIES
from pilotzones.geo.places.name_variants import list_bare_forms, list_short_forms
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["BOUNDARY_MONTH", "FIRST_MONTH", "UnitIndex", "group_pairs"]

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
# The first code table; what it has may be older.
FIRST_MONTH: Final = "1980-12"
# Since when the boundary package's table stands.
BOUNDARY_MONTH: Final = "2024-01"
_NEVER: Final = "9999-12"


@dataclass(eq=False)
class UnitIndex:
    """Every code and name since 1980.

    Parameters
    ----------
    spells : tuple of UnitSpell
        In order of code and time.
    foundings : tuple of (str, str, str, tuple of (str, str), str)
        Date, code, name, origins and source of units made out of others that went on.
    statistical : mapping of str to StatisticalCode
    moves : tuple of UnitChange, optional
        Ground that moved between units that went on, as far as known.
    boundary_month : str, optional
        Month of the boundary table.
    """

    spells: tuple[UnitSpell, ...]
    founding_rows: tuple[tuple[str, str, str, tuple[tuple[str, str], ...], str], ...] = ()
    statistical: Mapping[str, tuple[StatisticalCode, ...]] = field(default_factory=dict)
    moves: tuple[UnitChange, ...] = ()
    boundary_month: str = BOUNDARY_MONTH

    @cached_property
    def by_code(self) -> dict[str, tuple[UnitSpell, ...]]:
        """Spells of a code, oldest first."""
        return group_pairs((spell.code, spell) for spell in self.spells)

    @cached_property
    def by_name(self) -> dict[str, tuple[UnitSpell, ...]]:
        """Spells of an official name or of a short writing that still carries its level, folded."""
        return group_pairs(
            (fold_variants(form), spell)
            for spell in self.spells
            for form in (spell.name, *list_short_forms(spell.name))
        )

    @cached_property
    def by_stem(self) -> dict[str, tuple[UnitSpell, ...]]:
        """Spells of a stem of two characters or more, folded, and of other writings without a level.

        万县 is a county's own name, and no short one of 万县市.
        """
        stems = ((fold_variants(form), spell) for spell in self.spells for form in list_bare_forms(spell.name))
        return group_pairs((stem, spell) for stem, spell in stems if len(stem) > 1 and not stem.endswith("县"))

    @cached_property
    def following(self) -> dict[UnitSpell, tuple[UnitSpell, ...]]:
        """Spells that took the ground of one that ended."""
        return {
            spell: tuple(self._find_after(code, name, spell.until) for code, name in spell.next)
            for spell in self.spells
            if spell.next
        }

    @cached_property
    def preceding(self) -> dict[UnitSpell, tuple[UnitSpell, ...]]:
        """Spells whose ground one took, in whole or in part."""
        return group_pairs((after, spell) for spell, afters in self.following.items() for after in afters)

    @cached_property
    def foundings(self) -> dict[UnitSpell, Founding]:
        """The founding of a spell that was made out of units that went on."""
        found = {}
        for date, code, name, origins, source in self.founding_rows:
            month = _as_month(date)
            new = self._find_after(code, name, month)
            before = tuple(self._find_before(*origin, month) for origin in origins)
            found[new] = Founding(date, new, before, source)
        return found

    @cached_property
    def parts_taken(self) -> dict[UnitSpell, tuple[Founding, ...]]:
        """Foundings out of a spell."""
        return group_pairs((origin, founding) for founding in self.foundings.values() for origin in founding.origins)

    @cached_property
    def moves_of(self) -> dict[UnitSpell, tuple[UnitChange, ...]]:
        """Ground that moved from or to a spell."""
        return group_pairs(
            (self._find_before(code, name, _as_month(move.date)), move)
            for move in self.moves
            for code, name in (*move.old, *move.new)
        )

    @cached_property
    def lineage(self) -> dict[UnitSpell, int]:
        """Number of the unit a spell belongs to: spells that renaming and recoding join are one unit."""
        number = {spell: place for place, spell in enumerate(self.spells)}
        members = {place: [spell] for spell, place in number.items()}
        for spell, afters in self.following.items():
            if spell.change in SAME_GROUND and len(spell.next) == 1 and number[spell] != number[afters[0]]:
                gone, remaining = number[spell], number[afters[0]]
                for one in members.pop(gone):
                    number[one] = remaining
                    members[remaining].append(one)
        return number

    @cached_property
    def members(self) -> dict[int, tuple[UnitSpell, ...]]:
        """Spells of one unit, oldest first."""
        groups = group_pairs((number, spell) for spell, number in self.lineage.items())
        return {
            number: tuple(sorted(group, key=lambda one: (one.since, one.until or "9")))
            for number, group in groups.items()
        }

    def _find_after(self, code: str, name: str, month: str) -> UnitSpell:
        return next(one for one in self.by_code[code] if one.name == name and (not one.until or one.until > month))

    def _find_before(self, code: str, name: str, month: str) -> UnitSpell:
        spells = [one for one in self.by_code[code] if one.name == name]
        return next((one for one in spells if one.since < month and (not one.until or one.until >= month)), spells[0])

    def find_by_code(self, code: str, period: Period) -> tuple[UnitSpell, ...]:
        """Find the units that held a code in a period.

        Parameters
        ----------
        code : str
        period : Period

        Returns
        -------
        tuple of UnitSpell
            Two when the code or its name changed within the period.
        """
        return tuple(spell for spell in self.by_code.get(code, ()) if spell.is_in_force(period))

    def trace(self, spell: UnitSpell, period: Period) -> UnitSpell | None:
        """Find the same unit as it stood in a period, across renamings and recodings.

        Parameters
        ----------
        spell : UnitSpell
        period : Period

        Returns
        -------
        UnitSpell or None
            None when it did not exist then, or had been split or merged.
        """
        standing = [one for one in self.members[self.lineage[spell]] if one.is_in_force(period)]
        if spell in standing:
            return spell
        right = [one for one in standing if one.change != "misprint"]
        return (right or standing)[-1] if standing else None

    def follow(self, spell: UnitSpell, month: str, until: str = _NEVER) -> Fate:
        """Follow a unit from a month to today, or to another month.

        Parameters
        ----------
        spell : UnitSpell
        month : str
            Parts taken from it before this month count as gone (YYYY-MM).
        until : str, optional
            Month at which to stop; `Fate.today` is then what stood in that month.

        Returns
        -------
        Fate
        """
        walk = _Walk(self, spell, until)
        walk.go(month)
        return Fate(
            tuple(dict.fromkeys(walk.today)),
            tuple(dict.fromkeys(walk.counties)),
            tuple(sorted(walk.changes, key=lambda one: one.date)),
            tuple(dict.fromkeys(walk.parts)),
        )

    def find_standing(self, spell: UnitSpell, period: Period) -> tuple[UnitSpell, ...]:
        """Find the units that stood on a unit's ground in a period, before or after it.

        Parameters
        ----------
        spell : UnitSpell
        period : Period

        Returns
        -------
        tuple of UnitSpell
            The same unit where it stood; what it was made of, or what it became; empty when no table tells.
        """
        same = self.trace(spell, period)
        if same is not None:
            return (same,)
        if spell.until and spell.until <= period.first:
            return self.follow(spell, spell.since or FIRST_MONTH, period.last).today
        found, level, seen = list[UnitSpell](), [spell], {spell}
        while level:
            before = [one for new in level for one in self._find_origins(new) if one not in seen]
            seen |= set(before)
            found += [one for one in before if one.is_in_force(period)]
            level = [one for one in before if not one.is_in_force(period)]
        return tuple(dict.fromkeys(found))

    def _find_origins(self, spell: UnitSpell) -> tuple[UnitSpell, ...]:
        founding = self.foundings.get(spell)
        return (*self.preceding.get(spell, ()), *(founding.origins if founding is not None else ()))

    def find_parents(self, spell: UnitSpell, period: Period | None = None) -> tuple[str, str]:
        """Name the province and the prefecture a unit stood under.

        Parameters
        ----------
        spell : UnitSpell
        period : Period, optional
            When; by default while it stood last.

        Returns
        -------
        province, prefecture : str
            Empty where it stood under none, as a prefecture does; the prefecture of a county of a municipality is the municipality.
        """
        when = period or Period(spell.since or FIRST_MONTH, spell.until or "9999-12")
        province = self._find_name(f"{spell.code[:2]}0000", when)
        if spell.level in {"province", "prefecture"}:
            return province, ""
        if spell.code[:2] in MUNICIPALITIES:
            return province, province
        return province, self._find_name(f"{spell.code[:4]}00", when)

    def _find_name(self, code: str, period: Period) -> str:
        standing = self.find_by_code(code, period)
        right = [one for one in standing if one.change != "misprint"]
        return right[-1].name if right else standing[-1].name if standing else ""

    def list_bearers(self, name: str = "", code: str = "") -> tuple[UnitSpell, ...]:
        """List the units that ever had a code, or a name in full or in a short writing that carries its level.

        Parameters
        ----------
        name, code : str
            Only one of the two is looked up, the code first.

        Returns
        -------
        tuple of UnitSpell
            One of each unit, as it bore the code or name last; what stands today first, then what ended last.
        """
        held = self.by_code.get(code, ()) if code else self.by_name.get(fold_variants(name), ())
        last = {self.lineage[one]: one for one in held if one.change != "misprint"}
        ends = {number: self.members[number][-1].until or _NEVER for number in last}
        return tuple(last[number] for number in sorted(last, key=lambda one: ends[one], reverse=True))

    def list_life(self, spell: UnitSpell) -> tuple[UnitSpell, ...]:
        """List a unit's life as a line: its codes and names from the first table to today.

        Parameters
        ----------
        spell : UnitSpell
            As it stood at any time.

        Returns
        -------
        tuple of UnitSpell
            Oldest first; misprints left out.
        """
        return tuple(one for one in self.members[self.lineage[spell]] if one.change != "misprint")

    def list_changes(self, spell: UnitSpell) -> tuple[UnitChange, ...]:
        """List everything that happened to a unit: what joined it, what left it, how it was renamed, and how it ended.

        Parameters
        ----------
        spell : UnitSpell
            As it stood at any time.

        Returns
        -------
        tuple of UnitChange
            In order of time.
        """
        life = self.list_life(spell)
        changes: dict[UnitChange, None] = {}
        for one in life:
            founding = self.foundings.get(one)
            if founding is not None:
                changes[_tell_founding(founding)] = None
            for before in self.preceding.get(one, ()):
                if before.change != "misprint":
                    changes[_tell_change(before)] = None
            changes |= dict.fromkeys(self.moves_of.get(one, ()))
            for part in self.parts_taken.get(one, ()):
                if part.spell not in self.following.get(one, ()):
                    changes[_tell_founding(part)] = None
        if life and life[-1].until:
            changes[_tell_change(life[-1])] = None
        return tuple(sorted(changes, key=lambda one: one.date))


class _Walk:
    """One walk from a unit to today."""

    def __init__(self, index: UnitIndex, start: UnitSpell, until: str) -> None:
        self.index = index
        self.start = start
        self.until = until
        self.today: list[UnitSpell] = []
        self.counties: list[str] = []
        self.changes: list[UnitChange] = []
        self.parts: list[UnitSpell] = []
        # A unit that stands in the boundary table under its own code is that county, whatever was founded on parts of it.
        self.still_drawn = start.counties == (start.code,)

    def go(self, month: str) -> None:
        level, seen = [(self.start, month, False)], {self.start}
        while level:
            later = [item for one, since, drawn in level for item in self._visit(one, since, drawn=drawn)]
            level = []
            for item in later:
                if item[0] not in seen:
                    seen.add(item[0])
                    level.append(item)

    def _visit(self, spell: UnitSpell, since: str, *, drawn: bool) -> Iterator[tuple[UnitSpell, str, bool]]:
        if spell.since > self.until:
            # A city may run the ground of a unit that ended itself, until the next one is set up.
            return
        is_drawn = spell.counties == (spell.code,)
        if not drawn and (is_drawn or (spell is self.start and not spell.until)):
            self.counties += spell.counties
        drawn = drawn or is_drawn
        if not spell.until or spell.until > self.until:
            self.today.append(spell)
        else:
            after = self.index.following[spell]
            self.changes.append(_tell_change(spell))
            yield from ((one, spell.until, drawn) for one in after)
        self.changes += [one for one in self.index.moves_of.get(spell, ()) if since < one.date <= self.until]
        after = self.index.following.get(spell, ())
        for founding in self.index.parts_taken.get(spell, ()):
            if since < founding.date <= self.until and founding.spell not in after:
                self.changes.append(_tell_founding(founding))
                self.parts.append(founding.spell)
                if not self.still_drawn:
                    yield founding.spell, founding.date, drawn and founding.spell.counties != (founding.spell.code,)


def _as_month(date: str) -> str:
    """Turn a date into its month; a year into its last."""
    return date[:7] if len(date) >= 7 else f"{date}-12"


def _tell_change(spell: UnitSpell) -> UnitChange:
    """Describe how a spell ended."""
    return UnitChange(spell.date, spell.change, ((spell.code, spell.name),), spell.next, spell.source)


def _tell_founding(founding: Founding) -> UnitChange:
    """Describe how a unit was founded out of others."""
    old = tuple((one.code, one.name) for one in founding.origins)
    return UnitChange(founding.date, "founded", old, ((founding.spell.code, founding.spell.name),), founding.source)


def group_pairs(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, tuple[_Value, ...]]:
    """Group the values of each key, in order."""
    groups: dict[_Key, list[_Value]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}
