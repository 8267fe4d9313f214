"""How treatment is coded: the rules of a panel, which are its options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from pilotzones.geo.errors import PanelError, make_problem

if TYPE_CHECKING:
    from pilotzones.geo.panel.units import UnitLevel

__all__ = [
    "DEFAULT_HITS",
    "DETAILS",
    "FIRST_YEAR",
    "HITS",
    "LAST_YEAR",
    "MERGERS",
    "TREATMENT_COLUMNS",
    "Detail",
    "MergerRule",
    "PanelRules",
    "UnitHit",
]

UnitHit = Literal["whole", "whole_prefecture", "town", "host", "part"]
HITS: Final[tuple[UnitHit, ...]] = get_args(UnitHit)
# A county is treated when all of it is listed; a town in it or an area that lies in it is said, and is no treatment.
DEFAULT_HITS: Final[tuple[UnitHit, ...]] = ("whole", "whole_prefecture")
MergerRule = Literal["flag", "keep", "aggregate"]
MERGERS: Final[tuple[MergerRule, ...]] = get_args(MergerRule)
Detail = Literal["programme", "batch", "task"]
DETAILS: Final[tuple[Detail, ...]] = get_args(Detail)
FIRST_YEAR: Final = 1980
LAST_YEAR: Final = 2026
# Columns of each treatment, with their labels in both languages.
TREATMENT_COLUMNS: Final = {
    "first_year": "首个处理年 First treated year, 0 = never",
    "ever": "是否处理 Ever treated",
    "post": "处理期 Treated in the year",
    "event_time": "相对年份 Years since the first",
    "left_year": "退出年 First year no longer in force",
    "hit": "涉及方式 How the unit is hit",
    "batch": "批次 Batch",
    "clause": "出处 Clause",
    "source": "来源 Source",
}


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
        What begins after this month counts from the next year; a date of a year alone counts from its year.
    mergers : {"flag", "keep", "aggregate"}
        What happens to a unit of which only a part of today's counties is hit: it has the hit ``part`` and is not
        treated, it counts as treated, or units that share ground in any year are joined for all years.
    details : tuple of {"programme", "batch", "task"}
        What gets columns of its own.

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
    mergers: MergerRule = "flag"
    details: tuple[Detail, ...] = ("programme",)

    def __post_init__(self) -> None:
        first, last = self.years
        span: dict[str, object] = {"first": FIRST_YEAR, "last": LAST_YEAR}
        if not FIRST_YEAR <= first <= last <= LAST_YEAR:
            raise PanelError(make_problem("", "panel_years", facts=span | {"given": f"{first}:{last}"}))
        if self.base_year is not None and not FIRST_YEAR <= self.base_year <= LAST_YEAR:
            raise PanelError(make_problem("", "panel_base_year", facts=span | {"given": self.base_year}))
        if not 1 <= self.start_month <= 12:  # months
            raise PanelError(make_problem("", "panel_month", facts={"given": self.start_month}))
        if not self.counted_hits or not self.details:
            raise PanelError(
                make_problem("", "panel_counts", facts={"hits": ", ".join(HITS), "details": ", ".join(DETAILS)})
            )
        _check_words("panel_hits", self.counted_hits, HITS)
        _check_words("panel_mergers", (self.mergers,), MERGERS)
        _check_words("panel_details", self.details, DETAILS)

    @property
    def counts_parts(self) -> bool:
        """Whether a unit of which a part is hit counts as treated."""
        return "part" in self.counted_hits or self.mergers == "keep"


def _check_words(code: str, given: tuple[str, ...], known: tuple[str, ...]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise PanelError(make_problem("", code, facts={"words": ", ".join(unknown), "known": ", ".join(known)}))
