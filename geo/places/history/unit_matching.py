"""Match a row of a table (name, code, year) with the unit as it stood, comparing the name with the code.

A row is found when its name and code say the same unit of the year, or the same unit by a name or code of another time.
Where they say different units, where a unit had ended or was not yet founded, and where several fit, the row is put to
review with every reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from pilotzones.geo.places.history.latin_names import find_latin
from pilotzones.geo.places.history.loader import load_unit_index
from pilotzones.geo.places.history.models import Period, StatisticalCode, UnitSpell
from pilotzones.geo.places.history.name_comparison import (
    has_chinese,
    is_name_or_alias,
    is_unit_name,
    lies_in_prefecture,
    lies_in_province,
    read_name,
)
from pilotzones.geo.places.history.placeholders import find_city, find_city_name, is_placeholder, is_placeholder_code
from pilotzones.geo.places.history.row_names import (
    find_named,
    find_neighbours_named,
    is_resolved_to,
    read_otherwise,
    split_parents,
)
from pilotzones.geo.places.history.unit_index import UnitIndex
from pilotzones.geo.places.history.unit_row import UnitMatch, UnitQuery, UnitRow
from pilotzones.geo.places.name_variants import get_stem
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["FIRST_YEAR", "get_last_year", "is_outside_tables", "match_present_unit", "match_unit"]

# More readings than these are no help to anybody; the nearest to the code are named.
_MAX_NAMED: Final = 8
# The code tables begin at the end of 1980; nobody has a table of a year to come.
FIRST_YEAR: Final = 1980
_LEVEL_NOTES: Final = {"county": "column_of_counties", "prefecture": "column_of_prefectures"}


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
    index = index or load_unit_index()
    if query.period is not None and is_outside_tables(query.period):
        return _review_outside(query, query.period, index)
    name, province, prefecture = read_name(query.name), fold_variants(query.province), fold_variants(query.prefecture)
    row = UnitRow(index, name, query.code, query.period, province, prefecture, query.level)
    if row.code and row.name and not has_chinese(row.name) and not find_latin(index, row.name):
        row.note("name_not_compared", name=query.name)
        row.name = ""
    if is_placeholder(row.name, row.code) and not _is_unit_code(row):
        return _match_placeholder(row)
    result = _match_statistical(row)
    if result is None:
        result = _match_code(row) if row.code else _match_name(split_parents(row))
    return result


def match_present_unit(code: str, period: Period | None) -> UnitMatch:
    """Match a unit of today, as it stood in a period.

    Parameters
    ----------
    code : str
        Of today.
    period : Period or None
        None for today.

    Returns
    -------
    UnitMatch
        In review where the unit did not exist in the period.
    """
    result = match_unit(UnitQuery(code=code))
    if period is None or result.unit is None:
        return result
    row = UnitRow(load_unit_index(), "", code, period, "", "")
    same = row.index.trace(result.unit, period)
    return row.find(same) if same is not None else _review_absent(row, [result.unit])


def get_last_year() -> int:
    """Return the last year of which anything can be known: the present one."""
    return datetime.now(UTC).year


def is_outside_tables(period: Period) -> bool:
    """Whether a period ends before the first year of which names and codes are known, or begins after the present one."""
    return int(period.last[:4]) < FIRST_YEAR or int(period.first[:4]) > get_last_year()


def _review_outside(query: UnitQuery, period: Period, index: UnitIndex) -> UnitMatch:
    """Review a row of a year before the tables or to come: what the row says at any time are the readings."""
    result = match_unit(replace(query, period=None), index)
    years = {"year": period.first[:4], "first": str(FIRST_YEAR), "last": str(get_last_year())}
    readings = result.readings if result.unit is None else (result.unit,)
    return UnitMatch(
        "review", result.kind, notes=(make_reason("year_outside", **years), *result.notes), readings=readings
    )


def _is_unit_code(row: UnitRow) -> bool:
    """Whether the code is a unit's own; that of a city may stand for its districts."""
    return bool(row.index.find_by_code(row.code, row.when)) and not (
        row.code.endswith("00") and find_city_name(row.name)
    )


def _match_placeholder(row: UnitRow) -> UnitMatch:
    """Match a row of a group of divisions; a city named in it is compared with the one of its code."""
    city = find_city_name(row.name)
    homes = find_city(row.index, row.code, row.when) if city and row.code else ()
    if homes and not any(is_unit_name(city, one) for one in homes):
        named = row.index.by_name.get(city, ())
        return _review_contradiction(row, homes, [one for one in named if one.is_in_force(row.when)] or named)
    row.note("placeholder", name=row.name or row.code)
    return UnitMatch("found", "placeholder", notes=tuple(row.notes))


