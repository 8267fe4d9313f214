"""Read the rows of a Stata file (.dta), in which panels of counties and years are published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pilotzones.geo.boundaries.upload.attribute_mapping import select_columns
from pilotzones.geo.documents.formats.refusal import DocumentRefusedError
from pilotzones.geo.documents.tables.layout import MAX_COLUMNS, ExtractedTable
from pilotzones.geo.files.stata_labels import read_value_labels
from pilotzones.geo.notes import Note, make_note

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["is_stata", "read_stata"]

# The tag of versions 117 and later; number of the version, byte order and type of versions 105 to 115.
_TAG: Final = b"<stata_dta>"
_VERSIONS: Final = frozenset({105, 108, 110, 111, 113, 114, 115})
_MAX_STATA_ROWS: Final = 400_000


def is_stata(raw: bytes) -> bool:
    """Return whether bytes begin as a Stata file does."""
    return raw.startswith(_TAG) or (len(raw) > 60 and raw[0] in _VERSIONS and raw[1] in (1, 2) and raw[2] == 1)


def read_stata(path: Path, notes: list[Note]) -> Iterator[str | ExtractedTable]:
    """Read the rows of a Stata file.

    Parameters
    ----------
    path : Path
    notes : list of Note
        Takes what was not read.

    Yields
    ------
    ExtractedTable
        Names of the variables (or their labels, where these say what a variable is and the name does not), then the rows.
        Values with a label are written as it is; a date as YYYY-MM-DD, a year as it is.

    Raises
    ------
    DocumentRefusedError
        When the file cannot be read.
    """
    # Imported here: only such a file needs pandas.
    from pandas import read_stata as read_frame
    from pandas.io.stata import StataReader

    try:
        with StataReader(path) as reader:
            labels = reader.variable_labels()
        chosen = list(labels)[:MAX_COLUMNS]
        frame = read_frame(path, columns=chosen, convert_categoricals=False)
        values = read_value_labels(path, frame)
        dates = [str(name) for name, kind in frame.dtypes.items() if kind.kind == "M"]
        plain = read_frame(path, columns=dates, convert_categoricals=False, convert_dates=False) if dates else frame[[]]
    except (ValueError, KeyError, OSError, UnicodeError) as error:
        raise DocumentRefusedError("stata_damaged", reason=error) from error
    if len(labels) > MAX_COLUMNS:
        notes.append(make_note("capped_columns", count=len(labels), most=MAX_COLUMNS))
    if len(frame) > _MAX_STATA_ROWS:
        raise DocumentRefusedError("stata_rows", "large", most=f"{_MAX_STATA_ROWS:,}")
    columns = [_write_column(frame[name], plain.get(name), values.get(name, {})) for name in frame.columns]
    header = [_choose_heading(str(name), labels.get(name, "")) for name in frame.columns]
    yield ExtractedTable([header, *map(list, zip(*columns, strict=True))])


def _choose_heading(name: str, label: str) -> str:
    return " ".join(label.split()) if not select_columns([name]) and select_columns([label]) else name


def _write_column(column: pd.Series[Any], plain: pd.Series[Any] | None, labels: Mapping[float, str]) -> list[str]:
    """Write the cells of a variable; of a date in years (%ty) the year."""
    if plain is not None:
        years = plain.dropna()
        if len(years) and bool((years == column[years.index].dt.year).all()):
            column = plain
    return [_write_cell(value, labels) for value in column.tolist()]


def _write_cell(value: Any, labels: Mapping[float, str]) -> str:
    if value is None or value != value:  # noqa: PLR0124 - a missing number is not equal to itself
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str) and value in labels:
        value = labels[value]
    if hasattr(value, "date") and callable(value.date):
        return str(value.date().isoformat())
    return " ".join(str(value).split())
