"""Which name begins at a place of the text: the best of its paths, with the town or area written behind it."""

from __future__ import annotations

import re

from pilotzones.geo.places.name_finder import JOINER, NameFinder
from pilotzones.geo.places.text.normalized_text import NamePart, Token
from pilotzones.geo.places.text.patterns import (
    AFTER_REST,
    AREA_NOUN,
    AREA_PART,
    AREA_START,
    CORE_AREA,
    GENERIC_AREA,
    NO_NAME,
    NOT_IN_REST,
    SOFT_BOUNDARY,
    SPECIAL_ENDING,
    TOWN_ENDING,
    TOWN_START,
    UNIT_ENDINGS,
    WRONG_NEXT,
)

__all__ = [
    "CLOSE",
    "OPEN",
    "SEPARATORS",
    "find_best_name",
    "is_bare",
    "is_hard",
    "match_counted_town",
    "match_heading_prefix",
    "match_suffix",
]


SEPARATORS = "、，,；;。.！!？?：:/\\—–－‑―─~～·•+&＋" + "-"
OPEN, CLOSE = "（(【[〔《<", "）)】]〕》>"


def is_hard(finder: NameFinder, at: int) -> bool:
    """Whether a name may end here by punctuation, blank or the end of the text.

    Parameters
    ----------
    finder : NameFinder
        The text.
    at : int
        A place in it.

    Returns
    -------
    bool
    """
    if at >= finder.size or at in finder.normalized.breaks:
        return True
    char = finder.chars[at]
    return (
        char in SEPARATORS
        or char in OPEN
        or char in CLOSE
        or not ("\u3400" <= char <= "\u9fff" or (char.isalnum() and not "①" <= char <= "⒛"))
    )


def is_bare(part: NamePart) -> bool:
    """Whether a form carries no level, so that it needs a boundary on both sides.

    Parameters
    ----------
    part : NamePart
        A form where it stands.

    Returns
    -------
    bool
    """
    if part.form[-1] in UNIT_ENDINGS and any(m.kind in {"official", "short", "alias", "old"} for m in part.meanings):
        return False
    return not any(m.kind == "special" and part.form[-1] in "区城园" for m in part.meanings)


# 南部1个 counts places in the south, and none of them is 南部县.
_PARTS_OF_A_PROVINCE = frozenset(["东部", "南部", "西部", "北部", "中部"])


def _may_end(finder: NameFinder, path: tuple[NamePart, ...]) -> bool:
    """Whether a path may end where it does."""
    last, at = path[-1], path[-1].end
    if is_hard(finder, at):
        return True
    if is_bare(last):
        if len(path) == 1 and last.form in _PARTS_OF_A_PROVINCE:
            return False
        return SOFT_BOUNDARY.match(finder.chars, at) is not None
    wrong = WRONG_NEXT.get(last.form[-1])
    return not (wrong is not None and wrong.match(finder.chars, at))


def match_suffix(finder: NameFinder, at: int, *, lone: bool) -> tuple[int, str]:
    """Match a town or special area written from here on, by length and kind; (0, "") when there is none."""
    if not lone and finder.chars.startswith("片区", at) and not finder.is_enumerated(at):
        return 2, "special"
    core = None if lone else CORE_AREA.match(finder.chars, at)
    if core is not None:
        return core.end() - at, "core"
    for start, ending, kind in ((TOWN_START, TOWN_ENDING, "town"), (AREA_START, SPECIAL_ENDING, "special")):
        end = _find_rest_end(finder, at, start, ending)
        text = finder.chars[at:end]
        if not text or text == "片区" or (lone and NO_NAME.search(text)):
            continue
        if NOT_IN_REST.search(text) or (GENERIC_AREA.search(text) and (lone or len(text) < _SHORT_AREA)):
            continue
        if not _has_hidden_name(finder, at, end, lone=lone):
            return len(text), kind
    return 0, ""


# A generic word this long has something of a name in it (港经济开发区).
_SHORT_AREA = 4


def _find_rest_end(finder: NameFinder, at: int, start: re.Pattern[str], ending: re.Pattern[str]) -> int:
    """Find the first ending (镇, 开发区) at which a town or area may end; `at` when there is none."""
    window = start.match(finder.chars, at)
    if window is None:
        return at
    place = at
    while (match := ending.search(finder.chars, place, window.end())) is not None:
        end = match.end()
        crossing = finder.crosses(at, end) and not finder.is_wrapped(at, end)
        if crossing:
            return at
        bounded = AFTER_REST.match(finder.chars, end) is not None or end in finder.normalized.breaks
        if bounded and (match.start() > at or ending is SPECIAL_ENDING):
            return end
        place = match.start() + 1
    return at


def _has_hidden_name(finder: NameFinder, start: int, end: int, *, lone: bool) -> bool:
    """Whether a full name stands inside a range that is to be read as one town or area: of a county, or what it lies in."""
    levels = {"county", "prefecture", "province"} if lone else {"county"}
    for at in range(start, end - 2):
        for part in finder.find_forms(at):
            if (
                part.end <= end
                and len(part.form) > 2
                and any(m.kind in {"official", "short"} and m.level in levels for m in part.meanings)
            ):
                return part.end < end or at > start
    return False


