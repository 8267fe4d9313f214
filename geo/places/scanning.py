"""From text to a row of tokens: place names with the path written before them, separators, parentheses, other text.

The scanner decides only what the characters say (which forms of the gazetteer stand where, and whether they end at a
boundary); what a list does with them is for `geo.places.reading`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from geo.places.gazetteer import Gazetteer, Meaning
from geo.places.normalise import fold
from geo.places.vocabulary import (
    AREA_NOUN,
    COMMON_NAMES,
    CORE_AREA,
    COUNTED_TOWNS,
    DESCRIPTION,
    GENERIC_AREA,
    SOFT_BOUNDARY,
    SPECIAL,
    TOWN,
    WRONG_NEXT,
)

__all__ = ["Part", "Token", "Weave", "scan", "weave"]

TokenKind = Literal["name", "sep", "open", "close", "text"]
BreakKind = Literal["space", "cell", "line"]

_SEPARATORS = "、，,；;。.！!？?：:/\\—–－‑―─~～·•+&＋" + "-"
_OPEN, _CLOSE = "（(【[〔《<", "）)】]〕》>"
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_MARKUP = re.compile(r"<[/!]?[a-zA-Z][^<>]{0,300}>")
_BLANK = re.compile(r"[\s|｜\u3000]+")
_JOINER = re.compile(r"的|下辖的?|所辖的?|代管的?|辖区内的?|境内的?|下属的?")
_JOINER_HEADS = "的下所代辖境"
_LONGEST_PATH = 5
_FULL_LINE = 18


@dataclass(frozen=True, slots=True)
class Weave:
    """A text without its blanks: the folded characters, where each stood, and the blanks between them."""

    chars: str
    origin: tuple[int, ...]
    breaks: dict[int, BreakKind]
    source: str

    def slice(self, start: int, end: int) -> str:
        """The input verbatim between two positions of the woven text.

        Parameters
        ----------
        start, end : int
            Positions in `chars`; `end` is exclusive.

        Returns
        -------
        str
            Empty when the range is.
        """
        if start >= end:
            return ""
        return self.source[self.origin[start] : self.origin[end - 1] + 1]


@dataclass(frozen=True, slots=True)
class Part:
    """One form of the gazetteer in the text, with what it may stand for on this path."""

    form: str
    start: int
    end: int
    meanings: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the text.

    `path` holds the forms of a name from the largest to the smallest; `rest` is what follows them inside the name (a
    town, a special area), with `rest_kind` saying which.
    """

    kind: TokenKind
    start: int
    end: int
    text: str
    path: tuple[Part, ...] = ()
    rest: str = ""
    rest_kind: str = ""


def weave(text: str) -> Weave:
    """Fold a text and take its blanks out, remembering them.

    Parameters
    ----------
    text : str
        Any text; pipes of pasted tables and tags of pasted pages count as blanks.

    Returns
    -------
    Weave
        Positions in it lead back to the input.
    """
    blanked = _INVISIBLE.sub(" ", _MARKUP.sub(lambda tag: "\n" + " " * (len(tag[0]) - 1), text))
    folded = fold(blanked)
    chars: list[str] = []
    origin: list[int] = []
    breaks: dict[int, BreakKind] = {}
    at = 0
    for blank in _BLANK.finditer(folded):
        chars.append(folded[at : blank.start()])
        origin.extend(range(at, blank.start()))
        breaks[len(origin)] = _break_kind(blank[0])
        at = blank.end()
    chars.append(folded[at:])
    origin.extend(range(at, len(folded)))
    return Weave("".join(chars), tuple(origin), breaks, text)


def _break_kind(blank: str) -> BreakKind:
    if "|" in blank or "\t" in blank:
        return "cell"
    if "\n" in blank or "\r" in blank:
        return "line"
    return "cell" if len(blank) > 2 else "space"


