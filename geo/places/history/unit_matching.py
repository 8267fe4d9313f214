"""Match a row of a table (name, code, year) with the unit as it stood, comparing the name with the code.

A row is found when its name and code say the same unit of the year, or the same unit by a name or code of another time.
Where they say different units, where a unit had ended or was not yet founded, and where several fit, the row is put to
review with every reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.history.models import Period, StatisticalCode, UnitSpell
from pilotzones.geo.places.history.unit_index import Fate, UnitIndex, load_unit_index
from pilotzones.geo.places.name_variants import get_stem, short_forms
from pilotzones.geo.places.reason_codes import ReviewReason, make_reason
from pilotzones.geo.places.text.normalization import fold_variants

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["MatchKind", "UnitMatch", "UnitQuery", "is_placeholder", "match_unit", "name_means"]

MatchKind = Literal["unit", "placeholder", "statistical"]
_PLACEHOLDER_NAME: Final = re.compile(
    r"(?:晋城市)?市辖区|县|市|市辖县|省直辖县级行政(区划|单位)|省直辖行政单位|自治区直辖县级行政(区划|单位)"
)
# The groups of a municipality's districts and counties, and of the counties that a province runs itself.
_PLACEHOLDER_CODE: Final = re.compile(r"(?:11|12|31|50)0[123]00|\d\d9000|\d\d[0-57]\d01|\d\d6[0-57-9]01")
_CHINESE: Final = re.compile(r"[㐀-鿿]")
_BLANKS: Final = re.compile(r"[\s*·.]+")
_IN_PARENTHESES: Final = re.compile(r"\([^()]*\)")
# 石家庄市区 and 石家庄市辖区 are rows of city statistics.
_CITY_DISTRICTS: Final = re.compile(r".{2,}市(?:市辖区|市区|辖区|区)")
_NOW: Final = Period("2024-01", "9999-12")


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
    """

    name: str = ""
    code: str = ""
    period: Period | None = None
    province: str = ""
    prefecture: str = ""


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
    notes : tuple of Reason
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
class _UnitRow:
    """A query being matched."""

    index: UnitIndex
    name: str
    code: str
    period: Period | None
    province: str
    prefecture: str
    notes: list[ReviewReason] = field(default_factory=list)

    @property
    def when(self) -> Period:
        return self.period or _NOW

    def note(self, reason: str, /, **values: str) -> None:
        self.notes.append(make_reason(reason, **values))

    def review(self, readings: Iterable[UnitSpell]) -> UnitMatch:
        return UnitMatch("review", notes=tuple(self.notes), readings=tuple(dict.fromkeys(readings)))

    def find(self, spell: UnitSpell) -> UnitMatch:
        month = max(self.when.last if self.period else spell.until or _NOW.first, spell.since)
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
        if any(change.date > _NOW.first for change in fate.changes):
            late = max(change.date for change in fate.changes)
            self.note("boundary_older", date=late, units="、".join(one.label for one in fate.today))


def is_placeholder(name: str, code: str) -> bool:
    """Tell whether a row stands for a group of divisions and for no division.

    Parameters
    ----------
    name, code : str
        Either may be empty.

    Returns
    -------
    bool
        True for 市辖区, 县, 省直辖县级行政区划 and, without another name, codes such as 110100, 130101 and 419000.
    """
    if name and _PLACEHOLDER_NAME.fullmatch(name) is not None:
        return True
    if name:
        return _CITY_DISTRICTS.fullmatch(name) is not None and (not code or _is_placeholder_code(code))
    return _is_placeholder_code(code)


def _is_placeholder_code(code: str) -> bool:
    return _PLACEHOLDER_CODE.fullmatch(code) is not None and code not in load_unit_index().by_code