def find_best_name(finder: NameFinder, at: int, *, free_left: bool) -> Token | None:
    """Find the longest name beginning here that ends well, with a town or an area behind it."""
    best: Token | None = None
    for path, sure in _list_candidate_paths(finder, at, free_left=free_left):
        end = path[-1].end
        if sure:
            token: Token | None = _find_spaced_town(finder, at, path) or Token(
                "name", at, end, finder.chars[at:end], path
            )
        elif best is not None and end < best.end and is_hard(finder, end):
            continue
        else:
            token = _make_name_token(finder, at, path)
        if token is not None and (best is None or _is_better(token, best)):
            best = token
    return best


def _find_spaced_town(finder: NameFinder, at: int, path: tuple[NamePart, ...]) -> Token | None:
    """Find a county and a town of it with a blank between, which fill their line (德清县 武康镇); None for anything else."""
    end, breaks = path[-1].end, finder.normalized.breaks
    begins = at == 0 or finder.ends_line(at)
    if not begins or breaks.get(end) != "space" or is_bare(path[-1]):
        return None
    length, kind = match_suffix(finder, end, lone=True)
    stop = end + length
    fills = stop == finder.size or finder.ends_line(stop)
    county = all(meaning.level == "county" for meaning in path[-1].meanings)
    if kind != "town" or not fills or not county or finder.crosses(end, stop):
        return None
    return Token("name", at, stop, finder.chars[at:stop], path, finder.chars[end:stop], kind)


def _list_candidate_paths(finder: NameFinder, at: int, *, free_left: bool) -> list[tuple[tuple[NamePart, ...], bool]]:
    """List the paths beginning here up to the first that ends hard, and whether each ends so.

    A name that ends at punctuation or at the end of the text is the longest there is: towns and areas reach over neither,
    so the paths before it need no look.
    """
    paths = []
    for path in finder.find_paths(at):
        end = path[-1].end
        if not free_left and (len(path[0].form) < 3 or is_bare(path[0])):
            continue
        sure = is_hard(finder, end) and not finder.wraps(end)
        if sure and end not in finder.normalized.breaks:
            return [(path, True)]
        paths.append((path, sure))
        if sure and finder.normalized.breaks[end] != "space":
            break
    return paths


def _make_name_token(finder: NameFinder, at: int, path: tuple[NamePart, ...]) -> Token | None:
    """Make a name with its town or area of a path that goes on behind its last part; None where it may not end."""
    end, length, kind = _find_rest(finder, path[-1].end)
    if length and _is_county(finder, path, end, length):
        length = 0
    # 秦巴山区 is a region; 怀柔区山区 a part of a county.
    part = not is_bare(path[-1]) and AREA_PART.match(finder.chars, end) is not None
    if not part and AREA_NOUN.match(finder.chars, end) and end not in finder.normalized.breaks:
        return Token("text", at, end, finder.chars[at:end])
    if length and not (kind == "town" and is_bare(path[-1]) and length < _SHORT_TOWN):
        stop = end + length
        return Token("name", at, stop, finder.chars[at:stop], path, finder.chars[end:stop], kind)
    if _may_end(finder, path):
        return Token("name", at, end, finder.chars[at:end], path)
    return None


def _is_county(finder: NameFinder, path: tuple[NamePart, ...], at: int, length: int) -> bool:
    """Whether what reads like an area behind a county is a county itself, its separator lost: 海陵区高港区."""
    if any(meaning.level != "county" for meaning in path[-1].meanings):
        return False
    meanings = finder.gazetteer.forms.get(finder.chars[at : at + length], ())
    return any(meaning.kind == "official" and meaning.level == "county" for meaning in meanings)


# Behind a bare name a town needs two characters of its own: 昆山周庄镇, but not 朝阳·川镇.
_SHORT_TOWN = 3


def _find_rest(finder: NameFinder, end: int) -> tuple[int, int, str]:
    """Find where the town or area behind a path begins, its length and kind; 的 may stand between (上海县的三林乡)."""
    if end >= finder.size:
        return end, 0, ""
    joiner = JOINER.match(finder.chars, end)
    for start in (end, joiner.end() if joiner else end):
        length, kind = match_suffix(finder, start, lone=False) if start < finder.size else (0, "")
        if length:
            return start, length, kind
    return end, 0, ""


def match_heading_prefix(finder: NameFinder, at: int) -> Token | None:
    """Match a province or prefecture that begins a heading without ending at a boundary (内蒙古国家乡村振兴…名单)."""
    for part in finder.find_forms(at):
        meanings = tuple(m for m in part.meanings if m.level in {"province", "prefecture"} and m.unit is not None)
        if meanings and not AREA_NOUN.match(finder.chars, part.end):
            return Token("name", at, part.end, part.form, (NamePart(part.form, at, part.end, meanings),), "", "hint")
    return None


def match_counted_town(finder: NameFinder, start: int, end: int) -> Token | None:
    """Match a town of such an enumeration, with its county when that is written before it; None for a whole county."""
    for path in finder.find_paths(start):
        stop = path[-1].end
        if stop < end and not is_bare(path[-1]):
            return Token("name", start, end, finder.chars[start:end], path, finder.chars[stop:end], "town")
        if stop == end and not is_bare(path[-1]):
            return None
    return Token("name", start, end, finder.chars[start:end], (), finder.chars[start:end], "town")


def _is_better(one: Token, other: Token) -> bool:
    """Prefer the longer name, then the one explained by the gazetteer, then fewer parts."""
    known = one.path[-1].end if one.path else one.end
    other_known = other.path[-1].end if other.path else other.end
    return (one.end, known, -len(one.path)) > (other.end, other_known, -len(other.path))