class _Scanner:
    """Holds the text while one scan runs."""

    def __init__(self, woven: Weave, gazetteer: Gazetteer) -> None:
        self.woven = woven
        self.chars = woven.chars
        self.size = len(woven.chars)
        self.gazetteer = gazetteer
        self.cuts = sorted(woven.breaks)
        self.towns = _town_elements(woven.chars)

    def forms_at(self, at: int) -> Iterator[Part]:
        """Forms of the gazetteer beginning here, longest first; across blanks only names that carry their level."""
        forms = self.gazetteer.forms
        for length in self.gazetteer.heads.get(self.chars[at], ()):
            form = self.chars[at : at + length]
            if len(form) < length or form not in forms:
                continue
            meanings = forms[form]
            if self._crosses(at, at + length):
                meanings = tuple(m for m in meanings if m.kind in {"official", "short", "old", "special"})
            if meanings:
                yield Part(form, at, at + length, meanings)

    def _crosses(self, start: int, end: int) -> bool:
        """Whether a blank lies inside the range."""
        place = bisect_left(self.cuts, start + 1)
        return place < len(self.cuts) and self.cuts[place] < end

    def enumerated(self, at: int) -> bool:
        """Whether the word that ends here stands in an enumeration, so that what follows speaks of all of it."""
        before = re.search(r"([、—\-–－和与及]?)[\u4e00-\u9fff]{2,6}$", self.chars[max(0, at - 8) : at])
        return before is not None and bool(re.search(r"[、—\-–－]", self.chars[max(0, at - 8) : at]))

    def wraps(self, at: int) -> bool:
        """Whether the blank here is the end of a full line, so that a name may go on behind it."""
        return self.woven.breaks.get(at) == "line" and self.wrapped(at - 1, at + 1)

    def wrapped(self, start: int, end: int) -> bool:
        """Whether a range crosses one line break only, at the end of a full line, as in text of fixed width."""
        place = bisect_left(self.cuts, start + 1)
        inside = [cut for cut in self.cuts[place : place + 2] if cut < end]
        line_from = next((cut for cut in reversed(self.cuts[:place]) if self.woven.breaks[cut] == "line"), 0)
        return len(inside) == 1 and self.woven.breaks[inside[0]] == "line" and inside[0] - line_from >= _FULL_LINE

    def paths_at(self, at: int, depth: int = 0, above: int = -1) -> Iterator[tuple[Part, ...]]:
        """All nested paths beginning here: 江苏省·南京市·玄武区, each inside the one before."""
        if at >= self.size or depth >= _LONGEST_PATH:
            return
        for part in self.forms_at(at):
            ranks = [_RANK[meaning.level] for meaning in part.meanings]
            if max(ranks) <= above:
                continue
            yield (part,)
            if part.end >= self.size or min(ranks) > 2 or self.woven.breaks.get(part.end, "space") != "space":
                continue
            if self.chars[part.end] not in self.gazetteer.heads and self.chars[part.end] not in _JOINER_HEADS:
                continue
            joiner = _JOINER.match(self.chars, part.end)
            for start in {part.end, joiner.end() if joiner else part.end}:
                for path in self.paths_at(start, depth + 1, min(ranks)):
                    linked = self._nest(part, path)
                    if linked is not None:
                        yield linked

    def _nest(self, part: Part, path: tuple[Part, ...]) -> tuple[Part, ...] | None:
        """Put a part before a path, keeping only the meanings that fit; None when none do."""
        inner = path[0]
        gazetteer = self.gazetteer
        outer = tuple(a for a in part.meanings if any(holds(gazetteer, a, b) for b in inner.meanings))
        if not outer:
            return None
        kept = tuple(b for b in inner.meanings if any(holds(gazetteer, a, b) for a in outer))
        if len(outer) < len(part.meanings):
            part = Part(part.form, part.start, part.end, outer)
        if len(kept) < len(inner.meanings):
            inner = Part(inner.form, inner.start, inner.end, kept)
        return (part, inner, *path[1:])


_RANK = {"province": 0, "prefecture": 1, "county": 2, "special": 3}


