"""Records of the name history: a code under one name, a change, a period."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from pilotzones.geo.places.name_variants import get_level_of_code

__all__ = [
    "SAME_GROUND",
    "ChangeKind",
    "Fate",
    "Founding",
    "Period",
    "StatisticalCode",
    "UnitChange",
    "UnitSpell",
    "read_period",
]

ChangeKind = Literal["renamed", "recoded", "merged", "split", "dissolved", "misprint", "founded", "boundary moved", ""]
# Changes after which the unit is the same piece of ground under another name or code.
SAME_GROUND: Final = frozenset({"renamed", "recoded", "misprint"})
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
# A date may carry the time of day.
_TIME: Final = r"(?:[T ]\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
_PERIODS: Final = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        # 2001, 2001.0, 2001年, 2001年底
        _YEAR + r"(?:\.0+|年[末底度]?|年年[末底])?(?P<month>)",
        # 200105, 20010531
        _YEAR + r"(?P<month>0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?(?:\.0+)?",
        # 2001-05, 2001/5/31, 2001年5月1日, 2001-05-31 00:00:00
        rf"{_YEAR}[-/.年](?P<month>0?[1-9]|1[0-2])月?(?:(?:[-/.]|(?<=月)){_DAY}日?)?{_TIME}",
    )
)
# 31/12/2001 and 12/31/2001: which number is the month is not always known, the year is.
_YEAR_LAST: Final = re.compile(rf"\d{{1,2}}([-/.])\d{{1,2}}\1{_YEAR}(?P<month>){_TIME}", re.ASCII)
# 2001Q4, 2001年第四季度, 2001年4季度
_QUARTER: Final = re.compile(_YEAR + r"年?[-_ ]?(?:Q([1-4])|第?([1-4])季度?)", re.ASCII | re.IGNORECASE)
# 2001年上半年, 2001下半年, 2001H1
_HALF: Final = re.compile(_YEAR + r"(?:年?([上下])半年|[-_ ]?H([12]))", re.ASCII | re.IGNORECASE)
# Dec 2019, Dec. 2019, December 2019, 2019 Dec, Dec-2019
_MONTHS: Final = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
                  "november", "december")  # fmt: skip
_NAMED_MONTH: Final = re.compile(
    rf"(?:(?P<before>[a-z]{{3,9}})\.?,?[ -]?{_YEAR}|{_YEAR.replace('year', 'first')}[ -]?(?P<after>[a-z]{{3,9}})\.?)",
    re.ASCII | re.IGNORECASE,
)
_BLANKS: Final = r"\s*([年月日])\s*"
_GROUPED: Final = re.compile(r"[12],\d{3}(?:\.0+)?", re.ASCII)
_DIGITS: Final = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_WRITTEN_YEAR: Final = r"[一二][九〇○零][〇○零一二三四五六七八九]{2}年?[末底度]?"


class Period(NamedTuple):
    """A span of months, both included, each as YYYY-MM: a whole year, a half, a quarter, or one month."""

    first: str
    last: str

    @property
    def text(self) -> str:
        """The year, or the months when it is none."""
        if self.first[5:] == "01" and self.last[5:] == "12":
            return self.first[:4]
        return self.first if self.first == self.last else f"{self.first}/{self.last}"


def read_period(value: str | int | date | None) -> Period | None:
    """Read a year or a date.

    Parameters
    ----------
    value : str, int, datetime.date or None
        ``2001``, ``2001.0``, ``2001年``, ``2001-05``, ``2001-05-31``, ``31/12/2001``, ``2001Q4``, ``2001年上半年``,
        ``Dec 2001``, ``二〇〇一年`` …, in digits of any width.

    Returns
    -------
    Period or None
        A whole year, a half, a quarter, or the month of a date; None when it is neither.
    """
    if value is None:
        return None
    if isinstance(value, date):
        month = value.isoformat()[:7]
        return Period(month, month)
    text = re.sub(_BLANKS, r"\1", unicodedata.normalize("NFKC", str(value)).strip())
    if _GROUPED.fullmatch(text) is not None:
        text = text.replace(",", "")
    if re.fullmatch(_WRITTEN_YEAR, text) is not None:
        text = text.translate(_DIGITS)
    part = _read_quarter(text) or _read_half(text) or _read_named_month(text)
    if part is not None:
        return part
    period = next((match for pattern in (*_PERIODS, _YEAR_LAST) if (match := pattern.fullmatch(text))), None)
    if period is None:
        return None
    year = period["year"]
    if not period["month"]:
        return Period(f"{year}-01", f"{year}-12")
    month = f"{year}-{int(period['month']):02d}"
    return Period(month, month)


def _read_quarter(text: str) -> Period | None:
    quarter = _QUARTER.fullmatch(text.translate(_DIGITS))
    if quarter is None:
        return None
    last = 3 * int(quarter[2] or quarter[3])
    return Period(f"{quarter['year']}-{last - 2:02d}", f"{quarter['year']}-{last:02d}")


def _read_half(text: str) -> Period | None:
    half = _HALF.fullmatch(text)
    if half is None:
        return None
    first, last = ("01", "06") if half[2] == "上" or half[3] == "1" else ("07", "12")
    return Period(f"{half['year']}-{first}", f"{half['year']}-{last}")


def _read_named_month(text: str) -> Period | None:
    """Read a year with the English name of a month, in full or its first letters."""
    match = _NAMED_MONTH.fullmatch(text)
    if match is None:
        return None
    word = (match["before"] or match["after"]).lower()
    month = next((number for number, name in enumerate(_MONTHS, 1) if word in (name, name[:3])), None)
    if month is None:
        return None
    text = f"{match['year'] or match['first']}-{month:02d}"
    return Period(text, text)


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
        return get_level_of_code(self.code)

    @property
    def label(self) -> str:
        """Code and name."""
        return f"{self.code} {self.name}"

    def is_in_force(self, period: Period) -> bool:
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

    def to_dict(self) -> dict[str, object]:
        """Return the change as values of JSON."""
        return {
            "date": self.date,
            "kind": self.kind,
            "from": [{"code": code, "name": name} for code, name in self.old],
            "to": [{"code": code, "name": name} for code, name in self.new],
            "source": self.source,
            "what": self.what or None,
        }


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


@dataclass(frozen=True, slots=True)
class Founding:
    """A unit made out of parts of units that went on."""

    date: str
    spell: UnitSpell
    origins: tuple[UnitSpell, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a unit since a month.

    Parameters
    ----------
    today : tuple of UnitSpell
        Units in force today that stand on its ground, the main ones first.
    counties : tuple of str
        Codes of the boundary table that cover it.
    changes : tuple of UnitChange
        In order of time.
    parts : tuple of UnitSpell
        Units founded on a part of it while it went on.
    """

    today: tuple[UnitSpell, ...]
    counties: tuple[str, ...]
    changes: tuple[UnitChange, ...]
    parts: tuple[UnitSpell, ...]
