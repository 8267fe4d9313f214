"""Read a cell of a table or a line of a list as one place: a name, an address, or a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pilotzones.geo.places.cells.addresses import is_village, read_address
from pilotzones.geo.places.cells.latin_names import find_latin_names, is_latin, resolve_latin
from pilotzones.geo.places.fuzzy_matching import find_look_alikes
from pilotzones.geo.places.gazetteer import Gazetteer, load_gazetteer
from pilotzones.geo.places.models import ResolvedRow, Status
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.resolution.answer import MentionAnswer
from pilotzones.geo.places.resolution.disambiguation import make_candidate
from pilotzones.geo.places.resolution.mention_resolver import MentionResolver
from pilotzones.geo.places.resolution.mention_roles import Role
from pilotzones.geo.places.resolution.review_flags import MASKED
from pilotzones.geo.places.row_builder import build_row
from pilotzones.geo.places.text.enumeration_parser import read_enumerations
from pilotzones.geo.places.text.mentions import Mention, get_tail, has_level
from pilotzones.geo.places.text.normalized_text import NormalizedText, normalize_text
from pilotzones.geo.places.text.patterns import AREA_PART, PARTIAL
from pilotzones.geo.places.text.retractions import find_retractions
from pilotzones.geo.places.text.tokenizer import tokenize_text

__all__ = ["ask_about_cell", "ask_about_words", "is_address_list", "read_address_lines", "read_cell"]

# A line of a list of addresses holds no separator of an enumeration and ends no sentence.
_LINE = r"[^\r\n]+"
# 德清县 937.95平方公里: a figure that is no number of a house.
_QUANTITY = r"\d\s{0,4}(?:[万亿百千]{0,2}(?:平方公里|平方千米|km2|km²|公顷|亩|人|元|户|吨|%|％|分))$"
_SINGLE = r"(?:[^、；;。！!？?\t|]|、(?=[0-9])){1,120}"
# Several numbers in one line number the items of a list.
_NUMBERED = r"(?<![\d.])\d{1,2}[.、．](?=\s*[\u4e00-\u9fff])"
_NUMBERING = r"(?:(?:\d{1,3}|[一二三四五六七八九十]{1,3})[.、．)）]|[(（][\d一二三四五六七八九十]{1,3}[)）]|[①-⑳])\s*"
# From this share of sure addresses on, every line is one, whatever it holds.
_MIN_SHARE = 1 / 3
_LIKE_A_UNIT = r"[\u4e00-\u9fff]{1,10}[省市县区旗州盟]"


def read_cell(gazetteer: Gazetteer, name: str, as_of: str | None, strict: tuple[str, ...], order: int) -> ResolvedRow:
    """Resolve one cell; anything but exactly one place or an address, wholly read, is for review.

    Parameters
    ----------
    gazetteer : Gazetteer
        Today's table and the older names.
    name : str
        Text of the cell.
    as_of : str or None
        Date of the document, YYYY-MM.
    strict : tuple of str
        Codes of other columns that the place should lie in.
    order : int
        Position among the rows, from 1.

    Returns
    -------
    ResolvedRow
    """
    latin = find_latin_names(name) if is_latin(name) else []
    if len(latin) == 1:
        row = resolve_latin(name, latin[0], strict)
        return replace(row, order=order, listed_text=name, start=0, end=len(name), context=">".join(strict))
    normalized, tokens = tokenize_text(name, gazetteer)
    enumerations = read_enumerations(tokens, gazetteer)
    roles = {mention: Role("listed") for enumeration in enumerations for mention in enumeration.members}
    for enumeration in enumerations:
        for mention in enumeration.members:
            roles[mention].op = "partial" if _measure_part(mention, normalized.chars) else "include"
    answers = MentionResolver(gazetteer, normalized, as_of, strict).answer_mentions(enumerations, roles)
    covered = sum(answer.mention.end - answer.mention.start for answer in answers)
    if len(answers) == 1 and MASKED.fullmatch(normalized.chars, 0, answers[0].mention.start):
        covered += answers[0].mention.start
    tail = (
        (_measure_part(answers[0].mention, normalized.chars) or get_tail(answers[0].mention, normalized))
        if answers
        else 0
    )
    context = ">".join(strict)
    if len(answers) == 1 and covered + tail == len(normalized.chars):
        row = build_row(gazetteer, normalized, answers[0], order, context=context, cell=name)
        return _locate_village(gazetteer, row)
    address = read_address(gazetteer, name, as_of=as_of, strict=strict)
    row = address or ask_about_cell(gazetteer, normalized, name, answers, strict)
    for retraction in find_retractions(enumerations, normalized).values() if address is None else ():
        # 嘉善县（除外） in a cell: the words are the reason to ask.
        out = retraction.kind == "out"
        why = make_reason("taken_back" if out else "left_open", words=retraction.words)
        row = replace(row, op="exclude" if out else row.op, reasons=(why,))
    return replace(row, order=order, context=context)


def _locate_village(gazetteer: Gazetteer, row: ResolvedRow) -> ResolvedRow:
    """Locate a village written with its town and county: it is an address in that county."""
    if row.level != "town" or not is_village(row.name) or len(row.container_adcode) != 1:
        return row
    unit = gazetteer.units[row.container_adcode[0]]
    if unit.level != "county":
        return row
    return replace(
        row, op="address", level="county", status="accepted", name=unit.name, adcode=(unit.code,), container_adcode=(),
        method="address",
    )  # fmt: skip


def _measure_part(mention: Mention, chars: str) -> int:
    """Measure the characters to the end of the cell that make it a part of what it names (部分地区, 东部山区); 0 for none."""
    for pattern in (PARTIAL, AREA_PART) if has_level(mention) else ():
        if pattern.fullmatch(chars, mention.end):
            return len(chars) - mention.end
    return 0


def ask_about_cell(
    gazetteer: Gazetteer,
    normalized: NormalizedText,
    name: str,
    answers: Sequence[MentionAnswer],
    strict: tuple[str, ...],
) -> ResolvedRow:
    """Write the row of a cell that is not one place: look-alikes, or every place in it, as candidates.

    Parameters
    ----------
    gazetteer : Gazetteer
        Today's table.
    normalized : NormalizedText
        Text of the cell.
    name : str
        The cell verbatim.
    answers : sequence of Answer
        For the places in it.
    strict : tuple of str
        Codes of other columns.

    Returns
    -------
    ResolvedRow
    """
    rows = [build_row(gazetteer, normalized, answer, 1) for answer in answers]
    codes = dict.fromkeys(code for row in rows for code in row.adcode)
    candidates = tuple(make_candidate(gazetteer, code, 0.6, "named in the cell") for code in codes)
    why = make_reason("cell")
    if not candidates:
        candidates = find_look_alikes(gazetteer, normalized.chars, strict, "")
        why = make_reason("looks_alike" if candidates else "no_such_name")
    status: Status = "review" if candidates else "unresolved"
    return ResolvedRow(1, name, "include", "county", status, method="look-alike" if not codes else "cell not wholly read",
               reasons=(why,), candidates=candidates, start=0, end=len(name))  # fmt: skip


def ask_about_words(text: str, start: int, end: int, strict: tuple[str, ...] = ()) -> ResolvedRow:
    """Write the row of words of a text that nothing was read in.

    Parameters
    ----------
    text : str
    start, end : int
        The words.
    strict : tuple of str, optional
        Codes that a place in them should lie in.

    Returns
    -------
    ResolvedRow
        Unresolved, or for review with look-alikes.
    """
    words = text[start:end]
    row = ask_about_cell(load_gazetteer(), normalize_text(words), words, (), strict)
    return replace(row, start=start, end=end, context=">".join(strict))


def is_address_list(text: str) -> bool:
    """Whether a text is a list of addresses, one a line.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return bool(read_address_lines(load_gazetteer(), text))


