"""Lines joined to passages: what a page broke is whole again, and every character keeps its place in the document."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pilotzones.geo.places.text.line_breaks import is_cut_by_line_break
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["STARTS", "Passage", "is_count_only", "measure_width", "split_paragraphs", "squeeze"]

# Marks that begin a passage, on folded text (half-width): numbers of headings, fields, dashes, notes.
STARTS: Final = re.compile(
    r"第[一二三四五六七八九十百0-9]{1,4}[章节条部编]|[一二三四五六七八九十]{1,3}\s*[、.]|[(][一二三四五六七八九十]{1,3}[)]"
    r"|[(]\d{1,3}[)]|\d{1,3}\s*[.、](?!\d)|\d{1,2}\.\d{1,2}(?:\.\d{1,2})?\s+\S|附\s*(?:件|表|录)\s*[一二三四五六七八九十0-9]*\s*(?:$|[:.\s])|——|[•●■◆▪·]"
    r"|[一二三四五六七八九十]是|注:"
)
FIELD: Final = re.compile(r"[【\[]?[\u4e00-\u9fff]{2,12}(?:[(]\d+\s*[^()]{0,6}[)])?[】\]]?\s*:")
_CIRCLED: Final = re.compile(r"[①-⑳㈠-㈩⑴-⒇]")
_ENDS: Final = re.compile(r"[。!?;:]$|[.](?<=[\u4e00-\u9fff)][.])$")
_OPEN_END: Final = re.compile(r"[、,(《“—]$|[和与及]$")
_COUNT_ONLY: Final = re.compile(r"[(]\s*共?\s*\d+\s*个?[\u4e00-\u9fff]{0,6}[)]")
_UNIT_BEGIN: Final = re.compile(r"[万亿]?(?:平方公里|平方千米|公顷|亩|km[2²])")
_PAGE_MARK: Final = re.compile(r"[-—–_\s]*(?:第\s*)?\d{1,4}\s*(?:页|/\s*\d{1,4})?(?:\s*共\s*\d+\s*页)?[-—–_\s]*")
# One place with the larger units behind it fills its line (德清县 湖州市 浙江省).
_PLACE_LINE: Final = re.compile(r"(?:\S{1,15}[县市区旗州盟镇乡]\s+){1,2}\S{1,12}(?:[省市州盟]|自治区|地区)")
_WRAPPED_SHARE: Final = 0.3
_SHORT: Final = 0.85
_SHORT_LINE: Final = 30
# Columns of print [half-width character]; what is narrower are short lines, what is wider are paragraphs.
_MIN_PRINT_COLUMNS: Final = 34
_MAX_PRINT_COLUMNS: Final = 140
_BLANK: Final = " \t\u3000\ufeff\u200b\xa0\f\v"


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, or a row of a table, with the place of each of its characters.

    Parameters
    ----------
    text : str
        Lines joined.
    folded : str
        The same with half-width marks and simplified characters, character by character.
    starts : tuple of int
        Where in `text` each line of the document begins.
    offsets : tuple of int
        Where in the document each of these lines begins.
    cells : tuple of (int, int)
        Extent of the cells in `text`, for a row of a table; else empty.
    """

    text: str
    folded: str
    starts: tuple[int, ...]
    offsets: tuple[int, ...]
    cells: tuple[tuple[int, int], ...] = ()
    is_furniture: bool = False

    def locate_character(self, place: int) -> int:
        """Find the offset in the document of a character of the passage."""
        line = bisect_right(self.starts, place) - 1
        return self.offsets[line] + place - self.starts[line]

    def locate_part(self, start: int, end: int) -> tuple[int, int]:
        """Find the offsets in the document of a part of the passage; the end is one past the last character."""
        first = self.locate_character(start)
        return first, self.locate_character(end - 1) + 1 if end > start else first


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    folded: str
    start: int
    is_row: bool


def squeeze(text: str) -> str:
    """Remove the spaces that printing put between Chinese characters."""
    return re.sub(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])", "", text)


def is_count_only(folded: str) -> bool:
    """Whether a line is nothing but a count in parentheses, such as （5个）."""
    return _COUNT_ONLY.fullmatch(folded) is not None


def split_paragraphs(text: str) -> list[Passage]:
    """Join the lines of a document.

    Parameters
    ----------
    text : str
        As `pilotzones.geo.documents.reader` gives it.

    Returns
    -------
    list of Passage
        Together they hold every character that is not blank.
    """
    lines = list(_split_lines(text))
    width = _wrap_width(lines)
    groups: list[list[_Line]] = []
    furniture: list[_Line] = []
    for line in lines:
        if not line.is_row and _PAGE_MARK.fullmatch(line.folded) and len(line.folded) <= 12:
            furniture.append(line)
        elif groups and _is_continuation(groups[-1], line, width):
            groups[-1].append(line)
        else:
            groups.append([line])
    paragraphs = [_join_lines(group) for group in groups] + [
        _join_lines([line], is_furniture=True) for line in furniture
    ]
    return sorted(paragraphs, key=lambda passage: passage.offsets[0])