def name_means(name: str, spell: UnitSpell, parents: Sequence[str] = ()) -> bool:
    """Tell whether a name is one of a unit's.

    Parameters
    ----------
    name : str
        Folded.
    spell : UnitSpell
    parents : sequence of str
        Names that may stand before it: of its province and prefecture.

    Returns
    -------
    bool
        True for the official name, its short writings, and its bare stem (平泉); never for the same stem with another
        level (平泉市 for 平泉县).
    """
    own = fold_variants(spell.name)
    if name == own or name in short_forms(own) or (len(name) > 1 and name == get_stem(own)):
        return True
    for parent in parents:
        for head in (parent, get_stem(parent)):
            if len(head) > 1 and name.startswith(head) and len(name) > len(head):
                rest = name[len(head) :]
                if name_means(rest, spell, [one for one in parents if one != parent]):
                    return True
    return False


def match_unit(query: UnitQuery, index: UnitIndex | None = None) -> UnitMatch:
    """Match one row.

    Parameters
    ----------
    query : UnitQuery
    index : UnitIndex, optional
        By default the one of the process.

    Returns
    -------
    UnitMatch
    """
    row = _UnitRow(
        index or load_unit_index(),
        _read_name(query.name),
        query.code,
        query.period,
        fold_variants(query.province),
        fold_variants(query.prefecture),
    )
    if row.name and not _CHINESE.search(row.name):
        if row.code:
            row.note("name_not_compared", name=query.name)
        else:
            return UnitMatch("unresolved")
        row.name = ""
    if is_placeholder(row.name, row.code) and not row.index.find_by_code(row.code, row.when):
        row.note("placeholder", name=query.name or query.code)
        return UnitMatch("found", "placeholder", notes=tuple(row.notes))
    found = _match_statistical(row)
    if found is None:
        found = _match_code(row) if row.code else _match_name(row)
    return found


def _read_name(written: str) -> str:
    """Fold a name and leave out blanks, marks of notes, and what stands in parentheses beside it."""
    name = _BLANKS.sub("", fold_variants(written))
    return _IN_PARENTHESES.sub("", name) or name


def _match_statistical(row: _UnitRow) -> UnitMatch | None:
    """A code of the statistics: the division it is another code of, or an area that is no division."""
    for known in row.index.statistical.get(row.code, ()):
        if row.name and row.name not in {known.name, get_stem(known.name)}:
            continue
        if not row.name and row.index.find_by_code(row.code, row.when):
            continue
        if known.kind == "alias":
            return _match_alias(row, known)
        home = row.index.by_code[known.unit][-1]
        row.note("statistical_area", name=known.name, unit=home.label, source=known.source)
        return UnitMatch("found", "statistical", notes=tuple(row.notes))
    return None


def _match_alias(row: _UnitRow, known: StatisticalCode) -> UnitMatch | None:
    if row.period and row.period.last < known.since[:4]:
        return None
    spell = row.index.trace(row.index.by_code[known.unit][-1], row.when)
    if spell is None:
        return None
    row.note("statistical_code", code=known.code, unit=spell.label, source=known.source)
    return row.find(spell)


def _match_code(row: _UnitRow) -> UnitMatch:
    held = row.index.by_code.get(row.code, ())
    standing = [one for one in held if one.stands_in(row.when)]
    if not held:
        return _match_unknown_code(row)
    if not row.name:
        return _match_bare_code(row, held, standing)
    agreeing = [one for one in standing if _agrees(row, one)]
    if agreeing:
        exact = [one for one in agreeing if fold_variants(one.name) == row.name]
        return _check_province(row, (exact or agreeing)[-1])
    return _match_other_time(row, held, standing)


def _match_unknown_code(row: _UnitRow) -> UnitMatch:
    """No table has the code: a name alone is a reading, not an answer."""
    row.note("unknown_code", code=row.code)
    if _is_placeholder_code(row.code):
        # 北京市 with the code of its districts: the code says no more than the municipality or city.
        for code in (f"{row.code[:2]}0000", f"{row.code[:4]}00"):
            for one in row.index.find_by_code(code, row.when):
                if row.name and name_means(row.name, one):
                    row.notes[-1] = make_reason("placeholder_code", code=row.code, unit=one.label)
                    return row.find(one)
    return row.review(_find_named(row)) if row.name else UnitMatch("unresolved", notes=tuple(row.notes))


