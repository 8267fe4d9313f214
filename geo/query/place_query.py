"""Questions to `pilotzones.geo.query.applicability`: a code, a coordinate, a name, or a whole table, rows in = rows out."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from pilotzones.geo.places import resolve_names
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.history import (
    Period,
    UnitMatch,
    UnitQuery,
    UnitSpell,
    match_present_unit,
    match_unit,
    name_parents,
    restrict_to_ground,
)
from pilotzones.geo.query.applicability import SUBJECTS, ApplicabilityIndex, Hit
from pilotzones.geo.query.question_reader import PlaceQuery, read_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd

    from pilotzones.geo.boundaries.county_table import County
    from pilotzones.geo.places import ResolvedRow
    from pilotzones.geo.places.reason_codes import ReviewReason

__all__ = [
    "ANSWER_COLUMNS",
    "AnswerStatus",
    "How",
    "PlaceAnswer",
    "answer_in_parts",
    "ask",
    "ask_all",
    "to_frame",
]

AnswerStatus = Literal["found", "review", "outside", "unresolved"]
How = Literal["code", "point", "listed", "name", "placeholder", "statistical"]
# Rows answered between two calls for progress.
_CHUNK_ROWS: Final = 2_000
ANSWER_COLUMNS: Final = (
    "status", "how", "candidates", "year", "unit_code", "unit", "unit_prefecture", "unit_province", "today", "changes",
    "notes", "adcode", "county", "prefecture", "province", "programmes", "kinds",
    *(f"{subject}s" for subject in SUBJECTS), "clauses", "conditions",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """What applies at one place.

    Parameters
    ----------
    text : str
        What was asked.
    status : {"found", "review", "outside", "unresolved"}
        ``review``: the name may be one of `candidates`; ``outside``: the coordinate lies in no county.
    how : {"code", "point", "listed", "name", "placeholder", "statistical"}
        ``listed``: it is the name of a town or special area of a programme; ``placeholder`` and ``statistical``: it is a
        known row of code tables that is no division.
    parts : tuple of (County, tuple of Hit)
        One for each county of the place; several for a prefecture, a province or an area across counties.
    candidates : tuple of str
        Code and name of places it may be.
    match : UnitMatch or None
        The unit as it stood, what became of it, and what to know of it; of rows with a code or a year.
    period : Period or None
        The year or date it was asked for.
    """

    text: str
    status: AnswerStatus
    how: How
    parts: tuple[tuple[County, tuple[Hit, ...]], ...] = ()
    candidates: tuple[str, ...] = ()
    match: UnitMatch | None = None
    period: Period | None = None

    @property
    def notes(self) -> tuple[ReviewReason, ...]:
        """What a reader should know."""
        return self.match.notes if self.match is not None else ()

    @property
    def applies(self) -> bool:
        """Whether anything applies there."""
        return any(hits for _, hits in self.parts)


def ask(applies: ApplicabilityIndex, text: str, *, period: Period | None = None) -> PlaceAnswer:
    """Answer one question.

    Parameters
    ----------
    applies : ApplicabilityIndex
    text : str
        A name, a six-digit code, or longitude and latitude [degree, WGS 84].
    period : Period, optional
        The year or date the name or code is of.

    Returns
    -------
    PlaceAnswer
    """
    return ask_all(applies, [read_place(text, period)])[0]


def ask_all(applies: ApplicabilityIndex, questions: Sequence[PlaceQuery]) -> list[PlaceAnswer]:
    """Answer many questions; as many answers come out as questions went in, in the same order.

    Parameters
    ----------
    applies : ApplicabilityIndex
    questions : sequence of PlaceQuery
        A coordinate counts before a code and a name, which are compared.

    Returns
    -------
    list of PlaceAnswer
    """
    return [answer for part in answer_in_parts(applies, questions) for answer in part]


def answer_in_parts(
    applies: ApplicabilityIndex, questions: Sequence[PlaceQuery], *, progress: Callable[[int], None] | None = None
) -> Iterator[list[PlaceAnswer]]:
    """Answer many questions a part at a time, so that the answers to a large table are never in memory together.

    Parameters
    ----------
    applies : ApplicabilityIndex
    questions : sequence of PlaceQuery
    progress : callable, optional
        As for `ask_all`.

    Yields
    ------
    list of PlaceAnswer
        Answers to the next questions, in order.
    """
    batch = _Batch(applies)
    for start in range(0, len(questions), _CHUNK_ROWS):
        yield batch.answer(questions[start : start + _CHUNK_ROWS])
        if progress is not None:
            progress(min(start + _CHUNK_ROWS, len(questions)))


class _Batch:
    """Answers to many questions; what is asked twice is worked out once."""

    def __init__(self, applies: ApplicabilityIndex) -> None:
        self._applies = applies
        self._listed = _index_listed_names(applies)
        self._matches: dict[UnitQuery, UnitMatch] = {}
        self._parts: dict[tuple[str, ...], tuple[tuple[County, tuple[Hit, ...]], ...]] = {}
        self._rows: dict[str, list[int]] = {}
        self._named: dict[PlaceQuery, PlaceAnswer] = {}

    def answer(self, questions: Sequence[PlaceQuery]) -> list[PlaceAnswer]:
        points = _find_rows_of_points(self._applies, questions)
        answers: dict[int, PlaceAnswer] = {}
        for place, question in enumerate(questions):
            if question.lon is not None:
                rows = [points[place]] if points[place] >= 0 else []
                answers[place] = self._answer_rows(question, "point", rows, "outside")
                continue
            result = self._match_unit(question)
            # A row of a year means the division of that year before a town or area of a programme.
            is_division = result is not None and (question.code or result.status == "found")
            if not is_division and (codes := _index_listed_codes(self._listed, question)):
                answers[place] = self._answer_codes(question, "listed", tuple(codes))
            elif result is not None:
                answers[place] = result
        self._resolve([question for place, question in enumerate(questions) if place not in answers])
        return [
            _flag_unread(answers.get(place) or self._named[question], question.unread)
            for place, question in enumerate(questions)
        ]

    def _match_unit(self, question: PlaceQuery) -> PlaceAnswer | None:
        """Find the unit of a row with a code or a year; None when the name needs the resolver."""
        if not question.code and question.period is None:
            return None
        query = UnitQuery(
            question.name, question.code, question.period, question.province, question.prefecture, question.level
        )
        match = self._matches.get(query)
        if match is None:
            match = self._matches[query] = restrict_to_ground(match_unit(query), query.period, with_founded=False)
        how: How = "code" if question.code else "name"
        if match.status == "found":
            codes = () if match.fate is None or match.is_dissolved else match.fate.counties
            kind: How = how if match.kind == "unit" else match.kind
            return PlaceAnswer(question.text, "found", kind, self._find_parts(codes), (), match, question.period)
        if match.status == "review":
            return self._answer_review(question, how, match)
        return None if question.name and not question.code else self._answer_unknown(question, match)

    @staticmethod
    def _answer_review(question: PlaceQuery, how: How, match: UnitMatch) -> PlaceAnswer:
        readings = tuple(_describe_reading(one) for one in match.readings)
        return PlaceAnswer(question.text, "review", how, (), readings, match, question.period)

    def _answer_unknown(self, question: PlaceQuery, match: UnitMatch) -> PlaceAnswer:
        """Answer a code that no code table has: it may still be one of a user's own polygons."""
        parts = self._find_parts((question.code,))
        return PlaceAnswer(question.text, "found" if parts else "unresolved", "code", parts, (), match, question.period)

    def _resolve(self, questions: Sequence[PlaceQuery]) -> None:
        """Let the resolver read the names that are left, those of one date together."""
        groups: dict[Period | None, list[PlaceQuery]] = defaultdict(list)
        for question in dict.fromkeys(questions):
            if question not in self._named:
                groups[question.period].append(question)
        for period, group in groups.items():
            resolution = resolve_names(
                [question.name for question in group],
                provinces=[question.province or None for question in group],
                prefectures=[question.prefecture or None for question in group],
                as_of=period.last if period is not None else None,
            )
            for question, row in zip(group, resolution.rows, strict=True):
                self._named[question] = self._answer_named(question, row)

    def _answer_named(self, question: PlaceQuery, row: ResolvedRow) -> PlaceAnswer:
        meant = row.adcode or row.container_adcode
        units, counties_of = load_gazetteer().units, load_gazetteer().counties_of
        is_wide = any(unit.code != code for code in meant for unit in counties_of.get(code, ()))
        if is_wide and (row.op == "address" or row.level == "town" or not row.adcode):
            # The county is not known, and what applies to the whole may not apply there.
            candidates = tuple(f"{code} {units[code].name}" for code in meant)
        elif row.status in ("accepted", "not_a_county") and meant:
            # What a unit of today has been, and what happened to it since the polygons were drawn.
            match = match_present_unit(row.adcode[0], question.period) if len(row.adcode) == 1 else None
            if match is not None and match.status == "review":
                return self._answer_review(question, "name", match)
            codes = tuple(meant)
            if match is not None and question.period is not None and match.fate is not None:
                match = restrict_to_ground(match, question.period, with_founded=False)
                codes = match.fate.counties if match.fate is not None else codes
            return replace(self._answer_codes(question, "name", codes), match=match)
        else:
            candidates = tuple(f"{one.adcode} {one.name}" for one in row.candidates)
        status: AnswerStatus = "review" if candidates else "unresolved"
        return PlaceAnswer(question.text, status, "name", (), candidates, None, question.period)

    def _find_rows(self, code: str) -> list[int]:
        if code not in self._rows:
            self._rows[code] = self._applies.find_rows(code)
        return self._rows[code]

    def _find_parts(self, codes: tuple[str, ...]) -> tuple[tuple[County, tuple[Hit, ...]], ...]:
        if codes not in self._parts:
            rows = dict.fromkeys(row for code in codes for row in self._find_rows(code))
            self._parts[codes] = tuple((self._applies.counties[row], self._applies.list_hits(row)) for row in rows)
        return self._parts[codes]

    def _answer_codes(self, question: PlaceQuery, how: How, codes: tuple[str, ...]) -> PlaceAnswer:
        parts = self._find_parts(codes)
        return PlaceAnswer(question.text, "found" if parts else "unresolved", how, parts, (), None, question.period)

    def _answer_rows(self, question: PlaceQuery, how: How, rows: Sequence[int], missing: AnswerStatus) -> PlaceAnswer:
        parts = tuple((self._applies.counties[row], self._applies.list_hits(row)) for row in rows)
        return PlaceAnswer(question.text, "found" if parts else missing, how, parts, (), None, question.period)


