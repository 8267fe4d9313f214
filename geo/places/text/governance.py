"""Words that name the unit which governs a place (由成都市代管): that unit is no place of the list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pilotzones.geo.places.text.normalized_text import Token

__all__ = ["drop_governments", "fold_governing_units", "is_governance_note"]

_VERB = r"(?:代管|托管|直管|直辖|管辖|管理|代为管理|直接管理|领导)"
_LEAD = re.compile(r"(?:由|委托|[归属]|划归|划入|隶属于?|隶属|属于)$")
_BELONGS = re.compile(r"(?:划归|划入|隶属于?|属于?|归属?)$")
_TRAIL = re.compile(rf"(?:负责|进行|统一|实际|全面|直接)?{_VERB}")
# What a province or prefecture does for a list without being of it (由江苏省另行确定).
_ACTS = re.compile(r"(?:人民政府)?(?:另行|负责|组织(?!部)|牵头|统筹|审批|批准|认定|确定|制定|制订|印发|推荐|会同|自行)")
_ANY = re.compile(rf"{_VERB}|{_BELONGS.pattern}|由$|委托$")
_GOVERNMENT = re.compile(r"(?:人民)?政府(和|与|及|以及)?")
_MAX_NOTE_TOKENS = 8
_MOVED = 2  # names
_MOVES = re.compile(
    r"(?:所?辖|代管|托管|管辖|管理)?[,，]?"
    r"(?:划归|改为|转为|划入|划给|改由|转由|调整[由为到]|移交给?|变更[由为])[给由]?"
)
_DATE = r"[自于从]?[0-9]{4}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?(?:起|以后|后|以来)?"
_NOTE_BEFORE = re.compile(rf"(?:{_DATE})?(?:现|今|仍|已|行政区划)?(?P<lead>由|委托|归|划归|划入|隶属于?|属于?)?")
_NOTE_BEHIND = re.compile(
    rf"(?:负责|进行|统一|实际|全面|直接)?{_VERB}(?:的?(?:省直管县级市|县级市|县|市|区))?|所[属辖]|下辖"
)
_GOVERNANCE_NOTE = re.compile(
    rf"(?:{_NOTE_BEFORE.pattern.replace('?P<lead>', '?:')})[\u4e00-\u9fff]{{2,12}}(?:{_VERB})(?:的?(?:县级市|县|市|区))?"
    rf"|(?:{_DATE})?(?:划归|划入|隶属于?|属于)[\u4e00-\u9fff]{{2,12}}"
)


def fold_governing_units(tokens: Sequence[Token]) -> list[Token]:
    """Turn a unit that is named only as the one that governs another into words, or into where the other lies.

    Parameters
    ----------
    tokens : sequence of Token
        In text order.

    Returns
    -------
    list of Token
        In a parenthesis the unit alone is left (简阳市（由成都市代管） is read like 简阳市（成都市））; elsewhere the unit and
        the words around it become one piece of text.
    """
    if not any(_ANY.search(token.text) for token in tokens):
        return list(tokens)
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "open" and (note := _read_note(tokens, at)):
            out += [token, note[0]]
            at = note[1]
            continue
        if token.kind == "name" and _is_governor(tokens, at):
            words = [out.pop()] if out[-1].kind == "text" else []
            words += [token, tokens[at + 1]]
            out.append(Token("text", words[0].start, words[-1].end, "".join(one.text for one in words)))
            at += 2
            continue
        if token.kind == "name" and len(token.path) > 1 and re.search(rf"{_VERB}的", token.text):
            _drop_by(out)
        out.append(token)
        at += 1
    return out


def drop_governments(tokens: Sequence[Token]) -> list[Token]:
    """Drop from an enumeration of governments the word behind each but the last (甲县人民政府、乙县人民政府), as if said once.

    Parameters
    ----------
    tokens : sequence of Token
        In text order.

    Returns
    -------
    list of Token
    """
    if not any(token.kind == "text" and _GOVERNMENT.match(token.text) for token in tokens):
        return list(tokens)
    out: list[Token] = []
    for place, token in enumerate(tokens):
        word = _GOVERNMENT.match(token.text) if token.kind == "text" and out and out[-1].kind == "name" else None
        following = [one.kind for one in tokens[place + 1 : place + 3]]
        joined = word is not None and (
            (
                not word[1]
                and tokens[place + 1 : place + 2]
                and tokens[place + 1].text == "、"
                and following[1:] == ["name"]
            )
            or (bool(word[1]) and following[:1] == ["name"])
        )
        if word is None or not joined or word.end() < len(token.text):
            out.append(token)
        elif word[1]:
            out.append(replace(token, start=token.start + word.start(1), text=word[1]))
    return out


def is_governance_note(text: str) -> bool:
    """Whether a note says nothing but who governs the place before it (由成都市代管; 2011年划归合肥市管辖; 隶属宁波市).

    Parameters
    ----------
    text : str
        Folded.

    Returns
    -------
    bool
    """
    return _GOVERNANCE_NOTE.fullmatch(text) is not None


def _read_note(tokens: Sequence[Token], at: int) -> tuple[Token, int] | None:
    """Read a parenthesis that says nothing but who governs the name before it; with the position of its end."""
    end = next(
        (place for place in range(at + 1, min(at + _MAX_NOTE_TOKENS, len(tokens))) if tokens[place].kind == "close"), 0
    )
    inside = tokens[at + 1 : end] if end else ()
    names = [place for place, token in enumerate(inside) if token.kind == "name"]
    between = "".join(token.text for token in inside[names[0] + 1 : names[1]]) if len(names) == _MOVED else ""
    if _MOVES.fullmatch(between):
        # 2020年由四平市划归长春市代管: the last of the two is meant.
        inside, names = [replace(inside[names[0]], kind="text", text="划归"), *inside[names[1] :]], [1]
    if len(names) != 1 or not inside[names[0]].path or inside[names[0]].rest:
        return None
    before = "".join(token.text for token in inside[: names[0]] if token.text not in ",，")
    behind = "".join(token.text for token in inside[names[0] + 1 :])
    lead, trail = _NOTE_BEFORE.fullmatch(before), not behind or _NOTE_BEHIND.fullmatch(behind)
    if lead is None or not trail or (not behind and _BELONGS.search(before) is None):
        return None
    return inside[names[0]], end


def _is_governor(tokens: Sequence[Token], at: int) -> bool:
    """Whether a name stands between 由 and 代管 and the like, or is a clause of its own with such a verb (，合肥市代管。)."""
    if not 0 < at < len(tokens) - 1 or tokens[at + 1].kind != "text":
        return False
    before, verb = tokens[at - 1], _TRAIL.match(tokens[at + 1].text)
    if before.kind == "text" and before.text.endswith("由") and _is_larger(tokens[at]):
        return verb is not None or _ACTS.match(tokens[at + 1].text) is not None
    if before.kind == "text":
        return verb is not None and _LEAD.search(before.text) is not None
    return verb is not None and before.text in ",，" and verb.end() == len(tokens[at + 1].text)


def _is_larger(token: Token) -> bool:
    """Whether a name is that of a province or prefecture."""
    meanings = token.path[-1].meanings if token.path and not token.rest else ()
    return bool(meanings) and all(meaning.level in {"province", "prefecture"} for meaning in meanings)


def _drop_by(out: list[Token]) -> None:
    """Drop 由 before a name written with the unit that governs it (由焦作市代管的沁阳市)."""
    if not out or out[-1].kind != "text" or not out[-1].text.endswith("由"):
        return
    last = out.pop()
    if len(last.text) > 1:
        out.append(replace(last, end=last.end - 1, text=last.text[:-1]))
