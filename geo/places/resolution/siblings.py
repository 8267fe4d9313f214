"""The divisions accepted in one enumeration, counted by what a doubtful name among them is compared with.

A list of n names asks n times about the others: the counts make each answer independent of n.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pilotzones.geo.places.gazetteer import Gazetteer

__all__ = ["NO_SIBLINGS", "Siblings"]


class Siblings:
    """Counts of accepted divisions.

    Parameters
    ----------
    gazetteer : Gazetteer, optional
        Today's table; needed as soon as there are codes.
    codes : iterable of str, optional
        One for each name; several names may have one code.
    """

    def __init__(self, gazetteer: Gazetteer | None = None, codes: Iterable[str] = ()) -> None:
        self._gazetteer = gazetteer
        self.count = 0
        # Levels of the divisions, and codes of the divisions themselves, of their prefectures and provinces.
        self.levels: Counter[str] = Counter()
        self.holders: Counter[str] = Counter()
        # First four and first two digits.
        self.prefectures: Counter[str] = Counter()
        self.provinces: Counter[str] = Counter()
        for code in codes:
            self.add(code)

    def add(self, code: str) -> None:
        """Count a division; an empty code is none."""
        self._count_code(code, 1)

    def remove(self, code: str) -> None:
        """Count a division no longer."""
        self._count_code(code, -1)

    def _count_code(self, code: str, by: int) -> None:
        if not code or self._gazetteer is None:
            return
        self.count += by
        unit = self._gazetteer.units.get(code)
        province = code[:2] + "0000"
        holders = {code, province} if unit is None else {code, province, unit.prefecture_code}
        levels = () if unit is None else (unit.level,)
        for counter, keys in (
            (self.levels, levels),
            (self.holders, holders),
            (self.prefectures, (code[:4],)),
            (self.provinces, (code[:2],)),
        ):
            for key in keys:
                counter[key] += by
                if not counter[key]:
                    del counter[key]


NO_SIBLINGS: Final = Siblings()
