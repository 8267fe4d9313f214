"""The command ``pilotzones projects``: check and sum a register of projects, or the ledger of reserve banks."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pilotzones.cli.options import FINE, add_boundary_option, add_json_option, choose_exit_code
from pilotzones.cli.output import print_frame, print_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotzones.geo.errors import Problem

__all__ = ["add_options", "run"]

_GROUPINGS = ("county", "zone", "kind", "type", "stage", "year", "responsible")
_MAX_PRINTED_PROBLEMS = 50


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    from pilotzones.geo.catalogue.loader import DEFAULT_PROGRAMME

    tasks = ("check", "summary", "banks", "template")
    parser.add_argument("task", choices=tasks, help="what to do; template writes an empty register")
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="register of projects, or entries of reserve banks (CSV, XLSX …)"
    )
    parser.add_argument(
        "--by", choices=_GROUPINGS, default="stage", help="summary: what to sum by (default: %(default)s)"
    )
    parser.add_argument(
        "--today", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD", help="day for what is overdue"
    )
    parser.add_argument(
        "--programme", default=DEFAULT_PROGRAMME, metavar="ID|FOLDER", help="programme whose zones count"
    )
    parser.add_argument("--csv", action="store_true", help="CSV instead of a table")
    add_boundary_option(parser)
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check or sum a register, compute balances, or write the template.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    int
        0 without problems, 1 with an error, 2 with a warning.

    Raises
    ------
    PilotzonesError
        When the file cannot be read.
    """
    if arguments.task == "template":
        from pilotzones.geo.files.atomic_file import write_atomically
        from pilotzones.geo.projects.reader import write_template

        write_atomically(arguments.file, write_template())
        return FINE
    from pilotzones.geo.documents.reader import TABLE, read_document

    document = read_document(arguments.file, limits=TABLE)
    if arguments.task == "banks":
        from pilotzones.geo.projects.reserve_banks import read_ledger

        ledger = read_ledger(document)
        print_frame(ledger.balances, arguments, digits=1)
        return _report(ledger.problems, arguments)
    from pilotzones.geo.catalogue.loader import load_programme
    from pilotzones.geo.projects.reader import read_register
    from pilotzones.geo.projects.summary import count_stages, locate_projects, sum_projects
    from pilotzones.geo.query.applicability_loader import load_applicability

    programme = load_programme(arguments.programme)
    applies = load_applicability([programme], arguments.source)
    located = locate_projects(read_register(document), applies, programme, arguments.today or date.today())  # noqa: DTZ011
    if arguments.task == "check":
        print_frame(located.frame if arguments.csv or arguments.json else count_stages(located), arguments, digits=1)
    else:
        print_frame(sum_projects(located, arguments.by), arguments, digits=1)
    return _report(located.problems, arguments)


def _report(problems: Sequence[Problem], arguments: argparse.Namespace) -> int:
    if not (arguments.json or arguments.csv):
        for problem in problems[:_MAX_PRINTED_PROBLEMS]:
            print_line(f"{problem.severity}: {problem}")
        if len(problems) > _MAX_PRINTED_PROBLEMS:
            print_line(f"… and {len(problems) - _MAX_PRINTED_PROBLEMS} more")
    return choose_exit_code(problems)