def _flag_unread(answer: PlaceAnswer, unread: tuple[ReviewReason, ...]) -> PlaceAnswer:
    """Put an answer to review where a cell of its row was not read: what it says might be another place or time."""
    if not unread:
        return answer
    match = answer.match or UnitMatch("review")
    candidates = answer.candidates or tuple(f"{county.adcode} {county.name}" for county, _ in answer.parts)
    if match.unit is not None:
        candidates = (_describe_reading(match.unit),)
    match = UnitMatch("review", match.kind, notes=(*unread, *match.notes), readings=match.readings)
    return replace(answer, status="review", parts=(), candidates=candidates, match=match)


def _describe_reading(spell: UnitSpell) -> str:
    """Describe a unit that a row may mean by code, name and years."""
    if not spell.until:
        return spell.label
    return f"{spell.label} (–{spell.until[:4]})"


def _find_rows_of_points(applies: ApplicabilityIndex, questions: Sequence[PlaceQuery]) -> list[int]:
    if all(question.lon is None for question in questions):
        return [-1] * len(questions)
    # Imported here: a question without coordinates is answered without NumPy.
    import numpy as np

    lon = np.array([math.nan if question.lon is None else question.lon for question in questions])
    lat = np.array([math.nan if question.lat is None else question.lat for question in questions])
    known = ~(np.isnan(lon) | np.isnan(lat))
    rows = np.full(len(questions), -1, dtype=np.int64)
    if known.any():
        rows[known] = applies.index.find_rows(lon[known], lat[known])
    return [int(row) for row in rows]


