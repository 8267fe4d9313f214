"""Read a register of projects, or a ledger of reserve banks, in a process of its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.documents.worker import read_input
from pilotzones.geo.projects.location import locate_projects
from pilotzones.geo.projects.reader import read_register
from pilotzones.geo.projects.reserve_banks import read_ledger
from pilotzones.geo.query.applicability_loader import restore_applicability
from pilotzones.geo.sandbox.limits import Limits
from pilotzones.geo.sandbox.worker_tables import WorkerTables, answer_order


def _answer(order: dict[str, Any], limits: Limits) -> WorkerTables:
    document = read_input(order["file"], limits)
    applies = restore_applicability(order["source"], Path("matches.json").read_bytes())
    if "programme" not in order:
        ledger = read_ledger(document, applies)
        return WorkerTables({"entries": ledger.entries, "balances": ledger.balances}, ledger.problems)
    programme, today = load_programme(order["programme"]), date.fromisoformat(order["today"])
    located = locate_projects(read_register(document), applies, programme, today)
    return WorkerTables({"projects": located.frame}, located.problems)


if __name__ == "__main__":
    answer_order(_answer)
