"""Match the rows of a user's panel to units: columns of code, name, parents and year, each row with how it was matched."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, get_args

import pandas as pd

from pilotzones.geo.boundaries.upload.attribute_mapping import choose_columns
from pilotzones.geo.boundaries.upload.code_cell import read_lowest_code
from pilotzones.geo.errors import PanelError, make_problem
from pilotzones.geo.panel.rules import FIRST_YEAR, LAST_YEAR
from pilotzones.geo.panel.units import PanelUnit, list_units
from pilotzones.geo.places.history import (
    Period,
    UnitMatch,
    UnitQuery,
    list_lowest,
    match_unit,
    read_period,
    restrict_to_ground,
)
from pilotzones.geo.places.history.latin_names import is_latin_name
from pilotzones.geo.query.name_column import find_name_role, read_level
from pilotzones.geo.query.question_reader import MISSING_CELLS

__all__ = ["MATCH_WAYS", "RowMatch", "UnitColumns", "find_unit_columns", "match_rows"]

MatchWay = Literal["code and name", "code", "name", "code of another time", "name of another time", "open"]
MATCH_WAYS: Final[tuple[MatchWay, ...]] = get_args(MatchWay)
_YEAR_HEADING: Final = re.compile(
    r"(?:.*[^a-z])?(?:years?|yr|time|date|accper|period)|.*年[份度]?|.*年份.*|统计时间|日期", re.IGNORECASE
)
# A share of the cells of a column decides what it holds.
_MIN_SHARE: Final = 0.9
_SAMPLE_ROWS: Final = 2_000
_CHUNK_ROWS: Final = 5_000
_OTHER_TIMES: Final = frozenset({"other_vintage", "mixed_vintages"})


@dataclass(frozen=True, slots=True)
class UnitColumns:
    """The columns of a table that say which unit a row is of, and of which year; None where there is none."""

    code: str | None
    name: str | None
    province: str | None
    prefecture: str | None
    year: str | None


@dataclass(frozen=True, slots=True)
class RowMatch:
    """A row as a unit: its code and name in the year, the counties of today that cover it, and how it was matched.

    `note` says what is open, and which units it may be; of a bare name that the level of its column decides, which others.
    """

    way: MatchWay
    code: str = ""
    name: str = ""
    today: tuple[str, ...] = ()
    note: str = ""


def find_unit_columns(frame: pd.DataFrame, **given: str | None) -> UnitColumns:
    """Find the columns of a table by their headings and cells.

    Parameters
    ----------
    frame : DataFrame
    **given : str or None
        Columns that the user names, by role: code, name, province, prefecture, year.

    Returns
    -------
    UnitColumns

    Raises
    ------
    PanelError
        When a named column is not there, or neither a code nor a name is found.
    """
    wanted = {role: name for role, name in given.items() if name}
    missing = sorted(set(wanted.values()) - set(frame.columns))
    if missing:
        facts = {"missing": ", ".join(missing), "columns": ", ".join(map(str, frame.columns))}
        raise PanelError(make_problem("", "panel_column", facts=facts))
    step = max(1, len(frame) // _SAMPLE_ROWS)
    sample = {str(name): _write_cells(frame[name].iloc[::step]) for name in frame.columns}
    year = wanted.get("year") or _find_year(sample)
    chosen = choose_columns({name: list(cells) for name, cells in sample.items() if name != year})
    chosen |= {role: wanted[key] for role, key in (("adcode", "code"), ("name", "name")) if key in wanted}
    # What the user calls a column of provinces or prefectures does not name the units.
    role = find_name_role(chosen | dict.fromkeys({"province", "prefecture"} & wanted.keys()), sample)
    name = chosen[role] if role is not None else None
    found = UnitColumns(
        code=chosen["adcode"] or chosen["prefecture_adcode"],
        name=name,
        # A column that names the units does not say what they lie in, too.
        **{
            one: wanted.get(one) or (chosen[one] if chosen[one] != name else None) for one in ("province", "prefecture")
        },
        year=year,
    )
    if found.code is None and found.name is None:
        facts = {"columns": ", ".join(map(str, frame.columns))}
        raise PanelError(make_problem("", "panel_places", facts=facts))
    return found


def _find_year(sample: dict[str, list[str]]) -> str | None:
    shares: dict[str, float] = {}
    for name, cells in sample.items():
        filled = [cell for cell in cells if cell]
        years = [_read_year(cell) for cell in filled]
        if filled and sum(year > 0 for year in years) >= _MIN_SHARE * len(filled):
            shares[name] = 1.0 if _YEAR_HEADING.fullmatch(name.strip()) else len(set(years)) / 1_000
    headed = [name for name, share in shares.items() if share == 1.0]
    return headed[0] if headed else max(shares, key=lambda name: shares[name], default=None)


@cache
def _read_year(cell: str) -> int:
    period = read_period(cell)
    year = int(period.last[:4]) if period is not None else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else 0


def _write_cells(cells: pd.Series) -> list[str]:
    """Write cells as text; a whole number that was stored as a float has no decimals."""
    if pd.api.types.is_float_dtype(cells.dtype):
        return ["" if cell != cell else f"{cell:.0f}" if cell == int(cell) else str(cell) for cell in cells]  # noqa: PLR0124
    return ["" if cell is None or cell is pd.NA or cell != cell else str(cell).strip() for cell in cells]  # noqa: PLR0124


def match_rows(
    frame: pd.DataFrame, columns: UnitColumns, *, progress: Callable[[int, int], None] | None = None
) -> tuple[list[RowMatch], list[int]]:
    """Match every row.

    Parameters
    ----------
    frame : DataFrame
    columns : UnitColumns
    progress : callable, optional
        Called now and then with the rows done and all rows; an exception that it raises ends the work.

    Returns
    -------
    matches : list of RowMatch
        As many as the table has rows, in their order.
    years : list of int
        Year of each row; 0 where there is none.
    """
    parts = [
        _write_cells(frame[name]) if name is not None else [""] * len(frame)
        for name in (columns.code, columns.name, columns.province, columns.prefecture, columns.year)
    ]
    level = read_level(columns.name)
    known: dict[tuple[str, ...], tuple[RowMatch, int]] = {}
    matches, years = [], []
    for number, row in enumerate(zip(*parts, strict=True), start=1):
        if row not in known:
            year = _read_year(row[4])
            known[row] = _match_row(row, year, level), year
        matches.append(known[row][0])
        years.append(known[row][1])
        if progress is not None and (number % _CHUNK_ROWS == 0 or number == len(frame)):
            progress(number, len(frame))
    return matches, years


def _match_row(row: Sequence[str], year: int, level: str) -> RowMatch:
    written, name, province, prefecture, when = row
    code = read_lowest_code(written) or "" if written else ""
    if not code and not name:
        return RowMatch("open", note="the row has neither a code nor a name")
    if when and not year:
        return RowMatch("open", note=f"{when} is no year from {FIRST_YEAR} to {LAST_YEAR}")
    if not code and written.casefold() not in MISSING_CELLS:
        return RowMatch("open", note=f"the code {written} is not read")
    unit = _index_units(year or LAST_YEAR - 2).get(code)
    if (
        unit is not None
        and name == unit.name
        and province in ("", unit.province)
        and prefecture in ("", unit.prefecture)
    ):
        return RowMatch("code and name", unit.code, unit.name, unit.today)
    period = Period(f"{year}-01", f"{year}-12") if year else None
    match = restrict_to_ground(match_unit(UnitQuery(name, code, period, province, prefecture, level)), period)
    return _describe_match(match, code, name, year)


def _describe_match(match: UnitMatch, code: str, name: str, year: int) -> RowMatch:
    if match.status != "found" or match.unit is None or match.fate is None:
        notes = "；".join(map(str, match.notes)) or "no unit has this name or code"
        readings = "、".join(one.label for one in match.readings)
        return RowMatch("open", note=f"{notes}: {readings}" if readings else notes)
    unit = match.unit
    standing = _index_units(year or LAST_YEAR - 2).get(unit.code)
    if standing is not None and standing.name == unit.name:
        today = standing.today
    elif unit.level == "province":
        return RowMatch(
            "open", unit.code, unit.name, note="a province is no unit of a panel of counties or prefectures"
        )
    elif not match.is_dissolved:
        today = tuple(sorted({lowest for one in match.fate.counties for lowest in list_lowest(one)}))
    else:
        return RowMatch("open", unit.code, unit.name, note="the counties of today that cover it are not known")
    codes = {note.code for note in match.notes}
    if code:
        way: MatchWay = (
            "code of another time"
            if unit.code != code
            else "name of another time"
            if codes & _OTHER_TIMES
            else "code and name"
            if name == unit.name or is_latin_name(name, unit.name)
            else "code"
        )
    else:
        way = "name of another time" if codes & {*_OTHER_TIMES, "unit_ended"} else "name"
    note = "；".join(str(one) for one in match.notes if one.code.startswith("column_of_"))
    return RowMatch(way, unit.code, unit.name, today, note)


@cache
def _index_units(year: int) -> dict[str, PanelUnit]:
    """Index the counties and prefectures that stood at the end of a year by code."""
    return {unit.code: unit for level in ("prefecture", "county") for unit in list_units(year, level)}


def count_ways(matches: Sequence[RowMatch]) -> dict[str, int]:
    """Count the rows by how they were matched, in the order of `MATCH_WAYS`."""
    counts = Counter(match.way for match in matches)
    return {way: counts[way] for way in MATCH_WAYS if counts[way]}
