"""Questions to `pilotzones.geo.query.applicability`: a code, a coordinate, a name, or a whole table, rows in = rows out."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from pilotzones.geo.boundaries.upload.attribute_mapping import (
    Counties,
    county_code,
    find_code_columns,
    read_columns,
    select_columns,
)
from pilotzones.geo.errors import IntakeError
from pilotzones.geo.places import resolve_names
from pilotzones.geo.places.history import (
    Period,
    UnitMatch,
    UnitQuery,
    UnitSpell,
    load_unit_index,
    match_unit,
    read_period,
)
from pilotzones.geo.query.applicability import SUBJECTS, ApplicabilityIndex, Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from pilotzones.geo.boundaries.county_table import County
    from pilotzones.geo.documents.reader import DocumentText
    from pilotzones.geo.places import ResolvedRow
    from pilotzones.geo.places.reason_codes import ReviewReason

__all__ = [
    "ANSWER_COLUMNS",
    "AnswerStatus",
    "How",
    "PlaceAnswer",
    "PlaceQuery",
    "ask",
    "ask_all",
    "read_questions",
    "to_frame",
]

AnswerStatus = Literal["found", "review", "outside", "unresolved"]
How = Literal["code", "point", "listed", "name", "placeholder", "statistical"]
# 126.55, 43.9 in digits of any width, also with 、 or blanks between.
_POINT: Final = re.compile(r"\s*([+-]?\d{1,3}(?:\.\d+)?)\s*[,，、;\s]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*")
# 平泉县@2001, 130823 @ 2001-05: a name or a code as of a year or a date.
_DATED: Final = re.compile(r"\s*(?P<place>[^@＠]*[^@＠\s])\s*[@＠](?P<period>[^@＠]+)")
_LON: Final = ("lon", "lng", "long", "longitude", "经度", "x")
_LAT: Final = ("lat", "latitude", "纬度", "y")
_YEAR: Final = ("year", "年份", "年度", "年", "统计年份", "统计年度", "数据年份", "日期", "date", "as_of")
_ADDRESS: Final = ("地址", "详细地址", "住址", "住所", "注册地址", "办公地址", "通讯地址", "address", "addr")
_MAX_ROWS: Final = 300_000
# Rows answered between two calls for progress.
_CHUNK_ROWS: Final = 2_000
ANSWER_COLUMNS: Final = (
    "status", "how", "candidates", "year", "unit_code", "unit", "unit_prefecture", "unit_province", "today", "changes",
    "notes", "adcode", "county", "prefecture", "province", "programmes", "kinds",
    *(f"{subject}s" for subject in SUBJECTS), "clauses", "conditions",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlaceQuery:
    """One place somebody asks about; what is unknown is empty or None."""

    text: str
    name: str = ""
    code: str = ""
    lon: float | None = None
    lat: float | None = None
    prefecture: str = ""
    province: str = ""
    period: Period | None = None


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
    Answer
    """
    return ask_all(applies, [_read(text, period)])[0]


def ask_all(
    applies: ApplicabilityIndex, questions: Sequence[PlaceQuery], *, progress: Callable[[int], None] | None = None
) -> list[PlaceAnswer]:
    """Answer many questions; as many answers come out as questions went in, in the same order.

    Parameters
    ----------
    applies : ApplicabilityIndex
    questions : sequence of Question
        A coordinate counts before a code and a name, which are compared.
    progress : callable, optional
        Called now and then with the number of questions answered.

    Returns
    -------
    list of Answer
    """
    batch = _Batch(applies)
    answers: list[PlaceAnswer] = []
    for start in range(0, len(questions), _CHUNK_ROWS):
        answers += batch.answer(questions[start : start + _CHUNK_ROWS])
        if progress is not None:
            progress(len(answers))
    return answers