def read_address_lines(
    gazetteer: Gazetteer, text: str, *, as_of: str | None = None, strict: tuple[str, ...] = ()
) -> tuple[ResolvedRow, ...]:
    """Read a text as a list of addresses, one a line: one row a line, whatever the line holds.

    Parameters
    ----------
    gazetteer : Gazetteer
        Today's table and the older names.
    text : str
        Any text.
    as_of : str, optional
        Date of the document, YYYY-MM.
    strict : tuple of str, optional
        Codes that every address should lie in.

    Returns
    -------
    tuple of Row
        Empty when the text is anything else than a list of addresses.
    """
    # A line of blanks is left out here: to look for a sign in it would take time that grows with its square.
    lines = [line for line in re.finditer(_LINE, text) if not line[0].isspace()]
    if not lines or not all(re.fullmatch(_SINGLE, line[0].strip()) for line in lines):
        return ()
    if any(re.search(_QUANTITY, line[0].rstrip()) or len(re.findall(_NUMBERED, line[0])) > 1 for line in lines):
        return ()
    sure = [read_address(gazetteer, line[0].strip(), plain=False) is not None for line in lines]
    if not any(sure):
        return ()
    rows = [_read_line(gazetteer, line, as_of, strict, order) for order, line in enumerate(lines, start=1)]
    if sum(sure) < _MIN_SHARE * len(lines) and not all(map(_is_line_item, rows)):
        return ()
    rows = [_as_address(gazetteer, row) for row in rows]
    texts = ["", *(row.listed_text for row in rows), ""]
    return tuple(replace(row, context=f"{row.context}|{texts[row.order - 1]}|{texts[row.order + 1]}") for row in rows)


def _read_line(
    gazetteer: Gazetteer, line: re.Match[str], as_of: str | None, strict: tuple[str, ...], order: int
) -> ResolvedRow:
    """Read a line, its numbering left out where nothing but a name stands behind it, and put its row where it stands."""
    text = line[0].strip()
    start = line.start() + len(line[0]) - len(line[0].lstrip())
    number = re.match(_NUMBERING, text)
    if number is not None and text[number.end() :] in gazetteer.forms:
        start, text = start + number.end(), text[number.end() :]
    row = read_cell(gazetteer, text, as_of, strict, order)
    return replace(row, start=start, end=start + len(row.listed_text))


def _is_line_item(row: ResolvedRow) -> bool:
    """Whether a line holds one county, one address, or one name that nobody knows; a larger unit may be a heading."""
    known = row.status in {"accepted", "not_a_county"} and row.level not in {"province", "prefecture"}
    return (
        row.op == "address" or known or (not row.candidates and re.fullmatch(_LIKE_A_UNIT, row.listed_text) is not None)
    )


def _as_address(gazetteer: Gazetteer, row: ResolvedRow) -> ResolvedRow:
    """Turn a larger unit that fills a line among addresses into an address that says no more, and no member."""
    if row.status != "accepted" or row.op != "include" or row.level not in {"province", "prefecture"}:
        return row
    reasons = (*row.reasons, make_reason("no_county", name=row.name))
    return replace(row, op="address", reasons=reasons if gazetteer.counties_of.get(row.adcode[0]) else row.reasons)