# Name of a town or special area -> codes of the counties it lies in, and its province and prefecture.
_Listed = dict[str, list[tuple[tuple[str, ...], str, str]]]


def _index_listed_names(applies: ApplicabilityIndex) -> _Listed:
    listed: _Listed = {}
    for programme in applies.programmes:
        for member in programme.members:
            if member.special is not None and member.special.host_adcodes:
                for name in member.names:
                    place = (member.special.host_adcodes, member.province, member.prefecture)
                    listed.setdefault(name, []).append(place)
    return listed


def _index_listed_codes(listed: _Listed, question: PlaceQuery) -> list[str]:
    """Find the counties of the listed town or area of this name, unless the row speaks of another province or prefecture."""
    codes: list[str] = []
    for hosts, province, prefecture in listed.get(question.name, ()):
        fits = question.province in ("", province, province[:2]) and question.prefecture in ("", prefecture)
        codes += hosts if fits else ()
    return list(dict.fromkeys(codes))


def to_frame(answers: Sequence[PlaceAnswer], *, lang: str = "zh") -> pd.DataFrame:
    """Write answers as a table.

    Parameters
    ----------
    answers : sequence of PlaceAnswer
    lang : {"zh", "en"}, optional
        Language of the names.

    Returns
    -------
    DataFrame, shape (answers, 1 + len(ANSWER_COLUMNS))
        What was asked, and what applies; several values in a cell are separated by "; ".
    """
    # Imported here: one answer is printed without pandas.
    import pandas as pd

    records = [_make_record(answer, lang) for answer in answers]
    return pd.DataFrame(records, columns=["asked", *ANSWER_COLUMNS])