class _Batch:
    """Answers to many questions; what is asked twice is worked out once."""

    def __init__(self, applies: ApplicabilityIndex) -> None:
        self._applies = applies
        self._listed = _listed_names(applies)
        self._matches: dict[UnitQuery, UnitMatch] = {}
        self._parts: dict[tuple[str, ...], tuple[tuple[County, tuple[Hit, ...]], ...]] = {}
        self._rows: dict[str, list[int]] = {}
        self._named: dict[PlaceQuery, PlaceAnswer] = {}

    def answer(self, questions: Sequence[PlaceQuery]) -> list[PlaceAnswer]:
        points = _rows_of_points(self._applies, questions)
        answers: dict[int, PlaceAnswer] = {}
        for place, question in enumerate(questions):
            if question.lon is not None:
                rows = [points[place]] if points[place] >= 0 else []
                answers[place] = self._answer_rows(question, "point", rows, "outside")
            elif not question.code and (codes := _listed_codes(self._listed, question)):
                answers[place] = self._answer_codes(question, "listed", tuple(codes))
            elif (found := self._match(question)) is not None:
                answers[place] = found
        self._resolve([question for place, question in enumerate(questions) if place not in answers])
        return [answers.get(place) or self._named[question] for place, question in enumerate(questions)]

    def _match(self, question: PlaceQuery) -> PlaceAnswer | None:
        """Find the unit of a row with a code or a year; None when the name needs the resolver."""
        if not question.code and question.period is None:
            return None
        query = UnitQuery(question.name, question.code, question.period, question.province, question.prefecture)
        match = self._matches.get(query)
        if match is None:
            match = self._matches[query] = match_unit(query)
        how: How = "code" if question.code else "name"
        if match.status == "found":
            codes = () if match.fate is None or match.is_dissolved else match.fate.counties
            kind: How = how if match.kind == "unit" else match.kind
            return PlaceAnswer(question.text, "found", kind, self._parts_of(codes), (), match, question.period)
        if match.status == "review":
            readings = tuple(_describe_reading(one) for one in match.readings)
            return PlaceAnswer(question.text, "review", how, (), readings, match, question.period)
        return None if question.name and not question.code else self._answer_unknown(question, match)

    def _answer_unknown(self, question: PlaceQuery, match: UnitMatch) -> PlaceAnswer:
        """A code that no code table has may still be one of a user's own polygons."""
        parts = self._parts_of((question.code,))
        return PlaceAnswer(question.text, "found" if parts else "unresolved", "code", parts, (), match, question.period)

    def _resolve(self, questions: Sequence[PlaceQuery]) -> None:
        """Let the resolver read the names that are left, those of one date together."""
        groups: dict[Period | None, list[PlaceQuery]] = defaultdict(list)
        for question in dict.fromkeys(questions):
            if question not in self._named:
                groups[question.period].append(question)
        for period, group in groups.items():
            found = resolve_names(
                [question.name for question in group],
                provinces=[question.province or None for question in group],
                prefectures=[question.prefecture or None for question in group],
                as_of=period.last if period is not None else None,
            )
            for question, row in zip(group, found.rows, strict=True):
                self._named[question] = self._answer_named(question, row)

    def _answer_named(self, question: PlaceQuery, row: ResolvedRow) -> PlaceAnswer:
        meant = row.adcode or row.container_adcode
        if row.op == "address" and row.level in ("province", "prefecture") and row.adcode:
            # The county is not known, and what applies to the whole may not apply there.
            candidates = tuple(f"{code} {row.name}" for code in row.adcode)
        elif row.status in ("accepted", "not_a_county") and meant:
            # What a unit of today has been, and what happened to it since the polygons were drawn.
            match = match_unit(UnitQuery(code=row.adcode[0])) if len(row.adcode) == 1 else None
            return replace(self._answer_codes(question, "name", tuple(meant)), match=match)
        else:
            candidates = tuple(f"{one.adcode} {one.name}" for one in row.candidates)
        status: AnswerStatus = "review" if candidates else "unresolved"
        return PlaceAnswer(question.text, status, "name", (), candidates, None, question.period)

    def _rows_of(self, code: str) -> list[int]:
        if code not in self._rows:
            self._rows[code] = self._applies.find_rows(code)
        return self._rows[code]

    def _parts_of(self, codes: tuple[str, ...]) -> tuple[tuple[County, tuple[Hit, ...]], ...]:
        if codes not in self._parts:
            rows = dict.fromkeys(row for code in codes for row in self._rows_of(code))
            self._parts[codes] = tuple((self._applies.counties[row], self._applies.hits(row)) for row in rows)
        return self._parts[codes]

    def _answer_codes(self, question: PlaceQuery, how: How, codes: tuple[str, ...]) -> PlaceAnswer:
        parts = self._parts_of(codes)
        return PlaceAnswer(question.text, "found" if parts else "unresolved", how, parts, (), None, question.period)

    def _answer_rows(self, question: PlaceQuery, how: How, rows: Sequence[int], missing: AnswerStatus) -> PlaceAnswer:
        parts = tuple((self._applies.counties[row], self._applies.hits(row)) for row in rows)
        return PlaceAnswer(question.text, "found" if parts else missing, how, parts, (), None, question.period)


