"""Headings: their numbers, their levels, and the path of headings above every passage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pilotzones.geo.documents.paragraphs import Passage, is_count_only, squeeze
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["Block", "Heading", "is_region", "split_blocks", "strip_count"]

# Levels: the smaller the number, the further up.
_ANNEX, _LIST, _CHAPTER, _GROUP, _UNIT_GROUP = 1.0, 2.0, 3.0, 5.5, 5.7
NAMELESS: Final = 6.5
_MARKS: Final[tuple[tuple[float, re.Pattern[str]], ...]] = (
    (_ANNEX, re.compile(r"附\s*(?:件|表|录)\s*[一二三四五六七八九十0-9]*\s*[:.]?")),
    (_CHAPTER, re.compile(r"第[一二三四五六七八九十百0-9]{1,4}[章编部]\s*")),
    (4.0, re.compile(r"第[一二三四五六七八九十百0-9]{1,4}[节条]\s*")),
    (4.0, re.compile(r"[一二三四五六七八九十]{1,3}\s*[、.]")),
    (5.0, re.compile(r"[(][一二三四五六七八九十]{1,3}[)]\s*、?")),
    (7.0, re.compile(r"\d{1,2}\.\d{1,2}(?:\.\d{1,2})?\s+")),
    (6.0, re.compile(r"\d{1,3}\s*[.、](?!\d)")),
    (7.0, re.compile(r"[(]\d{1,3}[)]\s*、?")),
)
_CIRCLED: Final = re.compile(r"[①-⑳⑴-⒇]\s*")
_LIST_TITLE: Final = re.compile(r"(?:名单|一览表|目录|清单|明细表|分布表|范围表|区域表)(?:[(].{0,20}[)])?$")
_REGION: Final = re.compile(
    r"(?:[东中西南北]{1,2}部|东北|华[东中南北]|西[南北]|[东南西北中]{1,2}|沿海|其他|[粤闽苏浙皖湘鄂赣川渝]{1,3})地区"
)
_COUNTED: Final = re.compile(r"(.{1,30}?)\s*[(]\s*共?\s*\d+\s*[个家项]?[\u4e00-\u9fff]{0,8}[)]$")
_SENTENCE: Final = re.compile(r"[。;!?]")
_MAX_TITLE_CHARS: Final = 60
_MAX_BARE_HEADING_CHARS: Final = 30
_MAX_LIST_TITLE_CHARS: Final = 50


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading: its level, its text without the number, and the words as they stand."""

    level: float
    title: str
    words: str
    block: int


@dataclass(frozen=True, slots=True)
class Block:
    """One passage with the headings above it.

    Parameters
    ----------
    passage : Passage
    path : tuple of Heading
        Outermost first; the passage's own heading is the last.
    heading : Heading or None
        When the passage is a heading, or begins with one.
    body : int
        Where in the passage the text after number and title begins; its length when it is a heading alone.
    """

    passage: Passage
    path: tuple[Heading, ...]
    heading: Heading | None
    body: int

    @property
    def words(self) -> tuple[str, ...]:
        """The path as words, for a reader."""
        return tuple(heading.words for heading in self.path)


def is_region(title: str) -> bool:
    """Whether a title names a part of the country, or a group with its count."""
    return _REGION.fullmatch(fold_variants(strip_count(title))) is not None


def strip_count(title: str) -> str:
    """Strip from a title the count in parentheses after it."""
    counted = _COUNTED.fullmatch(fold_variants(title))
    return title[: counted.end(1) if counted else None].strip(" :：")


def split_blocks(passages: Sequence[Passage], *, places: Sequence[bool]) -> list[Block]:
    """Find the headings and give every passage its path.

    Parameters
    ----------
    passages : sequence of Passage
    places : sequence of bool
        For each passage, whether it is the name of one province or prefecture and nothing else.

    Returns
    -------
    list of Block
        One a passage, in order.
    """
    stack: list[Heading] = []
    blocks = []
    for number, passage in enumerate(passages):
        level, mark = _read_mark(passage)
        title_end = _find_title_end(passage, mark) if level is not None else 0
        if level is None:
            level = _find_bare_level(passages, number, is_place=places[number])
            mark, title_end = 0, len(passage.text)
        if level is None or passage.is_furniture or passage.cells:
            blocks.append(Block(passage, tuple(stack), None, 0))
            continue
        title = squeeze(passage.text[mark:title_end]).strip(" .:：")
        heading = Heading(level, title, squeeze(passage.text[:title_end]).strip("。：: "), number)
        stack = [above for above in stack if above.level < level]
        stack.append(heading)
        blocks.append(Block(passage, tuple(stack), heading, _skip(passage, title_end)))
    return blocks


def _read_mark(passage: Passage) -> tuple[float | None, int]:
    circled = _CIRCLED.match(passage.text)
    if circled:
        return 8.0, circled.end()
    for level, pattern in _MARKS:
        match = pattern.match(passage.folded)
        if match:
            return level, match.end()
    return None, 0


def _find_title_end(passage: Passage, mark: int) -> int:
    """End of a title after a number: the first stop or colon; a long sentence has no title."""
    stop = re.compile(r"[。:;]").search(passage.folded, mark)
    end = stop.start() if stop else len(passage.folded)
    if stop and stop.group() == ";":
        return mark
    enumeration = passage.folded[mark:end].count("、") > 2 or "," in passage.folded[mark:end]
    return mark if end - mark > _MAX_TITLE_CHARS or enumeration else end


def _skip(passage: Passage, end: int) -> int:
    while end < len(passage.folded) and passage.folded[end] in "。:; \t":
        end += 1
    return end


def _find_bare_level(passages: Sequence[Passage], number: int, *, is_place: bool) -> float | None:
    """Find the level of a heading without a number, or None when the passage is none."""
    passage = passages[number]
    folded = passage.folded.strip()
    if passage.cells or passage.is_furniture or _SENTENCE.search(folded) or is_count_only(folded):
        return None
    if len(folded) <= _MAX_LIST_TITLE_CHARS and _LIST_TITLE.search(folded) and not re.search(r"[、:]", folded):
        return _LIST
    after = next((other for other in passages[number + 1 :] if not other.is_furniture), None)
    if len(folded) > _MAX_BARE_HEADING_CHARS or after is None or re.search(r"[、,:]", folded):
        return None
    return _find_level_before(folded, after, is_place=is_place)


def _find_level_before(folded: str, after: Passage, *, is_place: bool) -> float | None:
    """Find the level of a short line that what follows it makes a heading."""
    if is_region(folded):
        return _GROUP
    counted = _COUNTED.fullmatch(folded) is not None
    if counted or is_place:
        return _UNIT_GROUP if _is_enumeration(after) or (counted and _UNIT.fullmatch(after.folded)) else None
    return NAMELESS if LABELLED.match(after.folded) else None


# A passage that opens with a field of a zone.
LABELLED: Final = re.compile(r"[【\[]?[\u4e00-\u9fff]{0,4}范围[】\]]?\s*[:]|[【\[][\u4e00-\u9fff]{0,4}范围[】\]]")


_UNIT: Final = re.compile(r"[\u4e00-\u9fff]{1,12}[县市区旗镇乡]")


def _is_enumeration(passage: Passage) -> bool:
    return not passage.cells and ("、" in passage.folded or "," in passage.folded)
