"""Open a user's panel in a process of its own; leave one Arrow file with its columns and their labels."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pilotzones.geo.errors import Problem, make_problem
from pilotzones.geo.files.csv_reader import split_rows
from pilotzones.geo.files.stata_labels import read_value_labels
from pilotzones.geo.panel.headings import join_headings
from pilotzones.geo.sandbox.limits import Limits
from pilotzones.geo.sandbox.worker_process import take_order

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LABELS", "PART", "PROBLEM", "VALUE_LABELS", "OpenedTable", "main", "open_table"]

LABELS: Final = b"pilotzones.labels"
PROBLEM: Final = b"pilotzones.problem"
VALUE_LABELS: Final = b"pilotzones.value_labels"
# Before the number of a part in the name of its file.
PART: Final = "part"
_COLUMNS_AT_ONCE: Final = 32
_ROWS_AT_ONCE: Final = 1_000_000
_HEAD_BYTES: Final = 16_384
_MAX_TITLE_ROWS: Final = 8


def main() -> None:
    """Carry out the order on standard input."""
    order, limits = take_order()
    result, path = Path(order["result"]), Path(order["path"])
    if order.get("in_parts"):
        _write_parts(path, limits, result)
        return
    opened = open_table(path, limits)
    _write(opened.frame, {LABELS: opened.labels, VALUE_LABELS: opened.value_labels}, opened.problem, result)


class OpenedTable(NamedTuple):
    """A table with the labels of its variables and of their values, or why there is none."""

    frame: pd.DataFrame | None
    labels: dict[str, str]
    value_labels: dict[str, dict[str, str]]
    problem: Problem | None


def open_table(path: Path, limits: Limits) -> OpenedTable:
    """Open a table in this process, which is one of its own.

    Parameters
    ----------
    path : Path
    limits : Limits

    Returns
    -------
    OpenedTable
    """
    if not path.stat().st_size:
        return _refuse("file_empty")
    try:
        frame, labels = _READERS[path.suffix](path)
        values = read_value_labels(path, frame) if path.suffix == ".dta" else {}
    except MemoryError:
        return _refuse("too_large-memory")
    except Exception:  # noqa: BLE001 - whatever a reader meets in a stranger's file is one refusal
        return _refuse("table_broken", ending=path.suffix)
    frame.columns = [str(name) for name in frame.columns]
    if problem := _check_columns(list(frame.columns), limits):
        return OpenedTable(None, {}, {}, problem)
    by_text = {name: {str(value): label for value, label in own.items()} for name, own in values.items()}
    return OpenedTable(frame, labels, by_text, None)


def _refuse(code: str, **facts: object) -> OpenedTable:
    return OpenedTable(None, {}, {}, make_problem("", code, facts=facts))


def _read_csv(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    import pandas as pd

    content = path.read_bytes()
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        encoding = "gb18030"
    lines = content[:_HEAD_BYTES].decode(encoding, errors="replace").splitlines()[:_MAX_TITLE_ROWS]
    separator = max(",\t;", key=lambda one: max((line.count(one) for line in lines), default=0))
    titles = _count_titles([line.split(separator) for line in lines])
    heads = [cells for _, cells in split_rows("\n".join(lines[titles : titles + 2]), delimiter=separator)]
    joined = join_headings(*heads) if len(heads) == 2 else None
    names, labels = joined or (None, {})
    # Every cell stays the text it is: a code keeps its zeros, and what goes out is what came in.
    frame = pd.read_csv(
        path,
        sep=separator,
        dtype=str,
        keep_default_na=False,
        encoding=encoding,
        skip_blank_lines=False,
        skiprows=titles + (2 if joined else 0),
        header=None if joined else 0,
        names=names,
        index_col=False if joined else None,
    )
    return frame, labels


def _count_titles(rows: Sequence[Sequence[object]]) -> int:
    """Count the rows of one cell, such as a title, a unit or nothing, above the first row of several."""
    filled = [sum(cell is not None and bool(str(cell).strip()) for cell in row) for row in rows[:_MAX_TITLE_ROWS]]
    return next((at for at, count in enumerate(filled) if count > 1), 0)


def _read_xlsx(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    import openpyxl
    import pandas as pd

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    rows = rows[_count_titles(rows) :]
    # A sheet is as wide as its widest format: columns without any cell are none of the table.
    used = [at for at in range(len(rows[0])) if any(row[at] is not None for row in rows)]
    rows = [[row[at] for at in used] for row in rows]
    joined = join_headings(*rows[:2]) if len(rows) > 1 else None
    head, labels = joined or (["" if cell is None else str(cell) for cell in rows[0]], {})
    frame = pd.DataFrame(rows[2 if joined else 1 :], columns=head)
    for name in frame.select_dtypes(object).columns:
        kinds = {type(cell) for cell in frame[name].dropna()}
        if len(kinds) > 1:
            # A column of text and numbers is text.
            frame[name] = frame[name].map(str, na_action="ignore")
    return frame, labels


def _read_stata(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    import pandas as pd

    reader: Any
    with pd.read_stata(path, convert_categoricals=False, iterator=True) as reader:
        return reader.read(), reader.variable_labels()


def _read_parquet(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    import pandas as pd
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, pre_buffer=False) as file:
        names = file.schema_arrow.names
        if len(set(names)) < len(names):
            return pd.DataFrame(columns=names), {}
        table = _read_by_columns(file.read, file.schema_arrow)
    return table.to_pandas(split_blocks=True, self_destruct=True), {}


_READERS: Final = {".csv": _read_csv, ".xlsx": _read_xlsx, ".dta": _read_stata, ".parquet": _read_parquet}


def _write_parts(path: Path, limits: Limits, result: Path) -> None:
    """Write each row group of a Parquet file beside the result, texts each once, so that no process holds all of them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    problem: Problem | None = None
    try:
        with pq.ParquetFile(path) as plain:
            kinds = (pa.string(), pa.large_string())
            texts = [one.name for one in plain.schema_arrow if one.type in kinds]
        with pq.ParquetFile(path, read_dictionary=texts, pre_buffer=False) as file:
            problem = _check_columns(file.schema_arrow.names, limits)
            for group in range(0 if problem else file.num_row_groups):
                table = _read_by_columns(partial(file.read_row_group, group), file.schema_arrow)
                _write_part(table, result.with_name(f"{PART}{group}"))
    except MemoryError:
        problem = make_problem("", "too_large-memory")
    except Exception:  # noqa: BLE001 - whatever a reader meets in a stranger's file is one refusal
        problem = make_problem("", "table_broken", facts={"ending": path.suffix})
    _write(None, {}, problem, result)


