"""Answer a stranger's table of places in a process of its own, under limits of time and memory."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pilotzones.geo.boundaries.upload.raw_features import sanitize_for_display
from pilotzones.geo.documents.reader import DOCUMENT
from pilotzones.geo.sandbox.limits import UPLOAD, Limits, check_input_size
from pilotzones.geo.sandbox.worker_tables import WorkerTables, run_table_worker

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from pilotzones.geo.query.applicability import ApplicabilityIndex

__all__ = ["TABLE_UPLOAD", "answer_in_sandbox", "run_place_worker"]

# A table of a hundred thousand rows takes longer than a file does to open; beside others it runs in the slow lane.
TABLE_UPLOAD: Final[Limits] = replace(DOCUMENT, file_bytes=UPLOAD.file_bytes, seconds=60)


def answer_in_sandbox(
    raw: bytes, applies: ApplicabilityIndex, *, name: str, source: str, lang: str, as_of: str = ""
) -> pd.DataFrame:
    """Answer a table in another process.

    Parameters
    ----------
    raw : bytes
        The file: a table, or one place a line.
    applies : ApplicabilityIndex
        Of all programmes on a built-in source.
    name : str
        What the file is called to its user.
    source : str
        The source.
    lang : {"zh", "en"}
        Language of the names.
    as_of : str, optional
        Year or date of the rows that have none.

    Returns
    -------
    DataFrame
        As of `pilotzones.geo.query.place_query.to_frame`.

    Raises
    ------
    IntakeError
        When it cannot be read, or asks for more than it may.
    """
    order, module = {"lang": lang, "as_of": as_of}, "pilotzones.geo.query.table_worker"
    found = run_place_worker(module, raw, applies, name=name, source=source, order=order, frames=("answers",))
    return found.frames["answers"]


def run_place_worker(
    module: str,
    raw: bytes,
    applies: ApplicabilityIndex,
    *,
    name: str,
    source: str,
    order: Mapping[str, object],
    frames: Sequence[str],
    inputs: Mapping[str, bytes] | None = None,
    limits: Limits = TABLE_UPLOAD,
) -> WorkerTables:
    """Let a worker read a file with places.

    Parameters
    ----------
    module : str
        Dotted name of the worker.
    raw : bytes
        The file; the worker finds it as ``input``.
    applies : ApplicabilityIndex
        Of all programmes on a built-in source; the worker gets its matches as ``matches.json``.
    name : str
        What the file is called to its user.
    source : str
        The source.
    order : mapping of str to object
        What else the worker is asked.
    frames : sequence of str
        Names of the frames that it answers with.
    inputs : mapping of str to bytes, optional
        More files of its folder.
    limits : Limits, optional

    Returns
    -------
    WorkerTables

    Raises
    ------
    IntakeError
        When the file cannot be read, or asks for more than it may.
    """
    file = sanitize_for_display(name)
    check_input_size(file, len(raw), limits)
    return run_table_worker(
        module,
        {**order, "source": source},
        inputs={"input": raw, "matches.json": json.dumps(applies.matches).encode(), **(inputs or {})},
        frames=frames,
        file=file,
        limits=limits,
    )
