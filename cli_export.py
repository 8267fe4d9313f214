"""The command ``pilotzones export``: layers as files, in any format, coordinates and detail."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from cli_flags import FINE, add_command, asked, filters, source
from geo.errors import ExportError
from geo.export import CRS, DETAILS, FORMATS, LAYERS, format_of_suffix, layer, write, write_all
from layers.export_styles import styled

__all__ = ["register"]


def register(commands: Any) -> None:
    """Add the command to the parser.

    Parameters
    ----------
    commands : object
        The subparsers of `argparse`.
    """
    export = add_command(commands, "export", _export, "write layers as files", filters(), source())
    export.add_argument(
        "--layer",
        choices=LAYERS,
        action="append",
        metavar="NAME",
        help=f"{', '.join(LAYERS)}; may be repeated, then the file is a zip or one GeoPackage (default: zones)",
    )
    export.add_argument(
        "--format",
        choices=FORMATS,
        metavar="F",
        help=f"{', '.join(FORMATS)} (default: by the ending of FILE; geojson in a zip)",
    )
    export.add_argument("--crs", choices=CRS, default="wgs84", metavar="C", help=f"{', '.join(CRS)} (default: wgs84)")
    export.add_argument(
        "--detail",
        choices=DETAILS,
        default="exact",
        metavar="D",
        help=f"{', '.join(DETAILS)}: geometry as it is, or simplified as a coverage (default: exact)",
    )
    export.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="where to write")


def _format(arguments: argparse.Namespace) -> str:
    """The format asked for, or the one the file's ending names."""
    if arguments.format:
        return str(arguments.format)
    found = format_of_suffix(arguments.output.name)
    if found is not None:
        return found.id
    if arguments.output.suffix.lower() in (".zip", ""):
        return "geojson"
    raise ExportError(f"{arguments.output.name} names no format: choose one with --format {'|'.join(FORMATS)}")


def _export(arguments: argparse.Namespace) -> int:
    # The format first: a wrong ending is answered before any polygon is read.
    names, kind = list(dict.fromkeys(arguments.layer or ["zones"])), _format(arguments)
    output: Path = arguments.output
    how = {"format": kind, "crs": arguments.crs, "detail": arguments.detail}
    joined, selection = asked(arguments)
    layers = [styled(layer(joined, name, selection=selection), joined.programme) for name in names]
    is_bundle = len(layers) > 1 or (output.suffix.lower() == ".zip" and not FORMATS[kind].in_parts)
    count = write_all(layers, output, **how) if is_bundle else write(layers[0], output, **how)
    print(f"{output}: {count} {', '.join(names)}", file=sys.stderr)
    return FINE