def _match_bare_code(row: _UnitRow, held: Sequence[UnitSpell], standing: Sequence[UnitSpell]) -> UnitMatch:
    if standing:
        right = [one for one in standing if one.change != "misprint"]
        return _check_province(row, (right or standing)[-1])
    last = max(held, key=lambda one: one.until or "9")
    if row.period is None:
        row.note("unit_ended", **_tell_end(row, last))
        return row.find(last)
    units = {row.index.lineage[one] for one in held}
    same = row.index.trace(last, row.when) if len(units) == 1 else None
    if same is not None:
        row.note("other_vintage", said=last.label, unit=same.label, year=row.when.text)
        return _check_province(row, same)
    return _review_absent(row, held)


def _match_other_time(row: _UnitRow, held: Sequence[UnitSpell], standing: Sequence[UnitSpell]) -> UnitMatch:
    """The name is not the one the code had in the period."""
    index = row.index
    users = {index.lineage[one] for one in standing}
    before = [one for one in held if _agrees(row, one)]
    if before:
        said = min(before, key=lambda one: _distance(one, row.when))
        if users - {index.lineage[said]}:
            return _contradiction(row, standing, [said, *_find_named(row)])
        return _match_vintage(row, said)
    mixed = [one for one in held if any(_agrees(row, other) for other in index.members[index.lineage[one]])]
    if mixed and users <= {index.lineage[one] for one in mixed}:
        said = min(mixed, key=lambda one: _distance(one, row.when))
        return _match_vintage(row, said, note="mixed_vintages")
    named = _find_named(row)
    if not named and _resolves_to(row, standing or held):
        return _check_province(row, (list(standing) or [held[-1]])[-1])
    return _contradiction(row, standing or held, named)


def _match_vintage(row: _UnitRow, said: UnitSpell, note: str = "other_vintage") -> UnitMatch:
    """Name and code agree, but at another time than the row's."""
    same = row.index.trace(said, row.when) if row.period else said
    if same is not None:
        if row.period is None:
            row.note("unit_ended", **_tell_end(row, said))
        elif same is not said:
            row.note(note, said=f"{row.code} {row.name}", unit=same.label, year=row.when.text)
        return _check_province(row, same)
    return _review_absent(row, [said])


def _review_absent(row: _UnitRow, said: Sequence[UnitSpell]) -> UnitMatch:
    """The unit had ended before the period, or was founded after it."""
    readings: list[UnitSpell] = []
    for one in said:
        if one.until and one.until <= row.when.first:
            row.note("unit_ended", **_tell_end(row, one))
            readings += [one, *row.index.following[one]]
        else:
            row.note("unit_not_yet", name=one.label, since=one.since, year=row.when.text)
            readings += [one, *row.index.preceding.get(one, ())]
            founding = row.index.foundings.get(one)
            readings += founding.origins if founding else ()
    return row.review(readings)


def _tell_end(row: _UnitRow, spell: UnitSpell) -> dict[str, str]:
    after = row.index.following.get(spell, ())
    return {
        "name": spell.label,
        "date": spell.date or spell.until,
        "units": "、".join(one.label for one in after),
        "source": spell.source,
    }


def _contradiction(row: _UnitRow, by_code: Sequence[UnitSpell], by_name: Sequence[UnitSpell]) -> UnitMatch:
    row.note(
        "name_code_differ",
        name=row.name,
        by_name="、".join(dict.fromkeys(one.label for one in by_name)),
        code=row.code,
        by_code="、".join(dict.fromkeys(one.label for one in by_code)),
    )
    return row.review([*by_name, *by_code])


def _distance(spell: UnitSpell, period: Period) -> int:
    """Years between a spell and a period."""
    if spell.until and spell.until <= period.first:
        return int(period.first[:4]) - int(spell.until[:4])
    return max(0, int(spell.since[:4] or 0) - int(period.last[:4])) if spell.since > period.last else 0