def _read_by_columns(read: Callable[..., Any], schema: Any) -> Any:
    """Read a table some columns at a time: all at once would take several times the memory of their numbers."""
    import pyarrow as pa

    chosen = [schema.names[at : at + _COLUMNS_AT_ONCE] for at in range(0, len(schema.names), _COLUMNS_AT_ONCE)]
    parts = [read(columns=names, use_threads=False) for names in chosen]
    return pa.Table.from_arrays([column for part in parts for column in part.columns], schema=schema)


def _write_part(table: Any, path: Path) -> None:
    import pyarrow as pa

    # Codes of texts take little room when they are compressed.
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=_ROWS_AT_ONCE)


def _check_columns(names: list[str], limits: Limits) -> Problem | None:
    if len(names) > limits.columns:
        return make_problem("", "table_columns_more", facts={"most": limits.columns})
    alike = next((name for name in names if names.count(name) > 1), None)
    return None if alike is None else make_problem("", "columns_alike", facts={"name": alike or "“”"})


def _write(frame: pd.DataFrame | None, described: dict[bytes, Any], problem: Problem | None, result: Path) -> None:
    import pyarrow as pa

    table: Any = pa.table({})
    if frame is not None:
        try:
            table = pa.Table.from_pandas(frame, preserve_index=False)
        except pa.ArrowException:
            problem = make_problem("", "column_mixed")
    metadata = dict(table.schema.metadata or {})
    described = {**described, PROBLEM: None if problem is None else asdict(problem)}
    metadata |= {key: json.dumps(value).encode() for key, value in described.items()}
    table = table.replace_schema_metadata(metadata)
    with pa.OSFile(str(result), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


if __name__ == "__main__":
    main()
