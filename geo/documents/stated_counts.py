"""Compare numbers of places that running text states (等5个县; 甘肃省（3个）：) with the places found there."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pilotzones.geo.documents.tables.cells.contents import parse_number
from pilotzones.geo.notes import Note, make_note
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["compare_text_counts"]

_UNITS: Final = r"(?:县级市|地级市|设区市|区县|县区|县市区?|城市|地区|省份|单位|试点|试验区|示范区|[省县市区旗州盟家])"
_NUMBER: Final = r"(\d{1,4}|[一二三四五六七八九十两百]{1,4})"
# A number behind a list, and one before the colon that a list follows.
_BEHIND: Final = re.compile(
    rf"\s*(?:等|共计?|合计|以及其他)*\s*{_NUMBER}\s*个?(?:试点|示范|国家级?|省级)?{_UNITS}(?:\([^()]{{1,6}}\))?"
    r"(?![、:)(\u4e00-\u9fff]{0,20}:)"
)
_BEFORE: Final = re.compile(
    rf"{_NUMBER}\s*个?(?:试点|示范|国家级?|省级)*{_UNITS}?(?:\([^()]{{1,6}}\))?(?:名单)?[)]?\s*$"
)
# What a list leaves out of a place (绵阳(除北川县、平武县)、遂宁) does not end it.
_JOINS: Final = re.compile(r"(?:\((?:除|不含|不包括)[^()]*\)|[、,\s(]|[和与及]|以及|\d{1,3}[.、)]|[)])*")
_MAX_LABEL: Final = 30  # characters


def compare_text_counts(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Note]:
    """Compare the numbers that a text states behind or before its lists with the places found in them.

    Parameters
    ----------
    text : str
        Of the document.
    spans : iterable of (int, int)
        Where each place found stands in it.

    Yields
    ------
    str
        A note for each number that differs.
    """
    folded = fold_variants(text)
    places = sorted(spans)
    starts = [start for start, _ in places]
    for first, last in _list_groups(folded, places):
        begin, end = places[first][0], places[last][1]
        stated = _BEHIND.match(folded, end)
        if stated is not None and not (_begins_line(folded, end, stated) or parse_number(stated[1]) > 3000):
            yield from _differ(folded, max(begin, end - _MAX_LABEL), stated.end(), stated[1], last - first + 1)
    for colon in re.finditer(r":\s*", folded):
        # Looked for in a window, so that a long text without an end is read once.
        begin = max(folded.rfind("\n", 0, colon.start()) + 1, colon.start() - _MAX_LABEL)
        match = _BEFORE.search(folded[begin : colon.start()])
        first = bisect_left(starts, colon.end())
        if match is None or first == len(places) or places[first][0] - colon.end() > _MAX_LABEL:
            continue
        if _JOINS.fullmatch(folded, colon.end(), places[first][0]):
            last = _find_end(folded, places, first, stop="。;")
            yield from _differ(folded, begin, colon.end(), match[1], last - first + 1)


def _begins_line(folded: str, end: int, stated: re.Match[str]) -> bool:
    """Whether a number begins a line of its own, and so a name (滇西边境山区⏎四省藏区)."""
    return re.fullmatch(r"\s*\n\s*", folded[end : stated.start(1)]) is not None


def _differ(folded: str, start: int, end: int, stated: str, counted: int) -> Iterator[Note]:
    number = parse_number(stated)
    if number != counted:
        label = re.sub(r"\s+", "", folded[start:end]).strip(":、,")
        yield make_note("count_differs", label=label, stated=number, found=counted)


def _list_groups(folded: str, places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """List the first and last place of each run with nothing but separators between its places."""
    first = 0
    while first < len(places):
        last = _find_end(folded, places, first, stop="。;\n")
        yield first, last
        first = last + 1


def _find_end(folded: str, places: Sequence[tuple[int, int]], first: int, *, stop: str) -> int:
    last = first
    while last + 1 < len(places):
        gap = folded[places[last][1] : places[last + 1][0]]
        if len(gap) > _MAX_LABEL or any(mark in gap for mark in stop) or not _JOINS.fullmatch(gap):
            break
        last += 1
    return last
