"""Note marks behind names (长兴县*, 怀柔区②, 道真县¹) whose note takes the place back, leaves it open or means a part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pilotzones.geo.documents.marks import MAX_MARKS, Mark
from pilotzones.geo.places.text.normalization import fold_variants
from pilotzones.geo.places.text.retraction_cues import is_part_note, read_note

__all__ = ["add_footnote_marks"]

_SYMBOLS: Final = "*＊★☆▲△※◆◎#"
_RAISED: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_WORDS: Final = r"([^；;。\n\t）)*＊★☆▲△※◆◎①-⑳]{2,40})"
# 注：*为2021年退出的县, （带★的为备选）, ①仅含南口镇: what stands before a mark that begins a note, and between both.
_BEFORE: Final = r"(?:^|[。；;\n\t(（:：]|[带标注加有打以]|标有|标注|标记)[ \u3000\"“]*"
_BETWEEN: Final = r"[ \u3000\"”]*(?:号|标[记识]|的|者|县|市|区|为|是|系|表示|代表|指|[:：、.．])*[ \u3000]*"
_SYMBOL_NOTE: Final = re.compile(
    rf"{_BEFORE}([{_SYMBOLS}]{{1,3}}|[①-⑳])(?![{_SYMBOLS}①-⑳]){_BETWEEN}{_WORDS}", re.MULTILINE
)
# 注1：2019年退出, 注：1.…。2.…, [1]…
_NUMBER_NOTE: Final = re.compile(
    r"(?:^|[。；;\n\t:：])[ \u3000]*(?:注[ \u3000]*(\d{1,2})[:：.、．]|[\[〔【](\d{1,2})[\]〕】]|(\d{1,2})[.、．])[ \u3000]*"
    rf"{_WORDS}",
    re.MULTILINE,
)
_NAME_OF_PART: Final = re.compile(r"^[\u4e00-\u9fff]{1,12}?(?=(?:仅|只限|只含|只包括|不含|不包括))")
_LISTED_AS: Final = re.compile(r"(?:的)?(?:试点|示范|单位|地区|名单)*[县市区旗]*$")


def add_footnote_marks(text: str, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Add the note marks of a text to its other marks, where their notes say that a place is no plain member.

    Parameters
    ----------
    text : str
        Of a document.
    marks : sequence of Mark
        In text order.

    Returns
    -------
    tuple of Mark
        In text order, none inside another; each new one covers the note mark and the character before it.
    """
    notes = dict.fromkeys(_find_notes(text))
    found = list(_find_uses(text, "|".join(notes))) if notes else []
    if not found:
        return tuple(marks)
    out: list[Mark] = []
    for mark in sorted([*marks, *found], key=lambda one: (one.start, one.kind == "footnote")):
        if not out or mark.start >= out[-1].end:
            out.append(mark)
    return tuple(out[:MAX_MARKS])


def _find_notes(text: str) -> Iterator[str]:
    """Find the patterns of note marks whose notes take back, leave open or mean a part."""
    for note in _SYMBOL_NOTE.finditer(text):
        if _says_otherwise(note[2]):
            yield rf"(?<![{_SYMBOLS}]){re.escape(note[1])}(?![{_SYMBOLS}])"
    for note in _NUMBER_NOTE.finditer(text):
        number = note[1] or note[2] or note[3]
        if _says_otherwise(note[4]):
            raised = "".join(_RAISED[int(digit)] for digit in number)
            yield rf"{raised}(?![{_RAISED}])|[\[〔(（]注?{number}[\]〕)）]"


def _says_otherwise(words: str) -> bool:
    folded = _LISTED_AS.sub("", fold_variants(words).strip())
    return is_part_note(_NAME_OF_PART.sub("", folded)) or read_note(folded) is not None


def _find_uses(text: str, pattern: str) -> Iterator[Mark]:
    """Find a note mark right behind names."""
    for use in re.finditer(rf"(?<=[\u4e00-\u9fff）)])(?:{pattern})", text):
        yield Mark(use.start() - 1, use.end(), "footnote")
