"""Read a table of indicators, or its dictionary, in a process of its own, and find the places of the table."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pandas as pd

from pilotzones.geo.documents.worker import read_input
from pilotzones.geo.errors import IndicatorError
from pilotzones.geo.indicators.dictionary import DICTIONARY_COLUMNS, IndicatorEntry, apply_dictionary, read_dictionary
from pilotzones.geo.indicators.joined import join_places
from pilotzones.geo.indicators.tables.reader import MAX_COLUMNS, IndicatorTable, read_indicators
from pilotzones.geo.indicators.tables.typed_tables import find_typed_suffix, read_user_table
from pilotzones.geo.panel.table_reader import UserTable
from pilotzones.geo.panel.table_worker import open_table
from pilotzones.geo.query.applicability_loader import restore_applicability
from pilotzones.geo.sandbox.limits import Limits
from pilotzones.geo.sandbox.worker_tables import WorkerTables, answer_order


def _answer(order: dict[str, Any], limits: Limits) -> WorkerTables:
    file = order["file"]
    if "source" not in order:
        entries, problems = read_dictionary(read_input(file, limits))
        rows = [asdict(entry) for entry in entries.values()]
        return WorkerTables({"entries": pd.DataFrame(rows, columns=list(DICTIONARY_COLUMNS))}, problems)
    table = _read_table(file, limits)
    listed = [IndicatorEntry(**entry) for entry in json.loads(Path("dictionary.json").read_bytes())]
    if listed:
        table.problems += apply_dictionary(table, {entry.indicator: entry for entry in listed})
    joined = join_places(table, restore_applicability(order["source"], Path("matches.json").read_bytes()))
    return WorkerTables(
        {"observations": joined.observations, "places": joined.places}, joined.problems, {"lives": joined.lives}
    )


def _read_table(file: str, limits: Limits) -> IndicatorTable:
    source = Path("input")
    with source.open("rb") as stream:
        suffix = find_typed_suffix(stream.read(64))
    if not suffix:
        return read_indicators(read_input(file, limits))
    opened = open_table(source.rename(f"table{suffix}"), replace(limits, columns=MAX_COLUMNS))
    if opened.problem is not None:
        raise IndicatorError(replace(opened.problem, file=file))
    assert opened.frame is not None  # for the type checker
    return read_user_table(UserTable(opened.frame, opened.labels, file, opened.value_labels))


if __name__ == "__main__":
    answer_order(_answer)
