"""Read a panel of the user's: Stata, CSV, XLSX or Parquet, opened in a process of its own."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from pilotzones.geo.errors import PanelError, Problem, make_problem
from pilotzones.geo.files.temporary_folder import open_temporary_folder
from pilotzones.geo.panel.table_worker import LABELS, PART, PROBLEM, VALUE_LABELS
from pilotzones.geo.sandbox.limits import TERMINAL
from pilotzones.geo.sandbox.worker_process import WorkerFailedError, run_worker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from pilotzones.geo.sandbox.limits import Limits

__all__ = ["MAX_ROWS", "TABLE_SUFFIXES", "UserTable", "read_parquet_parts", "read_table_file"]

TABLE_SUFFIXES: Final = (".dta", ".csv", ".xlsx", ".parquet")
MAX_ROWS: Final = 1_000_000


@dataclass
class UserTable:
    """A table as its file has it, with the labels of its variables, and of their values (by value as text)."""

    frame: pd.DataFrame
    labels: Mapping[str, str]
    file: str
    value_labels: Mapping[str, dict[str, str]] = field(default_factory=dict)


def read_parquet_parts(path: Path, *, limits: Limits = TERMINAL) -> Iterator[UserTable]:
    """Read a Parquet file part by part, texts as categories.

    Parameters
    ----------
    path : Path
    limits : Limits, optional

    Yields
    ------
    UserTable
        Some hundred thousand rows.

    Raises
    ------
    PanelError
        When there is no such file, or it is refused.
    """
    with open_temporary_folder() as folder:
        result = _run_worker(path, folder, ".parquet", path.name, limits, in_parts=True)
        with pa.OSFile(str(result)) as source:
            _raise_problem(pa.ipc.open_file(source).schema.metadata, path.name)
        for group in count():
            part = folder / f"{PART}{group}"
            if not part.is_file():
                return
            with pa.OSFile(str(part)) as source, pa.ipc.open_stream(source) as stream:
                yield from (UserTable(batch.to_pandas(split_blocks=True), {}, path.name) for batch in stream)
            part.unlink()


def _run_worker(path: Path, folder: Path, suffix: str, name: str, limits: Limits, *, in_parts: bool = False) -> Path:
    """Let a worker open a file, and return its result, which lies in the folder."""
    if not path.is_file():
        raise PanelError(make_problem(name, "no_file-irregular" if path.exists() else "no_file-missing"))
    if path.stat().st_size > limits.file_bytes:
        size = {"megabytes": f"{limits.file_bytes // 10**6:,}"}
        raise PanelError(make_problem(name, "table_megabytes", facts=size))
    copy, result = folder / f"table{suffix}", folder / "result.arrow"
    shutil.copyfile(path, copy)
    order = {"path": str(copy), "in_parts": in_parts}
    try:
        run_worker("pilotzones.geo.panel.table_worker", order, result=result, limits=limits)
    except WorkerFailedError as error:
        raise PanelError(error.make_problem(name, limits)) from None
    return result


def _raise_problem(metadata: Mapping[bytes, bytes], name: str) -> None:
    """Raise the problem for which a worker refuses a file, if there is one."""
    problem = json.loads(metadata[PROBLEM])
    if problem is not None:
        raise PanelError(Problem.from_record(problem | {"file": name}))


def read_table_file(path: Path, *, limits: Limits = TERMINAL, suffix: str = "", name: str = "") -> UserTable:
    """Read a table.

    Parameters
    ----------
    path : Path
        Ends in one of `TABLE_SUFFIXES`.
    limits : Limits, optional
    suffix : str, optional
        One of `TABLE_SUFFIXES`, where the content and not the name says what the file is.
    name : str, optional
        What the file is called to its user; by default the last part of `path`.

    Returns
    -------
    UserTable
        Cells of a CSV file are text, all others are what the file says they are.

    Raises
    ------
    PanelError
        When there is no such file, or it is refused.
    """
    suffix = suffix or path.suffix.lower()
    name = name or path.name
    if suffix not in TABLE_SUFFIXES:
        raise PanelError(make_problem(name, "table_suffix", facts={"endings": ", ".join(TABLE_SUFFIXES)}))
    with open_temporary_folder() as folder:
        result = _run_worker(path, folder, suffix, name, limits)
        with pa.OSFile(str(result)) as source:
            table = pa.ipc.open_file(source).read_all()
    _raise_problem(table.schema.metadata, name)
    if table.num_rows > MAX_ROWS:
        raise PanelError(make_problem(name, "table_rows_more", facts={"most": f"{MAX_ROWS:,}"}))
    labels = {str(one): str(label) for one, label in json.loads(table.schema.metadata[LABELS]).items()}
    values = json.loads(table.schema.metadata[VALUE_LABELS])
    # The columns of the file are let go one by one as they become those of the frame.
    return UserTable(table.to_pandas(split_blocks=True, self_destruct=True), labels, name, values)