def _make_record(answer: PlaceAnswer, lang: str) -> dict[str, str]:
    hits = [hit for _, own in answer.parts for hit in own]

    def join_values(values: Sequence[str]) -> str:
        return "; ".join(dict.fromkeys(filter(None, values)))

    record = {
        "asked": answer.text,
        "status": answer.status,
        "how": answer.how,
        "candidates": join_values(answer.candidates),
    }
    record |= _describe_unit(answer)
    counties = [county for county, _ in answer.parts]
    record["adcode"] = join_values([county.adcode for county in counties])
    record["county"] = join_values([county.name for county in counties])
    record["prefecture"] = join_values([county.prefecture for county in counties])
    record["province"] = join_values([county.province for county in counties])
    record["programmes"] = join_values([hit.programme for hit in hits])
    record["kinds"] = join_values([hit.kind for hit in hits]) or ("none" if answer.parts else "")
    for subject in SUBJECTS:
        named = [f"{hit.id} {hit.name(lang)}" for hit in hits if hit.subject == subject]
        record[f"{subject}s"] = join_values(named)
    record["clauses"] = join_values([hit.clause for hit in hits])
    record["conditions"] = join_values([f"{hit.id} {hit.condition(lang)}" for hit in hits if hit.condition(lang)])
    return record


def _describe_unit(answer: PlaceAnswer) -> dict[str, str]:
    """Make the cells on the unit as it stood and on what became of it."""
    match = answer.match
    cells = {"year": answer.period.text if answer.period is not None else ""}
    cells["notes"] = "; ".join(map(str, answer.notes))
    if match is None or match.unit is None or match.fate is None:
        return cells
    province, prefecture = name_parents(match.unit, answer.period)
    cells |= {"unit_code": match.unit.code, "unit": match.unit.name, "unit_prefecture": prefecture}
    cells["unit_province"] = province
    cells["today"] = "; ".join(one.label for one in match.fate.today)
    cells["changes"] = "; ".join(map(str, match.fate.changes))
    return cells
