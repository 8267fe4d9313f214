"""Questions to `pilotzones.geo.query.applicability`: a code, a coordinate, a name, or a whole table, rows in = rows out."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pilotzones.geo.boundaries.upload.attribute_mapping import county_code, read_columns, select_columns
from pilotzones.geo.errors import IntakeError
from pilotzones.geo.places import resolve_names
from pilotzones.geo.query.applicability import SUBJECTS, ApplicabilityIndex, Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from pilotzones.geo.boundaries.county_table import County
    from pilotzones.geo.documents.reader import DocumentText

__all__ = [
    "ANSWER_COLUMNS",
    "Answer",
    "AnswerStatus",
    "How",
    "Question",
    "ask",
    "ask_all",
    "read_questions",
    "to_frame",
]

AnswerStatus = Literal["found", "review", "outside", "unresolved"]
How = Literal["code", "point", "listed", "name"]
# 126.55, 43.9 in digits of any width, also with 、 or blanks between.
_POINT: Final = re.compile(r"\s*([+-]?\d{1,3}(?:\.\d+)?)\s*[,，、;\s]\s*([+-]?\d{1,3}(?:\.\d+)?)\s*")
_LON: Final = ("lon", "lng", "long", "longitude", "经度", "x")
_LAT: Final = ("lat", "latitude", "纬度", "y")
_MOST_ROWS: Final = 100_000
ANSWER_COLUMNS: Final = (
    "status", "how", "candidates", "adcode", "county", "prefecture", "province", "programmes", "kinds",
    *(f"{subject}s" for subject in SUBJECTS), "clauses", "conditions",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """One place somebody asks about; what is unknown is empty or None."""

    text: str
    name: str = ""
    code: str = ""
    lon: float | None = None
    lat: float | None = None
    prefecture: str = ""
    province: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What applies at one place.

    Parameters
    ----------
    text : str
        What was asked.
    status : {"found", "review", "outside", "unresolved"}
        ``review``: the name may be one of `candidates`; ``outside``: the coordinate lies in no county.
    how : {"code", "point", "listed", "name"}
        ``listed``: it is the name of a town or special area of a programme.
    parts : tuple of (County, tuple of Hit)
        One for each county of the place; several for a prefecture, a province or an area across counties.
    candidates : tuple of str
        Code and name of places it may be.
    """

    text: str
    status: AnswerStatus
    how: How
    parts: tuple[tuple[County, tuple[Hit, ...]], ...] = ()
    candidates: tuple[str, ...] = ()

    @property
    def applies(self) -> bool:
        """Whether anything applies there."""
        return any(hits for _, hits in self.parts)


def ask(applies: ApplicabilityIndex, text: str) -> Answer:
    """Answer one question.

    Parameters
    ----------
    applies : Applies
    text : str
        A name, a six-digit code, or longitude and latitude [degree, WGS 84].

    Returns
    -------
    Answer
    """
    return ask_all(applies, [_read(text)])[0]


def ask_all(applies: ApplicabilityIndex, questions: Sequence[Question]) -> list[Answer]:
    """Answer many questions; as many answers come out as questions went in, in the same order.

    Parameters
    ----------
    applies : Applies
    questions : sequence of Question
        A coordinate counts before a code, a code before a name.

    Returns
    -------
    list of Answer
    """
    rows = _rows_of_points(applies, questions)
    listed = _listed_names(applies)
    answers: dict[int, Answer] = {}
    open_ones: list[int] = []
    for place, question in enumerate(questions):
        if question.lon is not None:
            answers[place] = _of_rows(applies, question, "point", [rows[place]] if rows[place] >= 0 else [], "outside")
        elif question.code:
            answers[place] = _of_rows(applies, question, "code", applies.find_rows(question.code))
        elif codes := _listed_codes(listed, question):
            answers[place] = _of_rows(applies, question, "listed", _rows(applies, codes))
        else:
            open_ones.append(place)
    asked = [questions[place] for place in open_ones]
    found = resolve_names(
        [question.name for question in asked],
        provinces=[question.province or None for question in asked],
        prefectures=[question.prefecture or None for question in asked],
    )
    for place, row in zip(open_ones, found.rows, strict=True):
        meant = row.adcode or row.container_adcode
        if row.op == "address" and row.level in ("province", "prefecture") and row.adcode:
            # The county is not known, and what applies to the whole may not apply there.
            named = tuple(f"{code} {row.name}" for code in row.adcode)
            answers[place] = Answer(questions[place].text, "review", "name", (), named)
        elif row.status in ("accepted", "not_a_county") and meant:
            answers[place] = _of_rows(applies, questions[place], "name", _rows(applies, meant))
        else:
            candidates = tuple(f"{one.adcode} {one.name}" for one in row.candidates)
            status: AnswerStatus = "review" if candidates else "unresolved"
            answers[place] = Answer(questions[place].text, status, "name", (), candidates)
    return [answers[place] for place in range(len(questions))]


