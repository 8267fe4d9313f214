"""Read a user's document: kind decided by content, formats opened in a process of their own, bounded in size and time."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pilotzones.geo.boundaries.upload.raw_features import sanitize_for_display
from pilotzones.geo.documents.footnote_marks import add_footnote_marks
from pilotzones.geo.documents.formats.markup import join_marks, mark_struck, strip_marks, take_marks
from pilotzones.geo.documents.formats.stata import is_stata
from pilotzones.geo.documents.marks import Mark, MarkedText, parse_marks
from pilotzones.geo.documents.tables.layout import TableLayout, parse_layouts
from pilotzones.geo.documents.tables.text_tables import normalize_text_tables
from pilotzones.geo.documents.text_decoding import decode_text
from pilotzones.geo.errors import IntakeCode, IntakeError, Problem, make_problem
from pilotzones.geo.files.csv_reader import CsvError, split_rows
from pilotzones.geo.files.temporary_folder import open_temporary_copy
from pilotzones.geo.notes import Note, parse_note
from pilotzones.geo.sandbox.limits import Limits, check_input_size
from pilotzones.geo.sandbox.worker_process import WorkerFailedError, run_worker

__all__ = [
    "DOCUMENT",
    "TABLE",
    "DocumentKind",
    "DocumentText",
    "Extractor",
    "build_document",
    "read_bytes",
    "read_document",
    "read_pasted",
]

DocumentKind = Literal["text", "table", "html", "pdf", "docx", "xlsx", "dta"]
# A policy document is small; what is larger is something else.
DOCUMENT: Final = Limits(
    file_bytes=30_000_000, unpacked_bytes=200_000_000, members=2_000, seconds=30, memory_bytes=2_000_000_000
)
# A panel of counties and years is a table of several hundred thousand rows.
TABLE: Final = Limits(
    file_bytes=100_000_000,
    characters=50_000_000,
    unpacked_bytes=1_000_000_000,
    members=2_000,
    seconds=120,
    memory_bytes=4_000_000_000,
)
_HEAD: Final = 8192
_TAGS: Final = re.compile(
    r"<!doctype html|<html[\s>]|</(?:p|div|td|tr|li|ul|ol|span|table|body|section|article|h[1-6]|del|ins|s|strike)\s*>|<br\s*/?>",
    re.IGNORECASE,
)
# One that strikes words out says enough.
_STRIKING_TAGS: Final = re.compile(r"<(del|s|strike)>[^<>]*</\1\s*>", re.IGNORECASE)
_REFUSED: Final[tuple[tuple[bytes, str, IntakeCode], ...]] = (
    (b"\xd0\xcf\x11\xe0", "document_old_office", "locked"),
    (b"\x89PNG", "document_picture", "scan"),
    (b"\xff\xd8\xff", "document_picture", "scan"),
    (b"{\\rtf", "document_rtf", "binary"),
)


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The text of a document: paragraphs on lines, table cells with tabs between them.

    Parameters
    ----------
    text : str
    kind : {"text", "table", "html", "pdf", "docx", "xlsx", "dta"}
        What it was read from.
    file : str
        Name to report.
    notes : tuple of Note
        What was not read, in plain words.
    tables : tuple of TableLayout
        Where the tables stand in the text; lines with tabs outside of them are a table too, without merged cells.
    marks : tuple of Mark
        Parts of the text that are struck out, hidden or invisible.
    """

    text: str
    kind: DocumentKind = "text"
    file: str = "text"
    notes: tuple[Note, ...] = ()
    tables: tuple[TableLayout, ...] = ()
    marks: tuple[Mark, ...] = ()

    def split_rows(self) -> list[tuple[int, list[str]]]:
        """Split a document that is one table into the lines of the file and their cells; empty lines are left out."""
        lines = self.text.splitlines()
        mark = "\t" if "\t" in self.text else ","
        if mark == ",":
            # One cell may be longer than a reader of CSV takes.
            with contextlib.suppress(CsvError):
                return [(number, cells) for number, cells in split_rows(lines) if any(cells)]
        return [(number, line.split(mark)) for number, line in enumerate(lines, start=1) if line.strip()]

    @property
    def marked_text(self) -> MarkedText:
        """The text with its marks, those included that notes make of marks behind names."""
        return MarkedText(self.text, add_footnote_marks(self.text, self.marks))


# Takes the text out of the bytes of a file, given its kind, its name to report and its limits.
Extractor = Callable[[bytes, DocumentKind, str, Limits], DocumentText]


