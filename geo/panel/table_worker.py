"""Open a user's panel in a process of its own; leave one Arrow file with its columns and their labels."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pilotzones.geo.files.limits import Limits
from pilotzones.geo.files.sandbox import limit_process
from pilotzones.geo.files.stata_labels import read_value_labels

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LABELS", "PROBLEM", "VALUE_LABELS", "main"]

LABELS: Final = b"pilotzones.labels"
PROBLEM: Final = b"pilotzones.problem"
VALUE_LABELS: Final = b"pilotzones.value_labels"


def main() -> None:
    """Carry out the order on standard input."""
    order = json.load(sys.stdin)
    limits = Limits(**order.pop("limits"))
    limit_process(limits)
    result, path = Path(order["result"]), Path(order["path"])
    try:
        frame, labels = _READERS[path.suffix](path)
        values = read_value_labels(path, frame) if path.suffix == ".dta" else {}
        problem = ""
    except MemoryError:
        frame, labels, values, problem = None, {}, {}, "opening the file takes more memory than is allowed"
    except Exception as error:  # noqa: BLE001 - whatever a reader meets in a stranger's file is one refusal
        frame, labels, values, problem = None, {}, {}, f"the file cannot be read: {type(error).__name__}"
    if frame is not None and frame.shape[1] > limits.columns:
        frame, problem = None, f"the table has more than {limits.columns} columns"
    _write(frame, {LABELS: labels, VALUE_LABELS: values}, problem, result)


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
    import pyarrow.parquet as pq

    return pq.read_table(path, use_threads=False).to_pandas(), {}


_READERS: Final = {".csv": _read_csv, ".xlsx": _read_xlsx, ".dta": _read_stata, ".parquet": _read_parquet}


def _write(frame: pd.DataFrame | None, described: dict[bytes, Any], problem: str, result: Path) -> None:
    import pyarrow as pa

    table: Any = pa.table({})
    if frame is not None:
        frame.columns = [str(name) for name in frame.columns]
        try:
            if len(set(frame.columns)) < frame.shape[1]:
                problem = "two columns have one name"
            else:
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
