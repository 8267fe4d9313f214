"""Today's provinces, prefectures and counties, and every way their names are written.

The table is `data/places/divisions.csv`, taken from the boundary package and tested against it, so that naming
places needs neither pandas nor polygons; the forms are derived by rule (`pilotzones.geo.places.name_variants`) and from the curated
tables in `data/places`. A form is a string; what it may stand for is a tuple of `Meaning`, never a single guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final, Literal, cast

from pilotzones.geo.files.checksums import read_checked_records
from pilotzones.geo.places.name_variants import get_level_of_code, get_stem, list_short_forms
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["Gazetteer", "GazetteerArea", "Meaning", "OldUnit", "Unit", "load_gazetteer"]

# A text of an unknown date, or of a later one, writes no name that ended before.
_OLD_NAMES_SINCE: Final = "1990"
_XINJIANG: Final = "650000"
_CORPS: Final = ("", "兵团", "新疆兵团", "生产建设兵团", "新疆生产建设兵团")
UnitLevel = Literal["county", "prefecture", "province"]
Kind = Literal["official", "short", "alias", "stem", "old", "old_stem", "special"]


@dataclass(frozen=True, slots=True)
class Unit:
    """One division of today: code, official name, level, and the names and codes above it."""

    code: str
    name: str
    level: UnitLevel
    province: str
    prefecture: str
    prefecture_code: str

    @property
    def province_code(self) -> str:
        """Six-digit code of the province."""
        return self.code[:2] + "0000"


@dataclass(frozen=True, slots=True)
class OldUnit:
    """One code and name that are no longer in force, with the units of today that cover it.

    `name_until` is when the name ended: later than `valid_to` where only its code changed, empty where it has not ended;
    `source` documents that end.
    """

    code: str
    name: str
    parent: str
    valid_from: str
    valid_to: str
    successors: tuple[str, ...]
    kind: str
    steps: str
    source: str
    name_until: str

    @property
    def level(self) -> str:
        """Level the old unit had."""
        return get_level_of_code(self.code)


@dataclass(frozen=True, slots=True)
class GazetteerArea:
    """A functional area that is no division, with the codes of the divisions it lies in.

    `source_zh` is the source in Chinese; empty where the source reads the same in both languages.
    """

    name: str
    containers: tuple[str, ...]
    same_extent: str
    source: str
    source_zh: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """One thing a form may stand for.

    `level` is the level of what is meant; `codes` are the codes of today that cover it, the containers of a special
    area not among them. Both are worked out once, because the finder asks for them all the time. There is one object
    for each form and thing, so two are equal when they are the same one, which also makes them quick keys.
    """

    kind: Kind
    unit: Unit | None = None
    old: OldUnit | None = None
    special: GazetteerArea | None = None
    level: str = field(init=False)
    codes: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        level, codes = "special", tuple[str, ...]()
        if self.unit is not None:
            level, codes = self.unit.level, (self.unit.code,)
        elif self.old is not None:
            level, codes = self.old.level, self.old.successors
        object.__setattr__(self, "level", level)
        object.__setattr__(self, "codes", codes)

    @property
    def name(self) -> str:
        """Official name of what is meant."""
        thing = self.unit or self.old or self.special
        return thing.name if thing is not None else ""


def _read_units() -> Iterator[tuple[Unit, str]]:
    """Read today's divisions and since when each has had its code and name."""
    for row in read_checked_records("places/divisions.csv"):
        unit = Unit(
            row["code"],
            row["name"],
            cast("UnitLevel", row["level"]),
            row["province"],
            row["prefecture"],
            row["prefecture_code"],
        )
        yield unit, row["since"]


