"""A text without its blanks, and the pieces it is cut into."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pilotzones.geo.places.gazetteer import Meaning
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["NamePart", "NormalizedText", "Token", "TokenKind", "normalize_text"]


TokenKind = Literal["name", "item", "sep", "open", "close", "text"]
BreakKind = Literal["space", "cell", "line"]
_BRACKETED = re.compile(r"【([\u4e00-\u9fff]{1,14}(?:省|自治区|市|州|地区|盟))】")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_MARKUP = re.compile(r"<[/!]?[a-zA-Z][^<>]{0,300}>")
# A mark between a unit and what lies in it (四川省/成都市/都江堰市, 四川省·都江堰市, 四川省—都江堰市) is read as a blank.
_PATH_MARK = (
    r"(?<=[省市州盟县区旗])\s*[/\\>·•]\s*(?=[\u4e00-\u9fff])|"
    # 桐庐县→富阳区 is a change of the list, 桐庐县→分水镇 a place and what lies in it.
    r"(?:(?<=[省市州盟])|(?<=[县区旗])(?=\s*→\s*[\u4e00-\u9fff]{1,8}(?:镇|乡|街道|村)))\s*→\s*(?=[\u4e00-\u9fff])|"
    r"(?:(?<=[省市州盟])|(?<=自治区)|(?<=地区))\s*[-—–―]{1,2}\s*(?=[\u4e00-\u9fff])"
)
_BLANK = re.compile(rf"{_PATH_MARK}|[\s|｜\u3000]+")


@dataclass(frozen=True, slots=True)
class NormalizedText:
    """A text without its blanks: the folded characters, where each stood, and the blanks between them.

    `mended` holds the positions of characters that are read as another of the same shape.
    """

    chars: str
    origin: tuple[int, ...]
    breaks: dict[int, BreakKind]
    source: str
    mended: frozenset[int] = frozenset()

    def get_source(self, start: int, end: int) -> str:
        """Get the input verbatim between two positions of the normalized text.

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
class NamePart:
    """One form of the gazetteer in the text, with what it may stand for on this path."""

    form: str
    start: int
    end: int
    meanings: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the text.

    `path` holds the forms of a name from the largest to the smallest; `rest` is what follows them inside the name (a
    town, a special area), with `rest_kind` saying which. An "item" is an element of an enumeration that is more than a
    name; its `rest_kind` "aside" says that it may be none of a list.
    """

    kind: TokenKind
    start: int
    end: int
    text: str
    path: tuple[NamePart, ...] = ()
    rest: str = ""
    rest_kind: str = ""


def normalize_text(text: str) -> NormalizedText:
    """Fold a text and take its blanks out, remembering them.

    Parameters
    ----------
    text : str
        Any text; pipes of pasted tables and tags of pasted pages count as blanks.

    Returns
    -------
    NormalizedText
        Positions in it lead back to the input.
    """
    blanked = _MARKUP.sub(lambda tag: "\n" + " " * (len(tag[0]) - 1), text) if "<" in text else text
    # 【陕西省】 heads what follows like 陕西省：.
    blanked = _BRACKETED.sub(r" \1：", blanked) if "【" in blanked else blanked
    folded = fold_variants(_INVISIBLE.sub(" ", blanked))
    if not _BLANK.search(folded):
        return NormalizedText(folded, tuple(range(len(folded))), {}, text)
    chars: list[str] = []
    origin: list[int] = []
    breaks: dict[int, BreakKind] = {}
    at = 0
    for blank in _BLANK.finditer(folded):
        chars.append(folded[at : blank.start()])
        origin.extend(range(at, blank.start()))
        breaks[len(origin)] = _classify_break(blank[0])
        at = blank.end()
    chars.append(folded[at:])
    origin.extend(range(at, len(folded)))
    return NormalizedText("".join(chars), tuple(origin), breaks, text)


def _classify_break(blank: str) -> BreakKind:
    if "|" in blank or "\t" in blank:
        return "cell"
    if "\n" in blank or "\r" in blank:
        return "line"
    return "cell" if len(blank) > 2 else "space"
