"""What the terminal face prints: tables for people, JSON for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.segment import Segment, Segments
from rich.table import Table
from rich.text import Text

__all__ = ["figure", "json_text", "new_table", "print_json", "show", "speaks_unicode", "text"]


def new_table(*headings: str) -> Table:
    """A table without frame; columns of figures stand right."""
    table = Table(header_style="bold", box=None, pad_edge=False)
    for heading in headings:
        numeric = "km²" in heading or "%" in heading or "no." in heading
        table.add_column(heading.replace(" ", "\n", 1), justify="right" if numeric else "left", no_wrap=True)
    return table


def text(value: object) -> Text:
    """A cell; a Text is never read as markup, so a name with brackets stays what it is."""
    return Text(str(value))


def figure(value: float | None, digits: int, *, signed: bool = False) -> str:
    """A figure with thousands apart, or a dash where nothing is known."""
    return "–" if value is None else f"{value:{'+' if signed else ''},.{digits}f}"


class _Console(Console):
    def on_broken_pipe(self) -> None:
        # Rich would leave with an error; whoever runs the command knows better.
        raise BrokenPipeError


def show(table: Table, footer: str, *, notes: Sequence[str] = ()) -> None:
    """Print a table and a line below it.

    Parameters
    ----------
    table : Table
        One line a row.
    footer : str
    notes : sequence of str, optional
        A line to stand below each row; an empty one is left out.
    """
    # A pipe has no width: give the table room instead of cutting names.
    console = _Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    if notes:
        lines = console.render_lines(table, pad=False)
        head = len(lines) - len(notes)
        for index, line in enumerate(lines):
            console.print(Segments([*line, Segment.line()]), end="")
            if index >= head and notes[index - head]:
                console.print(Text(notes[index - head], style="dim"))
    else:
        console.print(table)
    console.print(Text(footer))


def json_text(value: object, *, escaped: bool = False) -> str:
    """JSON, its Chinese readable unless `escaped`; refuses what is not a number."""
    return json.dumps(value, ensure_ascii=escaped, indent=2, allow_nan=False)


def print_json(value: object) -> None:
    """Print a value as JSON."""
    # Escaped where the other side might not know the characters, so that it is JSON in any encoding.
    print(json_text(value, escaped=not speaks_unicode()))


def speaks_unicode() -> bool:
    """Whether what is printed may hold any character."""
    return (sys.stdout.encoding or "utf-8").lower().startswith("utf")
