"""Open a user's panel in a process of its own; leave one Arrow file with its columns and their labels."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pilotzones.geo.files.limits import Limits
from pilotzones.geo.files.sandbox import limit_process
from pilotzones.geo.files.stata_labels import read_value_labels

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LABELS", "PROBLEM", "VALUE_LABELS", "OpenedTable", "main", "open_table"]

LABELS: Final = b"pilotzones.labels"
PROBLEM: Final = b"pilotzones.problem"
VALUE_LABELS: Final = b"pilotzones.value_labels"
_COLUMNS_AT_ONCE: Final = 32


def main() -> None:
    """Carry out the order on standard input."""
    order = json.load(sys.stdin)
    limits = Limits(**order.pop("limits"))
    limit_process(limits)
    result, path = Path(order["result"]), Path(order["path"])
    opened = open_table(path, limits)
    _write(opened.frame, {LABELS: opened.labels, VALUE_LABELS: opened.value_labels}, opened.problem, result)


class OpenedTable(NamedTuple):
    """A table with the labels of its variables and of their values, or why there is none."""

    frame: pd.DataFrame | None
    labels: dict[str, str]
    value_labels: dict[str, dict[str, str]]
    problem: str


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
    try:
        frame, labels = _READERS[path.suffix](path)
        values = read_value_labels(path, frame) if path.suffix == ".dta" else {}
    except MemoryError:
        return _refuse("opening the file takes more memory than is allowed")
    except Exception as error:  # noqa: BLE001 - whatever a reader meets in a stranger's file is one refusal
        return _refuse(f"the file cannot be read: {type(error).__name__}")
    if frame.shape[1] > limits.columns:
        return _refuse(f"the table has more than {limits.columns} columns")
    frame.columns = [str(name) for name in frame.columns]
    if len(set(frame.columns)) < frame.shape[1]:
        return _refuse("two columns have one name")
    by_text = {name: {str(value): label for value, label in own.items()} for name, own in values.items()}
    return OpenedTable(frame, labels, by_text, "")


def _refuse(problem: str) -> OpenedTable:
    return OpenedTable(None, {}, {}, problem)


def _read_csv(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    import pandas as pd

    content = path.read_bytes()
    try:
        content.decode("utf-8-sig")
        encoding = "utf-8-sig"
    except UnicodeDecodeError:
        encoding = "gb18030"
    head = content[:4096].decode(encoding, errors="replace").partition("\n")[0]
    separator = max(",\t;", key=head.count)
    # Every cell stays the text it is: a code keeps its zeros, and what goes out is what came in.
    frame = pd.read_csv(
        path, sep=separator, dtype=str, keep_default_na=False, encoding=encoding, skip_blank_lines=False
    )
    return frame, {}


def _read_xlsx(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    import openpyxl
    import pandas as pd

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    head = ["" if cell is None else str(cell) for cell in rows[0]]
    frame = pd.DataFrame(rows[1:], columns=head)
    for name in frame.select_dtypes(object).columns:
        kinds = {type(cell) for cell in frame[name] if cell is not None}
        if len(kinds) > 1:
            # A column of text and numbers is text.
            frame[name] = [None if cell is None else str(cell) for cell in frame[name]]
    return frame, {}


def _read_stata(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    import pandas as pd

    reader: Any
    with pd.read_stata(path, convert_categoricals=False, iterator=True) as reader:
        return reader.read(), reader.variable_labels()


def _read_parquet(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path, pre_buffer=False) as file:
        names = file.schema_arrow.names
        if len(set(names)) < len(names):
            return pd.DataFrame(columns=names), {}
        # All columns at once would take several times the memory of their numbers.
        parts = [
            file.read(columns=names[at : at + _COLUMNS_AT_ONCE], use_threads=False)
            for at in range(0, len(names), _COLUMNS_AT_ONCE)
        ]
        columns = [column for part in parts for column in part.columns]
        table = pa.Table.from_arrays(columns, schema=file.schema_arrow)
    del parts, columns
    return table.to_pandas(split_blocks=True, self_destruct=True), {}


_READERS: Final = {".csv": _read_csv, ".xlsx": _read_xlsx, ".dta": _read_stata, ".parquet": _read_parquet}


def _write(frame: pd.DataFrame | None, described: dict[bytes, Any], problem: str, result: Path) -> None:
    import pyarrow as pa

    table: Any = pa.table({})
    if frame is not None:
        try:
            table = pa.Table.from_pandas(frame, preserve_index=False)
        except pa.ArrowException:
            problem = "a column holds values of several kinds"
    metadata = dict(table.schema.metadata or {})
    metadata |= {key: json.dumps(value).encode() for key, value in described.items()} | {PROBLEM: problem.encode()}
    table = table.replace_schema_metadata(metadata)
    with pa.OSFile(str(result), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


if __name__ == "__main__":
    main()
