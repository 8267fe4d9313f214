"""Resolve a text or a column of names to rows: every place accepted by rule, set apart, or put up for review."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from pilotzones.geo.places.answer import Answer
from pilotzones.geo.places.disambiguation import candidate
from pilotzones.geo.places.fuzzy_matching import look_alikes
from pilotzones.geo.places.gazetteer import Gazetteer, Unit, load_gazetteer
from pilotzones.geo.places.mention_resolver import Resolver
from pilotzones.geo.places.mention_roles import Role, assign_roles
from pilotzones.geo.places.models import Level, Resolution, Row, Status
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.review_flags import MASKED
from pilotzones.geo.places.text.enumeration_parser import read
from pilotzones.geo.places.text.mentions import Mention, carries_level, get_tail
from pilotzones.geo.places.text.normalized_text import NormalizedText, Token, normalize_text
from pilotzones.geo.places.text.ocr_correction import mend
from pilotzones.geo.places.text.patterns import AREA_PART, PARTIAL, UNIT_ENDINGS
from pilotzones.geo.places.text.tokenizer import scan
from pilotzones.geo.places.text.unmatched_names import unread_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotzones.geo.places.decisions import Decisions

__all__ = ["resolve_names", "resolve_text"]


_BREAKS = re.compile(r"\s*[\r\n]\s*")


def _month(as_of: date | str | None) -> str | None:
    """The date as YYYY-MM; a year alone means its middle."""
    if as_of is None:
        return None
    text = as_of.isoformat() if isinstance(as_of, date) else as_of
    return text[:7] if len(text) >= 7 else f"{text[:4]}-06"


def resolve_text(
    text: str,
    *,
    as_of: date | str | None = None,
    province: str | None = None,
    decisions: Decisions | None = None,
) -> Resolution:
    """Find and resolve every place that a text lists.

    Parameters
    ----------
    text : str
        Running text, an enumeration, a pasted table or a single name.
    as_of : datetime.date or str, optional
        Date of the document (ISO); decides which names were in force.
    province : str, optional
        Province the text is about, name or code; names outside it go to review.
    decisions : Decisions, optional
        Saved answers of a person, applied where name and context are the same.

    Returns
    -------
    Resolution
        Rows in text order; places named in passing kept apart.
    """
    gazetteer = load_gazetteer()
    normalized, tokens = _tokenize(gazetteer, text)
    enumerations = read(tokens, gazetteer)
    roles = assign_roles(enumerations, normalized)
    strict = tuple(code for code in (_find_code(gazetteer, province),) if code)
    answers = Resolver(gazetteer, normalized, _month(as_of), strict).answers(enumerations, roles)
    listed = [answer for answer in answers if answer.role.standing == "listed"]
    passing = [answer for answer in answers if answer.role.standing == "passing"]
    rows = tuple(_row(gazetteer, normalized, answer, place) for place, answer in enumerate(listed, start=1))
    rows = _with_context(rows, listed) if rows or passing else _unread(gazetteer, normalized, strict)
    if decisions is not None:
        rows = tuple(decisions.apply(row) for row in rows)
    notes = () if rows else (_nothing(len(passing)),)
    return Resolution(rows, tuple(_row(gazetteer, normalized, one, 0) for one in passing), notes)


def _tokenize(gazetteer: Gazetteer, text: str) -> tuple[NormalizedText, list[Token]]:
    """The text and its tokens, damaged names read as what they look like."""
    normalized = normalize_text(text)
    tokens = scan(normalized, gazetteer)
    mended = mend(normalized, tokens)
    return (normalized, tokens) if mended is normalized else (mended, scan(mended, gazetteer))


def _unread(gazetteer: Gazetteer, normalized: NormalizedText, strict: tuple[str, ...]) -> tuple[Row, ...]:
    """Rows of a text that is nothing but names nobody knows: for review, with what they look like."""
    rows: list[Row] = []
    for start, end in unread_names(normalized):
        row = _unsure_cell(
            gazetteer, normalize_text(normalized.slice(start, end)), normalized.slice(start, end), (), strict
        )
        first, last = normalized.origin[start], normalized.origin[end - 1] + 1
        rows.append(replace(row, order=len(rows) + 1, start=first, end=last, context=">".join(strict)))
    return tuple(rows)


def _nothing(passing: int) -> str:
    """Say that a text lists no place."""
    return f"no list of places in this text; {passing} named in passing" if passing else "no place found in this text"


def _find_code(gazetteer: Gazetteer, name: str | None) -> str:
    """Code of a province or prefecture given by name or code; empty when it is none."""
    if not name:
        return ""
    if name in gazetteer.units:
        return name
    for meaning in gazetteer.forms.get(name.strip(), ()):
        if meaning.unit is not None and meaning.level != "county":
            return meaning.unit.code
    return ""


def _row(
    gazetteer: Gazetteer, normalized: NormalizedText, answer: Answer, order: int, *, context: str = "", cell: str = ""
) -> Row:
    """Write an answer as a row; `cell` stands for the listed text when a whole cell is one name."""
    mention, verdict = answer.mention, answer.verdict
    start, end = _extent(normalized, mention)
    listed = cell or _BREAKS.sub("", normalized.slice(start, end))
    found = _make_resolution(gazetteer, answer, listed)
    first, last = (0, len(cell)) if cell or start >= end else (normalized.origin[start], normalized.origin[end - 1] + 1)
    return Row(
        order, listed, answer.role.op, found.level, verdict.status, found.name, found.province, found.prefecture,
        found.adcode, found.containers, verdict.method, tuple(verdict.reasons), verdict.candidates, first, last, context,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    """The part of a row that says which place it is."""

    level: Level
    name: str = ""
    province: str = ""
    prefecture: str = ""
    adcode: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()


def _make_resolution(gazetteer: Gazetteer, answer: Answer, listed: str) -> _Found:
    """Name the place an answer leads to; nothing is named where the choice is open."""
    verdict, option = answer.verdict, answer.verdict.option
    level = _level(answer)
    if answer.is_apart:
        return _resolve_apart(gazetteer, answer, level, listed)
    if option is None or not option.codes or (verdict.status == "review" and verdict.method == "ambiguous"):
        return _Found(level)
    unit = gazetteer.units[option.codes[0]]
    if option.meaning.old is None or len(option.codes) == 1:
        level = _unit_level(unit)
    name = "、".join(gazetteer.units[code].name for code in option.codes)
    return _Found(level, name, unit.province, unit.prefecture, option.codes)


def _unit_level(unit: Unit) -> Level:
    return "province" if unit.level == "province" else "prefecture" if unit.level == "prefecture" else "county"


def _resolve_apart(gazetteer: Gazetteer, answer: Answer, level: Level, listed: str) -> _Found:
    """A town or special area: named, with the units it lies in; a code only where it has the extent of one exactly."""
    known = [gazetteer.units[code] for code in answer.containers if code in gazetteer.units]
    option, token = answer.verdict.option, answer.mention.token
    own = option.meaning.special.same_extent if option is not None and option.meaning.special is not None else ""
    name = option.meaning.name if option is not None else _rest_name(token, answer.containers) or listed
    provinces = {unit.province for unit in known}
    prefectures = {unit.prefecture for unit in known}
    province = provinces.pop() if len(provinces) == 1 else ""
    prefecture = prefectures.pop() if len(prefectures) == 1 else ""
    containers = tuple(unit.code for unit in known)
    return _Found(level, name, province, prefecture, *((containers, ()) if containers == (own,) else ((), containers)))


def _rest_name(token: Token | None, containers: tuple[str, ...]) -> str:
    """Name of a town or area, with the bare name it is built on (万盛经开区), without the unit it lies in."""
    if token is None or not token.rest:
        return ""
    if token.path and not {code for meaning in token.path[-1].meanings for code in meaning.codes} & {*containers}:
        return token.text
    bare = token.path and token.path[-1].form[-1] not in UNIT_ENDINGS and token.rest_kind != "town"
    return token.path[-1].form + token.rest if bare else token.rest


def _extent(normalized: NormalizedText, mention: Mention) -> tuple[int, int]:
    """What is quoted as listed: 省的 before a name is a heading and left out, 全域 and 原 belong to it."""
    start, end = mention.start, mention.end + len(mention.broken)
    path = mention.token.path if mention.token is not None else ()
    if len(path) > 1 and path[0].meanings[0].level == "province" and normalized.chars[path[0].end] == "的":
        start = path[1].start
    if start and normalized.chars[start - 1] == "原" and start not in normalized.breaks:
        start -= 1
    if mention.lead.startswith("*"):
        start -= len(mention.lead)
    return start, end + get_tail(mention, normalized.chars)


def _level(answer: Answer) -> Level:
    token, option = answer.mention.token, answer.verdict.option
    if token is not None and token.rest_kind == "town":
        return "town"
    if answer.is_apart:
        return "special"
    if option is not None and option.level == "province":
        return "province"
    return "prefecture" if option is not None and option.level == "prefecture" else "county"


def _with_context(rows: tuple[Row, ...], answers: Sequence[Answer]) -> tuple[Row, ...]:
    """Give every row its context: what was given for it, and its neighbours."""
    out = []
    for place, (row, answer) in enumerate(zip(rows, answers, strict=True)):
        left = rows[place - 1].listed_text if place else ""
        right = rows[place + 1].listed_text if place + 1 < len(rows) else ""
        given = ">".join(
            dict.fromkeys(
                code for code in (*answer.context.strict, answer.context.inline, answer.context.carried) if code
            )
        )
        out.append(replace(row, context=f"{given}|{left}|{right}"))
    return tuple(out)


def resolve_names(
    names: Sequence[str],
    *,
    provinces: Sequence[str | None] | None = None,
    prefectures: Sequence[str | None] | None = None,
    as_of: date | str | None = None,
    decisions: Decisions | None = None,
) -> Resolution:
    """Resolve a column of names; as many rows come out as went in, in the same order.

    Parameters
    ----------
    names : sequence of str
        One place in each cell.
    provinces, prefectures : sequence of str or None, optional
        Other columns of the same table, names or codes.
    as_of : datetime.date or str, optional
        Date of the document (ISO).
    decisions : Decisions, optional
        Saved answers of a person.

    Returns
    -------
    Resolution
        One row a name.
    """
    gazetteer = load_gazetteer()
    month = _month(as_of)
    out = []
    for place, name in enumerate(names):
        given = (provinces[place] if provinces else None, prefectures[place] if prefectures else None)
        strict = tuple(code for code in (_find_code(gazetteer, one) for one in given) if code)
        row = _one_name(gazetteer, name, month, strict, place + 1)
        out.append(decisions.apply(row) if decisions is not None else row)
    return Resolution(tuple(out))


def _one_name(gazetteer: Gazetteer, name: str, as_of: str | None, strict: tuple[str, ...], order: int) -> Row:
    """Resolve one cell; anything but exactly one place, wholly read, is for review."""
    normalized, tokens = _tokenize(gazetteer, name)
    enumerations = read(tokens, gazetteer)
    roles = {mention: Role("listed") for enumeration in enumerations for mention in enumeration.members}
    for enumeration in enumerations:
        for mention in enumeration.members:
            roles[mention].op = "partial" if _part_behind(mention, normalized.chars) else "include"
    answers = Resolver(gazetteer, normalized, as_of, strict).answers(enumerations, roles)
    covered = sum(answer.mention.end - answer.mention.start for answer in answers)
    if len(answers) == 1 and MASKED.fullmatch(normalized.chars, 0, answers[0].mention.start):
        covered += answers[0].mention.start
    tail = (
        (_part_behind(answers[0].mention, normalized.chars) or get_tail(answers[0].mention, normalized.chars))
        if answers
        else 0
    )
    if len(answers) == 1 and covered + tail == len(normalized.chars):
        return _row(gazetteer, normalized, answers[0], order, context=">".join(strict), cell=name)
    row = _unsure_cell(gazetteer, normalized, name, answers, strict)
    return replace(row, order=order, context=">".join(strict))


def _part_behind(mention: Mention, chars: str) -> int:
    """Characters to the end of the cell that make it a part of what it names (部分地区, 东部山区); 0 for none."""
    for pattern in (PARTIAL, AREA_PART) if carries_level(mention) else ():
        if pattern.fullmatch(chars, mention.end):
            return len(chars) - mention.end
    return 0


def _unsure_cell(
    gazetteer: Gazetteer, normalized: NormalizedText, name: str, answers: Sequence[Answer], strict: tuple[str, ...]
) -> Row:
    """A cell that is not one place: look-alikes, or every place in it, as candidates."""
    rows = [_row(gazetteer, normalized, answer, 1) for answer in answers]
    codes = dict.fromkeys(code for row in rows for code in row.adcode)
    found = tuple(candidate(gazetteer, code, 0.6, "named in the cell") for code in codes)
    why = make_reason("cell")
    if not found:
        found = look_alikes(gazetteer, normalized.chars, strict, "")
        why = make_reason("looks_alike" if found else "no_such_name")
    status: Status = "review" if found else "unresolved"
    return Row(1, name, "include", "county", status, method="look-alike" if not codes else "cell not wholly read",
               reasons=(why,), candidates=found, start=0, end=len(name))  # fmt: skip
