"""Rows as a user's file gives them, before anything is believed; and how problems of many rows are shown."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pilotzones.geo.errors import IntakeError, Problem, Severity, make_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from pilotzones.geo.sandbox.limits import Limits

__all__ = [
    "FOLDER",
    "RawFeatures",
    "check_size",
    "decode_text",
    "make_refusal",
    "pair_columns",
    "parse_shapes",
    "sanitize_for_display",
    "summarize_row_problems",
]

# Column that says in which folder of a KML a row stood.
FOLDER: Final = "folder"
# So many rows get a line of their own; the rest of them share one.
_LISTED: Final = 20
_NUMBERS: Final = 200
_VALUE_LENGTH: Final = 80
_ENCODINGS: Final = ("utf-8-sig", "gb18030")


def _make_empty() -> NDArray[Any]:
    # The names of columns are read without NumPy: a question about a place has no geometry.
    import numpy as np

    return np.empty(0, dtype=object)


@dataclass
class RawFeatures:
    """What was read from a file.

    Parameters
    ----------
    geometry : ndarray of shapely geometries, shape (n,)
        Of any type; None where a row has none.
    columns : dict of str to list
        The columns, n texts each, None where a cell is empty.
    found : tuple of str
        Names of all columns of the file.
    crs : str or None
        What the file states, fit for pyproj; None when it states nothing.
    crs_is_default : bool
        Whether `crs` is what the format means when a file states nothing.
    problems : list of Problem
        Those of reading.
    """

    geometry: NDArray[Any] = field(default_factory=_make_empty)
    columns: dict[str, list[str | None]] = field(default_factory=dict)
    found: tuple[str, ...] = ()
    crs: str | None = None
    crs_is_default: bool = False
    problems: list[Problem] = field(default_factory=list)


def make_refusal(file: str, code: str, **facts: object) -> IntakeError:
    """Make the error that refuses a whole file for one reason."""
    return IntakeError(make_problem(file, code, facts=facts))


def check_size(file: str, limits: Limits, *, features: int = 0, columns: int = 0) -> None:
    """Refuse a file with more features or columns than are read."""
    if features > limits.features:
        raise make_refusal(file, "too_large-features", features=f"{features:,}", most=f"{limits.features:,}")
    if columns > limits.columns:
        raise make_refusal(file, "too_large-columns", columns=columns, most=limits.columns)


def decode_text(raw: bytes, problems: list[Problem], *, file: str) -> str | None:
    """Decode a file, and report an encoding other than UTF-8; None when it is in none that is read."""
    for encoding in ("utf-16",) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else _ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != _ENCODINGS[0]:
            problems.append(make_problem(file, "encoding-read_as", severity="warning", facts={"encoding": encoding}))
        return text
    return None


def sanitize_for_display(value: object) -> str:
    """Show a value of the file, short and without characters that a terminal or an encoder could stumble over."""
    text = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(mark).startswith("C") else mark
        for mark in str(value)[: _VALUE_LENGTH + 1]
    )
    return text if len(text) <= _VALUE_LENGTH else text[:_VALUE_LENGTH] + "…"


def parse_shapes(parse: Callable[..., Any], cells: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
    """Parse WKT or WKB.

    Parameters
    ----------
    parse : callable
        `shapely.from_wkt` or `shapely.from_wkb`.
    cells : sequence of str, bytes or None, shape (n,)

    Returns
    -------
    ndarray of shapely geometries, shape (n,)
        None for a cell that cannot be read or has circular arcs.
    """
    import numpy as np

    def parse_one(cell: object) -> Any:
        try:
            return parse(cell, on_invalid="ignore")
        except NotImplementedError:
            return None

    texts: NDArray[Any] = np.empty(len(cells), dtype=object)
    texts[:] = cells
    try:
        shapes: NDArray[Any] = np.asarray(parse(texts, on_invalid="ignore"), dtype=object)
    except NotImplementedError:
        # GEOS has types for circular arcs and shapely has none: it refuses all cells for one of them.
        shapes = np.empty(len(cells), dtype=object)
        shapes[:] = [parse_one(cell) for cell in texts]
    return shapes


def pair_columns(
    names: Iterable[str], columns: Iterable[list[str | None]], problems: list[Problem], *, file: str
) -> dict[str, list[str | None]]:
    """Pair the names of columns with their cells, and refuse two of one name whose cells differ.

    Which of the two counts would be every reader's own choice.

    Parameters
    ----------
    names : iterable of str
    columns : iterable of list of str or None
    problems : list of Problem
        An error for each such name is added.
    file : str
        Name to report.

    Returns
    -------
    dict of str to list of str or None
    """
    paired: dict[str, list[str | None]] = {}
    for name, column in zip(names, columns, strict=True):
        first = paired.setdefault(name, column)
        if first is not column and first != column and name.strip():
            problems.append(make_problem(file, "damaged-column_twice", field=sanitize_for_display(name)))
    return paired


def summarize_row_problems(
    file: str,
    code: str,
    rows: Sequence[int],
    *,
    field: str | None = None,
    values: Sequence[object] | None = None,
    severity: Severity = "error",
    facts: Mapping[str, object] | None = None,
) -> list[Problem]:
    """Report the same problem of several rows without flooding the reader: late rows share one line.

    Parameters
    ----------
    file, code : str
        As of `Problem`.
    rows : sequence of int
        Numbers of the features, counted from 1.
    field : str, optional
    values : sequence, optional
        One for each row.
    severity : {"error", "warning", "info"}, optional
    facts : mapping of str to object, optional
        What the sentence names.

    Returns
    -------
    list of Problem
    """
    shown = [
        make_problem(
            file,
            code,
            row=row,
            field=field,
            value=None if values is None else sanitize_for_display(values[place]),
            severity=severity,
            facts=facts,
        )
        for place, row in enumerate(rows[:_LISTED])
    ]
    rest = rows[_LISTED:]
    if rest:
        numbers = ", ".join(map(str, rest[:_NUMBERS])) + (", …" if len(rest) > _NUMBERS else "")
        more = {**(facts or {}), "more": len(rest), "more_rows": numbers}
        shown.append(make_problem(file, code, field=field, severity=severity, facts=more))
    return shown
