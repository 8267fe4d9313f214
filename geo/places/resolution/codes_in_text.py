"""Codes of divisions that stand in running text in place of names (试点地区代码：330521、330782)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pilotzones.geo.places.cells.codes import is_code_list, is_known_code, list_codes, resolve_code
from pilotzones.geo.places.gazetteer import Gazetteer
from pilotzones.geo.places.models import ResolvedRow
from pilotzones.geo.places.reason_codes import ReviewReason, make_reason
from pilotzones.geo.places.resolution.disambiguation import make_candidate
from pilotzones.geo.places.text.normalization import fold_variants
from pilotzones.geo.places.text.retraction_cues import MAX_CLAUSE_CHARS, has_retraction_cue

__all__ = ["find_codes_in_text"]

_MAX_LEAD_CHARS: Final = 24
_BETWEEN: Final = re.compile(r"[ \t]*(?:[、,;/]|[和与及]|以及|\s)[ \t\r\n]*")
_COLUMN: Final = re.compile(r"[ \t]*[,\t|][ \t]*")
# What may stand before the first code of an enumeration and behind the last one; a unit of measure may not.
_BEFORE: Final = r"(?:^|[\s、,;:。(\[“\"和与及为是括含有码])$"
_AFTER: Final = re.compile(r"(?![A-Za-z\d.%-]|[ \t]*[万亿亩人元户吨公平个家号米分])")
_CODED: Final = r"(?<!邮政)(?:代码|编码|区划码|(?i:adcode|code))[^\d]{0,8}$"
_OTHER_NUMBER: Final = r"(?:邮编|邮政|电话|传真|手机|账号|帐号|证号|文号|编号|单号|密码|验证码)[^。;\n]{0,12}$"
_LISTS: Final = r"试点|示范|范围|名单|地区|单位|[县市区旗]|包括|包含|涵盖|列入|纳入|入选"
_EXCEPTS: Final = r"不含|不包括|除|剔除|扣除"
_NAME_BESIDE: Final = re.compile(r"[\s(\[【]*(?:[\u4e00-\u9fff]{0,6}(?:代码|编码)[\s:]*)?")
_SENTENCE: Final = re.compile(r"[。;\n]")


def find_codes_in_text(
    gazetteer: Gazetteer,
    text: str,
    rows: Sequence[ResolvedRow],
    strict: tuple[str, ...] = (),
    *,
    as_of: str | None = None,
) -> list[ResolvedRow]:
    """Find the codes that stand in a text as items of an enumeration.

    Parameters
    ----------
    gazetteer : Gazetteer
        Today's table.
    text : str
        Any text.
    rows : sequence of ResolvedRow
        Places that were read by their names; a code beside one of them belongs to it.
    strict : tuple of str, optional
        Codes that every unit should lie in.
    as_of : str, optional
        Date of the document, YYYY-MM.

    Returns
    -------
    list of ResolvedRow
        In text order; for review where the words around them take something back.
    """
    folded = fold_variants(text)
    names = _Names(sorted(rows, key=lambda row: row.start))
    out: list[ResolvedRow] = []
    for run in _find_runs(folded):
        alone = [one for one in run if not _is_beside_name(folded, one, names)]
        if not alone or not _is_enumeration(gazetteer, folded, run, names):
            continue
        words = _find_sentence(folded, run)
        taken_back = has_retraction_cue(re.sub(r"\s", "", words)) or re.search(_EXCEPTS, words) is not None
        for start, end in alone:
            row = replace(resolve_code(text[start:end], as_of=as_of), start=start, end=end)
            beside = _find_row_beside(folded, (start, end), names) if len(run) == 1 else None
            if beside is not None and {*row.adcode} <= {*beside.adcode, *(one.adcode for one in beside.candidates)}:
                # 德清县,330521: two columns of a row.
                continue
            doubts = [make_reason("left_open", words=words)] if taken_back else []
            if any(not gazetteer.is_inside(code, home) for code in row.adcode for home in strict):
                doubts.append(make_reason("outside_given"))
            out.append(_flag_row(gazetteer, row, doubts) if doubts else row)
    return out


class _Names:
    """The names that were read, in order."""

    def __init__(self, rows: Sequence[ResolvedRow]) -> None:
        self.rows = rows
        self.starts = [row.start for row in rows]

    def find_before(self, at: int) -> ResolvedRow | None:
        """Find the last name that ends before a position."""
        place = bisect_right(self.starts, at)
        return self.rows[place - 1] if place and self.rows[place - 1].end <= at else None

    def find_behind(self, at: int) -> ResolvedRow | None:
        """Find the first name from a position on."""
        place = bisect_left(self.starts, at)
        return self.rows[place] if place < len(self.rows) else None


def _find_runs(folded: str) -> Iterator[list[tuple[int, int]]]:
    """Find codes with nothing but separators between them, and no unit of measure behind them."""
    run: list[tuple[int, int]] = []
    for start, end in list_codes(folded):
        linked = bool(run) and _BETWEEN.fullmatch(folded, run[-1][1], start) is not None
        if run and not linked:
            yield run
            run = []
        if linked or re.search(_BEFORE, folded[max(0, start - 1) : start]):
            run.append((start, end))
    if run:
        yield run


def _is_beside_name(folded: str, code: tuple[int, int], names: _Names) -> bool:
    """Whether a code is written beside a name that was read (德清县（330521）; 330521 德清县)."""
    before, behind = names.find_before(code[0]), names.find_behind(code[1])
    if before is not None and _NAME_BESIDE.fullmatch(folded, before.end, code[0]):
        return True
    return behind is not None and not folded[code[1] : behind.start].strip(" \t")


def _find_row_beside(folded: str, code: tuple[int, int], names: _Names) -> ResolvedRow | None:
    """Find the name that is linked with a code by the mark of columns."""
    before, behind = names.find_before(code[0]), names.find_behind(code[1])
    if behind is not None and _COLUMN.fullmatch(folded, code[1], behind.start):
        return behind
    return before if before is not None and _COLUMN.fullmatch(folded, before.end, code[0]) else None


def _is_enumeration(gazetteer: Gazetteer, folded: str, run: Sequence[tuple[int, int]], names: _Names) -> bool:
    """Whether numbers that look like codes are meant as units."""
    first, last = run[0][0], run[-1][1]
    lead = folded[max(0, first - _MAX_LEAD_CHARS) : first]
    codes = [folded[start:end] for start, end in run]
    known = sum(map(is_known_code, codes))
    if re.search(_OTHER_NUMBER, lead) or not _AFTER.match(folded, last) or not known:
        return False
    if re.search(_CODED, lead) or is_code_list(folded):
        return True
    before, behind = names.find_before(first), names.find_behind(last)
    among_names = (before is not None and _BETWEEN.fullmatch(folded, before.end, first) is not None) or (
        behind is not None and _BETWEEN.fullmatch(folded, last, behind.start) is not None
    )
    exact = all(code[:6] in gazetteer.units for code in codes)
    return exact and (among_names or (len(run) > 1 and re.search(_LISTS, lead) is not None))


def _find_sentence(folded: str, run: Sequence[tuple[int, int]]) -> str:
    """Find the words around a run up to the next ends of sentences, as far as words that take it back may stand."""
    first, last = run[0][0], run[-1][1]
    left = folded[max(0, first - MAX_CLAUSE_CHARS) : first]
    right = folded[last : last + MAX_CLAUSE_CHARS]
    return (_SENTENCE.split(left)[-1] + folded[first:last] + _SENTENCE.split(right, maxsplit=1)[0]).strip()


def _flag_row(gazetteer: Gazetteer, row: ResolvedRow, doubts: Sequence[ReviewReason]) -> ResolvedRow:
    candidates = row.candidates or tuple(make_candidate(gazetteer, code, 0.6, str(doubts[0])) for code in row.adcode)
    status = "review" if candidates else row.status
    return replace(row, status=status, reasons=(*row.reasons, *doubts), candidates=candidates)