def _match_statistical(row: UnitRow) -> UnitMatch | None:
    """Match a code of the statistics: the division it is another code of, or an area that is no division."""
    for known in row.index.statistical.get(row.code, ()):
        if row.name and row.name not in {known.name, get_stem(known.name)}:
            continue
        if not row.name and row.index.find_by_code(row.code, row.when):
            continue
        if known.kind == "alias":
            result = _match_alias(row, known)
            if result is None:
                continue
            return result
        home = row.index.by_code[known.unit][-1]
        row.note("statistical_area", name=known.name, unit=home.label, source=known.source)
        return UnitMatch("found", "statistical", notes=tuple(row.notes))
    return None


def _match_alias(row: UnitRow, known: StatisticalCode) -> UnitMatch | None:
    """Match the division's other code: before the tables have it only where the name says so and nobody else holds it."""
    if (
        row.period
        and row.period.last < known.since[:4]
        and (not row.name or row.index.find_by_code(row.code, row.when))
    ):
        return None
    spell = row.index.trace(row.index.by_code[known.unit][-1], row.when)
    if spell is None:
        return None
    row.note("statistical_code", code=known.code, unit=spell.label, source=known.source)
    return row.find(spell)


def _match_code(row: UnitRow) -> UnitMatch:
    held = row.index.by_code.get(row.code, ())
    standing = [one for one in held if one.is_in_force(row.when)]
    if not held:
        return _match_unknown_code(row)
    if not row.name:
        return _match_bare_code(row, held, standing)
    agreeing = [one for one in standing if is_name_or_alias(row.index, row.name, one)]
    if agreeing:
        exact = [one for one in agreeing if fold_variants(one.name) == row.name]
        return _check_parents(row, (exact or agreeing)[-1])
    return _match_other_time(row, held, standing)


def _match_unknown_code(row: UnitRow) -> UnitMatch:
    """Match a code that no table has: a name alone is a reading, not an answer."""
    homes = find_city(row.index, row.code, row.when) if is_placeholder_code(row.code) else ()
    for one in homes:
        # 北京市 with the code of its districts: the code says no more than the municipality or city.
        if row.name and is_unit_name(row.name, one):
            row.note("placeholder_code", code=row.code, unit=one.label)
            return _check_parents(row, one)
    if homes and row.name:
        return _review_contradiction(row, homes, find_named(row))
    row.note("unknown_code", code=row.code)
    return row.review(find_named(row)) if row.name else UnitMatch("unresolved", notes=tuple(row.notes))


def _match_bare_code(row: UnitRow, held: Sequence[UnitSpell], standing: Sequence[UnitSpell]) -> UnitMatch:
    if standing:
        right = [one for one in standing if one.change != "misprint"]
        if row.period is not None and len({row.index.lineage[one] for one in right}) > 1:
            # The code went from one unit to another within the year.
            row.note("code_passed_on", code=row.code, year=row.when.text, units="、".join(one.label for one in right))
            return row.review(right)
        return _check_parents(row, (right or standing)[-1])
    last = max(held, key=lambda one: one.until or "9")
    if row.period is None:
        row.note("unit_ended", **_tell_end(row, last))
        return row.find(last)
    units = {row.index.lineage[one] for one in held}
    same = row.index.trace(last, row.when) if len(units) == 1 else None
    if same is not None:
        row.note("other_vintage", said=last.label, unit=same.label, year=row.when.text)
        return _check_parents(row, same)
    return _review_absent(row, held)


def _match_other_time(row: UnitRow, held: Sequence[UnitSpell], standing: Sequence[UnitSpell]) -> UnitMatch:
    """Match a name that is not the one the code had in the period."""
    index = row.index
    users = {index.lineage[one] for one in standing}
    before = [one for one in held if is_name_or_alias(row.index, row.name, one)]
    mixed = [
        one
        for one in held
        if any(is_name_or_alias(row.index, row.name, other) for other in index.members[index.lineage[one]])
    ]
    nearest = min(before or mixed, key=lambda one: _count_years(one, row.when), default=None)
    if nearest is None or not users <= {index.lineage[one] for one in ([nearest] if before else mixed)}:
        named = find_named(row)
        if nearest is None and not named and is_resolved_to(row, standing or held):
            return _check_parents(row, (list(standing) or [held[-1]])[-1])
        return _review_contradiction(row, standing or held, [*before, *named])
    neighbours = find_neighbours_named(row, standing or ([] if before else held))
    if neighbours:
        return _review_contradiction(row, standing or held, neighbours)
    return _match_vintage(row, nearest, note="other_vintage" if before else "mixed_vintages")


