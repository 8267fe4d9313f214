"""The command ``pilotzones export``: layers as files, in any format, coordinates and detail."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pilotzones.cli.inputs import load_inputs
from pilotzones.cli.options import FINE, add_filter_options, add_output_option, add_source_options
from pilotzones.geo.errors import ExportError
from pilotzones.geo.export import CRS, DETAILS, FORMATS, LAYERS, build_layer, format_of_suffix, write, write_all

__all__ = ["add_options", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    add_filter_options(parser)
    add_source_options(parser, short=False)
    parser.add_argument(
        "--layer",
        choices=LAYERS,
        action="append",
        metavar="NAME",
        help=f"{', '.join(LAYERS)}; may be repeated, then the file is a zip or one GeoPackage (default: zones)",
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        metavar="F",
        help=f"{', '.join(FORMATS)} (default: by the ending of FILE; geojson in a zip)",
    )
    parser.add_argument("--crs", choices=CRS, default="wgs84", metavar="C", help=f"{', '.join(CRS)} (default: wgs84)")
    parser.add_argument(
        "--detail",
        choices=DETAILS,
        default="exact",
        metavar="D",
        help=f"{', '.join(DETAILS)}: geometry as it is, or simplified as a coverage (default: exact)",
    )
    add_output_option(parser, "FILE")


def run(arguments: argparse.Namespace) -> int:
    """Write the layers of the zones that pass the filter.

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
    # Altair's colours come with the styles; the options do not need them.
    from pilotzones.layers.style.export_styles import style_layer

    # The format is read first, so that a wrong ending is reported before any polygon is read.
    names, file_format = list(dict.fromkeys(arguments.layer or ["zones"])), _choose_format(arguments)
    output: Path = arguments.output
    _check_holds_all(names, file_format, output)
    options = {"format": file_format, "crs": arguments.crs, "detail": arguments.detail}
    joined, selection = load_inputs(arguments)
    layers = [style_layer(build_layer(joined, name, selection=selection), joined.programme) for name in names]
    is_bundle = len(layers) > 1 or (output.suffix.lower() == ".zip" and not FORMATS[file_format].in_parts)
    count = write_all(layers, output, **options) if is_bundle else write(layers[0], output, **options)
    print(f"{output}: {count} {', '.join(names)}", file=sys.stderr)
    return FINE


def _check_holds_all(names: Sequence[str], file_format: str, output: Path) -> None:
    """Refuse several layers in a file that holds one: an archive under its name would open nowhere."""
    if len(names) > 1 and output.suffix.lower() not in (".zip", FORMATS["gpkg"].suffix):
        title = FORMATS[file_format].title
        raise ExportError(f"{title} holds one layer, and {len(names)} were named: write to a .gpkg, or to a .zip")


def _choose_format(arguments: argparse.Namespace) -> str:
    """Return the format of --format, or the one that the ending of the file names."""
    if arguments.format:
        # A GeoPackage in a zip comes with its project.
        is_packed = arguments.format == "gpkg" and arguments.output.suffix.lower() == ".zip"
        return "qgis" if is_packed else str(arguments.format)
    found = format_of_suffix(arguments.output.name)
    if found is not None:
        return found.id
    if arguments.output.suffix.lower() == ".zip":
        return "geojson"
    raise ExportError(f"{arguments.output.name} names no format: choose one with --format {'|'.join(FORMATS)}")