def _read(text: str) -> Question:
    """Tell a coordinate, a code and a name apart."""
    point = _POINT.fullmatch(text)
    if point is not None:
        return Question(text, lon=float(point[1]), lat=float(point[2]))
    code = county_code(text)
    return Question(text, code=code) if code else Question(text, name=text.strip())


def _rows_of_points(applies: ApplicabilityIndex, questions: Sequence[Question]) -> list[int]:
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


def _listed_codes(listed: _Listed, question: Question) -> list[str]:
    """Counties of the listed town or area of this name, unless the row speaks of another province or prefecture."""
    codes: list[str] = []
    for hosts, province, prefecture in listed.get(question.name, ()):
        fits = question.province in ("", province, province[:2]) and question.prefecture in ("", prefecture)
        codes += hosts if fits else ()
    return list(dict.fromkeys(codes))


def _rows(applies: ApplicabilityIndex, codes: Sequence[str]) -> list[int]:
    return list(dict.fromkeys(row for code in codes for row in applies.find_rows(code)))


def _of_rows(
    applies: ApplicabilityIndex, question: Question, how: How, rows: Sequence[int], missing: AnswerStatus = "unresolved"
) -> Answer:
    parts = tuple((applies.counties[row], applies.hits(row)) for row in rows)
    return Answer(question.text, "found" if parts else missing, how, parts)


def read_questions(document: DocumentText) -> list[Question]:
    """The places a table or a list of lines asks about.

    Parameters
    ----------
    document : DocumentText
        Of a table with a header (a column of names, codes, or longitudes and latitudes), or of one place a line.

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
    lon, lat = _column(header, _LON), _column(header, _LAT)
    wanted = select_columns(header)
    has_header = bool(wanted) or (lon is not None and lat is not None)
    body = rows[1:] if has_header else rows
    if not body:
        raise IntakeError(f"{document.file}: no row asks about a place")
    if len(body) > _MOST_ROWS:
        raise IntakeError(f"{document.file}: {len(body):,} rows; at most {_MOST_ROWS:,} are answered at once")
    if not has_header:
        return [_read(cells[0]) for cells in body]
    width = len(header)
    cells = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in body]
    columns = {name: [row[header.index(name)] or None for row in cells] for name in wanted}
    read = read_columns(columns, found=header, rows=len(cells), file=document.file)
    questions = []
    for place, row in enumerate(cells):
        x, y = _number(row, lon), _number(row, lat)
        both = x is not None and y is not None
        name = read.name[place] or ""
        questions.append(
            Question(
                text=" ".join(filter(None, row)),
                name=name,
                # Somebody may write codes where others write names.
                code=read.adcode[place] or county_code(name) or "",
                lon=x if both else None,
                lat=y if both else None,
                prefecture=read.prefecture[place] or "",
                province=read.province[place] or "",
            )
        )
    return questions


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


def to_frame(answers: Sequence[Answer], *, lang: str = "zh") -> pd.DataFrame:
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


def _record(answer: Answer, lang: str) -> dict[str, str]:
    hits = [hit for _, own in answer.parts for hit in own]

    def joined(values: Sequence[str]) -> str:
        return "; ".join(dict.fromkeys(filter(None, values)))

    record = {"asked": answer.text, "status": answer.status, "how": answer.how, "candidates": joined(answer.candidates)}
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
