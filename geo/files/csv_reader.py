"""Read tables of comma-separated text: every cell as text, with problems collected where a person wrote the table."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pilotzones.geo.errors import Problem
from pilotzones.geo.files.input_file import read_input_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["CsvRow", "decode", "parse_table", "read_table"]


# The widest table of the catalogue has a tenth of it.
_MAX_COLUMNS: Final = 500


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One line of a table: its cells by column, stripped, and where it stands."""

    file: str
    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def make_problem(self, field: str, message: str) -> Problem:
        """Return a problem of this row, with the value found."""
        return Problem(self.file, message, self.number, field, self.cells.get(field))


def decode(raw: bytes, *, file: str) -> tuple[str, list[Problem]]:
    """Decode a catalogue file: UTF-8, with or without a byte order mark, and nothing else.

    Parameters
    ----------
    raw : bytes
        The file.
    file : str
        Name to report.

    Returns
    -------
    text : str
        Empty when the file is no UTF-8.
    problems : list of Problem
    """
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
    try:
        raw.decode("gb18030")
        hint = "it looks like GBK/GB18030: save it as UTF-8"
    except UnicodeDecodeError:
        hint = "save it as UTF-8"
    return "", [Problem(file, f"the file is not UTF-8 from this line on; {hint}", line)]


def read_table(path: Path, columns: Iterable[str], *, key: Iterable[str] = ()) -> tuple[list[CsvRow], list[Problem]]:
    """Read the rows of a CSV table with a known header.

    Parameters
    ----------
    path : Path
        The file.
    columns : iterable of str
        Columns the table must have; others are ignored with a warning.
    key : iterable of str, optional
        Columns that together may occur only once.

    Returns
    -------
    rows : list of Row
        Every line that has as many cells as the header.
    problems : list of Problem
        Whatever was wrong, all of it.
    """
    file = path.name
    lines, problems = _read_lines(path)
    if problems:
        return [], problems
    header = lines[0][1]
    problems += _check_header(file, header, list(columns))
    if any(problem.severity == "error" for problem in problems):
        return [], problems
    rows = []
    for number, cells in lines[1:]:
        if not any(cells):
            continue
        if len(cells) != len(header):
            problems.append(Problem(file, f"{len(cells)} cells where the header has {len(header)}", number))
            continue
        rows.append(CsvRow(file, number, dict(zip(header, cells, strict=True))))
    problems += _find_duplicates(rows, list(key))
    return rows, problems


def parse_table(text: str) -> list[dict[str, str]]:
    """Parse a table that a program wrote: the cells of each row by the names in the first line.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of dict
    """
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _read_lines(path: Path) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    """Read line number and cells of each record; at least a header when there is no problem."""
    file = path.name
    try:
        text, problems = decode(read_input_file(path), file=file)
    except FileNotFoundError:
        return [], [Problem(file, "the file is missing")]
    except OSError as error:
        return [], [Problem(file, f"the file cannot be read: {error.strerror}")]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        return [], [Problem(file, f"the table cannot be read: {error}", reader.line_num)]
    if not lines and not problems:
        problems = [Problem(file, "the file is empty")]
    return lines, problems


def _check_header(file: str, header: list[str], wanted: list[str]) -> Iterator[Problem]:
    if len(header) > _MAX_COLUMNS:
        yield Problem(file, f"{len(header):,} columns; at most {_MAX_COLUMNS} are read", 1)
        return
    for column in wanted:
        if column not in header:
            yield Problem(file, "the column is missing", 1, column)
    for column in sorted({column for column in header if header.count(column) > 1}):
        yield Problem(file, "the column occurs twice", 1, column)
    for column in header:
        if column not in wanted:
            yield Problem(file, "the column is unknown and ignored", 1, column, severity="warning")


def _find_duplicates(rows: list[CsvRow], key: list[str]) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], int] = {}
    for row in rows if key else []:
        identity = tuple(row[column] for column in key)
        if identity in seen:
            yield row.make_problem(key[-1], f"listed twice, first in row {seen[identity]}")
        seen.setdefault(identity, row.number)