def _split_lines(text: str) -> Iterator[_Line]:
    start, after_row = 0, False
    for raw in text.split("\n"):
        # The first cells of a row may be blank: what they hold stands above them. Elsewhere a tab is an indent.
        cells = "\t" in (raw.rstrip(_BLANK) if after_row else raw.strip(_BLANK))
        stripped = raw.strip(_BLANK.replace("\t", "") if cells else _BLANK)
        bold = re.match(r"(?:#{1,6}\s+|\*\*)", stripped)
        lead = raw.index(stripped) + (bold.end() if bold else 0) if stripped else 0
        stripped = stripped[bold.end() :] if bold else stripped
        if stripped.strip("|-_=* "):
            rows = stripped.count("\t") or _count_pipes(stripped)
            row = stripped.replace("|", "\t") if rows and "\t" not in stripped else stripped
            yield _Line(row, fold_variants(row), start + lead, bool(rows))
            after_row = bool(rows)
        start += len(raw) + 1


def _count_pipes(line: str) -> int:
    return line.count("|") if line.strip("| ").count("|") else 0


def _wrap_width(lines: Sequence[_Line]) -> float:
    """Measure the width the text was wrapped at [half-width character]; 0 when every line is a paragraph of its own."""
    widths = sorted(measure_width(line.text) for line in lines if not line.is_row)
    if len(widths) < 4:
        return 0
    wide = widths[int(len(widths) * 0.8)]
    near = sum(0.88 * wide <= width <= 1.15 * wide for width in widths)
    return wide if near >= _WRAPPED_SHARE * len(widths) and _MIN_PRINT_COLUMNS <= wide <= _MAX_PRINT_COLUMNS else 0


def measure_width(text: str) -> int:
    """Measure how wide a text is printed [half-width character]."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _is_continuation(before: list[_Line], line: _Line, width: float) -> bool:
    """Whether a line goes on where the one before it stops."""
    last = before[-1]
    if last.is_row or line.is_row:
        return False
    if is_count_only(line.folded):
        return len(last.folded) <= _SHORT_LINE and not _ENDS.search(last.folded)
    if not STARTS.match(line.folded) and is_cut_by_line_break(last.folded, line.folded):
        return True
    if _is_beginning(last, line, width):
        return False
    if _is_open(before) or _OPEN_END.search(last.folded):
        return True
    figure = re.search(r"\d$", last.folded) and _UNIT_BEGIN.match(line.folded)
    return bool(figure) or _is_full(before, width)


def _is_beginning(last: _Line, line: _Line, width: float) -> bool:
    """Whether a line begins something of its own: a number, a note, the label of a field."""
    if STARTS.match(line.folded) or _CIRCLED.match(line.text):
        return True
    return bool(FIELD.match(line.folded)) and not (_OPEN_END.search(last.folded) and width)


def _is_full(before: list[_Line], width: float) -> bool:
    """Whether a line reaches the edge of the print without ending a sentence."""
    last = before[-1]
    if not width or measure_width(last.text) < _SHORT * width or _PLACE_LINE.fullmatch(last.folded):
        return False
    return not _ENDS.search(last.folded) or (last.folded.endswith((";", ":")) and bool(FIELD.match(before[0].folded)))


def _is_open(lines: Sequence[_Line]) -> bool:
    """Whether a parenthesis is still open; one that stays open long was a slip of the writer."""
    folded = "".join(line.folded for line in lines[-12:])
    return folded.count("(") > folded.count(")") and len(folded) - folded.rfind("(") < 400


def _join_lines(lines: Sequence[_Line], *, is_furniture: bool = False) -> Passage:
    text, starts, offsets = "", [], []
    for line in lines:
        if text and text[-1].isascii() and line.text[0].isascii() and text[-1].isalnum() and line.text[0].isalnum():
            # Two words of Latin letters, or a number and what follows it, keep a space between them.
            starts.append(len(text))
            offsets.append(line.start - 1)
            text += " "
        starts.append(len(text))
        offsets.append(line.start)
        text += line.text
    cells = tuple(_split_cells(text)) if lines[0].is_row else ()
    return Passage(text, fold_variants(text), tuple(starts), tuple(offsets), cells, is_furniture)


def _split_cells(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for cell in text.split("\t"):
        lead = len(cell) - len(cell.lstrip(_BLANK))
        yield start + lead, start + max(lead, len(cell.rstrip(_BLANK)))
        start += len(cell) + 1
