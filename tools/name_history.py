"""Derive the name history from dated code tables: which code and name ended when, and what became of it.

Not used at run time: `data/places/name_history.csv` is its product, made by `tools/derive_name_history.py` from the
tables that the registries offer beside today's table and the curated changes. It is kept here so that the table can be
made again, and tested on small tables.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.errors import BoundaryError
from pilotzones.geo.places.name_variants import get_stem, level_of_code

__all__ = ["Change", "Ended", "completeness", "derive_history", "first_seen", "today_divisions"]

Table = Mapping[str, str]
_PSEUDO = re.compile(r"^(市辖区|县|省直辖.*|自治区直辖.*|市)$")


# Rows of the county table that are no county-level divisions: a state farm and two reserves.
_NOT_COUNTIES = frozenset({"629700", "629800", "629900"})
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})


@dataclass(frozen=True, slots=True)
class Change:
    """One curated change: an old code and name and the codes of today that cover it."""

    old_code: str
    old_name: str
    successors: tuple[str, ...]
    kind: str
    date: str
    source: str


@dataclass(frozen=True, slots=True)
class Ended:
    """One code and name that is no longer in force, with what covers it today."""

    code: str
    name: str
    parent: str
    valid_from: str
    valid_to: str
    successors: tuple[str, ...]
    kind: str
    steps: str
    source: str


def _is_division(code: str, name: str) -> bool:
    """Leave out pseudo-rows (市辖区) and the statistical codes of special areas (…7x)."""
    pseudo_code = not code.endswith("00") and code[4] in "79" and code[2:4] != "90" and code[2:4] < "90"
    return not (_PSEUDO.match(name) or (pseudo_code and code[4] == "7"))


def _same_region(one: str, other: str) -> bool:
    """Whether two codes lie in one province; Chongqing left Sichuan in 1997, Hainan left Guangdong in 1988."""
    pairs = ({"50", "51"}, {"44", "46"})
    return one[:2] == other[:2] or {one[:2], other[:2]} in pairs


def _next_code(code: str, name: str, new: Table, index: Mapping[str, list[str]]) -> tuple[str | None, str]:
    """Find where a code and name went between two tables, or None.

    The rules, in order: the same name under another code of the province; the same code under another name; the same
    stem and level under another code of the province (县 made 市 or 区). The name goes first, because codes were
    given again to other units.
    """
    level = level_of_code(code)
    peers = [other for other in index[get_stem(name)] if _same_region(code, other) and level_of_code(other) == level]
    exact = [other for other in peers if new[other] == name]
    for found, kind in ((exact, "recoded"), ([code] if code in new else [], "renamed"), (peers, "renamed")):
        near = [other for other in found if other[:4] == code[:4]] or found
        if len(near) == 1:
            return near[0], kind
    return None, ""


def _steps(tables: Sequence[tuple[str, Table]]) -> dict[tuple[str, str], tuple[str, str, str, str]]:
    """Map (code, name) to (date it ended, next code, next name, kind) for every code and name that ended."""
    out: dict[tuple[str, str], tuple[str, str, str, str]] = {}
    for (_, before), (date, after) in pairwise(tables):
        appeared = {code: name for code, name in after.items() if before.get(code) != name}
        index: dict[str, list[str]] = defaultdict(list)
        for code, name in appeared.items():
            index[get_stem(name)].append(code)
        for code, name in before.items():
            if after.get(code) == name or not _is_division(code, name):
                continue
            found, kind = _next_code(code, name, appeared, index)
            out[code, name] = (date, found or "", appeared.get(found or "", ""), kind)
    return out


def derive_history(tables: Sequence[tuple[str, Table]], changes: Iterable[Change]) -> list[Ended]:
    """Follow every code and name that ended to the codes of today.

    Parameters
    ----------
    tables : sequence of (date, table)
        Tables in order of time, dates as YYYY-MM; the last is today's. A table maps code to name.
    changes : iterable of Change
        Curated changes; they win over the rules.

    Returns
    -------
    list of Ended
        Sorted by code and name. `successors` is empty and `kind` "unknown" where neither rule nor curated change
        says what became of the unit.
    """
    steps = _steps(tables)
    curated = {(change.old_code, change.old_name): change for change in changes}
    today = tables[-1][1]
    first = first_seen(tables)
    out = []
    for (code, name), (date, _, _, _) in steps.items():
        successors, kind, trail, source = _follow(code, name, steps, curated, today)
        end = _ended(date, curated.get((code, name)))
        parent = _parent_name(code, tables, date)
        out.append(Ended(code, name, parent, first[code, name], end, successors, kind, trail, source))
    return sorted(out, key=lambda ended: (ended.code, ended.name))


def first_seen(tables: Sequence[tuple[str, Table]]) -> dict[tuple[str, str], str]:
    """Map (code, name) to the date of the first table that has it.

    Parameters
    ----------
    tables : sequence of (date, table)
        Tables in order of time.

    Returns
    -------
    dict of (str, str) to str
        Date as YYYY-MM.
    """
    first: dict[tuple[str, str], str] = {}
    for date, table in tables:
        for pair in table.items():
            first.setdefault(pair, date)
    return first


def _ended(table_date: str, change: Change | None) -> str:
    """The month by which a name had ended: the curated year where the tables lie years apart, else the table's."""
    if change is None or change.date >= table_date[:4]:
        return table_date
    return f"{change.date}-12"


