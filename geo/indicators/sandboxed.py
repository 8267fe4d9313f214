"""Read a stranger's table of indicators, or its dictionary, in a process of its own, under limits of time and memory."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any, Final

from pilotzones.geo.boundaries.upload.raw_features import sanitize_for_display
from pilotzones.geo.errors import Problem
from pilotzones.geo.indicators.dictionary import IndicatorEntry
from pilotzones.geo.indicators.joined import JoinedIndicators, PlaceLife
from pilotzones.geo.query.applicability import ApplicabilityIndex
from pilotzones.geo.query.sandboxed_table import TABLE_UPLOAD, run_place_worker
from pilotzones.geo.sandbox.limits import Limits
from pilotzones.geo.sandbox.worker_tables import run_table_worker

__all__ = ["INDICATOR_UPLOAD", "join_in_sandbox", "read_dictionary_in_sandbox"]

# A table of every county and twenty years has some millions of characters.
INDICATOR_UPLOAD: Final[Limits] = replace(TABLE_UPLOAD, characters=20_000_000)
_WORKER: Final = "pilotzones.geo.indicators.table_worker"


def join_in_sandbox(
    raw: bytes, applies: ApplicabilityIndex, *, name: str, source: str, entries: Iterable[IndicatorEntry] = ()
) -> JoinedIndicators:
    """Read a table of indicators and find its places in another process.

    Parameters
    ----------
    raw : bytes
        The file.
    applies : ApplicabilityIndex
        Of all programmes on a built-in source.
    name : str
        What the file is called to its user.
    source : str
        The source.
    entries : iterable of IndicatorEntry, optional
        Of the dictionary of the table.

    Returns
    -------
    JoinedIndicators

    Raises
    ------
    IntakeError
        When it cannot be read, or asks for more than it may.
    """
    found = run_place_worker(
        _WORKER,
        raw,
        applies,
        name=name,
        source=source,
        order={},
        inputs={"dictionary.json": json.dumps([asdict(entry) for entry in entries]).encode()},
        frames=("observations", "places"),
        limits=INDICATOR_UPLOAD,
    )
    lives = [PlaceLife(since, tuple((date, kind) for date, kind in changes)) for since, changes in found.facts["lives"]]
    return JoinedIndicators(
        found.frames["observations"], found.frames["places"].astype(object), lives, list(found.problems)
    )


def read_dictionary_in_sandbox(raw: bytes, *, name: str) -> tuple[dict[str, IndicatorEntry], list[Problem]]:
    """Read the dictionary of a table in another process.

    Parameters
    ----------
    raw : bytes
        The file.
    name : str
        What it is called to its user.

    Returns
    -------
    entries : dict of str to IndicatorEntry
    problems : list of Problem

    Raises
    ------
    IntakeError
        When it cannot be read, or asks for more than it may.
    """
    found = run_table_worker(
        _WORKER,
        {},
        inputs={"input": raw},
        frames=("entries",),
        file=sanitize_for_display(name),
        limits=INDICATOR_UPLOAD,
    )
    rows: list[Any] = found.frames["entries"].to_dict("records")
    entries = [IndicatorEntry(**row) for row in rows]
    return {entry.indicator: entry for entry in entries}, list(found.problems)
