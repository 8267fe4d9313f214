"""Columns of a PDF page without drawn rules: two columns of text, or a table that is aligned by its blanks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, Final

from pilotzones.geo.documents.formats.markup import strip_marks
from pilotzones.geo.documents.tables.layout import ExtractedTable
from pilotzones.geo.documents.tables.text_tables import align_pieces, has_heads

__all__ = ["has_gaps", "read_columns"]

_GAP: Final = re.compile(r"[\u4e00-\u9fff)）\d、，,。；;：]\s+[\u4e00-\u9fff\d（(]")
_MIN_LINES: Final = 3
_SHARE: Final = 0.4
_SAME_LINE: Final = 3.0  # points between the tops of two pieces of one line
_SAME_DISTANCE: Final = 1.2
_WIDE_GAP: Final = 0.9  # character widths


@dataclass(frozen=True, slots=True)
class _TextPiece:
    """Text between two wide gaps of a line, with its extent and the height of its line from the top of the page [pt]."""

    left: float
    right: float
    text: str
    top: float


def has_gaps(text: str) -> bool:
    """Whether many lines of a page hold a blank between two words, which Chinese text has none of.

    Parameters
    ----------
    text : str
        Of the page, as it was read without regard to columns.

    Returns
    -------
    bool
    """
    lines = [line for line in text.split("\n") if line.strip()]
    wide = sum(_GAP.search(line) is not None for line in lines)
    return wide >= _MIN_LINES and wide >= _SHARE * len(lines)


def read_columns(page: Any) -> tuple[list[str | ExtractedTable], tuple[float, ...]] | None:
    """Read a page by its columns.

    Parameters
    ----------
    page : pdfplumber.page.Page

    Returns
    -------
    tuple of (list, tuple) or None
        Lines of text and at most one table, from top to bottom, and the left edges of the table's columns [pt]; None for a
        page that is read as it is.
    """
    lines = _cut_lines(page)
    many = [number for number, line in enumerate(lines) if len(line) > 1]
    if len(many) < _MIN_LINES or len(many) < _SHARE * len(lines):
        return None
    above, body, below = lines[: many[0]], lines[many[0] : many[-1] + 1], lines[many[-1] + 1 :]
    size = median(char["size"] for char in page.chars)
    gutter = _find_gutter(body)
    content: list[str | ExtractedTable]
    rows = _align(body, size)
    if gutter is not None and not (rows is not None and _is_table(rows)):
        longer = _count_more(below, body, lambda line: line[-1].right <= gutter)
        body, below = [*body, *below[:longer]], below[longer:]
        left = [line[0].text for line in body if line[0].right <= gutter]
        right = [line[-1].text for line in body if line[-1].left >= gutter]
        content = [*left, *right]
        edges: tuple[float, ...] = ()
    elif rows is not None:
        starts = sorted({piece.left for line in body for piece in line})
        behind = [start for start in starts if start > starts[0] + size]
        # The last rows of a group may have nothing in the first column.
        longer = _count_more(below, body, lambda line: _begin_at(line, behind, size))
        body, below = [*body, *below[:longer]], below[longer:]
        content, edges = (
            [ExtractedTable(_align(body, size) or rows)],
            tuple(sorted({round(2 * line[0].left / size) * size / 2 for line in body})),
        )
    else:
        return None
    return [*map(_join_pieces, above), *content, *map(_join_pieces, below)], edges


def _join_pieces(line: Sequence[_TextPiece]) -> str:
    return " ".join(piece.text for piece in line)


def _cut_lines(page: Any) -> list[list[_TextPiece]]:
    """Cut the lines of a page at their wide gaps."""
    words = page.extract_words(x_tolerance_ratio=_WIDE_GAP, keep_blank_chars=True)
    lines: list[tuple[float, list[_TextPiece]]] = []
    for word in sorted(words, key=lambda word: (word["top"], word["x0"])):
        if not word["text"].strip():
            continue
        if not lines or word["top"] - lines[-1][0] > _SAME_LINE:
            lines.append((word["top"], []))
        lines[-1][1].append(_TextPiece(word["x0"], word["x1"], word["text"].strip(), word["top"]))
    return [sorted(line, key=lambda piece: piece.left) for _, line in lines]


def _find_gutter(body: Sequence[Sequence[_TextPiece]]) -> float | None:
    """Find the middle of the blank between two columns [pt]; None when a line crosses it, or there are more columns."""
    pairs = [line for line in body if len(line) == 2]
    if not pairs or any(len(line) > 2 for line in body):
        return None
    left, right = max(line[0].right for line in pairs), min(line[1].left for line in pairs)
    middle = (left + right) / 2
    crossed = any(piece.left < middle < piece.right for line in body for piece in line)
    return middle if left < right and not crossed else None


def _align(body: Sequence[Sequence[_TextPiece]], size: float) -> list[list[str]] | None:
    """Align lines to rows of a table whose columns begin below one another; None when the lines are none."""
    return align_pieces([[(round(2 * piece.left / size), piece.text) for piece in line] for line in body])


def _begin_at(line: Sequence[_TextPiece], starts: Sequence[float], size: float) -> bool:
    """Whether each piece of a line begins where a column does."""
    return all(any(abs(piece.left - start) <= size / 2 for start in starts) for piece in line)


def _count_more(
    below: Sequence[Sequence[_TextPiece]],
    body: Sequence[Sequence[_TextPiece]],
    belongs: Callable[[Sequence[_TextPiece]], bool],
) -> int:
    """Count the lines below columns that belong to one of them and are as close as its lines."""
    distance = max((two[0].top - one[0].top for one, two in pairwise(body)), default=0.0)
    count = 0
    for above, line in pairwise([body[-1], *below]):
        if not belongs(line) or line[0].top - above[0].top > _SAME_DISTANCE * distance:
            break
        count += 1
    return count


def _is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Whether two aligned columns are columns of one table: they have heads, or the first numbers or labels the other."""
    return has_heads(rows) or all(re.fullmatch(r"\d{1,4}[.、]?|", strip_marks(row[0])) for row in rows)