def _describe_reading(spell: UnitSpell) -> str:
    """Code, name and years of a unit that a row may mean."""
    if not spell.until:
        return spell.label
    return f"{spell.label} (–{spell.until[:4]})"


def _read(text: str, period: Period | None = None) -> PlaceQuery:
    """Tell a coordinate, a code and a name apart; what follows an @ is the year or the date meant."""
    dated = _DATED.fullmatch(text)
    if dated is not None and (own := read_period(dated["period"])) is not None:
        return replace(_read(dated["place"], own), text=text)
    point = _POINT.fullmatch(text)
    if point is not None:
        return PlaceQuery(text, lon=float(point[1]), lat=float(point[2]))
    code = county_code(text)
    return PlaceQuery(text, code=code, period=period) if code else PlaceQuery(text, name=text.strip(), period=period)


def _rows_of_points(applies: ApplicabilityIndex, questions: Sequence[PlaceQuery]) -> list[int]:
    if all(question.lon is None for question in questions):
        return [-1] * len(questions)
    # Imported here: a question without coordinates is answered without NumPy.
    import numpy as np

    lon = np.array([math.nan if question.lon is None else question.lon for question in questions])
    lat = np.array([math.nan if question.lat is None else question.lat for question in questions])
    known = ~(np.isnan(lon) | np.isnan(lat))
    rows = np.full(len(questions), -1, dtype=np.int64)
    if known.any():
        rows[known] = applies.index.rows_at(lon[known], lat[known])
    return [int(row) for row in rows]


# Name of a town or special area -> codes of the counties it lies in, and its province and prefecture.
_Listed = dict[str, list[tuple[tuple[str, ...], str, str]]]


def _listed_names(applies: ApplicabilityIndex) -> _Listed:
    listed: _Listed = {}
    for programme in applies.programmes:
        for member in programme.members:
            if member.special is not None and member.special.host_adcodes:
                for name in member.names:
                    place = (member.special.host_adcodes, member.province, member.prefecture)
                    listed.setdefault(name, []).append(place)
    return listed


def _listed_codes(listed: _Listed, question: PlaceQuery) -> list[str]:
    """Counties of the listed town or area of this name, unless the row speaks of another province or prefecture."""
    codes: list[str] = []
    for hosts, province, prefecture in listed.get(question.name, ()):
        fits = question.province in ("", province, province[:2]) and question.prefecture in ("", prefecture)
        codes += hosts if fits else ()
    return list(dict.fromkeys(codes))


def read_questions(document: DocumentText, *, period: Period | None = None) -> list[PlaceQuery]:
    """The places a table or a list of lines asks about.

    Parameters
    ----------
    document : DocumentText
        Of a table with a header (a column of names, codes, addresses, or longitudes and latitudes, perhaps of years), or of
        one place a line.
    period : Period, optional
        The year or date of rows that have none.

    Returns
    -------
    list of Question
        One for each row that is not empty.

    Raises
    ------
    IntakeError
        When there is no row, or there are too many.
    """
    rows = [line.split("\t") for line in document.text.splitlines() if line.strip()]
    header = [cell.strip() for cell in rows[0]] if rows else []
    lon, lat, year, address = (_column(header, spellings) for spellings in (_LON, _LAT, _YEAR, _ADDRESS))
    wanted = select_columns(header)
    has_header = bool(wanted) or (lon is not None and lat is not None) or address is not None
    body = rows[1:] if has_header else rows
    if not body:
        raise IntakeError(f"{document.file}: no row asks about a place")
    if len(body) > _MAX_ROWS:
        raise IntakeError(f"{document.file}: {len(body):,} rows; at most {_MAX_ROWS:,} are answered at once")
    if not has_header:
        return [_read(cells[0], period) for cells in body]
    width = len(header)
    cells = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in body]
    every = {name: [row[place] or None for row in cells] for place, name in reversed([*enumerate(header)])}
    # A code nobody looks at would let a contradiction pass.
    wanted = list(dict.fromkeys([*wanted, *find_code_columns(every)]))
    columns = {name: every[name] for name in wanted}
    read = read_columns(columns, found=header, rows=len(cells), file=document.file)
    lowest = _find_lowest(read)
    questions = []
    for place, row in enumerate(cells):
        x, y = _number(row, lon), _number(row, lat)
        both = x is not None and y is not None
        name, code, prefecture, province = (column[place] or "" for column in lowest)
        name = name or (row[address] if address is not None and not code else "")
        questions.append(
            PlaceQuery(
                text=" ".join(filter(None, row)),
                name="" if county_code(name) else name,
                # Somebody may write codes where others write names.
                code=code or county_code(name) or "",
                lon=x if both else None,
                lat=y if both else None,
                prefecture=prefecture,
                province=province,
                period=(read_period(row[year]) if year is not None else None) or period,
            )
        )
    return questions


