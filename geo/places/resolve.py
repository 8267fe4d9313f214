"""Resolve a text to rows: every place accepted by rule, set apart, or put up for review."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from pilotzones.geo.notes import make_note
from pilotzones.geo.places.cells.cell_reader import ask_about_cell, ask_about_words, read_address_lines
from pilotzones.geo.places.cells.codes import check_written_code
from pilotzones.geo.places.cells.latin_text import find_latin_in_text
from pilotzones.geo.places.column_resolver import find_larger_code, parse_month
from pilotzones.geo.places.decisions import Decisions
from pilotzones.geo.places.ended_units import flag_absent_unit
from pilotzones.geo.places.former_ground import apply_ground
from pilotzones.geo.places.gazetteer import Gazetteer, load_gazetteer
from pilotzones.geo.places.models import Resolution, ResolvedRow
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.resolution.answer import MentionAnswer
from pilotzones.geo.places.resolution.codes_in_text import find_codes_in_text
from pilotzones.geo.places.resolution.disambiguation import make_candidate
from pilotzones.geo.places.resolution.labelled_words import find_labelled_items, find_labelled_words
from pilotzones.geo.places.resolution.mention_resolver import MentionResolver
from pilotzones.geo.places.resolution.mention_roles import assign_roles
from pilotzones.geo.places.resolution.unread_items import find_unread_items
from pilotzones.geo.places.resolution.unread_lines import find_unread_lines
from pilotzones.geo.places.row_builder import build_row
from pilotzones.geo.places.text.enumeration_parser import read_enumerations
from pilotzones.geo.places.text.normalized_text import NormalizedText, normalize_text
from pilotzones.geo.places.text.tokenizer import tokenize_text
from pilotzones.geo.places.text.unmatched_names import find_unread_names

__all__ = ["resolve_text"]


def resolve_text(
    text: str,
    *,
    as_of: date | str | None = None,
    province: str | None = None,
    decisions: Decisions | None = None,
    beside_list: bool = False,
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
    beside_list : bool, optional
        Whether the text stands around a list, so that words which take a place back speak of that list.

    Returns
    -------
    Resolution
        Rows in text order; places named in passing kept apart.
    """
    gazetteer = load_gazetteer(parse_month(as_of))
    strict = tuple(code for code in (find_larger_code(gazetteer, province),) if code)
    lines = read_address_lines(gazetteer, text, as_of=parse_month(as_of), strict=strict)
    if lines:
        return Resolution(apply_ground(lines if decisions is None else map(decisions.apply, lines), parse_month(as_of)))
    normalized, tokens = tokenize_text(text, gazetteer)
    enumerations = read_enumerations(tokens, gazetteer)
    roles = assign_roles(enumerations, normalized, beside_list=beside_list)
    answers = MentionResolver(gazetteer, normalized, parse_month(as_of), strict).answer_mentions(enumerations, roles)
    listed = [answer for answer in answers if answer.role.standing == "listed"]
    passing = [answer for answer in answers if answer.role.standing == "passing"]
    rows = tuple(build_row(gazetteer, normalized, answer, place) for place, answer in enumerate(listed, start=1))
    rows = _with_context(rows, listed) if rows or passing else _review_unread(gazetteer, normalized, strict)
    rows = tuple(check_written_code(row, text, as_of=parse_month(as_of)) for row in rows)
    aside = tuple(build_row(gazetteer, normalized, one, 0) for one in passing)
    coded = find_codes_in_text(gazetteer, text, [*rows, *aside], strict, as_of=parse_month(as_of))
    found_apart = [*coded, *find_latin_in_text(text, strict)]
    rows = _number_rows([*rows, *found_apart]) if found_apart else rows
    rows = tuple(flag_absent_unit(gazetteer, row, parse_month(as_of)) for row in rows)
    notes = () if rows else (make_note("only_passing", count=len(passing)) if passing else make_note("no_place"),)
    found = Resolution(rows, aside, notes)
    if listed:
        others = (one.mention for one in answers if one.role.standing not in {"listed", "passing"})
        headings = [
            (normalized.origin[one.start], normalized.origin[one.end - 1] + 1) for one in others if one.end > one.start
        ]
        found = _add_unread_lines(found, text, headings, strict)
        found = _add_labelled_words(found, text, headings)
        found = _add_unread_items(found, text, headings, strict)
    decided = found.rows if decisions is None else map(decisions.apply, found.rows)
    return replace(found, rows=apply_ground(decided, parse_month(as_of)))


