"""Let a worker answer with tables: it leaves frames, problems and facts, and the process that started it takes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilotzones.geo.errors import IntakeError, PilotzonesError, Problem, make_problem
from pilotzones.geo.files.temporary_folder import open_temporary_folder
from pilotzones.geo.sandbox.limits import Limits
from pilotzones.geo.sandbox.worker_process import WorkerFailedError, run_worker, take_order

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["WorkerTables", "answer_order", "encode_table", "read_table_file", "run_table_worker"]

_RESULT = "result.json"


@dataclass(frozen=True, slots=True)
class WorkerTables:
    """What a worker answers.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        By name; a name is part of a file name.
    problems : sequence of Problem, optional
    facts : mapping of str to object, optional
        JSON values.
    """

    frames: Mapping[str, pd.DataFrame]
    problems: Sequence[Problem] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def run_table_worker(
    module: str,
    order: Mapping[str, object],
    *,
    inputs: Mapping[str, bytes],
    frames: Sequence[str],
    file: str,
    limits: Limits,
) -> WorkerTables:
    """Run a worker that ends with `answer_order`, and take its answer.

    Parameters
    ----------
    module : str
        Dotted name of the worker.
    order : mapping of str to object
        A few JSON values; what is longer is an input.
    inputs : mapping of str to bytes
        Files of its current folder, by name.
    frames : sequence of str
        Names of the frames that are expected.
    file : str
        What the file is called to its user, cleaned for display.
    limits : Limits

    Returns
    -------
    WorkerTables

    Raises
    ------
    IntakeError
        When the worker refuses, or asks for more than it may.
    """
    import pyarrow as pa

    with open_temporary_folder() as folder:
        for name, content in inputs.items():
            (folder / name).write_bytes(content)
        result = folder / _RESULT
        try:
            run_worker(module, {**order, "file": file}, result=result, limits=limits)
            answer = json.loads(result.read_bytes())
            if answer["error"]:
                raise IntakeError(answer["error"], _read_problems(answer["problems"]), code=answer["code"])
            tables = {name: read_table_file(folder / f"{name}.arrow") for name in frames}
            return WorkerTables(tables, _read_problems(answer["problems"]), answer["facts"])
        except WorkerFailedError as error:
            raise IntakeError(error.make_problem(file, limits), code=error.code) from None
        except (KeyError, TypeError, ValueError, OSError, pa.ArrowException) as error:
            raise IntakeError(make_problem(file, "damaged-table"), code="damaged") from error


def answer_order(answer: Callable[[dict[str, Any], Limits], WorkerTables]) -> None:
    """Carry out the order on standard input, in a process that `run_table_worker` has started.

    Parameters
    ----------
    answer : callable
        Takes the order and the limits; what it raises as `PilotzonesError` is the refusal that the user reads.
    """
    order, limits = take_order()
    reply: dict[str, Any] = {"error": "", "code": "other", "problems": [], "facts": {}}
    try:
        found = answer(order, limits)
        for name, frame in found.frames.items():
            Path(f"{name}.arrow").write_bytes(encode_table(frame))
        reply |= {"problems": [asdict(problem) for problem in found.problems], "facts": dict(found.facts)}
    except PilotzonesError as error:
        reply |= {"error": str(error), "problems": [asdict(problem) for problem in error.problems]}
        reply["code"] = error.code if isinstance(error, IntakeError) else "other"
    except MemoryError:
        problem = make_problem(order["file"], "too_large-memory")
        reply |= {"error": str(problem), "problems": [asdict(problem)], "code": "slow"}
    Path(order["result"]).write_text(json.dumps(reply), encoding="utf-8")


def encode_table(frame: pd.DataFrame) -> bytes:
    """Encode a frame as a file of Arrow.

    Parameters
    ----------
    frame : DataFrame

    Returns
    -------
    bytes
    """
    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def read_table_file(path: Path) -> pd.DataFrame:
    """Read what `encode_table` has made, by whomever it was left.

    Parameters
    ----------
    path : Path

    Returns
    -------
    DataFrame

    Raises
    ------
    OSError, pyarrow.ArrowException
        When it is no such file, or damaged.
    """
    import pyarrow as pa

    with pa.OSFile(str(path)) as stream:
        table = pa.ipc.open_file(stream).read_all()
    table.validate(full=True)
    frame: pd.DataFrame = table.to_pandas()
    return frame


def _read_problems(records: Any) -> list[Problem]:
    return [Problem.from_record(record) for record in records]
