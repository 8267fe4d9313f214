"""Read whole columns of a table of figures: numbers as they are, texts each once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pilotzones.geo.files.figures import OBSERVATION_STATUSES, read_figure

__all__ = ["FigureCells", "TextCells", "read_figures", "read_texts"]

_NORMAL: Final = OBSERVATION_STATUSES.index("A")
_MISSING: Final = OBSERVATION_STATUSES.index("M")


class FigureCells(NamedTuple):
    """Figures of a column: numbers [NaN for a gap], statuses as places in `OBSERVATION_STATUSES`, and rows not read."""

    numbers: NDArray[np.float64]
    statuses: NDArray[np.int8]
    unread: NDArray[np.intp]


class TextCells(NamedTuple):
    """A column of texts: the different ones, and for each row which."""

    texts: list[str]
    codes: NDArray[np.int32]

    def take(self, row: Any) -> str:
        """Return the text of a row."""
        return self.texts[int(self.codes[row])]


def read_figures(cells: NDArray[Any]) -> FigureCells:
    """Read a column of figures.

    Parameters
    ----------
    cells : ndarray, shape (n,)
        Numbers, or texts as a table has them.

    Returns
    -------
    FigureCells
    """
    if cells.dtype.kind in "fiub":
        values = cells.astype(np.float64, copy=False)
        is_known = np.isfinite(values)
        statuses = np.where(is_known, _NORMAL, _MISSING).astype(np.int8)
        return FigureCells(
            values if is_known.all() else np.where(is_known, values, np.nan), statuses, np.empty(0, np.intp)
        )
    column = read_texts(cells)
    read = [read_figure(text) for text in column.texts]
    values = np.array([np.nan if one.value is None else one.value for one in read], np.float64)
    statuses = np.array([OBSERVATION_STATUSES.index(one.status) for one in read], np.int8)
    is_unread = np.array([not one.is_read for one in read], bool)
    codes = column.codes
    return FigureCells(values[codes], statuses[codes], np.flatnonzero(is_unread[codes]))


def read_texts(cells: NDArray[Any] | Sequence[str]) -> TextCells:
    """Find the different texts of a column; a missing cell is an empty text, a whole number has no decimal point.

    Parameters
    ----------
    cells : ndarray or sequence of str, length n

    Returns
    -------
    TextCells
    """
    if isinstance(cells, pd.Categorical):
        # A missing cell has the code -1, and is the last text.
        codes, different = np.asarray(cells.codes), [*cells.categories, None]
    elif isinstance(cells, np.ndarray) and cells.dtype.kind in "iuf":
        codes, found = pd.factorize(cells, use_na_sentinel=False)
        different = found.tolist()
    else:
        codes, found = pd.factorize(np.asarray(cells, dtype=object), use_na_sentinel=False)
        different = list(found)
    texts = [_write_cell(cell) for cell in different]
    # 2019 and 2019.0 are one text.
    known: dict[str, int] = {}
    numbers = np.array([known.setdefault(text, len(known)) for text in texts], np.int32)
    return TextCells(list(known), numbers[codes] if len(numbers) else codes.astype(np.int32))


def _write_cell(cell: Any) -> str:
    if cell is None or cell is pd.NA or cell != cell:  # noqa: PLR0124  # NaN and NaT differ from themselves
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if hasattr(cell, "date") and callable(cell.date):
        return str(cell.date().isoformat())
    return str(cell).strip()