def _match_vintage(row: UnitRow, spell: UnitSpell, note: str = "other_vintage") -> UnitMatch:
    """Name and code agree, but at another time than the row's."""
    same = row.index.trace(spell, row.when) if row.period else spell
    if same is not None:
        if row.period is None and spell.until:
            row.note("unit_ended", **_tell_end(row, spell))
        elif same is not spell or note == "mixed_vintages":
            row.note(note, said=f"{row.code} {row.name}", unit=same.label, year=row.when.text)
        return _check_parents(row, same)
    return _review_absent(row, [spell])


def _review_absent(row: UnitRow, spells: Sequence[UnitSpell]) -> UnitMatch:
    """Review a unit that had ended before the period, or was founded after it."""
    readings: list[UnitSpell] = []
    for one in spells:
        if one.until and one.until <= row.when.first:
            row.note("unit_ended", **_tell_end(row, one))
            readings += [one, *row.index.following[one]]
        else:
            row.note("unit_not_yet", name=one.label, since=one.since, year=row.when.text)
            readings += [one, *row.index.preceding.get(one, ())]
            founding = row.index.foundings.get(one)
            readings += founding.origins if founding else ()
    return row.review(readings)


def _tell_end(row: UnitRow, spell: UnitSpell) -> dict[str, str]:
    after = row.index.following.get(spell, ())
    return {
        "name": spell.label,
        "date": spell.date or spell.until,
        "units": "、".join(one.label for one in after),
        "source": spell.source,
    }


def _review_contradiction(row: UnitRow, by_code: Sequence[UnitSpell], by_name: Sequence[UnitSpell]) -> UnitMatch:
    by_name = by_name or read_otherwise(row)
    # A name that dozens of cities have (郊区) is named where it is nearest to the code.
    near = sorted(by_name, key=lambda one: (one.code[:4] != row.code[:4], one.code[:2] != row.code[:2]))
    named, coded = ("、".join(dict.fromkeys(one.label for one in units)) for units in (near[:_MAX_NAMED], by_code))
    if not named:
        row.note("name_in_no_table", name=row.name, code=row.code, by_code=coded)
    else:
        more = "、…" if len(near) > _MAX_NAMED else ""
        row.note("name_code_differ", name=row.name, by_name=named + more, code=row.code, by_code=coded)
    return row.review([*near[:_MAX_NAMED], *by_code])


def _count_years(spell: UnitSpell, period: Period) -> int:
    """Count the years between a spell and a period."""
    if spell.until and spell.until <= period.first:
        return int(period.first[:4]) - int(spell.until[:4])
    return max(0, int(spell.since[:4] or 0) - int(period.last[:4])) if spell.since > period.last else 0


def _check_parents(row: UnitRow, spell: UnitSpell) -> UnitMatch:
    """Check that a code is of the province or prefecture that the row names; another is a contradiction too."""
    if not lies_in_province(row.index, spell, row.province, row.when):
        row.note("other_province", province=row.province, unit=spell.label)
    elif not lies_in_prefecture(row.index, spell, row.prefecture, row.when):
        row.note("other_prefecture", prefecture=row.prefecture, unit=spell.label)
    else:
        return row.find(spell)
    return row.review([spell, *find_named(row)])


def _match_name(row: UnitRow) -> UnitMatch:
    spells = find_named(row)
    if not spells:
        return UnitMatch("unresolved", notes=tuple(row.notes))
    standing = [one for one in spells if one.is_in_force(row.when)]
    if not standing:
        return _match_name_of_other_time(row, spells)
    units = {row.index.lineage[one] for one in standing}
    if len(units) == 1:
        # A year in which it was recoded has both spells; the table of the year has the later one.
        return row.find(max(standing, key=lambda one: one.since))
    of_level = [one for one in standing if one.level == row.level]
    # 海南 in a column of cities may be the province as well.
    is_told = len({row.index.lineage[one] for one in of_level}) == 1 and all(
        one.level != "province" for one in standing
    )
    if is_told:
        meant = max(of_level, key=lambda one: one.since)
        others = [one.label for one in standing if one not in of_level]
        row.note(_LEVEL_NOTES[row.level], name=row.name, unit=meant.label, others="、".join(others))
        return row.find(meant)
    row.note("several_in_year", name=row.name, year=row.when.text)
    return row.review(standing)


def _match_name_of_other_time(row: UnitRow, spells: Sequence[UnitSpell]) -> UnitMatch:
    units = {row.index.lineage[one] for one in spells}
    if len(units) == 1:
        return _match_vintage(row, min(spells, key=lambda one: _count_years(one, row.when)))
    row.note("several_of_other_years", name=row.name, year=row.when.text)
    return row.review(spells)