def read_document(path: Path, *, limits: Limits = DOCUMENT) -> DocumentText:
    """Read the text of a document file.

    Parameters
    ----------
    path : Path
        Text, HTML, CSV, PDF, DOCX, XLSX or a Stata file (DTA); its name does not matter.
    limits : Limits, optional
        How much is opened.

    Returns
    -------
    DocumentText

    Raises
    ------
    IntakeError
        When the file is missing, empty, too large, of no kind that is read, or has no text.
    """
    file = sanitize_for_display(path.name)
    try:
        size = path.stat().st_size if path.is_file() else None
        if size is None:
            raise IntakeError(make_problem(file, "no_file-irregular" if path.exists() else "no_file-missing"))
        check_input_size(file, size, limits)
        raw = path.read_bytes()
    except OSError as error:
        facts = {"reason": error.strerror or type(error).__name__}
        raise IntakeError(make_problem(file, "no_file-system", facts=facts)) from error
    return read_bytes(raw, file, limits=limits)


def read_pasted(text: str | bytes, *, limits: Limits = DOCUMENT, name: str = "text") -> DocumentText:
    """Read text that somebody pasted or sent: plain, HTML, a table, or the bytes of a file.

    Parameters
    ----------
    text : str or bytes
    limits : Limits, optional
        How much is opened.
    name : str, optional
        What it is called to its user.

    Returns
    -------
    DocumentText

    Raises
    ------
    IntakeError
        As for `read_document`.
    """
    raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
    check_input_size(sanitize_for_display(name), len(raw), limits)
    return read_bytes(raw, sanitize_for_display(name), limits=limits)


def read_bytes(raw: bytes, file: str, *, limits: Limits, extract: Extractor | None = None) -> DocumentText:
    """Read the text of the bytes of a file.

    Parameters
    ----------
    raw : bytes
    file : str
        Name to report.
    limits : Limits
    extract : callable, optional
        Takes the text out of a file that is not plain text; by default another process does.

    Returns
    -------
    DocumentText

    Raises
    ------
    IntakeError
        As for `read_document`.
    """
    extract = extract or _extract_in_worker
    if not raw:
        raise IntakeError(make_problem(file, "no_file-empty"), code="empty")
    for magic, problem, code in _REFUSED:
        if raw.startswith(magic):
            raise IntakeError(make_problem(file, problem), code=code)
    kind = _detect_container(raw)
    if kind is not None:
        return extract(raw, kind, file, limits)
    text = decode_text(raw, file=file, most=limits.characters)
    head = text[: _HEAD * 8]
    if len(_TAGS.findall(head)) > 1 or _STRIKING_TAGS.search(head):
        return extract(text.encode(), "html", file, limits)
    text, tables = normalize_text_tables(mark_struck(strip_marks(text)))
    text, raw_marks = take_marks(text)
    whole = len(tables) == 1 and tables[0].rows == text.count("\n") + 1
    marks = tuple(Mark(*mark) for mark in join_marks(raw_marks))
    return DocumentText(text, "table" if whole else "text", file, tables=tables, marks=marks)


def _detect_container(raw: bytes) -> DocumentKind | None:
    if b"%PDF-" in raw[:1024]:
        return "pdf"
    if is_stata(raw):
        return "dta"
    if not raw.startswith(b"PK\x03\x04"):
        return None
    # Both office formats are zips; the names of their parts stand in the directory at the end.
    return "xlsx" if b"xl/workbook" in raw[-100_000:] or b"xl/" in raw[:_HEAD] else "docx"


def _extract_in_worker(raw: bytes, kind: DocumentKind, file: str, limits: Limits) -> DocumentText:
    """Let another process open the bytes, and read the text it leaves."""
    with open_temporary_copy(raw) as source:
        result = source.with_name("result.json")
        try:
            run_worker(
                "pilotzones.geo.documents.worker",
                {"path": str(source), "kind": kind, "most_characters": limits.characters},
                result=result,
                limits=limits,
            )
        except WorkerFailedError as error:
            raise IntakeError(error.make_problem(file, limits), code=error.code) from None
        answer = json.loads(result.read_text(encoding="utf-8"))
    return build_document(answer, kind, file, limits)


def build_document(answer: Mapping[str, Any], kind: DocumentKind, file: str, limits: Limits) -> DocumentText:
    """Build the text of a document from the answer of `pilotzones.geo.documents.worker`.

    Parameters
    ----------
    answer : mapping of str to object
    kind : str
        What it was read from.
    file : str
        Name to report.
    limits : Limits

    Returns
    -------
    DocumentText

    Raises
    ------
    IntakeError
        When the answer is an error, or does not fit together.
    """
    if answer["problem"] is not None:
        raise IntakeError(Problem.from_record(answer["problem"] | {"file": file}), code=answer["code"])
    text = decode_text(answer["text"].encode("utf-8", "replace"), file=file, most=limits.characters)
    tables = parse_layouts(answer["tables"], lines=text.count("\n") + 1)
    marks = parse_marks(answer["marks"], len(text))
    if marks is None:
        raise IntakeError(make_problem(file, "damaged-table"), code="damaged")
    return DocumentText(text, kind, file, tuple(map(parse_note, answer["notes"])), tables, marks)
