"""Read a list and draft it in a process of its own, started by `pilotzones.geo.sandbox.worker_process`; leave one JSON file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.models import Draft
from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.documents.worker import read_input
from pilotzones.geo.errors import IntakeCode, IntakeError, Problem, make_problem
from pilotzones.geo.places import Decisions
from pilotzones.geo.sandbox.limits import Limits
from pilotzones.geo.sandbox.worker_process import take_order

__all__ = ["DraftAnswer", "DraftOrder", "main"]


@dataclass(frozen=True, slots=True)
class DraftOrder:
    """What to draft.

    Parameters
    ----------
    file : str
        Name to report.
    document : DocumentText or None
        What was read before; None when the file ``input`` of the current folder is to be read.
    as_of, province : str or None
        Hints of the reader.
    decisions : str
        Table of decisions (CSV).
    """

    file: str
    document: DocumentText | None
    as_of: str | None
    province: str | None
    decisions: str


@dataclass(frozen=True, slots=True)
class DraftAnswer:
    """What was read and drafted, or why not."""

    document: DocumentText | None = None
    draft: Draft | None = None
    problem: Problem | None = None
    code: IntakeCode = "other"


def main() -> None:
    """Carry out the order on standard input."""
    plain, limits = take_order()
    order = msgspec.json.decode(Path(plain["order"]).read_bytes(), type=DraftOrder)
    try:
        answer = _process_order(order, limits)
    except IntakeError as error:
        answer = DraftAnswer(problem=error.problems[0], code=error.code)
    except MemoryError:
        answer = DraftAnswer(problem=make_problem(order.file, "too_large-memory"), code="slow")
    Path(plain["result"]).write_bytes(msgspec.json.encode(answer))


def _process_order(order: DraftOrder, limits: Limits) -> DraftAnswer:
    document = order.document or read_input(order.file, limits)
    decisions = Decisions.from_csv(order.decisions) if order.decisions else None
    return DraftAnswer(document, draft_list(document, as_of=order.as_of, province=order.province, decisions=decisions))


if __name__ == "__main__":
    main()
