"""The printed figure: ``pilotzones figure -o FILE.pdf``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, cast, get_args

from cli_flags import FINE, add_command, asked, filters, source
from geo.errors import ExportError
from geo.writing import write_whole
from layers.wording import LANGUAGES
from layers.zone_colouring import ColourBy

__all__ = ["register"]


def register(commands: Any) -> None:
    """Add the command to the parser.

    Parameters
    ----------
    commands : object
        The subparsers of `argparse`.
    """
    parser = add_command(
        commands, "figure", _figure, "draw the zones on a sheet to print (PDF, SVG or PNG)", filters(), source()
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE.pdf|svg|png",
        help="where to write; decides the format",
    )
    parser.add_argument("--paper", choices=("A4", "A3"), default="A4", help="landscape (default: %(default)s)")
    parser.add_argument("--dpi", type=int, default=300, help="dots an inch of a PNG, 72 to 600 (default: %(default)s)")
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="language of the sheet (default: %(default)s)")
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


def _figure(arguments: argparse.Namespace) -> int:
    # The drawing library takes two seconds to import; the other commands need none of it.
    from layers.figure import FileFormat, figure

    output: Path = arguments.output
    kind = output.suffix.lower().removeprefix(".")
    if kind not in get_args(FileFormat):
        raise ExportError(f"{output.name} was not written: the name has to end in {', '.join(get_args(FileFormat))}")
    joined, selection = asked(arguments)
    numbers = [task.number for task in joined.programme.tasks]
    if arguments.colour_task not in (None, *numbers):
        raise ExportError(
            f"no task {arguments.colour_task}: the programme has {', '.join(map(str, numbers)) or 'none'}"
        )
    content = figure(
        joined,
        selection=selection,
        lang=arguments.lang,
        file_format=cast("FileFormat", kind),
        paper=arguments.paper,
        dpi=arguments.dpi,
        colour_by=arguments.colour,
        colour_task=arguments.colour_task,
        projection=arguments.projection,
    )
    write_whole(output, content)
    print(f"{output}: {len(selection.apply(joined.programme))} zones, {len(content):,} bytes", file=sys.stderr)
    return FINE
