"""The units that the name of a row may mean."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pilotzones.geo.places.history.latin_names import find_latin
from pilotzones.geo.places.history.name_comparison import (
    has_chinese,
    lies_in_prefecture,
    lies_in_province,
    read_parents,
)
from pilotzones.geo.places.name_variants import get_stem, list_short_forms
from pilotzones.geo.places.text.normalization import fold_variants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotzones.geo.places.history.models import UnitSpell
    from pilotzones.geo.places.history.unit_row import UnitRow
    from pilotzones.geo.places.models import ResolvedRow

__all__ = ["find_named", "find_neighbours_named", "is_resolved_to", "read_otherwise", "split_parents"]


def split_parents(row: UnitRow) -> UnitRow:
    """Take the names of province and prefecture from the front of a name, so that they are compared as of the year."""
    index = row.index
    if row.name in index.by_name or row.name in index.by_stem:
        return row
    for end in range(2, len(row.name) - 1):
        tail = row.name[end:]
        if tail not in index.by_name and tail not in index.by_stem:
            continue
        parents = read_parents(index, row.name[:end])
        if parents is None:
            continue
        province, prefecture = parents
        if all(not written or not given or get_stem(written) == get_stem(given)
               for written, given in ((province, row.province), (prefecture, row.prefecture))):  # fmt: skip
            return replace(row, name=tail, province=row.province or province, prefecture=row.prefecture or prefecture)
        return row
    return row


def find_neighbours_named(row: UnitRow, coded: Sequence[UnitSpell]) -> list[UnitSpell]:
    """Find units of the same prefecture that bear the name in the period while those of the code bear another one.

    铜仁市 was a county-level city until 2011 and has been the prefecture since: of 2016 it is not the district 520602.
    """
    if not coded:
        return []
    named = [one for one in find_named(row) if one.is_in_force(row.when)]
    units = {row.index.lineage[one] for one in coded}
    if any(row.index.lineage[one] in units for one in named):
        return []
    homes = {row.index.find_parents(one, row.when)[1] for one in coded if one.level == "county"}
    return [one for one in named if one.code[:4] == row.code[:4] or _get_home(row, one) in homes - {""}]


def _get_home(row: UnitRow, spell: UnitSpell) -> str:
    """Get the name of the prefecture that a unit is or lies in."""
    return spell.name if spell.level == "prefecture" else row.index.find_parents(spell, row.when)[1]


def read_otherwise(row: UnitRow) -> list[UnitSpell]:
    """Find the units of a name that no table has and the resolver of names reads: a whole address, an area in a county."""
    split = split_parents(row)
    if split is not row and (named := find_named(split)):
        return named
    read = _resolve(row)
    codes = dict.fromkeys([*read.adcode, *read.container_adcode])
    return [held[-1] for code in codes if (held := row.index.by_code.get(code, ()))]


def find_named(row: UnitRow) -> list[UnitSpell]:
    """Find the units of the name in the period, else of any time, in the province and prefecture of the row."""
    if not has_chinese(row.name):
        spells = [one for one in find_latin(row.index, row.name) if _lies_in_given(row, one)]
        return [one for one in spells if one.is_in_force(row.when)] or spells
    spells = [
        one
        for one in (*row.index.by_name.get(row.name, ()), *row.index.by_stem.get(row.name, ()))
        if one.change != "misprint" or fold_variants(one.name) == row.name
    ]
    standing = [one for one in spells if one.is_in_force(row.when)]
    # Official names and their short writings count before bare ones: 井冈山 was one until 1981, and is 井冈山市 since.
    whole = [one for one in standing or spells if row.name in (own := fold_variants(one.name), *list_short_forms(own))]
    return [one for one in whole or standing or spells if _lies_in_given(row, one)]


def _lies_in_given(row: UnitRow, spell: UnitSpell) -> bool:
    in_province = lies_in_province(row.index, spell, row.province, row.when)
    return in_province and lies_in_prefecture(row.index, spell, row.prefecture, row.when)


def is_resolved_to(row: UnitRow, spells: Sequence[UnitSpell]) -> bool:
    """Whether the resolver of names, which knows more ways of writing, reads a unit of the code."""
    read = _resolve(row)
    codes = {code for one in spells for code in one.counties}
    return read.status == "accepted" and bool(read.adcode) and set(read.adcode) <= codes


def _resolve(row: UnitRow) -> ResolvedRow:
    # Imported here: it builds the scanner, which few tables need.
    from pilotzones.geo.places.column_resolver import resolve_names

    return resolve_names([row.name], provinces=[row.province or None], prefectures=[row.prefecture or None]).rows[0]
