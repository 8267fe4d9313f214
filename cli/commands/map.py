"""The command ``pilotzones map``: the map as one HTML file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from pilotzones.cli.inputs import load_inputs
from pilotzones.cli.options import FINE, add_filter_options, add_language_option, add_output_option, add_source_options
from pilotzones.geo.errors import ExportError
from pilotzones.geo.files.atomic_file import write_atomically
from pilotzones.geo.messages import format_count

__all__ = ["add_options", "run"]

_PAGE_SUFFIXES: Final = (".html", ".htm")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    add_filter_options(parser)
    add_source_options(parser)
    add_output_option(parser, "FILE.html")
    add_language_option(parser, "language it begins in; it has both (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    """Write the map of the zones that pass the filter.

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
    output: Path = arguments.output
    if output.suffix.lower() not in _PAGE_SUFFIXES:
        raise ExportError(f"{output.name} was not written: the map is HTML, so name it {output.stem}.html")
    joined, selection = load_inputs(arguments)
    # The template engine is imported after the inputs are known to be right.
    from pilotzones.layers.site.single_file import render_page

    content = render_page(joined, selection=selection, lang=arguments.lang)

    def check_file(path: Path) -> None:
        if path.read_bytes() != content:
            raise ExportError(f"{output.name} was not written: it does not read back as it was")

    write_atomically(output, content, check=check_file)
    shown = len(selection.apply(joined.programme))
    print(f"{output}: {format_count(shown, 'zone')}, {len(content) / 1e6:.2f} MB", file=sys.stderr)
    return FINE
