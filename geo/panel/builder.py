"""Build a panel of units and years with the treatment by each programme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from pilotzones.geo.errors import PanelError
from pilotzones.geo.panel.treatment import HITS, find_treatments
from pilotzones.geo.panel.units import list_units

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotzones.geo.panel.treatment import Treatment, UnitHit
    from pilotzones.geo.panel.units import PanelUnit, UnitLevel
    from pilotzones.geo.query.applicability import ApplicabilityIndex

__all__ = ["DEFAULT_HITS", "UNIT_COLUMNS", "Panel", "PanelRules", "build_panel"]

FIRST_YEAR: Final = 1980
LAST_YEAR: Final = 2026
UNIT_COLUMNS: Final = ("code", "name", "province", "prefecture", "year", "today_code", "today_name", "unit_change")
TREATMENT_COLUMNS: Final = ("first_year", "ever", "post", "event_time", "left_year", "hit", "clause")
# A county is treated when all of it is listed; a town in it or an area that lies in it is said, and is no treatment.
DEFAULT_HITS: Final[tuple[UnitHit, ...]] = ("whole", "whole_prefecture")


@dataclass(frozen=True, slots=True)
class PanelRules:
    """How treatment is coded.

    Parameters
    ----------
    level : {"county", "prefecture"}
    years : tuple of int
        First and last year.
    base_year : int or None
        Units as they stood at the end of this year, in every year; None for the units of each year.
    counted_hits : tuple of str
        The hits that count as treatment, of `HITS`; a unit that is hit in another way is not treated, and its ``hit``
        says so.
    start_month : int
        A programme that begins after this month counts from the next year.

    Raises
    ------
    PanelError
        When a rule makes no sense.
    """

    level: UnitLevel = "county"
    years: tuple[int, int] = (2010, 2024)
    base_year: int | None = None
    counted_hits: tuple[UnitHit, ...] = DEFAULT_HITS
    start_month: int = 12

    def __post_init__(self) -> None:
        first, last = self.years
        if not FIRST_YEAR <= first <= last <= LAST_YEAR:
            raise PanelError(f"years are {FIRST_YEAR} to {LAST_YEAR}, the first before the last, not {first}:{last}")
        if self.base_year is not None and not FIRST_YEAR <= self.base_year <= LAST_YEAR:
            raise PanelError(f"the base year is {FIRST_YEAR} to {LAST_YEAR}, not {self.base_year}")
        unknown = sorted(set(self.counted_hits) - set(HITS))
        if unknown:
            raise PanelError(f"no such hit {', '.join(unknown)}: there are {', '.join(HITS)}")
        if not 1 <= self.start_month <= 12:  # months
            raise PanelError(f"the month is 1 to 12, not {self.start_month}")


@dataclass(frozen=True)
class Panel:
    """A panel and how it was made.

    Parameters
    ----------
    frame : DataFrame
        One row a unit and year: `UNIT_COLUMNS`, then for the programme at place n (counted from 1) the columns
        ``first_year_pn``, ``ever_pn`` … of `TREATMENT_COLUMNS`.
    treatments : tuple of Treatment
        In the order of their numbers.
    rules : PanelRules
    moved : DataFrame
        For each programme and hit, how many units have it, and whether it counts.
    """

    frame: pd.DataFrame
    treatments: tuple[Treatment, ...]
    rules: PanelRules
    moved: pd.DataFrame


def build_panel(
    applicability: ApplicabilityIndex,
    rules: PanelRules | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Panel:
    """Build a panel of the programmes of an index.

    Parameters
    ----------
    applicability : ApplicabilityIndex
    rules : PanelRules, optional
    progress : callable, optional
        Called after each year with the years done and all years; an exception that it raises ends the work.

    Returns
    -------
    Panel
        Treated is never guessed: where the counties of today that cover a unit are not known, the columns are empty.
    """
    how = rules or PanelRules()
    treatments = tuple(find_treatments(applicability, start_month=how.start_month))
    first, last = how.years
    rows: list[dict[str, Any]] = []
    hits: list[tuple[str, str, str]] = []
    for done, year in enumerate(range(first, last + 1), start=1):
        for unit in list_units(how.base_year or year, how.level):
            row = _describe_unit(unit, year)
            for number, treatment in enumerate(treatments, start=1):
                row |= _code_treatment(treatment, unit, year, how, number)
                if year == last and row[f"hit_p{number}"]:
                    hits.append((treatment.programme.id, str(row[f"hit_p{number}"]), unit.code))
            rows.append(row)
        if progress is not None:
            progress(done, last - first + 1)
    return Panel(_set_types(pd.DataFrame(rows), len(treatments)), treatments, how, _count_hits(hits, how))


def _describe_unit(unit: PanelUnit, year: int) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name": unit.name,
        "province": unit.province,
        "prefecture": unit.prefecture,
        "year": year,
        "today_code": ";".join(unit.today),
        "today_name": ";".join(unit.today_names),
        "unit_change": unit.change if unit.year == year else "",
    }


def _code_treatment(treatment: Treatment, unit: PanelUnit, year: int, rules: PanelRules, number: int) -> dict[str, Any]:
    hit = treatment.hit_unit(unit.today)
    is_known, is_treated = bool(unit.today), hit is not None and hit.hit in rules.counted_hits
    first, left = treatment.first_year, treatment.left_year
    coded: dict[str, Any] = dict.fromkeys(TREATMENT_COLUMNS)
    coded["hit"], coded["clause"] = ("", "") if hit is None else (hit.hit, hit.clause)
    if is_known:
        coded["ever"] = int(is_treated)
        if not is_treated:
            coded["first_year"], coded["post"] = 0, 0
        elif first is not None:
            coded["first_year"], coded["left_year"] = first, left
            coded["post"] = int(year >= first and (left is None or year < left))
            coded["event_time"] = year - first
    return {f"{name}_p{number}": value for name, value in coded.items()}


def _set_types(frame: pd.DataFrame, programmes: int) -> pd.DataFrame:
    for number in range(1, programmes + 1):
        for name in ("first_year", "ever", "post", "event_time", "left_year"):
            column = f"{name}_p{number}"
            frame[column] = frame[column].astype("Int16")
    return frame


def _count_hits(hits: list[tuple[str, str, str]], rules: PanelRules) -> pd.DataFrame:
    table = pd.DataFrame(hits, columns=["programme", "hit", "units"])
    counted = table.groupby(["programme", "hit"], sort=True)["units"].count().reset_index()
    counted["counts_as_treated"] = counted["hit"].isin(rules.counted_hits)
    return counted
