"""Read tables of separated text, the one place where the module `csv` reads: every cell as text.

`read_table` collects problems of a table with a known header; `read_records` and `split_rows` raise `CsvError`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pilotzones.geo.errors import Problem, has_error, make_problem
from pilotzones.geo.files.input_file import read_input_file

__all__ = ["CsvError", "CsvRow", "decode", "read_records", "read_table", "split_rows"]


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

    def make_problem(self, field: str, code: str, **facts: object) -> Problem:
        """Return a problem of this row, with the value found."""
        return make_problem(self.file, code, row=self.number, field=field, value=self.cells.get(field), facts=facts)


class CsvError(Exception):
    """Say that a text is no table.

    Parameters
    ----------
    reason : str
    line : int
        The line at which reading ended, counted from 1.
    """

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.line = line


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
        code = "looks_like_gbk"
    except UnicodeDecodeError:
        code = "not_utf8"
    return "", [make_problem(file, code, row=line)]


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
    if has_error(problems):
        return [], problems
    rows = []
    for number, cells in lines[1:]:
        if not any(cells):
            continue
        if len(cells) != len(header):
            facts = {"cells": len(cells), "columns": len(header)}
            problems.append(make_problem(file, "cell_count", row=number, facts=facts))
            continue
        rows.append(CsvRow(file, number, dict(zip(header, cells, strict=True))))
    problems += _find_duplicates(rows, list(key))
    return rows, problems


def split_rows(
    text: str | Iterable[str],
    *,
    delimiter: str = ",",
    is_strict: bool = False,
    has_quotes: bool = True,
    skips_blanks: bool = False,
    max_cell_characters: int | None = None,
) -> Iterator[tuple[int, list[str]]]:
    """Split a text into rows of cells.

    Parameters
    ----------
    text : str or iterable of str
        The whole text, or its lines.
    delimiter : str, optional
    is_strict : bool, optional
        Whether quotes out of place are an error.
    has_quotes : bool, optional
        Whether quotes hold cells together; else they are characters as any.
    skips_blanks : bool, optional
        Whether blanks after a delimiter are no part of the cell.
    max_cell_characters : int, optional
        Length of the longest cell; by default that of the module `csv`.

    Yields
    ------
    line : int
        Number of the last line of the row, counted from 1.
    cells : list of str
        Empty for an empty line.

    Raises
    ------
    CsvError
        When a cell is too long, or quotes are out of place.
    """
    lines = io.StringIO(text, newline="") if isinstance(text, str) else text
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if has_quotes else csv.QUOTE_NONE
    reader = csv.reader(lines, delimiter=delimiter, strict=is_strict, quoting=quoting, skipinitialspace=skips_blanks)
    # The limit is one for the whole process, so it goes back.
    usual = csv.field_size_limit()
    if max_cell_characters is not None:
        csv.field_size_limit(max_cell_characters)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise CsvError(str(error), reader.line_num) from error
    finally:
        csv.field_size_limit(usual)


def read_records(text: str, *, is_strict: bool = False) -> tuple[list[str], list[dict[str, str]]]:
    """Read a table with a heading: the cells of each row by the names in the first line.

    Parameters
    ----------
    text : str
    is_strict : bool, optional
        As of `split_rows`.

    Returns
    -------
    header : list of str
        Empty when the text is.
    records : list of dict
        One for each row that is not an empty line; cells beyond the heading are left out, missing ones are not there.

    Raises
    ------
    CsvError
        As of `split_rows`.
    """
    rows = split_rows(text, is_strict=is_strict)
    _, header = next(rows, (0, []))
    return header, [dict(zip(header, cells, strict=False)) for _, cells in rows if cells]


def _read_lines(path: Path) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    """Read line number and cells of each record; at least a header when there is no problem."""
    file = path.name
    try:
        text, problems = decode(read_input_file(path), file=file)
    except FileNotFoundError:
        return [], [make_problem(file, "file_missing")]
    except OSError as error:
        return [], [make_problem(file, "file_unreadable", facts={"reason": error.strerror})]
    try:
        lines = [(line, [cell.strip() for cell in cells]) for line, cells in split_rows(text, is_strict=True)]
    except CsvError as error:
        return [], [make_problem(file, "table_unreadable", row=error.line, facts={"reason": error})]
    if not lines and not problems:
        problems = [make_problem(file, "file_empty")]
    return lines, problems


def _check_header(file: str, header: list[str], wanted: list[str]) -> Iterator[Problem]:
    if len(header) > _MAX_COLUMNS:
        yield make_problem(file, "many_columns", row=1, facts={"columns": f"{len(header):,}", "most": _MAX_COLUMNS})
        return
    for column in wanted:
        if column not in header:
            yield make_problem(file, "column_missing", row=1, field=column)
    for column in sorted({column for column in header if header.count(column) > 1}):
        yield make_problem(file, "column_twice", row=1, field=column)
    for column in header:
        if column not in wanted:
            yield make_problem(file, "column_unknown", row=1, field=column, severity="warning")


def _find_duplicates(rows: list[CsvRow], key: list[str]) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], int] = {}
    for row in rows if key else []:
        identity = tuple(row[column] for column in key)
        if identity in seen:
            yield row.make_problem(key[-1], "listed_before", first=seen[identity])
        seen.setdefault(identity, row.number)
