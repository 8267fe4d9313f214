"""Records of the register: kinds, stages, sources of money, and a project."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from datetime import date

    from pilotzones.geo.query.question_reader import PlaceQuery

__all__ = ["KINDS", "LOCATION_QUALITIES", "MONEY_SOURCES", "STAGES", "TYPES", "LocationQuality", "Project"]

# The eight kinds of projects and money (二、改革预期目标) and the three demonstration types (三、改革措施（三）第13条) of the
# Chongqing plan; a register may use kinds of its own.
KINDS: Final = (
    "agriculture", "natural_resources", "environment", "housing", "transport", "water", "culture_tourism", "forestry",
)  # fmt: skip
TYPES: Final = ("urban_rural_integration", "industry_integration", "ecological_restoration")
STAGES: Final = ("proposed", "approved", "started", "completed", "accepted")
# How well the place of a project is known: a coordinate of its own; the county alone, named by an address, by the town that it
# lies in, or by itself; or nothing that is settled.
LocationQuality = Literal["point", "address", "town", "county", "open"]
LOCATION_QUALITIES: Final[tuple[LocationQuality, ...]] = get_args(LocationQuality)
MONEY_SOURCES: Final = ("central", "local", "bond", "bank", "private")


@dataclass(frozen=True, slots=True)
class Project:
    """One project of a register.

    `place` is its county, town or address; `point` its longitude and latitude [degree]; `money` is by source
    [10,000 yuan]; `dates` are those of the stages that have one, the first day where only a month or year is known; `due` is the
    last day of what is known; `row` is its line in the file.
    """

    id: str
    name: str
    place: PlaceQuery | None
    point: tuple[float, float] | None
    town: str
    address: str
    kind: str
    type: str
    stage: str
    programme: str
    responsible: str
    money: dict[str, float] = field(default_factory=dict)
    dates: dict[str, date] = field(default_factory=dict)
    due: date | None = None
    row: int = 0

    @property
    def total(self) -> float:
        """All money [10,000 yuan]."""
        return sum(self.money.values())

    def is_overdue(self, today: date) -> bool:
        """Return whether it was due before a day and is neither completed nor accepted."""
        return self.due is not None and self.due < today and self.stage not in ("completed", "accepted")