def _parent_name(code: str, tables: Sequence[tuple[str, Table]], ended: str) -> str:
    """Name of the prefecture the code stood under in the last table before it ended."""
    before = [table for date, table in tables if date < ended]
    names = (before[-1] if before else {}).get(code[:4] + "00", "")
    return "" if _PSEUDO.match(names) else names


def _follow(
    code: str,
    name: str,
    steps: Mapping[tuple[str, str], tuple[str, str, str, str]],
    curated: Mapping[tuple[str, str], Change],
    today: Table,
) -> tuple[tuple[str, ...], str, str, str]:
    """Walk the steps of one unit until today's table or a curated change says the rest."""
    kinds, trail, at = [], [name], (code, name)
    for _ in range(12):
        if at in curated:
            change = curated[at]
            known = tuple(one for one in change.successors if one in today)
            trail.append("、".join(today[one] for one in known))
            kinds.append(change.kind)
            return known, _overall(kinds), _trail(trail), change.source
        if today.get(at[0]) == at[1]:
            return (at[0],), _overall(kinds), _trail(trail), "code tables"
        if at not in steps or not steps[at][1]:
            return (), "unknown", _trail(trail), "code tables"
        _, next_code, next_name, kind = steps[at]
        kinds.append(kind)
        trail.append(next_name)
        at = (next_code, next_name)
    return (), "unknown", _trail(trail), "code tables"


def _overall(kinds: Sequence[str]) -> str:
    """The least harmless of the steps decides: split, merged, renamed, recoded."""
    return next((kind for kind in ("split", "merged", "renamed") if kind in kinds), "recoded")


def _trail(names: Sequence[str]) -> str:
    """Join the names met on the way, leaving out repetitions."""
    kept = [name for index, name in enumerate(names) if name and (index == 0 or name != names[index - 1])]
    return "→".join(kept)


def completeness(history: Iterable[Ended]) -> dict[str, tuple[int, int]]:
    """Count, per year of ending, the units whose successors are known.

    Parameters
    ----------
    history : iterable of Ended
        The derived history.

    Returns
    -------
    dict of str to (int, int)
        Year to (known, all).
    """
    out: dict[str, tuple[int, int]] = {}
    for ended in history:
        known, total = out.get(ended.valid_to[:4], (0, 0))
        out[ended.valid_to[:4]] = (known + bool(ended.successors), total + 1)
    return dict(sorted(out.items()))


def today_divisions() -> list[dict[str, str]]:
    """Turn the tables of the boundary package into one, a unit that is prefecture and county at once given once.

    Returns
    -------
    list of dict
        Rows with the keys code, name, level, province, prefecture, prefecture_code.

    Raises
    ------
    BoundaryError
        When the source has counties only.
    """
    source = load("tianditu")
    if source.provinces is None or source.prefectures is None:
        raise BoundaryError("tianditu: no provinces or prefectures in this boundary source")
    rows: dict[str, tuple[str, ...]] = {}
    for row in source.provinces.itertuples():
        code, name = row.province_adcode, row.province
        rows[code] = (name, "province", name, name if code[:2] in _MUNICIPALITIES else "", code)
    for row in source.prefectures.itertuples():
        code = row.prefecture_adcode
        if level_of_code(code) == "prefecture" and code not in _NOT_COUNTIES:
            rows.setdefault(code, (row.prefecture, "prefecture", row.province, row.prefecture, code))
    for row in source.counties.itertuples():
        if row.adcode not in _NOT_COUNTIES:
            place = (row.name, "county", row.province, row.prefecture, row.prefecture_adcode)
            rows.setdefault(row.adcode, place)
    keys = ("code", "name", "level", "province", "prefecture", "prefecture_code")
    return [dict(zip(keys, (code, *rest), strict=True)) for code, rest in rows.items()]
