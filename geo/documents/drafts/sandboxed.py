"""Draft a stranger's list in a process of its own, under limits of time and memory."""

from __future__ import annotations

import msgspec

from pilotzones.geo.boundaries.upload.raw_features import sanitize_for_display
from pilotzones.geo.documents.drafts.worker import DraftAnswer, DraftOrder
from pilotzones.geo.documents.marks import parse_marks
from pilotzones.geo.documents.models import Draft
from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.documents.tables.layout import parse_layouts
from pilotzones.geo.errors import IntakeError, make_problem
from pilotzones.geo.files.temporary_folder import open_temporary_folder
from pilotzones.geo.places import Decisions
from pilotzones.geo.sandbox.limits import Limits, check_input_size
from pilotzones.geo.sandbox.worker_process import WorkerFailedError, run_worker

__all__ = ["draft_in_sandbox"]


def draft_in_sandbox(
    source: str | bytes | DocumentText,
    *,
    name: str,
    limits: Limits,
    as_of: str | None = None,
    province: str | None = None,
    decisions: Decisions | None = None,
) -> tuple[DocumentText, Draft]:
    """Read a list and draft it in another process.

    Parameters
    ----------
    source : str, bytes or DocumentText
        Pasted text, a file, or what was read of one before.
    name : str
        What it is called to its user.
    limits : Limits
    as_of : str, optional
        Date of the document (ISO).
    province : str, optional
        Province it is about, name or code.
    decisions : Decisions, optional
        Saved answers of a person.

    Returns
    -------
    document : DocumentText
    draft : Draft

    Raises
    ------
    IntakeError
        When it cannot be read, or asks for more than it may.
    """
    file = sanitize_for_display(name)
    document = source if isinstance(source, DocumentText) else None
    raw = source.encode("utf-8", "replace") if isinstance(source, str) else source if isinstance(source, bytes) else b""
    check_input_size(file, len(raw), limits)
    order = DraftOrder(file, document, as_of, province, decisions.to_csv() if decisions else "")
    with open_temporary_folder() as folder:
        (folder / "input").write_bytes(raw)
        path, result = folder / "order.json", folder / "result.json"
        path.write_bytes(msgspec.json.encode(order))
        try:
            run_worker("pilotzones.geo.documents.drafts.worker", {"order": str(path)}, result=result, limits=limits)
            answer = msgspec.json.decode(result.read_bytes(), type=DraftAnswer)
        except WorkerFailedError as error:
            raise IntakeError(error.make_problem(file, limits), code=error.code) from None
        except msgspec.DecodeError as error:
            raise IntakeError(make_problem(file, "damaged-table"), code="damaged") from error
    if answer.problem is not None:
        raise IntakeError(answer.problem, code=answer.code)
    if answer.document is None or answer.draft is None:
        raise IntakeError(make_problem(file, "damaged-table"), code="damaged")
    _check_document(answer.document, file)
    return answer.document, answer.draft


def _check_document(document: DocumentText, file: str) -> None:
    """Check what another process says of the text: its tables and marks have to fit it."""
    tables = msgspec.json.decode(msgspec.json.encode(document.tables))
    try:
        parse_layouts(tables, lines=document.text.count("\n") + 1)
        marks = parse_marks([[mark.start, mark.end, mark.kind] for mark in document.marks], len(document.text))
    except ValueError:
        marks = None
    if marks is None:
        raise IntakeError(make_problem(file, "damaged-table"), code="damaged")