def _add_unread_lines(
    resolution: Resolution, text: str, headings: Sequence[tuple[int, int]], strict: tuple[str, ...]
) -> Resolution:
    """Add a row for every line of a list of lines that was not read, or that was taken for a name in passing."""
    found = find_unread_lines(
        text,
        [(row.start, row.end) for row in resolution.rows],
        [(row.start, row.end) for row in resolution.passing],
        headings,
    )
    if not found:
        return resolution
    extents = {
        row: next(((a, b) for a, b in found if row.start == a and row.end >= b - 1), None) for row in resolution.passing
    }
    listed = [row for row, extent in extents.items() if extent is not None]
    filled = set(extents.values())
    listed += [ask_about_words(text, a, b, strict) for a, b in found if (a, b) not in filled]
    rows = _number_rows([*resolution.rows, *listed])
    return replace(resolution, rows=rows, passing=tuple(row for row, extent in extents.items() if extent is None))


def _add_unread_items(
    resolution: Resolution, text: str, headings: Sequence[tuple[int, int]], strict: tuple[str, ...]
) -> Resolution:
    """Add a row for every item of the enumerations of a resolution in which nothing was read."""
    others = [*((row.start, row.end) for row in resolution.passing), *headings]
    listed = [(row.start, row.end) for row in resolution.rows if row.op != "address"]
    found = [ask_about_words(text, *item, strict) for item in find_unread_items(text, listed, others)]
    return replace(resolution, rows=_number_rows([*resolution.rows, *found])) if found else resolution


def _add_labelled_words(resolution: Resolution, text: str, headings: Sequence[tuple[int, int]]) -> Resolution:
    """Make a larger unit that labels unread words a question, and the words rows."""
    spans = [(row.start, row.end) for row in (*resolution.rows, *resolution.passing)]
    rows: list[ResolvedRow] = []
    for row in resolution.rows:
        words = find_labelled_words(text, row.end) if row.level in {"province", "prefecture"} else None
        is_open = row.status in {"accepted", "review"}
        if words is None or not is_open or any(a < words[1] and b > words[0] for a, b in spans):
            rows.append(row)
            continue
        why = make_reason("nothing_below")
        found = row.candidates or tuple(make_candidate(load_gazetteer(), code, 0.6, str(why)) for code in row.adcode)
        rows.append(replace(row, status="review", reasons=(*row.reasons, why), candidates=found))
        rows += [ask_about_words(text, *item, row.adcode) for item in find_labelled_items(text, words, spans)]
    for _, end in headings:
        words = find_labelled_words(text, end)
        if words is not None and any(a < words[1] and b > words[0] for a, b in spans):
            rows += [ask_about_words(text, *item) for item in find_labelled_items(text, words, [*spans, *headings])]
    if len(rows) == len(resolution.rows):
        return replace(resolution, rows=tuple(rows))
    return replace(resolution, rows=_number_rows({row.start: row for row in reversed(rows)}.values()))


def _number_rows(rows: Iterable[ResolvedRow]) -> tuple[ResolvedRow, ...]:
    """Sort rows in text order, and number them from 1."""
    ordered = sorted(rows, key=lambda row: row.start)
    return tuple(replace(row, order=number) for number, row in enumerate(ordered, start=1))


def _review_unread(
    gazetteer: Gazetteer, normalized: NormalizedText, strict: tuple[str, ...]
) -> tuple[ResolvedRow, ...]:
    """Review a text that is nothing but names nobody knows: a row for each, with what it looks like."""
    rows: list[ResolvedRow] = []
    for start, end in find_unread_names(normalized):
        row = ask_about_cell(
            gazetteer, normalize_text(normalized.get_source(start, end)), normalized.get_source(start, end), (), strict
        )
        first, last = normalized.origin[start], normalized.origin[end - 1] + 1
        rows.append(replace(row, order=len(rows) + 1, start=first, end=last, context=">".join(strict)))
    return tuple(rows)


def _with_context(rows: tuple[ResolvedRow, ...], answers: Sequence[MentionAnswer]) -> tuple[ResolvedRow, ...]:
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