def _find_lowest(read: Counties) -> tuple[list[str | None], ...]:
    """Columns of name, code, prefecture and province; a table of prefectures has those for names, and so on."""
    nothing: list[str | None] = [None] * len(read.name)
    if any(read.name) or not any(read.prefecture):
        if not any(read.name) and any(read.province) and any(read.adcode):
            return nothing, read.adcode, read.prefecture, read.province
        return read.name, read.adcode, read.prefecture, read.province
    codes = read.adcode if any(read.adcode) else read.prefecture_adcode
    return read.prefecture, codes, nothing, read.province


def _column(header: Sequence[str], spellings: Sequence[str]) -> int | None:
    return next((place for place, name in enumerate(header) if name.casefold() in spellings), None)


def _number(row: Sequence[str], column: int | None) -> float | None:
    if column is None:
        return None
    try:
        value = float(row[column])
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def to_frame(answers: Sequence[PlaceAnswer], *, lang: str = "zh") -> pd.DataFrame:
    """Answers as a table.

    Parameters
    ----------
    answers : sequence of Answer
    lang : {"zh", "en"}, optional
        Language of the names.

    Returns
    -------
    DataFrame, shape (answers, 1 + len(ANSWER_COLUMNS))
        What was asked, and what applies; several values in a cell are separated by "; ".
    """
    # Imported here: one answer is printed without pandas.
    import pandas as pd

    records = [_record(answer, lang) for answer in answers]
    return pd.DataFrame(records, columns=["asked", *ANSWER_COLUMNS])


def _record(answer: PlaceAnswer, lang: str) -> dict[str, str]:
    hits = [hit for _, own in answer.parts for hit in own]

    def joined(values: Sequence[str]) -> str:
        return "; ".join(dict.fromkeys(filter(None, values)))

    record = {"asked": answer.text, "status": answer.status, "how": answer.how, "candidates": joined(answer.candidates)}
    record |= _describe_unit(answer)
    counties = [county for county, _ in answer.parts]
    record["adcode"] = joined([county.adcode for county in counties])
    record["county"] = joined([county.name for county in counties])
    record["prefecture"] = joined([county.prefecture for county in counties])
    record["province"] = joined([county.province for county in counties])
    record["programmes"] = joined([hit.programme for hit in hits])
    record["kinds"] = joined([hit.kind for hit in hits]) or ("none" if answer.parts else "")
    for subject in SUBJECTS:
        named = [f"{hit.id} {hit.name(lang)}" for hit in hits if hit.subject == subject]
        record[f"{subject}s"] = joined(named)
    record["clauses"] = joined([hit.clause for hit in hits])
    record["conditions"] = joined([f"{hit.id} {hit.condition(lang)}" for hit in hits if hit.condition(lang)])
    return record


def _describe_unit(answer: PlaceAnswer) -> dict[str, str]:
    """Cells on the unit as it stood and on what became of it."""
    match = answer.match
    told = {"year": answer.period.text if answer.period is not None else ""}
    told["notes"] = "; ".join(map(str, answer.notes))
    if match is None or match.unit is None or match.fate is None:
        return told
    province, prefecture = load_unit_index().find_parents(match.unit, answer.period)
    told |= {"unit_code": match.unit.code, "unit": match.unit.name, "unit_prefecture": prefecture}
    told["unit_province"] = province
    told["today"] = "; ".join(one.label for one in match.fate.today)
    told["changes"] = "; ".join(map(str, match.fate.changes))
    return told
