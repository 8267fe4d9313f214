"""Records of the name history: a code under one name, a change, a period."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from pilotzones.geo.places.name_variants import level_of_code

__all__ = ["ChangeKind", "Period", "StatisticalCode", "UnitChange", "UnitSpell", "read_period"]

ChangeKind = Literal["renamed", "recoded", "merged", "split", "dissolved", "misprint", "founded", "boundary moved", ""]
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_PERIODS: Final = tuple(
    re.compile(_YEAR + rest)
    for rest in (
        # 2001, 2001.0, 2001年, 2001年底
        r"(?:\.0+|年[末底度]?)?(?P<month>)",
        # 200105, 20010531
        r"(?P<month>0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?",
        # 2001-05, 2001/5/31, 2001年5月1日
        rf"[-/.年](?P<month>0?[1-9]|1[0-2])月?(?:(?:[-/.]|(?<=月)){_DAY}日?)?",
    )
)


class Period(NamedTuple):
    """A span of months, both included, each as YYYY-MM: a whole year, or one month."""

    first: str
    last: str

    @property
    def text(self) -> str:
        """The year, or the month when it is one."""
        return self.first if self.first == self.last else self.first[:4]


def read_period(value: str | int | date | None) -> Period | None:
    """Read a year or a date.

    Parameters
    ----------
    value : str, int, datetime.date or None
        ``2001``, ``2001.0``, ``2001年``, ``2001-05``, ``2001-05-31`` …, in digits of any width.

    Returns
    -------
    Period or None
        A whole year, or the month of a date; None when it is neither.
    """
    if value is None:
        return None
    if isinstance(value, date):
        month = value.isoformat()[:7]
        return Period(month, month)
    text = unicodedata.normalize("NFKC", str(value)).strip()
    found = next((match for pattern in _PERIODS if (match := pattern.fullmatch(text))), None)
    if found is None:
        return None
    year = found["year"]
    if not found["month"]:
        return Period(f"{year}-01", f"{year}-12")
    month = f"{year}-{int(found['month']):02d}"
    return Period(month, month)


@dataclass(frozen=True, slots=True, eq=False)
class UnitSpell:
    """A code under one name, from when to when, and what it became.

    There is one object for each, so two are equal when they are the same one.

    Parameters
    ----------
    code, name : str
    since : str
        Month of the first code table that has it (YYYY-MM); empty when no table tells.
    until : str
        Month by which it had ended; empty while it is in force.
    date : str
        Date of the change that ended it, as precisely as it is known: a year, a month or a day.
    change : str
        How it ended: renamed, recoded, merged, split, dissolved (its ground is only known to lie in a prefecture), or
        misprint (the tables misspelt another unit's name).
    next : tuple of (str, str)
        Codes and names that took its ground, as they stood right after.
    counties : tuple of str
        Codes of the boundary table that cover it; its own code while it stands there.
    source : str
        Where the change is documented.
    """

    code: str
    name: str
    since: str
    until: str = ""
    date: str = ""
    change: ChangeKind = ""
    next: tuple[tuple[str, str], ...] = ()
    counties: tuple[str, ...] = ()
    source: str = ""

    @property
    def level(self) -> str:
        """Level of its code: province, prefecture or county."""
        return level_of_code(self.code)

    @property
    def label(self) -> str:
        """Code and name."""
        return f"{self.code} {self.name}"

    def stands_in(self, period: Period) -> bool:
        """Whether it was in force in a part of the period.

        Parameters
        ----------
        period : Period

        Returns
        -------
        bool
        """
        return self.since <= period.last and (not self.until or self.until > period.first)


@dataclass(frozen=True, slots=True)
class UnitChange:
    """One change on the way from a unit to today's: `old` and `new` are codes and names before and after.

    `what` names the ground of a change of kind "boundary moved", which went from the old units to the new one.
    """

    date: str
    kind: ChangeKind
    old: tuple[tuple[str, str], ...]
    new: tuple[tuple[str, str], ...]
    source: str
    what: str = ""

    def __str__(self) -> str:
        old, new = ("、".join(" ".join(one) for one in units) for units in (self.old, self.new))
        kind = f"{self.kind}: {self.what}" if self.what else self.kind
        return f"{self.date} {old} → {new} ({kind})"


@dataclass(frozen=True, slots=True)
class StatisticalCode:
    """A code of the statistics that is no division's own.

    `kind` is "alias" (another code of the division `unit`) or "area" (a development zone or the like that lies in it).
    """

    code: str
    name: str
    unit: str
    kind: str
    since: str
    source: str
