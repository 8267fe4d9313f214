"""The command ``pilotzones site``: a folder of pages."""

from __future__ import annotations

import argparse
import sys

from pilotzones.cli.inputs import load_inputs
from pilotzones.cli.options import FINE, add_filter_options, add_language_option, add_output_option, add_source_options
from pilotzones.geo.files.atomic_folder import check_folder, write_folder
from pilotzones.geo.messages import format_count

__all__ = ["add_options", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    add_filter_options(parser)
    add_source_options(parser)
    add_output_option(parser, "FOLDER")
    parser.add_argument("--address", default="", metavar="URL", help="where it will be served; adds a sitemap.xml")
    add_language_option(parser, "language it begins in; it has both (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    """Write the pages of the zones that pass the filter.

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
        When the inputs cannot be loaded or the folder cannot be written.
    """
    check_folder(arguments.output)
    joined, selection = load_inputs(arguments)
    # The template engine is imported after the inputs are known to be right.
    from pilotzones.geo.export.provenance import get_version
    from pilotzones.layers.site.build import build_files

    files = build_files(joined, selection=selection, lang=arguments.lang, address=arguments.address)
    about = {"programme": joined.programme.id, "source": joined.boundaries.info.id, "version": get_version()}
    write_folder(arguments.output, files, about=about)
    size = sum(map(len, files.values())) / 1e6
    print(f"{arguments.output}: {format_count(len(files), 'file')}, {size:.1f} MB; open index.html", file=sys.stderr)
    return FINE
