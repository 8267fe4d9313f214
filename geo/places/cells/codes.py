"""Read codes of divisions that stand without names: 330521, 330521000000, and those of towns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pilotzones.geo.places.gazetteer import Unit, load_gazetteer
from pilotzones.geo.places.history import Period, UnitMatch, UnitQuery, load_unit_index, match_unit, read_period
from pilotzones.geo.places.models import ResolvedRow, Status
from pilotzones.geo.places.reason_codes import ReviewReason, make_reason
from pilotzones.geo.places.resolution.disambiguation import make_candidate
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = [
    "CODE_METHOD",
    "check_written_code",
    "is_code_list",
    "is_known_code",
    "is_like_codes",
    "list_codes",
    "resolve_code",
]

_CODE: Final = r"(?<!\d)\d{6}(?:\d{3}(?:\d{3})?)?(?:\.0+)?(?!\d)"
_LIST: Final = r"[\s、,;。]*(?:\d{6}(?:\d{3}(?:\d{3})?)?(?:\.0+)?(?:[\s、,;。]+|$))+"
_MAX_LIST_CHARS: Final = 20_000
# Code, name and extent are no longer those of one unit of today.
_UNSURE: Final = frozenset(["unit_merged", "unit_split", "unit_dissolved", "code_passed_on"])
CODE_METHOD: Final = "code"
_MAX_AROUND_CHARS: Final = 40
# What a code beside a name settles.
_AMBIGUOUS: Final = frozenset(["several", "shared_short"])
# 德清县（330521）, 德清县(代码：330521), 德清县 330521、 and, at the beginning of a line, 330521 德清县.
_DIGITS: Final = r"[ \t]*(\d{6})(?:0{3}(?:0{3})?)?[ \t]*"
_CODE_BEHIND: Final = (
    rf"[ \t]*[(\[【](?:[ \t]*[\u4e00-\u9fff]{{0,6}}(?:代码|编码)[ \t]*:?)?{_DIGITS}[)\]】]|{_DIGITS}(?=[、,;。\n]|$)"
)
_CODE_BEFORE: Final = rf"(?:^|[\n、,;:]){_DIGITS}[.:,、]?[ \t]*$"


def list_codes(text: str) -> Iterator[tuple[int, int]]:
    """Find the codes in a text.

    Parameters
    ----------
    text : str

    Yields
    ------
    (int, int)
        Extent of each number of six, nine or twelve digits.
    """
    yield from (match.span() for match in re.finditer(_CODE, fold_variants(text)))


def is_code_list(text: str) -> bool:
    """Whether a text is nothing but codes, of which most belong to a division.

    Parameters
    ----------
    text : str
        A line or a cell.

    Returns
    -------
    bool
    """
    if not is_like_codes(text):
        return False
    codes = [text[start:end] for start, end in list_codes(text)]
    return 2 * sum(map(is_known_code, codes)) > len(codes)


def is_like_codes(text: str) -> bool:
    """Whether a text is nothing but numbers with as many digits as codes have.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    folded = fold_variants(text.strip())
    return folded[:1].isdecimal() and len(folded) <= _MAX_LIST_CHARS and re.fullmatch(_LIST, folded) is not None


def is_known_code(code: str) -> bool:
    """Whether a number begins with the code of a prefecture of today, or with that of a division of any time.

    Parameters
    ----------
    code : str

    Returns
    -------
    bool
    """
    code = fold_variants(code)
    units = load_gazetteer().units
    return code[:6] in units or f"{code[:4]}00" in units or code[:6] in load_unit_index().by_code


def resolve_code(text: str, *, as_of: str | None = None) -> ResolvedRow:
    """Resolve one code.

    Parameters
    ----------
    text : str
        As written.
    as_of : str, optional
        Date of the document, YYYY-MM.

    Returns
    -------
    ResolvedRow
        A town where the digits behind the county name one; for review or unresolved where the code is of no unit of today.
    """
    digits = re.sub(r"\D", "", fold_variants(text).split(".")[0])
    unit = load_gazetteer().units.get(digits[:6])
    if digits[6:].strip("0"):
        hosts = (unit.code,) if unit is not None else ()
        reason = () if hosts else (make_reason("unknown_code", code=digits[:6]),)
        return ResolvedRow(
            1, text, "include", "town", "not_a_county" if hosts else "unresolved", name=text, container_adcode=hosts,
            province=unit.province if unit is not None else "", prefecture=unit.prefecture if unit is not None else "",
            method=CODE_METHOD, reasons=reason, end=len(text),
        )  # fmt: skip
    period = read_period(as_of)
    if unit is not None and not _is_of_another(unit.code, period):
        return _make_row(text, unit)
    match = match_unit(UnitQuery(code=digits[:6], period=period))
    return _make_former(text, match)


