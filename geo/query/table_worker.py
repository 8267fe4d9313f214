"""Answer a table of places in a process of its own, started by `pilotzones.geo.sandbox.worker_tables`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pilotzones.geo.documents.worker import read_input
from pilotzones.geo.places.history import read_period
from pilotzones.geo.query.applicability_loader import restore_applicability
from pilotzones.geo.query.place_query import ask_all, to_frame
from pilotzones.geo.query.question_reader import read_questions
from pilotzones.geo.sandbox.limits import Limits
from pilotzones.geo.sandbox.worker_tables import WorkerTables, answer_order


def _answer(order: dict[str, Any], limits: Limits) -> WorkerTables:
    document = read_input(order["file"], limits)
    questions = read_questions(document, period=read_period(order["as_of"]))
    applies = restore_applicability(order["source"], Path("matches.json").read_bytes())
    frame = to_frame(ask_all(applies, questions), lang=order["lang"])
    return WorkerTables({"answers": frame.astype("string")})


if __name__ == "__main__":
    answer_order(_answer)
