"""The commands that write pages: ``pilotzones map`` (one file) and ``pilotzones site`` (a folder)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Final

from cli_flags import FINE, add_command, asked, filters, source
from geo.errors import ExportError
from geo.writing import write_whole
from layers.wording import LANGUAGES

__all__ = ["register"]

_PAGE_SUFFIXES: Final = (".html", ".htm")


def register(commands: Any) -> None:
    """Add the commands to the parser.

    Parameters
    ----------
    commands : object
        The subparsers of `argparse`.
    """
    page = add_command(
        commands, "map", _map, "write the map as one HTML file that opens without a network", filters(), source()
    )
    page.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.html", help="where to write")
    _language(page)


def _language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lang", choices=LANGUAGES, default="zh", help="language it begins in; it has both (default: %(default)s)"
    )


def _map(arguments: argparse.Namespace) -> int:
    output: Path = arguments.output
    if output.suffix.lower() not in _PAGE_SUFFIXES:
        raise ExportError(f"{output.name} was not written: the map is HTML, so name it {output.stem}.html")
    joined, selection = asked(arguments)
    # Only who asks for pages waits for the template engine.
    from layers.one_page import one_page

    content = one_page(joined, selection=selection, lang=arguments.lang)

    def check(written: Path) -> None:
        if written.read_bytes() != content:
            raise ExportError(f"{output.name} was not written: it does not read back as it was")

    write_whole(output, content, check=check)
    shown = len(selection.apply(joined.programme))
    print(f"{output}: {shown} zones, {len(content) / 1e6:.2f} MB", file=sys.stderr)
    return FINE
