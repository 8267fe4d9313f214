"""The content of a cell: its kind, and the places that its names may stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pilotzones.geo.places.gazetteer import Unit, load_gazetteer

__all__ = ["CellContent", "Kind"]

Kind = Literal[
    "blank", "ditto", "dash", "whole", "direct", "total", "note", "code", "date", "batch", "number", "place", "text"
]


@dataclass(frozen=True, slots=True)
class CellContent:
    """What a cell holds.

    Parameters
    ----------
    kind : str
        "direct" says that no prefecture lies between county and province, "whole" that all of a unit is meant.
    levels : tuple of frozenset of str
        For a place or a list of them, the levels that each name may have, in text order.
    units : tuple of Unit
        For one name alone, the provinces and prefectures that it may be.
    above : str
        Code of the larger unit that is written before the one name; empty when there is none.
    count : int or None
        Number of places that the cell states.
    codes : frozenset of str
        Every code of today that a name in it may stand for.
    written_in : frozenset of str
        Codes of the larger units that are written before names.
    """

    kind: Kind
    levels: tuple[frozenset[str], ...] = ()
    units: tuple[Unit, ...] = ()
    above: str = ""
    count: int | None = None
    codes: frozenset[str] = frozenset()
    written_in: frozenset[str] = frozenset()

    def lies_in(self, unit: Unit) -> bool:
        """Whether a name in the cell may be a smaller unit inside this one."""
        inside = load_gazetteer().is_inside
        return any(code != unit.code and inside(code, unit.code) for code in self.codes)

    def may_be(self, *levels: str) -> bool:
        """Whether every name in the cell may be of one of these levels."""
        return self.kind == "place" and all(one & {*levels} for one in self.levels)

    @property
    def is_one_unit(self) -> bool:
        """Whether the cell is the name of one province or prefecture and nothing else."""
        return len(self.levels) == 1 and bool(self.units)

    @property
    def is_county(self) -> bool:
        """Whether every name in the cell is that of a county and of nothing larger."""
        return bool(self.levels) and all(level == {"county"} for level in self.levels)

    @property
    def is_special(self) -> bool:
        """Whether every name in the cell is that of a special area."""
        return bool(self.levels) and all(level == {"special"} for level in self.levels)

    def find_unit(self, level: str = "") -> Unit | None:
        """Find the province or prefecture that the cell names; one of a certain level is preferred."""
        wanted = [unit for unit in self.units if unit.level == level]
        provinces = [unit for unit in self.units if unit.level == "province"]
        return next(iter([*wanted, *provinces, *self.units]), None)
