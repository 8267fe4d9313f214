"""What stands between two names: pieces of text, the words before and after, breaks of lines and sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pilotzones.geo.places.text.patterns import ORGANISATION, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pilotzones.geo.places.text.normalized_text import Token

__all__ = [
    "HEADING_END",
    "SENTENCE",
    "STOP",
    "Piece",
    "begins_line",
    "find_counted_towns",
    "get_text_after",
    "get_text_before",
    "holds_parenthesis",
    "is_heading_label",
    "is_office_name",
    "split_pieces",
]


SENTENCE = "。;；!！?？"
STOP = SENTENCE + "\n\t"
HEADING_END = re.compile(
    r"^.{0,6}$|(?:名单|名录|一览表?|汇总表?|表|目录|[省市县区州旗]|地区|片区|部分|范围|城市|公布|如下)$"
)


# Characters around a name that may tell what a list does with it.
_REACH = 60


@dataclass(slots=True)
class Piece:
    """Text between two separators, next to a name or alone."""

    text: str
    start: int
    end: int


_UNIT_COUNT = r"(?:共|等|计)?[0-9一二三四五六七八九十]{1,3}个?(?:试点)?[县市区旗]{0,3}"


def holds_parenthesis(gap: Sequence[Token]) -> bool:
    """Whether a parenthesis after this gap belongs to the name before it (鹰潭市全域（…）)."""
    return all(
        token.text not in STOP
        if token.kind == "sep"
        else token.kind == "text" and (WHOLE.fullmatch(token.text) or re.fullmatch(_UNIT_COUNT, token.text)) is not None
        for token in gap
    )


def split_pieces(gap: Sequence[Token]) -> Iterator[tuple[Piece, str | None, str | None]]:
    """Split a gap into text pieces with the separators before and after; None where a name touches."""
    for place, token in enumerate(gap):
        if token.kind != "text":
            continue
        before = gap[place - 1].text if place else None
        after = gap[place + 1].text if place + 1 < len(gap) else None
        yield Piece(token.text, token.start, token.end), before, after


def is_office_name(gap: Sequence[Token]) -> bool:
    """Whether the name before the gap is part of an office's name (天长市人民政府)."""
    return bool(gap) and gap[0].kind == "text" and ORGANISATION.match(gap[0].text) is not None


def is_heading_label(text: str) -> bool:
    """Whether the text beside a heading is only a count or a label (2个县; 重点县名单)."""
    return len(text) <= 24


_NUMBERING = r"[0-9一二三四五六七八九十]{1,4}[.)]?|\([0-9一二三四五六七八九十]{0,4}\)[.、]?|[①-⑳㈠-㈩⑴-⒛●○■◆•·▪▲★☆*-]+"


def begins_line(gap: Sequence[Token], *, first: bool) -> bool:
    """Whether the name after the gap begins a line or cell, numbering left out."""
    numbered = False
    for token in reversed(gap):
        # A number behind the end of a sentence begins an item like one at the beginning of a line (易县；二、蔚县).
        if token.kind == "sep" and (token.text in "\n\t" or (numbered and token.text in f"{SENTENCE}:")):
            return True
        if token.kind == "sep" and token.text in "、.． ":
            continue
        if token.kind == "text" and re.fullmatch(_NUMBERING, token.text):
            numbered = True
            continue
        return False
    return first


def get_text_before(gap: Sequence[Token]) -> str:
    """Get the words just before a name; through a colon or quotation marks, not through a comma."""
    words = ""
    for token in reversed(gap):
        if token.kind == "sep" and not (token.text in ":： " and not words.replace(":", "")):
            break
        words = token.text + words
        if token.kind == "text" or len(words) > _REACH:
            break
    return words.strip()[-_REACH:]


def get_text_after(gap: Sequence[Token]) -> str:
    """Get the words just after a name, up to the next separator."""
    words = ""
    if len(gap) > 1 and gap[0].text == ":" and gap[1].kind == "text" and WHOLE.fullmatch(gap[1].text):
        return gap[1].text
    for token in gap:
        if token.kind in {"sep", "open", "close"}:
            break
        words += token.text
        if len(words) > _REACH:
            break
    return words[:_REACH]


_TOWN_COUNT = r"(?:等|共|共计)?[0-9一二三四五六七八九十]+个(?:城镇|乡镇|镇|乡|街道|镇街)"
_TOWN_LEAD = re.compile(r"涉及|触及|包括|包含|涵盖|覆盖|范围为|范围是|为|是")
_MAX_TOWN_LIST_CHARS = 400
_MAX_TOWN_CHARS = 12


# 的 and the endings of counties.
_UNIT_OR_OF = "的县区旗市"
_AND = re.compile(r"(?<=[\u4e00-\u9fff]{2})[和及与](?=[\u4e00-\u9fff]{2})")


def _split_town_names(words: str) -> list[str]:
    """Split an enumeration of towns; a word for and joins the last two only, and may be a part of a name (忠和)."""
    *pieces, last = words.split("、")
    return [*pieces, *_AND.split(last, maxsplit=1)]


def find_counted_towns(chars: str) -> dict[int, int]:
    """Find the elements of enumerations that end in a count of towns (…、水阜6个城镇).

    Parameters
    ----------
    chars : str
        The normalized text.

    Returns
    -------
    dict of int to int
        Ends by starts.
    """
    out: dict[int, int] = {}
    if "个" not in chars:
        return out
    for count in re.finditer(_TOWN_COUNT, chars):
        at = count.start()
        while at > max(0, count.start() - _MAX_TOWN_LIST_CHARS) and (
            "\u4e00" <= chars[at - 1] <= "\u9fff" or chars[at - 1] == "、"
        ):
            at -= 1
        first = chars.find("、", at, count.start())
        for lead in _TOWN_LEAD.finditer(chars, at, max(first, at)):
            at = lead.end()
        pieces = _split_town_names(chars[at : count.start()])
        if pieces[-1][-1:] in {*_UNIT_OR_OF}:
            # 望城区、宁乡市的三个镇 names the counties, and not the towns.
            continue
        if len(pieces) > 1 and all(1 < len(piece) <= _MAX_TOWN_CHARS for piece in pieces):
            for piece in pieces:
                out[at] = at + len(piece)
                at += len(piece) + 1
    return out
