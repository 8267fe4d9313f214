"""Write the answer for a mention as a row: what is quoted, which place it is, and where it stands in the input."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pilotzones.geo.places.gazetteer import Gazetteer
from pilotzones.geo.places.models import Level, ResolvedRow
from pilotzones.geo.places.resolution.answer import MentionAnswer
from pilotzones.geo.places.text.mentions import Mention, get_tail
from pilotzones.geo.places.text.normalized_text import NormalizedText, Token
from pilotzones.geo.places.text.patterns import UNIT_ENDINGS

__all__ = ["build_row"]

_BREAKS = r"\s*[\r\n]\s*"


def build_row(
    gazetteer: Gazetteer,
    normalized: NormalizedText,
    answer: MentionAnswer,
    order: int,
    *,
    context: str = "",
    cell: str = "",
) -> ResolvedRow:
    """Write an answer as a row.

    Parameters
    ----------
    gazetteer : Gazetteer
        Today's table.
    normalized : NormalizedText
        The text.
    answer : MentionAnswer
        Of a mention in it.
    order : int
        Position among the rows, from 1.
    context : str, optional
        What a saved decision is found by, with the listed text.
    cell : str, optional
        The listed text when a whole cell is one name.

    Returns
    -------
    ResolvedRow
    """
    mention, verdict = answer.mention, answer.verdict
    start, end = _find_extent(normalized, mention)
    listed = cell or re.sub(_BREAKS, "", normalized.get_source(start, end))
    unit = _make_resolution(gazetteer, answer, listed)
    old = verdict.option.meaning.old if verdict.option is not None and unit.name and not answer.is_apart else None
    first, last = (0, len(cell)) if cell or start >= end else (normalized.origin[start], normalized.origin[end - 1] + 1)
    return ResolvedRow(
        order, listed, answer.role.op, unit.level, verdict.status, unit.name, unit.province, unit.prefecture,
        unit.adcode, unit.containers, verdict.method, tuple(verdict.reasons), verdict.candidates, first, last, context,
        former_unit=f"{old.code} {old.name}" if old is not None else "",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _FoundUnit:
    """The part of a row that says which place it is."""

    level: Level
    name: str = ""
    province: str = ""
    prefecture: str = ""
    adcode: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()


def _make_resolution(gazetteer: Gazetteer, answer: MentionAnswer, listed: str) -> _FoundUnit:
    """Name the place an answer leads to; nothing is named where the choice is open."""
    verdict, option = answer.verdict, answer.verdict.option
    level = _classify_answer(answer)
    if answer.is_apart:
        return _resolve_apart(gazetteer, answer, level, listed)
    if option is None or not option.codes or (verdict.status == "review" and verdict.method == "ambiguous"):
        return _FoundUnit(level)
    unit = gazetteer.units[option.codes[0]]
    if option.meaning.old is None or len(option.codes) == 1:
        level = unit.level
    name = "、".join(gazetteer.units[code].name for code in option.codes)
    return _FoundUnit(level, name, unit.province, unit.prefecture, option.codes)


def _resolve_apart(gazetteer: Gazetteer, answer: MentionAnswer, level: Level, listed: str) -> _FoundUnit:
    """Name a town or special area, with the units it lies in; a code only where it has the extent of one exactly."""
    known = [gazetteer.units[code] for code in answer.containers if code in gazetteer.units]
    option, token = answer.verdict.option, answer.mention.token
    own = option.meaning.special.same_extent if option is not None and option.meaning.special is not None else ""
    name = option.meaning.name if option is not None else _format_rest_name(token, answer.containers) or listed
    provinces = {unit.province for unit in known}
    prefectures = {unit.prefecture for unit in known}
    province = provinces.pop() if len(provinces) == 1 else ""
    prefecture = prefectures.pop() if len(prefectures) == 1 else ""
    containers = tuple(unit.code for unit in known)
    return _FoundUnit(
        level, name, province, prefecture, *((containers, ()) if containers == (own,) else ((), containers))
    )


def _format_rest_name(token: Token | None, containers: tuple[str, ...]) -> str:
    """Name of a town or area, with the bare name it is built on (万盛经开区), without the unit it lies in."""
    if token is None or not token.rest:
        return ""
    if token.path and not {code for meaning in token.path[-1].meanings for code in meaning.codes} & {*containers}:
        return token.text
    bare = token.path and token.path[-1].form[-1] not in UNIT_ENDINGS and token.rest_kind != "town"
    return token.path[-1].form + token.rest if bare else token.rest


def _find_extent(normalized: NormalizedText, mention: Mention) -> tuple[int, int]:
    """Find what is quoted as listed: 省的 before a name is a heading and left out, 全域 and 原 belong to it."""
    start, end = mention.start, mention.end + len(mention.broken)
    path = mention.token.path if mention.token is not None else ()
    # In 易县（河北省） and 易县 河北省 the larger unit stands behind.
    follows = len(path) > 1 and path[0].end < path[1].start
    if follows and path[0].meanings[0].level == "province" and normalized.chars[path[0].end] == "的":
        start = path[1].start
    if start and normalized.chars[start - 1] == "原" and start not in normalized.breaks:
        start -= 1
    if mention.lead.startswith("*"):
        start -= len(mention.lead)
    return start, end + get_tail(mention, normalized)


def _classify_answer(answer: MentionAnswer) -> Level:
    token, option = answer.mention.token, answer.verdict.option
    if token is not None and token.rest_kind == "town":
        return "town"
    if token is not None and token.rest_kind == "region":
        return "region"
    if answer.is_apart:
        return "special"
    if option is not None and option.level == "province":
        return "province"
    return "prefecture" if option is not None and option.level == "prefecture" else "county"