def _split_codes(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


def _read_old_units(units: Mapping[str, Unit], ended_since: str) -> list[OldUnit]:
    """Read the names that a text may still write; the whole history is `pilotzones.geo.places.history`."""
    rows = read_checked_records("places/name_history.csv")
    held: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        held[f"{row['code']} {row['name']}"].append(row)
    return [
        OldUnit(
            row["code"], row["name"], row["parent"], row["valid_from"], row["valid_to"],
            # Of a dissolved county only the prefecture is known.
            () if row["kind"] == "dissolved" else _split_codes(row["successors"]),
            row["kind"], row["steps"], last["source"], last["valid_to"],
        )
        for row in rows
        for last in (_find_end_of_name(row, held),)
        if row["valid_to"] >= ended_since and row["change"] != "misprint"
        and not (row["code"] in units and units[row["code"]].name == row["name"])
    ]  # fmt: skip


def _find_end_of_name(row: dict[str, str], held: Mapping[str, list[dict[str, str]]]) -> dict[str, str]:
    """Follow a name over changes of its code alone, to the row in which it ended; without an end where it stands today."""
    while row["next"][7:] == row["name"]:
        end = row["valid_to"]
        later = [one for one in held.get(row["next"], ()) if one["valid_to"] > end]
        if not later:
            return {**row, "valid_to": ""}
        row = min(later, key=lambda one: one["valid_to"])
    return row


def _read_special_areas() -> list[tuple[GazetteerArea, tuple[str, ...]]]:
    return [
        (
            GazetteerArea(
                row["name"], _split_codes(row["containers"]), row["same_extent"], row["source"], row["source_zh"]
            ),
            (row["name"], *_split_codes(row["other_names"])),
        )
        for row in read_checked_records("places/special_areas.csv")
    ]


@dataclass(eq=False)
class Gazetteer:
    """All forms and what they may stand for.

    Parameters
    ----------
    units : mapping of str to Unit
        Today's divisions by code.
    forms : mapping of str to tuple of Meaning
        What every form may stand for, official names first.
    """

    units: Mapping[str, Unit]
    forms: Mapping[str, tuple[Meaning, ...]]
    since: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def heads(self) -> dict[str, tuple[int, ...]]:
        """Lengths of the forms that begin with these two characters, longest first; no form is shorter."""
        lengths: dict[str, set[int]] = defaultdict(set)
        for form in self.forms:
            lengths[form[:2]].add(len(form))
        return {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}

    @cached_property
    def counties_of(self) -> dict[str, tuple[Unit, ...]]:
        """Counties by the code of their prefecture, and by that of their province."""
        found: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.units.values():
            for home in {unit.prefecture_code, unit.province_code} if unit.level == "county" else ():
                found[home].append(unit)
        return {code: tuple(units) for code, units in found.items()}

    def is_inside(self, code: str, container: str) -> bool:
        """Whether a division lies in another (or is it).

        Parameters
        ----------
        code, container : str
            Six-digit codes.

        Returns
        -------
        bool
            True when `container` is the unit itself, its prefecture or its province.
        """
        if code == container:
            return True
        if container.endswith("0000"):
            return code[:2] == container[:2]
        unit = self.units.get(code)
        return unit is not None and unit.prefecture_code == container


def _add_unit_forms(forms: dict[str, list[Meaning]], unit: Unit) -> None:
    forms[fold_variants(unit.name)].insert(0, Meaning("official", unit))
    for short in list_short_forms(unit.name):
        forms[fold_variants(short)].append(Meaning("short", unit))
    stem = fold_variants(get_stem(unit.name))
    if len(stem) >= 2 and stem != fold_variants(unit.name) and not (unit.level == "county" and unit.code[0] == "8"):
        forms[stem].append(Meaning("stem", unit))


def _add_old_forms(forms: dict[str, list[Meaning]], old: OldUnit) -> None:
    meaning = Meaning("old", old=old)
    forms[fold_variants(old.name)].append(meaning)
    for short in list_short_forms(old.name):
        forms[fold_variants(short)].append(Meaning("old", old=old))
    stem = fold_variants(get_stem(old.name))
    if len(stem) >= 2 and stem != fold_variants(old.name):
        forms[stem].append(Meaning("old_stem", old=old))


def _add_corps_forms(forms: dict[str, list[Meaning]], units: Mapping[str, Unit]) -> None:
    """Add the divisions of the corps, which have no code, and the cities that are written with theirs (第八师石河子市)."""
    for row in read_checked_records("places/corps_divisions.csv"):
        area = Meaning("special", special=GazetteerArea(row["name"], (_XINJIANG,), "", row["source"], row["source_zh"]))
        names = (row["name"], *_split_codes(row["other_names"]))
        for form in (corps + name for corps in _CORPS for name in names):
            forms[form].append(area)
        if row["city"]:
            city = Meaning("alias", units[row["city"]])
            for name in (*names, row["name"].removeprefix("第")):
                for form in (corps + name + city.name for corps in _CORPS):
                    forms[form].append(city)


def load_gazetteer(as_of: str | None = None) -> Gazetteer:
    """Load today's table, the history, the aliases and the special areas; kept for the process.

    Parameters
    ----------
    as_of : str, optional
        Date of a text (YYYY or later digits); one before 1990 may write names that no later text has.

    Returns
    -------
    Gazetteer
        Ready for look-ups.
    """
    return _load_gazetteer("" if as_of is not None and as_of < _OLD_NAMES_SINCE else _OLD_NAMES_SINCE)


@lru_cache(maxsize=2)
def _load_gazetteer(ended_since: str) -> Gazetteer:
    forms: dict[str, list[Meaning]] = defaultdict(list)
    dated = list(_read_units())
    units = {unit.code: unit for unit, _ in dated}
    for unit in units.values():
        _add_unit_forms(forms, unit)
    for row in read_checked_records("places/aliases.csv"):
        if row["adcode"] in units:
            forms[fold_variants(row["alias"])].append(Meaning("alias", units[row["adcode"]]))
    for old in _read_old_units(units, ended_since):
        _add_old_forms(forms, old)
    for area, names in _read_special_areas():
        for name in names:
            forms[fold_variants(name)].append(Meaning("special", special=area))
    _add_corps_forms(forms, units)
    since = {unit.code: date for unit, date in dated}
    return Gazetteer(units, {form: tuple(meanings) for form, meanings in forms.items()}, since)