def _is_of_another(code: str, period: Period | None) -> bool:
    """Whether another unit than that of today had a code in a period (340181 of 居巢区, later of 巢湖市)."""
    if period is None:
        return False
    index = load_unit_index()
    today = index.by_code.get(code, ())[-1:]
    held = [one for one in index.find_by_code(code, period) if one.change != "misprint"]
    return bool(today and held) and index.lineage[today[0]] not in {index.lineage[one] for one in held}


def check_written_code(row: ResolvedRow, text: str, *, as_of: str | None = None) -> ResolvedRow:
    """Compare a place of running text with the code that is written beside its name.

    Parameters
    ----------
    row : ResolvedRow
    text : str
        In which the row has its place.
    as_of : str, optional
        Date of the document, YYYY-MM.

    Returns
    -------
    ResolvedRow
        For review where name and code are of different units; accepted where the code decides between units of the name.
    """
    code = _find_code_beside(row, fold_variants(text[max(0, row.start - _MAX_AROUND_CHARS) : row.start]), text)
    if not code or row.status not in {"accepted", "review"} or row.level not in {"county", "prefecture", "province"}:
        return row
    coded = resolve_code(code, as_of=as_of)
    meant = {*coded.adcode, *(one.adcode for one in coded.candidates)}
    offered = {*row.adcode, *(one.adcode for one in row.candidates)}
    is_open = row.status == "review" and {reason.code for reason in row.reasons} <= _AMBIGUOUS
    if is_open and len(coded.adcode) == 1 and coded.adcode[0] in offered:
        return replace(
            coded,
            order=row.order,
            listed_text=row.listed_text,
            op=row.op,
            start=row.start,
            end=row.end,
            context=row.context,
        )
    # A number that is the code of no unit may be anything, such as a postcode. The code of a former prefecture of the
    # same name is of more than the county (341400 巢湖市).
    if row.status == "review" or not meant or meant <= offered:
        return row
    by_name, by_code = ("、".join(_format_label(one) for one in sorted(codes)) for codes in (row.adcode, meant))
    why = make_reason("name_code_differ", name=row.listed_text, by_name=by_name, code=code, by_code=by_code)
    candidates = tuple(make_candidate(load_gazetteer(), one, 0.6, str(why)) for one in (*row.adcode, *sorted(meant)))
    return replace(row, status="review", reasons=(*row.reasons, why), candidates=candidates)


def _find_code_beside(row: ResolvedRow, before: str, text: str) -> str:
    behind = re.match(_CODE_BEHIND, fold_variants(text[row.end : row.end + _MAX_AROUND_CHARS]))
    if behind:
        return behind[1] or behind[2]
    leading = re.search(_CODE_BEFORE, before)
    return leading[1] if leading else ""


def _format_label(code: str) -> str:
    unit = load_gazetteer().units[code]
    return f"{unit.province}{unit.prefecture}{unit.name}" if unit.level == "county" else unit.name


def _make_row(text: str, unit: Unit, notes: tuple[ReviewReason, ...] = (), former: str = "") -> ResolvedRow:
    return ResolvedRow(
        1, text, "include", unit.level, "accepted", unit.name, unit.province, unit.prefecture, (unit.code,), method=CODE_METHOD,
        reasons=notes, end=len(text), former_unit=former,
    )  # fmt: skip


def _make_former(text: str, match: UnitMatch) -> ResolvedRow:
    """Make the row of a code that no unit has today."""
    gazetteer = load_gazetteer()
    codes = match.fate.counties if match.fate is not None else ()
    units = [gazetteer.units[code] for code in codes if code in gazetteer.units]
    former = match.unit.label if match.unit is not None and match.kind == "unit" else ""
    unsure = match.kind != "unit" or any(note.code in _UNSURE for note in match.notes)
    if match.status == "found" and len(units) == 1 and not unsure:
        return _make_row(text, units[0], match.notes, former)
    candidates = tuple(make_candidate(gazetteer, unit.code, 0.6, "named by the code") for unit in units)
    status: Status = "review" if candidates else "unresolved"
    return ResolvedRow(
        1, text, "include", "county", status, method=CODE_METHOD, reasons=match.notes, candidates=candidates,
        end=len(text), former_unit=former,
    )  # fmt: skip
