"""The command ``pilotzones figure``: the zones on a sheet to print."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import get_args

from pilotzones.cli.inputs import load_inputs
from pilotzones.cli.options import (
    FINE,
    add_filter_options,
    add_language_option,
    add_output_option,
    add_source_options,
    choose_figure_format,
)
from pilotzones.geo.errors import ExportError
from pilotzones.geo.files.atomic_file import write_atomically
from pilotzones.geo.messages import format_count
from pilotzones.layers.style.choropleth import ColourBy

__all__ = ["add_options", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    add_filter_options(parser)
    add_source_options(parser)
    add_output_option(parser, "FILE.pdf|svg|png", "where to write; decides the format")
    parser.add_argument("--paper", choices=("A4", "A3"), default="A4", help="landscape (default: %(default)s)")
    parser.add_argument("--dpi", type=int, default=300, help="dots an inch of a PNG, 72 to 600 (default: %(default)s)")
    add_language_option(parser, "language of the sheet (default: %(default)s)")
    parser.add_argument(
        "--colour",
        choices=get_args(ColourBy),
        default="region",
        help="what colours say (default: %(default)s)",
    )
    parser.add_argument(
        "--colour-task", type=int, metavar="N", help="with --colour task: which one (default: the programme's first)"
    )
    parser.add_argument(
        "--projection",
        choices=("albers", "lambert"),
        default="albers",
        help="equal-area or conformal (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Draw the zones that pass the filter.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    int
        0.

    Raises
    ------
    PilotzonesError
        When the inputs cannot be loaded or the file cannot be written.
    """
    # Matplotlib and Cartopy take two seconds to import; the options do not need them.
    from pilotzones.layers.figure.render import render_figure

    output: Path = arguments.output
    file_format = choose_figure_format(output)
    joined, selection = load_inputs(arguments)
    numbers = [task.number for task in joined.programme.tasks]
    if arguments.colour_task not in (None, *numbers):
        raise ExportError(
            f"no task {arguments.colour_task}: the programme has {', '.join(map(str, numbers)) or 'none'}"
        )
    content = render_figure(
        joined,
        selection=selection,
        lang=arguments.lang,
        file_format=file_format,
        paper=arguments.paper,
        dpi=arguments.dpi,
        colour_by=arguments.colour,
        colour_task=arguments.colour_task,
        projection=arguments.projection,
    )
    write_atomically(output, content)
    print(
        f"{output}: {format_count(len(selection.apply(joined.programme)), 'zone')}, {len(content):,} bytes",
        file=sys.stderr,
    )
    return FINE
