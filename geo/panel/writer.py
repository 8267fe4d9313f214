"""Write a panel as a file for Stata, a spreadsheet, R or Python, with its codebook, a do-file and R lines beside it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.files.atomic_file import write_atomically
from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark
from pilotzones.geo.files.xlsx_writer import encode_workbook, iterate_cells
from pilotzones.geo.panel.codebook import VALUE_LABELS, describe_panel, label_columns, write_r, write_stata

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from pilotzones.geo.panel.builder import Panel
    from pilotzones.geo.panel.onto import AttachedPanel

__all__ = ["PANEL_SUFFIXES", "encode_frame", "encode_panel", "list_companions", "write_attached", "write_panel"]

PANEL_SUFFIXES: Final = (".dta", ".csv", ".xlsx", ".parquet")
# A label of Stata has at most 80 characters.
_MAX_LABEL: Final = 80
_MAX_SHEET_ROWS: Final = 1_048_575


def write_panel(panel: Panel, path: Path) -> list[Path]:
    """Write a panel, its codebook, a do-file and lines of R.

    Parameters
    ----------
    panel : Panel
    path : Path
        Ends in one of `PANEL_SUFFIXES`.

    Returns
    -------
    list of Path
        What stands beside the panel, the codebook first.

    Raises
    ------
    ExportError
        When the ending names no format, or the file cannot be written.
    """
    content = encode_panel(panel, path.suffix.lower())
    write_atomically(path, content)
    written = []
    for suffix, text in list_companions(panel, path.name).items():
        written.append(path.with_name(f"{path.stem}{suffix}"))
        write_atomically(written[-1], text.encode())
    return written


def write_attached(attached: AttachedPanel, path: Path) -> list[Path]:
    """Write a user's panel with the columns that were added, its report, and the rows that are open.

    Parameters
    ----------
    attached : AttachedPanel
    path : Path
        Ends in one of `PANEL_SUFFIXES`.

    Returns
    -------
    list of Path
        What stands beside the panel: the report, and the open rows where there are any.

    Raises
    ------
    ExportError
        When the ending names no format, or a file cannot be written.
    """
    write_atomically(path, encode_frame(attached.frame, path.suffix.lower(), attached.labels))
    written = [path.with_name(f"{path.stem}.codebook.md")]
    write_atomically(written[0], attached.describe().encode())
    if len(attached.open_rows):
        written.append(path.with_name(f"{path.stem}.open.csv"))
        write_atomically(written[1], with_byte_order_mark(format_csv(attached.open_rows)))
    return written


def list_companions(panel: Panel, file: str) -> dict[str, str]:
    """List what stands beside a panel, by the ending of its name: the codebook, a do-file and lines of R."""
    return {".codebook.md": describe_panel(panel), ".do": write_stata(panel, file), ".R": write_r(panel, file)}


def encode_panel(panel: Panel, suffix: str) -> bytes:
    """Encode a panel as the bytes of a file.

    Parameters
    ----------
    panel : Panel
    suffix : str
        One of `PANEL_SUFFIXES`.

    Returns
    -------
    bytes

    Raises
    ------
    ExportError
        When there is no such format, or it does not take so many rows.
    """
    return encode_frame(panel.frame, suffix, label_columns(panel))


def encode_frame(frame: pd.DataFrame, suffix: str, labels: Mapping[str, str]) -> bytes:
    """Encode a table as the bytes of a file.

    Parameters
    ----------
    frame : DataFrame
    suffix : str
        One of `PANEL_SUFFIXES`.
    labels : mapping of str to str
        Labels of columns; those without one keep their name.

    Returns
    -------
    bytes

    Raises
    ------
    ExportError
        When there is no such format, or it does not take so many rows.
    """
    stream = io.BytesIO()
    if suffix == ".csv":
        return with_byte_order_mark(format_csv(frame))
    if suffix == ".parquet":
        frame.to_parquet(stream, index=False)
    elif suffix == ".dta":
        _write_stata(frame, stream, labels)
    elif suffix == ".xlsx":
        if len(frame) > _MAX_SHEET_ROWS:
            facts = {"most": f"{_MAX_SHEET_ROWS:,}", "rows": f"{len(frame):,}"}
            raise ExportError(make_problem("", "sheet_rows", facts=facts))
        return encode_workbook({"panel": (frame.columns, iterate_cells(frame))})
    else:
        facts = {"known": ", ".join(PANEL_SUFFIXES), "ending": suffix}
        raise ExportError(make_problem("", "ending_unknown", facts=facts))
    return stream.getvalue()


def _write_stata(frame: pd.DataFrame, stream: io.BytesIO, labels: Mapping[str, str]) -> None:
    # pandas keeps this word from Stata's names.
    frame = frame.rename(columns={"break": "unit_break"})
    values: Any = {
        name: VALUE_LABELS[stem] for name in frame.columns if (stem := name.rpartition("_p")[0]) in VALUE_LABELS
    }
    _to_stata_types(frame).to_stata(
        stream,
        write_index=False,
        version=118,
        variable_labels={
            name: label[:_MAX_LABEL]
            for name in frame.columns
            if (label := labels.get("break" if name == "unit_break" else str(name))) is not None
        },
        value_labels=values,
    )


def _to_stata_types(frame: pd.DataFrame) -> pd.DataFrame:
    """Give whole numbers with gaps the type that Stata has for them; long texts of few values stay labelled numbers."""
    types = {}
    for name, kind in frame.dtypes.items():
        if str(kind) == "Int16":
            types[name] = "float32"
        elif str(kind) == "category" and not str(name).startswith(("batch_", "clause_", "source_")):
            types[name] = "object"
    return frame.astype(types)
