"""Rules that say what a code and name became between two code tables, where no curated change does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from pilotzones.geo.places.name_variants import get_level_of_code, get_stem

__all__ = ["Step", "find_successors", "is_same_region"]

Rows = Mapping[str, str]
# Chongqing left Sichuan in 1997, Hainan left Guangdong in 1988.
_LEFT_PROVINCE = ({"50", "51"}, {"44", "46"})
# Names that many cities have: they say nothing without the city.
_GENERIC = frozenset({"郊区", "城区", "市郊区", "矿区", "东区", "西区", "南区", "北区", "市中区"})


def is_same_region(one: str, other: str) -> bool:
    """Return whether two codes lie in one province, or in one that was taken out of the other."""
    return one[:2] == other[:2] or {one[:2], other[:2]} in _LEFT_PROVINCE


def _find_city_stem(code: str, rows: Rows) -> str:
    """Stem of the city a county-level unit stands under; before 1983 cities stood among the counties of a region."""
    city = ""
    if code[4:] < "20":
        for other in sorted(one for one in rows if one[:4] == code[:4] and "00" < one[4:] < "20" and one <= code):
            city = rows[other] if rows[other].endswith("市") else city
    return get_stem(city or rows.get(f"{code[:4]}00", ""))


def _pick_one(found: list[str], code: str, before: Rows, after: Rows) -> list[str]:
    """Pick the one candidate, the one in the same prefecture, or the one under a city of the same stem."""
    if len(found) <= 1:
        return found
    near = [other for other in found if other[:4] == code[:4]]
    if len(near) != 1:
        stem = _find_city_stem(code, before)
        near = [other for other in found if _find_city_stem(other, after) == stem]
    return near if len(near) == 1 else []


@dataclass
class Step:
    """What appeared between two tables."""

    before: Rows
    after: Rows
    appeared: dict[str, str] = field(init=False)
    by_stem: dict[str, list[str]] = field(init=False)
    left: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.appeared = {code: name for code, name in self.after.items() if self.before.get(code) != name}
        self.by_stem = defaultdict(list)
        for code, name in self.appeared.items():
            self.by_stem[get_stem(name)].append(code)
        self.left = defaultdict(list)
        for code, name in self.before.items():
            if self.after.get(code) != name:
                self.left[get_stem(name)].append(code)

    def is_taken(self, code: str, by: str) -> bool:
        """Return whether another old unit of this level bears the very name of a unit that appeared."""
        name = self.appeared[code]
        return any(
            other != by and self.before[other] == name and is_same_region(other, code)
            for other in self.left[get_stem(name)]
            if get_level_of_code(other) == get_level_of_code(code)
        )


def find_successors(code: str, name: str, step: Step) -> tuple[list[str], str]:
    """Find what a code and name became between two tables, and how.

    The rules, in order: the same name under another code of the province; the same code under another name; the same
    stem and level under another code (县 made 市 or 区); the new districts of a prefecture made of a city or county of
    its name, or that prefecture when the city had districts. The name goes first, because codes were given again.

    Returns
    -------
    list of str, str
        Codes in the later table, none when no rule says; "recoded" or "renamed".
    """
    level = get_level_of_code(code)
    peers = [c for c in step.by_stem[get_stem(name)] if is_same_region(code, c) and get_level_of_code(c) == level]
    exact = [other for other in peers if step.appeared[other] == name]
    one = _pick_one(exact, code, step.before, step.after)
    if one:
        return one, "recoded"
    if name in _GENERIC:
        peers = []
    new_name = step.appeared.get(code)
    if new_name is not None and (new_name in _GENERIC or not step.is_taken(code, code)):
        return [code], "renamed"
    free = [other for other in peers if other not in exact and not step.is_taken(other, code)]
    one = _pick_one(free, code, step.before, step.after)
    if one or level != "county" or not name.endswith(("市", "县")):
        return one, "renamed"
    return _find_in_new_prefecture(code, name, step), "renamed"


def _find_in_new_prefecture(code: str, name: str, step: Step) -> list[str]:
    known = {n for c, n in step.before.items() if get_level_of_code(c) == "prefecture"}
    new = [
        c
        for c in step.by_stem[get_stem(name)]
        if get_level_of_code(c) == "prefecture" and step.appeared[c] not in known and is_same_region(c, code)
    ]
    if len(new) != 1:
        return []
    (prefecture,) = new
    own = any(c[:4] == code[:4] and code < c and c[4:] < "20" and n.endswith("区") for c, n in step.before.items())
    if own and name.endswith("市"):
        return [prefecture]
    districts = [
        c
        for c, n in step.appeared.items()
        if c[:4] == prefecture[:4] and "00" < c[4:] < "20" and n.endswith("区") and not _is_claimed(c, n, code, step)
    ]
    return districts or [prefecture]


def _is_claimed(district: str, name: str, by: str, step: Step) -> bool:
    return any(other != by and is_same_region(other, district) for other in step.left[get_stem(name)])
