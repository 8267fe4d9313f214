"""Printing: tables for people, JSON and CSV for machines.

Text from a document or a boundary file passes through `clean_text` before it is printed in a table, so that no control
character of a file reaches the terminal. Rich is imported inside the functions: JSON and CSV do not need it.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd
    from rich.console import Console
    from rich.table import Table

    from pilotzones.geo.errors import Problem

__all__ = [
    "add_cells",
    "clean_text",
    "format_figure",
    "format_json",
    "make_progress",
    "make_records",
    "make_table",
    "print_csv",
    "print_frame",
    "print_json",
    "print_json_rows",
    "print_line",
    "print_problems",
    "print_table",
]

# A pipe has no width. This much room avoids that names are cut [characters].
_PIPE_WIDTH = 200
_MAX_PRINTED_PROBLEMS = 50


def make_table(*headings: str, wrap: bool = False) -> Table:
    """Make a table without a frame.

    Parameters
    ----------
    *headings : str
    wrap : bool, optional
        Break long cells into lines. Otherwise headings of two words take two lines, cells take one, and columns of
        numbers are aligned on the right.

    Returns
    -------
    Table
    """
    from rich.table import Table

    table = Table(header_style="bold", box=None, pad_edge=False)
    for heading in headings:
        if wrap:
            table.add_column(heading, overflow="fold")
        else:
            numeric = "km²" in heading or "%" in heading or "no." in heading
            table.add_column(heading.replace(" ", "\n", 1), justify="right" if numeric else "left", no_wrap=True)
    return table


def add_cells(table: Table, cells: Iterable[object]) -> None:
    """Add a row to a table; markup in a cell is printed as it is, None is an empty cell.

    Parameters
    ----------
    table : Table
    cells : iterable of object
    """
    from rich.text import Text

    table.add_row(*(Text("" if cell is None else clean_text(cell)) for cell in cells))


def clean_text(value: object) -> str:
    """Replace what a terminal could take for a command: control and format characters, line ends.

    Parameters
    ----------
    value : object

    Returns
    -------
    str
    """
    return "".join(
        char if char.isprintable() or unicodedata.category(char) == "Zs" else "\N{REPLACEMENT CHARACTER}"
        for char in str(value)
    )


def format_figure(value: float | None, digits: int, *, signed: bool = False) -> str:
    """Format a number with thousands separators.

    Parameters
    ----------
    value : float or None
    digits : int
        Digits after the decimal point.
    signed : bool, optional
        Write the sign of a positive number too.

    Returns
    -------
    str
        A dash for None.
    """
    return "–" if value is None else f"{value:{'+' if signed else ''},.{digits}f}"


def print_table(table: Table, footer: str = "", *, notes: Sequence[str] = ()) -> None:
    """Print a table and a line below it.

    Parameters
    ----------
    table : Table
        Every row takes one line when there are notes.
    footer : str, optional
    notes : sequence of str, optional
        A line below each row; an empty one is left out.
    """
    from rich.segment import Segment, Segments
    from rich.text import Text

    console = _make_console()
    if notes:
        lines = console.render_lines(table, pad=False)
        head = len(lines) - len(notes)
        for index, line in enumerate(lines):
            console.print(Segments([*line, Segment.line()]), end="")
            if index >= head and notes[index - head]:
                console.print(Text(clean_text(notes[index - head]), style="dim"))
    else:
        console.print(table)
    if footer:
        console.print(Text(clean_text(footer)))


def print_line(line: str) -> None:
    """Print a line, broken where the terminal ends.

    Parameters
    ----------
    line : str
    """
    from rich.text import Text

    _make_console().print(Text(clean_text(line)))


def print_problems(problems: Sequence[Problem], *, rest: str = "") -> None:
    """Print the first problems, a line each, and how many more there are; `rest` says where those are to be had."""
    for problem in problems[:_MAX_PRINTED_PROBLEMS]:
        print_line(f"{problem.severity}: {problem}")
    if len(problems) > _MAX_PRINTED_PROBLEMS:
        print_line(f"… and {len(problems) - _MAX_PRINTED_PROBLEMS} more{rest}")


def print_frame(frame: pd.DataFrame, arguments: argparse.Namespace, *, digits: int) -> None:
    """Print a frame as a table, as CSV with ``--csv``, or as JSON with ``--json``; dates in JSON are text.

    Parameters
    ----------
    frame : DataFrame
    arguments : argparse.Namespace
        With the flags ``csv`` and ``json``.
    digits : int
        Digits after the decimal point in the table.
    """
    if arguments.csv:
        print_csv(frame)
        return
    rows = make_records(frame)
    if arguments.json:
        print_json(
            [{name: str(cell) if isinstance(cell, date) else cell for name, cell in row.items()} for row in rows]
        )
        return
    table = make_table(*map(str, frame.columns), wrap=True)
    for row in rows:
        add_cells(table, (format_figure(cell, digits) if isinstance(cell, float) else cell for cell in row.values()))
    print_table(table)


def make_records(frame: Any) -> list[dict[str, Any]]:
    """Make a record of each row, with None for what is unknown."""
    records: list[dict[str, Any]] = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return records


def make_progress(things: str) -> Callable[[int, int], None] | None:
    """Make what prints progress in one line of the terminal; None where standard error is none."""
    if not sys.stderr.isatty():
        return None

    def print_progress(done: int, total: int) -> None:
        end = "\n" if done >= total else ""
        print(f"\r{done:,} of {total:,} {things}", end=end, file=sys.stderr, flush=True)

    return print_progress


def format_json(value: object, *, escaped: bool = False) -> str:
    """Format a value as JSON.

    Parameters
    ----------
    value : object
    escaped : bool, optional
        Escape everything that is not ASCII.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        When a number is NaN or infinite.
    """
    return json.dumps(value, ensure_ascii=escaped, indent=2, allow_nan=False)


def print_json(value: object) -> None:
    """Print a value as JSON; escaped where standard output cannot encode every character.

    Parameters
    ----------
    value : object
    """
    print(format_json(value, escaped=not _is_stdout_unicode()))


def print_json_rows(rows: Iterable[object]) -> None:
    """Print a JSON array, one element after the other, so that the whole of it is never in memory.

    Parameters
    ----------
    rows : iterable of object
    """
    escaped = not _is_stdout_unicode()
    between = "[\n"
    for row in rows:
        sys.stdout.write(between + json.dumps(row, ensure_ascii=escaped, separators=(", ", ": ")))
        between = ",\n"
    sys.stdout.write("\n]\n" if between != "[\n" else "[]\n")


def print_csv(table: pd.DataFrame) -> None:
    """Print a table as CSV; its lines end as those of a terminal or pipe, without the carriage return of a file.

    Parameters
    ----------
    table : DataFrame
    """
    from pilotzones.geo.files.csv_writer import format_csv

    sys.stdout.write(format_csv(table).replace("\r\n", "\n"))


def _is_stdout_unicode() -> bool:
    """Return whether standard output can encode every character."""
    return (sys.stdout.encoding or "utf-8").lower().startswith("utf")


def _make_console() -> Console:
    from rich.console import Console

    class PipeConsole(Console):
        """A console that raises when its reader has gone; Rich itself would exit with an error."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return PipeConsole(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False)
