"""Derive the name history: every code and name since the first table, when it ended, and what became of it.

Not used at run time: `data/places/name_history.csv` is its product, made by `tools/tables/derive_name_history.py` from the
code tables, today's table and the curated changes, and tested on small tables. A *spell* is a code under one name
from the first table that has it to the last. At its end it leads to the spells that took its ground; a curated change
says which, or one of the rules of `tools.tables.successor_rules`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pilotzones.geo.places.name_variants import get_level_of_code, get_stem
from tools.tables.code_tables import Table
from tools.tables.successor_rules import Step, find_successors, is_same_region

__all__ = ["Change", "Ended", "Founding", "HistoryError", "count_complete", "derive_history"]

# So long a table may go on listing what has ended.
_MAX_LAG_MONTHS = 4
# The two series of tables take turns: a name missing for fewer months than this has not ended.
_MAX_GAP_MONTHS = 40
# So has a name that the code comes back to after a misprint.
_MAX_MISPRINT_MONTHS = 60
# One series of tables may lag so far behind the other.
_MAX_TURN_MONTHS = 14
# A successor may enter the tables later than the old name leaves them.
_MAX_DELAY_MONTHS = 40


class HistoryError(Exception):
    """A curated change or founding names what the tables do not have, or a spell leads nowhere."""


@dataclass(frozen=True, slots=True)
class Change:
    """One curated change: an old code and name and the codes and names that stood right after it."""

    date: str
    code: str
    name: str
    next: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True, slots=True)
class Founding:
    """One curated founding of a unit out of units that went on."""

    date: str
    code: str
    name: str
    origins: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True, slots=True)
class Ended:
    """One code and name that is no longer in force, or is newer than the boundary table (`valid_to` is empty)."""

    code: str
    name: str
    parent: str
    valid_from: str
    valid_to: str
    date: str
    change: str
    next: tuple[tuple[str, str], ...]
    kind: str
    successors: tuple[str, ...]
    steps: str
    source: str


@dataclass(frozen=True, slots=True)
class Spell:
    """A code under one name, from table `first` to table `last`."""

    code: str
    name: str
    first: int
    last: int


@dataclass
class _Ending:
    """How one spell ended."""

    next: list[Spell]
    kind: str
    date: str
    source: str


@dataclass
class _History:
    tables: Sequence[Table]
    polygons: int
    spells: list[Spell] = field(default_factory=list)
    of_code: dict[str, list[Spell]] = field(default_factory=lambda: defaultdict(list))
    endings: dict[Spell, _Ending] = field(default_factory=dict)
    same_before: dict[Spell, list[Spell]] = field(default_factory=lambda: defaultdict(list))
    carved: dict[Spell, list[tuple[str, Spell]]] = field(default_factory=lambda: defaultdict(list))

    def start(self, spell: Spell) -> str:
        """Find the month since which it has stood: of its first table, or when the unit's code or name before it ended."""
        first = self.tables[spell.first][0]
        ended = [self.end(one) for one in self.same_before[spell]]
        dated = [date[:7] for one in self.before[spell] if len(date := self.endings[one].date) >= 7]
        return min([first, *dated, *(ended if ended and max(ended) < first else ())])

    @cached_property
    def before(self) -> dict[Spell, list[Spell]]:
        """Spells that each spell came out of."""
        found: dict[Spell, list[Spell]] = defaultdict(list)
        for spell, ending in self.endings.items():
            for after in ending.next:
                found[after].append(spell)
        return found

    def end(self, spell: Spell) -> str:
        """Find the month by which it had ended, or nothing."""
        if spell not in self.endings:
            return ""
        table = self.tables[spell.last + 1][0]
        date = self.endings[spell].date
        month = date[:7] if len(date) >= 7 else f"{date}-12"
        last = self.tables[spell.last][0]
        # A table may still list what a notice of a day had ended some months before (莱芜市 in that of 2019-04).
        is_late = len(date) == len("2019-01-09") and 0 <= _count_months(last) - _count_months(month) <= _MAX_LAG_MONTHS
        return table if date == table[:4] or (month <= last and not is_late) else month

    def find_spell(self, code: str, name: str, after: int) -> Spell:
        """Find the spell of a code and name that stands in a table, or the first one later."""
        found = [one for one in self.of_code[code] if one.name == name and one.last >= after]
        if not found:
            raise HistoryError(f"{code} {name}: in no table from {self.tables[after][0]} on")
        return min(found, key=lambda one: one.first)