def holds(gazetteer: Gazetteer, outer: Meaning, inner: Meaning) -> bool:
    """Tell whether one meaning lies in another.

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
    if _RANK[inner.level] <= _RANK[outer.level] or outer.special is not None:
        return False
    if inner.old is not None and inner.old.parent == outer.name:
        return True
    if inner.old is not None and outer.unit is not None and outer.level == "prefecture" and inner.old.parent:
        same_ground = any(gazetteer.inside(code, outer.unit.code) for code in inner.codes)
        return same_ground or inner.old.code[:4] == outer.unit.code[:4]
    codes = inner.special.containers if inner.special is not None else inner.codes
    if inner.old is not None and not codes:
        codes = (inner.old.code,)
    return any(gazetteer.inside(code, holder) for code in codes for holder in outer.codes)


_UNIT_ENDINGS = "省市县区旗州盟"
_NOT_IN_REST = re.compile(r"加快|建设|推进|推动|支持|依托|发挥|打造|以|在|将|把|是|为|的|和|与|及|等|有|从|对|向|由|到|至|成|其|含|加强|设立|建立")
_AFTER_REST = re.compile(
    r"(?=$|[^\u4e00-\u9fff])|[和与及等为是的共]|以及|部分|全域|建立|设立|成立|获批|坐落|位于|地处|包含|包括|涵盖|涉及|触及|规划|这|两|三|常住|[0-9]"
)


def _is_hard(scanner: _Scanner, at: int) -> bool:
    """Whether a name may end here by punctuation, blank or the end of the text."""
    if at >= scanner.size or at in scanner.woven.breaks:
        return True
    char = scanner.chars[at]
    return char in _SEPARATORS or char in _OPEN or char in _CLOSE or not ("\u3400" <= char <= "\u9fff" or char.isalnum())


def _is_bare(part: Part) -> bool:
    """Whether a form carries no level, so that it needs a boundary on both sides."""
    if part.form[-1] in _UNIT_ENDINGS and any(m.kind in {"official", "short", "alias", "old"} for m in part.meanings):
        return False
    return not any(m.kind == "special" and part.form[-1] in "区城园" for m in part.meanings)


def _ends(scanner: _Scanner, path: tuple[Part, ...]) -> bool:
    """Whether a path may end where it does."""
    last, at = path[-1], path[-1].end
    if _is_hard(scanner, at):
        return True
    if _is_bare(last):
        return SOFT_BOUNDARY.match(scanner.chars, at) is not None
    wrong = WRONG_NEXT.get(last.form[-1])
    return not (wrong is not None and wrong.match(scanner.chars, at))


def _rest_at(scanner: _Scanner, at: int, *, lone: bool) -> tuple[int, str]:
    """Length and kind of a town or special area written from here on; (0, "") when there is none."""
    if not lone and scanner.chars.startswith("片区", at) and not scanner.enumerated(at):
        return 2, "special"
    core = None if lone else CORE_AREA.match(scanner.chars, at)
    if core is not None:
        return core.end() - at, "core"
    for pattern, kind in ((TOWN, "town"), (SPECIAL, "special")):
        found = pattern.match(scanner.chars, at)
        if found is None or (scanner._crosses(at, found.end()) and not scanner.wrapped(at, found.end())):
            continue
        text = found[0]
        if _NOT_IN_REST.search(text) or GENERIC_AREA.search(text) and (lone or len(text) < 4):
            continue
        if _AFTER_REST.match(scanner.chars, found.end()) is None and found.end() not in scanner.woven.breaks:
            continue
        if not _hides_a_name(scanner, at, found.end()):
            return len(text), kind
    return 0, ""


def _hides_a_name(scanner: _Scanner, start: int, end: int) -> bool:
    """Whether a county's full name stands inside a range that is to be read as one town or area."""
    for at in range(start, end - 2):
        for part in scanner.forms_at(at):
            if part.end <= end and len(part.form) > 2 and any(
                m.kind in {"official", "short"} and m.level == "county" for m in part.meanings
            ):
                return part.end < end or at > start
    return False


