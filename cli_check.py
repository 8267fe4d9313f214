"""The command ``check`` for a boundary file of one's own, and ``manifest``, which renews the hashes of the catalogue."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli_flags import ERROR, FINE, NEEDS_REVIEW, add_command
from cli_output import new_table, print_json, show, text
from data import DATA
from geo.csv_text import csv_text
from geo.issues import issue_table
from geo.manifest import MANIFEST, write_manifest

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["add_check_options", "register", "run_file_check"]


def register(commands: Any) -> None:
    """Add the command ``manifest``.

    Parameters
    ----------
    commands : object
        The subparsers of `argparse`.
    """
    add_command(commands, "manifest", _manifest, "renew the hashes of the catalogue's files after an edit")


def add_check_options(parser: argparse.ArgumentParser) -> None:
    """Flags of ``check`` for a boundary file.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    told = "check this boundary file instead, and print what was repaired, refused or assumed"
    parser.add_argument("--boundaries", type=Path, metavar="FILE", help=told)
    parser.add_argument("--csv", action="store_true", help="with --boundaries: CSV to keep or send back")


def run_file_check(arguments: argparse.Namespace) -> int:
    """Print the issue log of a boundary file.

    Parameters
    ----------
    arguments : argparse.Namespace
        With ``boundaries``, ``repair``, ``json`` and ``csv``.

    Returns
    -------
    int
        0 when the file is fine, 1 when it is refused, 2 when something was repaired or is to be looked at.
    """
    # Imported here: the intake starts child processes and is not needed for the built-in sources.
    from geo.intake import inspect_boundary_file

    read, problems = inspect_boundary_file(arguments.boundaries, repair=arguments.repair)
    counties = 0 if read is None else len(read.counties)
    issues = issue_table(problems)
    if arguments.csv:
        sys.stdout.write(csv_text(issues).replace("\r\n", "\n"))
    elif arguments.json:
        print_json({"counties": counties, "issues": issues.to_dict("records")})
    else:
        _show(issues, counties)
    if any(problem.severity == "error" for problem in problems):
        return ERROR
    return NEEDS_REVIEW if any(problem.severity == "warning" for problem in problems) else FINE


def _show(issues: pd.DataFrame, counties: int) -> None:
    table = new_table("severity", "row no.", "field", "value", "issue", "action")
    for row in issues.itertuples(index=False):
        cells = (row.severity, row.row, row.field, row.value, row.issue, row.action)
        table.add_row(*(text("" if cell is None else cell) for cell in cells))
    show(table, f"{counties} counties read; {len(issues)} issues", notes=list(issues["message"]))


def _manifest(arguments: argparse.Namespace) -> int:  # noqa: ARG001  # every command takes the arguments
    count = write_manifest()
    print(f"{DATA / MANIFEST}: {count} files", file=sys.stderr)
    return FINE