def _count_months(date: str) -> int:
    return int(date[:4]) * 12 + int(date[5:7])


def find_spells(tables: Sequence[Table], polygons: int) -> list[Spell]:
    """Find every code and name of the tables, from its first table to its last.

    Parameters
    ----------
    tables : sequence of (str, dict)
        In order of time.
    polygons : int
        Index of the boundary package's table: what it has was never gone since the table before.

    Returns
    -------
    list of Spell
    """
    seen: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, (_, rows) in enumerate(tables):
        for pair in rows.items():
            seen[pair].append(place)
    spells = []
    for (code, name), places in seen.items():
        first = last = places[0]
        for place in places[1:]:
            gap = _count_months(tables[place][0]) - _count_months(tables[last][0])
            most = _MAX_MISPRINT_MONTHS if all(code in rows for _, rows in tables[last:place]) else _MAX_GAP_MONTHS
            if place - last > 1 and place != polygons and gap > most:
                spells.append(Spell(code, name, first, last))
                first = place
            last = place
        spells.append(Spell(code, name, first, last))
    return spells


def _derive_ending(history: _History, spell: Spell, steps: dict[tuple[int, int], Step]) -> _Ending:
    tables = history.tables
    first = spell.last + 1
    for place in range(first, len(tables)):
        if _count_months(tables[place][0]) - _count_months(tables[first][0]) > _MAX_DELAY_MONTHS // 3:
            break
        if (spell.last, place) not in steps:
            steps[spell.last, place] = Step(tables[spell.last][1], tables[place][1])
        found, kind = find_successors(spell.code, spell.name, steps[spell.last, place])
        # A later table may only bring the same name back; a likeness found late is chance.
        if found and (place == first or kind == "recoded"):
            spells = [history.find_spell(code, tables[place][1][code], place) for code in found]
            bracket = f"code tables of {tables[spell.last][0]} and {tables[place][0]}"
            return _Ending(spells, kind, _name_date(tables, spell.last), bracket)
    raise HistoryError(f"{spell.code} {spell.name} ended after {tables[spell.last][0]} and leads nowhere")


def _name_date(tables: Sequence[Table], last: int) -> str:
    """Find the month of the change where the tables tell it, else the year."""
    before, after = tables[last][0], tables[last + 1][0]
    return after if _count_months(after) - _count_months(before) == 1 else after[:4]


def _make_curated_ending(history: _History, spell: Spell, change: Change) -> _Ending:
    after = spell.last + 1
    # The tables may tell the month of a change whose notice is only known by its year.
    month = _name_date(history.tables, spell.last)
    date = month if month.startswith(change.date) else change.date
    return _Ending([history.find_spell(*one, after) for one in change.next], "", date, change.source)


def _is_about(history: _History, spell: Spell, change: Change) -> bool:
    """Return whether a curated change is about the end of this spell."""
    if spell.last + 1 >= len(history.tables):
        return False
    # NBS alone lists some units, now and then: the last table that has them says nothing of their end.
    last = not any(one.name == spell.name and one.first > spell.last for one in history.of_code[spell.code])
    return history.tables[spell.last][0][:4] <= change.date[:4] and (
        change.date[:4] <= history.tables[spell.last + 1][0][:4] or last
    )