def _agrees(row: _UnitRow, spell: UnitSpell) -> bool:
    if name_means(row.name, spell):
        return True
    parents = [fold_variants(one) for one in row.index.find_parents(spell) if one]
    return name_means(row.name, spell, parents) or _is_alias(row, spell)


def _is_alias(row: _UnitRow, spell: UnitSpell) -> bool:
    """Whether a name is a usual short one of the unit (前郭县), under whatever code it stood."""
    codes = {one.codes for one in load_gazetteer().forms.get(row.name, ()) if one.kind == "alias"}
    return bool(codes) and any((one.code,) in codes for one in row.index.members[row.index.lineage[spell]])


def _find_named(row: _UnitRow) -> list[UnitSpell]:
    """Units of the name in the period, else of any time, in the province and prefecture of the row."""
    found = list(row.index.by_name.get(row.name, ()) or row.index.by_stem.get(row.name, ()))
    found = [one for one in found if one.change != "misprint" or fold_variants(one.name) == row.name]
    standing = [one for one in found if one.stands_in(row.when)]
    return [one for one in standing or found if _lies_in_given(row, one)]


def _lies_in_given(row: _UnitRow, spell: UnitSpell) -> bool:
    return _fits(row, spell, row.province, 0) and (spell.level != "county" or _fits(row, spell, row.prefecture, 1))


def _fits(row: _UnitRow, spell: UnitSpell, given: str, place: int) -> bool:
    """Whether a unit lies in a province (0) or prefecture (1): as it stood, or as its ground lies today."""
    if not given or not _CHINESE.search(given):
        return True
    homes = {row.index.find_parents(spell, row.when)[place], row.index.find_parents(spell)[place]}
    gazetteer = load_gazetteer()
    for code in spell.counties:
        unit = gazetteer.units.get(code)
        if unit is not None:
            homes.add(unit.province if place == 0 else unit.prefecture)
    stem = get_stem(given)
    return any(
        given.startswith(fold_variants(home)) or get_stem(fold_variants(home)) == stem for home in homes if home
    ) or not any(homes)


def _check_province(row: _UnitRow, spell: UnitSpell) -> UnitMatch:
    """A code of another province than the row names is a contradiction too."""
    if _fits(row, spell, row.province, 0):
        return row.find(spell)
    row.note("other_province", province=row.province, unit=spell.label)
    return row.review([spell, *_find_named(row)])


def _match_name(row: _UnitRow) -> UnitMatch:
    found = _find_named(row)
    if not found:
        return UnitMatch("unresolved", notes=tuple(row.notes))
    standing = [one for one in found if one.stands_in(row.when)]
    if not standing:
        return _match_name_of_other_time(row, found)
    units = {row.index.lineage[one] for one in standing}
    if len(units) == 1:
        # A year in which it was recoded has both spells; the table of the year has the later one.
        return row.find(max(standing, key=lambda one: one.since))
    row.note("several_in_year", name=row.name, year=row.when.text)
    return row.review(standing)


def _match_name_of_other_time(row: _UnitRow, found: Sequence[UnitSpell]) -> UnitMatch:
    units = {row.index.lineage[one] for one in found}
    if len(units) == 1:
        return _match_vintage(row, min(found, key=lambda one: _distance(one, row.when)))
    row.note("several_in_year", name=row.name, year=row.when.text)
    return row.review(found)


def _resolves_to(row: _UnitRow, spells: Sequence[UnitSpell]) -> bool:
    """Whether the resolver of names, which knows more ways of writing, reads a unit of the code."""
    # Imported here: it builds the scanner, which few tables need.
    from pilotzones.geo.places.resolve import resolve_names

    read = resolve_names([row.name], provinces=[row.province or None], prefectures=[row.prefecture or None]).rows[0]
    codes = {code for one in spells for code in one.counties}
    return read.status == "accepted" and bool(read.adcode) and set(read.adcode) <= codes
