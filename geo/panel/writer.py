"""Write a panel as a file for Stata, a spreadsheet, R or Python, with its codebook beside it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from pilotzones.geo.errors import ExportError
from pilotzones.geo.files.atomic_file import write_atomically
from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark
from pilotzones.geo.files.xlsx_writer import OPTIONS, plain_styles, write_sheet
from pilotzones.geo.panel.codebook import describe_panel, label_columns

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from pilotzones.geo.panel.builder import Panel

__all__ = ["PANEL_SUFFIXES", "encode_panel", "write_panel"]

PANEL_SUFFIXES: Final = (".dta", ".csv", ".xlsx", ".parquet")
# A label of Stata has at most 80 characters.
_MAX_LABEL: Final = 80
_MAX_SHEET_ROWS: Final = 1_048_575


def write_panel(panel: Panel, path: Path) -> Path:
    """Write a panel and its codebook.

    Parameters
    ----------
    panel : Panel
    path : Path
        Ends in one of `PANEL_SUFFIXES`.

    Returns
    -------
    Path
        The codebook.

    Raises
    ------
    ExportError
        When the ending names no format, or the file cannot be written.
    """
    content = encode_panel(panel, path.suffix.lower())
    write_atomically(path, content)
    codebook = path.with_name(f"{path.stem}.codebook.md")
    write_atomically(codebook, describe_panel(panel).encode())
    return codebook


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
    frame, stream = panel.frame, io.BytesIO()
    if suffix == ".csv":
        return with_byte_order_mark(format_csv(frame))
    if suffix == ".parquet":
        frame.to_parquet(stream, index=False)
    elif suffix == ".dta":
        labels = {name: label[:_MAX_LABEL] for name, label in label_columns(panel).items()}
        _to_stata_types(frame).to_stata(stream, write_index=False, version=118, variable_labels=labels)
    elif suffix == ".xlsx":
        if len(frame) > _MAX_SHEET_ROWS:
            raise ExportError(
                f"a sheet takes {_MAX_SHEET_ROWS:,} rows and the panel has {len(frame):,}: choose .parquet"
            )
        _write_workbook(frame, stream)
    else:
        raise ExportError(f"a panel is written as {', '.join(PANEL_SUFFIXES)}, not {suffix or 'without an ending'}")
    return stream.getvalue()


def _write_workbook(frame: pd.DataFrame, stream: io.BytesIO) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        rows = frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
        write_sheet(book, "panel", frame.columns, rows, plain_styles(book))


def _to_stata_types(frame: pd.DataFrame) -> pd.DataFrame:
    """Give whole numbers with missing values the type that Stata has for them."""
    numbers = [name for name in frame.columns if str(frame[name].dtype) == "Int16"]
    return frame.astype(dict.fromkeys(numbers, "float64"))
