"""Open a user's panel and add the treatments to it, in a process of its own."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pilotzones.geo.errors import PanelError, make_problem
from pilotzones.geo.panel.onto import attach_treatments
from pilotzones.geo.panel.rules import PanelRules
from pilotzones.geo.panel.table_reader import UserTable
from pilotzones.geo.panel.table_worker import open_table
from pilotzones.geo.query.applicability_loader import restore_applicability
from pilotzones.geo.sandbox.limits import Limits
from pilotzones.geo.sandbox.worker_tables import WorkerTables, answer_order


def _answer(order: dict[str, Any], limits: Limits) -> WorkerTables:
    file = order["file"]
    opened = open_table(Path(order["table"]), limits)
    if opened.problem is not None:
        raise PanelError(replace(opened.problem, file=file))
    assert opened.frame is not None  # for the type checker
    if len(opened.frame) > order["max_rows"]:
        counts = {"rows": f"{len(opened.frame):,}", "most": f"{order['max_rows']:,}"}
        raise PanelError(make_problem(file, "panel_rows", facts=counts))
    applies = restore_applicability(order["source"], Path("matches.json").read_bytes(), order["programmes"])
    attached = attach_treatments(
        UserTable(opened.frame, opened.labels, file), applies, PanelRules(**_make_tuples(order["rules"]))
    )
    frames = {"panel": attached.frame, "open_rows": attached.open_rows, "treated": attached.treated}
    facts = {
        "labels": attached.labels,
        "columns": asdict(attached.columns),
        "level": attached.rules.level,
        "ways": attached.ways,
        "duplicates": attached.duplicates,
        "is_balanced": attached.is_balanced,
        "undated": attached.undated,
    }
    return WorkerTables(frames, facts=facts)


def _make_tuples(rules: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in rules.items()}


if __name__ == "__main__":
    answer_order(_answer)