def _name_kinds(history: _History) -> None:
    """Say of every ending: split, merged, misprint, renamed or recoded."""
    before: dict[Spell, list[Spell]] = defaultdict(list)
    for spell, ending in history.endings.items():
        for after in ending.next:
            before[after].append(spell)
    for spell, ending in history.endings.items():
        one = ending.next[0]
        # The two series take turns: what one of them brought shortly before is what the other calls otherwise.
        age = _count_months(history.tables[spell.last][0]) - _count_months(history.tables[one.first][0])
        older = any(other is not spell and other.last < spell.last for other in before[one])
        stood = one.first <= spell.last and (one.first == 0 or age > _MAX_TURN_MONTHS or older)
        other_level = get_level_of_code(one.code) != get_level_of_code(spell.code)
        if len(ending.next) > 1:
            ending.kind = "split"
        elif (one.code == spell.code and one.first < spell.first) or not is_same_region(one.code, spell.code):
            ending.kind = "misprint"
        elif other_level and stood and one.name != spell.name:
            ending.kind = "dissolved" if get_level_of_code(spell.code) == "county" else "merged"
        elif (other_level and get_stem(one.name) != get_stem(spell.name)) or _is_merged(
            history, spell, one, before[one], stood=stood
        ):
            ending.kind = "merged"
        else:
            ending.kind = "recoded" if one.name == spell.name else "renamed"


def _is_merged(history: _History, spell: Spell, one: Spell, before: Sequence[Spell], *, stood: bool) -> bool:
    """Return whether a unit went into another one, or into a new one together with others."""
    peers = [o for o in before if o.last == spell.last and get_level_of_code(o.code) == get_level_of_code(one.code)]
    whole = [o for o in before if o.last == spell.last and len(history.endings[o].next) == 1]
    if spell.name != one.name and any(o.name == one.name for o in whole):
        # 通化市 came under the code of 通化市, and 通化地区 into it.
        return True
    if one.code != spell.code:
        return (stood and one.name != spell.name) or len(peers) > 1
    # 双桥区 and 大足县 became 大足区 under the code of 双桥区, which is not the one of the two that went on.
    together = [o for o in whole if o in peers]
    return len(together) > 1 and get_stem(one.name) not in spell.name


def _follow(history: _History, spell: Spell, since: str) -> tuple[list[str], list[str], list[str]]:
    """Find the codes of the boundary table that cover a spell's ground, the kinds of the steps, and the names on the way."""
    codes, kinds, names = list[str](), list[str](), [[spell.name]]
    level, seen = [(spell, since)], {spell}
    while level:
        later: list[tuple[Spell, str]] = []
        for one, date in level:
            if one.first <= history.polygons <= one.last:
                codes.append(one.code)
            elif one in history.endings:
                kinds.append(history.endings[one].kind)
                later += [(after, history.end(one)) for after in history.endings[one].next]
            later += [(new, when) for when, new in history.carved[one] if when > date and new.first <= history.polygons]
        level = [(one, date) for one, date in later if one not in seen]
        seen |= {one for one, _ in level}
        names.append(list(dict.fromkeys(one.name for one, _ in level)))
    trail = ["、".join(group) for group in names if group]
    steps = [name for place, name in enumerate(trail) if place == 0 or name != trail[place - 1]]
    return list(dict.fromkeys(codes)), kinds, steps


def _choose_overall(kinds: Sequence[str], codes: Sequence[str]) -> str:
    """Choose the least harmless of the steps."""
    if len(codes) > 1:
        return "split"
    return next((kind for kind in ("split", "dissolved", "merged", "renamed", "recoded") if kind in kinds), "renamed")


def _find_parent_name(history: _History, spell: Spell) -> str:
    name = history.tables[spell.last][1].get(f"{spell.code[:4]}00", "")
    return "" if spell.code.endswith("00") else name


