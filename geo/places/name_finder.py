"""The forms of the gazetteer that begin at a place of a text, and the nested paths that they make."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from pilotzones.geo.places.gazetteer import Gazetteer, Meaning
from pilotzones.geo.places.text.mention_context import find_counted_towns
from pilotzones.geo.places.text.normalized_text import NamePart, NormalizedText, Token
from pilotzones.geo.places.text.patterns import UNIT_ENDINGS

__all__ = ["JOINER", "NameFinder", "contains", "holds_token"]

JOINER = re.compile(
    r"的|下辖的?|所辖的?|代管的?|(?:托管|管辖|管理|直管)的|辖区内的?|境内的?|下属的?|市辖区|(?:省|自治区)直辖县级行政区划"
)
_JOINER_HEADS = "的下所代托管直辖境市省自"
_MAX_PATH_PARTS = 5
_FULL_LINE = 18
_SEPARATED = re.compile(r"[、，,。；;:：]")


class NameFinder:
    """Holds the text while one scan runs."""

    def __init__(self, normalized: NormalizedText, gazetteer: Gazetteer) -> None:
        self.normalized = normalized
        self.chars = normalized.chars
        self.size = len(normalized.chars)
        self.gazetteer = gazetteer
        self.cuts = sorted(normalized.breaks)
        self.towns = find_counted_towns(normalized.chars)
        self._forms: dict[int, list[NamePart]] = {}

    def find_forms(self, at: int) -> list[NamePart]:
        """Find the forms of the gazetteer beginning here, longest first; across blanks only names that carry their level."""
        forms = self._forms.get(at)
        if forms is None:
            # Several paths lead to one place of the text, and the look for hidden names passes it again.
            forms = self._forms[at] = self._find_forms(at)
        return forms

    def _find_forms(self, at: int) -> list[NamePart]:
        forms, chars = self.gazetteer.forms, self.chars
        parts = []
        for length in self.gazetteer.heads.get(chars[at : at + 2], ()):
            end = at + length
            meanings = forms.get(chars[at:end]) if end <= self.size else None
            if meanings and self.cuts and self.crosses(at, end):
                meanings = tuple(m for m in meanings if m.kind in {"official", "short", "old", "special"})
            if meanings:
                parts.append(NamePart(chars[at:end], at, end, meanings))
        return parts

    def crosses(self, start: int, end: int) -> bool:
        """Whether a blank lies inside the range."""
        place = bisect_left(self.cuts, start + 1)
        return place < len(self.cuts) and self.cuts[place] < end

    def ends_line(self, at: int) -> bool:
        """Whether a line or a cell ends here."""
        return self.normalized.breaks.get(at, "space") != "space"

    def is_enumerated(self, at: int) -> bool:
        """Whether the word that ends here stands in an enumeration, so that what follows speaks of all of it."""
        before = re.search(r"([、—\-–－和与及]?)[\u4e00-\u9fff]{2,6}$", self.chars[max(0, at - 8) : at])
        return before is not None and bool(re.search(r"[、—\-–－]", self.chars[max(0, at - 8) : at]))

    def wraps(self, at: int) -> bool:
        """Whether the blank here is the end of a full line, so that a name may go on behind it."""
        return self.normalized.breaks.get(at) == "line" and self.is_wrapped(at - 1, at + 1)

    def is_wrapped(self, start: int, end: int) -> bool:
        """Whether a range crosses one line break only, at the end of a full line of an enumeration, as in text of fixed width."""
        place = bisect_left(self.cuts, start + 1)
        inside = [cut for cut in self.cuts[place : place + 2] if cut < end]
        line_from = next((cut for cut in reversed(self.cuts[:place]) if self.normalized.breaks[cut] == "line"), 0)
        full = len(inside) == 1 and self.normalized.breaks[inside[0]] == "line" and inside[0] - line_from >= _FULL_LINE
        # A line without a separator holds one name, and the next line another.
        return full and _SEPARATED.search(self.chars, line_from, inside[0]) is not None

    def find_paths(self, at: int, depth: int = 0, above: int = -1) -> Iterator[tuple[NamePart, ...]]:
        """Find all nested paths beginning here: 江苏省·南京市·玄武区, each inside the one before."""
        if at >= self.size or depth >= _MAX_PATH_PARTS:
            return
        for part in self.find_forms(at):
            ranks = [_RANK[meaning.level] for meaning in part.meanings]
            if max(ranks) < above:
                continue
            yield (part,)
            if part.end >= self.size or min(ranks) > 2 or self.normalized.breaks.get(part.end, "space") != "space":
                continue
            head = self.chars[part.end : part.end + 2]
            joiner = JOINER.match(self.chars, part.end) if head[0] in _JOINER_HEADS else None
            if joiner is None and head not in self.gazetteer.heads:
                continue
            for start in (part.end, joiner.end()) if joiner else (part.end,):
                for path in self.find_paths(start, depth + 1, min(ranks)):
                    linked = self._nest(part, path)
                    if linked is not None:
                        yield linked

    def _nest(self, part: NamePart, path: tuple[NamePart, ...]) -> tuple[NamePart, ...] | None:
        """Put a part before a path, keeping only the meanings that fit; None when none do."""
        inner = path[0]
        outer, fitting = _select_fitting(self.gazetteer, part.meanings, inner.meanings)
        if not outer:
            return None
        if len(outer) < len(part.meanings):
            part = NamePart(part.form, part.start, part.end, outer)
        if len(fitting) < len(inner.meanings):
            inner = NamePart(inner.form, inner.start, inner.end, fitting)
        return (part, inner, *path[1:])


_RANK = {"province": 0, "prefecture": 1, "county": 2, "special": 3}


@lru_cache(maxsize=32768)
def _select_fitting(
    gazetteer: Gazetteer, outer: tuple[Meaning, ...], inner: tuple[Meaning, ...]
) -> tuple[tuple[Meaning, ...], tuple[Meaning, ...]]:
    """Select the outer meanings that hold one of the inner, and the inner ones held; lists write the same pairs again and again."""
    pairs = [(a, b) for a in outer for b in inner if contains(gazetteer, a, b)]
    return tuple(dict.fromkeys(a for a, _ in pairs)), tuple(b for b in inner if any(b is held for _, held in pairs))


def contains(gazetteer: Gazetteer, outer: Meaning, inner: Meaning) -> bool:
    """Return whether one meaning lies in another.

    Parameters
    ----------
    gazetteer : Gazetteer
        Today's table.
    outer, inner : Meaning
        What two forms may stand for.

    Returns
    -------
    bool
        True when `inner` is of a lower level and lies in `outer`, today or when the old name was in force.
    """
    if outer.unit is not None and outer.unit is inner.unit:
        return outer.unit.code == outer.unit.prefecture_code and outer.level != "prefecture"
    if _RANK[inner.level] <= _RANK[outer.level] or outer.special is not None:
        return False
    if inner.old is not None and inner.old.parent == outer.name:
        return True
    if inner.old is not None and outer.unit is not None and outer.level == "prefecture" and inner.old.parent:
        same_ground = any(gazetteer.is_inside(code, outer.unit.code) for code in inner.codes)
        return same_ground or inner.old.code[:4] == outer.unit.code[:4]
    codes = inner.special.containers if inner.special is not None else inner.codes
    if inner.old is not None and not codes:
        codes = (inner.old.code,)
    holders = outer.codes
    if len(codes) == 1 and len(holders) == 1:
        return gazetteer.is_inside(codes[0], holders[0])
    return any(gazetteer.is_inside(code, holder) for code in codes for holder in holders)


def holds_token(gazetteer: Gazetteer, left: Token, right: Token, *, labelled: bool = False) -> bool:
    """Whether the second name, or the largest name written before it, lies in the first.

    Parameters
    ----------
    gazetteer : Gazetteer
        Today's table.
    left, right : Token
        Names.
    labelled : bool, optional
        Whether words behind the first make it the label of a list.

    Returns
    -------
    bool
    """
    if not left.path or left.rest:
        return False
    if not right.path:
        return right.rest_kind in {"town", "special"} and all(m.level != "province" for m in left.path[-1].meanings)
    if right.rest_kind == "town" and len(right.path) == 1 and right.path[0].form[-1] not in UNIT_ENDINGS:
        # A town that begins like a county elsewhere (二道白河镇) is listed under its prefecture all the same.
        return all(meaning.level != "province" for meaning in left.path[-1].meanings)
    if _lies_in_corps(gazetteer, left, right):
        return True
    again = {code for m in left.path[-1].meanings for code in m.codes} & {
        code for m in right.path[0].meanings for code in m.codes
    }
    if again and (len(right.path) > 1 or right.rest or labelled):
        return True
    return any(
        contains(gazetteer, outer, inner) for outer in left.path[-1].meanings for inner in right.path[0].meanings
    )


def _lies_in_corps(gazetteer: Gazetteer, left: Token, right: Token) -> bool:
    """Whether a unit lies in the province of the corps that stands over it (新疆生产建设兵团：石河子市)."""
    homes = {
        home
        for m in left.path[-1].meanings
        if m.special is not None and m.name.endswith("兵团")
        for home in m.special.containers
    }
    codes = {code for m in right.path[0].meanings for code in m.codes}
    return any(gazetteer.is_inside(code, home) for home in homes for code in codes)