def _best_name(scanner: _Scanner, at: int, *, free_left: bool) -> Token | None:
    """The longest name beginning here that ends well, with a town or an area behind it."""
    best: Token | None = None
    for path in scanner.paths_at(at):
        end = path[-1].end
        if best is not None and end < best.end and _is_hard(scanner, end):
            continue
        if not free_left and (len(path[0].form) < 3 or _is_bare(path[0])):
            continue
        if _is_hard(scanner, end) and not scanner.wraps(end):
            token = Token("name", at, end, scanner.chars[at:end], path)
            best = token if best is None or _better(token, best) else best
            if scanner.woven.breaks.get(end) != "space":
                break
            continue
        end, length, kind = _rest_after(scanner, end)
        if AREA_NOUN.match(scanner.chars, end) and end not in scanner.woven.breaks:
            token = Token("text", at, end, scanner.chars[at:end])
        elif length:
            stop = end + length
            token = Token("name", at, stop, scanner.chars[at:stop], path, scanner.chars[end:stop], kind)
        elif _ends(scanner, path):
            token = Token("name", at, end, scanner.chars[at:end], path)
        else:
            continue
        if best is None or _better(token, best):
            best = token
    return best


def _rest_after(scanner: _Scanner, end: int) -> tuple[int, int, str]:
    """Where the town or area behind a path begins, its length and kind; 的 may stand between (上海县的三林乡)."""
    if end >= scanner.size:
        return end, 0, ""
    joiner = _JOINER.match(scanner.chars, end)
    for start in (end, joiner.end() if joiner else end):
        length, kind = _rest_at(scanner, start, lone=False) if start < scanner.size else (0, "")
        if length:
            return start, length, kind
    return end, 0, ""


def _hint_at(scanner: _Scanner, at: int) -> Token | None:
    """A province or prefecture that begins a heading without ending at a boundary (内蒙古国家乡村振兴…名单)."""
    for part in scanner.forms_at(at):
        meanings = tuple(m for m in part.meanings if m.level in {"province", "prefecture"} and m.unit is not None)
        if meanings and not AREA_NOUN.match(scanner.chars, part.end):
            return Token("name", at, part.end, part.form, (Part(part.form, at, part.end, meanings),), "", "hint")
    return None


_TOWN_LIST = re.compile(
    r"((?:[\u4e00-\u9fff]{2,12}[、和及与]){1,60}[\u4e00-\u9fff]{2,8}?)(?:等|共|共计)?[0-9一二三四五六七八九十]+个(?:城镇|乡镇|镇|乡|街道|镇街)"
)
_TOWN_LEAD = re.compile(r"[^、]*(?:涉及|触及|包括|包含|涵盖|覆盖|范围为|范围是|为|是)")


def _town_elements(chars: str) -> dict[int, int]:
    """Elements of enumerations that end in a count of towns (…、水阜6个城镇): start to end."""
    out: dict[int, int] = {}
    if "个" not in chars:
        return out
    for found in _TOWN_LIST.finditer(chars):
        lead = _TOWN_LEAD.match(found[1])
        at = found.start(1) + (lead.end() if lead else 0)
        for piece in re.split(r"[、和及与]", chars[at : found.end(1)]):
            out[at] = at + len(piece)
            at += len(piece) + 1
    return out


def _counted_town(scanner: _Scanner, start: int, end: int) -> Token | None:
    """A town of such an enumeration, with its county when that is written before it; None for a whole county."""
    for path in scanner.paths_at(start):
        stop = path[-1].end
        if stop < end and not _is_bare(path[-1]):
            return Token("name", start, end, scanner.chars[start:end], path, scanner.chars[stop:end], "town")
        if stop == end and not _is_bare(path[-1]):
            return None
    return Token("name", start, end, scanner.chars[start:end], (), scanner.chars[start:end], "town")


def _better(one: Token, other: Token) -> bool:
    """Prefer the longer name, then the one explained by the gazetteer, then fewer parts."""
    known = one.path[-1].end if one.path else one.end
    other_known = other.path[-1].end if other.path else other.end
    return (one.end, known, -len(one.path)) > (other.end, other_known, -len(other.path))


