"""The table that a worker process leaves for its caller: a row a feature, and the problems that it found."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from pilotzones.geo.boundaries.upload.raw_features import make_refusal
from pilotzones.geo.errors import IntakeError, Problem
from pilotzones.geo.sandbox.worker_process import WorkerFailedError, run_worker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from pilotzones.geo.sandbox.limits import Limits

__all__ = ["open_worker_table", "refuse_damaged", "write_worker_table"]

_ISSUES: Final = b"issues"


def write_worker_table(
    result: Path, types: Mapping[str, pa.DataType], columns: Mapping[str, Sequence[Any]], problems: Sequence[Problem]
) -> None:
    """Write the table in the worker.

    Parameters
    ----------
    result : Path
        Arrow file to write; the problems are JSON in the metadata of its schema.
    types : mapping of str to pyarrow.DataType
        Of every column.
    columns : mapping of str to sequence
        Cells; a column that is not there is empty.
    problems : sequence of Problem
    """
    # Imported here: the worker blocks what it does not need before anything large is loaded.
    import pyarrow as pa

    issues = json.dumps([asdict(problem) for problem in problems]).encode()
    schema = pa.schema(dict(types), metadata={_ISSUES: issues})
    table = pa.table({name: pa.array(columns.get(name, []), kind) for name, kind in types.items()}, schema=schema)
    with pa.OSFile(str(result), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def open_worker_table(
    module: str, order: dict[str, Any], *, result: Path, file: str, limits: Limits
) -> tuple[pa.Table, list[Problem]]:
    """Run a worker and read what it leaves.

    Parameters
    ----------
    module : str
        Of the worker.
    order : dict
        JSON values that it begins with.
    result : Path
        File that it writes with `write_worker_table`.
    file : str
        Name to report.
    limits : Limits

    Returns
    -------
    table : pyarrow.Table
    problems : list of Problem

    Raises
    ------
    IntakeError
        When the worker fails or is stopped by a limit, or its table makes no sense.
    """
    import pyarrow as pa

    try:
        run_worker(module, order, result=result, limits=limits)
    except WorkerFailedError as error:
        # Killed by a limit, or by a fault inside a library: either way nothing of it is believed.
        raise IntakeError(error.make_problem(file, limits), code=error.code) from None
    with refuse_damaged(file), pa.OSFile(str(result)) as source:
        table = pa.ipc.open_file(source).read_all()
        table.validate(full=True)
        return table, [Problem.from_record(record) for record in json.loads(table.schema.metadata[_ISSUES])]


@contextmanager
def refuse_damaged(file: str) -> Iterator[None]:
    """Refuse a file whose table cannot be read.

    Parameters
    ----------
    file : str
        Name to report.

    Raises
    ------
    IntakeError
        For every error of Arrow, of shapely or of a value inside the block.
    """
    import pyarrow as pa
    import shapely

    try:
        yield
    except (pa.ArrowException, shapely.GEOSException, KeyError, TypeError, ValueError) as error:
        raise make_refusal(file, "damaged-table") from error
