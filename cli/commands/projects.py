"""The command ``pilotzones projects``: check, map, sum and export a register of projects, or the ledger of reserve banks."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pilotzones.cli.options import (
    FINE,
    add_boundary_option,
    add_json_option,
    add_language_option,
    choose_exit_code,
    choose_figure_format,
)
from pilotzones.cli.output import print_frame, print_line, print_problems
from pilotzones.geo.messages import format_count, translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotzones.geo.catalogue.models import Programme
    from pilotzones.geo.errors import Problem
    from pilotzones.geo.projects.location import LocatedRegister
    from pilotzones.geo.query.applicability import ApplicabilityIndex

__all__ = ["add_options", "run"]

_GROUPINGS = ("county", "zone", "kind", "type", "stage", "year", "responsible")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    from pilotzones.geo.catalogue import DEFAULT_PROGRAMME

    tasks = ("check", "map", "summary", "export", "banks", "template", "banks-template")
    parser.add_argument(
        "task", choices=tasks, metavar="|".join(tasks), help="what to do; template writes an empty register"
    )
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
    for name in ("kind", "stage", "county"):
        parser.add_argument(
            f"--{name}", action="append", default=[], metavar="X", help=f"only this {name}; may be repeated"
        )
    parser.add_argument("--overdue", action="store_true", help="only what is overdue")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="map: FILE.png, .svg or .pdf; export: any format of the command export",
    )
    add_language_option(parser, "language of the map (default: %(default)s)")
    parser.add_argument("--csv", action="store_true", help="CSV instead of a table")
    add_boundary_option(parser)
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check, map, sum or export a register, compute balances, or write a template.

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
    if arguments.task in ("template", "banks-template"):
        return _write_template(arguments)
    from pilotzones.geo.catalogue.loader import load_programme
    from pilotzones.geo.documents.reader import TABLE, read_document
    from pilotzones.geo.query.applicability_loader import load_applicability

    document = read_document(arguments.file, limits=TABLE)
    programme = load_programme(arguments.programme)
    applies = load_applicability([programme], arguments.source)
    if arguments.task == "banks":
        from pilotzones.geo.projects.reserve_banks import read_ledger

        ledger = read_ledger(document, applies)
        print_frame(ledger.balances, arguments, digits=1)
        if not (arguments.csv or arguments.json):
            for bank in dict.fromkeys(ledger.balances["bank"]):
                print_line(f"{bank}: {translate(f'bank_rule_{bank}', arguments.lang)}")
        return _report(ledger.problems, arguments)
    from pilotzones.geo.projects.location import locate_projects
    from pilotzones.geo.projects.reader import read_register

    today = arguments.today or date.today()  # noqa: DTZ011
    located = _filter(locate_projects(read_register(document), applies, programme, today), arguments)
    if arguments.task == "map":
        _draw_map(located, programme, applies, arguments)
    elif arguments.task == "export":
        _export(located, programme, arguments)
    else:
        _print_counts(located, arguments)
    return _report(located.problems, arguments)


def _write_template(arguments: argparse.Namespace) -> int:
    from pilotzones.geo.files.atomic_file import write_atomically
    from pilotzones.geo.projects.reader import write_template
    from pilotzones.geo.projects.reserve_banks import write_bank_template

    write_atomically(arguments.file, write_template() if arguments.task == "template" else write_bank_template())
    return FINE


def _filter(located: LocatedRegister, arguments: argparse.Namespace) -> LocatedRegister:
    """Keep the projects that the options name."""
    frame = located.frame
    for column in ("kind", "stage", "county"):
        if wanted := getattr(arguments, column):
            frame = frame[frame[column].isin(wanted)]
    if arguments.overdue:
        frame = frame[frame["is_overdue"]]
    return replace(located, frame=frame)


def _print_counts(located: LocatedRegister, arguments: argparse.Namespace) -> None:
    """Print the sums, or for a check the register itself to a machine and its stages to people."""
    from pilotzones.geo.projects.summary import count_stages, sum_projects

    if arguments.task == "summary":
        frame = sum_projects(located, arguments.by)
    else:
        frame = located.frame if arguments.csv or arguments.json else count_stages(located)
    print_frame(frame, arguments, digits=1)


def _draw_map(
    located: LocatedRegister, programme: Programme, applies: ApplicabilityIndex, arguments: argparse.Namespace
) -> None:
    from pilotzones.geo.boundaries.loader import load
    from pilotzones.geo.files.atomic_file import write_atomically
    from pilotzones.layers.figure.project_figure import render_project_figure

    output = arguments.output
    file_format = choose_figure_format(output)
    content = render_project_figure(
        located, load(arguments.source), programme, applies, file_format=file_format, lang=arguments.lang
    )
    write_atomically(output, content)
    print_line(f"{output}: {format_count(len(located.frame), 'project')}")


def _export(located: LocatedRegister, programme: Programme, arguments: argparse.Namespace) -> None:
    from pilotzones.geo.boundaries.loader import load
    from pilotzones.geo.errors import ExportError
    from pilotzones.geo.export import FORMATS, build_project_layer, format_of_suffix, write
    from pilotzones.geo.join import join

    output = arguments.output
    found = None if output is None else format_of_suffix(output.name)
    if found is None:
        raise ExportError(f"name the file with -o; its ending is that of {', '.join(FORMATS)}")
    layer = build_project_layer(located, join(programme, load(arguments.source)))
    count = write(layer, output, format=found.id)
    print_line(f"{output}: {format_count(count, 'project')}")


def _report(problems: Sequence[Problem], arguments: argparse.Namespace) -> int:
    if not (arguments.json or arguments.csv):
        print_problems(problems)
    return choose_exit_code(problems)
