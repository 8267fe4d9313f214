"""Open a document in a process of its own, started by `pilotzones.geo.sandbox.worker_process`; leave its text as one JSON file.

Nothing in a document is run: no script, no macro, no formula, no link is followed.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

from pilotzones.geo.boundaries.upload.raw_features import sanitize_for_display
from pilotzones.geo.documents.formats.docx.reader import read_docx
from pilotzones.geo.documents.formats.html import read_html
from pilotzones.geo.documents.formats.markup import RawMark, join_marks, take_marks
from pilotzones.geo.documents.formats.pdf.reader import read_pdf
from pilotzones.geo.documents.formats.refusal import DocumentRefusedError
from pilotzones.geo.documents.formats.stata import read_stata
from pilotzones.geo.documents.formats.xlsx import read_xlsx
from pilotzones.geo.documents.reader import DocumentKind, DocumentText, build_document, read_bytes
from pilotzones.geo.documents.tables.layout import TableLayout
from pilotzones.geo.errors import make_problem
from pilotzones.geo.files.zip_members import find_twins
from pilotzones.geo.notes import Note
from pilotzones.geo.sandbox.limits import Limits
from pilotzones.geo.sandbox.worker_process import take_order

__all__ = ["extract_text", "main", "read_input"]

_READERS = {"pdf": read_pdf, "docx": read_docx, "xlsx": read_xlsx, "html": read_html, "dta": read_stata}
_OTHER_ZIPS = (
    ("content.xml", "opendocument"),
    ("ppt/presentation.xml", "presentation"),
    ("ofd.xml", "ofd"),
    ("xl/workbook.bin", "xlsb"),
)


def main() -> None:
    """Carry out the order on standard input."""
    order, limits = take_order()
    answer = _make_answer(Path(order["path"]), order["kind"], limits, most_characters=order["most_characters"])
    Path(order["result"]).write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8", errors="replace")


def _make_answer(path: Path, kind: str, limits: Limits, *, most_characters: int) -> dict[str, Any]:
    """Read the text of one file, or say why it cannot be read.

    The answer is plain data: text, notes, tables, marks, the problem (None for none) and the code of the refusal.
    """
    answer: dict[str, Any] = {"text": "", "notes": [], "tables": [], "marks": [], "problem": None, "code": "damaged"}
    try:
        answer["text"], notes, tables, answer["marks"] = extract_text(
            path, kind, limits, most_characters=most_characters
        )
        answer["notes"] = [astuple(note) for note in notes]
        answer["tables"] = [asdict(table) for table in tables]
    except DocumentRefusedError as error:
        answer["problem"], answer["code"] = asdict(error.problem), error.code
    except MemoryError:
        answer["problem"], answer["code"] = asdict(make_problem("", "too_large-memory")), "slow"
    except RecursionError:
        answer["problem"] = asdict(make_problem("", "document_nested", facts={"kind": kind.upper()}))
    except Exception as error:  # noqa: BLE001 - a damaged file makes libraries fail in any way; the user learns in which
        facts = {"kind": kind.upper(), "reason": type(error).__name__}
        answer["problem"] = asdict(make_problem("", "document_broken", facts=facts))
    return answer


def extract_text(
    path: Path, kind: str, limits: Limits, *, most_characters: int
) -> tuple[str, list[Note], list[TableLayout], list[RawMark]]:
    """Read the text of one file.

    Parameters
    ----------
    path : Path
        A copy of the file.
    kind : {"pdf", "docx", "xlsx", "html", "dta"}
        What it is.
    limits : Limits
        Bounds of a packed file.
    most_characters : int
        How much text is read.

    Returns
    -------
    text : str
        Paragraphs on lines, cells with tabs between them.
    notes : list of Note
        What was not read.
    tables : list of TableLayout
        Where the tables stand in the text.
    marks : list of (int, int, str)
        Start, end and kind of the marked parts of the text.

    Raises
    ------
    DocumentRefusedError
        When the file cannot be read, or asks for more than it may; the sentence says which.
    """
    if kind in {"docx", "xlsx"}:
        _check_zip(path, limits)
    lines: list[str] = []
    notes: list[Note] = []
    tables: list[TableLayout] = []
    marks: list[RawMark] = []
    size = 0
    for block in _READERS[kind](path, notes):
        new = block.split("\n") if isinstance(block, str) else block.lines
        if not isinstance(block, str):
            tables.append(TableLayout(len(lines), len(new), tuple(block.merges)))
        for line in new:
            plain, found = take_marks(line)
            marks += [(size + start, size + end, mark) for start, end, mark in found]
            lines.append(plain)
            size += len(plain) + 1
        if size > most_characters:
            raise DocumentRefusedError("characters_more", "large", most=f"{most_characters:,}")
    return "\n".join(lines), notes, tables, join_marks(marks)


def read_input(file: str, limits: Limits) -> DocumentText:
    """Read the document that a worker was given, in this process, which is bound already; `file` is its name to report."""
    return read_bytes(Path("input").read_bytes(), file, limits=limits, extract=_extract_here)


def _extract_here(raw: bytes, kind: DocumentKind, file: str, limits: Limits) -> DocumentText:
    """Take the text out of a file in a worker that is bound already."""
    path = Path("extracted")
    path.write_bytes(raw)
    answer = _make_answer(path, kind, limits, most_characters=limits.characters)
    # An answer is checked as it comes out of a file of another process: its records are JSON.
    return build_document(json.loads(json.dumps(answer)), kind, file, limits)


def _check_zip(path: Path, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise DocumentRefusedError("zip_cut_off") from error
    if len(parts) > limits.members or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise DocumentRefusedError(
            "zip_unpacked", "large", bytes=f"{limits.unpacked_bytes:,}", parts=f"{limits.members:,}"
        )
    twins = find_twins(part.filename for part in parts if not part.is_dir())
    if twins is not None:
        first, second = map(sanitize_for_display, twins)
        raise DocumentRefusedError("zip_twins", first=first, second=second)
    names = [part.filename.lower() for part in parts]
    for name, code in _OTHER_ZIPS:
        if name in names:
            raise DocumentRefusedError(code, "binary")
    if not any(name.startswith(("word/document", "xl/workbook")) for name in names):
        raise DocumentRefusedError("zip_other", "binary")


if __name__ == "__main__":
    main()