def scan(woven: Weave, gazetteer: Gazetteer) -> list[Token]:
    """Cut a woven text into tokens.

    Parameters
    ----------
    woven : Weave
        The text.
    gazetteer : Gazetteer
        The forms.

    Returns
    -------
    list of Token
        Covering the text without gaps, in order; blanks appear as separators of length 0.
    """
    scanner = _Scanner(woven, gazetteer)
    tokens: list[Token] = []
    at = text_from = 0
    while at < scanner.size:
        if at in woven.breaks and not (tokens and tokens[-1].kind == "sep" and tokens[-1].start == at and not tokens[-1].text.strip()):
            _flush(tokens, scanner, text_from, at)
            tokens.append(Token("sep", at, at, {"space": " ", "cell": "\t", "line": "\n"}[woven.breaks[at]]))
            text_from = at
        token = _token_at(scanner, at, text_from, tokens)
        if token is None:
            at += 1
            continue
        _flush(tokens, scanner, text_from, token.start)
        tokens.append(token)
        at = text_from = token.end
    _flush(tokens, scanner, text_from, scanner.size)
    return tokens


def _flush(tokens: list[Token], scanner: _Scanner, start: int, end: int) -> None:
    if start < end:
        tokens.append(Token("text", start, end, scanner.chars[start:end]))


def _token_at(scanner: _Scanner, at: int, text_from: int, tokens: list[Token]) -> Token | None:
    """The token beginning here, or None when this character is plain text."""
    char = scanner.chars[at]
    if char in _OPEN:
        return Token("open", at, at + 1, char)
    if char in _CLOSE:
        return Token("close", at, at + 1, char)
    if char in _SEPARATORS:
        return Token("sep", at, at + 1, char)
    if at in scanner.towns:
        town = _counted_town(scanner, at, scanner.towns[at])
        if town is not None:
            return town
    fresh = text_from == at
    before = scanner.chars[text_from:at]
    free = fresh or DESCRIPTION.search(before) is not None or _CUE_BEFORE.search(before) is not None
    name = _best_name(scanner, at, free_left=free) if char in scanner.gazetteer.heads else None
    if name is not None and name.kind == "name" and _is_plain_word(name, fresh=fresh or _JOINED.search(before) is not None):
        name = None
    if name is not None and name.kind == "name":
        return name
    if fresh and char in scanner.gazetteer.heads and _begins_line(tokens):
        name = _hint_at(scanner, at) or name
    if name is not None:
        return name
    if free and "\u3400" <= char <= "\u9fff" and (fresh or before[-1:] in "和与及含"):
        length, kind = _rest_at(scanner, at, lone=True)
        if length and not COUNTED_TOWNS.match(scanner.chars, at):
            text = scanner.chars[at : at + length]
            return Token("name", at, at + length, text, (), text, kind)
    return None


_NUMBERING = re.compile(r"(?:第)?[0-9一二三四五六七八九十百]+(?:章|节|条|批)?|[A-Za-z]|[①-⑳⑴-⒇●○■□◆◇★☆※•·]+")


def _begins_line(tokens: list[Token]) -> bool:
    """Whether nothing but numbering stands between the last line break and here."""
    for token in reversed(tokens):
        if token.kind == "sep" and token.text in "\n\t":
            return True
        if token.kind == "sep" and token.text in "、.． ,":
            continue
        if token.kind in {"open", "close"} or (token.kind == "text" and _NUMBERING.fullmatch(token.text)):
            continue
        return False
    return True


_CUE_BEFORE = re.compile(
    r"(?:[和与及暨含有即为是由将在以原]|以及|来自|包括|包含|涵盖|涉及|触及|覆盖|范围|拓展到|扩展到|扩大到|扩展至|分别|除|不含|[0-9.]+|的|\*|其中|位于|坐落|"
    r"地处|位于|支持|年|月|日|区|省|市)$"
)


_JOINED = re.compile(r"(?:除|包括|不含|含|以及|[和与及])$")


def _is_plain_word(name: Token, *, fresh: bool) -> bool:
    """Whether a lone form is also a plain word (城区, 郊区) and does not stand by itself."""
    return len(name.path) == 1 and name.path[0].form in COMMON_NAMES and not fresh