def build(tables: Sequence[Table], changes: Iterable[Change], foundings: Iterable[Founding], polygons: int) -> _History:
    """Find the spells of the tables and how each of them ended.

    Raises
    ------
    HistoryError
        When a curated row fits nothing, or a spell leads nowhere.
    """
    history = _History(tables, polygons, find_spells(tables, polygons))
    for spell in history.spells:
        history.of_code[spell.code].append(spell)
    curated = defaultdict(list)
    for change in changes:
        curated[change.code, change.name].append(change)
    steps: dict[tuple[int, int], Step] = {}
    used = set()
    for spell in history.spells:
        if spell.last == len(tables) - 1:
            continue
        fits = [one for one in curated[spell.code, spell.name] if _is_about(history, spell, one)]
        used |= set(fits)
        history.endings[spell] = (
            _make_curated_ending(history, spell, fits[0]) if fits else _derive_ending(history, spell, steps)
        )
    lost = [one for group in curated.values() for one in group if one not in used]
    if lost:
        raise HistoryError(f"curated changes that fit no end: {lost}")
    for founding in foundings:
        new = next(
            one for one in history.of_code[founding.code]
            if one.name == founding.name and tables[one.first][0][:4] >= founding.date[:4]
        )  # fmt: skip
        month = founding.date[:7] if len(founding.date) >= 7 else f"{founding.date}-12"
        for code, name in founding.origins:
            origin = history.find_spell(code, name, max(new.first - 1, 0))
            history.carved[origin].append((month, new))
    _name_kinds(history)
    for spell, ending in history.endings.items():
        if ending.kind in ("renamed", "recoded") and len(ending.next) == 1:
            history.same_before[ending.next[0]].append(spell)
    return history


def derive_history(history: _History) -> list[Ended]:
    """Write out every spell that ended or is newer than the boundary table, sorted by code and time.

    Returns
    -------
    list of Ended
    """
    out = []
    for spell in history.spells:
        ending = history.endings.get(spell)
        if ending is None and spell.first <= history.polygons:
            continue
        end = history.end(spell)
        if ending is None:
            origins = [origin for origin, new in history.carved.items() if spell in [one for _, one in new]]
            codes = list(dict.fromkeys(code for origin in origins for code in _follow(history, origin, "9")[0]))
            out.append(
                Ended(
                    spell.code,
                    spell.name,
                    "",
                    history.start(spell),
                    "",
                    "",
                    "",
                    (),
                    "new",
                    tuple(dict.fromkeys(codes)),
                    spell.name,
                    "",
                )
            )
            continue
        if ending.kind == "dissolved" and "looked for in vain" not in ending.source:
            raise HistoryError(
                f"{spell.code} {spell.name}: its ground is not known, and its source says not what was looked for"
            )
        codes, kinds, trail = _follow(history, spell, end)
        if not codes:
            raise HistoryError(f"{spell.code} {spell.name}: no unit of today")
        after = tuple((one.code, one.name) for one in ending.next)
        out.append(
            Ended(
                spell.code, spell.name, _find_parent_name(history, spell), history.start(spell), end, ending.date, ending.kind,
                after, _choose_overall(kinds, codes), tuple(codes), "→".join(trail), ending.source,
            )
        )  # fmt: skip
    return sorted(out, key=lambda one: (one.code, one.valid_from, one.name))


def count_complete(history: Iterable[Ended]) -> dict[str, tuple[int, int]]:
    """Count, per year of ending, the units whose successors are known.

    Parameters
    ----------
    history : iterable of Ended
        The derived history.

    Returns
    -------
    dict of str to (int, int)
        Year to (known, all); a unit whose ground is known to lie in a prefecture only is not known.
    """
    out: dict[str, tuple[int, int]] = {}
    for ended in history:
        if ended.valid_to:
            known, total = out.get(ended.valid_to[:4], (0, 0))
            out[ended.valid_to[:4]] = (known + (not ended.kind.startswith("dissolved")), total + 1)
    return dict(sorted(out.items()))
